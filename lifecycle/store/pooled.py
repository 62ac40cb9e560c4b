"""A link through a pooler that may give each transaction another process of the server (PgBouncer's transaction mode).

What a session would keep is not kept: settings, prepared statements, locks. So each transaction is told the store's
settings at its start, in the same going there and back, nothing is prepared, and nobody counts on a session.

A pooler shows itself: the process at the other end is not the one it told of when it let the link in, for it may
cancel only what it passes on itself. Which mode it is in can't be told, so all are spoken to in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from lifecycle.store.link import Answer, Asked, Connection

GIVEN = re.compile(r"(?:-c\s*|--)([\w.-]+)=((?:\\.|\S)*)")
"""One setting among the `options` of a URL."""

DROPPED = (
    "SELECT name FROM unnest(%s::text[], %s::text[]) AS given (name, value) "
    "WHERE current_setting(name, true) IS DISTINCT FROM set_config(name, value, true)"
)


class Pooled(Connection):
    """A connection of which nothing lasts longer than a transaction."""

    def __init__(self, raw: psycopg.Connection[Any], settings: str) -> None:
        super().__init__(raw)
        self._settings: Asked = settings, ()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Answer:
        """Run one statement, whose values are `?` in order."""
        if self.in_transaction:
            return super().execute(sql, values)
        return self.together((sql, values))[-1]

    def together(self, *asked: Asked) -> list[Answer]:
        """Run statements that are sent at once."""
        told = list(self._settled(asked))
        answers = zip(told, super().together(*told), strict=True)
        return [answer for one, answer in answers if one is not self._settings]

    @property
    def backend(self) -> None:
        """Nobody's: whichever process has the next transaction, it can't be told when the link is cut."""
        return

    def lent(self) -> psycopg.Connection[Any]:
        """The driver's connection, for SQLAlchemy."""
        raw = super().lent()
        raw.prepare_threshold = None
        return raw

    def _settled(self, asked: Sequence[Asked]) -> Iterator[Asked]:
        """With the settings before what begins a transaction; after BEGIN, where that does."""
        begun = self.in_transaction
        for one in asked:
            begins = one[0].startswith("BEGIN")
            if not begun and not begins:
                yield self._settings
            yield one
            if begins:
                yield self._settings
            begun = one[0] != "COMMIT"

    def _first(self, sql: str, values: Sequence[Any], *, alone: bool) -> None:
        """A statement, parsed each time: what was prepared may be another process's, or another client's."""
        del alone
        self._unprepared(sql, values)


def dropped(raw: psycopg.Connection[Any]) -> list[str]:
    """Settings that the URL gives as `options`, and that are not in force behind the pooler."""
    given = GIVEN.findall(raw.info.options)
    names = [name.replace("-", "_") for name, _ in given]
    values = [re.sub(r"\\(.)", r"\1", value) for _, value in given]
    return [row[0] for row in raw.execute(DROPPED, (names, values))] if given else []
