"""The INLINE projections as rows: read for judging, written with a condition in the command's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lifecycle.aggregates.facts import Window
from lifecycle.errors import Busy
from lifecycle.projections.application_slots import Slots
from lifecycle.projections.cap_usage import Amounts, CapRow, Rows

CAP_COLUMNS = (
    '"window", rule, kind, period, strength, limit_yen, source, fiscal_year, project, first_year, last_year, '
    "requested_yen, reserved_yen, used_yen, own_requested_yen, own_reserved_yen, own_used_yen, seq, freed_on"
)
CAP_SELECT = f'SELECT {CAP_COLUMNS} FROM cap_usage WHERE "window" >= ? AND "window" < ? ORDER BY "window"'
CAP_INSERT = f"INSERT INTO cap_usage (authority, {CAP_COLUMNS}) VALUES ({', '.join('?' * 20)})"
CAP_UPDATE = """
UPDATE cap_usage SET requested_yen = requested_yen + ?1, reserved_yen = reserved_yen + ?2, used_yen = used_yen + ?3,
    own_requested_yen = own_requested_yen + ?4, own_reserved_yen = own_reserved_yen + ?5,
    own_used_yen = own_used_yen + ?6, seq = ?7, freed_on = ?8{window}
WHERE "window" = ?9 AND seq < ?7 AND (?10 IS NULL OR used_yen + reserved_yen + ?2 + ?3 <= ?10)
"""
CAP_MOVE = CAP_UPDATE.format(window="")
CAP_REDRAW = CAP_UPDATE.format(
    window=", strength = ?11, limit_yen = ?12, rule = ?13, source = ?14, first_year = ?15, last_year = ?16"
)
"""Moves the amounts, and the window as well: its limit, or its years, are others than before."""
SLOTS_SELECT = (
    "SELECT ordinary, outside, ordinary_limit, outside_limit FROM application_slots "
    "WHERE authority = ? AND round = ?"
)
SLOTS_WRITE = """
INSERT INTO application_slots (authority, round, ordinary, outside, ordinary_limit, outside_limit)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (authority, round) DO UPDATE SET ordinary = excluded.ordinary, outside = excluded.outside,
    ordinary_limit = excluded.ordinary_limit, outside_limit = excluded.outside_limit
"""


def read_caps(connection: Any, authority: str) -> Rows:
    """Every cap row of one authority, by window."""
    return {row[0]: cap_row(row) for row in connection.execute(CAP_SELECT, beginning(authority))}


def beginning(authority: str) -> tuple[str, str]:
    """The bounds of the windows of one authority."""
    return f"{authority}/", f"{authority}/\U0010ffff"


def write_caps(connection: Any, before: Mapping[str, CapRow], after: Mapping[str, CapRow]) -> None:
    """Write changed rows in sorted order, each only if its hard limit still holds.

    Raises:
        Busy: another command has taken the room since it was judged; the whole decision is to be made again.
    """
    for name in sorted(after):
        if name in before:
            if not connection.execute(*_update(before[name], after[name])).rowcount:
                raise Busy(f"the cap {name} changed while this command was judged; nothing was written")
        else:
            connection.execute(CAP_INSERT, (after[name].authority, *columns(after[name])))


def read_slots(connection: Any, authority: str, round_: str) -> Slots:
    """Slots of one authority in one round."""
    row = connection.execute(SLOTS_SELECT, (authority, round_)).fetchone()
    return Slots(authority, round_, *row) if row else Slots(authority, round_)


def read_all_slots(connection: Any) -> dict[tuple[str, str], Slots]:
    """Slots of every authority and round."""
    sql = "SELECT authority, round, ordinary, outside, ordinary_limit, outside_limit FROM application_slots"
    return {(row[0], row[1]): Slots(*row) for row in connection.execute(sql)}


def write_slots(connection: Any, rows: Iterable[Slots]) -> None:
    """Write changed slots; the table's CHECK holds the limits."""
    for slots in rows:
        connection.execute(
            SLOTS_WRITE,
            (
                slots.authority,
                slots.round,
                slots.ordinary,
                slots.outside,
                slots.ordinary_limit,
                slots.outside_limit,
            ),
        )


def cap_row(row: tuple[Any, ...]) -> CapRow:
    """A stored row, whose columns are CAP_COLUMNS."""
    window = Window(
        window=row[0],
        rule=row[1],
        kind=row[2],
        period=row[3],
        strength=row[4],
        limit_yen=row[5],
        source=row[6],
        fiscal_year=row[7],
        project=row[8],
        first_year=row[9],
        last_year=row[10],
    )
    return CapRow(
        window, Amounts(*row[11:14]), Amounts(*row[14:17]), row[17], row[18] and date.fromisoformat(row[18])
    )


def columns(row: CapRow) -> tuple[Any, ...]:
    """The values of CAP_COLUMNS."""
    window, total, own = row.window, row.total, row.own
    return (
        window.window,
        window.rule,
        window.kind,
        window.period,
        window.strength,
        window.limit_yen,
        window.source,
        window.fiscal_year,
        window.project,
        window.first_year,
        window.last_year,
        total.requested_yen,
        total.reserved_yen,
        total.used_yen,
        own.requested_yen,
        own.reserved_yen,
        own.used_yen,
        row.seq,
        row.freed_on and row.freed_on.isoformat(),
    )


def _update(before: CapRow, after: CapRow) -> tuple[str, tuple[Any, ...]]:
    window, total, own = after.window, after.total - before.total, after.own - before.own
    moves = (
        total.requested_yen,
        total.reserved_yen,
        total.used_yen,
        own.requested_yen,
        own.reserved_yen,
        own.used_yen,
        after.seq,
        after.freed_on and after.freed_on.isoformat(),
        window.window,
        bound_yen(window, total),
    )
    if window == before.window:
        return CAP_MOVE, moves
    redrawn = (
        window.strength,
        window.limit_yen,
        window.rule,
        window.source,
        window.first_year,
        window.last_year,
    )
    return CAP_REDRAW, moves + redrawn


def bound_yen(window: Window, taken: Amounts) -> int | None:
    """The limit that a change must find room under; None when it takes no room, or the limit is no hard one."""
    grows = taken.reserved_yen + taken.used_yen > 0
    return window.limit_yen if grows and window.strength == "hard" else None
