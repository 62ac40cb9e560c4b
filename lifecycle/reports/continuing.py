"""継続申請前チェック: every decided year of a project: measured, verified, published, and what it blocks."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates.project_year import PARTS, stream_of
from lifecycle.projections.shape import Row, count, day, text
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "continuing", "継続申請前チェック", "before a continuing application"
READER = "ministry"
NEEDS = ("grant_register", "project_register", "effect_board")
DEAD = ("withdrawn", "not_adopted", "rejected")
YEARS_AFTER = 2
"""A continuing application for a year asks that every year up to two before it is published (contract section 6)."""

COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    text("project", "実施計画", "project"),
    text("title", "事業名", "title"),
    count("fiscal_year", "年度", "FY"),
    count("last_year", "計画終了年度", "last FY of the plan"),
    count("kpis", "KPI数", "KPIs", sums=True),
    count("measured", "実績値あり", "measured", sums=True),
    text("classes", "区分", "classes"),
    day("external_on", "外部検証日", "verified on"),
    count("published", "公表済", "parts published"),
    text("unpublished", "未公表", "not published"),
    day("closed_on", "年度終了日", "closed on"),
    count("blocks", "申請できない年度", "blocks the application for FY"),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each fiscal year of a project that was decided here."""
    for grant in view.rows("grant_register"):
        if grant["line"] != 1 or not grant["decided_on"] or grant["status"] in DEAD:
            continue
        if grant["application"] not in ("new", "continuing"):
            continue
        project = view.of("project_register", grant["project"])[0]
        yield _row(view, grant, project)


def _row(view: View, grant: Row, project: Row) -> Row:
    year = grant["fiscal_year"]
    kpis = view.of("effect_board", stream_of(grant["project"], year))
    first = kpis[0] if kpis else {}
    unpublished = [part for part in PARTS if not first.get(f"{part}_published_on")]
    blocked = year + YEARS_AFTER
    return {
        "authority": grant["authority"],
        "authority_name": name_of(grant["authority"]),
        "project": grant["project"],
        "title": project["title"],
        "fiscal_year": year,
        "last_year": project["last_year"],
        "kpis": len(kpis) or project["kpis"],
        "measured": sum(bool(kpi["actual"]) for kpi in kpis),
        "classes": ", ".join(str(kpi["class"]) for kpi in kpis if kpi["class"] is not None),
        "external_on": first.get("external_on"),
        "published": len(PARTS) - len(unpublished),
        "unpublished": ", ".join(unpublished),
        "closed_on": first.get("closed_on"),
        "blocks": blocked if unpublished and blocked <= project["last_year"] else None,
    }
