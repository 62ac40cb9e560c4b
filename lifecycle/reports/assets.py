"""財産管理台帳: every asset with its cost, how long it is restricted, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lifecycle.projections import asset_register
from lifecycle.projections.shape import Row, flag, text
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "assets", "財産管理台帳", "assets"
READER = "municipality"
NEEDS = ("asset_register",)
_REGISTER = {column.name: column for column in asset_register.COLUMNS}
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    *(column for name, column in _REGISTER.items() if name != "authority"),
    flag("restricted", "処分制限中", "restricted now"),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each asset; restricted as of the day of the report."""
    for row in view.rows("asset_register"):
        until = row["restricted_until"]
        restricted = bool(until) and not row["disposed_on"] and view.on <= date.fromisoformat(until)
        yield {**row, "authority_name": name_of(row["authority"]), "restricted": restricted}
