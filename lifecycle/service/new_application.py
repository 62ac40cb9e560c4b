"""新規の交付申請: a plan over fiscal years, and the money of its first one."""

from __future__ import annotations

from typing import Any

from lifecycle.aggregates import Grant, Project
from lifecycle.aggregates.facts import Asked
from lifecycle.commands.application import NewApplication
from lifecycle.errors import BadInput, Finding, ProgrammeClosed
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.programme import in_force
from lifecycle.programme.authorities import check_code
from lifecycle.rules import eligibility
from lifecycle.service.applications import Plan, asked_in, plan_findings, plan_of
from lifecycle.service.continuing_application import refuse_years_left_out
from lifecycle.service.desk import Desk, Outcome, rules_of
from lifecycle.service.judging import Held
from lifecycle.service.numbering import PROJECT, next_project
from lifecycle.service.submission import Submission, outcome, round_warnings
from lifecycle.values import fiscal_year_ends, said


def submit_new(desk: Desk, application: NewApplication) -> Outcome:
    """新規: the project begins with its plan, and its grant with the money of the year asked for."""
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
    evidence = said(application.outside_limit)
    found = plan_findings(plan, rules)
    found += eligibility.slot_findings(
        rules, application.round, ordinary=slots.ordinary, outside=slots.outside, evidence=evidence
    )
    submission = Submission(desk, project, rules, fiscal_year, asked, dict(application.justifications))
    warnings += submission.judge(found)
    grant = submission.submit(
        application="new",
        round=application.round,
        slot="outside" if evidence else "ordinary",
        outside_limit=evidence,
        strategy=plan.strategy,
    )
    return outcome(grant, warnings)


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
    return rules, round_warnings(desk, application.round, rules)


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


def resubmit_new(
    desk: Desk, grant: Grant, project: Project, application: NewApplication, held: Held
) -> tuple[list[Asked], list[Finding]]:
    """再提出 of a new application: its plan replaces the project's; returns what it asks, and the warnings."""
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
    refuse_years_left_out(desk, project, plan.last_year)
    project.revise_plan(desk.act, **_facts(plan))
    submission = Submission(
        desk, project, rules, grant.fiscal_year, asked, dict(application.justifications), held
    )
    return asked, submission.judge(plan_findings(plan, rules))
