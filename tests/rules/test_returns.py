"""加算金・延滞金 (19条): days with both ends counted, 3/10,000 a day, one floor at the end (lifecycle.md 2.7)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.rules.returns import (
    Money,
    Segment,
    addon_segments,
    charge_yen,
    deemed_received,
    late_segments,
)

DAILY = Fraction(3, 10_000)
MILLION = 1_000_000


def addon(received, payments):
    return charge_yen(addon_segments(received, payments), DAILY)


def late(due_on, ordered_yen, payments):
    return charge_yen(late_segments(due_on, ordered_yen, payments), DAILY)


# ---------------------------------------------------------------------- 加算金


def test_both_the_day_of_receipt_and_the_day_of_payment_are_counted():
    """Case C27: 12,000,000 received 30 June 2025, returned 20 November 2026."""
    received, paid = [Money(date(2025, 6, 30), 12 * MILLION)], [Money(date(2026, 11, 20), 12 * MILLION)]
    (segment,) = addon_segments(received, paid)
    assert segment.days == 509
    assert addon(received, paid) == 1_832_400


def test_a_year_with_a_leap_day_bears_366_days_of_the_same_daily_rate():
    """Case C28: 10,000,000 from 1 June 2027 to 31 May 2028."""
    received, paid = [Money(date(2027, 6, 1), 10 * MILLION)], [Money(date(2028, 5, 31), 10 * MILLION)]
    assert addon(received, paid) == 1_098_000


def test_of_several_receipts_the_last_is_deemed_returned_first():
    """Case C30."""
    receipts = [
        Money(date(2025, 7, 1), 20 * MILLION),
        Money(date(2025, 12, 1), 15 * MILLION),
        Money(date(2026, 3, 31), 10 * MILLION),
    ]
    received = deemed_received(receipts, 18 * MILLION)
    assert received == [Money(date(2026, 3, 31), 10 * MILLION), Money(date(2025, 12, 1), 8 * MILLION)]
    paid = [Money(date(2026, 9, 30), 18 * MILLION)]
    assert [segment.days for segment in addon_segments(received, paid)] == [184, 304]
    assert addon(received, paid) == 1_281_600


def test_an_earlier_order_has_taken_its_part_from_the_end():
    receipts = [Money(date(2025, 7, 1), 20 * MILLION), Money(date(2026, 3, 31), 10 * MILLION)]
    received = deemed_received(receipts, 5 * MILLION, earlier=[Money(date(2026, 4, 1), 12 * MILLION)])
    assert received == [Money(date(2025, 7, 1), 5 * MILLION)]


def test_no_more_is_deemed_received_than_was_received():
    with pytest.raises(ValueError, match="never received"):
        deemed_received([Money(date(2025, 7, 1), 1)], 2)


def test_after_a_part_payment_the_remainder_bears_from_the_next_day():
    """Case C31: 5,000,000 on the due date, 7,000,000 a month later."""
    received = [Money(date(2025, 6, 30), 12 * MILLION)]
    paid = [Money(date(2026, 11, 20), 5 * MILLION), Money(date(2026, 12, 21), 7 * MILLION)]
    assert [(s.first, s.last, s.base_yen) for s in addon_segments(received, paid)] == [
        (date(2025, 6, 30), date(2026, 11, 20), 12 * MILLION),
        (date(2026, 11, 21), date(2026, 12, 21), 7 * MILLION),
    ]
    assert addon(received, paid) == 1_832_400 + 65_100


def test_two_payments_on_one_day_are_one_segment():
    received = [Money(date(2025, 6, 30), 12 * MILLION)]
    twice = [Money(date(2026, 11, 20), 5 * MILLION), Money(date(2026, 11, 20), 7 * MILLION)]
    assert addon(received, twice) == 1_832_400


# ---------------------------------------------------------------------- 延滞金


@pytest.mark.parametrize(
    ("paid_on", "days"), [(date(2026, 11, 19), 0), (date(2026, 11, 20), 0), (date(2026, 11, 21), 1)]
)
def test_late_money_runs_from_the_day_after_the_due_date(paid_on, days):
    assert late(date(2026, 11, 20), 10_000, [Money(paid_on, 10_000)]) == 3 * days


def test_late_money_runs_on_what_is_unpaid_after_the_due_date():
    """Case C31."""
    paid = [Money(date(2026, 11, 20), 5 * MILLION), Money(date(2026, 12, 21), 7 * MILLION)]
    assert late(date(2026, 11, 20), 12 * MILLION, paid) == 65_100


def test_after_a_late_part_payment_the_remainder_bears_from_the_next_day():
    paid = [Money(date(2026, 12, 1), 4 * MILLION), Money(date(2026, 12, 11), 6 * MILLION)]
    segments = late_segments(date(2026, 11, 20), 10 * MILLION, paid)
    assert [(segment.days, segment.base_yen) for segment in segments] == [
        (11, 10 * MILLION),
        (10, 6 * MILLION),
    ]


# ---------------------------------------------------------------------- one floor at the end


def test_segments_are_added_up_before_they_are_floored():
    day = date(2026, 4, 1)
    assert charge_yen([Segment(day, day, 3_000), Segment(day, day, 4_000)], DAILY) == 2
    assert charge_yen([Segment(day, day, 3_333)], DAILY) == 0


def test_a_unit_cuts_what_is_below_it():
    day = date(2026, 4, 1)
    assert charge_yen([Segment(day, day, 6_666_666)], DAILY, 1_000) == 1_000


amounts = st.integers(min_value=1, max_value=10**10)
days = st.integers(min_value=0, max_value=2_000)


@settings(max_examples=200, deadline=None)
@given(
    receipts=st.lists(st.tuples(days, amounts), min_size=1, max_size=5),
    parts=st.lists(st.tuples(days, st.integers(1, 100)), min_size=1, max_size=5),
)
def test_every_yen_bears_from_its_receipt_to_its_payment_and_never_twice(receipts, parts):
    """Base times days is the same as counting each receipt's days, less what each part payment ends."""
    begin = date(2025, 4, 1)
    received = [Money(begin + timedelta(days=day), amount) for day, amount in receipts]
    total = sum(money.amount_yen for money in received)
    last = max(money.on for money in received)
    payments, left = [], total
    for number, (day, share) in enumerate(sorted(parts)):
        part = left if number == len(parts) - 1 else min(left, total * share // 500)
        payments.append(Money(last + timedelta(days=day), part))
        left -= part
    segments = addon_segments(received, [money for money in payments if money.amount_yen])
    base_days = sum(segment.base_yen * segment.days for segment in segments)
    paid_days = sum(money.amount_yen * (money.on - begin).days for money in payments)
    received_days = sum(money.amount_yen * (money.on - begin).days for money in received)
    assert base_days == paid_days - received_days + total


@settings(max_examples=200, deadline=None)
@given(base=amounts, length=days, more=amounts)
def test_a_charge_is_whole_yen_never_above_the_exact_one_and_grows_with_its_base(base, length, more):
    first = date(2025, 4, 1)
    segment = Segment(first, first + timedelta(days=length), base)
    charge = charge_yen([segment], DAILY)
    assert type(charge) is int
    assert 0 <= base * segment.days * DAILY - charge < 1
    assert charge <= charge_yen([Segment(first, segment.last, base + more)], DAILY)
