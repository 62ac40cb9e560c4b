"""What a command reads of the log: exact entries of the `events` table, by stream and in order.

One recorder belongs to one driver connection; the transaction around it belongs to the store. `log` is the log in
its order: on SQLite another name of the table, on a server its sealed part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline

ENTRIES = "SELECT entry FROM events WHERE stream = ? ORDER BY version"
BEGUN = "SELECT 1 FROM events WHERE stream = ? LIMIT 1"
BEGINNING = "SELECT entry FROM events WHERE stream >= ? AND stream < ? ORDER BY {order}"
STREAMS = "SELECT stream FROM events WHERE stream >= ? AND stream < ? AND version = 1 ORDER BY stream"
FIRST = (
    "SELECT entry FROM events WHERE stream >= ? AND stream < ? AND version = 1 AND type = ? ORDER BY stream"
)
TAIL = "SELECT n, recorded_at FROM events ORDER BY n DESC LIMIT 1"

Tail = tuple[int, str | None]
"""Number and moment of the log's last event; (0, None) for an empty log."""

LAST = "\U0010ffff"
"""Sorts behind every text with the same beginning."""


class LogRecorder:
    """台帳の記録, as one command reads it: entries by stream, caps by authority."""

    ORDER = "n"
    """The column of `events` that keeps the order of streams and caps."""

    def __init__(self, connection: Any, tail: Tail | None = None) -> None:
        self.connection = connection
        self.turns: dict[str, int] = {}
        """On a server, the last turn of each scope that the command goes by."""

        self.known_caps: dict[str, int] = {}
        """On a server, authorities whose caps it knows and did not read, and the sum of their rows' seqs."""

        self._tail = tail

    def tail(self) -> Tail:
        """Number and `recorded_at` of the last event; (0, None) for an empty log."""
        if self._tail is not None:
            return self._tail
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

    def first_entries(self, beginning: str, topic: str) -> list[bytes]:
        """The stored bytes with which streams begin whose id begins so, if they begin with this event."""
        rows = self.connection.execute(FIRST, (beginning, beginning + LAST, topic))
        return [bytes(row[0]) for row in rows]

    def all_entries(self) -> Iterator[bytes]:
        """The stored bytes of every stream, in an order that keeps streams and caps; memory stays flat."""
        return self.entries_beginning("")

    def streams(self, beginning: str) -> list[str]:
        """Streams whose id begins so, in order; answered from the index alone."""
        return [row[0] for row in self.connection.execute(STREAMS, (beginning, beginning + LAST))]

    def caps(self, authority: str) -> Rows:
        """Every cap row of one authority, by window."""
        return inline.read_caps(self.connection, authority)


def recorder_on(connection: Any) -> LogRecorder:
    """The recorder that speaks to this connection's database."""
    make: type[LogRecorder] = getattr(connection, "recorder", LogRecorder)
    return make(connection)
