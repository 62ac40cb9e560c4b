"""A report as CSV: UTF-8 with a mark for Excel, or cp932 (Shift_JIS); nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from cli.printing.cells import footing_lines, heading_lines, title_of, totals_row, value_of
from lifecycle.errors import BadInput
from lifecycle.reports.shape import Sheet

ENCODINGS = ("utf-8", "cp932")
MARK = b"\xef\xbb\xbf"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, also in full width."""

UNSEEN = re.compile(r"[\s\0\u200b-\u200f\u2060\ufeff]*")
"""What may stand before it and is passed over."""

NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
"""A rate or a measured value below zero: a spreadsheet takes it for what it is."""


def csv_lines(sheet: Sheet, *, encoding: str, lang: str, plain: bool) -> Iterator[bytes]:
    """The lines of the file. `plain`: column names and rows alone, for programs.

    Raises:
        BadInput: a character that cp932 does not have.
    """
    if encoding == "utf-8" and not plain:
        yield MARK
    number = 0
    for number, row in enumerate(_rows(sheet, lang, plain=plain), 1):
        yield _encoded(row, encoding, number)


def _rows(sheet: Sheet, lang: str, *, plain: bool) -> Iterator[list[str | int]]:
    columns = sheet.columns
    if plain:
        yield [column.name for column in columns]
    else:
        yield from ([line.label, line.value] for line in heading_lines(sheet.heading, lang))
        yield []
        yield [title_of(column, lang) for column in columns]
    for row in sheet.rows():
        yield [value_of(column, row[column.name], "en" if plain else lang) for column in columns]
    if not plain:
        footing = sheet.footing()
        yield totals_row(columns, footing, lang)
        yield []
        yield from ([line.label, line.value] for line in footing_lines(footing, lang))


def safe(cell: str | int) -> str | int:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers are numbers."""
    if not isinstance(cell, str) or NUMBER.fullmatch(cell):
        return cell
    is_formula = cell.startswith(FORMULA) or UNSEEN.sub("", cell, count=1).startswith(FORMULA)
    return f"'{cell}" if is_formula else cell


def _encoded(row: list[str | int], encoding: str, number: int) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([safe(cell) for cell in row])
    try:
        return text.getvalue().encode(encoding)
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        raise BadInput(
            f"line {number}: {character!r} (U+{ord(character):04X}) is not in {encoding}; use --encoding utf-8"
        ) from None
