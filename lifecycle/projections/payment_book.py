"""支払簿: every payment out and every return that was paid in, on its day."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates import Grant
from lifecycle.projections.shape import History, Row, count, day, money, text
from lifecycle.values import fiscal_year_of

NAME = "payment_book"
VERSION = 1
COLUMNS = (
    text("grant", "交付", "grant"),
    count("line", "行", "line"),
    text("authority", "団体コード", "authority"),
    count("fiscal_year", "予算の年度", "fiscal year of the budget"),
    day("on", "支払日", "paid on"),
    count("month", "月（4月＝1）", "month, April = 1"),
    text("payment", "区分", "payment"),
    money("out_yen", "支払額", "paid out"),
    money("in_yen", "返納額", "paid back"),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each payment; 収益納付 (7条2項) is no return of the grant itself."""
    grant = history.aggregate
    if not isinstance(grant, Grant):
        return
    out = [(paid.on, paid.payment, paid.amount_yen, 0) for paid in grant.disbursements]
    orders = [order for order in grant.orders.values() if order.basis != "revenue"]
    back = [(paid.on, "return", 0, paid.amount_yen) for order in orders for paid in order.payments]
    for line, (on, payment, out_yen, in_yen) in enumerate(sorted(out + back, key=lambda one: one[0]), 1):
        yield {
            "grant": grant.id,
            "line": line,
            "authority": grant.authority,
            "fiscal_year": grant.fiscal_year,
            "on": on,
            "month": (fiscal_year_of(on) - grant.fiscal_year) * 12 + (on.month - 4) % 12 + 1,
            "payment": payment,
            "out_yen": out_yen,
            "in_yen": in_yen,
        }
