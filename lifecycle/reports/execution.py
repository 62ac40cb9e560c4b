"""執行状況の推移: what was paid out and came back in each month, by fiscal year of the budget, and what that is so far.

Month 1 is April of the fiscal year, month 13 April of the next: settlements and returns come after the year's end.
"""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.projections.shape import Row, count, decimal, money, text
from lifecycle.reports.amounts import DECIDED as AMOUNTS
from lifecycle.reports.amounts import decided_amounts
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
    money("taken_yen", "取消・取下げ・不用額", "cancelled, void, decommitted", sums=False),
    money("standing_yen", "現在額", "standing", sums=False),
    decimal("rate", "執行率％（決定額比）", "executed % of decided"),
)
SHOWN = ("out_yen", "in_yen", "so_far_yen")
"""A year in which nothing was paid yet says so."""


def rows(view: View) -> Iterator[Row]:
    """One row for each month from April to the last in which money moved; April alone where none has.

    What was decided, what of it was taken and what stands are those of the whole year, as it is now.
    """
    decided: dict[int, dict[str, int]] = {}
    for grant in view.rows("grant_register"):
        if grant["decided_on"]:
            sums = decided.setdefault(grant["fiscal_year"], dict.fromkeys(AMOUNTS, 0))
            for name, amount_yen in decided_amounts(grant).items():
                sums[name] += amount_yen
    months: dict[int, dict[int, list[int]]] = {year: {} for year in decided}
    for paid in view.rows("payment_book"):
        moved = months.setdefault(paid["fiscal_year"], {}).setdefault(paid["month"], [0, 0])
        moved[0] += paid["out_yen"]
        moved[1] += paid["in_yen"]
    for year, by_month in sorted(months.items()):
        yield from _year(year, by_month, decided.get(year, dict.fromkeys(AMOUNTS, 0)))


def _year(year: int, by_month: dict[int, list[int]], amounts: dict[str, int]) -> Iterator[Row]:
    so_far_yen = 0
    for month in range(min([1, *by_month]), max([1, *by_month]) + 1):
        out_yen, in_yen = by_month.get(month, (0, 0))
        so_far_yen += out_yen - in_yen
        yield {
            "fiscal_year": year,
            "month": month,
            "calendar": f"{year + (month + 2) // 12}-{(month + 2) % 12 + 1:02}",
            "out_yen": out_yen,
            "in_yen": in_yen,
            "so_far_yen": so_far_yen,
            **amounts,
            "rate": percent(so_far_yen, amounts["decided_yen"]),
        }
