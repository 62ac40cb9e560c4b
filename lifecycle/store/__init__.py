"""The store: opens the database, runs one transaction per command, reads the log.

A transaction holds the command's id, the cap rows it moves and its events, or nothing of them. The database is
SQLite in a file (`embedded.py`) or a PostgreSQL server (`server.py`); everything above this room is told neither.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec

from lifecycle.errors import CommandIdReused, IntegrityFailure, Refusal, StoreVersion
from lifecycle.store.transaction import Recorded, Transaction

SCHEMA = ("0001", "0002", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""Schema versions this program knows, oldest first; the last is the one it works on."""

OWN = {"events", "commands", "cap_usage", "application_slots"}
"""Tables by which a store is known even when it does not say what it is."""

FIND_COMMAND = "SELECT body_sha256, result FROM commands WHERE command_id = ?"

Decide = Callable[[Transaction], Callable[[list[Recorded]], bytes]]
"""A command: judges and collects events, then makes the result from what was recorded."""

Turns = dict[str, tuple[int, int, int]]
"""By scope how many turns stand there, and the number of the first and of the last."""


class Store(ABC):
    """One database, one connection. Not shared between threads."""

    kind: str
    """The database's name."""

    place: str
    """What people know the store by: a file, or a server's URL without its password."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self.url = url
        self._now = now
        self._connection: Any = None
        self.decided_again = 0
        """How often a command was decided anew because what it had read was moved meanwhile."""

    @property
    def connection(self) -> Any:
        """The driver's connection, opened at first use.

        Raises:
            NotFound, IntegrityFailure, StoreVersion, Busy, Unreachable.
        """
        if self._connection is None:
            connection = self.connect()
            try:
                self._refuse_other_schema(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def close(self) -> None:
        """Close the connection, if it was opened."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def find_command(self, command_id: str) -> tuple[str, bytes] | None:
        """Body digest and result of a command that took effect."""
        return find_command(self.connection, command_id)

    def is_new(self) -> bool:
        """True when `grants init` would create this store."""
        return self.schema() is None

    def seal(self) -> int:
        """Give committed events that have none their numbers in the log; how many got one."""
        return 0

    def put_back(self) -> int:
        """Have events sealed that nothing leads the sealer to, as it comes by next; how many there were."""
        return 0

    def holds_seal(self) -> bool:
        """Take on sealing while this store is open; False when somebody else has."""
        return True

    def kept_from_sealing(self) -> str | None:
        """Who keeps events from being sealed, and what to do about it; None when nobody does."""
        return None

    def roles(self, *, apply: bool) -> list[str]:
        """The statements that make the database's roles; none for a database that has none."""
        del apply
        return []

    def outside_the_log(self, connection: Any) -> Iterable[tuple[str, int]]:
        """Stream and version of events that have no number in the log, and wait for none."""
        del connection
        return ()

    def unlike_written(self, connection: Any) -> Iterable[int]:
        """Numbers of events whose rows are not what was written after those before; none where no chain is kept."""
        del connection
        return ()

    def answers_without_events(self, connection: Any) -> Iterable[tuple[str, Any, bool]]:
        """Id and answer of each command that is kept as one without events, and whether it has events all the same."""
        del connection
        return ()

    def turns(self, connection: Any) -> Turns | None:
        """The turns that commands took; None where a command has the whole store to itself."""
        del connection
        return None

    @abstractmethod
    def foundation(self) -> dict[str, Any]:
        """What the store stands on, for `doctor`: the database's version, and what was decided about it."""

    @abstractmethod
    def examine(self, connection: Any, found: dict[str, Any]) -> Iterator[str]:
        """Add to that what the opened database says of itself; yields its problems."""

    @abstractmethod
    def connect(self, *, create: bool = False) -> Any:
        """A connection of its own, set up as this database needs it."""

    @abstractmethod
    def schema(self) -> str | None:
        """The schema version, or None where there is no store."""

    @abstractmethod
    def schema_of(self, connection: Any) -> str | None:
        """The schema version a database says it has, or None when it is no store."""

    @abstractmethod
    def tables(self, connection: Any) -> set[str]:
        """The names of the tables there are."""

    @abstractmethod
    def is_someone_elses(self, connection: Any) -> bool:
        """True for a database that holds tables, and is no grants store of any version."""

    @abstractmethod
    @contextmanager
    def migrating(self) -> Iterator[tuple[Any, Any]]:
        """One transaction in which no other migrator works: the driver's connection, and SQLAlchemy's on it."""
        yield None, None

    @abstractmethod
    def run(self, command_id: str, body_sha256: str, decide: Decide, *, dry_run: bool = False) -> bytes:
        """Run one command in one transaction; the same id and body give the first result again.

        Raises:
            CommandIdReused: the id stands for another command.
            Busy: others were writing for too long; nothing was written.
            OutcomeUnknown: the server was lost while it committed, and can't be asked.
            Refusal: whatever the command refuses; nothing was written.
        """

    @abstractmethod
    def refusal_of(self, error: BaseException | None) -> Refusal:
        """What an error of this database's driver means to whoever gave the command."""

    @abstractmethod
    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection that sees one unchanging state of the store."""
        yield

    @abstractmethod
    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """The same through SQLAlchemy, on a connection of its own."""
        yield

    def _refuse_other_schema(self, connection: Any) -> None:
        found = self.known_schema(connection)
        if found is None:
            raise StoreVersion(f"{self.place} is no grants store; `grants init --admin OFFICER` creates one")
        if found != SCHEMA[-1]:
            raise StoreVersion(
                f"{self.place} has schema version {found}, older than this program's {SCHEMA[-1]}; "
                "`grants init` migrates it"
            )

    def known_schema(self, connection: Any) -> str | None:
        """The schema version, or None when this is no store.

        Raises:
            StoreVersion: the store is newer than this program.
            IntegrityFailure: it is a store, but somebody has taken its version out.
        """
        found = self.schema_of(connection)
        if found is None and self.tables(connection) >= OWN:
            raise IntegrityFailure(
                f"{self.place} is a grants store that no longer says of which version: its table alembic_version is "
                "missing or empty, which no command does. Nothing was changed; put the table back from a copy of "
                "the store, or use the copy"
            )
        if found is not None and found not in SCHEMA:
            raise StoreVersion(
                f"{self.place} has schema version {found}, newer than this program's {SCHEMA[-1]}; "
                "use the newer program"
            )
        return found


def open_store(url: str, now: Callable[[], datetime]) -> Store:
    """The store of a URL: `sqlite:///FILE`, or `postgresql://…` as libpq takes it.

    Raises:
        BadInput: it is neither.
    """
    if is_server(url):
        from lifecycle.store.server import ServerStore

        return ServerStore(url, now)
    from lifecycle.store.embedded import EmbeddedStore

    return EmbeddedStore(url, now)


def is_server(url: str) -> bool:
    """True for the URL of a PostgreSQL server."""
    return url.startswith(("postgresql:", "postgres:"))


def find_command(database: Any, command_id: str) -> tuple[str, bytes] | None:
    """Body digest and result of a command that took effect."""
    row = database.execute(FIND_COMMAND, (command_id,)).fetchone()
    return answer_of(command_id, row) if row else None


def answer_of(command_id: str, row: tuple[Any, Any]) -> tuple[str, bytes]:
    """Body digest and result of a command as they stand on record.

    Raises:
        IntegrityFailure: what stands there is no answer to this command.
    """
    body_sha256, stored = row
    result = b"" if stored is None or isinstance(stored, str | int | float) else bytes(stored)
    if not isinstance(body_sha256, str) or not _answers(result, command_id):
        raise IntegrityFailure(
            f"the answer to command {command_id} that is on record is not what was written: the store was changed "
            "from outside; `grants check chain` says where"
        )
    return body_sha256, result


def _answers(result: bytes, command_id: str) -> bool:
    try:
        told = msgspec.json.decode(result)
    except ValueError:  # no JSON, or not even text
        return False
    return isinstance(told, dict) and told.get("id") == command_id


def same_body(command_id: str, known: tuple[str, bytes], body_sha256: str) -> bytes:
    """The first result of a command that is sent again.

    Raises:
        CommandIdReused: the id stands for another body.
    """
    if known[0] == body_sha256:
        return known[1]
    raise CommandIdReused(
        f"command id {command_id} stands for another command (body sha256 {known[0][:12]}…, "
        f"this one {body_sha256[:12]}…); give a new id"
    )


__all__ = ["SCHEMA", "Recorded", "Store", "Transaction", "open_store"]
