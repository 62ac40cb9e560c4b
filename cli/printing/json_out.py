"""A report as one JSON object, written row by row: heading, columns, rows, footing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lifecycle.reports.shape import Sheet
from lifecycle.service.reporting import sheet_foot, sheet_head

_encode = msgspec.json.encode


def json_lines(sheet: Sheet) -> Iterator[bytes]:
    """Pieces of the object; what is a figure is an integer, a date is text."""
    head = _encode(sheet_head(sheet))
    yield head[:-1] + b',"rows":['
    beginning = b"\n"
    for row in sheet.rows():
        yield beginning + _encode({column.name: row[column.name] for column in sheet.columns})
        beginning = b",\n"
    yield b'],\n"footing":' + _encode(sheet_foot(sheet)) + b"}\n"
