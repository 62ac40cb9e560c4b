"""What every list becomes: headings, rows of cells with their numbers, and what was noticed while reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

MOST_BYTES = 20_000_000
"""Largest file that is read (20 MB)."""


class Unfit(NamedTuple):
    """A cell that holds no value of ours: as it is shown, and what is wrong with it."""

    shown: str
    why: str


Cell = str | int | date | Unfit
"""An empty cell is the empty text."""


class Row(NamedTuple):
    """One row, with the number a spreadsheet shows beside it; hidden when a person does not see it there."""

    number: int
    cells: Sequence[Cell]
    is_hidden: bool = False


@dataclass(slots=True)
class Table:
    """A list as it stands in the file. `sheet` is empty for CSV."""

    sheet: str
    headings: Row
    rows: list[Row]
    notes: list[str] = field(default_factory=list)

    def where(self, row: int, column: str = "") -> str:
        """A place for people: sheet, row, column."""
        parts = [f"sheet {self.sheet}"] if self.sheet else []
        parts += [f"row {row}"] + ([f"column {column}"] if column else [])
        return ", ".join(parts)


class Fault(NamedTuple):
    """誤り: a cell, row or heading that can't be taken in. `column` is empty for a whole row."""

    row: int
    column: str
    text: str


def is_blank(cells: Sequence[Cell]) -> bool:
    """True for a row in which nothing stands."""
    return not any(cell if not isinstance(cell, str) else cell.strip() for cell in cells)
