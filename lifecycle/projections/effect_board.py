"""効果検証の一覧: every KPI of every effect-year: target, actual value, class, opinions, measures, publication."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lifecycle.aggregates import ProjectYear
from lifecycle.aggregates.facts import PlannedKpi
from lifecycle.aggregates.project_year import PARTS
from lifecycle.projections.shape import History, Row, count, day, flag, text
from lifecycle.values import authority_of

NAME = "effect_board"
VERSION = 1
PARTS_JA = {"verification": "検証", "evaluation": "評価", "measures": "改善方策"}
COLUMNS = (
    text("project", "実施計画", "project"),
    count("fiscal_year", "年度", "fiscal year"),
    count("line", "行", "line"),
    text("authority", "団体コード", "authority"),
    text("kpi", "KPI番号", "KPI"),
    text("name", "KPI", "KPI name"),
    text("unit", "単位", "unit"),
    text("direction", "方向", "direction"),
    text("baseline", "基準値", "baseline"),
    text("target", "目標値", "target"),
    text("actual", "実績値", "actual"),
    flag("met", "達成", "met"),
    count("class", "区分", "class"),
    text("cause", "要因分析", "cause"),
    text("external_meeting", "外部検証の会議", "external meeting"),
    day("external_on", "外部検証日", "verified on"),
    text("external_sectors", "外部検証の分野", "sectors"),
    text("external_opinion", "外部意見", "external opinion"),
    text("assembly_opinion", "議会意見", "assembly opinion"),
    text("measures", "改善方策", "measures"),
    text("owner", "担当", "owner"),
    day("due_on", "期限", "due on"),
    text("future", "今後の方針", "future"),
    *(
        column
        for part in PARTS
        for column in (
            day(f"{part}_published_on", f"{PARTS_JA[part]}公表日", f"{part} published on"),
            text(f"{part}_url", f"{PARTS_JA[part]}公表先", f"{part} address"),
        )
    ),
    day("closed_on", "年度終了日", "closed on"),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each KPI of an effect-year."""
    year = history.aggregate
    if not isinstance(year, ProjectYear):
        return
    shared = {**_verifications(year), **_improvement(year), **_published(year)}
    for line, kpi in enumerate(year.kpis.values(), 1):
        yield {
            "project": year.project,
            "fiscal_year": year.fiscal_year,
            "line": line,
            "authority": authority_of(year.project),
            **_kpi(year, kpi),
            **shared,
            "cause": year.cause,
            "closed_on": year.closed_on,
        }


def _kpi(year: ProjectYear, kpi: PlannedKpi) -> Row:
    target = kpi.targets.get(str(year.fiscal_year), "")
    actual = year.actuals.get(kpi.id, "")
    return {
        "kpi": kpi.id,
        "name": kpi.name,
        "unit": kpi.unit,
        "direction": kpi.direction,
        "baseline": kpi.baseline,
        "target": target,
        "actual": actual,
        "met": is_met(kpi, target, actual),
        "class": year.classes.get(kpi.id),
    }


def is_met(kpi: PlannedKpi, target: str, actual: str) -> bool | None:
    """達成: at the target or beyond it; None while there is no actual value, or no target for the year."""
    if not target or not actual:
        return None
    difference = Fraction(actual) - Fraction(target)
    return difference >= 0 if kpi.direction == "up" else difference <= 0


def _verifications(year: ProjectYear) -> Row:
    external, assembly = year.verifications.get("external"), year.verifications.get("assembly")
    return {
        "external_meeting": external.meeting if external else "",
        "external_on": external.held_on if external else None,
        "external_sectors": ", ".join(external.sectors) if external else "",
        "external_opinion": external.opinion if external else "",
        "assembly_opinion": assembly.opinion if assembly else "",
    }


def _improvement(year: ProjectYear) -> Row:
    plan = year.improvement
    return {
        "measures": plan.measures if plan else "",
        "owner": plan.owner if plan else "",
        "due_on": plan.due_on if plan else None,
        "future": plan.future if plan else "",
    }


def _published(year: ProjectYear) -> Row:
    row: dict[str, object] = {}
    for part in PARTS:
        publication = year.published.get(part)
        row[f"{part}_published_on"] = publication.on if publication else None
        row[f"{part}_url"] = publication.url if publication else ""
    return row
