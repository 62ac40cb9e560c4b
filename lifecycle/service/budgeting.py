"""予算年度: whether the budget that pays an advance, or what is set off against it, is still open."""

from __future__ import annotations

from datetime import date

from lifecycle.aggregates import Grant
from lifecycle.errors import Finding
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.rules.budget_year import CarriedOver, payment_findings
from lifecycle.rules.deadlines import pays_until
from lifecycle.service.desk import Desk, rules_of
from lifecycle.values import fiscal_year_ends


def budget_findings(desk: Desk, grant: Grant, amount_yen: int) -> list[Finding]:
    """Money that is paid before settlement needs an open budget; what settlement has fixed is owed, whenever paid."""
    if grant.settled_on:
        return []
    rules, on = rules_of(grant.programme), desk.act.on
    return payment_findings(rules, grant.fiscal_year, on, amount_yen, carried_on(grant, rules, on))


def carried_on(grant: Grant, rules: Rules, on: date) -> CarriedOver:
    """What was carried over and pays on a day: of the first until its budget closed, of the second from its year on."""
    times = len(grant.carry_overs_approved)
    own_closed, next_closed = (pays_until(rules, grant.fiscal_year + years) for years in (0, 1))
    if times <= 1:
        return CarriedOver(times, grant.carried_over_yen, max(0, grant.paid_net_between(own_closed)))
    second_yen, year_ends = grant.carried_over_yen, fiscal_year_ends(grant.fiscal_year + 1)
    if on <= year_ends:
        paid_yen = max(0, grant.paid_net_between(own_closed, year_ends))
        return CarriedOver(times, grant.carried_yen(1) - second_yen, paid_yen)
    rest_yen = max(
        0, grant.carried_left_yen(1, own_closed, year_ends) - second_yen
    )  # of the first, not carried on
    if on <= next_closed:
        return CarriedOver(times, rest_yen + second_yen, max(0, grant.paid_net_between(year_ends)))
    early_yen = max(0, grant.paid_net_between(year_ends, next_closed) - rest_yen)
    return CarriedOver(times, second_yen, early_yen + max(0, grant.paid_net_between(next_closed)))
