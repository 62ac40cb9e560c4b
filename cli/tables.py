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
BELOW = "    "
PAGE = 1000
"""Rows whose widths are measured together, so that a long list is printed as it is read."""

NARROWEST = 10
WIDE = 110
"""Columns a terminal needs for a grant or an event on one line; on a narrower one, what it is about goes below."""


Row = Mapping[str, Any]


class Column(NamedTuple):
    """One column: its heading, how a row's cell is made, and whether it holds figures."""

    heading: str
    cell: Callable[[Row], str]
    right: bool = False
    gives: bool = False
    """True for free text, which is cut where the terminal is too narrow; ids, states and figures never are."""


def room() -> int | None:
    """Columns of the terminal, or None in a pipe, where nothing is cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def is_narrow() -> bool:
    """True on a terminal where what a row is about goes below it."""
    return (room() or WIDE) < WIDE


def grid(
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    indent: str = "",
    below: Callable[[Row], str] | None = None,
) -> Iterator[str]:
    """Lines of a table: headings, then one line for each row, and what stands below it."""
    rows = iter(rows)
    headings = [column.heading for column in columns]
    widths = [width(heading) for heading in headings]
    is_first = True
    while page := list(islice(rows, PAGE)):
        cells = [[visible(column.cell(row)) for column in columns] for row in page]
        widths = [max(widths[place], *(width(line[place]) for line in cells)) for place in range(len(widths))]
        fitted = fit(columns, widths, len(indent))
        if is_first:
            yield ink(indent + _line(columns, headings, fitted), bold=True)
        is_first = False
        for row, line in zip(page, cells, strict=True):
            yield indent + _line(columns, line, fitted)
            if below and (text := visible(below(row))):
                yield ink(one_line(indent + BELOW + text), dim=True)


def one_line(text: str) -> str:
    """At most one line of the terminal."""
    return cut(text, room() or width(text))


def paragraph(text: str, indent: str = "") -> list[str]:
    """A sentence on as many lines of the terminal as it takes."""
    limit = room()
    lines = wrap(text, max(limit - len(indent), NARROWEST)) if limit else [text]
    return [indent + line for line in lines]


def fit(columns: Sequence[Column], widths: Sequence[int], indent: int) -> list[int]:
    """Widths that fit the terminal as far as free text can give way, the widest first."""
    fitted = list(widths)
    limit = room()
    while limit and indent + sum(fitted) + len(GAP) * (len(fitted) - 1) > limit:
        texts = [place for place, column in enumerate(columns) if column.gives and fitted[place] > NARROWEST]
        if not texts:
            break
        fitted[max(texts, key=fitted.__getitem__)] -= 1
    return fitted


def fits(columns: Sequence[Column], rows: Sequence[Row], indent: int) -> bool:
    """True when a table is no wider than the terminal once free text has given way."""
    limit = room()
    widths = [max(width(c.heading), *(width(visible(c.cell(row))) for row in rows)) for c in columns]
    return not limit or indent + sum(fit(columns, widths, indent)) + len(GAP) * (len(columns) - 1) <= limit


def _line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        pad(cut(cell, room), room, right=column.right)
        for column, cell, room in zip(columns, cells, widths, strict=True)
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
