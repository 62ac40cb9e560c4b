"""A rehearsal: commands run on the real store, each sees those before it, and in the end nothing stays.

For a dry run of many commands at once: judged one by one against the store alone, a list whose rows pass a cap
only together would look fine. The write lock is held from the first command to the end, so others wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lifecycle.store import Store


class Rehearsal(Store):
    """A store whose one transaction is never committed: closing its connection takes everything back."""

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
