"""Compares what a process remembers with what is stored, at every use: a second derivation of every aggregate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lifecycle.aggregates import Aggregate
from lifecycle.projections.cap_usage import Rows
from lifecycle.store.entries import to_event
from lifecycle.store.recorder import ENTRIES
from lifecycle.store.transaction import Transaction, fold


class Comparisons:
    """How often something remembered was compared: a comparison that never happens proves nothing."""

    aggregates = 0
    caps = 0


@contextmanager
def compared() -> Iterator[None]:
    """While this lasts, a command that remembers something else than what is stored fails."""
    found, cap_rows = Transaction._found, Transaction._cap_rows

    def _found(self: Transaction, stream: str) -> Aggregate | None:
        is_remembered = stream in self._remembered._aggregates
        aggregate = found(self, stream)
        if is_remembered:
            assert aggregate is not None
            stored = [bytes(row[0]) for row in self.connection.execute(ENTRIES, (stream,))]
            assert state(aggregate) == state(fold(map(to_event, stored))), f"{stream} is remembered otherwise"
            Comparisons.aggregates += 1
        return aggregate

    def _cap_rows(self: Transaction, authority: str) -> Rows:
        rows = cap_rows(self, authority)
        if self._remembered.caps(authority) is not None:
            assert rows == self._recorder.caps(authority), f"the caps of {authority} are remembered otherwise"
            Comparisons.caps += 1
        return rows

    Transaction._found, Transaction._cap_rows = _found, _cap_rows  # type: ignore[method-assign]
    try:
        yield
    finally:
        Transaction._found, Transaction._cap_rows = found, cap_rows  # type: ignore[method-assign]


def state(aggregate: Any) -> dict[str, Any]:
    """Everything an aggregate is, without the events that wait in it."""
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}
