"""One run at a time: a lock that the operating system drops when its holder dies, whatever kills it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lifecycle.errors import Busy
from lifecycle.store import Store, sqlite
from lifecycle.store.embedded import EmbeddedStore

UNDER_WAY = "another nightly or rebuild is running on this store; nothing was done"

KEY = 4_004
"""The number of the lock on a server."""

TRY = "SELECT pg_try_advisory_xact_lock(?)"
"""A transaction's lock: a session's would outlive this program in a pooler."""

STAYS = """
SELECT set_config(name, '0', true) FROM pg_settings
WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')
"""
"""It is idle for as long as the run takes, and keeps nothing else from anybody: it looks at no rows of the store."""


@contextmanager
def exclusive(store: Store) -> Iterator[None]:
    """Hold the lock of the read tables: a transaction on a server, or on an empty file.

    The store itself is not locked by it: commands go on.

    Raises:
        Busy: another run is under way.
        Unwritable: the folder can't be written.
    """
    with _beside(store) if isinstance(store, EmbeddedStore) else _on_server(store):
        yield


@contextmanager
def exclusive_file(path: Path, under_way: str = UNDER_WAY) -> Iterator[None]:
    """Hold a lock that an empty file stands for: a transaction, which ends with whoever holds it.

    Raises:
        Busy: somebody else holds it.
        Unwritable: the folder can't be written.
    """
    try:
        connection = sqlite.driver.connect(str(path), isolation_level=None, timeout=0)
    except sqlite.driver.OperationalError as error:
        raise sqlite.refusal_of(error, path) from None
    try:
        _take(connection, path, under_way)
        yield
    finally:
        connection.close()


@contextmanager
def _on_server(store: Store) -> Iterator[None]:
    from psycopg import Error

    connection = store.connect()
    try:
        try:
            _, _, mine = connection.together(("BEGIN", ()), (STAYS, ()), (TRY, (KEY,)))
            (is_ours,) = mine.fetchone()
        except Error as error:
            raise store.refusal_of(error) from None
        if not is_ours:
            raise Busy(UNDER_WAY)
        yield
    finally:
        with suppress(Error):  # the server may take its time to see that the link is gone
            connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def _beside(store: EmbeddedStore) -> Iterator[None]:
    with exclusive_file(store.path.with_name(store.path.name + ".nightly")):
        yield


def _take(connection: Any, path: Path, under_way: str) -> None:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite.driver.OperationalError as error:
        refusal = sqlite.refusal_of(error, path)
        raise Busy(under_way) if isinstance(refusal, Busy) else refusal from None
