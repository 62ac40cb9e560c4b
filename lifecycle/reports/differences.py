"""突合差異: only what does not tie out. Sums of the ledger against each other, and what the Board of Audit looks for.

The sources are findings of earlier audits: double funding across tiers (R04), sub-grants unpaid at the report (H28),
no soft or facility part (注4), input tax not reported (H24), contracts beyond what was spent.
"""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.programme import version
from lifecycle.projections.shape import Row, count, money, text
from lifecycle.reports.view import View, name_of
from lifecycle.values import Kind

NAME, JA, EN = "differences", "突合差異", "what does not tie out"
READER = "board_of_audit"
NEEDS = ("audit_points", "cap_board", "grant_register")
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    text("subject", "対象", "about"),
    count("fiscal_year", "年度", "FY"),
    text("check", "突合", "comparison"),
    text("meaning", "内容", "meaning"),
    money("found_yen", "確認額", "found", sums=False),
    money("expected_yen", "比較額", "expected", sums=False),
    money("difference_yen", "差異", "difference"),
    count("differences", "件数", "differences", sums=True),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each difference, by grant; then the windows that hold another sum than their grants."""
    for grant in view.rows("audit_points"):
        for check, meaning, found_yen, expected_yen in _of_grant(grant):
            yield _row(grant, grant["grant"], grant["fiscal_year"], (check, meaning, found_yen, expected_yen))
    yield from _windows(view)


Difference = tuple[str, str, int, int]


def _of_grant(grant: Row) -> Iterator[Difference]:
    if grant["decisions_yen"] != grant["standing_yen"]:
        meaning = "決定の合計と現在額が異なる"
        yield "decisions", meaning, grant["standing_yen"], grant["decisions_yen"]
    if grant["excess_yen"]:
        kept_yen = grant["net_paid_yen"] - grant["excess_yen"]
        yield "excess", "返還命令のない過払", grant["net_paid_yen"], kept_yen
    yield from _double_funding(grant)
    if grant["sub_grants_unpaid"] and grant["reported"]:
        meaning = f"実績報告済みで未交付の間接補助 {grant['sub_grants_unpaid']} 件"
        yield "sub_grants", meaning, grant["sub_grants_unpaid_yen"], 0
    if grant["kinds"] == Kind.INFRASTRUCTURE.value:
        yield "no_soft_part", "インフラ整備のみで、ソフト・拠点がない", grant["standing_yen"], 0
    if grant["settled"] and not grant["input_tax_reported"] and grant["application"] != "talent":
        yield "input_tax", "消費税仕入控除税額の報告がない", 0, 0
    if grant["reported"] and grant["contracts_yen"] > grant["actual_cost_yen"]:
        yield "contracts", "契約額が実績経費を超える", grant["contracts_yen"], grant["actual_cost_yen"]


def _double_funding(grant: Row) -> Iterator[Difference]:
    if grant["application"] not in ("new", "continuing"):
        return
    if not grant["double_funding_checked"]:
        yield "double_funding", "重複・二重交付の確認がない", 0, 0
        return
    share = version(grant["programme"]).setting_fraction("double_funding_share")
    limit_yen = grant["checked_cost_yen"] * share.numerator // share.denominator
    together_yen = grant["own_grant_yen"] + grant["passed_down_yen"]
    if together_yen > limit_yen:
        yield "double_funding", f"合計が対象経費の {share} を超える", together_yen, limit_yen


def _windows(view: View) -> Iterator[Row]:
    """A fiscal-year window must hold what the grants of its kind and year hold, where all revocations free room.

    A window is of all grants of its authority: a report of one grant tells of none.
    """
    if view.limits.grant:
        return
    for window in view.rows("cap_board"):
        if window["period"] != "fiscal_year":
            continue
        standing_yen = sum(
            row["standing_yen"]
            for row in view.all_rows("grant_register", f"{window['authority']}-")
            if (row["kind"], row["fiscal_year"]) == (window["kind"], window["fiscal_year"])
        )
        if standing_yen != window["used_yen"]:
            told = ("cap_use", "上限の使用額と交付の合計が異なる", window["used_yen"], standing_yen)
            yield _row(window, window["window"], window["fiscal_year"], told)


def _row(head: Row, subject: str, fiscal_year: int, difference: Difference) -> Row:
    check, meaning, found_yen, expected_yen = difference
    return {
        "authority": head["authority"],
        "authority_name": name_of(head["authority"]),
        "subject": subject,
        "fiscal_year": fiscal_year,
        "check": check,
        "meaning": meaning,
        "found_yen": found_yen,
        "expected_yen": expected_yen,
        "difference_yen": found_yen - expected_yen,
        "differences": 1,
    }
