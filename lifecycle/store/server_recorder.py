"""The recorders on a server: what is committed, sealed or not, and how far each scope had come when it was read.

A scope is a set of streams that decisions read together (`append.scope_of`). Each command that writes in one takes
the scope's next turn: of two commands that read the same turn, the second finds it taken and is decided again.
So a project does not end while a grant of it is submitted, though neither writes what the other read.

There and back is what a read costs. What the append finds out anyway is not asked before it, what a connection knows
already is not asked again, and a stream comes with the caps where the last command went on to read them: at once, if
they are to be held from then on. Whatever is asked so, or not at all, is noted as the plain question it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from time import monotonic
from typing import Any

from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline
from lifecycle.store import recorder as plain
from lifecycle.store.append import NAMES as CAP_NAMES
from lifecycle.store.append import plans_of, scope_of
from lifecycle.store.entries import read_entry
from lifecycle.store.link import Asked
from lifecycle.store.postgres import BEGIN, LETS_GO
from lifecycle.store.reads import Reads
from lifecycle.store.recorder import BEGUN, LAST, LogRecorder, Tail
from lifecycle.store.server_memory import HEARD_SECONDS, Memory, Question

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
AROUND = f"SELECT ({TAIL}), (SELECT entry FROM events WHERE stream = ? AND version = ?)"

Found = list[tuple[Any, ...]]


class CommittedRecorder(LogRecorder):
    """台帳の記録, as whoever only judges or reads has it: each question by itself."""

    ORDER = "pos"

    def tail(self) -> Tail:
        """Nothing: what is judged only is not recorded."""
        return 0, None

    def all_entries(self) -> Iterator[bytes]:
        """The stored bytes of every stream, in the order of their places; the server holds them, and sends pages."""
        with self.connection.raw.cursor("all_entries", withhold=True) as cursor:
            cursor.itersize = PAGE
            cursor.execute(ALL)
            for row in cursor:
                yield row[0]


class TurnsRecorder(CommittedRecorder):
    """台帳の記録, as one try of a command reads it that is to write."""

    def __init__(self, reads: Reads) -> None:
        super().__init__(reads)
        self._link = reads.link
        self._memory: Memory = reads.memory
        self.begun: set[str | None] = set()
        """Scopes in which the command begins a stream."""

        self.answers: dict[Question, list[str]] = {}
        """Which streams there are, and which there are not."""

        self._last: dict[str, bytes] = {}
        self._ahead: dict[str, Found] = {}
        self._authorities: set[str] = set()
        self._since = 0

    def look_around(self) -> None:
        """Whoever has not looked for a while looks at the log's end, and whether what is remembered is of this log."""
        memory = self._memory
        if monotonic() - memory.heard_at <= HEARD_SECONDS:
            return
        last = (memory.written.stream, memory.written.version) if memory.written else ("", 0)
        known_at, stored = self._link.execute(AROUND, last).fetchall()[0]
        memory.stands(stored)
        memory.hear(known_at)
        memory.heard_at = monotonic()

    def tail(self) -> Tail:
        """The latest moment known of the log and of every stream that was read; its number is the sealer's matter."""
        memory = self._memory
        for entry in self._last.values():
            memory.hear(read_entry(entry).recorded_at)
        return 0, memory.latest

    def has_begun(self, stream: str) -> bool:
        """True when anything is recorded of a stream; the append refuses to begin one twice."""
        scope = scope_of(stream)
        self.begun.add(scope)
        if not self._memory.guesses:
            self._look_at(scope)
            return super().has_begun(stream)
        if scope == stream:  # nothing can be recorded in a scope before the stream it has its name from
            self._go_by(scope, 0)
        self._look_at(scope)
        self.connection.leave(BEGUN, (stream,))
        return False

    def entries(self, stream: str) -> list[bytes]:
        """The stored bytes of one stream, in version order."""
        self.leave_entries(stream)
        self._since += 1
        if self._answered(scope_of(stream), (plain.ENTRIES, stream)) is not None:
            return []
        found = self._entries(stream)
        if found:
            self._last[stream] = found[-1]
        else:
            self.answers[plain.ENTRIES, stream] = []
        return found

    def leave_entries(self, stream: str) -> None:
        """Note that the command knows this stream."""
        self.connection.leave(plain.ENTRIES, (stream,))

    def _entries(self, stream: str) -> list[bytes]:
        scope = scope_of(stream)
        if (authority := self._goes_on_to_caps(stream)) is not None:
            rows = self._rows_and_caps(scope, stream, authority)
        elif scope is None or scope in self.turns:
            return super().entries(stream)
        else:
            rows = list(self._link.execute(ENTRIES, (scope, stream)))
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
        if until_caps is None or (until_caps and self._memory.is_contended(authority)):
            return None
        return authority

    def _rows_and_caps(self, scope: str | None, stream: str, authority: str) -> Found:
        found = self._held(authority, (ENTRIES_AND_CAPS, (scope, stream, *bounds(authority))))
        caps = [(row[1], *row[3:]) for row in found if row[2] is None]
        self._ahead[authority] = sorted(caps, key=itemgetter(1))
        return sorted((row[:3] for row in found if row[2] is not None), key=itemgetter(2))

    def streams(self, beginning: str) -> list[str]:
        """Streams whose id begins so, in order."""
        self._since += 1
        self.connection.leave(plain.STREAMS, (beginning, beginning + LAST))
        scope, question = scope_of(beginning), (plain.STREAMS, beginning)
        found = self._answered(scope, question)
        if found is None:
            self._look_at(scope)
            found = self.answers[question] = super().streams(beginning)
        return found

    def _answered(self, scope: str | None, question: Question) -> list[str] | None:
        """The answer to a question about a scope's streams that was asked before, by this command or an earlier one."""
        if question in self.answers or scope is None:
            return self.answers.get(question)
        known = self._memory.scopes.get(scope) if self._memory.guesses else None
        if known is None or question not in known.answers or not self._go_by(scope, known.turn):
            return None
        return known.answers[question]

    def caps(self, authority: str) -> Rows:
        """Every cap row of one authority, by window; those that were fought over are locked first."""
        memory = self._memory
        memory.until_caps = self._since
        self.leave_caps(authority)
        scope, rows = plans_of(authority), self._ahead.get(authority)
        if rows is None:
            memory.goes_on |= memory.written_for == authority
            rows = self._held(authority, (CAPS, bounds(authority)))
        if not rows:
            self._look_at(scope)
            return super().caps(authority)
        turn, caps = caps_of(rows)
        self.turns.setdefault(scope, turn)
        return caps

    def leave_caps(self, authority: str) -> None:
        """Note that the command knows this authority's caps."""
        self.connection.leave(inline.CAP_SELECT, inline.beginning(authority))

    def _held(self, authority: str, asked: Asked) -> Found:
        """Ask, and hold those of an authority's caps that were fought over from before the question on."""
        contended = [w for w in self._memory.contended if w.startswith(f"{authority}/")]
        if not contended or self._link.in_transaction:
            return list(self._link.execute(*asked))
        self._memory.held = set(contended)
        return list(self._link.together(*holding(contended), asked)[-1])

    def _look_at(self, scope: str | None) -> None:
        if scope is None or scope in self.turns:
            return
        known = self._memory.scopes.get(scope)
        if known is not None and self._memory.guesses:
            self._go_by(scope, known.turn)
        else:
            self.turns[scope] = self._link.execute(TURN, (scope,)).fetchall()[0][0]

    def _go_by(self, scope: str, turn: int) -> bool:
        """Have the append find out whether this turn stands; False when another was read of the scope already."""
        stands = self.turns.setdefault(scope, turn) == turn
        self._memory.recalled |= stands
        return stands


def bounds(authority: str) -> tuple[str, str, str]:
    """The values of `CAPS`."""
    return plans_of(authority), *inline.beginning(authority)


def caps_of(rows: Found) -> tuple[int, Rows]:
    """What `CAPS` found: the last turn of the plans, and the caps by window. There is one row, at least."""
    return rows[0][0], {row[1]: inline.cap_row(row[1:]) for row in rows}


def holding(windows: Iterable[str]) -> tuple[Asked, ...]:
    """What holds these caps, in sorted order, until the transaction ends that begins here: whoever wants them waits."""
    return BEGIN, LETS_GO, (LOCK, (sorted(windows),))
