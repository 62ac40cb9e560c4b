"""`caps`: an authority's windows with their limits as they may be used at that point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from lifecycle.aggregates import Waiver
from lifecycle.aggregates.facts import Window
from lifecycle.programme import in_force
from lifecycle.programme.authorities import Authority
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows
from lifecycle.projections.cap_usage import CapRow, Rows
from lifecycle.rules.caps import Place, windows_for
from lifecycle.service.views import Json, window_view
from lifecycle.service.waiving import all_waivers, under
from lifecycle.store import Store, inline
from lifecycle.store.log import AsOf, Log, open_log
from lifecycle.store.transaction import Transaction, fold
from lifecycle.values import Kind, fiscal_year_of

ORDER = {"soft": 0, "facility": 1, "infrastructure": 2}


def caps_view(
    store: Store,
    now: Callable[[], datetime],
    authority: Authority,
    point: AsOf,
    only_year: int | None,
    on: date,
) -> Json:
    """`caps AUTHORITY`: rows in use, and the empty windows of the fiscal year that is asked for or runs on `on`."""
    shown_year = only_year or fiscal_year_of(on)
    if point.is_now:
        with store.reading() as connection:
            rows = inline.read_caps(connection, authority.code)
            slots = {
                key: value
                for key, value in inline.read_all_slots(connection).items()
                if key[0] == authority.code
            }
            transaction = Transaction(connection, now)
            confirmed = set(transaction.streams("programme/"))
            waivers = all_waivers(transaction, authority.code)
    else:
        with open_log(store) as log:
            rows, slots = _rows_at(log, authority.code, point)
            confirmed = _confirmed_at(log, point)
            waivers = _waivers_at(log, authority.code, point)
    limits = _Limits(authority, confirmed, waivers, on)
    years = {row.window.fiscal_year for row in rows.values() if row.window.fiscal_year} | {shown_year}
    for year in sorted(years):
        rows = {**limits.empty(rows, year), **rows}
    shown = sorted(rows.values(), key=_order)
    return {
        "authority": authority.code,
        "name": authority.name_ja,
        "tier": authority.tier.value,
        "as_of": None,
        "windows": [
            window_view(limits.apply(row))
            for row in shown
            if only_year is None or _in_year(row.window, only_year)
        ],
        "slots": [_slots_view(value) for _, value in sorted(slots.items())],
    }


def _rows_at(log: Log, authority: str, point: AsOf) -> tuple[Rows, SlotRows]:
    rows: Rows = {}
    slots: SlotRows = {}
    for event in log.events(point, beginning=authority):
        rows |= cap_usage.apply(rows, event)
        slots |= application_slots.apply(slots, event)
    return rows, slots


def _confirmed_at(log: Log, point: AsOf) -> set[str]:
    return {event.originator_id for event in log.events(point, beginning="programme/")}


def _waivers_at(log: Log, authority: str, point: AsOf) -> list[Waiver]:
    found = (fold([event]) for event in log.events(point, beginning=f"{authority}-waiver/"))
    return [waiver for waiver in found if isinstance(waiver, Waiver)]


class _Limits:
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


def _in_year(window: Window, fiscal_year: int) -> bool:
    if window.fiscal_year is not None:
        return window.fiscal_year == fiscal_year
    return (window.first_year or 0) <= fiscal_year <= (window.last_year or 9999)


def _order(row: CapRow) -> tuple[Any, ...]:
    window = row.window
    return (
        ORDER[window.kind],
        window.period != "fiscal_year",
        window.fiscal_year or 0,
        window.period,
        window.project or "",
    )


def _slots_view(slots: application_slots.Slots) -> Json:
    return {
        "round": slots.round,
        "ordinary": slots.ordinary,
        "ordinary_limit": slots.ordinary_limit,
        "outside": slots.outside,
        "outside_limit": slots.outside_limit,
    }
