"""Rows on their way into a half, a page of subjects at a time, and the half as it stands with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from lifecycle.projections.shape import Column, Projection, Row
from lifecycle.store.read_tables import Change, Half, ReadTables
from lifecycle.store.row_sums import as_number, as_text, digest_of

PAGE_OF_ROWS = 2_000
"""Subjects written in one transaction: short enough that an operator's command does not notice."""

_encode = msgspec.json.Encoder().encode

Write = Callable[[str, int, dict[str, list[str]]], Change]


def cells_of(columns: tuple[Column, ...], row: Row) -> str:
    """A row as it is kept: its cells as canonical JSON, in the order of the columns."""
    return _encode([row[column.name] for column in columns]).decode()


def row_of(columns: tuple[Column, ...], cells: str) -> dict[str, Any]:
    """The row in kept cells; dates stay text as YYYY-MM-DD."""
    return dict(zip((column.name for column in columns), msgspec.json.decode(cells), strict=True))


def fresh(projection: Projection, half: int) -> Half:
    """A half of a read table with nothing in it yet."""
    names = _encode([column.name for column in projection.COLUMNS]).decode()
    return Half(projection.NAME, half, projection.VERSION, names)


@dataclass(slots=True)
class _Filling:
    """One half that is being written: how many rows it has by now, their sum, and the rows that wait."""

    half: Half
    rows: int
    total: int
    added: dict[str, list[str]] = field(default_factory=dict)
    put: dict[str, list[str]] = field(default_factory=dict)


class Pages:
    """Halves that are being written. They are not whole until `finish`."""

    def __init__(self, tables: ReadTables, halves: Iterable[Half]) -> None:
        self.tables = tables
        self._filling = {half.projection: _Filling(half, half.rows, as_number(half.total)) for half in halves}
        self._waiting = 0

    def wants(self, projection: Projection) -> bool:
        """True for a projection that is being written."""
        return projection.NAME in self._filling

    def add(self, projection: Projection, subject: str, rows: Iterable[Row]) -> None:
        """Take in the rows of a subject that has none yet; a full page is written."""
        cells = [cells_of(projection.COLUMNS, row) for row in rows]
        if cells:
            self._filling[projection.NAME].added[subject] = cells
            self._take_one()

    def put(self, projection: Projection, subject: str, rows: Iterable[Row]) -> None:
        """Take in what are now all rows of a subject; a full page is written."""
        cells = [cells_of(projection.COLUMNS, row) for row in rows]
        self._filling[projection.NAME].put[subject] = cells
        self._take_one()

    def found(self, projection: Projection, subject: str) -> list[Row]:
        """The rows that a subject has in the half by now."""
        filling = self._filling[projection.NAME]
        name, number = projection.NAME, filling.half.half
        if subject in filling.put:
            cells = filling.put[subject]
        elif subject in filling.added:
            cells = filling.added[subject]
        else:
            cells = self.tables.of_subjects(name, number, [subject])[subject]
        return [row_of(projection.COLUMNS, one) for one in cells]

    def _take_one(self) -> None:
        self._waiting += 1
        if self._waiting >= PAGE_OF_ROWS:
            self.write()

    def write(self, reached: int | None = None) -> None:
        """Write what waits, and the number it reaches if it reaches one."""
        with self.tables.writing():
            for filling in self._filling.values():
                if filling.half.is_whole:
                    filling.half = replace(filling.half, is_whole=False, digest="")
                    self.tables.mark(filling.half)
                self._write_one(filling)
                if reached is not None:
                    filling.half = replace(filling.half, n=reached)
                    self.tables.mark(filling.half)
        self._waiting = 0

    def _write_one(self, filling: _Filling) -> None:
        name, number = filling.half.projection, filling.half.half
        for write, rows in ((self.tables.add, filling.added), (self.tables.put, filling.put)):
            if rows:
                change = write(name, number, rows)
                filling.rows += change.rows
                filling.total += change.total
        filling.added, filling.put = {}, {}

    def finish(self, n: int) -> list[Half]:
        """Write the rest; returns the halves, whole at this number and sealed by their digests."""
        self.write()
        done = []
        with self.tables.writing():
            for filling in self._filling.values():
                total = as_text(filling.total)
                half = replace(filling.half, n=n, rows=filling.rows, total=total, is_whole=True)
                done.append(replace(half, digest=digest_of(half)))
                self.tables.mark(done[-1])
        return done
