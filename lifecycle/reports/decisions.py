"""交付決定・執行状況一覧: every grant with its money, one row for each component of it."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.projections.shape import Row, count, day, money, text
from lifecycle.reports.shape import Tie
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "decisions", "交付決定・執行状況一覧", "decisions and execution"
READER = "ministry"
NEEDS = ("grant_register",)
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    text("tier", "団体区分", "tier"),
    text("grant", "交付", "grant"),
    text("title", "事業名", "title"),
    count("fiscal_year", "年度", "FY"),
    text("status", "状態", "status"),
    text("component", "構成事業", "component"),
    text("kind", "事業区分", "kind"),
    money("requested_yen", "申請額", "requested"),
    money("adopted_yen", "採択額", "adopted"),
    money("decided_yen", "交付決定額", "decided"),
    money("changed_yen", "変更増減額", "changed"),
    money("cancelled_yen", "取消・廃止額", "cancelled"),
    money("void_yen", "取下げ額", "void"),
    money("carried_over_yen", "繰越額", "carried over"),
    money("advanced_yen", "概算払額", "advanced"),
    money("disbursed_yen", "支払済額", "disbursed"),
    money("decommitted_yen", "不用額", "decommitted"),
    money("input_tax_yen", "消費税減額", "input tax"),
    money("settled_yen", "確定額", "settled"),
    money("standing_yen", "現在額", "standing"),
    money("returned_yen", "返納済額", "returned"),
    day("decided_on", "決定日", "decided on"),
)
TIES = (
    Tie(
        "決定額±変更－取消－取下げ－不用－消費税＝現在額",
        "decided ± changed − cancelled − void − decommitted − input tax = standing",
        (
            *("decided_yen", "changed_yen", "-cancelled_yen", "-void_yen"),
            *("-decommitted_yen", "-input_tax_yen"),
        ),
        ("standing_yen",),
    ),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each component of every grant."""
    for row in view.rows("grant_register"):
        yield {**row, "authority_name": name_of(row["authority"])}
