"""Decisions from the rows of a list (既決定の取込み): what the file says, and what is taken from elsewhere.

All rows are read before any is used, and every fault is named. What the file does not say comes from whoever
imports it, or is assumed; each assumption is written down with the number of rows it was made for.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec

from lifecycle.sheets.headings import Columns, columns_of
from lifecycle.sheets.one_row import Assumption, Given, OneRow
from lifecycle.sheets.table import Fault, Table

__all__ = ["Assumption", "Decision", "Decisions", "Given", "read_decisions"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One row: the fields of `import_decision`, and the command id that its content gives it.

    The id comes from what the file says, not from options, order or assumptions: the same row is the same
    decision. Rows that say exactly the same within one file are told apart by their count.
    """

    row: int
    command_id: str
    fields: dict[str, Any]
    name: str

    @property
    def amount_yen(self) -> int:
        """National share of all kinds."""
        return sum(self.fields["amounts"].values())


@dataclass(slots=True)
class Decisions:
    """All rows of a list, or everything that is wrong with it; `columns` are the headings by field."""

    rows: list[Decision] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    assumed: Counter[Assumption] = field(default_factory=Counter)
    read_as: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    columns: Columns = field(default_factory=dict)

    @property
    def total_yen(self) -> int:
        """National share of all rows."""
        return sum(row.amount_yen for row in self.rows)

    @property
    def authorities(self) -> int:
        """How many authorities the rows are for."""
        return len({row.fields["authority"] for row in self.rows})

    def heading(self, name: str) -> str:
        """A field as the file calls it."""
        return self.columns[name][1] if name in self.columns else name


def read_decisions(table: Table, given: Given) -> Decisions:
    """Every row of a list as a decision. Nothing is raised: `faults` says what is wrong."""
    found = Decisions(notes=list(table.notes))
    found.columns, unread, found.faults = columns_of(table.headings)
    if unread:
        found.notes.append(f"columns not read: {', '.join(unread)}")
    if not table.rows:
        found.faults.append(Fault(table.headings.number, "", "there are headings and no row below them"))
    if found.faults:
        return found
    counted: Counter[str] = Counter()
    for row in table.rows:
        _take(found, OneRow(found.columns, len(table.headings.cells), row, given), counted)
    return found


def _take(found: Decisions, read: OneRow, counted: Counter[str]) -> None:
    fields = read.fields()
    found.faults += read.faults
    if fields is None:
        return
    digest = hashlib.sha256(msgspec.json.encode(read.identity(), order="sorted")).hexdigest()[:40]
    counted[digest] += 1
    if counted[digest] > 1:
        read.warn("", "says the same as an earlier row; it is taken in as a decision of its own")
    found.rows.append(
        Decision(read.number, f"import-{digest}-{counted[digest]}", fields, read.authority_name)
    )
    found.warnings += read.warnings
    found.assumed.update(read.assumed)
    found.read_as.update(read.read_as)
