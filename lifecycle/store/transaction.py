"""One command's transaction: what it read, and the draft of what it will write; the store commits both as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from lifecycle.aggregates import Aggregate, Event
from lifecycle.aggregates.base import Created
from lifecycle.errors import AlreadyRecorded
from lifecycle.nearest import see
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows, Slots
from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline
from lifecycle.store.entries import Entry, entry_of, instant, later, read_entry, to_event
from lifecycle.store.recorder import LogRecorder, recorder_on
from lifecycle.store.remembered import Nothing, Remembers

A = TypeVar("A", bound=Aggregate)
E = TypeVar("E", bound=Event)


class Recorded(msgspec.Struct, frozen=True):
    """An event as recorded. Its number in the log is no part of it: a server gives that after the commit."""

    entry: Entry


class Draft(msgspec.Struct, frozen=True):
    """What a command will write: entries in order, and rows of the INLINE projections before and after.

    `first` is the number of its first entry, where the log is written one command after the other.
    """

    first: int
    entries: list[Entry]
    caps_before: Rows
    caps_after: Rows
    slots_before: SlotRows
    slots_after: SlotRows
    recorder: LogRecorder

    @property
    def recorded(self) -> list[Recorded]:
        """The entries as the command's result tells of them."""
        return [Recorded(entry) for entry in self.entries]


class Transaction:
    """What a command may read, and where its aggregates wait to be recorded."""

    def __init__(
        self,
        connection: Any,
        now: Callable[[], datetime],
        recorder: LogRecorder | None = None,
        remembered: Remembers | None = None,
    ) -> None:
        self.connection = connection
        self._now = now
        self._recorder = recorder or recorder_on(connection)
        self._remembered = remembered or Nothing()
        self._aggregates: dict[str, Aggregate] = {}
        self._caps: dict[str, Rows] = {}
        self._slots: dict[tuple[str, str], Slots] = {}
        self._draft: Draft

    # ------------------------------------------------------------------ reading

    def find(self, aggregate_class: type[A], stream: str) -> A | None:
        """The aggregate of a stream, or None when nothing is recorded of it."""
        found = self._aggregates.get(stream) or self._found(stream)
        return found if isinstance(found, aggregate_class) else None

    def _found(self, stream: str) -> Aggregate | None:
        found = self._remembered.take(stream)
        if found is None:
            stored = self._recorder.entries(stream)
            if not stored:
                return None
            found = fold(map(to_event, stored))
        self._aggregates[stream] = found
        return found

    def entry(self, n: int) -> Entry | None:
        """The entry of this number in the log, or None."""
        row = self.connection.execute("SELECT entry FROM log WHERE n = ?", (n,)).fetchone()
        return read_entry(bytes(row[0])) if row else None

    def entries_after(self, entry: Entry) -> list[Entry]:
        """Later entries of the same stream, in order."""
        sql = "SELECT entry FROM events WHERE stream = ? AND version > ? ORDER BY version"
        rows = self.connection.execute(sql, (entry.stream, entry.version))
        return [read_entry(bytes(row[0])) for row in rows]

    def numbered(self, stream: str) -> list[tuple[int, Entry]]:
        """Entries of a stream that stand in the log by now, in order, each with its number there."""
        rows = self.connection.execute("SELECT n, entry FROM log WHERE stream = ? ORDER BY n", (stream,))
        return [(int(row[0]), read_entry(bytes(row[1]))) for row in rows]

    def events_of(self, authority: str) -> list[Event]:
        """Everything recorded of an authority's projects and grants, in the order in which it was."""
        return [to_event(entry) for entry in self._recorder.entries_beginning(f"{authority}-")]

    def begun_with(self, event_class: type[E], beginning: str) -> list[E]:
        """The events of one type with which streams begin whose id begins so, by stream."""
        return [to_event(entry) for entry in self._recorder.first_entries(beginning, event_class.TOPIC)]  # type: ignore[misc]

    def streams(self, beginning: str) -> list[str]:
        """Streams whose id begins so, in order."""
        return self._recorder.streams(beginning)

    def cap_rows(self, authority: str) -> Rows:
        """Cap usage of one authority, by window."""
        rows = self._caps.get(authority)
        if rows is None:
            rows = self._caps[authority] = self._cap_rows(authority)
        return rows

    def _cap_rows(self, authority: str) -> Rows:
        rows = self._remembered.caps(authority)
        return self._recorder.caps(authority) if rows is None else rows

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
        stream = aggregate.id
        if stream in self._aggregates or self._recorder.has_begun(stream):
            raise AlreadyRecorded(f"{stream} is recorded already", remedy=see(stream))
        self._aggregates[stream] = aggregate

    def draft(self) -> Draft:
        """What the aggregates hold pending, with the cap rows and slots as they will be. Once a transaction."""
        pending: list[Any] = []
        for aggregate in self._aggregates.values():
            waiting = aggregate.pending_events
            pending += waiting
            waiting.clear()
        slots_before, slots_after = self._counted_slots(pending)
        seqs, caps_before, caps_after = self._projected(pending)
        n, entries = self._entries(pending, seqs)
        self._draft = Draft(n, entries, caps_before, caps_after, slots_before, slots_after, self._recorder)
        return self._draft

    @property
    def written_for(self) -> str | None:
        """The authority whose project or grant the draft writes in, if the command has not asked for its caps."""
        authority, dash, _ = (self._draft.entries[-1].stream if self._draft.entries else "").partition("-")
        return authority if dash and authority not in self._caps else None

    def keep(self) -> None:
        """Remember what was read and written: the draft stands in the log."""
        draft, caps = self._draft, self._caps
        for name, row in draft.caps_after.items():
            known = caps[authority := row.authority]
            after = {**known, name: row}
            caps[authority] = after if name in known else dict(sorted(after.items()))  # as they would be read
        self._remembered.keep(self._aggregates, caps)

    def _projected(self, pending: list[Event]) -> tuple[list[dict[str, int]], Rows, Rows]:
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
        return seqs, before, changed

    def _counted_slots(self, pending: list[Event]) -> tuple[SlotRows, SlotRows]:
        before: SlotRows = {}
        changed: SlotRows = {}
        for event in pending:
            round_ = getattr(event, "round", "")
            if not round_ or not getattr(event, "slot", ""):
                continue
            authority = cap_usage.authority_touched(event) or ""
            before[authority, round_] = self.slots(authority, round_)
            changed |= application_slots.apply({**self._slots, **changed}, event)
        return before, changed

    def _entries(self, pending: list[Event], seqs: list[dict[str, int]]) -> tuple[int, list[Entry]]:
        n, last = self._recorder.tail()
        entries = []
        for event, caps in zip(pending, seqs, strict=True):
            last = later(instant(self._now()), last)
            entries.append(entry_of(event, last, caps))
        return n + 1, entries


def fold(events: Any) -> Any:
    """The aggregate that a stream's events add up to; None when they do not begin with a fact that begins one.

    Versions may have gaps: a read on the effective clock leaves out events that had not taken effect.
    """
    aggregate: Any = None
    for event in events:
        if aggregate is not None:
            aggregate.version = event.originator_version - 1
            event.mutate(aggregate)
        elif isinstance(event, Created):
            aggregate = event.mutate(None)
    return aggregate
