"""加算金・延滞金 by rule and day by day: two computations with nothing in common but the law (lifecycle.md 2.7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from day_by_day import DAY, Dated, add_on, late_money
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.rules.returns import Money, addon_segments, charge_yen, deemed_received, late_segments

DAILY = Fraction(3, 10_000)
MILLION = 1_000_000


@dataclass(frozen=True)
class Story:
    """What was received, what was ordered back in turn, and how the last order was paid."""

    receipts: list[Dated]
    orders: list[Dated]
    due_on: date
    payments: list[Dated]

    def day_by_day(self) -> tuple[int, int]:
        """加算金, 延滞金."""
        late_yen = late_money(self.due_on, self.orders[-1][1], self.payments)
        return add_on(self.receipts, self.orders, self.payments), late_yen

    def by_rule(self) -> tuple[int, int]:
        """加算金, 延滞金."""
        receipts, orders, payments = (
            [Money(on, yen) for on, yen in dated] for dated in (self.receipts, self.orders, self.payments)
        )
        received = deemed_received(
            [receipt for receipt in receipts if receipt.on <= orders[-1].on],
            orders[-1].amount_yen,
            earlier=orders[:-1],
        )
        late = late_segments(self.due_on, orders[-1].amount_yen, payments)
        return charge_yen(addon_segments(received, payments), DAILY), charge_yen(late, DAILY)


# ---------------------------------------------------------------------- the check values of lifecycle.md 2.7

WHOLE = Story(
    receipts=[(date(2025, 6, 30), 12 * MILLION)],
    orders=[(date(2026, 10, 1), 12 * MILLION)],
    due_on=date(2026, 11, 20),
    payments=[(date(2026, 11, 20), 12 * MILLION)],
)
LEAP_YEAR = Story(
    receipts=[(date(2027, 6, 1), 10 * MILLION)],
    orders=[(date(2028, 5, 1), 10 * MILLION)],
    due_on=date(2028, 5, 31),
    payments=[(date(2028, 5, 31), 10 * MILLION)],
)
LAST_FIRST = Story(
    receipts=[
        (date(2025, 7, 1), 20 * MILLION),
        (date(2025, 12, 1), 15 * MILLION),
        (date(2026, 3, 31), 10 * MILLION),
    ],
    orders=[(date(2026, 8, 1), 18 * MILLION)],
    due_on=date(2026, 9, 30),
    payments=[(date(2026, 9, 30), 18 * MILLION)],
)
IN_PARTS = replace(WHOLE, payments=[(date(2026, 11, 20), 5 * MILLION), (date(2026, 12, 21), 7 * MILLION)])


@pytest.mark.parametrize(
    ("story", "charges_yen"),
    [
        (WHOLE, (1_832_400, 0)),
        (LEAP_YEAR, (1_098_000, 0)),
        (LAST_FIRST, (552_000 + 729_600, 0)),
        (IN_PARTS, (1_832_400 + 65_100, 65_100)),
    ],
    ids=["509 days", "366 days", "184 and 304 days", "509 and 31 days"],
)
def test_both_computations_give_the_check_values(story: Story, charges_yen: tuple[int, int]) -> None:
    assert story.by_rule() == story.day_by_day() == charges_yen


def test_an_order_before_a_receipt_took_nothing_of_it() -> None:
    story = Story(
        receipts=[(date(2025, 6, 1), 10 * MILLION), (date(2025, 9, 1), 5 * MILLION)],
        orders=[(date(2025, 7, 1), 3 * MILLION), (date(2025, 10, 1), 6 * MILLION)],
        due_on=date(2025, 10, 31),
        payments=[(date(2025, 10, 10), 6 * MILLION)],
    )
    # 5,000,000 for the 40 days from 1 September, 1,000,000 for the 132 days from 1 June.
    assert story.by_rule() == story.day_by_day() == (60_000 + 39_600, 0)


# ---------------------------------------------------------------------- whatever happens

amounts = st.one_of(st.integers(1, 10_000), st.integers(1, 10**10))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Receipts and orders in turn, over leap years too; the last order is paid in up to four parts."""
    day = date(2025, 4, 1) + draw(st.integers(0, 1_400)) * DAY
    receipts, orders, free = [], [], 0
    for _ in range(draw(st.integers(1, 6))):
        if free and draw(st.booleans()):
            orders.append((day, draw(st.integers(1, free))))
            free -= orders[-1][1]
        else:
            receipts.append((day, draw(amounts)))
            free += receipts[-1][1]
        day += draw(st.integers(0, 150)) * DAY
    if not free:
        receipts.append((day, draw(amounts)))
        free = receipts[-1][1]
    last = (day, draw(st.integers(1, free)))
    due_on = day + draw(st.integers(0, 60)) * DAY
    return Story(receipts, [*orders, last], due_on, draw(payments_of(*last)))


@st.composite
def payments_of(draw: st.DrawFn, ordered_on: date, ordered_yen: int) -> list[Dated]:
    """Parts that add up to the order, on its day or later, in no order."""
    cuts = sorted(draw(st.lists(st.integers(1, ordered_yen), max_size=3, unique=True)))
    bounds = [0, *(cut for cut in cuts if cut < ordered_yen), ordered_yen]
    parts = [upper - lower for lower, upper in pairwise(bounds)]
    days = draw(st.lists(st.integers(0, 200), min_size=len(parts), max_size=len(parts)))
    return [(ordered_on + day * DAY, part) for day, part in zip(days, parts, strict=True)]


many = settings(max_examples=150, deadline=None)


@many
@given(story=stories())
def test_the_rules_charge_what_is_owed_day_by_day(story: Story) -> None:
    assert story.by_rule() == story.day_by_day()


@many
@given(story=stories())
def test_no_charge_is_negative_and_what_is_paid_by_the_due_date_is_never_late(story: Story) -> None:
    add_on_yen, late_yen = story.by_rule()
    assert add_on_yen >= 0
    assert late_yen >= 0
    in_time = [(min(paid_on, story.due_on), yen) for paid_on, yen in story.payments]
    assert replace(story, payments=in_time).by_rule()[1] == 0


@many
@given(story=stories(), days=st.integers(1, 400), which=st.integers(0, 3))
def test_a_later_payment_never_costs_less(story: Story, days: int, which: int) -> None:
    payments = list(story.payments)
    paid_on, yen = payments[which % len(payments)]
    payments[which % len(payments)] = (paid_on + days * DAY, yen)
    later, before = replace(story, payments=payments).by_rule(), story.by_rule()
    assert later[0] >= before[0]
    assert later[1] >= before[1]


@many
@given(story=stories(), days=st.integers(1, 60))
def test_a_later_due_date_never_costs_more(story: Story, days: int) -> None:
    extended, before = replace(story, due_on=story.due_on + days * DAY).by_rule(), story.by_rule()
    assert extended[0] == before[0]
    assert extended[1] <= before[1]


@many
@given(story=stories(), order=st.randoms(use_true_random=False))
def test_the_order_in_which_receipts_and_payments_are_told_is_no_matter(story: Story, order: Random) -> None:
    receipts, payments = list(story.receipts), list(story.payments)
    order.shuffle(receipts)
    order.shuffle(payments)
    assert replace(story, receipts=receipts, payments=payments).by_rule() == story.by_rule()
