"""執行状況の推移: what was paid out and came back in each month, by fiscal year of the budget, and what that is so far.

Month 1 is April of the fiscal year, month 13 April of the next: settlements and returns come after the year's end.
"""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.projections.shape import Row, count, decimal, money, text
from lifecycle.reports.shape import percent
from lifecycle.reports.view import View

NAME, JA, EN = "execution", "執行状況の推移", "execution month by month"
READER = "ministry"
NEEDS = ("payment_book", "grant_register")
COLUMNS = (
    count("fiscal_year", "予算の年度", "FY of the budget"),
    count("month", "月（4月＝1）", "month, April = 1"),
    text("calendar", "年月", "calendar month"),
    money("out_yen", "支払額", "paid out"),
    money("in_yen", "返納額", "paid back"),
    money("so_far_yen", "執行累計", "executed so far", sums=False),
    money("decided_yen", "決定額（変更後）", "decided with changes", sums=False),
    decimal("rate", "執行率％", "executed %"),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each month from April to the last in which money moved."""
    decided: dict[int, int] = {}
    for grant in view.rows("grant_register"):
        taken_yen = grant["cancelled_yen"] + grant["void_yen"]
        standing_yen = grant["decided_yen"] + grant["changed_yen"] - taken_yen
        decided[grant["fiscal_year"]] = decided.get(grant["fiscal_year"], 0) + standing_yen
    months: dict[int, dict[int, list[int]]] = {}
    for paid in view.rows("payment_book"):
        sums = months.setdefault(paid["fiscal_year"], {}).setdefault(paid["month"], [0, 0])
        sums[0] += paid["out_yen"]
        sums[1] += paid["in_yen"]
    for year, by_month in sorted(months.items()):
        so_far_yen = 0
        for month in range(min(1, *by_month), max(by_month) + 1):
            out_yen, in_yen = by_month.get(month, (0, 0))
            so_far_yen += out_yen - in_yen
            yield {
                "fiscal_year": year,
                "month": month,
                "calendar": f"{year + (month + 2) // 12}-{(month + 2) % 12 + 1:02}",
                "out_yen": out_yen,
                "in_yen": in_yen,
                "so_far_yen": so_far_yen,
                "decided_yen": decided.get(year, 0),
                "rate": percent(so_far_yen, decided.get(year, 0)),
            }
