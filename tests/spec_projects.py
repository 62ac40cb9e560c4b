"""Given a project, one of its years, an officer, a round or a version: what `spec.py` tells of grants."""

from __future__ import annotations

from datetime import date
from typing import Any

from spec import PROJECT, WHEN, Story, begin

from lifecycle.aggregates import Officer, ProgrammeVersion, Project, ProjectYear, Round
from lifecycle.aggregates.facts import PlannedComponent, PlannedKpi, PlannedYear

# ---------------------------------------------------------------------- projects and their years


def planned(component: str = "s1", kind: str = "soft", years: range = range(2025, 2028)) -> PlannedComponent:
    """A component that asks for the same in every year."""
    return PlannedComponent(
        id=component,
        kind=kind,
        title="周遊",
        rate="1/2",
        years=[
            PlannedYear(fiscal_year=year, eligible_cost_yen=2_000_000, requested_yen=1_000_000)
            for year in years
        ],
    )


def kpi(identifier: str = "k1") -> PlannedKpi:
    """A KPI that should rise from 60 to 100."""
    targets = {str(year): "100" for year in range(2025, 2028)}
    return PlannedKpi(id=identifier, name="満足度", baseline="60", targets=targets)


PLAN: dict[str, Any] = {
    "title": "観光周遊",
    "strategy": "基本目標２",
    "first_year": 2025,
    "last_year": 2027,
    "components": [planned()],
    "kpis": [kpi()],
}


def given_planned(by: str = "kato") -> Story:
    """実施計画 of three fiscal years."""
    told = {"authority": "340006", "programme": "R7-dai2sedai", **PLAN}
    return begin(Project, Project.Planned, PROJECT, by=by, on=WHEN["submit"], **told)


def given_project_imported() -> Story:
    """A project of which only a decision is known."""
    told = {"authority": "340006", "title": "公共交通", "programme": "R7-dai2sedai", "fiscal_year": 2025}
    told |= {"source": "採択一覧", "row": "1"}
    return begin(Project, Project.Imported, PROJECT, by="tanaka", on=date(2025, 4, 1), **told)


def given_year(*kpis: PlannedKpi) -> Story:
    """年度の開始, nothing measured yet."""
    told = {"project": PROJECT, "fiscal_year": 2025, "kpis": list(kpis) or [kpi()]}
    stream = f"{PROJECT}/effect-2025"
    return begin(ProjectYear, ProjectYear.Begun, stream, by="ono", on=date(2026, 5, 1), **told)


def given_measured() -> Story:
    """KPI実績値 by ono."""
    return given_year().given("measure")


def given_verified() -> Story:
    """効果検証 by an outside body, recorded by hara."""
    return given_measured().given("verify_effect")


def given_evaluated() -> Story:
    """評価 by kato."""
    return given_verified().given("evaluate")


def given_improvement_planned() -> Story:
    """改善方策."""
    return given_evaluated().given("plan_improvement")


def given_published(*parts: str) -> Story:
    """公表 of these parts; of all three when none is named."""
    story = given_improvement_planned()
    for part in parts or ("verification", "evaluation", "measures"):
        story.given("publish", part=part)
    return story


def given_year_closed() -> Story:
    """年度の終了."""
    return given_published().given("close_year")


# ---------------------------------------------------------------------- the office


def given_officer(officer: str = "suzuki", roles: tuple[str, ...] = ("approver",)) -> Story:
    """担当者."""
    told = {"name": officer, "roles": list(roles), "authority": None}
    stream = f"officer/{officer}"
    return begin(Officer, Officer.Registered, stream, by="sato", on=date(2025, 4, 1), **told)


def given_round() -> Story:
    """募集回 from April to June."""
    told = {"programme": "R7-dai2sedai", "opens_on": date(2025, 4, 1), "closes_on": date(2025, 6, 30)}
    return begin(Round, Round.Opened, "round/2025-1", by="tanaka", on=date(2025, 4, 1), **told)


def given_programme_confirmed() -> Story:
    """上限額の確認."""
    told = {"basis": "inherited", "document": "事務連絡 2026-04-10", "rules_sha256": "0" * 64}
    told |= {"limits_yen": {"soft_fy_prefecture": 1_500_000_000}}
    stream = "programme/R8-mirai-suishin"
    event = ProgrammeVersion.Confirmed
    return begin(ProgrammeVersion, event, stream, by="suzuki", on=date(2026, 4, 10), **told)
