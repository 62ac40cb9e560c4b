"""Read tables and logs in files of their own: what a part of a night is folded from, and what it is folded into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import StaticPool, create_engine
from sqlalchemy.exc import DBAPIError

from lifecycle.errors import IntegrityFailure
from lifecycle.nightly.folding import fresh
from lifecycle.projections.nightly import COLUMNS, NIGHTLY
from lifecycle.store import sqlite
from lifecycle.store.histories import Stored
from lifecycle.store.read_schema import READ_METADATA
from lifecycle.store.read_tables import Half, ReadTables

PAGE = 5_000

LOG = """
CREATE TABLE log (
    n INTEGER NOT NULL, stream TEXT NOT NULL, version INTEGER NOT NULL, type TEXT, recorded_at TEXT NOT NULL,
    known_at TEXT NOT NULL, effective_on TEXT, entry BLOB NOT NULL, PRIMARY KEY (stream, version)
) WITHOUT ROWID
"""
"""A piece of the log, under the name and with the columns that its readers know; type and date stand in the entry."""

ADD = "INSERT INTO log VALUES (?, ?, ?, NULL, ?, ?, NULL, ?)"


@contextmanager
def new_tables(path: Path) -> Iterator[ReadTables]:
    """Empty read tables in a new file that nobody reads yet: it is thrown away when the machine fails.

    Raises:
        Unwritable: the disk is full, or may only be read.
    """
    with _connected(_unsafe(path), path) as database:
        READ_METADATA.create_all(database, checkfirst=False)
        database.commit()
        yield ReadTables(database)


@contextmanager
def tables_in(path: Path, *, read_only: bool = True) -> Iterator[ReadTables]:
    """The read tables in a file that is there.

    Raises:
        IntegrityFailure: it is none, or was broken.
    """
    mode = "ro" if read_only else "rw"
    connection = sqlite.driver.connect(
        f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    with _connected(connection, path) as database:
        yield ReadTables(database)


@contextmanager
def new_log(path: Path, events: Iterable[Stored]) -> Iterator[Any]:
    """A database whose log holds these events, which come stream by stream.

    Raises:
        IntegrityFailure: an event of them stands there twice.
    """
    connection = _unsafe(path)
    try:
        connection.execute(LOG)
        connection.execute("BEGIN")
        rows = (
            (one.n, one.stream, one.version, one.recorded_at, one.recorded_at, one.entry) for one in events
        )
        while page := list(islice(rows, PAGE)):
            connection.executemany(ADD, page)
        connection.execute("COMMIT")
    except sqlite.driver.IntegrityError as error:
        connection.close()
        raise IntegrityFailure(f"the export holds an event twice: {error}") from None
    except sqlite.driver.OperationalError as error:
        connection.close()
        raise sqlite.refusal_of(error, path) from None
    except BaseException:
        connection.close()
        raise
    with _connected(connection, path) as database:
        yield database


def standing(
    tables: ReadTables, n: int, needs: tuple[str, ...] = tuple(COLUMNS)
) -> tuple[dict[str, Half], list[str]]:
    """The served halves that are whole, of this program's projections and of this event; and those changed since."""
    served = tables.served()
    sound, changed = {}, []
    for projection in NIGHTLY:
        half, wanted = served.get(projection.NAME), fresh(projection, 0)
        if (
            projection.NAME not in needs
            or half is None
            or (half.version, half.columns, half.n) != (wanted.version, wanted.columns, n)
        ):
            continue
        if tables.holds(half):
            sound[projection.NAME] = half
        else:
            changed.append(projection.NAME)
    return sound, changed


def _unsafe(path: Path) -> Any:
    connection = sqlite.driver.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA journal_mode=MEMORY")
    return connection


@contextmanager
def _connected(connection: Any, path: Path) -> Iterator[Any]:
    engine = create_engine(
        "sqlite://", creator=lambda: connection, module=sqlite.driver, poolclass=StaticPool
    )
    try:
        with engine.connect() as database:
            yield database
    except DBAPIError as error:
        raise sqlite.refusal_of(error.orig, path) from None
    finally:
        connection.close()
