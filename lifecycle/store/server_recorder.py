"""The recorder on a server: reads what is committed, sealed or not, and remembers how far each scope had come.

A scope is a set of streams that decisions read together (`append.scope_of`). Each command that writes in one takes
the scope's next turn: of two commands that read the same turn, the second finds it taken and is decided again.
So a project does not end while a grant of it is submitted, though neither writes what the other read.

There and back is what a read costs. What the append finds out anyway is not asked before it, what a connection knows
already is not asked again, and a stream comes with the caps where the last command went on to read them: at once, if
they are to be held from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from time import monotonic
from typing import Any

from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline
from lifecycle.store.append import NAMES as CAP_NAMES
from lifecycle.store.append import plans_of, scope_of
from lifecycle.store.entries import read_entry
from lifecycle.store.link import Asked
from lifecycle.store.postgres import LETS_GO
from lifecycle.store.recorder import BEGUN, LAST, LogRecorder

PAGE = 1_000
"""Entries that the server sends at once, where all are read."""

TURN = "SELECT coalesce(max(turn), 0) FROM turns WHERE scope = ?"
ENTRIES = f"SELECT entry, ({TURN}) FROM events WHERE stream = ? ORDER BY version"
CAPS = (
    f"SELECT ({TURN}), {inline.CAP_COLUMNS} FROM cap_usage "
    'WHERE "window" >= ? AND "window" < ? ORDER BY "window"'
)
ENTRIES_AND_CAPS = (
    f"SELECT entry, ({TURN}), version, {', '.join(['NULL'] * len(CAP_NAMES))} FROM events WHERE stream = ? "
    f"UNION ALL SELECT NULL, ({TURN}), NULL, {inline.CAP_COLUMNS} FROM cap_usage "
    'WHERE "window" >= ? AND "window" < ?'
)
LOCK = 'SELECT 1 FROM cap_usage WHERE "window" = ANY (?::text[]) ORDER BY "window" FOR UPDATE'
ALL = "SELECT entry FROM events ORDER BY pos"
TAIL = "SELECT known_at FROM seals ORDER BY n DESC LIMIT 1"

Found = list[tuple[Any, ...]]

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
    heard_at: int | float = -HEARD_SECONDS
    """The latest moment known of the log, and since when."""

    until_caps: int | None = 1
    """How much the last command that read an authority's stream read between it and the caps; None: it read none."""

    def hear(self, known_at: str | None) -> None:
        """Take in a moment of the log."""
        self.latest = max(filter(None, (self.latest, known_at)), default=None)


class ServerRecorder(LogRecorder):
    """台帳の記録, as one attempt of one command reads it."""

    ORDER = "pos"

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._memory: Memory = connection.memory
        self._last: dict[str, bytes] = {}
        self._ahead: dict[str, Found] = {}
        self._authorities: set[str] = set()
        self._since = 0

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
        if not self._memory.guesses:
            return super().has_begun(stream)
        self.connection.leave(BEGUN, (stream,))
        return False

    def entries(self, stream: str) -> list[bytes]:
        """The stored bytes of one stream, in version order."""
        found = self._entries(stream)
        self._since += 1
        if found:
            self._last[stream] = found[-1]
        return found

    def _entries(self, stream: str) -> list[bytes]:
        scope = scope_of(stream)
        if (authority := self._goes_on_to_caps(stream)) is not None:
            rows = self._rows_and_caps(scope, stream, authority)
        elif scope is None or scope in self.turns:
            return super().entries(stream)
        else:
            rows = list(self.connection.execute(ENTRIES, (scope, stream)))
        if rows and scope is not None:
            self.turns.setdefault(scope, rows[0][1])
        if not rows and scope is not None and scope not in self.turns:
            self._look_at(scope)  # the turn is read before what it stands for, never after
            return super().entries(stream)
        return [row[0] for row in rows]

    def _goes_on_to_caps(self, stream: str) -> str | None:
        """The authority whose caps come along with its first stream; None when they are not to."""
        authority, dash, _ = stream.partition("-")
        if not dash or "/" in authority or authority in self._authorities:
            return None
        self._authorities.add(authority)
        until_caps, self._memory.until_caps, self._since = self._memory.until_caps, None, -1
        if until_caps is None or (until_caps and self._contended(authority)):
            return None
        return authority

    def _rows_and_caps(self, scope: str | None, stream: str, authority: str) -> Found:
        found = self._held(authority, (ENTRIES_AND_CAPS, (scope, stream, *_bounds(authority))))
        caps = [(row[1], *row[3:]) for row in found if row[2] is None]
        self._ahead[authority] = sorted(caps, key=itemgetter(1))
        return sorted((row[:3] for row in found if row[2] is not None), key=itemgetter(2))

    def all_entries(self) -> Iterator[bytes]:
        """The stored bytes of every stream, in the order of their places; the server holds them, and sends pages."""
        with self.connection.raw.cursor("all_entries", withhold=True) as cursor:
            cursor.itersize = PAGE
            cursor.execute(ALL)
            for row in cursor:
                yield row[0]

    def streams(self, beginning: str) -> list[str]:
        """Streams whose id begins so, in order."""
        self._since += 1
        self._look_at(scope_of(beginning))
        return super().streams(beginning)

    def caps(self, authority: str) -> Rows:
        """Every cap row of one authority, by window; those that were fought over are locked first."""
        self._memory.until_caps = self._since
        scope, rows = plans_of(authority), self._ahead.get(authority)
        if rows is None:
            rows = self._held(authority, (CAPS, _bounds(authority)))
        if not rows:
            self._look_at(scope)
            return super().caps(authority)
        self.turns.setdefault(scope, rows[0][0])
        return {row[1]: inline.cap_row(row[1:]) for row in rows}

    def _held(self, authority: str, asked: Asked) -> Found:
        """Ask, and hold those of an authority's caps that were fought over from before the question on."""
        contended = self._contended(authority)
        if not contended or self.connection.in_transaction:
            return list(self.connection.execute(*asked))
        return list(self.connection.holding(holding(contended), asked))

    def _contended(self, authority: str) -> list[str]:
        return [w for w in self._memory.contended if w.startswith(f"{authority}/")]

    def _look_at(self, scope: str | None) -> None:
        if scope is not None and scope not in self.turns:
            self.turns[scope] = self.connection.execute(TURN, (scope,)).fetchone()[0]


def _bounds(authority: str) -> tuple[str, str, str]:
    return plans_of(authority), f"{authority}/", f"{authority}/{LAST}"


def holding(windows: Iterable[str]) -> tuple[Asked, ...]:
    """What holds these caps, in sorted order, until the transaction ends that begins here: whoever wants them waits."""
    return ("BEGIN", ()), LETS_GO, (LOCK, (sorted(windows),))
