"""A rehearsal on a server: one transaction, with a savepoint for each command, that is never committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from lifecycle.store import Decide, append, find_command, same_body
from lifecycle.store.reads import Reads
from lifecycle.store.server import ServerStore, Stale


class ServerRehearsal(ServerStore):
    """One transaction, with a savepoint for each command, that is never committed."""

    def _attempt(
        self, command_id: str, body_sha256: str, decide: Decide, *, looks: bool, dry_run: bool
    ) -> bytes:
        del looks  # each command does
        connection = self.connection
        if not connection.in_transaction:
            connection.execute("BEGIN")
        connection.execute("SAVEPOINT command")
        kept = False
        try:
            if known := find_command(connection, command_id):
                return same_body(command_id, known, body_sha256)
            connection.memory.begin(guesses=False)
            result, draft, _ = self._drafted(Reads(connection), decide)
            values = append.values(draft, draft.recorder.turns, (command_id, body_sha256, result))
            if not connection.execute(*append.statement(values)).rowcount:
                raise Stale
            kept = not dry_run
            return result
        except psycopg.Error as error:
            raise self._failed(error, connection, connection.backend) from None
        finally:
            if not connection.is_lost:
                if not kept:
                    connection.execute("ROLLBACK TO command")
                connection.execute("RELEASE command")

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The store as the rehearsal has it so far."""
        yield self.connection
