"""実施計画の一覧: every project with its period, strategy, certificate, planned national share and end."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates import Project
from lifecycle.projections.shape import History, Row, count, day, flag, money, text

NAME = "project_register"
VERSION = 1
COLUMNS = (
    text("project", "実施計画", "project"),
    text("authority", "団体コード", "authority"),
    text("title", "事業名", "title"),
    text("strategy", "総合戦略", "strategy"),
    text("programme", "制度", "programme"),
    count("first_year", "開始年度", "first year"),
    count("last_year", "終了年度", "last year"),
    text("kinds", "事業区分", "kinds"),
    money("planned_yen", "計画国費", "planned national share"),
    count("kpis", "KPI数", "KPIs"),
    text("certificate_no", "認定番号", "certificate no."),
    flag("imported", "取込み", "decided elsewhere"),
    day("ended_on", "事業終了日", "ended on"),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each project."""
    project = history.aggregate
    if not isinstance(project, Project):
        return
    yield {
        "project": project.id,
        "authority": project.authority,
        "title": project.title,
        "strategy": project.strategy,
        "programme": project.programme,
        "first_year": project.first_year,
        "last_year": project.last_year,
        "kinds": ", ".join(dict.fromkeys(component.kind for component in project.components)),
        "planned_yen": sum(year.requested_yen for c in project.components for year in c.years),
        "kpis": len(project.kpis),
        "certificate_no": project.certificate_no,
        "imported": project.imported,
        "ended_on": project.ended_on,
    }
