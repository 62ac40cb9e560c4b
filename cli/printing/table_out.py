"""A report as a table on the screen: columns that nobody fills are left out, yen stand at the right edge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from cli.ink import ink
from cli.plain import width
from cli.printing.cells import footing_lines, heading_lines, value_of
from cli.tables import GAP, Column, Fact, Row, facts, grid, room
from lifecycle.projections.shape import DECIMAL, YEN
from lifecycle.projections.shape import Column as Told
from lifecycle.reports.shape import Footing, Sheet, is_figure

KEPT = ("authority", "authority_name")
TOTAL = "\0total"


def table_lines(sheet: Sheet, lang: str) -> Iterator[str]:
    """Heading, rows, totals, footer. The rows are read twice: first to see which columns are filled."""
    widths = _widths(sheet, lang)
    footing = sheet.footing()
    again = Sheet(sheet.report, sheet.heading, sheet.view)
    kept = (*KEPT, *getattr(sheet.report, "SHOWN", ()))
    shown = [column for column in sheet.columns if widths[column.name] or column.name in kept]
    yield ink(sheet.heading.title_ja if lang == "ja" else sheet.heading.title_en, bold=True)
    yield from facts(
        [Fact(line.label, _text(line.value)) for line in list(heading_lines(sheet.heading, lang))[1:]]
    )
    yield ""
    if footing.rows:
        yield from _grid(shown, widths, again, footing, lang)
        yield ""
    yield from facts([Fact(line.label, _text(line.value)) for line in footing_lines(footing, lang)])


def _widths(sheet: Sheet, lang: str) -> dict[str, int]:
    """How wide each column is; 0 for one in which nothing stands but zeros and blanks."""
    widths = dict.fromkeys((column.name for column in sheet.columns), 0)
    for row in sheet.rows():
        for column in sheet.columns:
            value = row[column.name]
            if value or value is False:
                widths[column.name] = max(widths[column.name], width(_cell(column, lang, row)))
    return widths


def _grid(
    shown: list[Told], widths: dict[str, int], sheet: Sheet, footing: Footing, lang: str
) -> Iterator[str]:
    """One line for each row; where the terminal is too narrow its words below it; else one block for each row."""
    limit = room()
    below = [column for column in shown if not _is_number(column) and column.name not in KEPT]
    if limit is None or _needed(shown, widths, footing, lang) <= limit:
        below = []
    beside = [column for column in shown if column not in below]
    rows = _with_total(sheet, footing, beside[0].name)
    if limit is not None and _needed(beside, widths, footing, lang) > limit:
        yield from _blocks(shown, rows, lang)
        return
    lines = [Column(_heading(c, lang), partial(_cell, c, lang), right=_is_number(c)) for c in beside]
    yield from grid(lines, rows, below=partial(_below, below, lang) if below else None)


def _needed(columns: list[Told], widths: dict[str, int], footing: Footing, lang: str) -> int:
    """Columns of the terminal that a line of these takes, the totals' among them."""
    wide = [
        max(widths[c.name], width(_heading(c, lang)), width(f"{footing.totals.get(c.name, 0):,}"))
        for c in columns
    ]
    return sum(wide) + len(GAP) * (len(wide) - 1)


def _blocks(columns: list[Told], rows: Iterator[Row], lang: str) -> Iterator[str]:
    """Each row as headings and values, one below the other, with a line between rows."""
    for number, row in enumerate(rows):
        if number:
            yield ""
        told = ((column, _cell(column, lang, row)) for column in columns)
        yield from facts(
            [
                Fact(_heading(column, lang), text, is_figure=_is_number(column))
                for column, text in told
                if text
            ]
        )


def _with_total(sheet: Sheet, footing: Footing, first: str) -> Iterator[Row]:
    """The rows, and the totals under the word for them in the first column."""
    yield from sheet.rows()
    if footing.totals:
        yield {**footing.totals, TOTAL: first}


def _is_number(column: Told) -> bool:
    return is_figure(column) or column.form == DECIMAL


def _heading(column: Told, lang: str) -> str:
    """Yen need no unit on the screen: their separators say it."""
    return column.ja if lang == "ja" else column.en


def _cell(column: Told, lang: str, row: Row) -> str:
    if row.get(TOTAL) == column.name:
        return "合計" if lang == "ja" else "total"
    value = value_of(column, row.get(column.name), lang)
    if isinstance(value, int):
        return f"{value:,}" if column.form == YEN else str(value)
    return value


def _below(columns: list[Told], lang: str, row: Row) -> list[str]:
    if TOTAL in row:
        return []
    told = ((column, _cell(column, lang, row)) for column in columns)
    return [f"{_heading(column, lang)}: {text}" for column, text in told if text]


def _text(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
