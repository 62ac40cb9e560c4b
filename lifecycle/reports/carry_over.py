"""繰越計算書の基礎: every carry-over with its cause and its approval."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.projections import carry_over_sheet
from lifecycle.projections.shape import Row, text
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "carry_over", "繰越計算書の基礎", "carry-overs"
READER = "ministry"
NEEDS = ("carry_over_sheet",)
_SHEET = {column.name: column for column in carry_over_sheet.COLUMNS}
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    *(column for name, column in _SHEET.items() if name != "authority"),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each carry-over."""
    for row in view.rows("carry_over_sheet"):
        yield {**row, "authority_name": name_of(row["authority"])}
