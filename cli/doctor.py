"""`grants doctor`: what this program and its store stand on, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from cli.acts import FINDINGS
from cli.helptext import LedgerCommand
from cli.ink import ink
from cli.objects import table_of
from cli.plain import visible
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
    """The store, the database under it, the programme versions, and the problems."""
    rows = {"store": found["store"], "schema": found["schema"], "events": found["events"]}
    rows |= _sqlite(found["sqlite"]) if "sqlite" in found else _postgresql(found["postgresql"])
    rows["reports"] = _nightly(found["nightly"])
    yield from facts([Fact(name, str(value)) for name, value in rows.items() if value not in (None, "")])
    yield ""
    yield from table_of(_programmes(found), indent="  ")
    yield ""
    yield from (ink(f"problem: {visible(problem)}", fg="red") for problem in found["problems"])
    if not found["problems"]:
        yield ink("no problems", fg="green")


def _sqlite(found: dict[str, Any]) -> dict[str, str]:
    in_use = [f"{name}={found[name]}" for name in ("journal_mode", "synchronous") if name in found]
    return {
        "SQLite": f"{found['version']} ({found['package']}), {found['verdict']}",
        "in use": ", ".join(in_use),
    }


def _postgresql(found: dict[str, Any]) -> dict[str, str]:
    if "server_version" not in found:
        return {"driver": found["driver"]}
    names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
    may = "may change events: use the application role" if found["may_rewrite"] else "may not change events"
    return {
        "PostgreSQL": f"{found['server_version']}, by {found['driver']}",
        "in use": ", ".join(f"{name}={found[name]}" for name in names),
        "role": f"{found['role']}, {may}",
        "unsealed": str(found["unsealed"]),
        "sealing": visible("; ".join(found["sealers"])),
    }


def _nightly(nightly: dict[str, Any] | None) -> str:
    """Where the reports' read tables stand, and how the last run ended."""
    if nightly is None:
        return ""
    last = nightly["last_run"]
    if last is None:
        return "read tables are not built yet: grants nightly"
    stands = "no read table is served"
    if nightly["stands_on"] is not None:
        stands = f"event {nightly['stands_on']:,}, {nightly['behind']:,} events behind the log"
    ended = f"{last['kind']} {last['run']}, {last['state']}, {last['milliseconds']:,} ms"
    return f"{stands}; last run: {ended}, {last['started_at']}"


def _programmes(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for programme in found["programmes"]:
        yield {"programme": programme["id"], "state": programme["status"], "sha256": programme["sha256"]}
