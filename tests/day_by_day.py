"""加算金・延滞金 counted day by day, in whole numbers: nothing in common with `lifecycle.rules.returns` but the law.

Every day bears 3/10,000 of what is owed on it (昭和45年法律第13号 25条: 10.95 % means of 365 days, in leap years too);
the sum is cut to the yen once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)

TURN_OF_THE_YEAR = ("1229", "1230", "1231", "0101", "0102", "0103")

Dated = tuple[date, int]
"""Yen on a day: received, ordered back, or paid."""


@dataclass
class Debt:
    """Yen that are owed, of what was received on a day."""

    received_on: date
    yen: int


def owed(receipts: list[Dated], orders: list[Dated]) -> list[Debt]:
    """What the last order takes back: receipts pile up, and each order in turn takes from the top of the pile."""
    waiting = sorted(receipts)
    pile: list[Debt] = []
    taken: list[Debt] = []
    for ordered_on, ordered_yen in orders:
        while waiting and waiting[0][0] <= ordered_on:
            pile.append(Debt(*waiting.pop(0)))
        taken, left = [], ordered_yen
        while left:
            part = min(left, pile[-1].yen)
            taken.append(Debt(pile[-1].received_on, part))
            pile[-1].yen -= part
            left -= part
            if not pile[-1].yen:
                pile.pop()
    return taken


def add_on(receipts: list[Dated], orders: list[Dated], payments: list[Dated]) -> int:
    """加算金 of the last order in yen: each day from a receipt to its payment, both counted."""
    debts = owed(receipts, orders)
    ten_thousandths = 0
    day = min(debt.received_on for debt in debts)
    while any(debt.yen for debt in debts):
        ten_thousandths += 3 * sum(debt.yen for debt in debts if debt.received_on <= day)
        for paid_on, yen in payments:
            if paid_on == day:
                pay(debts, yen)
        day += DAY
    return ten_thousandths // 10_000


def pay(debts: list[Debt], yen: int) -> None:
    """A payment takes what is owed from its beginning, the last receipt first."""
    for debt in debts:
        part = min(yen, debt.yen)
        debt.yen -= part
        yen -= part


def with_grace(due_on: date) -> date:
    """A last day on a Saturday, Sunday, national holiday or at the turn of the year moves on (lifecycle.md 2.7)."""
    import jpholiday

    closed = (
        due_on.weekday() > 4 or jpholiday.is_holiday(due_on) or due_on.strftime("%m%d") in TURN_OF_THE_YEAR
    )
    return with_grace(due_on + DAY) if closed else due_on


def late_money(due_on: date, ordered_yen: int, payments: list[Dated]) -> int:
    """延滞金 in yen: each day after the due date on which something is unpaid, the day of its payment counted."""
    unpaid, ten_thousandths = ordered_yen, 0
    day = min([due_on, *(paid_on for paid_on, _ in payments)])
    while unpaid:
        if day > due_on:
            ten_thousandths += 3 * unpaid
        unpaid -= sum(yen for paid_on, yen in payments if paid_on == day)
        day += DAY
    return ten_thousandths // 10_000
