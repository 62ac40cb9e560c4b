"""自団体の残枠・期限・宿題: an authority's room in every window, and everything that waits for it, by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lifecycle.checks.agenda import Wait, agenda
from lifecycle.errors import BadInput
from lifecycle.projections.shape import Row, count, day, flag, money, text
from lifecycle.reports import cap_use
from lifecycle.reports.view import View
from lifecycle.store.log import AsOf, Log

NAME, JA, EN = "own_agenda", "自団体の残枠・期限・宿題", "own room, deadlines and tasks"
READER = "municipality"
NEEDS = cap_use.NEEDS
APPLICANT = ("head", "preparer", "verifier")
COLUMNS = (
    text("section", "区分", "section"),
    text("item", "項目", "item"),
    text("subject", "対象", "about"),
    count("fiscal_year", "年度", "FY"),
    text("role", "担当", "role"),
    day("due_on", "期限", "due on"),
    count("days_left", "残日数", "days left"),
    flag("overdue", "期限超過", "overdue"),
    money("limit_yen", "上限", "limit", sums=False),
    money("taken_yen", "使用済・採択額", "used and reserved", sums=False),
    money("amount_yen", "残額・金額", "room or amount", sums=False),
)


def rows(view: View) -> Iterator[Row]:
    """Windows first, then what waits, overdue first.

    Raises:
        BadInput: no authority is named.
    """
    if not view.limits.authority:
        raise BadInput("this report is about one authority; give --authority CODE")
    for window in cap_use.rows(view):
        yield _window(window)
    point = AsOf(n=view.n, effective_on=view.point.effective_on)
    for wait in agenda(Log(view.log), point, view.on, f"{view.limits.authority}-"):
        yield _wait(wait, view.on)


def _window(window: Row) -> Row:
    return {
        "section": "room",
        "item": window["rule"],
        "subject": window["project"] or window["period"],
        "fiscal_year": window["fiscal_year"],
        "role": "",
        "due_on": None,
        "days_left": None,
        "overdue": None,
        "limit_yen": window["limit_yen"],
        "taken_yen": window["used_yen"] + window["reserved_yen"],
        "amount_yen": window["room_yen"],
    }


def _wait(wait: Wait, on: date) -> Row:
    return {
        "section": "task" if wait.role in APPLICANT else "ministry",
        "item": wait.what,
        "subject": wait.id,
        "fiscal_year": None,
        "role": wait.role,
        "due_on": wait.due_on,
        "days_left": (wait.due_on - on).days if wait.due_on else None,
        "overdue": wait.overdue(on),
        "limit_yen": None,
        "taken_yen": None,
        "amount_yen": wait.amount_yen,
    }
