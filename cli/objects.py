"""Plain objects laid out for people: labelled values one a line, and small tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cli.ink import ink
from cli.labels import LABELS, heading, label
from cli.tables import Column, Fact, Row, facts, fits, grid
from cli.words import in_words

Lines = Callable[[Any, str], Iterator[str]]
"""How one field lays itself out: from its value, at an indentation."""

YEN_BY_NAME = ("deltas", "actuals", "amounts")
"""Objects of yen whose names do not say so."""

COUNTS = ("days", "score", "seats", "offices_opened", "relocated", "related_population", "participants")
"""Whole numbers that are not yen and no years either."""

MOST_ON_A_LINE = 3
CHANGE = {"approved": "変更承認", "refused": "変更不承認", "requested": "申請中"}
FREE_TEXT = frozenset(
    (
        *("title", "content", "reason", "name", "body", "opinion", "meeting", "url", "digest", "source"),
        *("sha256", "kind", "party", "payee", "evidence", "cause", "text", "act", "grounds", "answer"),
        *("measures", "owner", "unit"),
    )
)
"""Columns that give way on a narrow terminal; of a kind, its Japanese word goes first."""

NAMED_BY_VALUE = ("id", "order", "change", "grant", "record")
"""Fields that need no label at the head of a block."""

PART_OF = {"national_targets": "target"}
"""Objects whose values are words of another field."""


def is_empty(value: Any) -> bool:
    """True for what needs no line: nothing, no text, no entries. Zero is something."""
    return value is None or value in ("", [], {})


def is_rows(value: Any) -> bool:
    """True for what is a table of its own."""
    if isinstance(value, Mapping):
        return bool(value) and all(isinstance(part, Mapping) for part in value.values())
    return isinstance(value, list) and bool(value) and all(isinstance(part, Mapping) for part in value)


def is_long(value: Any) -> bool:
    """True for an object of plain values with too many entries for one line."""
    return isinstance(value, Mapping) and len(value) > MOST_ON_A_LINE and not is_rows(value)


def rows_of(value: Any, key: str = "id") -> list[dict[str, Any]]:
    """Rows of a table: a list's, or an object's with its key in front."""
    rows = [{key: name, **part} for name, part in value.items()] if isinstance(value, Mapping) else value
    return [of_change(row) if "change" in row else dict(row) for row in rows]


def of_change(row: Row) -> dict[str, Any]:
    """A change's status is not that of a grant."""
    return {**row, "status": f"{row['status']} ({CHANGE.get(row['status'], '')})"}


def is_money(name: str) -> bool:
    """True for a field that holds yen."""
    return name.endswith("_yen") or name in YEN_BY_NAME


def text_of(name: str, value: Any) -> str:
    """A value in words."""
    if is_empty(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and (name.endswith("_yen") or name in COUNTS):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{key} {_part(name, key, part)}" for key, part in value.items() if not is_empty(part)
        )
    if isinstance(value, list):
        joint = "; " if any(isinstance(part, Mapping) for part in value) else ", "
        return joint.join(text_of(name, part) for part in value)
    return in_words(name, str(value))


def _part(name: str, key: str, value: Any) -> str:
    return text_of("each_yen" if is_money(name) else PART_OF.get(name, key), value)


def fact(name: str, value: Any) -> Fact:
    """A labelled value."""
    is_figure = name.endswith("_yen") and isinstance(value, int)
    return Fact(label(name), text_of(name, value) + (" yen" if is_figure else ""), is_figure)


def object_lines(found: Row, indent: str = "  ", own: Mapping[str, Lines] | None = None) -> Iterator[str]:
    """An object: its values one a line, then each of its tables; `own` are those laid out in their own way."""
    tables = {name: value for name, value in found.items() if is_rows(value)}
    long = {name: value for name, value in found.items() if is_long(value)}
    plain = {name: value for name, value in found.items() if name not in tables and name not in long}
    yield from facts(
        [fact(name, value) for name, value in plain.items() if not is_empty(value)], indent=indent
    )
    for name, value in long.items():
        yield from ("", indent[2:] + ink(label(name), bold=True))
        yield from facts([_entry(name, key, part) for key, part in value.items()], indent=indent)
    for name, value in tables.items():
        yield from ("", indent[2:] + ink(label(name), bold=True))
        yield from (own or {}).get(name, _rows)(value, indent)


def _entry(name: str, key: str, value: Any) -> Fact:
    """One value of an object that is too long for a line."""
    return fact("each_yen" if is_money(name) else key, value)._replace(label=LABELS.get(key, key))


def _rows(value: Any, indent: str) -> Iterator[str]:
    return rows_lines(rows_of(value), indent)


def rows_lines(rows: Sequence[Row], indent: str) -> Iterator[str]:
    """Rows as a table; those that hold tables, or are too wide for the terminal, one after the other."""
    if max(sum(map(is_rows, row.values())) for row in rows) < 2:
        columns, unfolded = _table(rows)
        if fits(columns, unfolded, len(indent)):
            yield from grid(columns, unfolded, indent=indent)
            return
    for row in rows:
        name, value = next(iter(row.items()))
        head = "" if name in NAMED_BY_VALUE else label(name) + " "
        yield indent + ink(head + text_of(name, value), bold=True)
        yield from object_lines({key: part for key, part in row.items() if key != name}, indent + "  ")


def table_of(rows: Iterable[Row], *, indent: str = "") -> Iterator[str]:
    """A table of all the fields that any row fills."""
    columns, unfolded = _table(rows)
    return grid(columns, unfolded, indent=indent)


def _table(rows: Iterable[Row]) -> tuple[list[Column], list[dict[str, Any]]]:
    unfolded = [line for row in rows for line in _unfolded(row)]
    names = dict.fromkeys(
        name for row in unfolded for name, value in row.items() if value and not is_empty(value)
    )
    return [column(name) for name in names], unfolded


def _unfolded(row: Row) -> list[dict[str, Any]]:
    """A row that holds rows, as one line for each of those; what they share stands on the first."""
    outer = {name: value for name, value in row.items() if not is_rows(value)}
    inner = [
        {(f"{name.removesuffix('s')}_{key}" if key in outer else key): part for key, part in line.items()}
        for name, value in row.items()
        if is_rows(value)
        for line in rows_of(value)
    ]
    first, *others = inner or [{}]
    return [{**outer, **first}, *others]


def column(name: str, text: str | None = None) -> Column:
    """The column of a field; figures stand at the right."""
    is_figure = name.endswith("_yen") or name in COUNTS
    return Column(
        text or heading(name),
        lambda row: text_of(name, row.get(name)),
        right=is_figure,
        gives=name in FREE_TEXT,
    )
