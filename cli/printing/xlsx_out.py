"""A report as an Excel workbook: numbers as numbers, dates as dates, a frozen heading row, and a sheet of notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from cli.plain import width
from cli.printing.cells import footing_lines, heading_lines, title_of, totals_row, value_of
from lifecycle.errors import BadInput
from lifecycle.projections.shape import DAY, DECIMAL, YEN, Column
from lifecycle.reports.shape import Sheet, is_figure

EXACT = 2**53
"""Excel keeps numbers as binary fractions: whole numbers up to here are exact."""

WRITTEN_OUT = re.compile(r"(?=(?:[-.]?[0-9]){1,15}$)-?[0-9]+(\.(?P<fraction>[0-9]+))?")
"""A number that Excel gives back as it is written: it keeps fifteen digits."""

MOST_ROWS = 1_048_576
WIDEST = 60
NOTES = {"ja": "注記", "en": "notes"}
ROWS = {"ja": "一覧", "en": "rows"}


def write_xlsx(sheet: Sheet, path: Path, lang: str) -> None:
    """Write the workbook. Texts are written as texts, so none is a formula.

    Raises:
        BadInput: more rows than a sheet holds, or an amount that Excel can't keep exactly.
        OSError: the disk is full, or another failure of it.
    """
    import xlsxwriter

    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    # Rows wait in this folder until the end; it goes with them, however that comes.
    with TemporaryDirectory() as folder, path.open("wb", buffering=0) as raw:
        file = Forbearing(raw)
        book = xlsxwriter.Workbook(file, {**settings, "tmpdir": folder})
        # The same workbook for the same report: no time of making in it.
        book.set_properties({"created": _day(sheet.heading.day), "title": sheet.heading.title_ja})
        page = book.add_worksheet(ROWS[lang])
        notes = book.add_worksheet(NOTES[lang])
        forms = _Forms(book)
        last = _write_rows(sheet, page, forms, lang)
        page.freeze_panes(1, 2)
        page.autofilter(0, 0, max(last - 1, 1), len(sheet.columns) - 1)
        page.set_landscape()
        page.repeat_rows(0)
        _write_notes(sheet, notes, forms, lang)
        _close(book, file)


def _close(book: Any, file: Forbearing) -> None:
    """End the workbook; what failed on the disk is told as such, not in the packer's own words."""
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        file.fail(cause if isinstance(cause, OSError) else OSError(str(error)))
    file.refuse_lost()


class Forbearing:
    """A file that goes on taking what a full disk no longer takes, and tells at the end that it was lost.

    A packer that is stopped half-way tries to end its file once more when it is thrown away, and complains aloud.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._place = 0
        self._failed: OSError | None = None

    def write(self, data: bytes) -> int:
        """Take all of it."""
        left = memoryview(data)
        self._place += len(left)
        try:
            while left and self._failed is None:
                left = left[self._raw.write(left) :]
        except OSError as error:
            self.fail(error)
        return len(data)

    def seek(self, place: int) -> int:
        """Go to a place."""
        self._place = place if self._failed else self._raw.seek(place)
        return self._place

    def tell(self) -> int:
        """Where it would stand if all had been taken."""
        return self._place

    def flush(self) -> None:
        """Nothing waits here."""

    def fail(self, error: OSError) -> None:
        """Take nothing more that is kept."""
        self._failed = self._failed or error

    def refuse_lost(self) -> None:
        """The end of the file.

        Raises:
            OSError: some of it was lost.
        """
        if self._failed is not None:
            raise self._failed


class _Forms:
    """The cell formats of the workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._decimals: dict[int, Any] = {}
        self.head = book.add_format(
            {"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self.yen = book.add_format({"num_format": "#,##0;[Red]-#,##0"})
        self.count = book.add_format({"num_format": "0"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.total_yen = book.add_format({"num_format": "#,##0;[Red]-#,##0", "bold": True, "top": 1})
        self.total = book.add_format({"bold": True, "top": 1})
        self.label = book.add_format({"bold": True, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})

    def decimal(self, places: int) -> Any:
        """A number with so many places after its point, as it was written."""
        if places not in self._decimals:
            form = "0." + "0" * places if places else "0"
            self._decimals[places] = self._book.add_format({"num_format": form})
        return self._decimals[places]


def _write_rows(sheet: Sheet, page: Any, forms: _Forms, lang: str) -> int:
    columns = sheet.columns
    for place, column in enumerate(columns):
        page.set_column(place, place, _width(column, lang))
    for place, column in enumerate(columns):
        page.write_string(0, place, title_of(column, lang), forms.head)
    line = 0
    for line, row in enumerate(sheet.rows(), 1):
        if line >= MOST_ROWS - 1:
            raise BadInput(
                f"{sheet.heading.report}: more rows than an Excel sheet holds; limit it, or write CSV"
            )
        for place, column in enumerate(columns):
            _write(page, line, place, column, row[column.name], forms, lang)
    for place, value in enumerate(totals_row(columns, sheet.footing(), lang)):
        if isinstance(value, int):
            page.write_number(line + 1, place, _exact(value), forms.total_yen)
        else:
            page.write_string(line + 1, place, value, forms.total)
    return line + 1


def _write(page: Any, line: int, place: int, column: Column, given: Any, forms: _Forms, lang: str) -> None:
    value = value_of(column, given, lang)
    if value == "":
        return
    if isinstance(value, int):
        page.write_number(line, place, _exact(value), forms.yen if column.form == YEN else forms.count)
    elif column.form == DECIMAL and (written := WRITTEN_OUT.fullmatch(value)):
        page.write_number(line, place, float(value), forms.decimal(len(written["fraction"] or "")))
    elif column.form == DAY:
        page.write_datetime(line, place, _day(value), forms.day)
    else:
        page.write_string(line, place, value)


def _write_notes(sheet: Sheet, notes: Any, forms: _Forms, lang: str) -> None:
    notes.set_column(0, 0, 30)
    notes.set_column(1, 1, 90)
    lines = [*heading_lines(sheet.heading, lang), *footing_lines(sheet.footing(), lang)]
    for place, line in enumerate(lines):
        notes.write_string(place, 0, line.label, forms.label)
        put: Callable[..., Any] = notes.write_number if isinstance(line.value, int) else notes.write_string
        put(place, 1, line.value, forms.text)


def _width(column: Column, lang: str) -> int:
    """Wide enough for the heading and the usual value."""
    usual = {"authority_name": 16, "title": 40, "grant": 20, "order": 23, "digest": 20}
    least = 16 if column.form == YEN else 11 if is_figure(column) or column.form in (DECIMAL, DAY) else 14
    return min(WIDEST, max(usual.get(column.name, least), width(title_of(column, lang)) + 2))


def _exact(value: int) -> int:
    if abs(value) > EXACT:
        raise BadInput(f"{value:,} is more than Excel keeps exactly; write CSV or JSON")
    return value


def _day(text: str) -> Any:
    from datetime import datetime, time

    return datetime.combine(date.fromisoformat(str(text)), time())
