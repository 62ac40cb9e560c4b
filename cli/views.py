"""What reads answer, laid out for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from cli.agenda import todo_lines
from cli.matrix import scheme_lines
from cli.objects import is_empty, is_rows, object_lines, text_of
from cli.plain import visible
from cli.replayed import diff_lines, replay_rows
from cli.shown import grant_rows, shown_lines
from cli.tables import Column, Row, grid, is_narrow
from cli.windows import caps_lines
from lifecycle.values import JAPAN

FOR_BY, FOR_EVENT = 60, 80
"""Columns a terminal needs for the officer, and for the event too, on the line of its number."""

IN_STREAM = ("authority", "project", "fiscal_year")
SUMMED = ("shares", "components", "released")
"""Lists of an event whose yen are added up for its line in `log`."""


def lines(do: str, found: Any) -> Iterator[str]:
    """The answer of one read."""
    return VIEWS.get(do, object_lines)(found)


def log_rows(found: Iterable[Row]) -> Iterator[str]:
    """`log`: who recorded what when, and below it the event's plain facts; on a narrow terminal more goes below."""
    columns = [
        Column("n", lambda row: str(row["n"]), right=True),
        Column("recorded (JST)", lambda row: _in_japan(row["recorded_at"])),
        Column("effective", lambda row: row["effective_on"]),
    ]
    by = Column("by", lambda row: row["by"])
    event = Column("event", lambda row: row["type"])
    below: Callable[[Row], list[str]] = told
    if is_narrow(FOR_BY):
        below = partial(_above_told, ("type", "by", "stream"))
    elif is_narrow(FOR_EVENT):
        columns, below = [*columns, by], partial(_above_told, ("type", "stream"))
    elif is_narrow():
        columns, below = [*columns, by, event], partial(_above_told, ("stream",))
    else:
        columns = [*columns, by, Column("stream", lambda row: row["stream"]), event]
    return grid(columns, found, below=below, between=" ")


def _above_told(names: Sequence[str], event: Row) -> list[str]:
    """What has no column of its own, before the event's facts."""
    return [f"by={event['by']}" if name == "by" else event[name] for name in names] + told(event)


def log_line(event: Row) -> str:
    """One event of `log` on a line of its own, as it is printed while it comes in."""
    told = (event["effective_on"], event["by"], event["stream"], event["type"], brief(event))
    return visible("  ".join((f"{event['n']:>6}", _in_japan(event["recorded_at"]), *told)).rstrip())


def _in_japan(recorded_at: str) -> str:
    return datetime.fromisoformat(recorded_at).astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S")


def brief(event: Row) -> str:
    """What `told` tells, on one line."""
    return " ".join(told(event))


def told(event: Row) -> list[str]:
    """The plain facts of an event, and the sums of its amounts, each `name=value`; JSON has them all."""
    data = {**event["data"], "reason": event.get("reason", "")}
    plain = {name: value for name, value in data.items() if _is_plain(name, value)}
    for name in SUMMED:
        for part in data.get(name, []):
            for field in part:
                if field.endswith("_yen") and part[field]:
                    plain[field] = plain.get(field, 0) + part[field]
    return [f"{name}={text_of(name, value)}" for name, value in plain.items()]


def _is_plain(name: str, value: Any) -> bool:
    is_small = isinstance(value, str | int) or (isinstance(value, Mapping) and not is_rows(value))
    return is_small and not is_empty(value) and name not in IN_STREAM and not name.endswith("sha256")


def would_write(rows: Iterable[Row]) -> Iterator[str]:
    """The events a dry run would have recorded."""
    return grid(
        [
            Column("stream", lambda row: row["stream"]),
            Column("event", lambda row: row["type"]),
        ],
        rows,
        indent="  ",
        below=told,
        between=" ",
    )


def outcome_lines(found: Row) -> Iterator[str]:
    """`outcome`: that the command took effect, and what it gave."""
    about = found.get("grant") or found.get("project") or found.get("officer") or ""
    yield f"took effect: {found['do']} {about}".rstrip()
    yield from object_lines({"events": found["events"], **found["result"]})


VIEWS: dict[str, Callable[[Any], Iterator[str]]] = {
    "show": shown_lines,
    "list": grant_rows,
    "log": log_rows,
    "caps": caps_lines,
    "todo": todo_lines,
    "schemes": scheme_lines,
    "outcome": outcome_lines,
    "replay": replay_rows,
    "diff": diff_lines,
}
