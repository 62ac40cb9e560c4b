"""The embedded database: which SQLite is linked, what was decided about it, and a connection set up so.

SQLite 3.7.0 to 3.51.2 can lose committed data in WAL mode when two connections write and checkpoint; 3.44.6
and 3.50.7 carry the fix too. On an affected build the store uses the rollback journal instead.
"""

from __future__ import annotations

import os
import sqlite3 as _standard
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from lifecycle.errors import BadInput, Busy, IntegrityFailure, NotFound, Refusal
from lifecycle.store.unwritable import failing, full, is_full, read_only

driver: Any
try:
    from pysqlite3 import dbapi2

    driver = dbapi2
except ImportError:  # no wheel for this platform: the standard library's SQLite, whatever its version
    driver = _standard

WAIT_MS = 30_000
"""How long a command waits for another one's transaction before it answers `busy`."""

OTHER, IO_ERROR, FULL, NO_OPENING = 1, 10, 13, 14
"""Primary codes of SQLite's errors; the first byte of an extended one."""

DAMAGED = {IO_ERROR | 32 << 8, IO_ERROR | 33 << 8}
"""Input and output that failed because what stands on the disk does not hold: checksum, file system."""

PAUSE_MS = 10
"""Between two attempts at what SQLite does not wait for by itself."""

BACKPORTS = ((3, 44, 6), (3, 50, 7))
FIXED_FROM = (3, 51, 3)

LOG = """
CREATE TEMP VIEW IF NOT EXISTS log AS
    SELECT n, stream, version, type, recorded_at, recorded_at AS known_at, effective_on, entry FROM events
"""
"""The log in its order, under the name that readers know it by on every database."""

TABLES = {"alembic_version", "events", "commands"}
"""Tables, or views, that every version of a store has; what holds others and not these is somebody else's."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The SQLite in use: version, the package it comes from, whether WAL is safe with it."""

    version: str
    package: str
    wal_is_safe: bool

    @property
    def journal_mode(self) -> str:
        """The journal mode that was decided on."""
        return "wal" if self.wal_is_safe else "delete"

    @property
    def verdict(self) -> str:
        """What was decided, and why, in one line."""
        if self.wal_is_safe:
            return "free of the WAL-reset fault: write-ahead log, synchronous=FULL"
        return "has the WAL-reset fault (3.7.0 to 3.51.2): rollback journal, synchronous=FULL"


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """True for a SQLite that does not lose committed data when two connections checkpoint."""
    if version >= FIXED_FROM or version < (3, 7, 0):
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in BACKPORTS)


def linked() -> Linked:
    """The SQLite this process runs on."""
    package = "pysqlite3" if driver is not _standard else "Python"
    return Linked(driver.sqlite_version, package, wal_is_safe(tuple(driver.sqlite_version_info)))


def path_of(url: str) -> Path:
    """The file of a `sqlite:///` URL.

    Raises:
        BadInput: another scheme, no file, or the file is a directory.
    """
    scheme, _, rest = url.partition("///")
    if scheme != "sqlite:" or not rest or rest == ":memory:":
        raise BadInput(
            f"store {url}: give sqlite:///FILE (three slashes before a relative path), or postgresql://…"
        )
    path = Path(rest)
    if path.is_dir():
        raise BadInput(f"store {url}: {path} is a directory")
    return path


Identity = tuple[int, int]
"""Device and number of a file: what it is, whatever its name."""


def identity(path: str) -> Identity | None:
    """What the file of this name is; None when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - with every command: a path's own method takes as long again
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connect(path: Path, *, create: bool = False, wait_ms: int = WAIT_MS) -> Any:
    """A connection in autocommit mode, durable and append-only as decided above.

    Raises:
        NotFound: there is no such file (and `create` is not set).
        IntegrityFailure: the file is no database.
        Unwritable: the disk is full, or does not let this user open it.
        Busy: the journal mode can't be changed while others are connected.
    """
    if not create and not path.exists():
        raise NotFound(f"no store at {path}; `grants init --admin OFFICER` creates one")
    if create and not path.parent.is_dir():
        raise NotFound(f"no folder {path.parent} to create the store in")
    try:
        connection = driver.connect(str(path), isolation_level=None, timeout=wait_ms / 1000)
    except driver.OperationalError as error:
        raise refusal_of(error, path) from None
    try:
        _set_up(connection, path, wait_ms)
    except driver.OperationalError as error:
        connection.close()
        raise refusal_of(error, path) from None
    except driver.DatabaseError as error:
        connection.close()
        raise IntegrityFailure(f"{path} is no grants store: {error}") from None
    except Busy:
        connection.close()
        raise
    return connection


def refusal_of(error: BaseException | None, path: Path) -> Refusal:
    """What a driver's error means to whoever gave the command. Nothing was written."""
    text = str(error)
    if not isinstance(error, driver.OperationalError):
        return IntegrityFailure(f"{path} does not hold: {text}; nothing was written")
    if "locked" in text or "busy" in text:
        return Busy(f"{path}: another command holds the store ({text}); nothing was written, try again")
    code = getattr(error, "sqlite_errorcode", OTHER)
    primary = code & 0xFF
    if primary == FULL or "full" in text or (primary in (IO_ERROR, NO_OPENING) and is_full(path.parent)):
        return full(str(path), text)
    if "readonly" in text or "unable to open" in text:
        return read_only(str(path), text)
    if primary == IO_ERROR and code not in DAMAGED:
        return failing(str(path), f"{text} ({getattr(error, 'sqlite_errorname', code)})")
    return IntegrityFailure(f"{path}: {text}; nothing was written")


def is_someone_elses(connection: Any) -> bool:
    """True for a database that holds tables, and is no grants store of any version."""
    names = tables(connection)
    return bool(names) and not names >= TABLES


def tables(connection: Any) -> set[str]:
    """The names of the tables there are, and of views that stand for some."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return {row[0] for row in found}


def _set_up(connection: Any, path: Path, wait_ms: int) -> None:
    if is_someone_elses(connection):
        return  # not even its journal is touched: whoever asked for a store refuses it by its schema
    _choose_journal(connection, path, wait_ms)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA recursive_triggers=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute(LOG)


def _choose_journal(connection: Any, path: Path, wait_ms: int) -> None:
    """Set the journal mode that was decided on. SQLite does not wait for others here, so this does.

    Raises:
        Busy: others kept the store open in another mode for all that time.
    """
    decided = linked().journal_mode
    until = monotonic() + wait_ms / 1000
    while (mode := _journal_after(connection, decided)) != decided:
        if monotonic() >= until:
            raise Busy(f"{path} stays in journal mode {mode}; close every other program that uses it")
        sleep(PAUSE_MS / 1000)


def _journal_after(connection: Any, wanted: str) -> str:
    """The journal mode once `wanted` was asked for."""
    mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    if mode == wanted:
        return mode
    try:
        return str(connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0])
    except driver.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            return mode
        raise
