"""Two tellings of one cap row held against each other, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lifecycle.errors import Finding
from lifecycle.projections.application_slots import Slots
from lifecycle.projections.cap_usage import CapRow
from lifecycle.store import inline

Row = Mapping[str, Any]
"""A cap row by the names of its columns; a stored one may hold anything in them."""

Yen = tuple[Any, Any, Any]
"""What is requested, reserved and used, as a row has it."""

END = "the end of the log"

COLUMNS = tuple(name.strip(' "') for name in inline.CAP_COLUMNS.split(","))
BESIDE = (
    "authority",
    *(name for name in COLUMNS if name not in ("requested_yen", "reserved_yen", "used_yen")),
)
"""Every column but the amounts, which a message tells together."""

REMEDY = (
    "the log is right: stop writing, and make a new store from it, whose rows follow from it alone: "
    "grants export log -o LOG; grants --store NEW import log LOG"
)


def row_of(row: CapRow) -> Row:
    """A projected row as it would be stored."""
    return {"authority": row.authority, **dict(zip(COLUMNS, inline.columns(row), strict=True))}


def stored_findings(name: str, found: Row | None, expected: Row | None) -> Iterator[Finding]:
    """What the log adds up to and is not stored, and what else a stored row says than the log."""
    if found and expected and amounts_of(found) != amounts_of(expected):
        yield amounts_finding(END, name, amounts_of(found), amounts_of(expected), "stored row")
    yield from row_findings(name, found, expected, "stored row")


def row_findings(name: str, found: Row | None, expected: Row | None, what: str) -> Iterator[Finding]:
    """A row that is there and should not be, or should be and is not; and what it says beside its amounts."""
    if found and expected:
        others = [column for column in BESIDE if found[column] != expected[column]]
        if others:
            said, right = _said(found, others), _said(expected, others)
            yield _finding(f"{END} the {what} of {name} says {said}; the log says {right}")
    elif found or expected:
        yield amounts_finding(END, name, amounts_of(found), amounts_of(expected), what)


def amounts_of(row: Row | None) -> Yen | None:
    """What a row has of yen; None where there is no row."""
    return None if row is None else (row["requested_yen"], row["reserved_yen"], row["used_yen"])


def amounts_finding(where: str, name: str, found: Yen | None, expected: Yen | None, what: str) -> Finding:
    """Yen of a window that are not those of the log; None where there is no row."""
    return _finding(
        f"{where} the {what} of {name} holds {_told(found)}; the log adds up to {_told(expected)}"
    )


def slot_findings(name: str, found: Slots, expected: Slots) -> Iterator[Finding]:
    """申請件数: a stored row of slots is that of the log."""
    if (found.ordinary, found.outside) != (expected.ordinary, expected.outside):
        yield _finding(
            f"{END} the stored row of {name} holds {found.ordinary} new applications and "
            f"{found.outside} outside the limit; the log adds up to {expected.ordinary} and {expected.outside}",
            "reliability.md I17; seed G40, G41",
        )
    room, right = (
        (found.ordinary_limit, found.outside_limit),
        (expected.ordinary_limit, expected.outside_limit),
    )
    if room != right:
        yield _finding(
            f"{END} the stored row of {name} has room for {room[0]} new applications and {room[1]} outside the "
            f"limit; the log says {right[0]} and {right[1]}",
            "reliability.md I17; seed G40, G41",
        )


def _finding(message: str, source: str = "reliability.md I17") -> Finding:
    return Finding(rule="caps", strength="hard", source=source, message=f"at {message}", remedy=REMEDY)


def _told(amounts: Yen | None) -> str:
    if amounts is None:
        return "nothing"
    return "requested {}, reserved {}, used {} yen".format(*map(_figure, amounts))


def _figure(stored: Any) -> str:
    """A figure as people read it, and what is no figure as it stands there."""
    return f"{stored:,}" if isinstance(stored, int) else repr(stored)


def _said(row: Row, columns: list[str]) -> str:
    return ", ".join(f"{column} {_value(column, row[column])}" for column in columns)


def _value(column: str, stored: Any) -> str:
    if stored is None:
        return "nothing"
    return _figure(stored) if column.endswith("_yen") else str(stored)
