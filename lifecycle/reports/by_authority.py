"""団体別交付額: what every authority was given, by fiscal year and kind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lifecycle.projections.shape import Row, count, money, text
from lifecycle.reports.amounts import decided_amounts
from lifecycle.reports.shape import Tie
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "by_authority", "団体別交付額", "grants by authority"
READER = "public"
NEEDS = ("grant_register",)
AMOUNTS = ("decided_yen", "taken_yen", "standing_yen", "settled_yen")
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    count("fiscal_year", "年度", "FY"),
    text("kind", "事業区分", "kind"),
    count("components", "構成事業数", "components", sums=True),
    money("decided_yen", "交付決定額（変更後）", "decided with changes"),
    money("taken_yen", "取消・取下げ・不用額", "cancelled, void, decommitted"),
    money("standing_yen", "現在額", "standing"),
    money("settled_yen", "確定額", "settled"),
)
TIES = (
    Tie(
        "決定額－取消等＝現在額",
        "decided − taken = standing",
        ("decided_yen", "-taken_yen"),
        ("standing_yen",),
    ),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each authority, fiscal year and kind in which anything was decided."""
    for authority, grants in groupby(view.rows("grant_register"), lambda row: row["authority"]):
        sums: dict[tuple[int, str], dict[str, int]] = {}
        for row in grants:
            if row["decided_on"]:
                _add(sums.setdefault((row["fiscal_year"], row["kind"]), _nothing()), row)
        for (year, kind), amounts in sorted(sums.items()):
            head = {"authority": authority, "authority_name": name_of(authority)}
            yield {**head, "fiscal_year": year, "kind": kind, **amounts}


def _nothing() -> dict[str, int]:
    return {"components": 0, **dict.fromkeys(AMOUNTS, 0)}


def _add(sums: dict[str, int], row: Row) -> None:
    amounts = {"components": 1, **decided_amounts(row), "settled_yen": row["settled_yen"]}
    for name, more in amounts.items():
        sums[name] += more
