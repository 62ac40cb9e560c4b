"""The store on a PostgreSQL server: many operators at once, and none of them waits for another one's matter.

A command reads without a lock, decides, and writes by one statement that finds out whether what it read still
stands (`append.py`). If it does not, the whole command is decided again on what stands now: a refusal is always
that of a fresh row. Then the events are sealed (`sealing.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from time import monotonic, sleep
from typing import Any

import psycopg

from lifecycle.errors import Busy, Refusal
from lifecycle.store import (
    Decide,
    Store,
    append,
    find_command,
    postgres,
    roles,
    same_body,
    sealing,
    soundness,
)
from lifecycle.store.link import Connection
from lifecycle.store.server_recorder import Memory, ServerRecorder, holding
from lifecycle.store.transaction import Draft, Transaction
from lifecycle.store.unanswered import OutcomeUnknown, Unreachable

TRIES = 8
PAUSE_MS = 2
"""Before the second try, on average; doubled before each further one."""

RECONNECT_SECONDS = 20
"""How long a server that was lost during a commit is asked for the outcome."""

RECONNECT_PAUSE_MS = 100

MIGRATOR = sealing.SEALER + 1
"""Key of the lock that migrators take."""

MOST_CONTENDED = 64
"""Caps that a connection remembers as fought over, and locks before it reads them."""

TABLES = """
SELECT array_agg(relname::text) FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
"""


class Stale(Exception):
    """What the command read has moved since: decide again."""


class Guessed(Exception):
    """The command's id is there already: it took effect before, or stands for another one."""


class Cut(Exception):
    """The link was lost; the command may have taken effect, by the server's process that had it."""

    def __init__(self, backend: int) -> None:
        super().__init__(backend)
        self.backend = backend


class ServerStore(Store):
    """A database on a server."""

    kind = "postgresql"

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        super().__init__(url, now)
        self.place = postgres.place_of(url)
        self._random = random.Random()  # noqa: S311 - pauses, no secrets
        self._wanted: set[str] = set()
        self._seals = sealing.OwnSeals()
        self._repeats = False

    def connect(self, *, create: bool = False) -> Connection:
        """A connection; see `postgres.connect`. The database itself is never created."""
        del create
        connection = postgres.connect(self.url, self.place)
        connection.recorder, connection.memory = ServerRecorder, Memory()
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
        if not _tables(connection) >= postgres.TABLES:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None

    def is_someone_elses(self, connection: Any) -> bool:
        """True for a schema with tables of another program."""
        names = _tables(connection)
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
                database.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATOR})")
                yield connection, database
                database.commit()
        except DBAPIError as error:
            raise postgres.translated(error.orig, self.place) from None
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        finally:
            connection.close()

    # ------------------------------------------------------------------ a command

    def run(self, command_id: str, body_sha256: str, decide: Decide, *, dry_run: bool = False) -> bytes:
        """See `Store.run`."""
        self._wanted = set()
        looks = dry_run or self._repeats
        for attempt in range(TRIES):
            try:
                return self._attempt(command_id, body_sha256, decide, looks=looks, dry_run=dry_run)
            except Stale:
                self._remember()
                self._pause(attempt)
            except Cut as cut:
                self._reconnect(command_id, cut.backend)
            except Guessed:
                pass
            looks = True
        if known := self._known(command_id, body_sha256):
            return known
        raise Busy(
            f"{self.place}: what this command needs changed {TRIES} times while it was judged; "
            "nothing was written, try again"
        )

    def _attempt(
        self, command_id: str, body_sha256: str, decide: Decide, *, looks: bool, dry_run: bool
    ) -> bytes:
        """One try; it `looks` whether the id, or a new stream, is there, or leaves the append to find out."""
        connection: Connection = self.connection
        backend = connection.backend
        try:
            if looks and (known := self._known(command_id, body_sha256)):
                return known
            connection.memory.guesses = not looks
            if self._wanted:
                connection.together(*holding(self._wanted))
            result, draft = self._decided(connection, decide)
            if dry_run:
                return result
            self._write(connection, draft, (command_id, body_sha256, result))
        except psycopg.Error as error:
            raise self._failed(error, connection, backend) from None
        except Refusal:
            self._roll_back()
            return self._refused(command_id, body_sha256, decide)
        finally:
            self._roll_back()
        self._seal_quietly(connection, len(draft.entries))
        return result

    def _known(self, command_id: str, body_sha256: str) -> bytes | None:
        """The first result of a command that took effect already; whoever repeats one may repeat the next."""
        known = find_command(self.connection, command_id)
        self._repeats = known is not None
        return same_body(command_id, known, body_sha256) if known else None

    def _decided(self, connection: Connection, decide: Decide) -> tuple[bytes, Draft]:
        transaction = Transaction(connection, self._now)
        make = decide(transaction)
        draft = transaction.draft()
        return make(draft.recorded), draft

    def _write(self, connection: Connection, draft: Draft, command: tuple[str, str, bytes]) -> None:
        asked = append.statement(append.values(draft, draft.recorder.turns, command))
        self._wanted = set(draft.caps_after)
        if connection.in_transaction:
            wrote, _ = connection.together(asked, ("COMMIT", ()))
        else:
            wrote = connection.execute(*asked)
        if not wrote.rowcount:
            raise Stale
        if draft.entries:
            connection.memory.hear(draft.entries[-1].recorded_at)

    def _failed(self, error: psycopg.Error, connection: Connection, backend: int) -> Exception:
        """What a driver's error makes of this attempt."""
        if connection.is_lost:
            return Cut(backend)
        if error.sqlstate == postgres.UNIQUE_VIOLATION:
            return Guessed() if error.diag.constraint_name == postgres.COMMANDS_KEY else Stale()
        if error.sqlstate in postgres.TRY_AGAIN:
            return Stale()
        return postgres.translated(error, self.place)

    def _refused(self, command_id: str, body_sha256: str, decide: Decide) -> bytes:
        """Decide once more on one unchanging state: what was read before may never have stood side by side.

        Raises:
            Refusal: that state refuses too.
            Stale: it does not.
        """
        with self._unchanging() as connection:
            if known := self._known(command_id, body_sha256):
                return known
            connection.memory.guesses = False
            _, draft = self._decided(connection, decide)
        self._wanted = set(draft.caps_after)
        raise Stale

    def _remember(self) -> None:
        """The caps this command moves are fought over: the next try, and the next commands, hold them first."""
        self.decided_again += 1
        contended = self.connection.memory.contended
        contended |= self._wanted
        if len(contended) > MOST_CONTENDED:
            contended.clear()

    def _pause(self, attempt: int) -> None:
        sleep(self._random.uniform(0, PAUSE_MS * 2 ** (attempt + 1)) / 1000)

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is not None and not connection.is_lost and connection.in_transaction:
            with suppress(psycopg.Error):
                connection.execute("ROLLBACK")

    # ------------------------------------------------------------------ after the link was cut

    def _reconnect(self, command_id: str, backend: int) -> None:
        """Connect again, and wait until the server's process that had the command is gone.

        Only then does an id that is not there mean that the command did not take effect.

        Raises:
            OutcomeUnknown: the server can't be asked.
        """
        until = monotonic() + RECONNECT_SECONDS
        while True:
            self.close()
            try:
                if self._is_gone(backend):
                    return
            except (Unreachable, Busy, psycopg.Error):
                pass
            if monotonic() >= until:
                raise OutcomeUnknown(
                    f"{self.place} was lost while it wrote, and can't be asked what became of the command; "
                    f"`grants outcome {command_id}` tells once it answers again"
                )
            sleep(self._random.uniform(0, RECONNECT_PAUSE_MS) / 1000)

    def _is_gone(self, backend: int) -> bool:
        sql = "SELECT 1 FROM pg_stat_activity WHERE pid = ? AND pid <> pg_backend_pid()"
        return self.connection.execute(sql, (backend,)).fetchone() is None

    # ------------------------------------------------------------------ reading

    def find_command(self, command_id: str) -> tuple[str, bytes] | None:
        """Body digest and result of a command that took effect."""
        try:
            return find_command(self._alive(), command_id)
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None

    def seal(self) -> int:
        """Number what is committed and has no number; 0 when there is none, or another sealer is at it."""
        connection = self._alive()
        try:
            return sealing.seal(connection) or 0
        except psycopg.Error as error:
            if error.sqlstate in (postgres.INSUFFICIENT_PRIVILEGE, postgres.READ_ONLY):
                return 0
            raise postgres.translated(error, self.place) from None

    def holds_seal(self) -> bool:
        """Take on sealing while this store is open; False when somebody else has."""
        try:
            row = self._alive().execute(sealing.HOLD, (sealing.SEALER,)).fetchone()
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        return bool(row and row[0])

    def roles(self, *, apply: bool) -> list[str]:
        """The statements that make the database's roles; run, if asked to."""
        try:
            return roles.make(self._alive()) if apply else roles.told(self._alive())
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        finally:
            self._roll_back()

    def _seal_quietly(self, connection: Connection, written: int) -> None:
        """The command has taken effect; whoever comes next seals what this fails to."""
        with suppress(psycopg.Error):
            self._seals.after(connection, written)

    def close(self) -> None:
        """Close the connection, if it was opened; what was left for other sealers is sealed before."""
        connection = self._connection
        if connection is not None and not connection.is_lost and not connection.in_transaction:
            with suppress(psycopg.Error):
                self._seals.at_the_end(connection)
        super().close()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection that sees one unchanging state of the store."""
        with self._unchanging() as connection:
            connection.execute(postgres.SERVERS_PLANS)
            yield connection

    @contextmanager
    def _unchanging(self) -> Iterator[Connection]:
        connection = self._alive()
        try:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield connection
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        finally:
            self._roll_back()

    def _alive(self) -> Connection:
        if self._connection is not None and self._connection.is_lost:
            self.close()
        connection: Connection = self.connection
        return connection

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """The same through SQLAlchemy, on a connection of its own."""
        from sqlalchemy import NullPool, create_engine

        def make() -> psycopg.Connection[Any]:
            raw = self.connect().raw
            raw.execute("RESET plan_cache_mode; RESET enable_seqscan")
            raw.autocommit, raw.prepare_threshold = False, 1
            return raw

        engine = create_engine(
            "postgresql+psycopg://",
            creator=make,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            use_native_hstore=False,
        )
        with engine.connect() as database:
            yield database


def _tables(connection: Any) -> set[str]:
    return set(connection.execute(TABLES).fetchone()[0] or ())
