"""債権管理簿: every return order, what is unpaid of it, and for how many days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lifecycle.projections import return_register
from lifecycle.projections.shape import Row, count, text
from lifecycle.reports.shape import Tie
from lifecycle.reports.view import View, name_of
from lifecycle.rules.deadlines import open_day

NAME, JA, EN = "returns", "債権管理簿", "return orders"
READER = "ministry"
NEEDS = ("return_register",)
_REGISTER = {column.name: column for column in return_register.COLUMNS}
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    *(column for name, column in _REGISTER.items() if name not in ("authority", "grant")),
    count("unpaid_days", "滞納日数", "days unpaid"),
)
SHOWN = ("principal_left_yen", "charges_left_yen", "unpaid_days")
"""A zero here is what a reader looks for."""

TIES = (
    Tie(
        "命令額－納付額＝未納額",
        "ordered − paid back = principal left",
        ("amount_yen", "-paid_yen"),
        ("principal_left_yen",),
    ),
    Tie(
        "加算金＋延滞金－免除額－納付額＝未納額",
        "add-on + late money − exempted − paid = charges left",
        ("addon_yen", "late_yen", "-exempted_yen", "-charges_paid_yen"),
        ("charges_left_yen",),
    ),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each order; days as they bear late money: from the day after the due date to the report's day.

    A due date on a closed day is the next open one.
    """
    for row in view.rows("return_register"):
        late = (view.on - open_day(date.fromisoformat(row["due_on"]))).days
        unpaid_days = max(0, late) if row["principal_left_yen"] else 0
        yield {**row, "authority_name": name_of(row["authority"]), "unpaid_days": unpaid_days}
