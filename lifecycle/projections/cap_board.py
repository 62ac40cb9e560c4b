"""上限管理表の基礎: every cap window of every authority: what is asked, reserved and used, of which limit.

The same fold as the rows that commands are judged by (cap_usage), so the two are held against one another.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates import EVENTS, Event
from lifecycle.aggregates.facts import Window
from lifecycle.projections import cap_usage
from lifecycle.projections.cap_usage import Amounts, CapRow, Rows
from lifecycle.projections.shape import Held, Row, count, day, money, text
from lifecycle.values import authority_of

NAME = "cap_board"
VERSION = 1
ACTS = True
COLUMNS = (
    text("window", "枠", "window"),
    text("authority", "団体コード", "authority"),
    text("rule", "規則", "rule"),
    text("kind", "事業区分", "kind"),
    text("period", "期間", "period"),
    text("strength", "強さ", "strength"),
    money("limit_yen", "上限", "limit", sums=False),
    text("source", "出典", "source"),
    count("fiscal_year", "年度", "fiscal year"),
    text("project", "実施計画", "project"),
    count("first_year", "開始年度", "first year"),
    count("last_year", "終了年度", "last year"),
    money("requested_yen", "申請中", "requested"),
    money("reserved_yen", "採択額", "reserved"),
    money("used_yen", "使用済", "used"),
    money("own_requested_yen", "うち自計画の申請中", "own plan requested"),
    money("own_reserved_yen", "うち自計画の採択額", "own plan reserved"),
    money("own_used_yen", "うち自計画の使用済", "own plan used"),
    count("seq", "記録数", "events"),
    day("freed_on", "最終解放日", "room came back on"),
)


def held(rows: list[Row]) -> Rows:
    """An authority's windows."""
    return {row["window"]: _cap_row(row) for row in rows}


def lines(subject: str, held: Rows) -> list[Row]:
    """An authority's windows as rows."""
    del subject  # each window names its authority
    return [_row(held[window]) for window in sorted(held)]


def _add(held: Held, stream: str, event: Event) -> None:
    windows = held[authority_of(stream)]
    windows |= cap_usage.apply(windows, event)


READS = {event: _add for _, event in EVENTS.values() if cap_usage.moves_caps(event)}
"""Every event that moves caps."""


def _row(row: CapRow) -> Row:
    window = row.window
    return {
        "window": window.window,
        "authority": row.authority,
        "rule": window.rule,
        "kind": window.kind,
        "period": window.period,
        "strength": window.strength,
        "limit_yen": window.limit_yen,
        "source": window.source,
        "fiscal_year": window.fiscal_year,
        "project": window.project,
        "first_year": window.first_year,
        "last_year": window.last_year,
        **_amounts("", row.total),
        **_amounts("own_", row.own),
        "seq": row.seq,
        "freed_on": row.freed_on,
    }


def _amounts(head: str, amounts: Amounts) -> dict[str, int]:
    return {
        f"{head}requested_yen": amounts.requested_yen,
        f"{head}reserved_yen": amounts.reserved_yen,
        f"{head}used_yen": amounts.used_yen,
    }


def _cap_row(row: Row) -> CapRow:
    """A row as it was before; a date may have become text in between."""
    told: dict[str, Any] = {name: row[name] for name in Window.__struct_fields__}
    freed_on = row["freed_on"]
    return CapRow(
        Window(**told),
        Amounts(row["requested_yen"], row["reserved_yen"], row["used_yen"]),
        Amounts(row["own_requested_yen"], row["own_reserved_yen"], row["own_used_yen"]),
        row["seq"],
        date.fromisoformat(freed_on) if isinstance(freed_on, str) else freed_on,
    )
