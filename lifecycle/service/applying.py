"""Up to the decision: submitted, sent back, corrected, scored, certified, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lifecycle.aggregates import Grant, Project, ProjectYear, Round
from lifecycle.aggregates.facts import Asked
from lifecycle.aggregates.grant import Status
from lifecycle.aggregates.project_year import PARTS, stream_of
from lifecycle.commands.application import (
    CertifyPlan,
    ContinuingApplication,
    NewApplication,
    RecordParticipation,
    Resubmit,
    ReturnForCorrection,
    Score,
    Submit,
    Withdraw,
)
from lifecycle.errors import (
    BadInput,
    Finding,
    NotFound,
    ProgrammeClosed,
    WrongStatus,
)
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.programme import in_force
from lifecycle.programme.authorities import check_code
from lifecycle.rules import caps, eligibility, refuse_or_warn
from lifecycle.service import judging
from lifecycle.service.applications import (
    Plan,
    asked_in,
    component_findings,
    continued,
    plan_findings,
    plan_of,
    planned_yen_by_kind,
)
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.judging import Held
from lifecycle.service.numbering import PROJECT, grants_of, next_project
from lifecycle.service.office import rules_digest
from lifecycle.values import fiscal_year_ends

DEAD = (Status.WITHDRAWN, Status.NOT_ADOPTED, Status.REJECTED)
"""Grants that came to nothing."""


class ApplyingRoom(Office):
    """申請・審査."""

    @command("head")
    def submit(self, command: Submit, desk: Desk) -> Outcome:
        """交付申請, new or continuing.

        Raises:
            RoundClosed, ProgrammeClosed, StrategyMissing, CombinationRequired, PeriodTooLong, RateTooHigh,
            KpiMissing, KpiTargetMissing, EarlierYearUnpublished, ApplicationLimit, CapExceeded,
            GuidelineUnjustified, UnknownAuthority, BadCheckDigit, NotFound, BadInput, AlreadyRecorded,
            RoleMissing.
        """
        application = command.application
        if isinstance(application, NewApplication):
            return _submit_new(desk, application)
        return _submit_continuing(desk, application)

    @command("officer")
    def return_for_correction(self, command: ReturnForCorrection, desk: Desk) -> Outcome:
        """差戻し.

        Raises:
            NotFound, WrongStatus, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.return_for_correction(desk.act, message=command.message)
        return _outcome(grant)

    @command("head")
    def resubmit(self, command: Resubmit, desk: Desk) -> Outcome:
        """再提出: judged as a whole again; the slot and the demand of the application before are its own.

        Raises:
            As `submit`, and WrongStatus, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.refuse_unless(Status.RETURNED, doing="submitting it again")
        project = desk.project(grant.project)
        held = judging.held_by(grant)
        if isinstance(command.application, NewApplication):
            asked, warnings = _resubmit_new(desk, grant, project, command.application, held)
        else:
            asked, warnings = _resubmit_continuing(desk, grant, project, command.application, held)
        rules = rules_of(grant.programme)
        place = judging.place_of(desk, project, grant.fiscal_year)
        grant.resubmit(
            desk.act,
            title=project.title,
            strategy=command.application.strategy or project.strategy,
            components=asked,
            justifications=dict(command.application.justifications),
            windows=judging.windows(desk, rules, place, (line.kind for line in asked)),
        )
        return _outcome(grant, warnings)

    @command("head")
    def withdraw(self, command: Withdraw, desk: Desk) -> Outcome:
        """取下げ.

        Raises:
            NotFound, WrongStatus, WithdrawalLate, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.withdraw(desk.act)
        return _outcome(grant)

    @command("officer")
    def score(self, command: Score, desk: Desk) -> Outcome:
        """審査.

        Raises:
            NotFound, ReasonMissing, WrongStatus, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.score(desk.act, criterion=command.criterion, score=command.score)
        missing = eligibility.criteria_findings(rules_of(grant.programme), grant.scores)
        result = {"scored": sorted(grant.scores), "complete": not missing}
        return Outcome({"grant": grant.id, "project": grant.project}, result=result)

    @command("approver")
    def certify_plan(self, command: CertifyPlan, desk: Desk) -> Outcome:
        """地域再生計画の認定.

        Raises:
            NotFound, SameOfficer, AlreadyRecorded.
        """
        project = desk.project(command.project)
        project.certify_plan(desk.act, certificate_no=command.certificate_no)
        return Outcome({"project": project.id}, result={"certificate_no": project.certificate_no})

    @command("preparer")
    def record_participation(self, command: RecordParticipation, desk: Desk) -> Outcome:
        """産官学金労言の参画; the sectors still missing in the stage are warned of (seed G49).

        Raises:
            NotFound, AlreadyRecorded, RoleMissing.
        """
        project = desk.project(command.project)
        project.record_participation(desk.act, stage=command.stage, sector=command.sector, body=command.body)
        seen = {sector for stage, sector, _ in project.participations if stage == command.stage}
        sectors = [member.id for member in _sectors(project)]
        missing = [sector for sector in sectors if sector not in seen]
        result = {"stage": command.stage, "sectors": sorted(seen), "missing": missing}
        return Outcome({"project": project.id}, result=result)


def _sectors(project: Project) -> Sequence[Any]:
    rules = rules_of(project.programme)
    return () if rules.is_closed else rules.members("sectors")


# ---------------------------------------------------------------------- new


def _submit_new(desk: Desk, application: NewApplication) -> Outcome:
    authority = check_code(application.authority, desk.act.on)
    desk.refuse_other_authority(authority.code)
    rules, warnings = _rules_for_new(desk, application)
    plan = plan_of(application, rules)
    fiscal_year = application.fiscal_year or application.first_year
    if fiscal_year not in plan.fiscal_years:
        raise BadInput(f"fiscal_year {fiscal_year} lies outside {plan.first_year} to {plan.last_year}")
    asked = asked_in(plan.components, fiscal_year)
    project = _planned_project(desk, application, plan, rules)
    slots = desk.transaction.slots(authority.code, application.round)
    evidence = application.outside_limit.strip()
    found = plan_findings(plan, rules)
    found += eligibility.slot_findings(
        rules, application.round, ordinary=slots.ordinary, outside=slots.outside, evidence=evidence
    )
    submission = _Submission(desk, project, rules, fiscal_year, asked, dict(application.justifications))
    warnings += submission.judge(found)
    grant = submission.submit(
        application="new",
        round=application.round,
        slot="outside" if evidence else "ordinary",
        outside_limit=evidence,
        strategy=plan.strategy,
    )
    return _outcome(grant, warnings)


def _rules_for_new(desk: Desk, application: NewApplication) -> tuple[Rules, list[Finding]]:
    if application.programme:
        rules = rules_of(application.programme)
    else:
        found = in_force(desk.act.on)
        if found is None:
            raise ProgrammeClosed(
                f"no programme version is in force on {desk.act.on}; name one in `programme`"
            )
        rules = found
    if rules.is_closed:
        raise ProgrammeClosed(
            f"{rules.id} ({rules.name_ja}) is closed and takes no new application; old records stay readable",
            Finding(
                rule="programme_closed",
                strength="hard",
                source=rules.source,
                message=f"{rules.id} was in force until {rules.in_force_until}",
                remedy="apply under a version in force: leave `programme` out, or name another",
            ),
        )
    year = application.fiscal_year or application.first_year
    if fiscal_year_ends(year) < rules.in_force_from:
        raise BadInput(f"{rules.id} is in force from {rules.in_force_from}, after fiscal year {year}")
    return rules, _round_warnings(desk, application.round, rules)


def _round_warnings(desk: Desk, round_: str, rules: Rules) -> list[Finding]:
    found = desk.transaction.find(Round, f"round/{round_}")
    if found is None:
        raise NotFound(f"no round {round_}; an officer opens it: grants open-round {round_} …")
    found.refuse_unless_open(desk.act.on)
    if found.programme == rules.id:
        return []
    return [
        Finding(
            rule="round_programme",
            strength="warning",
            source="contract section 4, open_round",
            message=f"round {round_} was opened for {found.programme}; this application falls under {rules.id}",
            remedy="name the programme in the application, or apply in a round of its own",
        )
    ]


def _planned_project(desk: Desk, application: NewApplication, plan: Plan, rules: Rules) -> Project:
    identifier = application.project or next_project(desk.transaction, application.authority, plan.first_year)
    match = PROJECT.match(identifier)
    if match is None or match.group(1, 2) != (application.authority, str(plan.first_year)):
        raise BadInput(f"project {identifier} must begin with {application.authority}-{plan.first_year}-")
    project: Project = Project.begin(
        Project.Planned,
        desk.act,
        identifier,
        authority=application.authority,
        programme=rules.id,
        **_facts(plan),
    )
    desk.transaction.add(project)
    return project


def _facts(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "strategy": plan.strategy,
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "components": plan.components,
        "kpis": plan.kpis,
    }


def _resubmit_new(
    desk: Desk, grant: Grant, project: Project, application: NewApplication, held: Held
) -> tuple[list[Asked], list[Finding]]:
    if grant.application != "new":
        raise BadInput(f"{grant.id} is a continuing application; submit it again as one")
    same = (application.authority, application.first_year, application.round)
    fiscal_year = application.fiscal_year or grant.fiscal_year
    if (*same, fiscal_year) != (grant.authority, project.first_year, grant.round, grant.fiscal_year):
        raise BadInput(
            f"{grant.id} keeps its authority ({grant.authority}), first year ({project.first_year}), "
            f"fiscal year and round ({grant.round})"
        )
    rules = rules_of(grant.programme)
    plan = plan_of(application, rules)
    asked = asked_in(plan.components, grant.fiscal_year)
    project.revise_plan(desk.act, **_facts(plan))
    submission = _Submission(
        desk, project, rules, grant.fiscal_year, asked, dict(application.justifications), held
    )
    return asked, submission.judge(plan_findings(plan, rules))


# ---------------------------------------------------------------------- continuing


def _submit_continuing(desk: Desk, application: ContinuingApplication) -> Outcome:
    project = desk.project(application.project)
    rules = rules_of(project.programme)
    warnings = _round_warnings(desk, application.round, rules)
    asked, found = _continuing(desk, project, application, rules)
    submission = _Submission(
        desk, project, rules, application.fiscal_year, asked, dict(application.justifications)
    )
    warnings += submission.judge(found)
    grant = submission.submit(
        application="continuing",
        round=application.round,
        slot="",
        outside_limit="",
        strategy=application.strategy or project.strategy,
    )
    return _outcome(grant, warnings)


def _continuing(
    desk: Desk, project: Project, application: ContinuingApplication, rules: Rules
) -> tuple[list[Asked], list[Finding]]:
    project.refuse_if_ended()
    _refuse_strange(project, application)
    if rules.is_closed:
        raise ProgrammeClosed(f"{project.id} was planned under {rules.id}, which is closed")
    live = _live_years(desk, project)
    if not live:
        raise WrongStatus(f"project {project.id} has no application that still stands; submit a new one")
    components = continued(project, application, rules)
    asked = asked_in(components, application.fiscal_year)
    found = eligibility.combination_findings(
        rules, planned_yen_by_kind([*components, *_other_years(project, application.fiscal_year)])
    )
    for component in components:
        found += component_findings(component, rules)
    gap = rules.setting_int("prior_years_unpublished_gap")
    due = [year for year in live if year <= application.fiscal_year - gap]
    found += eligibility.earlier_year_findings(
        rules, {year: _unpublished(desk, project, year) for year in due}
    )
    return asked, found


def _refuse_strange(project: Project, application: ContinuingApplication) -> None:
    if application.authority not in (None, project.authority):
        raise BadInput(f"project {project.id} belongs to {project.authority}, not {application.authority}")
    if application.programme not in (None, project.programme):
        raise BadInput(f"project {project.id} stays under {project.programme}")
    if application.fiscal_year not in project.fiscal_years:
        raise BadInput(
            f"fiscal year {application.fiscal_year} lies outside the plan of {project.id} "
            f"({project.first_year} to {project.last_year}); a change can move its last year"
        )


def _other_years(project: Project, fiscal_year: int) -> list[Any]:
    import msgspec

    return [
        msgspec.structs.replace(
            component, years=[year for year in component.years if year.fiscal_year != fiscal_year]
        )
        for component in project.components
    ]


def _live_years(desk: Desk, project: Project) -> list[int]:
    grants = (desk.transaction.find(Grant, stream) for stream in grants_of(desk.transaction, project.id))
    return [grant.fiscal_year for grant in grants if grant and grant.status not in DEAD]


def _unpublished(desk: Desk, project: Project, fiscal_year: int) -> list[str]:
    year = desk.transaction.find(ProjectYear, stream_of(project.id, fiscal_year))
    return list(PARTS) if year is None else year.unpublished


def _resubmit_continuing(
    desk: Desk, grant: Grant, project: Project, application: ContinuingApplication, held: Held
) -> tuple[list[Asked], list[Finding]]:
    if (grant.application, grant.project, grant.fiscal_year, grant.round) != (
        "continuing",
        application.project,
        application.fiscal_year,
        application.round,
    ):
        raise BadInput(f"{grant.id} keeps its project, fiscal year and round ({grant.round})")
    rules = rules_of(grant.programme)
    asked, found = _continuing(desk, project, application, rules)
    submission = _Submission(
        desk, project, rules, grant.fiscal_year, asked, dict(application.justifications), held
    )
    return asked, submission.judge(found)


# ---------------------------------------------------------------------- both


class _Submission:
    """What new and continuing applications share: the caps they are held against, and the grant they begin."""

    def __init__(
        self,
        desk: Desk,
        project: Project,
        rules: Rules,
        fiscal_year: int,
        asked: list[Asked],
        justifications: dict[str, str],
        held: Held | None = None,
    ) -> None:
        self.desk, self.project, self.rules, self.fiscal_year = desk, project, rules, fiscal_year
        self.asked, self.justifications, self.held = asked, justifications, held or {}
        self.place = judging.place_of(desk, project, fiscal_year)
        self.windows = judging.windows(desk, rules, self.place, (line.kind for line in asked))

    def judge(self, found: list[Finding]) -> list[Finding]:
        """Hold the request against the hard caps and everything found so far; returns the warnings."""
        places = judging.filled(self.desk, self.place.authority, self.windows, self.held)
        asked_yen: dict[str, int] = {}
        for line in self.asked:
            asked_yen[line.kind] = asked_yen.get(line.kind, 0) + line.requested_yen
        found = found + caps.undetermined_findings(places, self.rules.id, strength="warning")
        found += caps.request_findings(places, asked_yen)
        return refuse_or_warn(found, self.justifications)

    def submit(self, **facts: Any) -> Grant:
        """Begin the grant."""
        grant: Grant = Grant.begin(
            Grant.Submitted,
            self.desk.act,
            f"{self.project.id}/{self.fiscal_year}",
            project=self.project.id,
            authority=self.project.authority,
            fiscal_year=self.fiscal_year,
            programme=self.rules.id,
            rules_sha256=rules_digest(self.rules),
            tier=self.place.tier.value,
            title=self.project.title,
            components=self.asked,
            justifications=self.justifications,
            windows=self.windows,
            slot_limits={
                "ordinary": self.rules.figure("new_applications").value,
                "outside": self.rules.figure("new_applications_outside").value,
            },
            **facts,
        )
        self.desk.transaction.add(grant)
        return grant


def _outcome(grant: Grant, warnings: list[Finding] | None = None) -> Outcome:
    result = {
        "grant": grant.id,
        "project": grant.project,
        "status": grant.status.value,
        "programme": grant.programme,
        "requested_yen": grant.requested_yen,
        "components": [
            {
                "component": component.id,
                "kind": component.kind,
                "eligible_cost_yen": component.eligible_cost_yen,
                "requested_yen": component.requested_yen,
                "local_yen": component.eligible_cost_yen - component.requested_yen,
            }
            for component in grant.components.values()
        ],
    }
    return Outcome({"grant": grant.id, "project": grant.project}, warnings or [], result)
