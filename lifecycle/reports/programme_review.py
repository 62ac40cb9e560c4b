"""行政事業レビュー用集計: by fiscal year, the ten recipients of most executed (then decided) yen, and all others.

The appropriation itself is not in the ledger: what was decided stands in its place, and the rate is that of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.projections.shape import Row, count, decimal, money, text
from lifecycle.reports.amounts import decided_amounts
from lifecycle.reports.shape import Note, Tie, Totals, percent
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "programme_review", "行政事業レビュー用集計", "programme review"
READER = "ministry"
NEEDS = ("grant_register",)
LARGEST = 10
OTHERS = "その他"
COLUMNS = (
    count("fiscal_year", "年度", "FY"),
    count("rank", "順位（執行額、次に決定額）", "rank by executed, then decided"),
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    count("recipients", "団体数", "recipients", sums=True),
    count("grants", "交付件数", "grants", sums=True),
    money("decided_yen", "決定額（変更後）", "decided with changes"),
    money("taken_yen", "取消・取下げ・不用額", "cancelled, void, decommitted"),
    money("standing_yen", "現在額", "standing"),
    money("executed_yen", "執行額", "executed"),
    decimal("rate", "執行率％（決定額比）", "executed % of decided"),
    money("carried_over_yen", "繰越額", "carried over"),
    money("returned_yen", "返納済額", "returned"),
)
TIES = (
    Tie(
        "決定額－取消等＝現在額",
        "decided − taken = standing",
        ("decided_yen", "-taken_yen"),
        ("standing_yen",),
    ),
)
AMOUNTS = ("decided_yen", "taken_yen", "standing_yen", "executed_yen", "carried_over_yen", "returned_yen")
Sums = dict[str, int]
ByYear = dict[int, dict[str, Sums]]


def rows(view: View) -> Iterator[Row]:
    """By year, recipients by what was paid to them and not returned; the last row is everybody else.

    The rank is that among all recipients of the year, whatever part of them is shown: first by executed yen, then
    by decided yen, then by code. Who asks for one authority or grant gets its own row, however small.
    """
    whole: ByYear = {}
    shown: ByYear = {}
    for grant in view.all_rows("grant_register"):
        if grant["decided_on"]:
            _add_grant(whole, grant)
            if view.is_within(grant):
                _add_grant(shown, grant)
    is_of_one = bool(view.limits.authority or view.limits.grant)
    for year, recipients in sorted(shown.items()):
        ranks = {code: rank for rank, code in enumerate(_ranked(whole[year]), 1)}
        named = [code for code in ranks if code in recipients and (is_of_one or ranks[code] <= LARGEST)]
        for code in named:
            yield _row(year, ranks[code], code, name_of(code), recipients[code])
        if others := recipients.keys() - set(named):
            sums = _nothing()
            for code in others:
                _add(sums, recipients[code])
            yield _row(year, None, "", OTHERS, {**sums, "recipients": len(others)})


def _ranked(recipients: dict[str, Sums]) -> list[str]:
    """Codes of recipients, the largest first."""
    return sorted(
        recipients,
        key=lambda code: (-recipients[code]["executed_yen"], -recipients[code]["decided_yen"], code),
    )


def _add_grant(by_year: ByYear, grant: Row) -> None:
    _add(
        by_year.setdefault(grant["fiscal_year"], {}).setdefault(grant["authority"], _nothing()),
        _amounts(grant),
    )


def _amounts(grant: Row) -> Sums:
    return {
        "grants": int(grant["line"] == 1),
        **decided_amounts(grant),
        "executed_yen": grant["disbursed_yen"] - grant["returned_yen"],
        "carried_over_yen": grant["carried_over_yen"],
        "returned_yen": grant["returned_yen"],
    }


def _nothing() -> Sums:
    return {"recipients": 1, "grants": 0, **dict.fromkeys(AMOUNTS, 0)}


def _add(sums: Sums, more: Sums) -> None:
    for name, value in more.items():
        if name != "recipients":
            sums[name] += value


def _row(year: int, rank: int | None, code: str, name: str, sums: Sums) -> Row:
    rate = percent(sums["executed_yen"], sums["decided_yen"])
    head = {"fiscal_year": year, "rank": rank, "authority": code, "authority_name": name}
    return {**head, **sums, "rate": rate}


def notes(totals: Totals, rows: int) -> list[Note]:
    """The rate of all together."""
    del rows
    return [
        Note(
            "全体の執行率％（決定額比）",
            "executed % of all decided",
            percent(totals["executed_yen"], totals["decided_yen"]),
        )
    ]
