"""繰越計算書の基礎: every carry-over that was asked for: the sum, planned or by accident, its cause, its approval."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates import Grant
from lifecycle.projections.shape import History, Row, count, day, money, text

NAME = "carry_over_sheet"
VERSION = 1
COLUMNS = (
    text("grant", "交付", "grant"),
    count("line", "行", "line"),
    text("authority", "団体コード", "authority"),
    count("fiscal_year", "予算の年度", "fiscal year of the budget"),
    text("title", "事業名", "title"),
    text("kinds", "事業区分", "kinds"),
    text("basis", "種類", "basis"),
    text("cause", "事由", "cause"),
    money("asked_yen", "申請額", "asked for"),
    money("approved_yen", "承認額", "approved"),
    day("requested_on", "申請日", "requested on"),
    text("requested_by", "申請者", "requested by"),
    day("approved_on", "承認日", "approved on"),
    day("new_end_on", "完了予定日", "new end"),
    money("disbursed_yen", "支払済額", "disbursed"),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each carry-over; only the last one that is approved still counts."""
    grant = history.aggregate
    if not isinstance(grant, Grant):
        return
    carried = grant.sheets.carry_overs
    counting = next((one for one in reversed(carried) if one.approved_on), None)
    for line, one in enumerate(carried, 1):
        yield {
            "grant": grant.id,
            "line": line,
            "authority": grant.authority,
            "fiscal_year": grant.fiscal_year,
            "title": grant.title,
            "kinds": ", ".join(dict.fromkeys(c.kind for c in grant.components.values())),
            "basis": one.basis,
            "cause": one.cause,
            "asked_yen": one.amount_yen,
            "approved_yen": one.amount_yen if one is counting else 0,
            "requested_on": one.requested_on,
            "requested_by": one.requested_by,
            "approved_on": one.approved_on,
            "new_end_on": one.new_end_on,
            "disbursed_yen": grant.disbursed_yen if line == 1 else 0,
        }
