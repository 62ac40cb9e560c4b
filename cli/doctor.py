"""`grants doctor`: what this program and its store stand on, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from cli.acts import FINDINGS
from cli.helptext import LedgerCommand
from cli.ink import ink
from cli.objects import table_of
from cli.say import put, put_json
from cli.session import Session
from cli.switches import with_switches
from cli.tables import Fact, facts


@with_switches
@click.command("doctor", cls=LedgerCommand)
@click.pass_obj
def doctor(session: Session) -> int:
    """Say what this program and its store stand on (診断); exit 6 with problems.

    Example:
        grants doctor
    """
    found = session.ledger.doctor()
    if session.json:
        put_json(found)
    else:
        put(doctor_lines(found))
    return FINDINGS if found["problems"] else 0


def doctor_lines(found: dict[str, Any]) -> Iterator[str]:
    """The store, the SQLite under it, the programme versions, and the problems."""
    sqlite = found["sqlite"]
    in_use = [f"{name}={sqlite[name]}" for name in ("journal_mode", "synchronous") if name in sqlite]
    rows = {
        "store": found["store"],
        "schema": found["schema"],
        "events": found["events"],
        "SQLite": f"{sqlite['version']} ({sqlite['package']}), {sqlite['verdict']}",
        "in use": ", ".join(in_use),
    }
    yield from facts([Fact(name, str(value)) for name, value in rows.items() if value not in (None, "")])
    yield ""
    yield from table_of(_programmes(found), indent="  ")
    yield ""
    yield from (ink(f"problem: {problem}", fg="red") for problem in found["problems"])
    if not found["problems"]:
        yield ink("no problems", fg="green")


def _programmes(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for programme in found["programmes"]:
        yield {"programme": programme["id"], "state": programme["status"], "sha256": programme["sha256"]}
