"""証拠書類一覧: every paper that the ledger names, with its digest and the digest of the event that names it."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.projections import evidence_list
from lifecycle.projections.shape import Row, text
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "evidence", "証拠書類一覧", "papers"
READER = "municipality"
NEEDS = ("evidence_list",)
LIMITED_BY = ("grant",)
COLUMNS = (
    *evidence_list.COLUMNS[:4],
    text("authority_name", "団体名", "name"),
    *evidence_list.COLUMNS[4:],
)


def rows(view: View) -> Iterator[Row]:
    """One row for each paper."""
    for row in view.rows("evidence_list"):
        if not view.limits.grant or row["stream"].startswith(view.limits.grant):
            yield {**row, "authority_name": name_of(row["authority"])}
