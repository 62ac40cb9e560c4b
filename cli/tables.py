"""Aligned text: figures at the right edge, Japanese counted as wide as it is, nothing cut in a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile, zip_longest
from typing import Any, NamedTuple, TextIO

from cli.ink import ink
from cli.plain import pad, unbroken_width, visible, width, wrap

GAP = "  "
BELOW = "    "
PAGE = 1000
"""Rows whose widths are measured together, so that a long list is printed as it is read."""

NARROWEST = 10
LEAST_TEXT = 20
"""Columns that a text keeps beside others; in fewer it is a ladder of single words, and is better told below."""

WIDE = 110
"""Columns a terminal needs for an event on one line; on a narrower one, what it is about goes below."""


Row = Mapping[str, Any]


class Column(NamedTuple):
    """One column: its heading, how a row's cell is made, and whether it holds figures."""

    heading: str
    cell: Callable[[Row], str]
    right: bool = False
    gives: bool = False
    """True for free text, which is broken over lines where the terminal is too narrow; ids and states are not."""


def room(stream: TextIO | None = None) -> int | None:
    """Columns of the terminal (of standard output, if no other is named), or None in a pipe, where nothing is cut."""
    return shutil.get_terminal_size().columns if (stream or sys.stdout).isatty() else None


def is_narrow(needed: int = WIDE) -> bool:
    """True on a terminal of fewer columns than a layout needs: what a row is about goes below it then."""
    return (room() or needed) < needed


def grid(
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    indent: str = "",
    below: Callable[[Row], str | Sequence[str]] | None = None,
    between: str = GAP,
) -> Iterator[str]:
    """Lines of a table: headings, then one line for each row, and what stands below it.

    Below stands a text, or parts with `between` between them, on as many lines of the terminal as it takes.
    """
    rows = iter(rows)
    headings = [column.heading for column in columns]
    widths = [width(heading) for heading in headings]
    is_first = True
    while page := list(islice(rows, PAGE)):
        cells = [[visible(column.cell(row)) for column in columns] for row in page]
        widths = [max(widths[place], *(width(line[place]) for line in cells)) for place in range(len(widths))]
        fitted = fit(columns, widths, len(indent))
        groups = _groups(columns, fitted, len(indent))
        if is_first:
            yield from (ink(line, bold=True) for line in _lines(columns, headings, fitted, groups, indent))
        is_first = False
        for row, line in zip(page, cells, strict=True):
            yield from _lines(columns, line, fitted, groups, indent)
            if below and (told := below(row)):
                yield from (ink(line, dim=True) for line in _beneath(told, indent + BELOW, between))


def _beneath(told: str | Sequence[str], indent: str, between: str) -> Iterator[str]:
    if not isinstance(told, str):
        yield from laid([visible(part) for part in told], indent, between)
    elif text := visible(told):
        yield from paragraph(text, indent)


def laid(parts: Sequence[str], indent: str, between: str = GAP) -> Iterator[str]:
    """Parts side by side on as many lines as they take; one is broken only where no line has room for it."""
    limit = room()
    if limit is None:
        yield indent + between.join(parts)
        return
    columns, line = max(limit - len(indent), NARROWEST), ""
    for part in parts:
        beside = line + between + part if line else part
        if width(beside) <= columns:
            line = beside
            continue
        if line:
            yield indent + line
        *full, line = wrap(part, columns) or [""]
        yield from (indent + piece for piece in full)
        if full:  # what took several lines has nothing beside it
            yield indent + line
            line = ""
    if line:
        yield indent + line


def paragraph(text: str, indent: str = "") -> list[str]:
    """A sentence on as many lines of the terminal as it takes."""
    limit = room()
    lines = wrap(text, max(limit - len(indent), NARROWEST)) if limit else [text]
    return [indent + line for line in lines]


def fit(columns: Sequence[Column], widths: Sequence[int], indent: int) -> list[int]:
    """Widths that fit the terminal as far as free text can give way, the widest first.

    Where that is not enough, a text is as wide as a line of its own allows.
    """
    fitted = list(widths)
    limit = room()
    while limit and indent + sum(fitted) + len(GAP) * (len(fitted) - 1) > limit:
        texts = [place for place, column in enumerate(columns) if column.gives and fitted[place] > LEAST_TEXT]
        if not texts:
            own = max(limit - indent - len(BELOW), NARROWEST)
            return [
                min(needed, own) if c.gives else needed for c, needed in zip(columns, widths, strict=True)
            ]
        fitted[max(texts, key=fitted.__getitem__)] -= 1
    return fitted


def fits(columns: Sequence[Column], rows: Sequence[Row], indent: int) -> bool:
    """True when a table is no wider than the terminal once free text has given way."""
    limit = room()
    widths = [max(width(c.heading), *(width(visible(c.cell(row))) for row in rows)) for c in columns]
    return not limit or indent + sum(fit(columns, widths, indent)) + len(GAP) * (len(columns) - 1) <= limit


def _groups(columns: Sequence[Column], widths: Sequence[int], indent: int) -> list[list[int]]:
    """The columns that stand on one line together, where a row needs several: broken between columns, never in one.

    Figures that stand side by side stay so where a line has room for all of them.
    """
    limit = room()
    groups: list[list[int]] = [[]]
    taken = indent
    for place, needed in enumerate(widths):
        together = _run(columns, widths, place)
        kept = together if limit and indent + len(BELOW) + together <= limit else needed
        if limit and groups[-1] and taken + kept > limit:
            groups.append([])
            taken = indent + len(BELOW)
        groups[-1].append(place)
        taken += needed + len(GAP)
    return groups


def _run(columns: Sequence[Column], widths: Sequence[int], place: int) -> int:
    """Columns of the terminal that the figures take which begin here; of a text, its own."""
    run = [widths[place]]
    if columns[place].right:
        later = zip(columns[place + 1 :], widths[place + 1 :], strict=True)
        run += [needed for column, needed in takewhile(lambda pair: pair[0].right, later)]
    return sum(run) + len(GAP) * (len(run) - 1)


def _lines(
    columns: Sequence[Column],
    cells: Sequence[str],
    widths: Sequence[int],
    groups: Sequence[Sequence[int]],
    indent: str,
) -> Iterator[str]:
    for number, group in enumerate(groups):
        margin = indent + (BELOW if number else "")
        broken = [_broken(cells[place], widths[place]) for place in group]
        for parts in zip_longest(*broken, fillvalue=""):
            padded = (
                pad(part, widths[p], right=columns[p].right) for p, part in zip(group, parts, strict=True)
            )
            line = (margin + GAP.join(padded)).rstrip()
            if line or not number:
                yield line


def _broken(cell: str, columns: int) -> list[str]:
    """A cell over the lines it takes in its column."""
    return [cell] if width(cell) <= columns else wrap(cell, columns)


class Fact(NamedTuple):
    """A label and what it says; figures are put at one right edge."""

    label: str
    text: str
    is_figure: bool = False


def facts(rows: Sequence[Fact], *, indent: str = "  ") -> Iterator[str]:
    """Lines of labels and values: a text hangs beside its label, or stands below it where that is too little room."""
    labels = max((width(fact.label) for fact in rows), default=0)
    figures = max((width(fact.text) for fact in rows if fact.is_figure), default=0)
    beside = len(indent) + labels + len(GAP)
    limit = room()
    rows = [fact._replace(text=visible(fact.text)) for fact in rows]
    values = [pad(fact.text, figures, right=True) if fact.is_figure else fact.text for fact in rows]
    if limit and limit - beside < LEAST_TEXT and beside + max(map(width, values), default=0) > limit:
        yield from _to_the_edge(rows, indent, limit)
        return
    for fact, value in zip(rows, values, strict=True):
        told = f"{indent}{pad(fact.label, labels)}{GAP}"
        if not limit or beside + width(value) <= limit:
            yield f"{told}{value}".rstrip()
        elif unbroken_width(value) <= limit - beside:
            first, *others = wrap(value, limit - beside)
            yield told + first
            yield from (" " * beside + line for line in others)
        else:
            yield from (indent + fact.label, *_under(value, indent, limit))


def _to_the_edge(rows: Sequence[Fact], indent: str, limit: int) -> Iterator[str]:
    """Labels at the left and values at the right edge of a narrow terminal; below it what has no room there."""
    for label, text, is_figure in rows:
        space = limit - len(indent) - width(label)
        if width(text) + len(GAP) <= space:
            yield f"{indent}{label}{pad(text, space, right=True)}".rstrip()
        elif is_figure and len(indent) + width(text) <= limit:
            yield from (indent + label, pad(text, limit, right=True))
        else:
            yield from (indent + label, *_under(text, indent, limit))


def _under(text: str, indent: str, limit: int) -> Iterator[str]:
    """A text on lines of its own."""
    margin = indent + BELOW
    return (margin + line for line in wrap(text, max(limit - len(margin), NARROWEST)))
