"""Reading the log: in its own order, whole or of one stream, up to any point on either clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from lifecycle.aggregates import Event
from lifecycle.errors import BadInput
from lifecycle.projections.application_slots import Slots
from lifecycle.store import Store
from lifecycle.store.entries import instant, to_event
from lifecycle.values import JAPAN

PAGE = 1000
DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

WAITING = """
SELECT entry FROM events AS e WHERE (stream, version) IN (SELECT stream, version FROM unsealed)
    AND NOT EXISTS (SELECT 1 FROM seals AS s WHERE s.stream = e.stream AND s.version = e.version) ORDER BY pos
"""
"""What a server has committed and not numbered yet, in the order in which it will be."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """A point in the log: a number, an instant of recording, or a business date. All None: now."""

    n: int | None = None
    recorded_before: str | None = None
    effective_on: str | None = None

    @property
    def is_now(self) -> bool:
        """True when nothing is left out."""
        return self == AsOf()


def as_of(text: str | None, n: int | None, clock: str) -> AsOf:
    """The point a reader asks for. A date on the recorded clock means the end of that day in Japan.

    Raises:
        BadInput: both a date and a number, no date, an instant or a number on the effective clock.
    """
    if text is not None and n is not None:
        raise BadInput("give as_of or as_of_event, not both")
    if n is not None and clock == "effective":
        raise BadInput(
            "as_of_event counts events as they were recorded; the clock effective reads dates: give as_of"
        )
    if text is None:
        return AsOf(n=n)
    try:
        if clock == "effective":
            return AsOf(effective_on=date.fromisoformat(text).isoformat())
        if not DATED.match(text):
            raise ValueError
        if len(text) == len("YYYY-MM-DD"):
            before = instant(_after(date.fromisoformat(text)))
        else:
            before = instant(_just_after(datetime.fromisoformat(text)))
    except ValueError:
        raise BadInput(f"as_of {text!r} is no date YYYY-MM-DD") from None
    except OverflowError:
        return _beyond_the_calendar(text)
    return AsOf(recorded_before=before)


def _beyond_the_calendar(text: str) -> AsOf:
    """The first and the last day a calendar knows have no instant in UTC beside them: before all, or now."""
    return AsOf(n=0) if text.startswith("0001") else AsOf()


def _just_after(at: datetime) -> datetime:
    if at.tzinfo is None:
        at = at.replace(tzinfo=JAPAN)
    return at + timedelta(microseconds=1)


def _after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time_of_day(), JAPAN)


class Log:
    """One unchanging view of the log, read through SQLAlchemy Core."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._reads = ExitStack()

    def close(self) -> None:
        """End every read that was not read to its end."""
        self._reads.close()

    def entries(
        self,
        point: AsOf = AsOf(),
        *,
        stream: str | None = None,
        beginning: str | None = None,
        family: str | None = None,
        after: int = 0,
        recorded_from: str | None = None,
    ) -> Iterator[tuple[int, bytes]]:
        """Numbers and entries in log order: of one stream, of streams that begin so, of all, or of a `family`.

        A family is a stream with those below it: a project with its grants and effect-years.
        """
        from sqlalchemy import select

        from lifecycle.store.schema import LOG

        columns = LOG.c
        query = select(columns.n, columns.entry).where(columns.n > after).order_by(columns.n)
        if stream is not None:
            query = query.where(columns.stream == stream)
        if beginning is not None:
            query = query.where(columns.stream >= beginning, columns.stream < beginning + "\U0010ffff")
        if family is not None:
            below = (columns.stream >= f"{family}/") & (columns.stream < f"{family}0")
            query = query.where((columns.stream == family) | below)
        if recorded_from is not None:
            query = query.where(columns.known_at >= recorded_from)
        if point.n is not None:
            query = query.where(columns.n <= point.n)
        if point.recorded_before is not None:
            query = query.where(columns.known_at < point.recorded_before)
        if point.effective_on is not None:
            query = query.where(columns.effective_on <= point.effective_on)
        rows = self._database.execute(query.execution_options(yield_per=PAGE))
        self._reads.callback(rows.close)
        for n, entry in rows:
            yield n, entry.encode() if isinstance(entry, str) else bytes(entry)

    def events(
        self,
        point: AsOf = AsOf(),
        *,
        stream: str | None = None,
        beginning: str | None = None,
    ) -> Iterator[Event]:
        """The same as events in today's form."""
        for _, entry in self.entries(point, stream=stream, beginning=beginning):
            yield to_event(entry)

    def committed(self) -> Iterator[tuple[int, bytes]]:
        """Every event that rows of this state tell of: the log, and what was committed since it was last numbered.

        A command of somebody else may be committed after the seal that precedes a read, or its seal may be nobody's
        to give (a login that only reads, a standby). Such an event comes with the number it waits for.
        """
        n = 0
        for n, entry in self.entries():
            yield n, entry
        if self._database.dialect.name == "postgresql":
            for number, (entry,) in enumerate(self._database.exec_driver_sql(WAITING), n + 1):
                yield number, bytes(entry)

    def recorded_at(self, n: int) -> str | None:
        """When the event of this number was recorded, or the last one before it; None for an empty log."""
        from sqlalchemy import select

        from lifecycle.store.schema import LOG

        query = select(LOG.c.known_at).where(LOG.c.n <= n).order_by(LOG.c.n.desc()).limit(1)
        found: str | None = self._database.execute(query).scalar()
        return found

    def cap_rows(self) -> list[Any]:
        """Every stored cap row, as mappings."""
        from sqlalchemy import select

        from lifecycle.store.schema import CAP_USAGE

        return list(self._database.execute(select(CAP_USAGE).order_by(CAP_USAGE.c.window)).mappings())

    def slots(self) -> dict[tuple[str, str], Slots]:
        """Every stored row of application slots, by authority and round."""
        from sqlalchemy import select

        from lifecycle.store.schema import APPLICATION_SLOTS

        rows = self._database.execute(select(APPLICATION_SLOTS)).all()
        return {(row[0], row[1]): Slots(*row) for row in rows}


def last_number(store: Store) -> int:
    """The number of the log's last event, each that is committed by now counted; 0 for an empty log."""
    store.seal()
    with store.reading() as connection:
        last = connection.execute("SELECT n FROM log ORDER BY n DESC LIMIT 1").fetchone()
        return int(last[0]) if last else 0


@contextmanager
def open_log(store: Store) -> Iterator[Log]:
    """A view of the log as it stands now, every event that is committed by now in it; nothing changes it meanwhile.

    Raises:
        NotFound, IntegrityFailure, StoreVersion, Busy, Unreachable.
    """
    from sqlalchemy.exc import DBAPIError

    store.seal()
    try:
        with store.snapshot() as database, closing(Log(database)) as log:
            yield log
    except DBAPIError as error:
        raise store.refusal_of(error.orig) from None
