"""Folding the log into a half of the read tables: all of it stream by stream, or what is new in it event by event.

Two ways to the same bytes. A whole build reads stream by stream, so it holds one stream and one authority at a
time. Going on from a checkpoint reads the new events: a stream that was added to is folded again; an authority's
cap windows go on from their own rows. Each page is written with the checkpoint it reaches, in one transaction: a
run that is killed goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec
from msgspec.structs import replace

from lifecycle.aggregates import Event
from lifecycle.errors import IntegrityFailure
from lifecycle.projections.nightly import BY_AUTHORITY, BY_STREAM
from lifecycle.projections.shape import ByAuthority, ByStream, Column, History, Row, Told
from lifecycle.store import histories
from lifecycle.store.entries import to_event
from lifecycle.store.histories import Stored
from lifecycle.store.read_tables import Half, ReadTables
from lifecycle.store.transaction import fold

Projection = ByStream | ByAuthority
Tell = Callable[[int], None]
"""Told how many more events were folded."""

PAGE_OF_ROWS = 2_000
"""Subjects written in one transaction: short enough that an operator's command does not notice."""

_encode = msgspec.json.Encoder().encode


def cells_of(columns: tuple[Column, ...], row: Row) -> str:
    """A row as it is kept: its cells as canonical JSON, in the order of the columns."""
    return _encode([row[column.name] for column in columns]).decode()


def row_of(columns: tuple[Column, ...], cells: str) -> dict[str, Any]:
    """The row in kept cells; dates stay text as YYYY-MM-DD."""
    return dict(zip((column.name for column in columns), msgspec.json.decode(cells), strict=True))


def history_of(stream: str, stored: Iterable[Stored]) -> History:
    """The history that a stream's events add up to.

    Raises:
        IntegrityFailure: an event that can't be read.
    """
    told = tuple(Told(one.n, one.recorded_at, to_event(one.entry), one.entry) for one in stored)
    return History(stream, told, fold(one.event for one in told))


def fresh(projection: Projection, half: int) -> Half:
    """A half of a read table with nothing in it yet."""
    names = _encode([column.name for column in projection.COLUMNS]).decode()
    return Half(projection.NAME, half, projection.VERSION, names)


# ---------------------------------------------------------------------- all of it


def build(
    tables: ReadTables,
    log: Any,
    halves: list[Half],
    upto: int,
    tell: Tell = lambda _: None,
    *,
    effective_on: str | None = None,
    beginning: str = "",
) -> list[Half]:
    """Fold the whole log up to a number into these empty halves; returns them, whole, with their digests.

    Raises:
        IntegrityFailure: an event that can't be read.
    """
    pages = _Pages(tables, halves)
    wanted = [projection for projection in BY_STREAM if pages.wants(projection)]
    for history in _histories(log, upto, tell, effective_on, beginning, pages):
        for projection in wanted:
            pages.add(projection, history.stream, list(projection.rows(history)))
    pages.write()
    return [finish(tables, half, upto) for half in halves]


def _histories(
    log: Any, upto: int, tell: Tell, effective_on: str | None, beginning: str, pages: _Pages
) -> Iterator[History]:
    """Each stream's history; between them, each authority's windows are folded once all its streams are read."""
    windows = _Windows(pages)
    stored = histories.by_stream(log, upto, effective_on=effective_on, beginning=beginning)
    for stream, events in groupby(stored, lambda one: one.stream):
        history = history_of(stream, events)
        windows.take(history)
        tell(len(history.told))
        yield history
    windows.finish()


class _Windows:
    """Collects the events that move an authority's cap windows, and folds them when the next authority comes."""

    def __init__(self, pages: _Pages) -> None:
        self._pages = pages
        self._wanted = [projection for projection in BY_AUTHORITY if pages.wants(projection)]
        self._authority = ""
        self._done: set[str] = set()
        self._waiting: dict[str, list[tuple[int, Event]]] = {}

    def take(self, history: History) -> None:
        """Keep the stream's events that touch an authority's windows."""
        for told in history.told:
            for projection in self._wanted:
                if authority := projection.touched(told.event):
                    self._turn_to(authority)
                    self._waiting.setdefault(projection.NAME, []).append((told.n, told.event))

    def finish(self) -> None:
        """Fold what was collected, in the order of the log."""
        for projection in self._wanted:
            numbered = sorted(self._waiting.get(projection.NAME, []), key=lambda one: one[0])
            if numbered:
                rows = projection.fold([], [event for _, event in numbered])
                self._pages.add(projection, self._authority, rows)
        self._waiting = {}

    def _turn_to(self, authority: str) -> None:
        if authority == self._authority:
            return
        self.finish()
        if authority in self._done:
            raise IntegrityFailure(f"the log gives the streams of {authority} in two places; check its index")
        self._done.add(authority)
        self._authority = authority


class _Pages:
    """Rows that wait to be written, a page of subjects at a time."""

    def __init__(self, tables: ReadTables, halves: list[Half]) -> None:
        self._tables = tables
        self._halves = {half.projection: half for half in halves}
        self._rows: dict[str, dict[str, list[str]]] = {name: {} for name in self._halves}
        self._waiting = 0

    def wants(self, projection: Projection) -> bool:
        """True for a projection that is being built."""
        return projection.NAME in self._halves

    def add(self, projection: Projection, subject: str, rows: list[Row]) -> None:
        """Take in the rows of a subject."""
        if not rows:
            return
        self._rows[projection.NAME][subject] = [cells_of(projection.COLUMNS, row) for row in rows]
        self._waiting += 1
        if self._waiting >= PAGE_OF_ROWS:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        with self._tables.writing():
            for name, rows in self._rows.items():
                self._tables.add(name, self._halves[name].half, rows)
        self._rows = {name: {} for name in self._halves}
        self._waiting = 0


def finish(tables: ReadTables, half: Half, n: int) -> Half:
    """Mark a half as whole at this number, with its digest."""
    reached = replace(half, n=n, is_whole=True)
    count, digest = tables.digest(reached)
    done = replace(reached, rows=count, digest=digest)
    with tables.writing():
        tables.mark(done)
    return done


# ---------------------------------------------------------------------- what is new in it


def go_on(
    tables: ReadTables, log: Any, halves: list[Half], upto: int, tell: Tell = lambda _: None
) -> list[Half]:
    """Bring halves that stand at one number up to another; returns them, whole, with their digests.

    Raises:
        IntegrityFailure: an event that can't be read.
    """
    by_name = {half.projection: half for half in halves}
    reached = halves[0].n
    while reached < upto:
        page = histories.after(log, reached, upto)
        if not page:
            raise IntegrityFailure(f"the log has no event {reached + 1}, though it goes on to {upto}")
        reached = page[-1].n
        folded = {**_streams_again(log, by_name, page, upto), **_windows_on(tables, by_name, page)}
        with tables.writing():
            for name, rows in folded.items():
                tables.put(name, by_name[name].half, rows)
            for name, half in by_name.items():
                by_name[name] = replace(half, n=reached, is_whole=False, digest="")
                tables.mark(by_name[name])
        tell(len(page))
    return [finish(tables, half, upto) for half in by_name.values()]


def _streams_again(
    log: Any, halves: dict[str, Half], page: list[Stored], upto: int
) -> dict[str, dict[str, list[str]]]:
    """Streams that were added to, folded again up to where the run ends: a later page only says it once more."""
    wanted = [projection for projection in BY_STREAM if projection.NAME in halves]
    rows: dict[str, dict[str, list[str]]] = {projection.NAME: {} for projection in wanted}
    stored = histories.of_streams(log, {one.stream for one in page}, upto)
    for stream, events in groupby(stored, lambda one: one.stream):
        history = history_of(stream, events)
        for projection in wanted:
            lines = [cells_of(projection.COLUMNS, row) for row in projection.rows(history)]
            rows[projection.NAME][stream] = lines
    return rows


def _windows_on(
    tables: ReadTables, halves: dict[str, Half], page: list[Stored]
) -> dict[str, dict[str, list[str]]]:
    """Authorities' windows go on from their rows, with exactly the events of this page."""
    rows: dict[str, dict[str, list[str]]] = {}
    for projection in BY_AUTHORITY:
        if projection.NAME not in halves:
            continue
        events: dict[str, list[Event]] = {}
        for one in page:
            event = to_event(one.entry)
            if authority := projection.touched(event):
                events.setdefault(authority, []).append(event)
        before = tables.of_subjects(projection.NAME, halves[projection.NAME].half, events)
        rows[projection.NAME] = {
            authority: [
                cells_of(projection.COLUMNS, row)
                for row in projection.fold([row_of(projection.COLUMNS, c) for c in before[authority]], added)
            ]
            for authority, added in events.items()
        }
    return rows
