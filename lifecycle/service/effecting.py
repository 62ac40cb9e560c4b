"""The effect-year: measured, verified, evaluated, improved, published, closed; and the project's end."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.aggregates import Grant, Project, ProjectYear
from lifecycle.aggregates.grant import DEAD
from lifecycle.aggregates.project_year import PARTS, stream_of
from lifecycle.commands.effect import (
    CloseYear,
    EndProject,
    Evaluate,
    Measure,
    PlanImprovement,
    Publish,
    VerifyEffect,
)
from lifecycle.errors import BadInput, ClassUndecided, Finding, NotFound, PublicationMissing
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.rules.effect import UNDECIDED, effect_class
from lifecycle.service.closing import close_when_square, unfinished_findings
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.numbering import grants_of


class EffectingRoom(Office):
    """効果検証・公表."""

    @command("preparer")
    def measure(self, command: Measure, desk: Desk) -> Outcome:
        """KPI実績値.

        Raises:
            NotFound, BadInput, WrongStatus, RoleMissing.
        """
        project = desk.project(command.project)
        year = _year(desk, project, command.fiscal_year, begin=True)
        year.measure(desk.act, kpi=command.kpi, actual=str(command.actual))
        missing = [kpi for kpi in year.kpis if kpi not in year.actuals]
        result = {"kpi": command.kpi, "actual": str(command.actual), "missing": missing}
        return _outcome(year, result)

    @command("verifier")
    def verify_effect(self, command: VerifyEffect, desk: Desk) -> Outcome:
        """効果検証.

        Raises:
            NotFound, BadInput, SameOfficer, KpiMissing, AlreadyRecorded, WrongStatus.
        """
        project = desk.project(command.project)
        year = _year(desk, project, command.fiscal_year, begin=True)
        sectors: list[str] = list(dict.fromkeys(command.sectors))
        year.verify_effect(
            desk.act,
            body=command.body,
            meeting=command.meeting,
            held_on=command.held_on,
            sectors=sectors,
            opinion=command.opinion,
        )
        warnings = _sector_warnings(rules_of(project.programme), project.id, sectors)
        return _outcome(year, {"body": command.body, "sectors": sectors}, warnings)

    @command("head")
    def evaluate(self, command: Evaluate, desk: Desk) -> Outcome:
        """評価: the rule's class for every KPI, unless a person gives another.

        Raises:
            NotFound, WrongStatus, ClassUndecided, RoleMissing.
        """
        project = desk.project(command.project)
        year = _year(desk, project, command.fiscal_year)
        if unknown := [kpi for kpi in command.classes if kpi not in year.kpis]:
            raise NotFound(f"{year.name} has no KPI {', '.join(unknown)}")
        by_rule = _classes(year, rules_of(project.programme))
        classes = {**by_rule, **command.classes}
        _refuse_undecided(year, classes)
        year.evaluate(desk.act, classes=classes, by_rule=by_rule, cause=command.cause)
        return _outcome(year, {"classes": classes, "by_rule": by_rule})

    @command("head")
    def plan_improvement(self, command: PlanImprovement, desk: Desk) -> Outcome:
        """改善方策.

        Raises:
            NotFound, WrongStatus, RoleMissing.
        """
        year = _year(desk, desk.project(command.project), command.fiscal_year)
        year.plan_improvement(
            desk.act,
            measures=command.measures,
            owner=command.owner,
            due_on=command.due_on,
            future=command.future,
        )
        return _outcome(year, {"future": command.future, "due_on": command.due_on})

    @command("head")
    def publish(self, command: Publish, desk: Desk) -> Outcome:
        """公表.

        Raises:
            NotFound, WrongStatus, AlreadyRecorded, RoleMissing.
        """
        year = _year(desk, desk.project(command.project), command.fiscal_year)
        year.publish(desk.act, part=command.part, url=command.url, digest=command.digest)
        return _outcome(year, {"part": command.part, "unpublished": year.unpublished})

    @command("approver")
    def close_year(self, command: CloseYear, desk: Desk) -> Outcome:
        """年度の終了; a grant of that year that is square is closed with it. A talent case has nothing to publish.

        Raises:
            NotFound, PublicationMissing, SameOfficer, AlreadyRecorded.
        """
        project = desk.project(command.project)
        year = desk.transaction.find(ProjectYear, stream_of(project.id, command.fiscal_year))
        grant = desk.transaction.find(Grant, f"{project.id}/{command.fiscal_year}")
        is_talent = grant is not None and grant.application == "talent"
        if year is None and is_talent:
            year = _year(desk, project, command.fiscal_year, begin=True)
        if year is None:
            _refuse_outside(project, command.fiscal_year)
            raise PublicationMissing(
                f"{project.id} fiscal year {command.fiscal_year} can't be closed: not published: "
                f"{', '.join(PARTS)} (seed G51-G53)"
            )
        year.close_year(desk.act, published=not is_talent)
        if grant:
            close_when_square(desk, grant)
        result = {"closed_on": year.closed_on, "grant_status": grant.status.value if grant else None}
        return _outcome(year, result, unfinished_findings([grant] if grant else []))

    @command("approver")
    def end_project(self, command: EndProject, desk: Desk) -> Outcome:
        """事業の終了, once every year with a grant is closed.

        Raises:
            NotFound, WrongStatus, TooEarly.
        """
        project = desk.project(command.project)
        grants = [desk.grant(stream) for stream in grants_of(desk.transaction, project.id)]
        project.end_project(desk.act, open_years=_open_years(desk, grants))
        return Outcome({"project": project.id}, unfinished_findings(grants), {"ended_on": project.ended_on})


def _year(desk: Desk, project: Project, fiscal_year: int, *, begin: bool = False) -> ProjectYear:
    _refuse_outside(project, fiscal_year)
    stream = stream_of(project.id, fiscal_year)
    found = desk.transaction.find(ProjectYear, stream)
    if found:
        return found
    if not begin:
        raise NotFound(
            f"nothing is measured or verified of {project.id} in fiscal year {fiscal_year} yet; measure first: "
            f"grants measure {project.id} --fiscal-year {fiscal_year} --kpi KPI --actual VALUE"
        )
    year: ProjectYear = ProjectYear.begin(
        ProjectYear.Begun,
        desk.act,
        stream,
        project=project.id,
        fiscal_year=fiscal_year,
        kpis=project.kpis,
    )
    desk.transaction.add(year)
    return year


def _refuse_outside(project: Project, fiscal_year: int) -> None:
    if fiscal_year not in project.fiscal_years:
        raise BadInput(
            f"fiscal year {fiscal_year} lies outside the plan of {project.id} "
            f"({project.first_year} to {project.last_year})"
        )


def _classes(year: ProjectYear, rules: Rules) -> dict[str, int]:
    cut = rules.setting_fraction("class_cut")
    return {
        kpi.id: effect_class(
            kpi.baseline,
            kpi.targets[str(year.fiscal_year)],
            year.actuals[kpi.id],
            rising=kpi.direction == "up",
            cut=cut,
        )
        if str(year.fiscal_year) in kpi.targets and kpi.id in year.actuals
        else UNDECIDED
        for kpi in year.kpis.values()
    }


def _refuse_undecided(year: ProjectYear, classes: dict[str, int]) -> None:
    undecided = [kpi for kpi, given in classes.items() if given == UNDECIDED]
    if undecided:
        raise ClassUndecided(
            f"the rule gives no class for KPI {', '.join(undecided)} of {year.name} (equal to the start, or no "
            f"target or value); a person chooses: --classes {undecided[0]}=1..4"
        )


def _sector_warnings(rules: Rules, project: str, sectors: list[str]) -> list[Finding]:
    if rules.is_closed:
        return []
    missing = [member for member in rules.members("sectors") if member.id not in sectors]
    if not missing:
        return []
    return [
        Finding(
            rule="participation_sectors",
            strength="warning",
            source=rules.source_of("participation_sectors"),
            message="sectors that took no part: "
            + ", ".join(f"{member.id} ({member.name_ja})" for member in missing),
            remedy=f"invite them to the next meeting, and record it: grants record-participation {project} "
            f"--stage verification --sector {missing[0].id} --body BODY",
        )
    ]


def _open_years(desk: Desk, grants: list[Grant]) -> list[int]:
    live = [grant for grant in grants if grant.status not in DEAD]
    years = {
        g.fiscal_year: desk.transaction.find(ProjectYear, stream_of(g.project, g.fiscal_year)) for g in live
    }
    return [fy for fy, year in years.items() if year is None or year.closed_on is None]


def _outcome(
    year: ProjectYear, result: Mapping[str, object], warnings: list[Finding] | None = None
) -> Outcome:
    told = {"project": year.project, "fiscal_year": year.fiscal_year, **result}
    return Outcome({"project": year.project}, warnings or [], told)
