"""Money: paid, reported, settled."""

from __future__ import annotations

from fractions import Fraction

from lifecycle.commands.payment import Disburse, ReportCompletion, RequestAdvance, Settle
from lifecycle.rules import refuse_or_warn
from lifecycle.rules.settlement import settled_yen
from lifecycle.service.budgeting import budget_findings
from lifecycle.service.closed_types import refuse_closed
from lifecycle.service.closing import close_when_square
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.recovering import held_yen


class PayingRoom(Office):
    """支払・実績報告・額の確定."""

    @command("head")
    def request_advance(self, command: RequestAdvance, desk: Desk) -> Outcome:
        """概算払請求.

        Raises:
            NotFound, WrongStatus, OverDisbursed, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.request_advance(desk.act, needs_yen=dict(command.needs))
        result = {"grant": grant.id, "needs_yen": grant.sheets.advance_needs_yen}
        return Outcome({"grant": grant.id, "project": grant.project}, result=result)

    @command("disbursing_officer")
    def disburse(self, command: Disburse, desk: Desk) -> Outcome:
        """概算払・精算払.

        Raises:
            NotFound, WrongStatus, SameOfficer, OverDisbursed, TooEarly, TooLate.
        """
        grant = desk.grant(command.grant)
        refuse_closed(grant)
        held = held_yen(desk, grant)
        warnings = refuse_or_warn(budget_findings(desk, grant, command.amount_yen), {})
        grant.disburse(desk.act, amount_yen=command.amount_yen, payment=command.payment, held_yen=held)
        close_when_square(desk, grant)
        result = {
            "grant": grant.id,
            "payment": command.payment,
            "amount_yen": command.amount_yen,
            "disbursed_yen": grant.disbursed_yen,
            "undisbursed_yen": grant.entitlement_yen - grant.paid_net_yen,
        }
        return Outcome({"grant": grant.id, "project": grant.project}, warnings, result)

    @command("head")
    def report_completion(self, command: ReportCompletion, desk: Desk) -> Outcome:
        """実績報告.

        Raises:
            NotFound, WrongStatus, BadInput, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.report_completion(desk.act, actuals_yen=dict(command.actuals), evidence=list(command.evidence))
        result = {
            "grant": grant.id,
            "status": grant.status.value,
            "actual_cost_yen": sum(command.actuals.values()),
        }
        return Outcome({"grant": grant.id, "project": grant.project}, result=result)

    @command("approver")
    def settle(self, command: Settle, desk: Desk) -> Outcome:
        """額の確定: min(decided, floor of eligible actual cost x rate) per component.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        rules = rules_of(grant.programme)
        unit_yen = 1 if rules.is_closed else rules.setting_int("rounding_unit_settlement_yen")
        fixed_yen = {
            component.id: settled_yen(
                component.committed_yen,
                max(0, (component.actual_cost_yen or 0) - grant.ineligible_cost_yen(component.id)),
                Fraction(component.rate),
                unit_yen,
            )
            for component in grant.components.values()
        }
        grant.settle(desk.act, settled_yen=fixed_yen)
        close_when_square(desk, grant)
        result = {
            "grant": grant.id,
            "status": grant.status.value,
            "settled_yen": grant.settled_yen,
            "disbursed_yen": grant.disbursed_yen,
            "final_payment_yen": max(0, grant.settled_yen - grant.paid_net_yen),
            "decommitted_yen": grant.decommitted_yen,
            "overpaid_yen": grant.sheets.overpaid_at_settlement_yen,
            "ineligible_cost_yen": sum(grant.ineligible_cost_yen(c) for c in grant.components),
        }
        return Outcome({"grant": grant.id, "project": grant.project}, result=result)
