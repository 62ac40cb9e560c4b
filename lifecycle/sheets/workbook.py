"""xlsx as rows: what is unpacked is measured first, and only what a person can see and typed is read.

A formula's cached value may be stale or belong to another machine, and a hidden row or sheet was not looked
at by whoever checked the list. So neither is taken in.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

from lifecycle.errors import BadInput
from lifecycle.sheets.package import Package, Part, open_package
from lifecycle.sheets.table import Cell, Row, Table, Unfit, is_blank

EXACT = 2**53
"""A workbook keeps numbers as binary fractions; whole ones are exact up to here."""


def read_workbook(data: bytes, name: str, sheet: str | None = None) -> Table:
    """The rows of one sheet: the one asked for, else the only one a person can see.

    Raises:
        BadInput: no workbook, too large once unpacked, or which sheet is meant is not clear.
    """
    package = open_package(data, name)
    part = _chosen(package, name, sheet)
    values = _values(package, name, part)
    rows = [
        Row(
            number,
            [part.judged(number, column, _cell(value)) for column, value in enumerate(cells, start=1)],
            number in part.hidden_rows,
        )
        for number, cells in enumerate(values, start=1)
    ]
    rows = [row for row in rows if not is_blank(row.cells)]
    if not rows:
        raise BadInput(f"{name}: sheet {part.name} is empty; a heading and at least one row are wanted")
    hidden = [other.name for other in package.parts if other.is_hidden and other is not part]
    notes = [f"sheet {part.name} is read"] if len(package.parts) > 1 else []
    notes += [f"hidden sheet not read: {', '.join(hidden)}"] if hidden else []
    return Table(part.name, rows[0], rows[1:], notes)


def _chosen(package: Package, name: str, sheet: str | None) -> Part:
    visible = [part for part in package.parts if not part.is_hidden]
    found = [part for part in visible if sheet in (None, part.name) and (sheet or part.has_cells)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(part.name for part in visible) or "none"
    if sheet is not None:
        raise BadInput(f"{name} has no visible sheet {sheet}; it has {shown}")
    if not found:
        raise BadInput(f"{name} has no visible sheet with anything in it")
    raise BadInput(f"{name} has {len(found)} sheets: {shown}; name the one to read with --sheet")


def _values(package: Package, name: str, part: Part) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(package.repacked))
        return workbook.get_sheet_by_name(part.name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise BadInput(f"{name} can't be read as a workbook: {error}") from None


def _cell(value: Any) -> Cell:
    """A value as the workbook's reader gives it, as a cell of ours."""
    if isinstance(value, bool):
        return Unfit(str(value).upper(), "a truth value, not a text, number or date")
    if isinstance(value, datetime):
        return value.date() if value == datetime.combine(value, datetime.min.time()) else _moment(value)
    if isinstance(value, str | int | date):
        return value
    whole = getattr(value, "is_integer", None)
    if whole is None:
        return Unfit(str(value), "a time, not a text, number or date")
    if not whole() or abs(value) > EXACT:
        return Unfit(str(value), "no whole number")
    return int(value)


def _moment(value: datetime) -> Unfit:
    return Unfit(str(value), "a date with a time of day; a date alone is wanted")
