"""The event library's recorder, ours: exact entries in the `events` table, read in log order.

One recorder belongs to one driver connection; the transaction around it belongs to the store. `log` is the log in
its order: on SQLite another name of the table, on a server its sealed part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import sleep
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline
from lifecycle.store.entries import Entry, entry_bytes, read_entry

INSERT = "INSERT INTO events (n, stream, version, type, recorded_at, effective_on, entry) VALUES (?, ?, ?, ?, ?, ?, ?)"
ENTRIES = "SELECT entry FROM events WHERE stream = ? ORDER BY version"
BEGUN = "SELECT 1 FROM events WHERE stream = ? LIMIT 1"
BY_STREAM = "SELECT version, type, entry FROM events WHERE stream = ?"
BEGINNING = "SELECT entry FROM events WHERE stream >= ? AND stream < ? ORDER BY {order}"
STREAMS = "SELECT stream FROM events WHERE stream >= ? AND stream < ? AND version = 1 ORDER BY stream"
TAIL = "SELECT n, recorded_at FROM events ORDER BY n DESC LIMIT 1"

LAST = "\U0010ffff"
"""Sorts behind every text with the same beginning."""


class LogRecorder(ApplicationRecorder):
    """台帳への記録: inserts events in the connection's open transaction, selects them by stream or by number."""

    ORDER = "n"
    """The column of `events` that keeps the order of streams and caps."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.turns: dict[str, int] = {}

    def tail(self) -> tuple[int, str | None]:
        """Number and `recorded_at` of the last event; (0, None) for an empty log."""
        row = self.connection.execute(TAIL).fetchone()
        return (row[0], row[1]) if row else (0, None)

    def has_begun(self, stream: str) -> bool:
        """True when anything is recorded of a stream; answered from the index alone."""
        return self.connection.execute(BEGUN, (stream,)).fetchone() is not None

    def entries(self, stream: str) -> list[bytes]:
        """The stored bytes of one stream, in version order."""
        return [row[0] for row in self.connection.execute(ENTRIES, (stream,))]

    def entries_beginning(self, beginning: str) -> Iterator[bytes]:
        """The stored bytes of streams whose id begins so, in an order that keeps streams and caps."""
        sql = BEGINNING.format(order=self.ORDER)
        for row in self.connection.execute(sql, (beginning, beginning + LAST)):
            yield bytes(row[0])

    def streams(self, beginning: str) -> list[str]:
        """Streams whose id begins so, in order; answered from the index alone."""
        return [row[0] for row in self.connection.execute(STREAMS, (beginning, beginning + LAST))]

    def caps(self, authority: str) -> Rows:
        """Every cap row of one authority, by window."""
        return inline.read_caps(self.connection, authority)

    def append(self, n: int, entry: Entry) -> None:
        """Append an entry that was just made, as number `n`."""
        self.connection.execute(
            INSERT,
            (
                n,
                entry.stream,
                entry.version,
                entry.type,
                entry.recorded_at,
                entry.effective_on.isoformat(),
                entry_bytes(entry),
            ),
        )

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Append entries; their numbers follow the log's last one.

        Raises:
            IntegrityError: a version of a stream is taken or skipped.
        """
        del kwargs
        first = self.tail()[0] + 1
        rows = []
        for n, stored in enumerate(stored_events, first):
            entry = read_entry(stored.state)
            rows.append(
                (
                    n,
                    stored.originator_id,
                    stored.originator_version,
                    stored.topic,
                    entry.recorded_at,
                    entry.effective_on.isoformat(),
                    stored.state,
                )
            )
        try:
            self.connection.executemany(INSERT, rows)
        except Exception as error:
            if "IntegrityError" not in {kind.__name__ for kind in type(error).__mro__}:
                raise
            raise IntegrityError(str(error)) from None
        return range(first, first + len(rows))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Entries of one stream, in version order."""
        sql, values = BY_STREAM, list[Any]([originator_id])
        for bound, operator in ((gt, ">"), (lte, "<=")):
            if bound is not None:
                sql += f" AND version {operator} ?"
                values.append(bound)
        sql += f" ORDER BY version {'DESC' if desc else 'ASC'}"
        if limit is not None:
            sql += f" LIMIT {int(limit)}"
        rows = self.connection.execute(sql, values)
        return [StoredEvent(originator_id, version, topic, entry) for version, topic, entry in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Entries by number in the log, which is gapless."""
        sql, values = "SELECT n, stream, version, type, entry FROM log WHERE n >= ?", [start or 0]
        values[0] += 0 if inclusive_of_start else 1
        if stop is not None:
            sql += f" AND n <= {int(stop)}"
        if topics:
            sql += f" AND type IN ({', '.join('?' * len(topics))})"
        rows = self.connection.execute(f"{sql} ORDER BY n LIMIT {int(limit)}", [*values, *topics])
        return [
            Notification(stream, version, topic, entry, id=n) for n, stream, version, topic, entry in rows
        ]

    def max_notification_id(self) -> int | None:
        """The number of the last event."""
        return self.tail()[0] or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Events from `gt` on, and then those that are still to come."""
        return _Following(self, gt, topics)


def recorder_on(connection: Any) -> LogRecorder:
    """The recorder that speaks to this connection's database."""
    make: type[LogRecorder] = getattr(connection, "recorder", LogRecorder)
    return make(connection)


class _Following(Subscription[ApplicationRecorder]):
    """Polls the log: SQLite has no notification between processes, and a server's may be lost with its link."""

    PAUSE_MS = 200
    PAGE = 100

    def __init__(self, recorder: LogRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._after = gt or 0
        self._page: Iterator[Notification] = iter(())

    def __next__(self) -> Notification:
        while True:
            for notification in self._page:
                self._after = notification.id
                return notification
            page = self._recorder.select_notifications(
                self._after, self.PAGE, topics=self._topics, inclusive_of_start=False
            )
            if not page and self._has_been_stopped:
                raise StopIteration
            if not page:
                sleep(self.PAUSE_MS / 1000)
            self._page = iter(page)
