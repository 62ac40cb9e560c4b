"""`grants check caps`: projection, naive derivation and stored rows say the same: the yen at every prefix of the log,
every column at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, pairwise
from typing import Any

from msgspec.structs import replace

from lifecycle.aggregates import Event
from lifecycle.checks.cap_rows import (
    amounts_finding,
    row_findings,
    row_of,
    slot_findings,
    stored_findings,
)
from lifecycle.checks.left_out import left_out_findings
from lifecycle.checks.naive import NONE, NaiveCaps, Totals
from lifecycle.errors import Finding
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows, Slots
from lifecycle.projections.cap_usage import CapRow, Rows
from lifecycle.store import Store
from lifecycle.store.entries import read_entry, to_event
from lifecycle.store.log import AsOf, open_log


def check_caps(store: Store, point: AsOf) -> Iterator[Finding]:
    """上限額の点検. Yields a finding per window that does not tie out, with the event that showed it.

    As of a point two derivations of the log are held to each other; stored rows are those of now. On the effective
    clock there is no order in which limits held but that of the business dates.
    """
    is_as_recorded = point.effective_on is None
    rows: dict[str, Rows] = {}
    slots: SlotRows = {}
    naive = NaiveCaps()
    seqs: dict[str, int] = {}
    events: dict[str, list[Event]] = {}
    written = _Written()
    with open_log(store) as log:
        for n, entry in log.committed() if point.is_now else log.entries(point):
            summed = naive.take(entry)
            event = to_event(entry)
            touched = cap_usage.authority_touched(event)
            own = rows.setdefault(touched, {}) if touched else {}
            changed = cap_usage.apply(own, event)
            own |= changed
            if is_as_recorded:
                recorded = read_entry(entry)
                yield from _seq_findings(n, recorded.caps, seqs)
                yield from written.follow(n, recorded.command, changed)
            slots |= application_slots.apply(slots, event)
            if touched:
                events.setdefault(touched, []).append(event)
            if authority := touched or summed:
                yield from _differences(f"event {n}", rows.get(authority, {}), naive.totals(authority))
        yield from written.over_limit()
        for authority, touching in events.items():
            yield from left_out_findings(log, point, rows[authority], touching)
        stored, stored_slots = {row["window"]: row for row in log.cap_rows()}, log.slots()
    yield from _over_limit_by_day(events)
    if point.is_now:
        yield from _slot_findings(slots, stored_slots)
        derived = {name: row for of_authority in rows.values() for name, row in of_authority.items()}
        yield from _row_findings(derived, naive, stored)


def _differences(where: str, rows: Rows, expected: Mapping[str, Totals]) -> Iterator[Finding]:
    for name in sorted(rows.keys() | expected.keys()):
        total = rows[name].total if name in rows else None
        held = (total.requested_yen, total.reserved_yen, total.used_yen) if total else None
        if (held or NONE) != (right := expected.get(name, NONE)):
            yield amounts_finding(where, name, held, right, "projection")


def _row_findings(derived: Rows, naive: NaiveCaps, stored: Mapping[Any, Any]) -> Iterator[Finding]:
    """Every column of every row: the stored one is the projected one, and that is the one of the plain sums."""
    projected = {name: row_of(row) for name, row in derived.items()}
    summed = dict(naive.rows())
    for name in sorted(projected.keys() | summed.keys() | stored.keys(), key=str):
        row = projected.get(name)
        yield from stored_findings(name, stored.get(name), row)
        yield from row_findings(name, row, summed.get(name), "projection")


class _Written:
    """What a command has made of the windows, once all of its events are told.

    A change that moves a plan's years and takes yen from it fills a window with one event and empties it with the
    next: neither stands alone.
    """

    def __init__(self) -> None:
        self.command = ""
        self.rows: dict[str, tuple[int, CapRow]] = {}

    def follow(self, n: int, command: str, changed: Mapping[str, CapRow]) -> Iterator[Finding]:
        """One more event; tells of the command before, when another one begins."""
        if command != self.command:
            yield from self.over_limit()
            self.command, self.rows = command, {}
        self.rows |= {name: (n, row) for name, row in changed.items()}

    def over_limit(self) -> Iterator[Finding]:
        """The windows that hold more than their hard limit now."""
        for name, (n, row) in self.rows.items():
            yield from _over(f"event {n}", name, row)


def _over(where: str, name: str, row: CapRow) -> Iterator[Finding]:
    limit_yen, taken_yen = row.window.limit_yen, row.taken_yen
    if row.window.strength == "hard" and limit_yen is not None and taken_yen > limit_yen:
        yield Finding(
            rule=row.window.rule,
            strength="hard",
            source=row.window.source,
            message=f"{where}: {name} holds {taken_yen:,} yen over its hard limit",
            remedy="find the decision there: grants log --since YYYY-MM-DD",
            limit=limit_yen,
            used=taken_yen,
            excess=taken_yen - limit_yen,
        )


def _over_limit_by_day(events: Mapping[str, list[Event]]) -> Iterator[Finding]:
    """The same on the effective clock, which a decision dated back might have filled twice.

    A waiver may be recorded after a decision it is dated before: the widest limit that any decision had counts.
    """
    for of_authority in events.values():
        if all(one.act.on <= other.act.on for one, other in pairwise(of_authority)):
            continue  # the log's order is that of the business dates, and was held against the limits already
        days = list(cap_usage.by_day(of_authority))
        widest: dict[str, int] = {}
        for name, row in chain.from_iterable(rows.items() for _, rows in days):
            widest[name] = max(widest.get(name, 0), row.window.limit_yen or 0)
        for day, rows in days:
            for name, row in rows.items():
                limited = replace(row.window, limit_yen=widest[name] or None)
                yield from _over(f"business date {day}", name, replace(row, window=limited))


def _slot_findings(derived: SlotRows, stored: SlotRows) -> Iterator[Finding]:
    """申請件数: the stored slots are those of the log."""
    for key in sorted(derived.keys() | stored.keys()):
        none = Slots(*key)
        yield from slot_findings("{} in round {}".format(*key), stored.get(key, none), derived.get(key, none))


def _seq_findings(n: int, caps: Mapping[str, int], seqs: dict[str, int]) -> Iterator[Finding]:
    for window, seq in caps.items():
        if seq != seqs.get(window, 0) + 1:
            yield Finding(
                rule="cap_seq",
                strength="hard",
                source="reliability.md I2",
                message=f"event {n}: {window} has sequence {seq} after {seqs.get(window, 0)}",
                remedy="an event of this window is missing or out of order; restore from a backup",
            )
        seqs[window] = seq
