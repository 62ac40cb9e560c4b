"""The embedded store: SQLite in one file, one writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import md5
from pathlib import Path
from typing import Any

from lifecycle.errors import IntegrityFailure, Refusal
from lifecycle.store import FIND_COMMAND, Decide, Store, answer_of, inline, same_body, sqlite
from lifecycle.store.chain import BEGINNING, broken, link, linked
from lifecycle.store.entries import columns, entry_bytes
from lifecycle.store.recorder import LogRecorder
from lifecycle.store.remembered import End, Remembered
from lifecycle.store.transaction import Draft, Transaction

TRIGGERS = {
    "events_linked",
    "events_only_next",
    "events_no_update",
    "events_no_delete",
    "answers_once",
    "answers_no_update",
    "answers_no_delete",
    *(f"read_rows_{done}" for done in ("inserted", "updated", "deleted")),
}
MADE = {
    "answers_no_delete": "eb6b46c40c81310d0880e0a32a5d4402",
    "answers_no_update": "82268a8e5459820890b622e795f1df15",
    "answers_once": "9c13d59c8887cf07189d87b9bbca02e8",
    "commands": "b49be4640687658188379b2ea1cfdb3e",
    "events_linked": "bc6cdf44d8e3995ba11792b64db1797b",
    "events_no_delete": "2ae42bac7ae4b7d61de8ad496d9057e4",
    "events_no_update": "5057737732eebfe72f83e7a4d18d8f10",
    "events_only_next": "5cd44e1d290b7ffa2ba3dc5a55a8c089",
}
"""What keeps the log as it is, as the migrations make it: md5 of each text, its white space apart."""

KEEPERS = "SELECT name, type, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
LEVELS = {0: "off", 1: "normal", 2: "full", 3: "extra"}
"""What `PRAGMA synchronous` answers."""

COLUMNS = "n, stream, version, type, recorded_at, effective_on, entry"
COMMAND_COLUMNS = "command_id, body_sha256, result"
INSERT = f"INSERT INTO events ({COLUMNS}, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_FIRST = (
    f"INSERT INTO events ({COLUMNS}, {COMMAND_COLUMNS}, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
"""The first event of a command, whose row holds the command's id, the digest of its body, and its answer."""

ADD_ANSWER = "INSERT INTO answers (command_id, body_sha256, result) VALUES (?, ?, ?)"

LOOK = """
SELECT n, recorded_at, chain, EXISTS (SELECT 1 FROM events WHERE command_id = ?1) OR
    EXISTS (SELECT 1 FROM answers WHERE command_id = ?1)
FROM events ORDER BY n DESC LIMIT 1
"""
"""The end of the log with its digest, and whether the command's id is taken: all that every command asks first."""

NOTHING = (0, None, BEGINNING, False)
"""What it finds in a log without events."""

STANDS = "SELECT 1 FROM events WHERE n = ? AND chain = ?"
STREAMS_AFTER = "SELECT stream FROM events WHERE n > ?"
CHAINED = f"SELECT n, entry, {COMMAND_COLUMNS}, chain FROM events ORDER BY n"
ANSWERED = "SELECT command_id, result, EXISTS (SELECT 1 FROM events WHERE command_id = a.command_id) FROM answers AS a"

MOST_BEHIND = 1_000
"""Events of others that are looked through; after more, everything is read anew."""


class EmbeddedStore(Store):
    """A file. A command holds the write lock from its first read to its commit."""

    kind = "sqlite"

    def __init__(self, url: str, now: Callable[[], datetime], *, wait_ms: int = sqlite.WAIT_MS) -> None:
        super().__init__(url, now)
        self.path: Path = sqlite.path_of(url)
        self.place = str(self.path)
        self._wait_ms = wait_ms
        self._cursor: Any = None
        self._file: sqlite.Identity | None = None
        self._remembered = Remembered()

    @property
    def connection(self) -> Any:
        """See `Store.connection`."""
        if self._connection is not None:
            return self._connection
        connection = super().connection
        self._file = sqlite.identity(self.place)
        return connection

    def connect(self, *, create: bool = False) -> Any:
        """A connection to the file; see `sqlite.connect`."""
        return sqlite.connect(self.path, create=create, wait_ms=self._wait_ms)

    def is_new(self) -> bool:
        """True when there is no file."""
        return not self.path.exists()

    def schema(self) -> str | None:
        """The schema version, or None where there is no store."""
        return None if self.is_new() else self.schema_of(self.connection)

    def schema_of(self, connection: Any) -> str | None:
        """The schema version a database says it has, or None when it is no store."""
        if self.is_someone_elses(connection):
            return None
        sql = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if connection.execute(sql).fetchone() is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None

    def tables(self, connection: Any) -> set[str]:
        """The names of the tables there are."""
        return sqlite.tables(connection)

    def is_someone_elses(self, connection: Any) -> bool:
        """True for a file with tables of another program."""
        return sqlite.is_someone_elses(connection)

    def foundation(self) -> dict[str, Any]:
        """The SQLite that is linked."""
        linked = sqlite.linked()
        return {"version": linked.version, "package": linked.package, "verdict": linked.verdict}

    def examine(self, connection: Any, found: dict[str, Any]) -> Iterator[str]:
        """Journal, durability, triggers, and SQLite's own integrity check."""
        found["journal_mode"] = connection.execute("PRAGMA journal_mode").fetchone()[0]
        found["synchronous"] = LEVELS[connection.execute("PRAGMA synchronous").fetchone()[0]]
        yield from _unlike_made(connection)
        for (problem,) in connection.execute("PRAGMA integrity_check"):
            if problem != "ok":
                yield f"SQLite: {problem}"

    def unlike_written(self, connection: Any) -> Iterator[int]:
        """See `Store.unlike_written`."""
        return broken(connection.execute(CHAINED))

    def answers_without_events(self, connection: Any) -> Iterator[tuple[str, Any, bool]]:
        """See `Store.answers_without_events`."""
        for command, result, has_events in connection.execute(ANSWERED):
            yield command, result, bool(has_events)

    @contextmanager
    def migrating(self) -> Iterator[tuple[Any, Any]]:
        """One transaction that holds the write lock from its start."""
        from sqlalchemy import StaticPool, create_engine
        from sqlalchemy.exc import DBAPIError

        connection = self.connect(create=True)
        engine = create_engine(
            "sqlite://", creator=lambda: connection, module=sqlite.driver, poolclass=StaticPool
        )
        try:
            with engine.connect() as database:
                database.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection, database
                database.commit()
        except DBAPIError as error:
            raise self.refusal_of(error.orig) from None
        except sqlite.driver.Error as error:
            raise self.refusal_of(error) from None
        finally:
            connection.close()

    def run(self, command_id: str, body_sha256: str, decide: Decide, *, dry_run: bool = False) -> bytes:
        """See `Store.run`."""
        cursor = self._cursor or self._opened()
        self._refuse_replaced()
        try:
            self._begin(cursor)
            result, transaction, end = self._result(cursor, command_id, body_sha256, decide)
            self._end(cursor, keep=not dry_run)
        except sqlite.driver.Error as error:
            self._roll_back()
            raise self.refusal_of(error) from None
        except BaseException:
            self._roll_back()
            raise
        if transaction and not dry_run:
            transaction.keep()
            self._remembered.end = end
        return result

    def _refuse_replaced(self) -> None:
        """What is written to a file that has no name any more is gone when this process ends.

        Raises:
            IntegrityFailure: another file was put in the place of the one that is open, or none.
        """
        if sqlite.identity(self.place) != self._file:
            raise IntegrityFailure(
                f"{self.path} is not the file any more that this process opened: it was moved, deleted or replaced "
                "under it. Nothing was written; end every program that uses the store, and begin again"
            )

    def refusal_of(self, error: BaseException | None) -> Refusal:
        """See `Store.refusal_of`."""
        return sqlite.refusal_of(error, self.path)

    def _opened(self) -> Any:
        """The cursor commands run on, its connection opened."""
        self._cursor = self.connection.cursor()
        return self._cursor

    def close(self) -> None:
        """Close the connection, if it was opened."""
        self._cursor = None
        self._remembered.clear()
        super().close()

    def _begin(self, cursor: Any) -> None:
        cursor.execute("BEGIN IMMEDIATE")

    def _end(self, cursor: Any, *, keep: bool) -> None:
        cursor.execute("COMMIT" if keep else "ROLLBACK")

    def _result(
        self, cursor: Any, command_id: str, body_sha256: str, decide: Decide
    ) -> tuple[bytes, Transaction | None, End]:
        n, recorded_at, chain, is_known = cursor.execute(LOOK, (command_id,)).fetchone() or NOTHING
        if is_known:
            known = cursor.execute(FIND_COMMAND, (command_id,)).fetchone()
            return same_body(command_id, answer_of(command_id, known), body_sha256), None, (n, chain)
        if (n, chain) != self._remembered.end:
            self._catch_up(cursor, (n, chain))
        recorder = LogRecorder(cursor, (n, recorded_at))
        transaction = Transaction(cursor, self._now, recorder, self._remembered)
        make = decide(transaction)
        draft = transaction.draft()
        result = make(draft.recorded)
        end = write(cursor, draft, (command_id, body_sha256, result), (n, chain))
        return result, transaction, end

    def _catch_up(self, cursor: Any, end: End) -> None:
        """Forget what others have recorded in since the last command of this process; all, if a backup was put back."""
        remembered = self._remembered
        n, _ = remembered.end
        stands = cursor.execute(STANDS, remembered.end).fetchone()
        if not stands or end[0] - n > MOST_BEHIND:
            remembered.clear()
        moved = cursor.execute(STREAMS_AFTER, (n,)).fetchall() if remembered.end[0] else ()
        remembered.forget(end, [stream for (stream,) in moved])

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection that sees one unchanging state of the store."""
        connection = self.connection
        self._refuse_replaced()
        connection.execute("BEGIN")
        try:
            yield connection
        except sqlite.driver.Error as error:
            raise self.refusal_of(error) from None
        finally:
            self._roll_back()

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """The same through SQLAlchemy, on a connection of its own."""
        from sqlalchemy import NullPool, create_engine

        self.connection  # noqa: B018 - refuses a store that is not ours before a second connection is made
        engine = create_engine(
            "sqlite://", creator=lambda: sqlite.connect(self.path), module=sqlite.driver, poolclass=NullPool
        )
        with engine.connect() as database:
            database.exec_driver_sql("BEGIN")
            yield database

    def _roll_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            (self._cursor or self._connection).execute(
                "ROLLBACK"
            )  # commands read through it: ends a broken-off read


def _unlike_made(connection: Any) -> Iterator[str]:
    """Triggers that are missing or somebody else's, and triggers and views of the log that are other than made."""
    found, digests = set(), {}
    for name, kind, sql in connection.execute(KEEPERS):
        digests[name] = md5(" ".join(sql.split()).encode(), usedforsecurity=False).hexdigest()
        if kind == "trigger":
            found.add(name)
    if missing := TRIGGERS - found:
        yield f"triggers are missing: {', '.join(sorted(missing))}"
    if other := sorted(name for name, made in MADE.items() if digests.get(name, made) != made):
        yield f"triggers or views are other than the migrations made them: {', '.join(other)}"
    if strange := found - TRIGGERS:
        yield f"triggers are there that no migration made: {', '.join(sorted(strange))}"


def write(connection: Any, draft: Draft, command: tuple[str, str, bytes], end: End) -> End:
    """Write a draft: cap rows and slots first, then the entries, which get the log's next numbers.

    The first entry's row holds the command's id, the digest of its body, and its answer; those of a command that
    records nothing stand by themselves. Takes and returns number and digest of the log's last event.
    """
    if draft.caps_after:
        inline.write_caps(connection, draft.caps_before, draft.caps_after)
    inline.write_slots(connection, draft.slots_after.values())
    if not draft.entries:
        connection.execute(ADD_ANSWER, command)
        return end
    first, *others = ((n, *columns(e), entry_bytes(e)) for n, e in enumerate(draft.entries, draft.first))
    chain = link(end[1], first[-1], command)
    connection.execute(INSERT_FIRST, (*first, *command, chain))
    for row in linked(others, chain):
        connection.execute(INSERT, row)
        chain = row[-1]
    return draft.first + len(others), chain
