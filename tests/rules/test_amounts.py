"""額の計算: cost times rate, floored; settled at the lesser of what was decided and what the cost bears."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.rules.settlement import settled_yen
from lifecycle.values import share_yen, spread_yen

HALF = Fraction(1, 2)
costs = st.integers(min_value=0, max_value=10**13)
rates = st.builds(Fraction, st.integers(1, 999_999), st.integers(1, 999_999)).filter(lambda rate: rate <= 1)
units = st.sampled_from([1, 1_000])
many = settings(max_examples=300, deadline=None)


def test_at_the_decision_the_share_is_floored_to_a_thousand_yen():
    """Case C24: 12,345,678 at one half is 6,172,839, granted 6,172,000; the rest falls on the local side."""
    assert share_yen(12_345_678, HALF, 1_000) == 6_172_000


@pytest.mark.parametrize(
    ("cost_yen", "rate", "unit_yen", "expected"),
    [
        (1_999, HALF, 1_000, 0),
        (2_000, HALF, 1_000, 1_000),
        (3, HALF, 1, 1),
        (53_189_455, HALF, 1, 26_594_727),
        (100, Fraction(1, 3), 1, 33),
        (10**13, Fraction(2, 3), 1, 6_666_666_666_666),
        (0, HALF, 1_000, 0),
    ],
)
def test_a_share_is_floored_and_never_rounded_up(cost_yen, rate, unit_yen, expected):
    assert share_yen(cost_yen, rate, unit_yen) == expected


@pytest.mark.parametrize(
    ("committed", "actual_cost", "expected"),
    [
        (6_000_000, 12_000_000, 6_000_000),
        (6_000_000, 12_000_001, 6_000_000),
        (6_000_000, 11_999_999, 5_999_999),
        (6_000_000, 20_000_000, 6_000_000),
        (6_000_000, 0, 0),
        (0, 12_000_000, 0),
    ],
)
def test_settlement_is_the_lesser_of_decision_and_share_of_cost(committed, actual_cost, expected):
    assert settled_yen(committed, actual_cost, HALF, 1) == expected


@many
@given(cost=costs, rate=rates, unit=units)
def test_a_share_is_a_whole_number_of_units_within_one_unit_below_cost_times_rate(cost, rate, unit):
    share = share_yen(cost, rate, unit)
    assert type(share) is int
    assert share % unit == 0
    assert 0 <= cost * rate - share < unit


@many
@given(committed=costs, cost=costs, rate=rates, unit=units)
def test_nothing_is_settled_above_the_decision_or_above_cost_times_rate(committed, cost, rate, unit):
    fixed = settled_yen(committed, cost, rate, unit)
    assert type(fixed) is int
    assert 0 <= fixed <= committed
    assert fixed <= cost * rate
    assert fixed == committed or cost * rate - fixed < unit


@many
@given(committed=costs, cost=costs, more=costs, rate=rates)
def test_more_cost_never_settles_less(committed, cost, more, rate):
    assert settled_yen(committed, cost, rate, 1) <= settled_yen(committed, cost + more, rate, 1)


@many
@given(parts=st.lists(costs, max_size=6), rate=rates, unit=units)
def test_shares_of_the_parts_never_exceed_the_share_of_the_whole(parts, rate, unit):
    """Flooring per component and year can only lose yen, so components cannot be split to gain any."""
    assert sum(share_yen(part, rate, unit) for part in parts) <= share_yen(sum(parts), rate, unit)


# ---------------------------------------------------------------------- 按分


@pytest.mark.parametrize(
    ("amount_yen", "over_yen", "expected"),
    [
        (3_000_001, {"s1": 20_000_000, "f1": 10_000_000}, {"s1": 2_000_001, "f1": 1_000_000}),
        (30_000_000, {"s1": 20_000_000, "f1": 10_000_000}, {"s1": 20_000_000, "f1": 10_000_000}),
        (2, {"s1": 1, "f1": 1, "n1": 1}, {"s1": 1, "f1": 1, "n1": 0}),
        (0, {"s1": 0}, {"s1": 0}),
    ],
)
def test_an_amount_is_spread_in_proportion_and_what_is_left_from_the_first_on(amount_yen, over_yen, expected):
    assert spread_yen(amount_yen, over_yen) == expected


def test_no_more_is_spread_than_there_is():
    with pytest.raises(ValueError, match="can't be spread"):
        spread_yen(2, {"s1": 1})


@many
@given(over=st.dictionaries(st.text(max_size=3), costs, max_size=6), share=st.integers(0, 1_000))
def test_spread_parts_add_up_and_none_exceeds_what_it_is_taken_from(over, share):
    amount = sum(over.values()) * share // 1_000
    parts = spread_yen(amount, over)
    assert sum(parts.values()) == amount
    assert all(0 <= parts[key] <= over[key] for key in over)
