"""The recorder on a server: reads what is committed, sealed or not, and remembers how far each scope had come.

A scope is a set of streams that decisions read together (`append.scope_of`). Each command that writes in one takes
the scope's next turn: of two commands that read the same turn, the second finds it taken and is decided again.
So a project does not end while a grant of it is submitted, though neither writes what the other read.

There and back is what a read costs. What the append finds out anyway is not asked before it, what a connection knows
already is not asked again, and what the last command went on to read is asked for together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline
from lifecycle.store.append import plans_of, scope_of
from lifecycle.store.entries import read_entry
from lifecycle.store.link import Asked, Connection
from lifecycle.store.recorder import ENTRIES as ENTRIES_ALONE
from lifecycle.store.recorder import LAST, LogRecorder

TURN = "SELECT coalesce(max(turn), 0) FROM turns WHERE scope = ?"
ENTRIES = f"SELECT entry, ({TURN}) FROM events WHERE stream = ? ORDER BY version"
CAPS = (
    f"SELECT {inline.CAP_COLUMNS}, ({TURN}) FROM cap_usage "
    'WHERE "window" >= ? AND "window" < ? ORDER BY "window"'
)
LOCK = 'SELECT 1 FROM cap_usage WHERE "window" = ANY (?::text[]) ORDER BY "window" FOR UPDATE'
TAIL = "SELECT known_at FROM seals ORDER BY n DESC LIMIT 1"

HEARD_SECONDS = 1
"""How long a connection goes by what it knows of the log's end, and what it wrote itself, before it looks again."""


@dataclass
class Memory:
    """What a connection remembers from one command to the next."""

    contended: set[str] = field(default_factory=set)
    """Caps that were fought over, and are held before they are read."""

    guesses: bool = False
    """True while the append is left to find out whether a new stream is there already."""

    latest: str | None = None
    heard_at: float = float("-inf")
    """The latest moment known of the log, and since when."""

    goes_on_to_caps: bool = True
    """True when the last command that read a stream of an authority read its caps too."""

    def hear(self, known_at: str | None) -> None:
        """Take in a moment of the log."""
        self.latest = max(filter(None, (self.latest, known_at)), default=None)


class ServerRecorder(LogRecorder):
    """台帳の記録, as one attempt of one command reads it."""

    ORDER = "pos"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._memory: Memory = connection.memory
        self._last: dict[str, bytes] = {}
        self._ahead: dict[str, list[tuple[Any, ...]]] = {}
        self._authorities: set[str] = set()

    def tail(self) -> tuple[int, str | None]:
        """The latest moment known of the log and of every stream that was read; its number is the sealer's matter."""
        memory = self._memory
        if monotonic() - memory.heard_at > HEARD_SECONDS:
            memory.hear((self.connection.execute(TAIL).fetchone() or (None,))[0])
            memory.heard_at = monotonic()
        read = (read_entry(entry).recorded_at for entry in self._last.values())
        return 0, max(filter(None, (memory.latest, *read)), default=None)

    def has_begun(self, stream: str) -> bool:
        """True when anything is recorded of a stream; the append refuses to begin one twice."""
        self._look_at(scope_of(stream))
        return not self._memory.guesses and super().has_begun(stream)

    def entries(self, stream: str) -> list[bytes]:
        """The stored bytes of one stream, in version order."""
        found = self._entries(stream)
        if found:
            self._last[stream] = found[-1]
        return found

    def _entries(self, stream: str) -> list[bytes]:
        scope = scope_of(stream)
        if scope is None or scope in self.turns:
            return [row[0] for row in self._read(stream, (ENTRIES_ALONE, (stream,)))]
        rows = self._read(stream, (ENTRIES, (scope, stream)))
        if rows:
            self.turns[scope] = rows[0][1]
            return [row[0] for row in rows]
        self._look_at(scope)  # the turn is read before what it stands for, never after
        return super().entries(stream)

    def _read(self, stream: str, asked: Asked) -> list[tuple[Any, ...]]:
        """The rows of a stream; its authority's caps come along, where the last command went on to read them."""
        authority, dash, _ = stream.partition("-")
        if not dash or "/" in authority or authority in self._authorities:
            return list(self.connection.execute(*asked))
        self._authorities.add(authority)
        goes_on, self._memory.goes_on_to_caps = self._memory.goes_on_to_caps, False
        if not goes_on or self._contended(authority):
            return list(self.connection.execute(*asked))
        rows, caps = self.connection.together(asked, _caps_of(authority))
        self._ahead[authority] = list(caps)
        return list(rows)

    def streams(self, beginning: str) -> list[str]:
        """Streams whose id begins so, in order."""
        self._look_at(scope_of(beginning))
        return super().streams(beginning)

    def caps(self, authority: str) -> Rows:
        """Every cap row of one authority, by window; those that were fought over are locked first."""
        self._memory.goes_on_to_caps = True
        scope, rows = plans_of(authority), self._ahead.get(authority)
        if rows is None:
            rows = self._caps(authority)
        if not rows:
            self._look_at(scope)
            return super().caps(authority)
        self.turns.setdefault(scope, rows[0][-1])
        return {row[0]: inline.cap_row(row) for row in rows}

    def _caps(self, authority: str) -> list[tuple[Any, ...]]:
        contended = self._contended(authority)
        if not contended or self.connection.in_transaction:
            return list(self.connection.execute(*_caps_of(authority)))
        *_, caps = self.connection.together(*holding(contended), _caps_of(authority))
        return list(caps)

    def _contended(self, authority: str) -> list[str]:
        return [w for w in self._memory.contended if w.startswith(f"{authority}/")]

    def _look_at(self, scope: str | None) -> None:
        if scope is not None and scope not in self.turns:
            self.turns[scope] = self.connection.execute(TURN, (scope,)).fetchone()[0]


def _caps_of(authority: str) -> Asked:
    return CAPS, (plans_of(authority), f"{authority}/", f"{authority}/{LAST}")


def holding(windows: Iterable[str]) -> tuple[Asked, ...]:
    """What holds these caps, in sorted order, until the transaction ends that begins here: whoever wants them waits."""
    return ("BEGIN", ()), (LOCK, (sorted(windows),))
