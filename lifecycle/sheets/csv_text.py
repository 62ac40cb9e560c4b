"""CSV as rows: UTF-8 (with or without its mark) or cp932, separated by commas."""

from __future__ import annotations

import csv
import io
import re

from lifecycle.errors import BadInput
from lifecycle.sheets.table import Row, Table, is_blank

OTHERS = (
    (b"%PDF", "a PDF; copy its table into a spreadsheet first"),
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook, or one with a password; save it as .xlsx without one"),
    (b"\xff\xfe", "UTF-16 text; save it as CSV UTF-8"),
    (b"\xfe\xff", "UTF-16 text; save it as CSV UTF-8"),
    (b"\x1f\x8b", "packed by gzip; unpack it first"),
    (b"{", "JSON; `grants batch` takes JSON Lines"),
    (b"[", "JSON; `grants batch` takes JSON Lines"),
    (b"<", "HTML or XML"),
)
"""How files begin that are no list of ours, and what they are."""

NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_csv(data: bytes, name: str, sheet: str | None = None) -> Table:
    """The rows of a CSV file.

    Raises:
        BadInput: another format, no heading, broken quotes, or a sheet is asked for.
    """
    text, notes = _text(data, name)
    if sheet is not None:
        raise BadInput(f"{name} is CSV and has no sheets; leave out --sheet")
    rows = _rows(text, name)
    if not rows:
        raise BadInput(f"{name} is empty; a heading and at least one row are wanted")
    return Table("", rows[0], rows[1:], notes)


def _text(data: bytes, name: str) -> tuple[str, list[str]]:
    for beginning, what in OTHERS:
        if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(beginning):
            raise BadInput(f"{name} is {what}; CSV or xlsx is wanted")
    try:
        text, notes = data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text, notes = _cp932(data, name), ["read as cp932 (Shift_JIS); the file is no UTF-8"]
    if NO_TEXT.search(text):
        raise BadInput(f"{name} is no text; CSV or xlsx is wanted")
    return text, notes


def _cp932(data: bytes, name: str) -> str:
    try:
        return data.decode("cp932")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"{name} is neither UTF-8 nor cp932 (line {line}, byte {error.start + 1}); CSV or xlsx is wanted"
        ) from None


def _rows(text: str, name: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for number, cells in enumerate(reader, start=1):
            if not is_blank(cells):
                rows.append(Row(number, cells))
    except csv.Error as error:
        raise BadInput(f"{name}, row {len(rows) + 1}: {error}") from None
    return rows
