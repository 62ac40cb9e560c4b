"""Aligned text: figures at the right edge, Japanese counted as wide as it is, nothing cut in a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, TextIO

from cli.ink import ink
from cli.plain import cut, figure_width, pad, visible, width, wrap

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


def room(stream: TextIO | None = None) -> int | None:
    """Columns of the terminal (of standard output, if no other is named), or None in a pipe, where nothing is cut."""
    return shutil.get_terminal_size().columns if (stream or sys.stdout).isatty() else None


def is_narrow() -> bool:
    """True on a terminal where what a row is about goes below it."""
    return (room() or WIDE) < WIDE


def grid(
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    indent: str = "",
    below: Callable[[Row], str | Sequence[str]] | None = None,
) -> Iterator[str]:
    """Lines of a table: headings, then one line for each row, and what stands below it.

    A text below is one line, cut where the terminal ends; of several parts nothing is cut.
    """
    rows = iter(rows)
    headings = [column.heading for column in columns]
    widths = [width(heading) for heading in headings]
    is_first = True
    while page := list(islice(rows, PAGE)):
        cells = [[visible(column.cell(row)) for column in columns] for row in page]
        widths = [max(widths[place], *(width(line[place]) for line in cells)) for place in range(len(widths))]
        fitted = fit(columns, widths, len(indent))
        groups = _groups(fitted, len(indent))
        if is_first:
            yield from (ink(line, bold=True) for line in _lines(columns, headings, fitted, groups, indent))
        is_first = False
        for row, line in zip(page, cells, strict=True):
            yield from _lines(columns, line, fitted, groups, indent)
            if below and (told := below(row)):
                yield from (ink(line, dim=True) for line in _beneath(told, indent + BELOW))


def _beneath(told: str | Sequence[str], indent: str) -> Iterator[str]:
    if not isinstance(told, str):
        yield from laid([visible(part) for part in told], indent)
    elif text := visible(told):
        yield one_line(indent + text)


def laid(parts: Sequence[str], indent: str) -> Iterator[str]:
    """Parts side by side on as many lines as they take; one is broken only where no line has room for it."""
    columns = max((room() or sum(map(width, parts)) + len(GAP) * len(parts)) - len(indent), NARROWEST)
    line = ""
    for part in parts:
        beside = line + GAP + part if line else part
        if width(beside) <= columns:
            line = beside
            continue
        if line:
            yield indent + line
        *full, line = wrap(part, columns) or [""]
        yield from (indent + piece for piece in full)
    if line:
        yield indent + line


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


def _groups(widths: Sequence[int], indent: int) -> list[list[int]]:
    """The columns that stand on one line together, where a row needs several: broken between columns, never in one."""
    limit = room()
    groups: list[list[int]] = [[]]
    taken = indent
    for place, needed in enumerate(widths):
        if limit and groups[-1] and taken + needed > limit:
            groups.append([])
            taken = indent + len(BELOW)
        groups[-1].append(place)
        taken += needed + len(GAP)
    return groups


def _lines(
    columns: Sequence[Column],
    cells: Sequence[str],
    widths: Sequence[int],
    groups: Sequence[Sequence[int]],
    indent: str,
) -> Iterator[str]:
    for number, group in enumerate(groups):
        padded = (pad(cut(cells[p], widths[p]), widths[p], right=columns[p].right) for p in group)
        line = (indent + (BELOW if number else "") + GAP.join(padded)).rstrip()
        if line or not number:
            yield line


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
        if not limit or beside + width(value) <= limit:
            yield f"{indent}{pad(fact.label, labels)}{GAP}{value}".rstrip()
            continue
        needed = width(value) if fact.is_figure else max(figure_width(text), NARROWEST)
        margin = " " * beside if needed <= limit - beside else indent + BELOW
        first, *others = wrap(text, max(limit - len(margin), NARROWEST)) or [""]
        if len(margin) == beside:
            yield f"{indent}{pad(fact.label, labels)}{GAP}{first}".rstrip()
        else:
            yield from (f"{indent}{fact.label}", f"{margin}{first}".rstrip())
        yield from (margin + line for line in others)
