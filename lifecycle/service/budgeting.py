"""予算年度: whether the budget that pays an advance, or what is set off against it, is still open."""

from __future__ import annotations

from lifecycle.aggregates import Grant
from lifecycle.errors import Finding
from lifecycle.rules.budget_year import CarriedOver, payment_findings
from lifecycle.rules.deadlines import pays_until
from lifecycle.service.desk import Desk, rules_of


def budget_findings(desk: Desk, grant: Grant, amount_yen: int) -> list[Finding]:
    """Money that is paid before settlement needs an open budget; what settlement has fixed is owed, whenever paid."""
    if grant.settled_on:
        return []
    rules = rules_of(grant.programme)
    closed = pays_until(rules, grant.fiscal_year)
    paid_yen = sum(payment.amount_yen for payment in grant.disbursements if payment.on > closed)
    carried = CarriedOver(len(grant.carry_overs_approved), grant.carried_over_yen, paid_yen)
    return payment_findings(rules, grant.fiscal_year, desk.act.on, amount_yen, carried)
