"""Projections that add up, event by event: what is held of each subject, and when it is written."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from lifecycle.aggregates import Event
from lifecycle.nightly.pages import PAGE_OF_ROWS, Pages
from lifecycle.projections.shape import Add, ByEvent, Held, Row
from lifecycle.store.entries import FactsReader, facts_reader_of, name_in, of_type, to_event

MOST_HELD = 100 * PAGE_OF_ROWS
"""Subjects that are held at most before they are written: some 60 MB for small ones."""

Adds = list[tuple[Add, Held]]


class Adding:
    """Adds events to what is held of the subjects of some projections.

    `is_blank`: their halves have no rows yet, so that nothing is looked up for a subject until some were written.
    """

    def __init__(self, pages: Pages, projections: Iterable[ByEvent], *, is_blank: bool) -> None:
        self._pages = pages
        self._is_blank = is_blank
        self._held: list[tuple[ByEvent, Held]] = []
        self._readers: dict[bytes, tuple[FactsReader, Adds]] = {}
        self._by_type: dict[str, Adds] = {}
        self._ask_for_acts: set[str] = set()
        for projection in projections:
            held = Held(partial(self._look_up, projection))
            self._held.append((projection, held))
            for event_class, add in projection.READS.items():
                self._by_type.setdefault(event_class.TOPIC, []).append((add, held))
                if projection.ACTS:
                    self._ask_for_acts.add(event_class.TOPIC)

    def _look_up(self, projection: ByEvent, subject: str) -> Any:
        rows: list[Row] = [] if self._is_blank else self._pages.found(projection, subject)
        return projection.held(rows)

    def reads(self, event: Event) -> bool:
        """True for an event that one of them reads."""
        return event.TOPIC in self._by_type

    def add(self, event: Event) -> None:
        """Add one event."""
        for add, held in self._by_type[event.TOPIC]:
            add(held, event.originator_id, event)

    def add_entries(self, entries: Iterable[bytes]) -> None:
        """Add stored events in the order of the log; those that nobody reads stay closed.

        Raises:
            IntegrityFailure: an event that can't be read, or a type that nobody knows.
        """
        readers = self._readers
        for entry in entries:
            name = name_in(entry)
            known = readers.get(name)
            if known is None:
                known = self._meet(name, entry)
            read, adds = known
            if adds:
                stream, facts = read(entry)
                for add, held in adds:
                    add(held, stream, facts)
        if sum(len(held) for _, held in self._held) > MOST_HELD:
            self.write()

    def _meet(self, name: bytes, entry: bytes) -> tuple[FactsReader, Adds]:
        """A name that is met for the first time; its entry is read, so that nothing unknown is passed by."""
        topic = to_event(entry).TOPIC
        read = _events_of(topic) if topic in self._ask_for_acts else facts_reader_of(topic)
        known = self._readers[name] = read, self._by_type.get(topic, [])
        return known

    def write(self) -> None:
        """Hand what is held to the pages, in the order of the subjects, and hold nothing any more."""
        for projection, held in self._held:
            take = self._pages.add if self._is_blank else self._pages.put
            for subject in sorted(held):
                take(projection, subject, projection.lines(subject, held[subject]))
            held.clear()
        self._is_blank = False

    def write_finished(self) -> None:
        """The same, where none of these subjects will be touched again."""
        is_blank = self._is_blank
        self.write()
        self._is_blank = is_blank


def _events_of(topic: str) -> FactsReader:
    """Reads whole events in place of their facts."""
    return lambda entry: of_type(topic, to_event(entry))
