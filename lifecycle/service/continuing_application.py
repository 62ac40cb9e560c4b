"""継続の交付申請: a later fiscal year of a plan, once the years before it are published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from lifecycle.aggregates import Grant, Project, ProjectYear
from lifecycle.aggregates.facts import Asked
from lifecycle.aggregates.grant import DEAD, ComponentState, Status
from lifecycle.aggregates.project_year import PARTS, stream_of
from lifecycle.commands.application import ContinuingApplication
from lifecycle.errors import BadInput, Finding, ProgrammeClosed, WrongStatus
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.rules import eligibility
from lifecycle.rules.periods import Span, period_findings
from lifecycle.service.applications import asked_in, component_findings, continued, planned_yen_by_kind
from lifecycle.service.desk import Desk, Outcome, rules_of
from lifecycle.service.judging import Held
from lifecycle.service.numbering import grants_of
from lifecycle.service.submission import Submission, outcome, round_warnings


def submit_continuing(desk: Desk, application: ContinuingApplication) -> Outcome:
    """継続: another fiscal year of a plan; it takes no slot."""
    project = desk.project(application.project)
    rules = rules_of(project.programme)
    warnings = round_warnings(desk, application.round, rules)
    asked, found = _continuing(desk, project, application, rules)
    submission = Submission(
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
    return outcome(grant, warnings)


def _continuing(
    desk: Desk, project: Project, application: ContinuingApplication, rules: Rules
) -> tuple[list[Asked], list[Finding]]:
    project.refuse_if_ended()
    project.refuse_before_plan(desk.act)
    _refuse_strange(project, application)
    if rules.is_closed:
        raise ProgrammeClosed(f"{project.id} was planned under {rules.id}, which is closed")
    live = live_years(desk, project)
    if not live:
        raise WrongStatus(f"project {project.id} has no application that still stands; submit a new one")
    components = continued(project, application, rules, dropped(desk, project))
    asked = asked_in(components, application.fiscal_year)
    whole = [*components, *_other_years(project, application.fiscal_year)]
    found = eligibility.combination_findings(rules, planned_yen_by_kind(whole))
    found += _years_max_findings(rules, project, whole)
    for component in components:
        found += component_findings(component, rules)
    gap = rules.setting_int("prior_years_unpublished_gap")
    due = [year for year in live if year <= application.fiscal_year - gap]
    found += eligibility.earlier_year_findings(
        rules, project.id, {year: _unpublished(desk, project, year) for year in due}
    )
    targets = {kpi.id: kpi.targets for kpi in project.kpis}
    found += eligibility.continuing_target_findings(rules, targets, application.fiscal_year)
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
    return [
        msgspec.structs.replace(
            component, years=[year for year in component.years if year.fiscal_year != fiscal_year]
        )
        for component in project.components
    ]


def _years_max_findings(rules: Rules, project: Project, components: list[Any]) -> list[Finding]:
    """The hard lengths alone: a principle was justified, or not passed, when the plan was applied for."""
    years: dict[str, set[int]] = {}
    for component in components:
        years.setdefault(component.kind, set()).update(year.fiscal_year for year in component.years)
    reached = [Span(kind, min(asked), max(asked)) for kind, asked in years.items() if asked]
    found = period_findings(rules, project.first_year, project.last_year, reached)
    return [finding for finding in found if finding.strength == "hard"]


def live_years(desk: Desk, project: Project) -> list[int]:
    """Fiscal years of a project with a grant that did not come to nothing."""
    grants = (desk.transaction.find(Grant, stream) for stream in grants_of(desk.transaction, project.id))
    return [grant.fiscal_year for grant in grants if grant and grant.status not in DEAD]


def refuse_years_left_out(desk: Desk, project: Project, last_year: int) -> None:
    """A plan reaches over every year that has a grant, or its window would not hold that grant's money.

    Raises:
        BadInput: it would end before one of them.
    """
    latest = max(live_years(desk, project), default=last_year)
    if last_year < latest:
        raise BadInput(
            f"last_year {last_year} lies before fiscal year {latest}, for which {project.id} has a grant"
        )


def _unpublished(desk: Desk, project: Project, fiscal_year: int) -> list[str]:
    year = desk.transaction.find(ProjectYear, stream_of(project.id, fiscal_year))
    published = {} if year is None else year.published
    return [part for part in PARTS if part not in published or published[part].on > desk.act.on]


def resubmit_continuing(
    desk: Desk, grant: Grant, project: Project, application: ContinuingApplication, held: Held
) -> tuple[list[Asked], list[Finding]]:
    """再提出 of a continuing application; returns what it asks, and the warnings."""
    if (grant.application, grant.project, grant.fiscal_year, grant.round) != (
        "continuing",
        application.project,
        application.fiscal_year,
        application.round,
    ):
        raise BadInput(f"{grant.id} keeps its project, fiscal year and round ({grant.round})")
    rules = rules_of(grant.programme)
    asked, found = _continuing(desk, project, application, rules)
    submission = Submission(
        desk, project, rules, grant.fiscal_year, asked, dict(application.justifications), held
    )
    return asked, submission.judge(found)


def dropped(desk: Desk, project: Project) -> set[str]:
    """Components given up by an approved change of any of the project's grants."""
    grants = (desk.transaction.find(Grant, stream) for stream in grants_of(desk.transaction, project.id))
    changes = [change for grant in grants if grant for change in grant.changes.values()]
    return {component for change in changes if change.status == "approved" for component in change.drop}


def _held_yen(grant: Grant, component: ComponentState) -> int:
    """What a component stands at: asked until adopted, reserved until decided, then what was given, also if it is 0."""
    if grant.status in (Status.SUBMITTED, Status.RETURNED):
        return component.requested_yen
    return component.reserved_yen if grant.status is Status.ADOPTED else component.committed_yen


def whole_plan_yen(
    desk: Desk,
    grant: Grant,
    amounts_yen: Mapping[str, int],
    given_up: Collection[str] = (),
    last_year: int | None = None,
) -> dict[str, int]:
    """The plan's money by kind (注4 binds the plan as a whole): this grant at `amounts_yen`, the others as they stand.

    A year without a grant counts as it is planned, without components that are given up; one whose grant came to
    nothing does not count. `last_year`: where a change would end the plan.
    """
    out: dict[str, int] = {}
    project = desk.project(grant.project)
    years = {grant.fiscal_year}
    for stream in grants_of(desk.transaction, project.id):
        other = desk.transaction.find(Grant, stream)
        if other is None or other.id == grant.id:
            continue
        years.add(other.fiscal_year)
        for component in other.components.values() if other.status not in DEAD else ():
            out[component.kind] = out.get(component.kind, 0) + _held_yen(other, component)
    gone = {*given_up, *dropped(desk, project)}
    for planned in (component for component in project.components if component.id not in gone):
        to_come_yen = sum(
            year.requested_yen
            for year in planned.years
            if year.fiscal_year not in years and (last_year is None or year.fiscal_year <= last_year)
        )
        out[planned.kind] = out.get(planned.kind, 0) + to_come_yen
    for component_id, amount_yen in amounts_yen.items():
        kind = grant.components[component_id].kind
        out[kind] = out.get(kind, 0) + amount_yen
    return out
