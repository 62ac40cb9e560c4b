"""差異のある帳票: which reports say something else at one point than at another, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from lifecycle.nightly.folding import build_of, fresh
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.reports import REPORTS
from lifecycle.reports.shape import Report, Sheet
from lifecycle.reports.view import Limits, View, day_of, heading_of
from lifecycle.store import histories
from lifecycle.store.histories import Stored
from lifecycle.store.log import AsOf
from lifecycle.store.read_tables import temporary_tables
from lifecycle.values import authority_of, has_code_form

OF_ONE = "own_agenda"
"""It is about one authority: it differs when it does for one of those that the events touch."""

OFFICE = "programme/"
"""Confirmed limits of any authority stand in these streams."""


class Side:
    """One of two points: its place in the log, and the day that reports of it are told on."""

    def __init__(self, database: Any, point: AsOf, n: int, today: Callable[[], date]) -> None:
        self.database, self.point, self.n = database, point, n
        self.on = day_of(database, point, n, today)

    @contextmanager
    def view(self, beginnings: Iterable[str]) -> Iterator[View]:
        """Every read table as of the point, folded from the streams that begin so."""
        with temporary_tables() as tables:
            blank = [fresh(each, 0) for each in NIGHTLY]
            built = build_of(tables, self._stored(beginnings), blank, self.n)
            halves = {half.projection: half for half in built}
            yield View(tables, halves, self.database, self.n, self.point, self.on)

    def _stored(self, beginnings: Iterable[str]) -> Iterator[Stored]:
        effective_on = self.point.effective_on
        for beginning in sorted(beginnings):
            yield from histories.by_stream(
                self.database, self.n, effective_on=effective_on, beginning=beginning
            )


def differing(start: Side, end: Side, streams: Iterable[str], authority: str) -> list[str]:
    """Reports whose rows differ between two points, given the streams that were told of in between.

    What is not touched is the same at both points, but for what is counted in days: only then is all of it read.
    """
    touched = {authority_of(stream) for stream in streams}
    if not touched:
        return []
    codes = sorted(code for code in touched if has_code_form(code))
    is_by_day = start.on != end.on and not authority
    beginnings = {""} if is_by_day else {one.partition("/")[0] for one in (*touched, OFFICE)}
    with start.view(beginnings) as before, end.view(beginnings) as after:
        return [
            report.NAME
            for report in REPORTS.values()
            if not report.NEEDS or _differs(report, before, after, codes, authority)
        ]


def _differs(report: Report, before: View, after: View, codes: list[str], authority: str) -> bool:
    """True when the rows are not the same. The log itself, which some report lists, differs by every event."""
    limits = [Limits(code) for code in codes] if report.NAME == OF_ONE else [Limits(authority or None)]
    return any(_rows_digest(report, before, limit) != _rows_digest(report, after, limit) for limit in limits)


def _rows_digest(report: Report, view: View, limits: Limits) -> str:
    view.limits = limits
    sheet = Sheet(report, heading_of(report, view, None), view)
    for _ in sheet.rows():
        pass
    return sheet.footing().rows_digest
