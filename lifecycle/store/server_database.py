"""The database of a store on a server: its connections, its schema, its roles, and states that do not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

import psycopg

from lifecycle.errors import NotFound, Refusal
from lifecycle.store import Store, Turns, postgres, roles, sealing, soundness
from lifecycle.store.link import Connection
from lifecycle.store.server_memory import Memory
from lifecycle.store.server_recorder import CommittedRecorder

MIGRATOR = sealing.SEALER + 1
"""Key of the lock that migrators take."""

TABLES = """
SELECT current_schema()::text, current_setting('search_path'), (
    SELECT array_agg(relname::text) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = current_schema() AND relkind IN ('r', 'p')
)
"""

Found = TypeVar("Found")


def _begin_unchanging(connection: Connection) -> Connection:
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return connection


class ServerDatabase(Store):
    """A schema of a database, as a store has one."""

    kind = "postgresql"

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        super().__init__(url, now)
        self.place = postgres.place_of(url)

    def connect(self, *, create: bool = False) -> Connection:
        """A connection; see `postgres.connect`. The database itself is never created."""
        del create
        connection = postgres.connect(self.url, self.place)
        connection.recorder, connection.memory = CommittedRecorder, Memory()
        return connection

    def schema(self) -> str | None:
        """The schema version, or None where there is no store."""
        connection = self.connect()
        try:
            return self.schema_of(connection)
        finally:
            connection.close()

    def schema_of(self, connection: Any) -> str | None:
        """The schema version a database says it has, or None when it is no store."""
        try:
            if not self.tables(connection) >= postgres.TABLES:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.Error as error:  # cut as soon as it was connected
            raise self.refusal_of(error) from None
        return str(row[0]) if row else None

    def tables(self, connection: Any) -> set[str]:
        """The names of the tables there are in the schema.

        Raises:
            NotFound: there is no such schema.
        """
        schema, path, names = connection.execute(TABLES).fetchone()
        if schema is None:
            raise NotFound(
                f"{self.place} has no schema {path}; create it (CREATE SCHEMA), then `grants init --admin OFFICER`"
            )
        return set(names or ())

    def is_someone_elses(self, connection: Any) -> bool:
        """True for a schema with tables of another program."""
        names = self.tables(connection)
        return bool(names) and not names >= postgres.TABLES

    def foundation(self) -> dict[str, Any]:
        """The driver."""
        return {"driver": f"psycopg {psycopg.__version__}"}

    def examine(self, connection: Any, found: dict[str, Any]) -> Iterator[str]:
        """See `soundness`."""
        return soundness.examine(connection, found)

    def outside_the_log(self, connection: Any) -> Iterator[tuple[str, int]]:
        """Stream and version of events that have no number in the log, and wait for none."""
        yield from connection.execute(soundness.OUTSIDE)

    def turns(self, connection: Any) -> Turns:
        """The turns that commands took."""
        return {scope: tuple(told) for scope, *told in connection.execute(soundness.TURNS)}

    @contextmanager
    def migrating(self) -> Iterator[tuple[Any, Any]]:
        """One transaction under a lock that every migrator takes first."""
        from sqlalchemy import StaticPool, create_engine
        from sqlalchemy.exc import DBAPIError

        connection = self.connect()
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: connection.raw,
            poolclass=StaticPool,
            use_native_hstore=False,
        )
        try:
            connection.raw.autocommit = False
            with engine.connect() as database:  # which rolls back once, when it has seen whose server this is
                database.exec_driver_sql(postgres.THIS_TRANSACTION)
                database.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATOR})")
                yield connection, database
                database.commit()
        except DBAPIError as error:
            raise postgres.translated(error.orig, self.place) from None
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        finally:
            connection.close()

    def roles(self, *, apply: bool) -> list[str]:
        """The statements that make the database's roles; run, if asked to."""
        try:
            return roles.make(self._alive()) if apply else roles.told(self._alive())
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        finally:
            self._roll_back()

    def refusal_of(self, error: BaseException | None) -> Refusal:
        """See `Store.refusal_of`."""
        return postgres.translated(error, self.place)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection that sees one unchanging state of the store."""
        with self._unchanging() as connection:
            connection.execute(postgres.SERVERS_PLANS)
            yield connection

    @contextmanager
    def _unchanging(self) -> Iterator[Connection]:
        try:
            yield self._asked(_begin_unchanging)
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        finally:
            self._roll_back()

    def _alive(self) -> Connection:
        if self._connection is not None and self._connection.is_lost:
            self.close()
        connection: Connection = self.connection
        return connection

    def _asked(self, ask: Callable[[Connection], Found]) -> Found:
        """Ask what may be asked twice: where the link turns out to be cut, once more on a new one."""
        connection = self._alive()
        try:
            return ask(connection)
        except psycopg.Error:
            if not connection.is_lost:
                raise
        return ask(self._alive())

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """The same through SQLAlchemy, on a connection of its own."""
        from sqlalchemy import NullPool, create_engine

        def make() -> psycopg.Connection[Any]:
            connection = self.connect()
            connection.raw.execute("RESET plan_cache_mode; RESET enable_seqscan; RESET jit")
            return connection.lent()

        engine = create_engine(
            "postgresql+psycopg://",
            creator=make,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            use_native_hstore=False,
        )
        with engine.connect() as database:
            yield database

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is not None and not connection.is_lost and connection.in_transaction:
            with suppress(psycopg.Error):
                connection.execute("ROLLBACK")
