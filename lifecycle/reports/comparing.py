"""差分: what changed between two points: grants, caps, read tables and reports, with the events that did it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby, zip_longest
from typing import Any

from lifecycle.aggregates import Aggregate, Grant
from lifecycle.aggregates.base import Event
from lifecycle.errors import BadInput
from lifecycle.nightly.folding import cells_of, history_of, rows_after
from lifecycle.projections.nightly import BY_EVENT, BY_STREAM
from lifecycle.projections.shape import History
from lifecycle.reports.differing import Side, differing
from lifecycle.reports.money import FIELDS, money_of, plus
from lifecycle.store import histories
from lifecycle.store.entries import read_entry, to_event
from lifecycle.store.histories import Stored
from lifecycle.store.log import AsOf
from lifecycle.values import authority_of, has_code_form

Json = dict[str, Any]
WORDS = ("status", "title", "programme")
CAP_FIELDS = ("limit_yen", "requested_yen", "reserved_yen", "used_yen")
PAGE = 200


class Compared:
    """Two points of one log."""

    def __init__(
        self, database: Any, start: AsOf, end: AsOf, authority: str | None, today: Callable[[], date]
    ) -> None:
        self._database, self._today = database, today
        self._points = start, end
        self._authority = authority or ""
        self._n = histories.number_at(database, start), histories.number_at(database, end)
        if self._is_backwards():
            raise BadInput("--from lies after --to; give the earlier point first")
        self._counts: dict[str, dict[str, int]] = {}

    def _is_backwards(self) -> bool:
        start, end = self._points
        if start.effective_on and end.effective_on:
            return start.effective_on > end.effective_on
        return self._n[0] > self._n[1]

    def told(self) -> Json:
        """Everything that changed."""
        events = self._events_between()
        by_stream: dict[str, list[Json]] = {}
        for event in events:
            by_stream.setdefault(event["stream"], []).append(event)
        grants = list(self._grants(by_stream))
        total = {"before": money_of(None), "after": money_of(None)}
        for side, sums in total.items():
            for grant in grants:
                sums.update(plus(sums, money_of(None), grant[side]["money"]))
        caps = list(self._caps(by_stream))
        return {
            "from": {"event": self._n[0]},
            "to": {"event": self._n[1]},
            "events": len(events),
            "grants": [_without_sides(grant) for grant in grants],
            "others": [
                {"stream": stream, "events": told}
                for stream, told in sorted(by_stream.items())
                if stream not in {grant["grant"] for grant in grants}
            ],
            "caps": caps,
            "tables": [{"table": name, **counts} for name, counts in sorted(self._counts.items())],
            "reports": differing(*self._sides(), by_stream, self._authority),
            "totals": [
                {
                    "field": name,
                    "before_yen": total["before"][name],
                    "after_yen": total["after"][name],
                    "difference_yen": total["after"][name] - total["before"][name],
                }
                for name in FIELDS
            ],
        }

    def _sides(self) -> tuple[Side, Side]:
        start, end = (
            Side(self._database, point, n, self._today)
            for point, n in zip(self._points, self._n, strict=True)
        )
        return start, end

    def _events_between(self) -> list[Json]:
        """Events that are in the later state and not in the earlier one, in the order of the log."""
        start, end = self._points
        reached = 0 if start.effective_on or end.effective_on else self._n[0]
        found = []
        while page := histories.after(self._database, reached, self._n[1]):
            reached = page[-1].n
            for stored in page:
                entry = read_entry(stored.entry)
                if not stored.stream.startswith(self._authority) or self._is_at(
                    0, stored, entry.effective_on
                ):
                    continue
                if self._is_at(1, stored, entry.effective_on):
                    head = {"n": stored.n, "stream": stored.stream, "type": entry.type, "by": entry.by}
                    found.append({**head, "effective_on": entry.effective_on.isoformat()})
        return found

    def _is_at(self, side: int, stored: Stored, effective_on: Any) -> bool:
        until = self._points[side].effective_on
        return stored.n <= self._n[side] and (until is None or effective_on.isoformat() <= until)

    # ------------------------------------------------------------------ grants

    def _grants(self, by_stream: dict[str, list[Json]]) -> Iterator[Json]:
        names = sorted(by_stream)
        for start in range(0, len(names), PAGE):
            some = names[start : start + PAGE]
            before, after = (self._histories(some, side) for side in (0, 1))
            for stream in some:
                self._count(before.get(stream), after.get(stream))
                aggregates = [side[stream].aggregate if stream in side else None for side in (before, after)]
                grant = aggregates[1] or aggregates[0]
                if isinstance(grant, Grant):
                    yield _changed(grant, aggregates, by_stream[stream])

    def _histories(self, streams: list[str], side: int) -> dict[str, History]:
        stored = histories.of_streams(
            self._database, streams, self._n[side], effective_on=self._points[side].effective_on
        )
        by_stream = groupby(stored, lambda one: one.stream)
        return {stream: history_of(stream, events) for stream, events in by_stream}

    def _count(self, before: History | None, after: History | None) -> None:
        """Rows of every read table that this stream adds, takes away or changes."""
        for projection in BY_STREAM:
            sides = [
                [cells_of(projection.COLUMNS, row) for row in projection.rows(side)] if side else []
                for side in (before, after)
            ]
            self._count_rows(projection.NAME, *sides)

    def _count_rows(self, name: str, before: list[str], after: list[str]) -> None:
        counts = self._counts.setdefault(name, {"added": 0, "removed": 0, "changed": 0})
        for one, other in zip_longest(before, after):
            if one is None:
                counts["added"] += 1
            elif other is None:
                counts["removed"] += 1
            elif one != other:
                counts["changed"] += 1

    # ------------------------------------------------------------------ caps

    def _caps(self, by_stream: dict[str, list[Json]]) -> Iterator[Json]:
        codes = sorted({authority_of(stream) for stream in by_stream})
        for code in codes:
            if not has_code_form(code):
                continue
            for projection in BY_EVENT:
                before, after = (
                    rows_after(projection, self._of_authority(code, side)).get(code, []) for side in (0, 1)
                )
                columns = projection.COLUMNS
                self._count_rows(
                    projection.NAME,
                    [cells_of(columns, row) for row in before],
                    [cells_of(columns, row) for row in after],
                )
                held = {row["window"]: row for row in before}
                for row in after:
                    was = held.get(row["window"], {})
                    changes = [
                        _change(field, was.get(field), row[field])
                        for field in CAP_FIELDS
                        if (was.get(field) or 0) != (row[field] or 0)
                    ]
                    if changes:
                        head = {"window": row["window"], "authority": code, "rule": row["rule"]}
                        yield {**head, "changes": changes}

    def _of_authority(self, code: str, side: int) -> list[Event]:
        stored = histories.by_stream(
            self._database, self._n[side], effective_on=self._points[side].effective_on, beginning=code
        )
        return [to_event(one.entry) for one in sorted(stored, key=lambda one: one.n)]


def _change(field: str, before: Any, after: Any) -> Json:
    return {"field": field, "before": before, "after": after}


def _side(aggregate: Aggregate | None) -> Json:
    words: Json = dict.fromkeys(WORDS)
    if isinstance(aggregate, Grant):
        words = {"status": aggregate.status.value, "title": aggregate.title, "programme": aggregate.programme}
    return {"money": money_of(aggregate), "words": words}


def _changed(grant: Grant, aggregates: list[Any], events: list[Json]) -> Json:
    before, after = (_side(aggregate) for aggregate in aggregates)
    changes = [
        _change(name, before["words"][name], after["words"][name])
        for name in WORDS
        if before["words"][name] != after["words"][name]
    ]
    changes += [
        _change(name, before["money"][name], after["money"][name])
        for name in FIELDS
        if before["money"][name] != after["money"][name]
    ]
    return {
        "grant": grant.id,
        "authority": grant.authority,
        "events": events,
        "changes": changes,
        "before": before,
        "after": after,
    }


def _without_sides(grant: Json) -> Json:
    return {name: value for name, value in grant.items() if name not in ("before", "after")}
