"""`caps`: an authority's windows with their limits as they may be used at that point."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from lifecycle.aggregates import Waiver
from lifecycle.aggregates.facts import Window
from lifecycle.checks.limits import Limits
from lifecycle.programme.authorities import Authority
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows
from lifecycle.projections.cap_usage import CapRow, Rows
from lifecycle.service.views import Json, window_view
from lifecycle.service.waiving import all_waivers
from lifecycle.store import Store, inline
from lifecycle.store.log import AsOf, Log, open_log
from lifecycle.store.transaction import Transaction, fold
from lifecycle.values import fiscal_year_of

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
    limits = Limits(authority, confirmed, waivers, on)
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
