"""What one try of a command read of a server, so that it can be read again: all at once, in one unchanging state.

A command reads without a lock, one thing after the other; a refusal must be that of a state that stood. So whoever is
refused is judged once more, on what the same reads say together. There and back is waited for once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lifecycle.store.link import Answer, Asked, Connection

UNCHANGING: Asked = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())
END: Asked = ("COMMIT", ())

Rows = list[tuple[Any, ...]]


class Missed(Exception):
    """The second judgement asks for what the first one did not read."""


class Reads:
    """A connection that remembers what it was asked."""

    def __init__(self, connection: Connection) -> None:
        self.link, self.memory = connection, connection.memory
        self.asked: dict[Asked, None] = {}

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Answer:
        """Run one statement, whose values are `?` in order."""
        self.asked[sql, tuple(values)] = None
        return self.link.execute(sql, values)

    def leave(self, sql: str, values: Sequence[Any]) -> None:
        """What the second judgement is to know, whether or how the first one asked for it."""
        self.asked[sql, tuple(values)] = None

    def again(self, connection: Connection) -> ReadAgain:
        """Read all of it again."""
        _, *answers, _ = connection.together(UNCHANGING, *self.asked, END)
        return ReadAgain(connection.recorder, dict(zip(self.asked, map(list, answers), strict=True)))


class ReadAgain:
    """The same reads, answered from one state; nothing else is."""

    def __init__(self, recorder: type, known: dict[Asked, Rows]) -> None:
        self.recorder = recorder
        self._known = known

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Answer:
        """What one of those statements answered.

        Raises:
            Missed: it is none of them.
        """
        rows = self._known.get((sql, tuple(values)))
        if rows is None:
            raise Missed
        return Answer(rows, len(rows))
