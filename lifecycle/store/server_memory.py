"""What a connection to a server remembers from one command to the next, and by what it goes.

A list of a thousand decisions asks a thousand times for the same officer, and for each grant once more than it has to.
The append finds out anyway whether each scope's turn is still the last one, and whether caps have moved; so a command
that goes by what it remembers is decided on what stands, or written not at all and decided again on what is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from time import monotonic_ns
from typing import Any, Protocol

import msgspec

from lifecycle.aggregates import Aggregate
from lifecycle.projections.cap_usage import Rows
from lifecycle.store import remembered
from lifecycle.store.append import plans_of, scope_of
from lifecycle.store.entries import Entry, entry_bytes

HEARD_SECONDS = 1
"""How long a connection goes by what it knows of the log's end, and what it wrote itself, before it looks again."""

MOST_CONTENDED = 64
"""Caps that a connection remembers as fought over, and locks before it reads them."""

CAPS_MS = 50
"""How long caps are remembered: whoever else decides for that authority moves them."""

NS = 10**6
"""Nanoseconds of a millisecond."""


Question = tuple[str, str]
"""Which streams begin so, or which entries a stream has that has none."""


@dataclass(slots=True)
class Scope:
    """What is known of one scope while its last turn is this one: aggregates by stream, and which streams there are."""

    turn: int
    aggregates: dict[str, Aggregate] = field(default_factory=dict)
    answers: dict[Question, list[str]] = field(default_factory=dict)


class Caps(msgspec.Struct, frozen=True):
    """An authority's caps, as they were read or written a moment ago, and the last turn of its plans."""

    rows: Rows
    turn: int
    at_ns: int


@dataclass(slots=True)
class Memory:
    """What a connection remembers."""

    contended: set[str] = field(default_factory=set)
    """Caps that were fought over, and are held before they are read."""

    held: Set[str] = frozenset()
    """Caps that the command holds since before it read them."""

    guesses: bool = False
    """True while the append is left to find out whether a new stream is there already."""

    recalled: bool = False
    """True once the command goes by something that it did not read itself."""

    written: Entry | None = None
    """The last event of this connection. Nothing that it remembers was read later: it stands for all of that."""

    latest: str | None = None
    heard_at: int | float = -HEARD_SECONDS
    """The latest moment known of the log, and since when."""

    until_caps: int | None = 1
    """How much the last command that read an authority's stream read between it and the caps; None: it read none."""

    goes_on: bool = False
    """True while whoever writes for an authority is seen to need its caps next: they come along with the answer."""

    written_for: str | None = None
    """The authority that was last written for by a command that did not read its caps."""

    ahead: str | None = None
    """The authority whose caps came along, until a command asks for them."""

    scopes: dict[str | None, Scope] = field(default_factory=dict)
    caps: dict[str, Caps] = field(default_factory=dict)

    def hear(self, known_at: str | None) -> None:
        """Take in a moment of the log."""
        if known_at and (self.latest is None or known_at > self.latest):
            self.latest = known_at

    def stands(self, stored: bytes | None) -> None:
        """Its last event is found stored so: if not as it was written, a backup was put back, and all is let go.

        Since then others may have taken as many turns as were taken before.
        """
        if self.written is not None and entry_bytes(self.written) != stored:
            self.written = None
            self.forget()

    def forget(self) -> None:
        """Go by nothing but what is read."""
        self.scopes.clear()
        self.caps.clear()

    def fight_over(self, caps: Iterable[str]) -> None:
        """Whoever moved these caps moves them again: from now on they are held before they are read."""
        self.contended |= set(caps)
        if len(self.contended) > MOST_CONTENDED:
            self.contended.clear()

    def is_contended(self, authority: str) -> bool:
        """True when caps of this authority were fought over."""
        return any(w.startswith(f"{authority}/") for w in self.contended)

    def begin(self, *, guesses: bool) -> None:
        """A try of a command begins; one that is left no guess goes by nothing but what it reads."""
        self.guesses, self.recalled, self.held = guesses, False, frozenset()
        if not guesses:
            self.forget()

    def advance(self, turns: Mapping[str, int]) -> None:
        """This connection has taken these turns of scopes."""
        for scope, turn in turns.items():
            known = self.scopes.get(scope)
            if known is not None and known.turn == turn - 1:
                known.turn = turn
            else:
                self.scopes.pop(scope, None)

    def keep_caps(self, authority: str, rows: Rows, turn: int) -> None:
        """An authority's caps as they stand now."""
        if not self.contended or not self.is_contended(authority):
            self.caps[authority] = Caps(rows, turn, monotonic_ns())
            if len(self.caps) > remembered.MOST:
                remembered.shorten(self.caps)

    def wants_caps_of(self, authority: str | None) -> str | None:
        """Whose caps are to come along with the append of a command that writes for `authority`, and read them not."""
        if self.ahead is not None:
            self.ahead, self.goes_on = None, False
        self.written_for = authority
        if not self.goes_on or not authority or (self.contended and self.is_contended(authority)):
            return None
        return authority

    def bring(self, authority: str, rows: Rows, turn: int) -> None:
        """An authority's caps came along."""
        self.ahead = authority
        self.keep_caps(authority, rows, turn)


class _Recorder(Protocol):
    """What recollections need of the recorder of the same command."""

    connection: Any
    turns: dict[str, int]
    known_caps: dict[str, int]
    begun: set[str | None]
    answers: dict[Question, list[str]]

    def leave_entries(self, stream: str) -> None: ...
    def leave_caps(self, authority: str) -> None: ...


class Recollections:
    """記憶, as one try of a command goes by it: it says so to its recorder, and the append looks whether it stands."""

    def __init__(self, memory: Memory, recorder: _Recorder) -> None:
        self._memory = memory
        self._recorder = recorder

    def take(self, stream: str) -> Aggregate | None:
        """The aggregate of a stream, for one command: it may change it, and only `keep` brings it back."""
        scope = scope_of(stream)
        known = self._memory.scopes.get(scope)
        if known is None or stream not in known.aggregates:
            return None
        if scope is not None and self._recorder.turns.setdefault(scope, known.turn) != known.turn:
            del self._memory.scopes[scope]
            return None
        self._memory.recalled = True
        self._recorder.leave_entries(stream)
        return known.aggregates.pop(stream)

    def caps(self, authority: str) -> Rows | None:
        """Every cap row of one authority; not to be written into."""
        memory, turns = self._memory, self._recorder.turns
        known = memory.caps.get(authority)
        if authority == memory.ahead:
            memory.ahead = None
        if known is None:
            return None
        is_old = monotonic_ns() - known.at_ns > CAPS_MS * NS or (
            memory.contended and memory.is_contended(authority)
        )
        if is_old or turns.setdefault(plans_of(authority), known.turn) != known.turn:
            del memory.caps[authority]
            return None
        memory.recalled = True
        self._recorder.leave_caps(authority)
        self._recorder.known_caps[authority] = sum([row.seq for row in known.rows.values()])
        return known.rows

    def keep(self, aggregates: Mapping[str, Aggregate], caps: Mapping[str, Rows]) -> None:
        """What a command read and wrote, once it has taken effect."""
        memory, recorder = self._memory, self._recorder
        turns = recorder.turns
        for stream, aggregate in aggregates.items():
            known = self._scope(scope_of(stream))
            known.aggregates[stream] = aggregate
            if len(known.aggregates) > remembered.MOST:
                remembered.shorten(known.aggregates)
        for question, answer in recorder.answers.items():
            if (scope := scope_of(question[1])) is not None:
                known = self._scope(scope)
                known.answers[question] = answer
                if len(known.answers) > remembered.MOST:
                    remembered.shorten(known.answers)
        for scope in recorder.begun:
            if scope in memory.scopes:
                memory.scopes[scope].answers.clear()
        for authority, rows in caps.items():
            memory.keep_caps(authority, rows, turns[plans_of(authority)])
        if len(memory.scopes) > remembered.MOST:
            remembered.shorten(memory.scopes)

    def _scope(self, scope: str | None) -> Scope:
        turn = self._recorder.turns[scope] if scope is not None else 0
        known = self._memory.scopes.get(scope)
        if known is None or known.turn != turn:
            known = self._memory.scopes[scope] = Scope(turn)
        return known
