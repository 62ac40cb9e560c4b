"""効果検証シート: every KPI of a project's year with cost, national share, opinions, measures and publication."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lifecycle.projections import effect_board
from lifecycle.projections.shape import DECIMAL, Column, Row, count, decimal, money, text
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "verification", "効果検証シート", "verification of the effect"
READER = "municipality"
NEEDS = ("effect_board", "project_register", "grant_register")
_BOARD = {column.name: column for column in effect_board.COLUMNS}


def _board(*names: str) -> tuple[Column, ...]:
    return tuple(_BOARD[name] for name in names)


COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    text("project", "実施計画", "project"),
    text("title", "事業名", "title"),
    text("period", "計画期間", "plan period"),
    *_board("fiscal_year"),
    text("components", "構成事業", "components"),
    money("cost_yen", "対象経費", "eligible cost"),
    money("paid_yen", "国費（支払額）", "national share paid"),
    *_board("kpi", "name", "unit"),
    *(column._replace(form=DECIMAL) for column in _board("baseline", "target", "actual")),
    decimal("percent", "達成率％", "% of the target"),
    *_board("class", "cause", "external_meeting", "external_sectors", "external_opinion"),
    *_board("assembly_opinion", "measures", "owner", "due_on", "future"),
    *_board("verification_url", "evaluation_url", "measures_url"),
    count("kpis", "KPI数", "KPIs", sums=True),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each KPI; cost and money of the year stand on its first."""
    for row in view.rows("effect_board"):
        project = view.of("project_register", row["project"])
        grant = view.of("grant_register", f"{row['project']}/{row['fiscal_year']}")
        first = row["line"] == 1
        costs = [c["actual_cost_yen"] or c["eligible_cost_yen"] for c in grant]
        paid_yen = sum(c["disbursed_yen"] - c["returned_yen"] for c in grant)
        yield {
            **row,
            "authority_name": name_of(row["authority"]),
            "title": project[0]["title"] if project else "",
            "period": f"{project[0]['first_year']}～{project[0]['last_year']}" if project else "",
            "components": ", ".join(c["component_title"] or c["component"] for c in grant),
            "cost_yen": sum(costs) if first else 0,
            "paid_yen": paid_yen if first else 0,
            "percent": of_target(row["target"], row["actual"]),
            "kpis": 1,
        }


def of_target(target: str, actual: str) -> str:
    """Actual over target in percent to one decimal, rounded down; "" where the ratio has no meaning."""
    if not target or not actual or Fraction(target) <= 0 or Fraction(actual) < 0:
        return ""
    thousandths = Fraction(actual) * 1000 // Fraction(target)
    return f"{thousandths // 10}.{thousandths % 10}"
