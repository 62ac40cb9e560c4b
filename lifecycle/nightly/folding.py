"""Folding the log into a half of the read tables: all of it stream by stream, or what is new in it event by event.

Two ways to the same bytes. A whole build reads stream by stream, so it holds one stream and one authority at a
time; where only sums are asked for, it reads the log in its own order. Going on from a checkpoint reads the new
events: a stream that was added to is folded again; sums go on from their own rows. Each page is written in one
transaction; a half is whole again once all of them are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from lifecycle.aggregates import Event
from lifecycle.errors import IntegrityFailure
from lifecycle.nightly.adding import Adding
from lifecycle.nightly.pages import Pages, cells_of, fresh, row_of
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.projections.shape import ByEvent, ByStream, Held, History, Projection, Told
from lifecycle.store import histories
from lifecycle.store.entries import to_event
from lifecycle.store.histories import Stored
from lifecycle.store.read_tables import Half, ReadTables
from lifecycle.store.transaction import fold
from lifecycle.values import authority_of

__all__ = [
    "Projection",
    "build",
    "build_of",
    "cells_of",
    "fresh",
    "go_on",
    "history_of",
    "row_of",
    "rows_after",
]

Projections = tuple[Projection, ...]
Tell = Callable[[int], None]
"""Told how many more events were folded."""


def history_of(stream: str, stored: Iterable[Stored]) -> History:
    """The history that a stream's events add up to.

    Raises:
        IntegrityFailure: an event that can't be read.
    """
    told = tuple([Told(one.n, one.recorded_at, to_event(one.entry), one.entry) for one in stored])
    return History(stream, told, fold([one.event for one in told]))


def _by_stream(pages: Pages, projections: Projections) -> list[ByStream]:
    return [one for one in projections if pages.wants(one) and not _adds_up(one)]  # type: ignore[misc]


def _by_event(pages: Pages, projections: Projections) -> list[ByEvent]:
    return [one for one in projections if pages.wants(one) and _adds_up(one)]  # type: ignore[misc]


def _adds_up(projection: Projection) -> bool:
    return hasattr(projection, "READS")


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
    projections: Projections = NIGHTLY,
) -> list[Half]:
    """Fold the whole log up to a number into these empty halves; returns them, whole, with their digests.

    Raises:
        IntegrityFailure: an event that can't be read.
    """
    pages = Pages(tables, halves)
    if _by_stream(pages, projections):
        stored = histories.by_stream(log, upto, effective_on=effective_on, beginning=beginning)
        return build_of(tables, stored, halves, upto, tell, projections=projections)
    adding = Adding(pages, _by_event(pages, projections), is_blank=True)
    for page in histories.in_order(log, upto, effective_on=effective_on, beginning=beginning):
        adding.add_entries(entry for _, entry in page)
        tell(len(page))
    adding.write()
    return pages.finish(upto)


def build_of(
    tables: ReadTables,
    stored: Iterable[Stored],
    halves: list[Half],
    upto: int,
    tell: Tell = lambda _: None,
    *,
    projections: Projections = NIGHTLY,
) -> list[Half]:
    """The same of events that come from anywhere: stream by stream, the streams of an authority together.

    Raises:
        IntegrityFailure: an event that can't be read, or an authority's streams in two places.
    """
    pages = Pages(tables, halves)
    adding = Adding(pages, _by_event(pages, projections), is_blank=True)
    _fold_streams(stored, _by_stream(pages, projections), adding, pages, tell)
    return pages.finish(upto)


def _fold_streams(
    stored: Iterable[Stored], streams: list[ByStream], adding: Adding, pages: Pages, tell: Tell
) -> None:
    """Each stream's rows; and after an authority's streams, what their events add up to, in the order of the log."""
    done: set[str] = set()
    for authority, of_authority in groupby(stored, lambda one: authority_of(one.stream)):
        waiting: list[tuple[int, Event]] = []
        for stream, events in groupby(of_authority, lambda one: one.stream):
            history = history_of(stream, events)
            for projection in streams:
                pages.add(projection, stream, projection.rows(history))
            waiting += [(told.n, told.event) for told in history.told if adding.reads(told.event)]
            tell(len(history.told))
        if waiting and authority in done:
            raise IntegrityFailure(f"the log gives the streams of {authority} in two places; check its index")
        done.add(authority)
        for _, event in sorted(waiting, key=lambda one: one[0]):
            adding.add(event)
        adding.write_finished()


# ---------------------------------------------------------------------- what is new in it


def go_on(
    tables: ReadTables,
    log: Any,
    halves: list[Half],
    upto: int,
    tell: Tell = lambda _: None,
    *,
    projections: Projections = NIGHTLY,
) -> list[Half]:
    """Bring halves that stand at one number up to another; returns them, whole, with their digests.

    Raises:
        IntegrityFailure: an event that can't be read.
    """
    pages = Pages(tables, halves)
    streams = _by_stream(pages, projections)
    adding = Adding(pages, _by_event(pages, projections), is_blank=False)
    reached = halves[0].n
    while reached < upto:
        page = histories.after(log, reached, upto)
        if not page:
            raise IntegrityFailure(f"the log has no event {reached + 1}, though it goes on to {upto}")
        reached = page[-1].n
        if streams:
            for history in _again(log, page, upto):
                for projection in streams:
                    pages.put(projection, history.stream, projection.rows(history))
        adding.add_entries(one.entry for one in page)
        adding.write()
        pages.write(reached)
        tell(len(page))
    return pages.finish(upto)


def _again(log: Any, page: list[Stored], upto: int) -> Iterator[History]:
    """Streams that were added to, folded again up to where the run ends: a later page only says it once more."""
    stored = histories.of_streams(log, {one.stream for one in page}, upto)
    for stream, events in groupby(stored, lambda one: one.stream):
        yield history_of(stream, events)


def rows_after(projection: ByEvent, events: Iterable[Event]) -> dict[str, list[Any]]:
    """The rows of each subject that these events touch, when they are all there are."""
    held = Held(lambda _: projection.held([]))
    for event in events:
        if add := projection.READS.get(type(event)):
            add(held, event.originator_id, event)
    return {subject: projection.lines(subject, held[subject]) for subject in sorted(held)}
