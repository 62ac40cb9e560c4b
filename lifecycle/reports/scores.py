"""審査表・採択結果: every application with its scores, its rank within the round, and what was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lifecycle.projections import review_sheet
from lifecycle.projections.shape import Column, Row, count, text
from lifecycle.reports.shape import Note, Totals
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "scores", "審査表・採択結果", "scores and results"
READER = "ministry"
NEEDS = ("review_sheet",)
_OWN = {column.name: column for column in review_sheet.COLUMNS}


def _own(*names: str) -> tuple[Column, ...]:
    return tuple(_OWN[name] for name in names)


COLUMNS = (
    text("round", "募集回", "round"),
    count("rank", "順位", "rank"),
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    *_own("grant", "title", "fiscal_year", "application", "requested_yen"),
    *(_OWN[f"{name}_{part}"] for name in review_sheet.CRITERIA for part in ("score", "reason", "by")),
    *_own("total", "conflicts", "decision", "reserved_yen", "granted_yen"),
    *_own("decided_on", "decided_by", "reason"),
    count("decided", "審査済", "decided", sums=True),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each application; those that are not scored in full have no rank.

    The rank is that within the whole round, whatever part of it is shown.
    """
    higher: dict[str, Counter[int]] = {}
    for row in view.all_rows("review_sheet"):
        if row["scored"] == len(review_sheet.CRITERIA):
            higher.setdefault(row["round"], Counter())[row["total"]] += 1
    for row in view.rows("review_sheet"):
        is_scored = row["scored"] == len(review_sheet.CRITERIA)
        better = higher.get(row["round"], Counter())
        rank = 1 + sum(many for total, many in better.items() if total > row["total"]) if is_scored else None
        yield {
            **row,
            "rank": rank,
            "authority_name": name_of(row["authority"]),
            "decided": int(bool(row["decision"])),
        }


def notes(totals: Totals, rows: int) -> list[Note]:
    """How many applications wait."""
    return [Note("審査中", "still waiting", str(rows - totals["decided"]))]
