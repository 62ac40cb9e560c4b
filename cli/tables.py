"""Aligned text: figures at the right edge, Japanese counted as wide as it is, nothing cut in a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from cli.ink import ink
from cli.plain import cut, pad, visible, width, wrap

GAP = "  "
PAGE = 1000
"""Rows whose widths are measured together, so that a long list is printed as it is read."""

NARROWEST = 12


class Column(NamedTuple):
    """One column: its heading, how a row's cell is made, and whether it holds figures."""

    heading: str
    cell: Callable[[Mapping[str, Any]], str]
    right: bool = False


def room() -> int | None:
    """Columns of the terminal, or None in a pipe, where nothing is cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def grid(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], *, indent: str = "") -> Iterator[str]:
    """Lines of a table: headings, then one line for each row."""
    rows = iter(rows)
    widths = [width(column.heading) for column in columns]
    heading = True
    while page := [[visible(column.cell(row)) for column in columns] for row in islice(rows, PAGE)]:
        for cells in page:
            widths = [max(old, width(cell)) for old, cell in zip(widths, cells, strict=True)]
        fitted = fit(columns, widths, len(indent))
        if heading:
            yield ink(indent + _line(columns, [column.heading for column in columns], fitted), bold=True)
            heading = False
        for cells in page:
            yield indent + _line(columns, cells, fitted)


def fit(columns: Sequence[Column], widths: Sequence[int], indent: int) -> list[int]:
    """Widths that fit the terminal: text columns give way, the widest first; figures never do."""
    fitted = list(widths)
    limit = room()
    while limit and indent + sum(fitted) + len(GAP) * (len(fitted) - 1) > limit:
        texts = [
            place for place, column in enumerate(columns) if not column.right and fitted[place] > NARROWEST
        ]
        if not texts:
            break
        fitted[max(texts, key=fitted.__getitem__)] -= 1
    return fitted


def _line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        pad(cell if column.right else cut(cell, columns_), columns_, right=column.right)
        for column, cell, columns_ in zip(columns, cells, widths, strict=True)
    ]
    return GAP.join(padded).rstrip()


class Fact(NamedTuple):
    """A label and what it says; figures are put at one right edge."""

    label: str
    text: str
    is_figure: bool = False


def facts(rows: Sequence[Fact], *, indent: str = "  ") -> Iterator[str]:
    """Lines of labels and values."""
    labels = max((width(fact.label) for fact in rows), default=0)
    figures = max((width(fact.text) for fact in rows if fact.is_figure), default=0)
    beside = len(indent) + labels + len(GAP)
    limit = room()
    for fact in rows:
        text = visible(fact.text)
        value = pad(text, figures, right=True) if fact.is_figure else text
        first, *others = (
            wrap(value, max(limit - beside, NARROWEST))
            if limit and beside + width(value) > limit
            else [value]
        )
        yield f"{indent}{pad(fact.label, labels)}{GAP}{first}".rstrip()
        yield from (" " * beside + line for line in others)
