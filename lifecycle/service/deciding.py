"""Decisions: adopted, approved, rejected; changes requested, approved, refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from lifecycle.aggregates import Grant, Project, ProjectYear
from lifecycle.aggregates.base import refuse_before
from lifecycle.aggregates.facts import Window
from lifecycle.aggregates.grant import ChangeState, Status
from lifecycle.commands.decision import (
    Adopt,
    Approve,
    ApproveChange,
    NotAdopt,
    RefuseChange,
    Reject,
    RequestChange,
)
from lifecycle.errors import AboveRequest, BadInput, Finding, SameOfficer
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.projections.cap_usage import Amounts
from lifecycle.rules import caps, eligibility, refuse_or_warn
from lifecycle.rules.budget_year import commitment_findings
from lifecycle.rules.caps import Filled
from lifecycle.rules.deadlines import last_day
from lifecycle.rules.dispositions import unreasoned_findings
from lifecycle.rules.periods import lengthened_findings
from lifecycle.service import judging
from lifecycle.service.closed_types import refuse_closed
from lifecycle.service.continuing_application import live_years, whole_plan_yen
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.office import rules_digest
from lifecycle.values import Kind, project_of, yen

TALENT = "talent"
"""A talent case: no score, no certificate and no cap but its own (seed P05, P06)."""


class DecidingRoom(Office):
    """採択・交付決定・変更承認."""

    @command("approver")
    def adopt(self, command: Adopt, desk: Desk) -> Outcome:
        """採択: reserves the amount under every cap.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly, BadInput, AboveRequest, RateTooHigh,
            CombinationRequired, ProgrammeUndetermined, CapExceeded, GuidelineUnjustified.
        """
        grant = desk.grant(command.grant)
        _refuse_reporter(desk, desk.project(grant.project))
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
        _refuse_reporter(desk, desk.project(grant.project))
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
        _refuse_reporter(desk, project)
        if project.certified_on:
            refuse_before(project.certified_on, desk.act.on, f"the certificate of {project.id}")
        rules = rules_of(grant.programme)
        amounts_yen = _amounts(grant, rules, command.amounts)
        justifications = {**grant.justifications, **command.justifications}
        judged = _Judged(desk, grant, rules, amounts_yen, justifications)
        warnings = judged.judge(
            []
            if grant.application == TALENT
            else eligibility.criteria_findings(rules, grant.id, grant.scores)
            + _partial_scores(grant)
            + eligibility.certificate_findings(rules, project.id, project.certificate_no)
            + commitment_findings(rules, grant.fiscal_year, desk.act.on)
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
        return _decided(grant, warnings)

    @command("approver")
    def reject(self, command: Reject, desk: Desk) -> Outcome:
        """不交付決定.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        _refuse_reporter(desk, desk.project(grant.project))
        grant.reject(desk.act)
        return _status(grant, unreasoned_findings(desk.act.reason, grant.id))

    @command("head")
    def request_change(self, command: RequestChange, desk: Desk) -> Outcome:
        """変更承認申請.

        Raises:
            NotFound, WrongStatus, TooEarly, BadInput, OverDisbursed, CombinationRequired, RoleMissing.
        """
        grant = desk.grant(command.grant)
        change = grant.request_change(
            desk.act,
            deltas=dict(command.deltas),
            drop=list(command.drop),
            last_year=command.last_year,
            content=command.content,
        )
        rules = rules_of(grant.programme)
        after_yen = grant.changed_yen(dict(command.deltas), list(command.drop))
        found = _combination(desk, rules, grant, after_yen, command.drop, command.last_year)
        refuse_or_warn(found, {})
        if command.last_year is not None:
            _refuse_last_year(desk, desk.project(grant.project), command.last_year)
        delta_yen = sum(after_yen.values()) - grant.committed_yen
        result = {"change": change, "delta_yen": delta_yen}
        return Outcome({"change": change, "grant": grant.id, "project": grant.project}, result=result)

    @command("approver")
    def approve_change(self, command: ApproveChange, desk: Desk) -> Outcome:
        """変更承認: the caps are judged again for what is added, and for a plan that now reaches further.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly, CombinationRequired, PeriodTooLong,
            ProgrammeUndetermined, CapExceeded, GuidelineUnjustified, OverDisbursed.
        """
        # The project comes first, so that the log moves the plan's windows before the change fills them.
        project = desk.project(project_of(command.change))
        grant = desk.grant(command.change.rpartition("/")[0])
        _refuse_reporter(desk, project)
        refuse_closed(grant)
        found = grant.open_change(command.change)
        rules = rules_of(grant.programme)
        after_yen = grant.changed_yen(found.deltas, found.drop)
        justifications = {**grant.justifications, **command.justifications}
        judged = _Changed(desk, grant, project, rules, after_yen, found)
        warnings = judged.judge(justifications)
        grant.approve_change(
            desk.act,
            change=found.id,
            rules_sha256=rules_digest(rules),
            windows=judged.windows,
            justifications=justifications,
        )
        if found.last_year and found.last_year != project.last_year:
            project.change_period(desk.act, change=found.id, last_year=found.last_year)
        outcome = _decided(grant, warnings)
        outcome.ids["change"] = found.id
        return outcome

    @command("approver")
    def refuse_change(self, command: RefuseChange, desk: Desk) -> Outcome:
        """変更不承認.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.change.rpartition("/")[0])
        grant.refuse_change(desk.act, change=command.change)
        return Outcome(
            {"change": command.change, "grant": grant.id, "project": project_of(grant.id)},
            unreasoned_findings(desk.act.reason, command.change),
            {"change": command.change, "status": "refused"},
        )


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


class _Changed:
    """A change, held against the caps for what it adds and for the plan it may lengthen."""

    def __init__(
        self,
        desk: Desk,
        grant: Grant,
        project: Project,
        rules: Rules,
        after_yen: Mapping[str, int],
        change: ChangeState,
    ) -> None:
        self.desk, self.grant, self.project, self.rules = desk, grant, project, rules
        self.after_yen, self.last_year, self.drop = after_yen, change.last_year, change.drop
        place = judging.place_of(desk, project, grant.fiscal_year, last_year=change.last_year)
        self.windows = judging.windows(desk, rules, place, (c.kind for c in grant.components.values()))

    def judge(self, justifications: Mapping[str, str]) -> list[Finding]:
        """Returns the guidelines passed with a reason; refuses otherwise."""
        found = _combination(self.desk, self.rules, self.grant, self.after_yen, self.drop, self.last_year)
        if self.last_year is not None:
            _refuse_last_year(self.desk, self.project, self.last_year)
            found += self._period()
        if sum(self.after_yen.values()) > self.grant.committed_yen:
            found += commitment_findings(self.rules, self.grant.fiscal_year, self.desk.act.on)
        after_yen = judging.yen_by_kind(self.grant, self.after_yen)
        return judging.told_or_refused(
            self.desk,
            self.grant.authority,
            self.rules,
            found,
            self._places(after_yen),
            after_yen,
            justifications,
        )

    def _period(self) -> list[Finding]:
        project, kinds = self.project, [component.kind for component in self.grant.components.values()]
        last_year = self.last_year or project.last_year
        return lengthened_findings(self.rules, project.first_year, last_year, project.components, kinds)

    def _places(self, after: Mapping[str, int]) -> list[Filled]:
        before = {kind: held.used_yen for kind, held in judging.held_by(self.grant).items()}
        moved = self.last_year not in (None, self.project.last_year)
        growing = {kind for kind in after if after[kind] > before.get(kind, 0)}
        covering = [w for w in self.windows if w.kind in growing and not (moved and w.period == "plan")]
        covering += self._moved_plans() if moved else []
        held = {kind: Amounts(used_yen=amount_yen) for kind, amount_yen in before.items()}
        places = judging.filled(self.desk, self.grant.authority, covering, held, self.desk.act.on)
        return [place for place in places if self._takes_more(place, after.get(place.window.kind, 0))]

    def _takes_more(self, place: Filled, after_yen: int) -> bool:
        """More stands in the window than before: a plan may reach elsewhere and meet no other there."""
        row = self.desk.transaction.cap_rows(self.grant.authority).get(place.window.window)
        return place.taken_yen + after_yen > row.taken_yen if row else after_yen > 0

    def _moved_plans(self) -> list[Window]:
        """The plan windows that reach elsewhere: of the whole project, also where this year has no part in them."""
        place = judging.place_of(self.desk, self.project, self.grant.fiscal_year, last_year=self.last_year)
        kinds = {c.kind for c in self.project.components} | {c.kind for c in self.grant.components.values()}
        found = judging.windows(self.desk, self.rules, place, kinds)
        return [window for window in found if window.period == "plan"]


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


def _refuse_reporter(desk: Desk, project: Project) -> None:
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


def _combination(
    desk: Desk,
    rules: Rules,
    grant: Grant,
    after_yen: Mapping[str, int],
    drop: Sequence[str],
    last_year: int | None,
) -> list[Finding]:
    whole_yen = whole_plan_yen(desk, grant, after_yen, drop, last_year)
    return eligibility.combination_findings(rules, whole_yen)


def _refuse_last_year(desk: Desk, project: Project, last_year: int) -> None:
    latest = max(live_years(desk, project), default=last_year)
    if last_year < latest:
        raise BadInput(
            f"last_year {last_year} lies before fiscal year {latest}, for which {project.id} has a grant"
        )


def _status(grant: Grant, warnings: list[Finding]) -> Outcome:
    result = {"grant": grant.id, "status": grant.status.value}
    return Outcome({"grant": grant.id, "project": grant.project}, warnings, result)


def _decided(grant: Grant, warnings: list[Finding]) -> Outcome:
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
