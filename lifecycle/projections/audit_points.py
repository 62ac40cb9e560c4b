"""突合の基礎: what the Board of Audit compares, for every grant that was decided.

The sum of the decisions is added up from the events and held against what the grant says it stands at; what was
paid is held against what may be kept; sub-grants, input tax and double funding are told as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates import Grant
from lifecycle.aggregates.grant import Status, works
from lifecycle.projections import grant_register
from lifecycle.projections.shape import History, Row, count, flag, money, text

NAME = "audit_points"
VERSION = 1
REPORTED = (Status.REPORTED, Status.SETTLED, Status.CLOSED)
DEAD = (Status.WITHDRAWN, Status.NOT_ADOPTED, Status.REJECTED)
COLUMNS = (
    text("grant", "交付", "grant"),
    text("authority", "団体コード", "authority"),
    count("fiscal_year", "年度", "fiscal year"),
    text("title", "事業名", "title"),
    text("status", "状態", "status"),
    text("programme", "制度", "programme"),
    text("application", "申請区分", "application"),
    text("kinds", "事業区分", "kinds"),
    money("decisions_yen", "決定の合計", "sum of the decisions"),
    money("standing_yen", "現在額", "standing"),
    money("net_paid_yen", "純支払額", "paid less returned"),
    money("ordered_left_yen", "返還命令の未納額", "ordered back and unpaid"),
    money("excess_yen", "命令のない過払額", "paid beyond, not ordered back"),
    flag("double_funding_checked", "重複確認", "double funding checked"),
    money("own_grant_yen", "自団体分", "own grant"),
    money("passed_down_yen", "都道府県経由分", "passed down"),
    money("checked_cost_yen", "確認した対象経費", "cost checked"),
    count("sub_grants_unpaid", "未交付の間接補助", "sub-grants unpaid"),
    money("sub_grants_unpaid_yen", "未交付額", "sub-grants unpaid, yen"),
    flag("reported", "実績報告済", "reported"),
    flag("settled", "額確定済", "settled"),
    flag("input_tax_reported", "消費税報告", "input tax reported"),
    money("contracts_yen", "契約額", "contracts"),
    money("actual_cost_yen", "実績経費", "actual cost"),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each grant that was decided and has not come to nothing."""
    grant = history.aggregate
    if not isinstance(grant, Grant) or grant.decided_on is None or grant.status in DEAD:
        return
    yield {
        "grant": grant.id,
        "authority": grant.authority,
        "fiscal_year": grant.fiscal_year,
        "title": grant.title,
        "status": grant.status.value,
        "programme": grant.programme,
        "application": grant.application,
        "kinds": ", ".join(dict.fromkeys(c.kind for c in grant.components.values() if c.committed_yen)),
        **_sums(history, grant),
        **_double_funding(history, grant),
        **_works(grant),
    }


def _sums(history: History, grant: Grant) -> Row:
    lines = list(grant_register.rows(history))
    taken = ("cancelled_yen", "void_yen", "decommitted_yen", "input_tax_yen")
    decisions_yen = sum(line["decided_yen"] + line["changed_yen"] for line in lines)
    orders = [order for order in grant.orders.values() if order.basis != "revenue"]
    return {
        "decisions_yen": decisions_yen - sum(line[name] for line in lines for name in taken),
        "standing_yen": grant.entitlement_yen,
        "net_paid_yen": grant.paid_net_yen,
        "ordered_left_yen": sum(order.principal_left_yen for order in orders),
        "excess_yen": grant.excess_yen,
    }


def _double_funding(history: History, grant: Grant) -> Row:
    checks = [told.event for told in history.told if isinstance(told.event, works.DoubleFundingChecked)]
    last = checks[-1] if checks else None
    return {
        "double_funding_checked": grant.sheets.double_funding is not None,
        "own_grant_yen": last.own_grant_yen if last else 0,
        "passed_down_yen": last.passed_down_yen if last else 0,
        "checked_cost_yen": last.eligible_cost_yen if last else 0,
    }


def _works(grant: Grant) -> Row:
    unpaid = [sub_grant for sub_grant in grant.sheets.sub_grants.values() if sub_grant.paid_on is None]
    return {
        "sub_grants_unpaid": len(unpaid),
        "sub_grants_unpaid_yen": sum(sub_grant.amount_yen for sub_grant in unpaid),
        "reported": grant.status in REPORTED,
        "settled": grant.settled_on is not None,
        "input_tax_reported": bool(grant.sheets.input_tax_reported_by),
        "contracts_yen": sum(contract.amount_yen for contract in grant.sheets.contracts),
        "actual_cost_yen": sum(c.actual_cost_yen or 0 for c in grant.components.values()),
    }
