"""The store: opens the database, runs one transaction per command, reads the log.

A transaction holds the command's id, the cap rows it moves and its events, or nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from lifecycle.errors import Busy, CommandIdReused, IntegrityFailure, Refusal, StoreVersion
from lifecycle.store import sqlite
from lifecycle.store.transaction import Recorded, Transaction

SCHEMA = ("0001", "0002")
"""Schema versions this program knows, oldest first; the last is the one it works on."""

FIND_COMMAND = "SELECT body_sha256, result FROM commands WHERE command_id = ?"
ADD_COMMAND = "INSERT INTO commands (command_id, body_sha256, result) VALUES (?, ?, ?)"

Decide = Callable[[Transaction], Callable[[list[Recorded]], bytes]]
"""A command: judges and collects events, then makes the result from what was recorded."""


class Store:
    """One database, one connection. Not shared between threads."""

    def __init__(self, url: str, now: Callable[[], datetime], *, wait_ms: int = sqlite.WAIT_MS) -> None:
        self.url = url
        self.path: Path = sqlite.path_of(url)
        self._now = now
        self._wait_ms = wait_ms
        self._connection: Any = None
        self._cursor: Any = None

    @property
    def connection(self) -> Any:
        """The driver's connection, opened at first use.

        Raises:
            NotFound, IntegrityFailure, StoreVersion, Busy.
        """
        if self._connection is None:
            connection = sqlite.connect(self.path, wait_ms=self._wait_ms)
            try:
                refuse_other_schema(connection, self.path)
            except BaseException:
                connection.close()
                raise
            self._connection, self._cursor = connection, connection.cursor()
        return self._connection

    def close(self) -> None:
        """Close the connection, if it was opened."""
        if self._connection is not None:
            self._connection.close()
            self._connection = self._cursor = None

    def run(self, command_id: str, body_sha256: str, decide: Decide, *, dry_run: bool = False) -> bytes:
        """Run one command in one transaction; the same id and body give the first result again.

        Raises:
            CommandIdReused: the id stands for another command.
            Busy: others were writing for too long; nothing was written.
            Refusal: whatever the command refuses; nothing was written.
        """
        cursor = self._cursor or self._opened()
        try:
            self._begin(cursor)
            result = self._result(cursor, command_id, body_sha256, decide)
            self._end(cursor, keep=not dry_run)
        except sqlite.driver.Error as error:
            self._roll_back()
            raise _translated(error, self.path) from None
        except BaseException:
            self._roll_back()
            raise
        return result

    def _opened(self) -> Any:
        """The cursor commands run on, its connection opened."""
        self.connection  # noqa: B018 - opens it
        return self._cursor

    def _begin(self, cursor: Any) -> None:
        cursor.execute("BEGIN IMMEDIATE")

    def _end(self, cursor: Any, *, keep: bool) -> None:
        cursor.execute("COMMIT" if keep else "ROLLBACK")

    def _result(self, cursor: Any, command_id: str, body_sha256: str, decide: Decide) -> bytes:
        known = _find_command(cursor, command_id)
        if known:
            return _same_body(command_id, known, body_sha256)
        transaction = Transaction(cursor, self._now)
        result = decide(transaction)(transaction.record())
        cursor.execute(ADD_COMMAND, (command_id, body_sha256, result))
        return result

    def find_command(self, command_id: str) -> tuple[str, bytes] | None:
        """Body digest and result of a command that took effect."""
        return _find_command(self.connection, command_id)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection that sees one unchanging state of the store."""
        connection = self.connection
        connection.execute("BEGIN")
        try:
            yield connection
        except sqlite.driver.Error as error:
            raise _translated(error, self.path) from None
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            self._cursor.execute("ROLLBACK")  # the one commands read through: ends a read that was broken off


def refuse_other_schema(connection: Any, path: Path) -> None:
    """The program works on exactly its own schema version.

    Raises:
        StoreVersion: the store is older or newer, or was never created.
    """
    found = schema_of(connection)
    if found is None:
        raise StoreVersion(f"{path} is no grants store; `grants init --admin OFFICER` creates one")
    if found not in SCHEMA:
        raise StoreVersion(
            f"{path} has schema version {found}, newer than this program's {SCHEMA[-1]}; use the newer program"
        )
    if found != SCHEMA[-1]:
        raise StoreVersion(
            f"{path} has schema version {found}, older than this program's {SCHEMA[-1]}; "
            "`grants init` migrates it"
        )


def schema_of(connection: Any) -> str | None:
    """The schema version a database says it has, or None when it is no store."""
    if sqlite.is_someone_elses(connection):
        return None
    sql = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if connection.execute(sql).fetchone() is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _find_command(database: Any, command_id: str) -> tuple[str, bytes] | None:
    row = database.execute(FIND_COMMAND, (command_id,)).fetchone()
    return (row[0], bytes(row[1])) if row else None


def _same_body(command_id: str, known: tuple[str, bytes], body_sha256: str) -> bytes:
    if known[0] == body_sha256:
        return known[1]
    raise CommandIdReused(
        f"command id {command_id} stands for another command (body sha256 {known[0][:12]}…, "
        f"this one {body_sha256[:12]}…); give a new id"
    )


def _translated(error: Exception, path: Path) -> Refusal:
    text = str(error)
    if isinstance(error, sqlite.driver.OperationalError) and ("locked" in text or "busy" in text):
        return Busy(f"{path}: another command holds the store ({text}); nothing was written, try again")
    if isinstance(error, sqlite.driver.OperationalError) and "readonly" in text:
        return IntegrityFailure(f"{path} can't be written: {text}; nothing was written")
    if isinstance(error, sqlite.driver.OperationalError):
        return IntegrityFailure(f"{path}: {text}; nothing was written")
    return IntegrityFailure(f"{path} does not hold: {text}; nothing was written")
