"""Decisions: adopted, approved, rejected."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lifecycle.aggregates import Grant, Project, ProjectYear
from lifecycle.aggregates.base import refuse_before
from lifecycle.aggregates.grant import Status
from lifecycle.commands.decision import (
    Adopt,
    Approve,
    NotAdopt,
    Reject,
)
from lifecycle.errors import AboveRequest, BadInput, Finding, SameOfficer
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.rules import caps, eligibility, refuse_or_warn
from lifecycle.rules.budget_year import commitment_findings
from lifecycle.rules.deadlines import last_day
from lifecycle.rules.dispositions import unreasoned_findings
from lifecycle.service import judging
from lifecycle.service.continuing_application import whole_plan_yen
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.office import rules_digest
from lifecycle.values import Kind, yen

TALENT = "talent"
"""A talent case: no score, no certificate and no cap but its own (seed P05, P06)."""


class DecidingRoom(Office):
    """採択・交付決定."""

    @command("approver")
    def adopt(self, command: Adopt, desk: Desk) -> Outcome:
        """採択: reserves the amount under every cap.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly, BadInput, AboveRequest, RateTooHigh,
            CombinationRequired, ProgrammeUndetermined, CapExceeded, GuidelineUnjustified.
        """
        grant = desk.grant(command.grant)
        refuse_reporter(desk, desk.project(grant.project))
        grant.refuse_unless_decidable(desk.act, doing="adopt")
        rules = rules_of(grant.programme)
        amounts_yen = _amounts(grant, rules, command.amounts)
        justifications = {**grant.justifications, **command.justifications}
        judged = _Judged(desk, grant, rules, amounts_yen, justifications)
        warnings = judged.judge(commitment_findings(rules, grant.fiscal_year, desk.act.on))
        grant.adopt(
            desk.act,
            amounts_yen=amounts_yen,
            programme=rules.id,
            rules_sha256=rules_digest(rules),
            windows=judged.windows,
            justifications=justifications,
        )
        result = {"grant": grant.id, "status": grant.status.value, "reserved_yen": grant.reserved_yen}
        return Outcome({"grant": grant.id, "project": grant.project}, warnings, result)

    @command("approver")
    def not_adopt(self, command: NotAdopt, desk: Desk) -> Outcome:
        """不採択.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        refuse_reporter(desk, desk.project(grant.project))
        grant.not_adopt(desk.act)
        return _status(grant, unreasoned_findings(desk.act.reason, grant.id))

    @command("approver")
    def approve(self, command: Approve, desk: Desk) -> Outcome:
        """交付決定: four scores, a certified plan, and room under every cap.

        Raises:
            As `adopt`, and CriteriaIncomplete, PlanNotCertified.
        """
        grant = desk.grant(command.grant)
        grant.refuse_unless_decidable(desk.act, doing="approve")
        project = desk.project(grant.project)
        refuse_reporter(desk, project)
        if project.certified_on:
            refuse_before(project.certified_on, desk.act.on, f"the certificate of {project.id}")
        rules = rules_of(grant.programme)
        amounts_yen = _amounts(grant, rules, command.amounts)
        justifications = {**grant.justifications, **command.justifications}
        judged = _Judged(desk, grant, rules, amounts_yen, justifications)
        warnings = judged.judge(
            _reviewed(grant, project, rules) + commitment_findings(rules, grant.fiscal_year, desk.act.on)
        )
        grant.approve(
            desk.act,
            amounts_yen=amounts_yen,
            programme=rules.id,
            rules_sha256=rules_digest(rules),
            windows=judged.windows,
            justifications=justifications,
            conditions=list(command.conditions),
            decision_no=command.decision_no,
            withdrawable_until=last_day(desk.act.on, rules.setting_int("withdrawal_days")),
        )
        return decided(grant, warnings)

    @command("approver")
    def reject(self, command: Reject, desk: Desk) -> Outcome:
        """不交付決定.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        refuse_reporter(desk, desk.project(grant.project))
        grant.reject(desk.act)
        return _status(grant, unreasoned_findings(desk.act.reason, grant.id))


class _Judged:
    """A decision on an application, held against the caps without what it holds itself."""

    def __init__(
        self,
        desk: Desk,
        grant: Grant,
        rules: Rules,
        amounts_yen: Mapping[str, int],
        justifications: Mapping[str, str],
    ) -> None:
        self.desk, self.grant, self.rules = desk, grant, rules
        self.amounts_yen, self.justifications = amounts_yen, justifications
        place = judging.place_of(desk, desk.project(grant.project), grant.fiscal_year)
        kinds = () if grant.application == TALENT else (c.kind for c in grant.components.values())
        self.windows = judging.windows(desk, rules, place, kinds)

    def judge(self, found: list[Finding] | None = None) -> list[Finding]:
        """Returns the guidelines passed with a reason; refuses otherwise."""
        asked_yen = judging.yen_by_kind(self.grant, self.amounts_yen)
        held = judging.held_by(self.grant)
        places = judging.filled(self.desk, self.grant.authority, self.windows, held, self.desk.act.on)
        places = caps.asked_for(places, asked_yen)
        whole_yen = whole_plan_yen(self.desk, self.grant, self.amounts_yen)
        found = [*(found or []), *eligibility.combination_findings(self.rules, whole_yen)]
        return judging.told_or_refused(
            self.desk, self.grant.authority, self.rules, found, places, asked_yen, self.justifications
        )


def _reviewed(grant: Grant, project: Project, rules: Rules) -> list[Finding]:
    """What the review of an application has to come to; a talent case has none."""
    if grant.application == TALENT:
        return []
    return [
        *eligibility.criteria_findings(rules, grant.id, grant.scores),
        *_partial_scores(grant),
        *eligibility.certificate_findings(rules, project.id, project.certificate_no),
        *eligibility.corrected_findings(
            rules,
            grant.id,
            [criterion for criterion, score in grant.scores.items() if score.outdated],
            project.id if project.replaced_on else None,
        ),
    ]


def _partial_scores(grant: Grant) -> list[Finding]:
    """Scores of an officer who has declared an interest since stand, and are told of."""
    return [
        Finding(
            rule="conflict_of_interest",
            strength="warning",
            source="lifecycle.md event 8",
            message=f"{criterion} was scored by {score.by}, who has declared an interest in {grant.id}",
            remedy=f"let another officer score it again: grants score {grant.id} --criterion {criterion} --score 1..5 "
            "--reason TEXT",
        )
        for criterion, score in grant.scores.items()
        if score.by in grant.sheets.conflicts
    ]


def refuse_reporter(desk: Desk, project: Project) -> None:
    """Whoever reported a project's KPI values decides on none of its grants (lifecycle.md event 53, case C48)."""
    for stream in desk.transaction.streams(f"{project.id}/effect-"):
        year = desk.transaction.find(ProjectYear, stream)
        if year and desk.act.by in year.measured_by:
            raise SameOfficer(
                f"{desk.act.by} reported KPI values of {year.name} and may not decide on its grants"
            )


def _amounts(grant: Grant, rules: Rules, given: Mapping[str, int]) -> dict[str, int]:
    """Yen by component: what is given, else what is reserved or asked; never above request or rate."""
    if unknown := [component for component in given if component not in grant.components]:
        known = ", ".join(grant.components)
        raise BadInput(f"grant {grant.id} has no component {', '.join(unknown)}; it has {known}")
    adopted = grant.status is Status.ADOPTED
    amounts_yen = {
        component.id: given.get(component.id, component.reserved_yen if adopted else component.requested_yen)
        for component in grant.components.values()
    }
    for component in grant.components.values():
        rate = Fraction(component.rate)
        talent = grant.application == TALENT
        source = "seed P05, P06" if talent else rules.rate(Kind(component.kind)).source
        amount_yen = amounts_yen[component.id]
        over = eligibility.share_findings(source, component.id, component.eligible_cost_yen, rate, amount_yen)
        refuse_or_warn(over, {})
        if amount_yen > component.requested_yen:
            raise AboveRequest(
                f"component {component.id}: {yen(amount_yen)} are more than the {yen(component.requested_yen)} "
                "that were asked for",
                remedy=f"grant at most {yen(component.requested_yen)}, or send the application back: "
                f"grants return-for-correction {grant.id} --message TEXT",
            )
    if not sum(amounts_yen.values()):
        raise BadInput(f"nothing would be granted to {grant.id}; reject it, or do not adopt it")
    return amounts_yen


def _status(grant: Grant, warnings: list[Finding]) -> Outcome:
    result = {"grant": grant.id, "status": grant.status.value}
    return Outcome({"grant": grant.id, "project": grant.project}, warnings, result)


def decided(grant: Grant, warnings: list[Finding]) -> Outcome:
    """What a decision, or a change of it, answers: every component with its yen."""
    result = {
        "grant": grant.id,
        "status": grant.status.value,
        "programme": grant.programme,
        "committed_yen": grant.committed_yen,
        "withdrawable_until": grant.withdrawable_until,
        "components": [
            {
                "component": component.id,
                "kind": component.kind,
                "committed_yen": component.committed_yen,
                "local_yen": max(0, component.eligible_cost_yen - component.committed_yen),
            }
            for component in grant.components.values()
        ],
    }
    return Outcome({"grant": grant.id, "project": grant.project}, warnings, result)
