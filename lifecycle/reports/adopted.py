"""採択一覧: what the public is told: who was adopted or decided, for which project, with how much."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lifecycle.projections.shape import Row, count, money, text
from lifecycle.reports.view import View, name_of
from lifecycle.values import Kind

NAME, JA, EN = "adopted", "採択一覧", "adopted projects"
READER = "public"
NEEDS = ("grant_register",)
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
    money("amount_yen", "国費", "national share"),
    text("stage", "段階", "stage"),
    text("source", "出典", "source"),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each grant that is adopted or decided and has not come to nothing."""
    for _, lines in groupby(view.rows("grant_register"), lambda row: row["grant"]):
        parts = list(lines)
        head = parts[0]
        decided_yen = sum(part["decided_yen"] + part["changed_yen"] for part in parts)
        adopted_yen = sum(part["adopted_yen"] for part in parts)
        if head["status"] in DEAD or not (decided_yen or adopted_yen):
            continue
        yield {
            **head,
            "authority_name": name_of(head["authority"]),
            "type": "・".join(dict.fromkeys(_type(part) for part in parts)),
            "amount_yen": decided_yen if head["decided_on"] else adopted_yen,
            "stage": "approved" if head["decided_on"] else "adopted",
            "source": head["imported_from"] or head["decision_no"],
        }


def _type(part: Row) -> str:
    kind: str = part["kind"]
    return KINDS.get(kind, kind)
