"""`todo`: what waits, each on two lines: until when, what and how much; below it where and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cli.objects import column, text_of
from cli.tables import Column, Row, grid
from cli.words import wait_term
from lifecycle.programme.authorities import find


def todo_lines(found: Iterable[Row]) -> Iterator[str]:
    """What waits, overdue first and marked so."""
    columns = [
        Column("due on (期限)", _due),
        Column("what", lambda row: row["what"], gives=True),
        column("amount_yen"),
    ]
    return grid(columns, found, below=_whose)


def _due(row: Row) -> str:
    if row["due_on"] is None:
        return "no date"
    return f"{row['due_on']} overdue" if row["overdue"] else str(row["due_on"])


def _whose(row: Row) -> str:
    authority = find(row["authority"])
    name = f" {authority.name_ja}" if authority else ""
    whose = f"{row['id']}{name}, {text_of('role', row['role'])}"
    term = wait_term(row["what"])
    return f"{term}: {whose}" if term else whose
