"""What a run finds of the read tables before it does anything: who was at them, what was taken out, what is missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from lifecycle.store import read_guards
from lifecycle.store.read_guards import Mark, left_by
from lifecycle.store.read_tables import ReadTables

DAYS_BETWEEN = 7
"""Days after which a night reads every row of the read tables again, though nothing hints at an outside hand."""


class Found(NamedTuple):
    """The mark by which the next run will know, whether somebody may have been at the rows, and what is lost."""

    mark: Mark
    is_hinted: bool
    lost: list[str]


def look(tables: ReadTables) -> Found:
    """What there is. Tables that somebody has dropped are made again, empty, with their triggers."""
    dropped = read_guards.missing(tables)
    read_guards.put_back(tables, dropped)
    mark = read_guards.mark(tables)
    last = tables.last_ended("done", "failed")
    is_hinted = bool(dropped or read_guards.unlike(tables) or last.get("marks") != str(mark))
    return Found(mark, is_hinted, lost(tables))


def lost(tables: ReadTables) -> list[str]:
    """集計表の欠落: read tables that the last run left served, and that are served no more. No run takes one out."""
    left = left_by(tables.last_ended("done"))
    return sorted(left - set(tables.served()))


def is_due(tables: ReadTables, now: datetime) -> bool:
    """True when every row is to be read because the last time is long ago."""
    last = tables.read_through_at()
    return last is None or now - datetime.fromisoformat(last) >= timedelta(days=DAYS_BETWEEN)
