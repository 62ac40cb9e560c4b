"""One command's transaction: what it read, what it will write, and the commit of both as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from lifecycle.aggregates import Aggregate, Event
from lifecycle.errors import AlreadyRecorded
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import Slots
from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline
from lifecycle.store.entries import Entry, entry_of, instant, next_instant, read_entry, to_event
from lifecycle.store.recorder import LogRecorder

A = TypeVar("A", bound=Aggregate)


class Recorded(msgspec.Struct, frozen=True):
    """An event as recorded: its number in the log and its entry."""

    n: int
    entry: Entry


class Transaction:
    """What a command may read, and where its aggregates wait to be recorded."""

    def __init__(self, connection: Any, now: Callable[[], datetime]) -> None:
        self.connection = connection
        self._now = now
        self._recorder = LogRecorder(connection)
        self._aggregates: dict[str, Aggregate] = {}
        self._caps: dict[str, Rows] = {}
        self._slots: dict[tuple[str, str], Slots] = {}

    # ------------------------------------------------------------------ reading

    def find(self, aggregate_class: type[A], stream: str) -> A | None:
        """The aggregate of a stream, or None when nothing is recorded of it."""
        if stream not in self._aggregates:
            stored = self._recorder.entries(stream)
            if not stored:
                return None
            self._aggregates[stream] = fold(map(to_event, stored))
        found = self._aggregates[stream]
        if not isinstance(found, aggregate_class):
            return None
        return found

    def entry(self, n: int) -> Entry | None:
        """The entry of this number in the log, or None."""
        row = self.connection.execute("SELECT entry FROM events WHERE n = ?", (n,)).fetchone()
        return read_entry(bytes(row[0])) if row else None

    def entries_after(self, n: int, stream: str) -> list[Entry]:
        """Later entries of a stream, in order."""
        sql = "SELECT entry FROM events WHERE stream = ? AND n > ? ORDER BY n"
        return [read_entry(bytes(row[0])) for row in self.connection.execute(sql, (stream, n))]

    def events_of(self, authority: str) -> list[Event]:
        """Everything recorded of an authority's projects and grants, in log order."""
        sql = "SELECT entry FROM events WHERE stream >= ? AND stream < ? ORDER BY n"
        rows = self.connection.execute(sql, (f"{authority}-", f"{authority}-\U0010ffff"))
        return [to_event(bytes(row[0])) for row in rows]

    def streams(self, beginning: str) -> list[str]:
        """Streams whose id begins so, in order."""
        return streams(self.connection, beginning)

    def cap_rows(self, authority: str) -> Rows:
        """Cap usage of one authority, by window."""
        if authority not in self._caps:
            self._caps[authority] = inline.read_caps(self.connection, authority)
        return self._caps[authority]

    def slots(self, authority: str, round_: str) -> Slots:
        """Slots of new applications an authority has used in a round."""
        key = (authority, round_)
        if key not in self._slots:
            self._slots[key] = inline.read_slots(self.connection, authority, round_)
        return self._slots[key]

    # ------------------------------------------------------------------ writing

    def add(self, aggregate: Aggregate) -> None:
        """Take in a new aggregate.

        Raises:
            AlreadyRecorded: its stream exists.
        """
        if aggregate.id in self._aggregates or self._recorder.has_begun(aggregate.id):
            raise AlreadyRecorded(f"{aggregate.id} is recorded already")
        self._aggregates[aggregate.id] = aggregate

    def record(self) -> list[Recorded]:
        """Write what the aggregates hold pending: cap rows and slots first, then the entries."""
        pending: list[Any] = []
        for aggregate in self._aggregates.values():
            pending += aggregate.collect_events()
        return self._append(pending, self._project(pending))

    def _project(self, pending: list[Event]) -> list[dict[str, int]]:
        seqs: list[dict[str, int]] = []
        changed: Rows = {}
        before: Rows = {}
        for event in pending:
            seqs.append({})
            if authority := cap_usage.authority_touched(event):
                rows = self.cap_rows(authority)
                after = cap_usage.apply({**rows, **changed} if changed else rows, event)
                for name, row in after.items():
                    seqs[-1][name] = row.seq
                    if name in rows:
                        before[name] = rows[name]
                changed |= after
            self._count_slots(event)
        if changed:
            inline.write_caps(self.connection, before, changed)
        return seqs

    def _count_slots(self, event: Event) -> None:
        round_ = getattr(event, "round", "")
        if not round_ or not getattr(event, "slot", ""):
            return
        authority = cap_usage.authority_touched(event) or ""
        self.slots(authority, round_)
        changed = application_slots.apply(self._slots, event)
        inline.write_slots(self.connection, changed.values())
        self._slots |= changed

    def _append(self, pending: list[Event], seqs: list[dict[str, int]]) -> list[Recorded]:
        n, last = self._recorder.tail()
        recorded = []
        for event, caps in zip(pending, seqs, strict=True):
            n, last = n + 1, instant(next_instant(self._now(), last))
            entry = entry_of(event, last, caps)
            self._recorder.append(n, entry)
            recorded.append(Recorded(n, entry))
        return recorded


def fold(events: Any) -> Any:
    """The aggregate that a stream's events add up to; None when they do not begin with its first fact.

    Versions may have gaps: a read on the effective clock leaves out events that had not taken effect.
    """
    aggregate: Any = None
    for event in events:
        if aggregate is not None:
            aggregate.version = event.originator_version - 1
            event.mutate(aggregate)
        elif event.originator_version == 1:
            aggregate = event.mutate(None)
    return aggregate


def streams(connection: Any, beginning: str) -> list[str]:
    """Streams whose id begins so, in order; answered from the index alone."""
    sql = "SELECT stream FROM events WHERE stream >= ? AND stream < ? AND version = 1 ORDER BY stream"
    rows = connection.execute(sql, (beginning, beginning + "\U0010ffff"))
    return [row[0] for row in rows]
