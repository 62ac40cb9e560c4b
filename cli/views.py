"""What reads answer, laid out for people: objects as labelled values and small tables, lists as one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cli import words
from cli.ink import ink
from cli.plain import cut
from cli.tables import Column, Fact, Row, facts, grid
from lifecycle.values import JAPAN

YEN_BY_NAME = ("deltas", "actuals", "amounts")
"""Objects of yen whose names do not say so."""

MOST_ON_A_LINE = 3
CHANGE = {"approved": "変更承認", "refused": "変更不承認", "requested": "申請中"}
BRIEF_WIDTH = 40
SAID_FIRST = ("status", "title", "imported", "imported_from")
FREE_TEXT = frozenset(
    (
        "title",
        "content",
        "reason",
        "name",
        "body",
        "opinion",
        "meeting",
        "url",
        "digest",
        "source",
        "sha256",
        "kind",
    )
)
"""Columns that give way on a narrow terminal; of a kind, its Japanese word goes first."""
IN_STREAM = ("authority", "project", "fiscal_year")
SUMMED = ("shares", "components", "released")
"""Lists of an event whose yen are added up for its line in `log`."""

IN_WORDS: dict[str, Callable[[Any], str]] = {
    "status": words.status,
    "grant_status": words.status,
    "kind": lambda kind: f"{kind} ({words.KINDS[kind]})" if kind in words.KINDS else str(kind),
    "tier": lambda tier: f"{tier} ({words.TIERS[tier]})" if tier in words.TIERS else str(tier),
    "strength": lambda strength: words.STRENGTHS.get(strength, strength),
}


def lines(do: str, found: Any) -> Iterator[str]:
    """The answer of one read."""
    return VIEWS.get(do, object_lines)(found)


# ---------------------------------------------------------------------- values


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


def text_of(name: str, value: Any) -> str:
    """A value in words."""
    if is_empty(value):
        return ""
    if name in IN_WORDS:
        return IN_WORDS[name](value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name.endswith("_yen"):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{key} {_part(name, key, part)}" for key, part in value.items() if not is_empty(part)
        )
    if isinstance(value, list):
        joint = "; " if any(isinstance(part, Mapping) for part in value) else ", "
        return joint.join(text_of("", part) for part in value)
    return str(value)


def is_money(name: str) -> bool:
    """True for a field that holds yen."""
    return name.endswith("_yen") or name in YEN_BY_NAME


def _part(name: str, key: str, value: Any) -> str:
    return text_of("each_yen" if is_money(name) else key, value)


# ---------------------------------------------------------------------- objects


def fact(name: str, value: Any) -> Fact:
    """A labelled value."""
    is_figure = name.endswith("_yen") and isinstance(value, int)
    return Fact(words.label(name), text_of(name, value) + (" yen" if is_figure else ""), is_figure)


def object_lines(found: Row, indent: str = "  ") -> Iterator[str]:
    """An object: its values one a line, then each of its tables."""
    tables = {name: rows_of(value) for name, value in found.items() if is_rows(value)}
    long = {name: value for name, value in found.items() if is_long(value)}
    plain = {name: value for name, value in found.items() if name not in tables and name not in long}
    yield from facts(
        [fact(name, value) for name, value in plain.items() if not is_empty(value)], indent=indent
    )
    for name, value in long.items():
        yield from ("", indent[2:] + ink(words.label(name), bold=True))
        each = "each_yen" if is_money(name) else ""
        yield from facts(
            [fact(each, part)._replace(label=words.LABELS.get(key, key)) for key, part in value.items()],
            indent=indent,
        )
    for name, rows in tables.items():
        yield from ("", indent[2:] + ink(words.label(name), bold=True))
        yield from grant_rows(rows, indent=indent) if name == "grants" else rows_lines(rows, indent)


def rows_lines(rows: Sequence[Row], indent: str) -> Iterator[str]:
    """Rows as a table; rows that hold tables themselves, one after the other."""
    if max(sum(map(is_rows, row.values())) for row in rows) < 2:
        yield from table_of(rows, indent=indent)
        return
    for row in rows:
        name, value = next(iter(row.items()))
        yield indent + ink(f"{words.label(name)} {text_of(name, value)}", bold=True)
        yield from object_lines({key: part for key, part in row.items() if key != name}, indent + "  ")


def table_of(rows: Iterable[Row], *, indent: str = "") -> Iterator[str]:
    """A table of all the fields that any row fills."""
    unfolded = [line for row in rows for line in _unfolded(row)]
    names = dict.fromkeys(
        name for row in unfolded for name, value in row.items() if value and not is_empty(value)
    )
    return grid([column(name) for name in names], unfolded, indent=indent)


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


def column(name: str, heading: str | None = None) -> Column:
    """The column of a field; figures stand at the right."""
    is_figure = name.endswith("_yen")
    text = heading or words.heading(name)
    return Column(text, lambda row: text_of(name, row.get(name)), is_figure, gives=name in FREE_TEXT)


def shown_lines(found: Row) -> Iterator[str]:
    """`show`: what it is and its state, then everything about it."""
    key = next(iter(found))
    found = of_change(found) if key == "change" else found
    rest = {name: value for name, value in found.items() if name not in (key, *SAID_FIRST)}
    state = f"  {words.status(found['status'])}" if "status" in found else ""
    yield ink(f"{found[key]}{state}", bold=True)
    if found.get("title"):
        yield found["title"]
    yield from elsewhere_lines(found)
    yield from object_lines(rest)


def elsewhere_lines(found: Row) -> Iterator[str]:
    """A decision from elsewhere says so wherever it is shown."""
    if found.get("imported_from"):
        yield ink(f"decided elsewhere (既決定の取込み): {found['imported_from']}", fg="yellow")
    elif found.get("imported"):
        yield ink("decided elsewhere (既決定の取込み)", fg="yellow")


# ---------------------------------------------------------------------- lists


def grant_rows(found: Iterable[Row], *, indent: str = "") -> Iterator[str]:
    """`list`: one grant a line."""
    return grid(
        [
            column("grant", "grant"),
            column("authority_name", "authority"),
            column("status", "status"),
            column("requested_yen", "requested"),
            column("committed_yen", "committed"),
            column("settled_yen", "settled"),
            Column("title", _title, gives=True),
        ],
        found,
        indent=indent,
    )


def _title(row: Row) -> str:
    mark = "[elsewhere 取込み] " if row.get("imported_from") else ""
    return mark + str(row.get("title", ""))


def log_rows(found: Iterable[Row]) -> Iterator[str]:
    """`log`: who recorded what when, and below it the event's plain facts."""
    return grid(
        [
            Column("n", lambda row: str(row["n"]), right=True),
            Column("recorded (JST)", lambda row: _in_japan(row["recorded_at"])),
            Column("effective", lambda row: row["effective_on"]),
            Column("by", lambda row: row["by"]),
            Column("stream", lambda row: row["stream"]),
            Column("event", lambda row: row["type"]),
        ],
        found,
        below=brief,
    )


def _in_japan(recorded_at: str) -> str:
    return datetime.fromisoformat(recorded_at).astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S")


def brief(event: Row) -> str:
    """The plain facts of an event on one line, and the sums of its amounts; JSON has them all."""
    data = {**event["data"], "reason": event.get("reason", "")}
    plain = {name: value for name, value in data.items() if _is_plain(name, value)}
    for name in SUMMED:
        for part in data.get(name, []):
            for field in part:
                if field.endswith("_yen") and part[field]:
                    plain[field] = plain.get(field, 0) + part[field]
    return " ".join(f"{name}={cut(text_of(name, value), BRIEF_WIDTH)}" for name, value in plain.items())


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
        below=brief,
    )


# ---------------------------------------------------------------------- caps


def caps_lines(found: Row) -> Iterator[str]:
    """`caps`: each window on two lines, its figures and the rule behind it."""
    tier = text_of("tier", found.get("tier"))
    yield ink(f"caps of {found.get('name', '')} {found['authority']}, {tier}", bold=True)
    if found.get("as_of") is not None:
        point = found["as_of"]
        yield f"as of event {point}" if isinstance(point, int) else f"as of {point}"
    yield ""
    figures = ("limit_yen", "used_yen", "reserved_yen", "room_yen")
    columns = [
        Column("window (枠)", _window),
        *(Column(_heading(name), _figure(name), right=True) for name in figures),
    ]
    yield from grid(columns, found["windows"], below=_rule)
    if any(window["limit_yen"] is None for window in found["windows"]):
        yield from (
            "",
            "undetermined (未確定): an approver has to confirm the caps of the programme version first",
        )
    if found.get("slots"):
        yield from ("", ink("new applications (新規申請の件数)", bold=True))
        yield from grid(SLOTS, found["slots"], indent="  ")


def _rule(window: Row) -> str:
    """The Japanese word for the kind, the plan that a window is about, and the rule; the widest goes below."""
    about = words.KINDS.get(window["kind"], "")
    if window.get("project"):
        years = f" ({window['first_year']}-{window['last_year']})" if window["period"] == "plan" else ""
        about += f", {window['project']}{years}"
    return f"{about}; {window['rule']}: {words.CAP_STRENGTHS[window['strength']]}, {window['source']}"


def _heading(name: str) -> str:
    return {"limit_yen": "limit", "used_yen": "used", "reserved_yen": "reserved", "room_yen": "room"}[name]


def _figure(name: str) -> Callable[[Row], str]:
    return lambda window: "undetermined" if window[name] is None else f"{window[name]:,}"


def _window(window: Row) -> str:
    where = f"FY{window['fiscal_year']}" if "fiscal_year" in window else window["period"]
    return f"{window['kind']}, {where}"


SLOTS = [
    Column("round", lambda row: row["round"]),
    Column("used", lambda row: str(row["ordinary"]), right=True),
    Column("of", lambda row: str(row["ordinary_limit"]), right=True),
    Column("outside the limit", lambda row: str(row["outside"]), right=True),
    Column("of", lambda row: str(row["outside_limit"]), right=True),
]


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
    "outcome": outcome_lines,
}
