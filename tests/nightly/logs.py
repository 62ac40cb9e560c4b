"""Logs to fold: the golden life with every type of event, a story at every limit; and a store that grows by events."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from golden.life import LIFE as GOLDEN
from service.life import LIFE
from stateful.story import tell
from store.office import Clock, Office, command, office_at

from lifecycle.errors import Refusal
from lifecycle.nightly import nightly
from lifecycle.nightly.folding import build, fresh
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store import migrate, open_store
from lifecycle.store.chain import BEGINNING, linked
from lifecycle.store.embedded import INSERT
from lifecycle.store.entries import read_entry
from lifecycle.store.read_tables import Half, ReadTables, open_tables, temporary_tables

LAST = "SELECT n, chain FROM events ORDER BY n DESC LIMIT 1"

Rows = dict[str, list[tuple[str, int, str]]]
"""Every row of every read table, by its name."""


@cache
def golden() -> tuple[bytes, ...]:
    """The stored bytes of one life in which every type of event stands."""
    return tuple(GOLDEN.read_bytes().splitlines())


@cache
def played(which: str, folder: Path) -> tuple[bytes, ...]:
    """The stored bytes of a life that is played for it."""
    office = office_at(folder / f"{which}.db")
    if which == "story":
        tell(unrefused(office))
    else:
        for step in LIFE:
            office.do(step.do, **step.told(office))
    entries = office.connection.execute("SELECT entry FROM events ORDER BY n").fetchall()
    office.close()
    return tuple(bytes(entry) for (entry,) in entries)


def unrefused(office: Office) -> Callable[..., None]:
    """Commands of which some are refused, as a story wants it."""

    def do(name: str, **fields: Any) -> None:
        try:
            getattr(office.grants, name)(command(name, **fields))
        except Refusal:
            return

    return do


class Growing:
    """A store to which stored events are added as they are, a few at a time."""

    def __init__(self, path: Path, entries: tuple[bytes, ...]) -> None:
        self.clock = Clock()
        self.store = open_store(f"sqlite:///{path}", self.clock)
        migrate.migrate(self.store)
        self._entries = entries

    def grow(self, upto: int) -> None:
        """Let the log end with this number."""
        connection = self.store.connection
        last, chain = connection.execute(LAST).fetchone() or (0, BEGINNING)
        rows = []
        for n, stored in enumerate(self._entries[last:upto], last + 1):
            entry = read_entry(stored)
            head = (n, entry.stream, entry.version, entry.type, entry.recorded_at)
            rows.append((*head, entry.effective_on.isoformat(), stored))
        connection.executemany(INSERT, linked(rows, chain))

    def nightly(self) -> Any:
        """A night."""
        return nightly(self.store, self.clock)

    def served(self) -> dict[str, Half]:
        """What reports read."""
        with open_tables(self.store) as tables:
            return tables.served()

    def rows(self) -> Rows:
        """Every row that reports read."""
        with open_tables(self.store) as tables:
            return rows_of(tables, tables.served())

    def rebuilt(self, upto: int) -> tuple[dict[str, Half], Rows]:
        """What one clean build of the log up to a number gives, in a place of its own."""
        with open_tables(self.store) as log, temporary_tables() as tables:
            halves = build(tables, log.database, [fresh(each, 0) for each in NIGHTLY], upto)
            by_name = {half.projection: half for half in halves}
            return by_name, rows_of(tables, by_name)

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def rows_of(tables: ReadTables, halves: dict[str, Half]) -> Rows:
    """Every row of these halves."""
    return {name: list(tables.rows(name, half.half)) for name, half in halves.items()}


def digests(halves: dict[str, Half]) -> dict[str, tuple[int, int, str]]:
    """Where each table stands, how many rows it has, and its digest."""
    return {name: (half.n, half.rows, half.digest) for name, half in halves.items()}
