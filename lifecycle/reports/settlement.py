"""実績報告書・精算書: what every component cost, what was fixed, what was paid in advance and is still to be paid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lifecycle.projections.shape import Row, count, day, money, text
from lifecycle.reports.amounts import decided_amounts
from lifecycle.reports.shape import Tie
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "settlement", "実績報告書・精算書", "completion and settlement"
READER = "municipality"
NEEDS = ("grant_register",)
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    text("grant", "交付", "grant"),
    text("title", "事業名", "title"),
    count("fiscal_year", "年度", "FY"),
    text("status", "状態", "status"),
    text("component", "構成事業", "component"),
    text("kind", "事業区分", "kind"),
    text("rate", "補助率", "rate"),
    money("eligible_cost_yen", "対象経費（計画）", "eligible cost planned"),
    money("actual_cost_yen", "対象経費（実績）", "eligible cost in the end"),
    money("decided_yen", "交付決定額（変更後）", "decided with changes"),
    money("cut_yen", "取消・取下げ・消費税減額", "cancelled, void, input tax"),
    money("standing_before_yen", "差引後の交付決定額", "decided less what was cut"),
    money("settled_yen", "確定額", "settled"),
    money("decommitted_yen", "不用額", "decommitted"),
    money("advanced_yen", "概算払額", "advanced"),
    money("final_yen", "精算払額", "final payment"),
    money("returned_yen", "返納済額", "returned"),
    money("balance_yen", "精算残額", "still to be paid"),
    day("reported_on", "実績報告日", "reported on"),
    day("settled_on", "確定日", "settled on"),
)
TIES = (
    Tie(
        "確定額＝概算払＋精算払－返納＋精算残額",
        "settled = advanced + final − returned + still to be paid",
        ("settled_yen",),
        ("advanced_yen", "final_yen", "-returned_yen", "balance_yen"),
    ),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each component of a grant that was reported. Payments and what is left stand on the grant's first.

    A negative balance is to be given back.
    """
    for _, lines in groupby(view.rows("grant_register"), lambda row: row["grant"]):
        parts = list(lines)
        if parts[0]["reported_on"]:
            settled_yen = sum(part["settled_yen"] for part in parts)
            for part in parts:
                yield _row(part, settled_yen if part["line"] == 1 else 0)


def _row(part: Row, settled_yen: int) -> Row:
    decided_yen = decided_amounts(part)["decided_yen"]
    cut_yen = part["cancelled_yen"] + part["void_yen"] + part["input_tax_yen"]
    return {
        **part,
        "authority_name": name_of(part["authority"]),
        "decided_yen": decided_yen,
        "cut_yen": cut_yen,
        "standing_before_yen": decided_yen - cut_yen,
        "final_yen": part["disbursed_yen"] - part["advanced_yen"],
        "balance_yen": settled_yen - part["disbursed_yen"] + part["returned_yen"],
    }
