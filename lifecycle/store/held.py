"""保持: a command that holds caps from before it reads them writes, and lets go of them with its commit."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg

from lifecycle.store import postgres
from lifecycle.store.link import Answer, Asked, Connection


class Cut(Exception):
    """The link was lost; the command may have taken effect, by the server's process that had it."""

    def __init__(self, backend: int | None) -> None:
        super().__init__(backend)
        self.backend = backend


def write(connection: Connection, asked: Asked, guard: Iterable[Asked]) -> Answer:
    """Write in a transaction that holds caps, let go of them, and wait for the disk.

    `guard` finds out whether anything has moved while the write waited, for a cap or a slot that is not held.

    Raises:
        Cut: it may have committed.
    """
    backend = connection.backend
    try:
        wrote, *_ = connection.together(asked, *guard, ("COMMIT", ()), postgres.ON_DISK)
    except psycopg.Error:
        if connection.in_transaction:
            raise
        raise Cut(backend) from None
    return wrote
