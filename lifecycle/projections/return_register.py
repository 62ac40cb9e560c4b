"""債権管理簿: every return order: why, how much, by when, what was paid of it, and add-on and late money."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates import Grant
from lifecycle.aggregates.grant import OrderState
from lifecycle.projections.shape import History, Row, count, day, money, text

NAME = "return_register"
VERSION = 1
ARTICLES = {
    "overpayment": "18条2項",
    "revocation": "18条1項",
    "sub_grantee": "18条1項",
    "input_tax": "交付の条件",
    "revenue": "7条2項",
}
"""適正化法: where the duty to give back comes from."""

COLUMNS = (
    text("order", "返還命令", "order"),
    text("grant", "交付", "grant"),
    text("authority", "団体コード", "authority"),
    count("fiscal_year", "年度", "fiscal year"),
    text("title", "事業名", "title"),
    text("basis", "事由", "basis"),
    text("article", "根拠条項", "article"),
    text("fault", "帰責", "fault"),
    day("ordered_on", "命令日", "ordered on"),
    day("due_on", "納期限", "due on"),
    money("amount_yen", "命令額", "ordered"),
    money("paid_yen", "納付額", "paid back"),
    money("principal_left_yen", "未納額", "principal left"),
    day("last_paid_on", "最終納付日", "last paid on"),
    day("assessed_on", "加算金等決定日", "assessed on"),
    money("addon_yen", "加算金", "add-on"),
    money("late_yen", "延滞金", "late money"),
    money("exempted_yen", "免除額", "exempted"),
    money("charges_paid_yen", "加算金等納付額", "charges paid"),
    money("charges_left_yen", "加算金等未納額", "charges left"),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each return order of a grant."""
    grant = history.aggregate
    if isinstance(grant, Grant):
        for order in grant.orders.values():
            yield {
                "order": order.id,
                "grant": grant.id,
                "authority": grant.authority,
                "fiscal_year": grant.fiscal_year,
                "title": grant.title,
                **_order(order),
            }


def _order(order: OrderState) -> Row:
    return {
        "basis": order.basis,
        "article": ARTICLES.get(order.basis, ""),
        "fault": order.fault,
        "ordered_on": order.ordered_on,
        "due_on": order.due_on,
        "amount_yen": order.amount_yen,
        "paid_yen": order.paid_yen,
        "principal_left_yen": order.principal_left_yen,
        "last_paid_on": max((payment.on for payment in order.payments), default=None),
        "assessed_on": order.assessed_on,
        "addon_yen": order.addon_yen,
        "late_yen": order.late_yen,
        "exempted_yen": order.exempted_addon_yen + order.exempted_late_yen,
        "charges_paid_yen": order.paid_addon_yen + order.paid_late_yen,
        "charges_left_yen": order.addon_due_yen + order.late_due_yen,
    }
