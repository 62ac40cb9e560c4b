"""再現: a story told event by event, with the money after each: of one stream, a project, or the whole ledger."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import msgspec

from lifecycle.aggregates import Grant
from lifecycle.reports.money import money_of, plus
from lifecycle.store import histories
from lifecycle.store.entries import read_entry, to_event
from lifecycle.store.log import AsOf, Log
from lifecycle.store.transaction import fold

Json = dict[str, Any]

KEPT = 2_000
"""Aggregates kept in memory; one that is needed again is folded again."""


def replay(log: Log, database: Any, point: AsOf, target: str) -> Iterator[Json]:
    """Each event of the target ("" is everything), with its grant's money after it and that of all so far."""
    standing = _Standing(database, point)
    total = money_of(None)
    for n, stored in _entries(log, point, target):
        entry, event = read_entry(stored), to_event(stored)
        before, after, aggregate = standing.take(n, event)
        total = plus(total, before, after)
        yield {
            "n": n,
            "recorded_at": entry.recorded_at,
            "effective_on": entry.effective_on.isoformat(),
            "by": entry.by,
            "reason": entry.reason,
            "stream": entry.stream,
            "version": entry.version,
            "type": entry.type,
            "data": msgspec.json.decode(entry.data),
            "status": aggregate.status.value if isinstance(aggregate, Grant) else "",
            "money": after if isinstance(aggregate, Grant) else {},
            "total": total,
        }


def _entries(log: Log, point: AsOf, target: str) -> Iterator[tuple[int, bytes]]:
    if not target:
        yield from log.entries(point)
        return
    for n, stored in log.entries(point, beginning=target):
        stream = read_entry(stored).stream
        if stream == target or stream.startswith(f"{target}/"):
            yield n, stored


class _Standing:
    """The aggregates as the story goes on; a bounded number of them."""

    def __init__(self, database: Any, point: AsOf) -> None:
        self._database = database
        self._point = point
        self._kept: OrderedDict[str, Any] = OrderedDict()

    def take(self, n: int, event: Any) -> tuple[dict[str, int], dict[str, int], Any]:
        """Apply an event; the money before and after it, and the aggregate."""
        stream = event.originator_id
        aggregate = self._find(n, stream, event.originator_version)
        before = money_of(aggregate)
        if aggregate is None:
            aggregate = event.mutate(None) if event.originator_version == 1 else None
        else:
            aggregate.version = event.originator_version - 1
            event.mutate(aggregate)
        self._keep(stream, aggregate)
        return before, money_of(aggregate), aggregate

    def _find(self, n: int, stream: str, version: int) -> Any:
        if version == 1 or stream in self._kept:
            return self._kept.get(stream)
        earlier = histories.of_streams(self._database, [stream], n - 1, effective_on=self._point.effective_on)
        return fold(to_event(one.entry) for one in earlier)

    def _keep(self, stream: str, aggregate: Any) -> None:
        self._kept[stream] = aggregate
        self._kept.move_to_end(stream)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
