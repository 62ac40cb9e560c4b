"""上限額: the limit of a window on a day: a waiver's, the row's own, or that of the programme version in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from lifecycle.aggregates import Waiver
from lifecycle.aggregates.facts import Window
from lifecycle.programme import in_force
from lifecycle.programme.authorities import Authority
from lifecycle.projections.cap_usage import CapRow, Rows
from lifecycle.rules.caps import Place, windows_for
from lifecycle.values import Kind


class Limits:
    """Limits by window on a day: a waiver's while it holds; else the row's own, as its last decision set it;
    else, for a row that a waiver has moved or that has none, those of the version in force.
    """

    def __init__(self, authority: Authority, confirmed: set[str], waivers: list[Waiver], on: date) -> None:
        self._authority = authority
        self._confirmed = confirmed
        self._waivers = waivers
        self._on = on

    def apply(self, row: CapRow) -> CapRow:
        """A row with its limit and where that is written; a limit of None is undetermined."""
        window = row.window
        waived = [waiver for waiver in self._waivers if waiver.rule == window.rule]
        if window.limit_yen is not None and not waived:
            return row
        year = window.fiscal_year or window.first_year or 0
        same = (w for w in self._windows(year, window.project or "") if w.rule == window.rule)
        in_force_now = next(same, window)
        holding = [waiver for waiver in waived if waiver.holds_on(self._on)]
        limited = under(holding[-1], in_force_now) if holding else in_force_now
        limits = {"limit_yen": limited.limit_yen, "source": limited.source}
        return msgspec.structs.replace(row, window=msgspec.structs.replace(window, **limits))

    def empty(self, rows: Mapping[str, CapRow], fiscal_year: int) -> Rows:
        """Windows of a fiscal year in which nothing stands yet."""
        has_plan = any(row.window.period == "plan" for row in rows.values())
        return {
            window.window: CapRow(window)
            for window in self._windows(fiscal_year, "")
            if window.period == "fiscal_year" or (window.period == "plan" and not has_plan)
        }

    def _windows(self, fiscal_year: int, project: str) -> list[Window]:
        starts = date(fiscal_year, 4, 1)
        rules = in_force(starts)
        if rules is None or rules.is_closed:
            return []
        place = Place(
            self._authority.code, self._authority.tier, fiscal_year, project, fiscal_year, fiscal_year
        )
        confirmed = f"programme/{rules.id}" in self._confirmed
        return windows_for(rules, place, list(Kind), starts, confirmed=confirmed)


def under(waiver: Waiver, window: Window) -> Window:
    """A window with the limit that a waiver puts in its place, and the waiver's document beside its source."""
    source = f"{window.source}; waived until {waiver.until}: {waiver.document}"
    return msgspec.structs.replace(window, limit_yen=waiver.limit_yen, source=source)
