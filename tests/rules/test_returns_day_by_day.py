"""加算金・延滞金, a second time: day by day, in whole numbers, with nothing in common with the rules but the law.

Every day bears 3/10,000 of what is owed on it (昭和45年法律第13号 25条: 10.95 % means of 365 days, in leap years too);
the sum is cut to the yen once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.rules.returns import Money, addon_segments, charge_yen, deemed_received, late_segments

DAILY = Fraction(3, 10_000)
MILLION = 1_000_000
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Story:
    """What was received, what was ordered back in turn, and how the last order was paid."""

    receipts: list[Money]
    orders: list[Money]
    due_on: date
    payments: list[Money]


# ---------------------------------------------------------------------- day by day


@dataclass
class Debt:
    """Yen that are owed, of what was received on a day."""

    received_on: date
    yen: int


def owed_of(story: Story) -> list[Debt]:
    """What the last order takes back: receipts pile up, and each order in turn takes from the top of the pile."""
    waiting = sorted(story.receipts, key=lambda money: money.on)
    pile: list[Debt] = []
    taken: list[Debt] = []
    for order in story.orders:
        while waiting and waiting[0].on <= order.on:
            receipt = waiting.pop(0)
            pile.append(Debt(receipt.on, receipt.amount_yen))
        taken, left = [], order.amount_yen
        while left:
            part = min(left, pile[-1].yen)
            taken.append(Debt(pile[-1].received_on, part))
            pile[-1].yen -= part
            left -= part
            if not pile[-1].yen:
                pile.pop()
    return taken


def add_on_day_by_day(story: Story) -> int:
    """加算金: each day from a receipt to its payment, both counted."""
    owed = owed_of(story)
    ten_thousandths = 0
    day = min(debt.received_on for debt in owed)
    while any(debt.yen for debt in owed):
        ten_thousandths += 3 * sum(debt.yen for debt in owed if debt.received_on <= day)
        for payment in story.payments:
            if payment.on == day:
                pay(owed, payment.amount_yen)
        day += DAY
    return ten_thousandths // 10_000


def pay(owed: list[Debt], amount: int) -> None:
    """A payment takes what is owed from its beginning, the last receipt first."""
    for debt in owed:
        part = min(amount, debt.yen)
        debt.yen -= part
        amount -= part


def late_money_day_by_day(story: Story) -> int:
    """延滞金: each day after the due date on which something is unpaid, the day of its payment counted."""
    unpaid, ten_thousandths = story.orders[-1].amount_yen, 0
    day = min([story.due_on, *(payment.on for payment in story.payments)])
    while unpaid:
        if day > story.due_on:
            ten_thousandths += 3 * unpaid
        unpaid -= sum(payment.amount_yen for payment in story.payments if payment.on == day)
        day += DAY
    return ten_thousandths // 10_000


# ---------------------------------------------------------------------- by the rules


def add_on_by_rule(story: Story) -> int:
    *earlier, last = story.orders
    receipts = [receipt for receipt in story.receipts if receipt.on <= last.on]
    received = deemed_received(receipts, last.amount_yen, earlier=earlier)
    return charge_yen(addon_segments(received, story.payments), DAILY)


def late_money_by_rule(story: Story) -> int:
    return charge_yen(late_segments(story.due_on, story.orders[-1].amount_yen, story.payments), DAILY)


# ---------------------------------------------------------------------- the check values of lifecycle.md 2.7

WHOLE = Story(
    receipts=[Money(date(2025, 6, 30), 12 * MILLION)],
    orders=[Money(date(2026, 10, 1), 12 * MILLION)],
    due_on=date(2026, 11, 20),
    payments=[Money(date(2026, 11, 20), 12 * MILLION)],
)
LEAP_YEAR = Story(
    receipts=[Money(date(2027, 6, 1), 10 * MILLION)],
    orders=[Money(date(2028, 5, 1), 10 * MILLION)],
    due_on=date(2028, 5, 31),
    payments=[Money(date(2028, 5, 31), 10 * MILLION)],
)
LAST_FIRST = Story(
    receipts=[
        Money(date(2025, 7, 1), 20 * MILLION),
        Money(date(2025, 12, 1), 15 * MILLION),
        Money(date(2026, 3, 31), 10 * MILLION),
    ],
    orders=[Money(date(2026, 8, 1), 18 * MILLION)],
    due_on=date(2026, 9, 30),
    payments=[Money(date(2026, 9, 30), 18 * MILLION)],
)
IN_PARTS = Story(
    receipts=WHOLE.receipts,
    orders=WHOLE.orders,
    due_on=WHOLE.due_on,
    payments=[Money(date(2026, 11, 20), 5 * MILLION), Money(date(2026, 12, 21), 7 * MILLION)],
)


@pytest.mark.parametrize(
    ("story", "add_on_yen", "late_yen"),
    [
        (WHOLE, 1_832_400, 0),
        (LEAP_YEAR, 1_098_000, 0),
        (LAST_FIRST, 552_000 + 729_600, 0),
        (IN_PARTS, 1_832_400 + 65_100, 65_100),
    ],
    ids=["509 days", "366 days", "184 and 304 days", "509 and 31 days"],
)
def test_both_computations_give_the_check_values(story: Story, add_on_yen: int, late_yen: int) -> None:
    assert add_on_day_by_day(story) == add_on_by_rule(story) == add_on_yen
    assert late_money_day_by_day(story) == late_money_by_rule(story) == late_yen


def test_an_order_before_a_receipt_took_nothing_of_it() -> None:
    story = Story(
        receipts=[Money(date(2025, 6, 1), 10 * MILLION), Money(date(2025, 9, 1), 5 * MILLION)],
        orders=[Money(date(2025, 7, 1), 3 * MILLION), Money(date(2025, 10, 1), 6 * MILLION)],
        due_on=date(2025, 10, 31),
        payments=[Money(date(2025, 10, 10), 6 * MILLION)],
    )
    # 5,000,000 for the 40 days from 1 September, 1,000,000 for the 132 days from 1 June.
    assert add_on_day_by_day(story) == add_on_by_rule(story) == 60_000 + 39_600


# ---------------------------------------------------------------------- whatever happens

amounts = st.one_of(st.integers(1, 10_000), st.integers(1, 10**10))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Receipts and orders in turn, over leap years too; the last order is paid in up to four parts."""
    day = date(2025, 4, 1) + draw(st.integers(0, 1_400)) * DAY
    receipts, orders, free = [], [], 0
    for _ in range(draw(st.integers(1, 6))):
        if free and draw(st.booleans()):
            orders.append(Money(day, draw(st.integers(1, free))))
            free -= orders[-1].amount_yen
        else:
            receipts.append(Money(day, draw(amounts)))
            free += receipts[-1].amount_yen
        day += draw(st.integers(0, 150)) * DAY
    if not free:
        receipts.append(Money(day, draw(amounts)))
        free = receipts[-1].amount_yen
    last = Money(day, draw(st.integers(1, free)))
    due_on = day + draw(st.integers(0, 60)) * DAY
    return Story(receipts, [*orders, last], due_on, draw(payments_of(last)))


@st.composite
def payments_of(draw: st.DrawFn, order: Money) -> list[Money]:
    """Parts that add up to the order, on its day or later, in no order."""
    cuts = sorted(draw(st.lists(st.integers(1, order.amount_yen), max_size=3, unique=True)))
    bounds = [0, *(cut for cut in cuts if cut < order.amount_yen), order.amount_yen]
    parts = [upper - lower for lower, upper in pairwise(bounds)]
    days = draw(st.lists(st.integers(0, 200), min_size=len(parts), max_size=len(parts)))
    return [Money(order.on + day * DAY, part) for day, part in zip(days, parts, strict=True)]


many = settings(max_examples=150, deadline=None)


@many
@given(story=stories())
def test_the_rules_charge_what_is_owed_day_by_day(story: Story) -> None:
    assert add_on_by_rule(story) == add_on_day_by_day(story)
    assert late_money_by_rule(story) == late_money_day_by_day(story)


@many
@given(story=stories())
def test_no_charge_is_negative_and_paid_by_the_due_date_none_is_late(story: Story) -> None:
    assert add_on_by_rule(story) >= 0
    assert late_money_by_rule(story) >= 0
    in_time = [Money(min(payment.on, story.due_on), payment.amount_yen) for payment in story.payments]
    assert late_money_by_rule(Story(story.receipts, story.orders, story.due_on, in_time)) == 0


@many
@given(story=stories(), days=st.integers(1, 400), which=st.integers(0, 3))
def test_a_later_payment_never_costs_less(story: Story, days: int, which: int) -> None:
    late = list(story.payments)
    postponed = late[which % len(late)]
    late[which % len(late)] = Money(postponed.on + days * DAY, postponed.amount_yen)
    later = Story(story.receipts, story.orders, story.due_on, late)
    assert add_on_by_rule(later) >= add_on_by_rule(story)
    assert late_money_by_rule(later) >= late_money_by_rule(story)


@many
@given(story=stories(), days=st.integers(1, 60))
def test_a_later_due_date_never_costs_more_late_money(story: Story, days: int) -> None:
    extended = Story(story.receipts, story.orders, story.due_on + days * DAY, story.payments)
    assert late_money_by_rule(extended) <= late_money_by_rule(story)


@many
@given(story=stories(), order=st.randoms(use_true_random=False))
def test_the_order_in_which_receipts_and_payments_are_told_is_no_matter(story: Story, order: Random) -> None:
    receipts, payments = list(story.receipts), list(story.payments)
    order.shuffle(receipts)
    order.shuffle(payments)
    told = Story(receipts, story.orders, story.due_on, payments)
    assert add_on_by_rule(told) == add_on_by_rule(story)
    assert late_money_by_rule(told) == late_money_by_rule(story)
