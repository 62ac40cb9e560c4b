"""KPI達成状況・改善方策: what the public is told of the effect, project by project and year by year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from lifecycle.projections.shape import Row, count, decimal, text
from lifecycle.reports.shape import Note, Totals, percent
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "kpi_board", "KPI達成状況・改善方策", "KPI attainment and measures"
READER = "public"
NEEDS = ("effect_board", "project_register")
CLASSES = (1, 2, 3, 4)
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    text("project", "実施計画", "project"),
    text("title", "事業名", "title"),
    count("fiscal_year", "年度", "FY"),
    count("kpis", "KPI数", "KPIs", sums=True),
    count("measured", "実績値あり", "measured", sums=True),
    count("met", "達成", "met", sums=True),
    decimal("met_percent", "達成率％", "met %"),
    *(count(f"class_{number}", f"区分{number}", f"class {number}", sums=True) for number in CLASSES),
    count("any_met", "１以上達成", "one or more met", sums=True),
    text("cause", "要因分析", "cause"),
    text("measures", "改善方策", "measures"),
    text("future", "今後の方針", "future"),
    text("evaluation_url", "公表先", "address"),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each effect-year of a project."""
    board = groupby(view.rows("effect_board"), lambda row: (row["project"], row["fiscal_year"]))
    for (project, _), lines in board:
        kpis = list(lines)
        plan = view.of("project_register", project)
        classes = Counter(kpi["class"] for kpi in kpis)
        met = sum(kpi["met"] is True for kpi in kpis)
        measured = sum(bool(kpi["actual"]) for kpi in kpis)
        yield {
            **kpis[0],
            "authority_name": name_of(kpis[0]["authority"]),
            "title": plan[0]["title"] if plan else "",
            "kpis": len(kpis),
            "measured": measured,
            "met": met,
            "met_percent": percent(met, measured),
            "any_met": int(met > 0),
            **{f"class_{number}": classes[number] for number in CLASSES},
        }


def notes(totals: Totals, rows: int) -> list[Note]:
    """The two shares that are published for the whole country."""
    return [
        Note("１以上達成した事業％", "projects with one or more met %", percent(totals["any_met"], rows)),
        Note("達成したKPI％", "KPIs met %", percent(totals["met"], totals["measured"])),
    ]
