"""Compares what a process remembers with what is stored, at every use: a second derivation of every aggregate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lifecycle.aggregates import Aggregate
from lifecycle.projections.cap_usage import Rows
from lifecycle.store import inline
from lifecycle.store.entries import to_event
from lifecycle.store.recorder import ENTRIES, LAST, STREAMS
from lifecycle.store.server_memory import Question, Recollections
from lifecycle.store.server_recorder import TURN, TurnsRecorder
from lifecycle.store.transaction import Transaction, fold


class Comparisons:
    """How often something remembered was compared: a comparison that never happens proves nothing."""

    aggregates = 0
    caps = 0
    answers = 0


@contextmanager
def compared() -> Iterator[None]:
    """While this lasts, a command that remembers something else than what is stored fails."""
    found, cap_rows, answered = Transaction._found, Transaction._cap_rows, TurnsRecorder._answered

    def _found(self: Transaction, stream: str) -> Aggregate | None:
        takes, was_taken = self._remembered.take, []

        def take(stream: str) -> Aggregate | None:
            if (aggregate := takes(stream)) is not None:
                was_taken.append(aggregate)
            return aggregate

        self._remembered.take = take  # type: ignore[method-assign]
        aggregate = found(self, stream)
        del self._remembered.take
        if was_taken:
            assert aggregate is was_taken[0]
            stored = _Aside(self.connection).execute(ENTRIES, (stream,)).fetchall()[: aggregate.version]
            then = fold(to_event(bytes(row[0])) for row in stored)
            assert state(aggregate) == state(then), f"{stream} is remembered otherwise"
            Comparisons.aggregates += 1
        return aggregate

    def _cap_rows(self: Transaction, authority: str) -> Rows:
        rows = cap_rows(self, authority)
        if self._remembered.caps(authority) is rows:
            stored = inline.read_caps(_Aside(self.connection), authority)
            moved = _seqs(stored) > _seqs(rows) and isinstance(self._remembered, Recollections)
            alike = list(rows.items()) == list(stored.items())  # their order too: findings come in it
            assert moved or alike, f"the caps of {authority} are remembered otherwise"
            Comparisons.caps += 1
        return rows

    def _answered(self: TurnsRecorder, scope: str | None, question: Question) -> list[str] | None:
        was_asked = question in self.answers
        answer = answered(self, scope, question)
        if scope is not None and answer is not None and not was_asked:
            aside, (sql, name) = _Aside(self.connection), question
            moved = aside.execute(TURN, (scope,)).fetchone()[0] > self.turns[scope]
            stored = aside.execute(sql, (name, name + LAST) if sql == STREAMS else (name,))
            assert moved or answer == [row[0] for row in stored], f"{name} is answered otherwise"
            Comparisons.answers += 1
        return answer

    Transaction._found, Transaction._cap_rows = _found, _cap_rows  # type: ignore[method-assign]
    TurnsRecorder._answered = _answered  # type: ignore[method-assign]
    try:
        yield
    finally:
        Transaction._found, Transaction._cap_rows = found, cap_rows  # type: ignore[method-assign]
        TurnsRecorder._answered = answered  # type: ignore[method-assign]


class _Aside:
    """Asks a command's connection by the driver's own means: no test counts it, and the command knows nothing of it."""

    def __init__(self, connection: Any) -> None:
        self._connection = getattr(connection, "link", connection)

    def execute(self, sql: str, values: tuple[Any, ...]) -> Any:
        if raw := getattr(self._connection, "raw", None):
            return raw.execute(sql.replace("?", "%s"), values)
        return self._connection.execute(sql, values)


def _seqs(rows: Rows) -> int:
    """On a server others may have moved caps since; then this sum has grown, and the append will find out."""
    return sum(row.seq for row in rows.values())


def state(aggregate: Any) -> dict[str, Any]:
    """Everything an aggregate is, without the events that wait in it."""
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}
