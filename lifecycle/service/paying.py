"""Money: paid, reported, settled, ordered back, returned."""

from __future__ import annotations

from fractions import Fraction

from lifecycle.commands.payment import Disburse, OrderReturn, RecordReturn, ReportCompletion, Settle
from lifecycle.rules.settlement import settled_yen
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of


class PayingRoom(Office):
    """支払・実績報告・額の確定・返還."""

    @command("disbursing_officer")
    def disburse(self, command: Disburse, desk: Desk) -> Outcome:
        """概算払・精算払.

        Raises:
            NotFound, WrongStatus, SameOfficer, OverDisbursed, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.disburse(desk.act, amount_yen=command.amount_yen, payment=command.payment)
        bound_yen = grant.settled_yen if grant.settled_on else grant.committed_yen
        result = {
            "grant": grant.id,
            "payment": command.payment,
            "amount_yen": command.amount_yen,
            "disbursed_yen": grant.disbursed_yen,
            "undisbursed_yen": bound_yen - grant.disbursed_yen,
        }
        return Outcome({"grant": grant.id, "project": grant.project}, result=result)

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
        """額の確定: min(decided, floor of actual cost x rate) per component.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        rules = rules_of(grant.programme)
        unit_yen = 1 if rules.is_closed else rules.setting_int("rounding_unit_settlement_yen")
        fixed_yen = {
            component.id: settled_yen(
                component.committed_yen, component.actual_cost_yen or 0, Fraction(component.rate), unit_yen
            )
            for component in grant.components.values()
        }
        grant.settle(desk.act, settled_yen=fixed_yen)
        result = {
            "grant": grant.id,
            "status": grant.status.value,
            "settled_yen": grant.settled_yen,
            "disbursed_yen": grant.disbursed_yen,
            "final_payment_yen": max(0, grant.settled_yen - grant.disbursed_yen),
            "decommitted_yen": grant.decommitted_yen,
            "overpaid_yen": grant.overpaid_yen,
        }
        return Outcome({"grant": grant.id, "project": grant.project}, result=result)

    @command("approver")
    def order_return(self, command: OrderReturn, desk: Desk) -> Outcome:
        """返還命令.

        Raises:
            NotFound, WrongStatus, SameOfficer, OverReturned, BadInput, TooEarly.
        """
        grant = desk.grant(command.grant)
        order = grant.order_return(
            desk.act, basis=command.basis, amount_yen=command.amount_yen, due_on=command.due_on
        )
        result = {
            "order": order,
            "basis": command.basis,
            "amount_yen": command.amount_yen,
            "due_on": command.due_on,
        }
        return Outcome({"order": order, "grant": grant.id, "project": grant.project}, result=result)

    @command("revenue_officer")
    def record_return(self, command: RecordReturn, desk: Desk) -> Outcome:
        """納付.

        Raises:
            NotFound, OverReturned, TooEarly.
        """
        grant = desk.grant(command.order.rpartition("/")[0])
        left_yen = grant.record_return(desk.act, order=command.order, amount_yen=command.amount_yen)
        result = {
            "order": command.order,
            "paid_yen": grant.orders[command.order].paid_yen,
            "principal_left_yen": left_yen,
            "returned_yen": grant.returned_yen,
        }
        return Outcome({"order": command.order, "grant": grant.id, "project": grant.project}, result=result)
