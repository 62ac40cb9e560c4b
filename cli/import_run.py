"""Taking in a list: read it whole, then one command a row, each its own transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cli import import_report
from cli.acts import write
from cli.decode import decode
from cli.forms import Path
from cli.importing import Options
from cli.session import Session
from lifecycle.commands.reading import Outcome
from lifecycle.errors import BadInput, CommandIdReused, NotFound, Refusal
from lifecycle.sheets import Decision, Decisions, Fault, read_decisions, read_table
from lifecycle.store.rehearsal import rehearsal

GOES_ON = (1, 2)
"""Exits of a row after which the next one is tried: the rules refuse this row, not the officer or the store."""


@dataclass(slots=True)
class Taken:
    """What became of a row: `imported`, `known` (by an earlier run), `refused` or `not_tried`."""

    decision: Decision
    outcome: str
    grant: str | None = None
    warnings: list[dict[str, Any]] = field(default_factory=list)
    refusal: Refusal | None = None


def run(session: Session, options: Options, data: bytes) -> int:
    """Import a file; returns the largest exit of its rows.

    Raises:
        BadInput: the file is no list.
    """
    table = read_table(data, options.name, options.sheet)
    decisions = read_decisions(table, options.given)
    decisions.faults += [] if decisions.faults else _unfit(options, decisions)
    if decisions.faults:
        return import_report.refuse(session, options, table, decisions.faults)
    with _rehearsed(session) if options.is_dry_run else _lasting():
        taken = list(_taken(session, options, decisions))
    if taken[0].refusal and taken[0].refusal.exit not in GOES_ON:
        raise taken[0].refusal  # no row was tried: there is nothing to report but why
    session.begin("import")
    return import_report.tell(session, options, table, decisions, taken)


def _unfit(options: Options, decisions: Decisions) -> Iterator[Fault]:
    """What no command takes, whatever its form: texts that are too long, characters that move the cursor."""
    for decision in decisions.rows:
        headings: list[str] = []

        def spell(path: Path, headings: list[str] = headings) -> str:
            headings.append(decisions.heading(str(path[0])) if path else "")
            return ""

        try:
            decode("import_decision", _mapping(options, decision), spell)
        except BadInput as error:
            yield Fault(decision.row, headings[0] if headings else "", error.message)


def _mapping(options: Options, decision: Decision) -> dict[str, Any]:
    return {**decision.fields, **options.shared, "id": decision.command_id}


@contextmanager
def _rehearsed(session: Session) -> Iterator[None]:
    """Everything written within is taken back."""
    ledger = session.ledger
    lasting, ledger.store = ledger.store, rehearsal(session.store, ledger.now)
    try:
        yield
    finally:
        ledger.store.close()
        ledger.store = lasting


@contextmanager
def _lasting() -> Iterator[None]:
    yield


def _taken(session: Session, options: Options, decisions: Decisions) -> Iterator[Taken]:
    with import_report.progress(len(decisions.rows)) as step:
        is_stopped = False
        for decision in decisions.rows:
            row = Taken(decision, "not_tried") if is_stopped else _take(session, options, decision)
            is_stopped = is_stopped or bool(row.refusal and row.refusal.exit not in GOES_ON)
            step()
            yield row


def _take(session: Session, options: Options, decision: Decision) -> Taken:
    try:
        return _known(session, decision) or _imported(session, options, decision)
    except CommandIdReused:  # somebody imported the row since we looked, with other options
        return _known(session, decision) or Taken(decision, "not_tried")
    except Refusal as refusal:
        return Taken(decision, "refused", refusal=refusal)


def _known(session: Session, decision: Decision) -> Taken | None:
    try:
        found = session.ledger.outcome(Outcome(command_id=decision.command_id))
    except NotFound:
        return None
    return Taken(decision, "known", found["grant"])


def _imported(session: Session, options: Options, decision: Decision) -> Taken:
    command = decode("import_decision", _mapping(options, decision))
    result = msgspec.json.decode(write(session, command))
    return Taken(decision, "imported", result["grant"], result["warnings"])
