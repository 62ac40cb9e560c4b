"""The recorder on a server: reads what is committed, sealed or not, and remembers how far each scope had come.

A scope is a set of streams that decisions read together (`append.scope_of`). Each command that writes in one takes
the scope's next turn: of two commands that read the same turn, the second finds it taken and is decided again.
So a project does not end while a grant of it is submitted, though neither writes what the other read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline
from lifecycle.store.append import plans_of, scope_of
from lifecycle.store.entries import read_entry
from lifecycle.store.recorder import LogRecorder

TURN = "SELECT coalesce(max(turn), 0) FROM turns WHERE scope = ?"
ENTRIES = f"SELECT entry, ({TURN}) FROM events WHERE stream = ? ORDER BY version"
CAPS = (
    f"SELECT {inline.CAP_COLUMNS}, ({TURN}) FROM cap_usage "
    'WHERE "window" >= ? AND "window" < ? ORDER BY "window"'
)
LOCK = 'SELECT 1 FROM cap_usage WHERE "window" = ANY (?::text[]) ORDER BY "window" FOR UPDATE'
TAIL = "SELECT n, known_at FROM seals ORDER BY n DESC LIMIT 1"


class ServerRecorder(LogRecorder):
    """台帳の記録, as one attempt of one command reads it."""

    ORDER = "pos"

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._last: dict[str, bytes] = {}

    def tail(self) -> tuple[int, str | None]:
        """Number of the last sealed event; and the latest moment known of it and of every stream that was read."""
        n, known_at = self.connection.execute(TAIL).fetchone() or (0, None)
        read = (read_entry(entry).recorded_at for entry in self._last.values())
        return n, max(filter(None, (known_at, *read)), default=None)

    def has_begun(self, stream: str) -> bool:
        """True when anything is recorded of a stream."""
        self._look_at(scope_of(stream))
        return super().has_begun(stream)

    def entries(self, stream: str) -> list[bytes]:
        """The stored bytes of one stream, in version order."""
        found = self._entries(stream)
        if found:
            self._last[stream] = found[-1]
        return found

    def _entries(self, stream: str) -> list[bytes]:
        scope = scope_of(stream)
        if scope is None or scope in self.turns:
            return super().entries(stream)
        rows = self.connection.execute(ENTRIES, (scope, stream)).fetchall()
        if rows:
            self.turns[scope] = rows[0][1]
            return [row[0] for row in rows]
        self._look_at(scope)  # the turn is read before what it stands for, never after
        return super().entries(stream)

    def streams(self, beginning: str) -> list[str]:
        """Streams whose id begins so, in order."""
        self._look_at(scope_of(beginning))
        return super().streams(beginning)

    def caps(self, authority: str) -> Rows:
        """Every cap row of one authority, by window; those that were fought over are locked first."""
        beginning = (f"{authority}/", f"{authority}/\U0010ffff")
        if not self.connection.in_transaction:
            lock(self.connection, {w for w in self.connection.contended if w.startswith(beginning[0])})
        scope = plans_of(authority)
        rows = self.connection.execute(CAPS, (scope, *beginning)).fetchall()
        if not rows:
            self._look_at(scope)
            return super().caps(authority)
        self.turns.setdefault(scope, rows[0][-1])
        return {row[0]: inline.cap_row(row) for row in rows}

    def _look_at(self, scope: str | None) -> None:
        if scope is not None and scope not in self.turns:
            self.turns[scope] = self.connection.execute(TURN, (scope,)).fetchone()[0]


def lock(connection: Any, windows: Iterable[str]) -> None:
    """Hold these caps, in sorted order, until the transaction ends that begins here: whoever wants them waits."""
    if names := sorted(windows):
        connection.execute("BEGIN")
        connection.execute(LOCK, (names,))
