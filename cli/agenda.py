"""`todo`: what waits, each on two lines: until when, what and how much; below it where and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cli.objects import column, text_of
from cli.tables import Column, Row, grid, is_narrow
from cli.words import wait_term
from lifecycle.programme.authorities import find

FOR_WHAT = 60
"""Columns a terminal needs for the day, what waits and its amount on one line."""


def todo_lines(found: Iterable[Row]) -> Iterator[str]:
    """What waits, overdue first and marked so; on a narrow terminal what it is goes below its day and amount."""
    rows = list(found)
    due = Column("due on (期限)", _due)
    amounts = [column("amount_yen")] if any(row["amount_yen"] for row in rows) else []
    if is_narrow(FOR_WHAT):
        return grid([due, *amounts], rows, below=lambda row: [*_what(row), *_whose(row)])
    what = Column("what", lambda row: row["what"], gives=True)
    return grid([due, what, *amounts], rows, below=_on_one_line)


def _on_one_line(row: Row) -> str:
    term = wait_term(row["what"])
    whose = ", ".join(_whose(row))
    return f"{term}: {whose}" if term else whose


def _what(row: Row) -> list[str]:
    term = wait_term(row["what"])
    return [f"{row['what']} ({term})" if term else row["what"]]


def _due(row: Row) -> str:
    if row["due_on"] is None:
        return "no date"
    return f"{row['due_on']} overdue" if row["overdue"] else str(row["due_on"])


def _whose(row: Row) -> list[str]:
    authority = find(row["authority"])
    name = f" {authority.name_ja}" if authority else ""
    return [f"{row['id']}{name}", text_of("role", row["role"])]
