"""While the work goes on: double funding, contracts, minor changes, carry-over, sub-grants, reports, orders."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.aggregates import Grant, Project
from lifecycle.commands.works import (
    Abolish,
    ApproveCarryOver,
    CheckDoubleFunding,
    CommitSubGrant,
    NotifyMinorChange,
    OrderCompliance,
    PaySubGrant,
    RecordContract,
    ReportDelay,
    ReportProgress,
    ReportYearEnd,
    RequestCarryOver,
    Resume,
    Suspend,
)
from lifecycle.errors import BadInput, Finding, NotFound
from lifecycle.rules import refuse_or_warn, works
from lifecycle.rules.budget_year import commitment_findings
from lifecycle.rules.deadlines import pays_until
from lifecycle.rules.dispositions import unreasoned_findings
from lifecycle.rules.look_alikes import look_alike_findings
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.left_alone import left_alone_findings


class WorkingRoom(Office):
    """遂行."""

    @command("officer")
    def check_double_funding(self, command: CheckDoubleFunding, desk: Desk) -> Outcome:
        """重複・二重交付の確認.

        Raises:
            NotFound, DoubleFunding, WrongStatus, TooEarly.
        """
        grant = desk.grant(command.grant)
        facts = {
            "own_grant_yen": command.own_grant_yen,
            "passed_down_yen": command.passed_down_yen,
            "eligible_cost_yen": command.eligible_cost_yen,
        }
        refuse_or_warn(works.double_funding_findings(rules_of(grant.programme), **facts), {})
        grant.check_double_funding(desk.act, **facts)
        total_yen = command.own_grant_yen + command.passed_down_yen
        return _outcome(grant, {"total_yen": total_yen, **facts})

    @command("preparer")
    def record_contract(self, command: RecordContract, desk: Desk) -> Outcome:
        """契約; one signed before the decision is recorded with a warning: its cost is ineligible.

        Raises:
            NotFound, BadInput, WrongStatus, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.record_contract(
            desk.act,
            component=command.component,
            party=command.party,
            amount_yen=command.amount_yen,
            signed_on=command.signed_on,
        )
        ineligible_yen = grant.ineligible_cost_yen(command.component)
        early = grant.decided_on is not None and command.signed_on < grant.decided_on
        result = {"component": command.component, "ineligible_cost_yen": ineligible_yen}
        return _outcome(grant, result, [_early_contract(grant, command)] if early else [])

    @command("preparer")
    def notify_minor_change(self, command: NotifyMinorChange, desk: Desk) -> Outcome:
        """軽微な変更.

        Raises:
            NotFound, BadInput, PriorApprovalNeeded, WrongStatus, TooEarly, RoleMissing.
        """
        if command.from_item == command.to_item:
            raise BadInput(f"item {command.from_item} can't be moved to itself")
        grant = desk.grant(command.grant)
        project = desk.project(grant.project)
        component, moved_yen = command.component, command.amount_yen
        planned_from_yen = _planned_yen(grant, project, component, command.from_item)
        planned_to_yen = _planned_yen(grant, project, component, command.to_item)
        from_yen = grant.item_yen(component, command.from_item, planned_from_yen) - moved_yen
        to_yen = grant.item_yen(component, command.to_item, planned_to_yen) + moved_yen
        found = works.minor_change_findings(
            rules_of(grant.programme),
            grant.id,
            from_yen=planned_from_yen,
            to_yen=planned_to_yen,
            amount_yen=max(moved_yen, abs(from_yen - planned_from_yen), abs(to_yen - planned_to_yen)),
        )
        refuse_or_warn(found, {})
        grant.notify_minor_change(
            desk.act,
            component=command.component,
            from_item=command.from_item,
            to_item=command.to_item,
            amount_yen=command.amount_yen,
        )
        return _outcome(grant, {"from_item_yen": from_yen, "to_item_yen": to_yen})

    @command("head")
    def request_carry_over(self, command: RequestCarryOver, desk: Desk) -> Outcome:
        """繰越申請.

        Raises:
            NotFound, WrongStatus, CarryOverRepeated, OverDisbursed, BadInput, TooLate, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.request_carry_over(
            desk.act,
            amount_yen=command.amount_yen,
            basis=command.basis,
            cause=command.cause,
            new_end_on=command.new_end_on,
            closed_on=pays_until(rules_of(grant.programme), grant.fiscal_year),
        )
        return _outcome(grant, {"amount_yen": command.amount_yen, "basis": command.basis})

    @command("approver")
    def approve_carry_over(self, command: ApproveCarryOver, desk: Desk) -> Outcome:
        """繰越承認: no cap moves; the money stays in its own year.

        Raises:
            NotFound, WrongStatus, SameOfficer, OverDisbursed, TooEarly.
        """
        grant = desk.grant(command.grant)
        rules = rules_of(grant.programme)
        grant.approve_carry_over(desk.act, closed_on=pays_until(rules, grant.fiscal_year))
        warnings = commitment_findings(rules, _carried_from(grant), desk.act.on)
        return _outcome(grant, {"carried_over_yen": grant.carried_over_yen}, warnings)

    @command("preparer")
    def commit_sub_grant(self, command: CommitSubGrant, desk: Desk) -> Outcome:
        """間接補助金の決定.

        Raises:
            NotFound, WrongStatus, AlreadyRecorded, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        alike = look_alike_findings("sub-grant", command.sub_grant, grant.sheets.sub_grants)
        grant.commit_sub_grant(
            desk.act, sub_grant=command.sub_grant, payee=command.payee, amount_yen=command.amount_yen
        )
        sub_grants_yen = sum(sub_grant.amount_yen for sub_grant in grant.sheets.sub_grants.values())
        eligible_yen = sum(component.eligible_cost_yen for component in grant.components.values())
        warnings = works.sub_grant_findings(sub_grants_yen=sub_grants_yen, eligible_cost_yen=eligible_yen)
        told = {"sub_grant": command.sub_grant, "unpaid_yen": _unpaid_yen(grant)}
        return _outcome(grant, told, alike + warnings)

    @command("preparer")
    def pay_sub_grant(self, command: PaySubGrant, desk: Desk) -> Outcome:
        """間接補助金の交付.

        Raises:
            NotFound, AlreadyRecorded, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.pay_sub_grant(desk.act, sub_grant=command.sub_grant, evidence=command.evidence)
        return _outcome(grant, {"sub_grant": command.sub_grant, "unpaid_yen": _unpaid_yen(grant)})

    @command("preparer")
    def report_progress(self, command: ReportProgress, desk: Desk) -> Outcome:
        """状況報告.

        Raises:
            NotFound, WrongStatus, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.report_progress(
            desk.act,
            percent=command.percent,
            spent_yen=command.spent_yen,
            forecast_yen=command.forecast_yen,
            risks=command.risks,
        )
        return _outcome(grant, {"percent": command.percent})

    @command("preparer")
    def report_delay(self, command: ReportDelay, desk: Desk) -> Outcome:
        """事故報告.

        Raises:
            NotFound, WrongStatus, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.report_delay(
            desk.act,
            cause=command.cause,
            new_end_on=command.new_end_on,
            amount_yen=command.amount_yen,
        )
        return _outcome(grant, {"new_end_on": command.new_end_on})

    @command("head")
    def report_year_end(self, command: ReportYearEnd, desk: Desk) -> Outcome:
        """年度終了報告.

        Raises:
            NotFound, WrongStatus, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.report_year_end(
            desk.act,
            spent_yen=command.spent_yen,
            forecast_yen=command.forecast_yen,
            content=command.content,
        )
        return _outcome(grant, {"spent_yen": command.spent_yen})

    @command("approver")
    def order_compliance(self, command: OrderCompliance, desk: Desk) -> Outcome:
        """遂行命令.

        Raises:
            NotFound, ReasonMissing, WrongStatus, SameOfficer, BadInput, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.order_compliance(desk.act, demand=command.act, due_on=command.due_on)
        return _outcome(grant, {"due_on": command.due_on})

    @command("approver")
    def suspend(self, command: Suspend, desk: Desk) -> Outcome:
        """一時停止.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.suspend(desk.act)
        return _outcome(grant, {}, unreasoned_findings(desk.act.reason, grant.id))

    @command("approver")
    def resume(self, command: Resume, desk: Desk) -> Outcome:
        """再開.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.resume(desk.act)
        return _outcome(grant, {})

    @command("approver")
    def abolish(self, command: Abolish, desk: Desk) -> Outcome:
        """廃止承認.

        Raises:
            NotFound, WrongStatus, SameOfficer, OverDisbursed, TooEarly.
        """
        grant = desk.grant(command.grant)
        released_yen = grant.abolish(desk.act, amount_yen=command.amount_yen)
        left_yen = {component.id: component.committed_yen for component in grant.components.values()}
        told = {"released_yen": released_yen, "committed_yen": grant.committed_yen}
        return _outcome(
            grant,
            told,
            unreasoned_findings(desk.act.reason, grant.id) + left_alone_findings(desk, grant, left_yen),
        )


def _planned_yen(grant: Grant, project: Project, component: str, item: str) -> int:
    for planned in project.components:
        for cost in planned.items:
            if (planned.id, cost.id, cost.fiscal_year) == (component, item, grant.fiscal_year):
                return cost.cost_yen
    raise NotFound(f"component {component} of {grant.id} has no cost item {item}")


def _carried_from(grant: Grant) -> int:
    """The fiscal year out of which the last approved carry-over goes; it is approved before that year ends."""
    return grant.fiscal_year + len(grant.carry_overs_approved) - 1


def _unpaid_yen(grant: Grant) -> int:
    return sum(s.amount_yen for s in grant.sheets.sub_grants.values() if s.paid_on is None)


def _early_contract(grant: Grant, command: RecordContract) -> Finding:
    return Finding(
        rule="contract_before_decision",
        strength="warning",
        source="lifecycle.md event 18 [A]",
        message=f"the contract of {command.signed_on} was signed before the decision of {grant.decided_on}; "
        f"its {command.amount_yen:,} yen are no eligible cost",
        remedy="settlement leaves them out",
    )


def _outcome(grant: Grant, result: Mapping[str, object], warnings: list[Finding] | None = None) -> Outcome:
    told = {"grant": grant.id, "status": grant.status.value, **result}
    return Outcome({"grant": grant.id, "project": grant.project}, warnings or [], told)
