"""One run at a time: a lock that the operating system drops when its holder dies, whatever kills it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lifecycle.errors import Busy, IntegrityFailure
from lifecycle.store import Store, sqlite


@contextmanager
def exclusive(store: Store) -> Iterator[None]:
    """Hold the lock of the read tables: an exclusive transaction on an empty database beside the store.

    The store itself is not locked by it: commands go on.

    Raises:
        Busy: another run is under way.
        IntegrityFailure: the folder can't be written.
    """
    path = store.path.with_name(store.path.name + ".nightly")
    try:
        connection = sqlite.driver.connect(str(path), isolation_level=None, timeout=0)
    except sqlite.driver.OperationalError as error:
        raise IntegrityFailure(f"{path} can't be opened: {error}") from None
    try:
        _take(connection, str(path))
        yield
    finally:
        connection.close()


def _take(connection: Any, path: str) -> None:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite.driver.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Busy("another nightly or rebuild is running on this store; nothing was done") from None
        raise IntegrityFailure(f"{path} can't be locked: {error}") from None
