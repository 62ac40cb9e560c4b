"""採択一覧: what the public is told: who was adopted or decided, with how much, what was taken of it and what stands.

A grant that was revoked (取消) or abolished (廃止) says so, with what still stands of it: nothing, or a part.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lifecycle.projections.shape import Row, count, money, text
from lifecycle.reports.amounts import decided_amounts
from lifecycle.reports.shape import Tie
from lifecycle.reports.view import View, name_of
from lifecycle.values import Kind

NAME, JA, EN = "adopted", "採択一覧", "adopted projects"
READER = "public"
NEEDS = ("grant_register",)
ENDED = ("revoked", "abolished")
DEAD = ("withdrawn", "not_adopted", "rejected")
KINDS: dict[str, str] = {kind.value: kind.name_ja for kind in Kind}
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    text("project", "実施計画", "project"),
    text("title", "事業名", "title"),
    text("type", "類型", "type"),
    count("fiscal_year", "年度", "FY"),
    text("round", "募集回", "round"),
    money("amount_yen", "国費（採択・決定額）", "national share adopted or decided"),
    money("taken_yen", "取消・取下げ・不用額", "cancelled, void, decommitted"),
    money("standing_yen", "国費（現在）", "national share now"),
    text("stage", "段階", "stage"),
    text("source", "出典", "source"),
)
TIES = (
    Tie(
        "採択・決定額－取消等＝現在の国費",
        "adopted or decided − taken = now",
        ("amount_yen", "-taken_yen"),
        ("standing_yen",),
    ),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each grant that is adopted or decided; withdrawn, refused and rejected ones are none."""
    for _, lines in groupby(view.rows("grant_register"), lambda row: row["grant"]):
        parts = list(lines)
        head = parts[0]
        amounts = _decided(parts) if head["decided_on"] else _adopted(parts)
        if head["status"] in DEAD or not amounts["amount_yen"]:
            continue
        yield {
            **head,
            "authority_name": name_of(head["authority"]),
            "type": "・".join(dict.fromkeys(_type(part) for part in parts)),
            **amounts,
            "stage": _stage(head, amounts),
            "source": head["imported_from"] or head["decision_no"],
        }


def _decided(parts: list[Row]) -> dict[str, int]:
    told = [decided_amounts(part) for part in parts]
    return {
        "amount_yen": sum(part["decided_yen"] for part in told),
        "taken_yen": sum(part["taken_yen"] for part in told),
        "standing_yen": sum(part["standing_yen"] for part in told),
    }


def _adopted(parts: list[Row]) -> dict[str, int]:
    adopted_yen = sum(part["adopted_yen"] for part in parts)
    return {"amount_yen": adopted_yen, "taken_yen": 0, "standing_yen": adopted_yen}


def _stage(head: Row, amounts: dict[str, int]) -> str:
    """採択, 交付決定, or what a decision came to, also when the year was closed since."""
    if not head["decided_on"]:
        return "adopted"
    if head["status"] in ENDED:
        return str(head["status"])
    return "approved" if amounts["standing_yen"] else "nothing"


def _type(part: Row) -> str:
    kind: str = part["kind"]
    return KINDS.get(kind, kind)
