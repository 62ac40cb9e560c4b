"""The log as the nightly run reads it: in pages, each a short read, so that no writer ever waits for it.

The log only grows, so pages up to a fixed number tell one unchanging story, whatever is written meanwhile. Every
statement here reads by the log's own number `n`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, tuple_

from lifecycle.store.log import AsOf
from lifecycle.store.schema import LOG

PAGE = 5_000
MOST_NAMES = 400
"""Streams asked for in one statement."""


class Stored(NamedTuple):
    """An event as stored: its number, its stream, when it was recorded, its bytes."""

    n: int
    stream: str
    version: int
    recorded_at: str
    entry: bytes


def last_number(database: Any) -> int:
    """The number of the last event that a reader may count on; 0 for an empty log."""
    return int(_read(database, select(func.coalesce(func.max(LOG.c.n), 0)))[0][0])


def number_at(database: Any, point: AsOf) -> int:
    """The number of the last event at a point of the recorded clock; of the whole log for any other point."""
    last = last_number(database)
    if point.n is not None:
        return min(point.n, last)
    if point.recorded_before is None:
        return last
    query = select(func.coalesce(func.max(LOG.c.n), 0)).where(LOG.c.known_at < point.recorded_before)
    return int(_read(database, query)[0][0])


def after(database: Any, n: int, upto: int) -> list[Stored]:
    """The next events after a number, in the order of the log."""
    query = _events().where(LOG.c.n > n, LOG.c.n <= upto).order_by(LOG.c.n).limit(PAGE)
    return [Stored(*row) for row in _read(database, query)]


def in_order(
    database: Any, upto: int, *, effective_on: str | None = None, beginning: str = ""
) -> Iterator[list[Any]]:
    """Numbers and entries up to a number, in the order of the log, page by page."""
    columns, reached = LOG.c, 0
    query = select(columns.n, columns.entry).order_by(columns.n).limit(PAGE)
    if beginning:
        query = query.where(columns.stream >= beginning, columns.stream < beginning + "\U0010ffff")
    if effective_on is not None:
        query = query.where(columns.effective_on <= effective_on)
    while page := _read_as_they_come(database, query.where(columns.n > reached, columns.n <= upto)):
        yield page
        reached = page[-1][0]


def by_stream(
    database: Any, upto: int, *, effective_on: str | None = None, beginning: str = ""
) -> Iterator[Stored]:
    """Every event up to a number, stream by stream, each stream in its own order."""
    columns = LOG.c
    stream, version = beginning, 0
    while True:
        query = _events().where(columns.n <= upto).order_by(columns.stream, columns.version).limit(PAGE)
        query = query.where(tuple_(columns.stream, columns.version) > (stream, version))
        if beginning:
            query = query.where(columns.stream < beginning + "\U0010ffff")
        if effective_on is not None:
            query = query.where(columns.effective_on <= effective_on)
        page = [Stored(*row) for row in _read(database, query)]
        yield from page
        if len(page) < PAGE:
            return
        stream, version = page[-1].stream, page[-1].version


def of_streams(
    database: Any, streams: Iterable[str], upto: int, *, effective_on: str | None = None
) -> Iterator[Stored]:
    """The events of some streams up to a number, stream by stream."""
    names = sorted(streams)
    for start in range(0, len(names), MOST_NAMES):
        query = _events().where(LOG.c.stream.in_(names[start : start + MOST_NAMES]), LOG.c.n <= upto)
        if effective_on is not None:
            query = query.where(LOG.c.effective_on <= effective_on)
        for row in _read(database, query.order_by(LOG.c.stream, LOG.c.version)):
            yield Stored(*row)


def _events() -> Select[Any]:
    columns = LOG.c
    return select(columns.n, columns.stream, columns.version, columns.recorded_at, columns.entry)


def _read_as_they_come(database: Any, query: Any) -> list[Any]:
    """The same as the driver has them: a row of SQLAlchemy's own costs more than to read it."""
    rows: list[Any] = database.execute(query).cursor.fetchall()
    database.rollback()
    return rows


def _read(database: Any, query: Any) -> list[Any]:
    """All rows of one statement; the read ends with it."""
    rows: list[Any] = database.execute(query).all()
    database.rollback()
    return rows
