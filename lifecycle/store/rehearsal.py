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

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        connection = self.connection
        if not connection.in_transaction:
            connection.execute("BEGIN IMMEDIATE")
        connection.execute("SAVEPOINT command")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK TO command")
            raise
        finally:
            connection.execute("RELEASE command")

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The store as the rehearsal has it so far."""
        yield self.connection
