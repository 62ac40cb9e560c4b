"""`grants check caps`: projection, naive derivation and stored rows give the same yen, at every prefix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, pairwise

from msgspec.structs import replace

from lifecycle.aggregates import Event
from lifecycle.checks.naive import NaiveCaps, Totals
from lifecycle.errors import Finding
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows, Slots
from lifecycle.projections.cap_usage import CapRow, Rows
from lifecycle.store import Store, inline
from lifecycle.store.entries import read_entry, to_event
from lifecycle.store.log import open_log


def check_caps(store: Store) -> Iterator[Finding]:
    """上限額の点検. Yields a finding per window that does not tie out, with the event that showed it."""
    rows: Rows = {}
    slots: SlotRows = {}
    naive = NaiveCaps()
    seqs: dict[str, int] = {}
    events: dict[str, list[Event]] = {}
    with open_log(store) as log:
        for n, entry in log.entries():
            authority = naive.take(entry)
            event = to_event(entry)
            changed = cap_usage.apply(rows, event)
            rows |= changed
            yield from _seq_findings(n, read_entry(entry).caps, seqs)
            slots |= application_slots.apply(slots, event)
            if authority:
                if cap_usage.authority_touched(event):
                    events.setdefault(authority, []).append(event)
                own = {name: row for name, row in rows.items() if name.startswith(authority)}
                yield from _differences(f"event {n}", own, naive.totals(authority))
                yield from _over_limit(n, changed)
        stored = {
            row["window"]: (row["requested_yen"], row["reserved_yen"], row["used_yen"])
            for row in log.cap_rows()
        }
    yield from _slot_findings(slots, store)
    yield from _over_limit_by_day(events)
    derived = {name: _totals(row) for name, row in rows.items()}
    for name in sorted(derived.keys() | stored.keys()):
        if derived.get(name) != stored.get(name):
            yield _finding("the end of the log", name, stored.get(name), derived.get(name), "stored row")


def _totals(row: CapRow) -> Totals:
    return row.total.requested_yen, row.total.reserved_yen, row.total.used_yen


def _differences(where: str, rows: Mapping[str, CapRow], naive: Mapping[str, Totals]) -> Iterator[Finding]:
    for name in sorted(rows.keys() | naive.keys()):
        projected = _totals(rows[name]) if name in rows else None
        expected = naive.get(name, (0, 0, 0))
        if (projected or (0, 0, 0)) != expected:
            yield _finding(where, name, projected, expected, "projection")


def _over_limit(n: int, changed: Mapping[str, CapRow]) -> Iterator[Finding]:
    for name, row in changed.items():
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


def _slot_findings(derived: SlotRows, store: Store) -> Iterator[Finding]:
    """申請件数: the stored slots are those of the log."""
    with store.reading() as connection:
        stored = inline.read_all_slots(connection)
    for authority, round_ in sorted(derived.keys() | stored.keys()):
        expected = derived.get((authority, round_), Slots(authority, round_))
        found = stored.get((authority, round_), Slots(authority, round_))
        if (found.ordinary, found.outside) != (expected.ordinary, expected.outside):
            yield Finding(
                rule="caps",
                strength="hard",
                source="reliability.md I17; seed G40, G41",
                message=f"at the end of the log the stored row of {authority} in round {round_} holds "
                f"{found.ordinary} new applications and {found.outside} outside the limit; the log adds up to "
                f"{expected.ordinary} and {expected.outside}",
                remedy="the log is right: stop writing, and rebuild the projection from it",
            )


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


def _finding(where: str, name: str, found: Totals | None, expected: Totals | None, what: str) -> Finding:
    return Finding(
        rule="caps",
        strength="hard",
        source="reliability.md I17",
        message=f"at {where} the {what} of {name} holds {_told(found)}; the log adds up to {_told(expected)}",
        remedy="the log is right: stop writing, and rebuild the projection from it",
    )


def _told(totals: Totals | None) -> str:
    if totals is None:
        return "nothing"
    return "requested {:,}, reserved {:,}, used {:,} yen".format(*totals)
