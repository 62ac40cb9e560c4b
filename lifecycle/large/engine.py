"""DuckDB as the night over an export uses it: it reads Parquet and sorts, beyond memory too; it knows no rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from lifecycle.errors import BadInput, IntegrityFailure, Refusal
from lifecycle.store.histories import Stored
from lifecycle.store.unwritable import full

PAGE = 5_000
SIZE = re.compile(r"([1-9][0-9]{0,5})(MB|GB)")
LEAST_MB = 150
USUAL_MB = 300
"""Memory of a job before it writes to disk, where nobody names another."""


DISK_IS_FULL = ("max_temp_directory_size", "No space left on device")
"""What the engine says when it has no room left to write to: by default all the disk has."""


class _Head(Struct, frozen=True):
    """What an entry says of its own place."""

    stream: str
    version: int
    recorded_at: str


_head = msgspec.json.Decoder(_Head).decode


def duckdb() -> Any:
    """DuckDB, an extra.

    Raises:
        BadInput: it is not installed.
    """
    try:
        import duckdb as installed
    except ImportError:
        raise BadInput("a night over an export needs an extra: pip install 'grant-ledger[large]'") from None
    return installed


def megabytes(size: str) -> int:
    """A size such as `512MB` or `4GB`, in MB.

    Raises:
        BadInput: no such size, or too small to sort anything.
    """
    found = SIZE.fullmatch(size)
    if found is None:
        raise BadInput(f"--memory: {size!r} is no size like 512MB or 4GB")
    number = int(found[1]) * (1_000 if found[2] == "GB" else 1)
    if number < LEAST_MB:
        raise BadInput(f"--memory: {size} is less than {LEAST_MB}MB for each job, the least to sort with")
    return number


class Engine:
    """One DuckDB with its memory and its place to write to."""

    def __init__(self, connection: Any, memory_mb: int, spill: Path) -> None:
        self._connection = connection
        self._memory_mb = memory_mb
        self._spill = spill

    def by_stream(self, paths: Iterable[Path]) -> Iterator[Stored]:
        """The events in these files, stream by stream. What stands beside an entry must be what it says itself.

        Raises:
            BadInput: there is not enough memory.
            Unwritable: the disk is full.
            IntegrityFailure: a file can't be read, or an event's columns differ from its entry.
        """
        for stored in self._events(paths, "stream, version"):
            _refuse_misplaced(stored)
            yield stored

    def by_number(self, paths: Iterable[Path]) -> Iterator[Stored]:
        """The events in these files, in the order of the log.

        Raises:
            BadInput: there is not enough memory.
            Unwritable: the disk is full.
            IntegrityFailure: a file can't be read.
        """
        return self._events(paths, "n")

    def _events(self, paths: Iterable[Path], order: str) -> Iterator[Stored]:
        named = [str(path) for path in paths]
        return map(Stored._make, self._rows(named, order) if named else ())

    def _rows(self, paths: list[str], order: str) -> Iterator[tuple[Any, ...]]:
        installed = duckdb()
        query = (
            "SELECT n, stream, version, recorded_at, encode(entry) "
            f"FROM read_parquet(?, hive_partitioning = false) ORDER BY {order}"
        )
        cursor = self._connection.cursor()
        try:
            cursor.execute(query, [paths])
            while page := cursor.fetchmany(PAGE):
                yield from page
        except installed.Error as error:
            lacks_memory = isinstance(error, installed.OutOfMemoryException)
            raise self._refusal(str(error), lacks_memory=lacks_memory) from None
        finally:
            cursor.close()

    def _refusal(self, text: str, *, lacks_memory: bool) -> Refusal:
        first, *_ = text.splitlines()
        if any(sign in text for sign in DISK_IS_FULL):
            return full(str(self._spill), first)
        if lacks_memory:
            return BadInput(
                f"{self._memory_mb:,} MB for a job do not suffice to sort its events; give it more (--memory), or "
                "take fewer jobs at once (--jobs)"
            )
        return IntegrityFailure(f"the export can't be read: {first}")


def _refuse_misplaced(stored: Stored) -> None:
    try:
        head = _head(stored.entry)
    except msgspec.DecodeError as error:
        raise IntegrityFailure(f"event {stored.n}: its entry can't be read: {error}") from None
    if (head.stream, head.version, head.recorded_at) != (stored.stream, stored.version, stored.recorded_at):
        raise IntegrityFailure(
            f"event {stored.n}: its columns say {stored.stream} version {stored.version}, its entry "
            f"{head.stream} version {head.version}; the export was changed"
        )


@contextmanager
def opened(memory_mb: int, spill: Path, threads: int = 1) -> Iterator[Engine]:
    """An engine that takes so much memory and then writes to this folder; it fetches nothing from elsewhere.

    Raises:
        BadInput: DuckDB is not installed.
    """
    connection = duckdb().connect(
        config={
            "memory_limit": f"{memory_mb}MB",
            "threads": threads,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        yield Engine(connection, memory_mb, spill)
    finally:
        connection.close()
