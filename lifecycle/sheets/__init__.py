"""Lists that come as spreadsheets (一覧表): CSV and xlsx as rows of cells, and decisions from such rows.

A file is told by its content, never by its name. Everything here is reading: no store, no clock, no screen.
"""

from __future__ import annotations

from lifecycle.sheets.csv_text import read_csv
from lifecycle.sheets.decisions import Decision, Decisions, Given, read_decisions
from lifecycle.sheets.table import Fault, Table, Unfit
from lifecycle.sheets.workbook import read_workbook

__all__ = ["Decision", "Decisions", "Fault", "Given", "Table", "Unfit", "read_decisions", "read_table"]

ZIP = b"PK\x03\x04"


def read_table(data: bytes, name: str, sheet: str | None = None) -> Table:
    """The rows of a file, by what it holds. `name` begins every message; `sheet` picks one of a workbook.

    Raises:
        BadInput: neither CSV nor xlsx, too large once unpacked, or the sheet to read is not clear.
    """
    return read_workbook(data, name, sheet) if data.startswith(ZIP) else read_csv(data, name, sheet)
