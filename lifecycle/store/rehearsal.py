"""A rehearsal: commands run on the real store, each sees those before it, and in the end nothing stays.

For a dry run of many commands at once: judged one by one against the store alone, a list whose rows pass a cap
only together would look fine. What is locked on the way (SQLite: the store; a server: the caps that were moved)
stays locked to the end, so others wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from lifecycle.store import Store, is_server
from lifecycle.store.embedded import EmbeddedStore


def rehearsal(url: str, now: Callable[[], datetime]) -> Store:
    """A store whose one transaction is never committed: closing its connection takes everything back."""
    if is_server(url):
        from lifecycle.store.server_rehearsal import ServerRehearsal

        return ServerRehearsal(url, now)
    return EmbeddedRehearsal(url, now)


class EmbeddedRehearsal(EmbeddedStore):
    """A file, with a savepoint for each command."""

    def _begin(self, cursor: Any) -> None:
        if not self.connection.in_transaction:
            super()._begin(cursor)
        cursor.execute("SAVEPOINT command")

    def _end(self, cursor: Any, *, keep: bool) -> None:
        if not keep:
            cursor.execute("ROLLBACK TO command")
        cursor.execute("RELEASE command")

    def _roll_back(self) -> None:
        """Take back the command that failed, and nothing before it."""
        if self.connection.in_transaction:
            self._end(self.connection.cursor(), keep=False)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The store as the rehearsal has it so far."""
        yield self.connection
