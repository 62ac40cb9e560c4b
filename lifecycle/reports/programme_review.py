"""行政事業レビュー用集計: by fiscal year, the ten largest recipients and all others: decided, paid, carried over.

The appropriation itself is not in the ledger: what was decided stands in its place, and the rate is that of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.projections.shape import Row, count, money, text
from lifecycle.reports.shape import Note, Tie, Totals, percent
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "programme_review", "行政事業レビュー用集計", "programme review"
READER = "ministry"
NEEDS = ("grant_register",)
LARGEST = 10
OTHERS = "その他"
COLUMNS = (
    count("fiscal_year", "年度", "FY"),
    count("rank", "順位", "rank"),
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    count("recipients", "団体数", "recipients", sums=True),
    count("grants", "交付件数", "grants", sums=True),
    money("decided_yen", "決定額（変更後）", "decided with changes"),
    money("taken_yen", "取消・取下げ・不用額", "cancelled, void, decommitted"),
    money("standing_yen", "現在額", "standing"),
    money("executed_yen", "執行額", "executed"),
    text("rate", "執行率％", "executed %"),
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


def rows(view: View) -> Iterator[Row]:
    """By year, recipients by what was paid to them and not returned; the eleventh row is everybody else."""
    by_year: dict[int, dict[str, Sums]] = {}
    for grant in view.rows("grant_register"):
        if not grant["decided_on"]:
            continue
        sums = by_year.setdefault(grant["fiscal_year"], {}).setdefault(grant["authority"], _nothing())
        _add(sums, _amounts(grant))
    for year, recipients in sorted(by_year.items()):
        ranked = sorted(recipients, key=lambda code: (-recipients[code]["executed_yen"], code))
        for rank, code in enumerate(ranked[:LARGEST], 1):
            yield _row(year, rank, code, name_of(code), recipients[code])
        if others := ranked[LARGEST:]:
            sums = _nothing()
            for code in others:
                _add(sums, recipients[code])
            yield _row(year, LARGEST + 1, "", OTHERS, {**sums, "recipients": len(others)})


def _amounts(grant: Row) -> Sums:
    taken = ("cancelled_yen", "void_yen", "decommitted_yen", "input_tax_yen")
    return {
        "grants": int(grant["line"] == 1),
        "decided_yen": grant["decided_yen"] + grant["changed_yen"],
        "taken_yen": sum(grant[name] for name in taken),
        "standing_yen": grant["standing_yen"],
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


def _row(year: int, rank: int, code: str, name: str, sums: Sums) -> Row:
    rate = percent(sums["executed_yen"], sums["decided_yen"])
    head = {"fiscal_year": year, "rank": rank, "authority": code, "authority_name": name}
    return {**head, **sums, "rate": rate}


def notes(totals: Totals, rows: int) -> list[Note]:
    """The rate of all together."""
    del rows
    return [
        Note("全体の執行率％", "executed % of all", percent(totals["executed_yen"], totals["decided_yen"]))
    ]
