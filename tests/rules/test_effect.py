"""効果の区分: which class the rule gives a KPI, and where a person has to choose (C50)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.rules.effect import (
    EFFECTIVE,
    NO_EFFECT,
    SOME_EFFECT,
    UNDECIDED,
    VERY_EFFECTIVE,
    effect_class,
)

CUT = Fraction(7, 10)


def classed(baseline, target, actual, *, rising=True):
    return effect_class(baseline, target, actual, rising=rising, cut=CUT)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("105", VERY_EFFECTIVE),
        ("100", VERY_EFFECTIVE),
        ("99.999999999", EFFECTIVE),
        ("78", EFFECTIVE),
        ("70", EFFECTIVE),
        ("69.999999999", SOME_EFFECT),
        ("65", SOME_EFFECT),
        ("60.000000001", SOME_EFFECT),
        ("60", UNDECIDED),
        ("59.999999999", NO_EFFECT),
        ("55", NO_EFFECT),
        ("0", NO_EFFECT),
        ("-1", NO_EFFECT),
    ],
)
def test_a_kpi_that_should_rise_from_60_to_100(actual, expected):
    assert classed("60", "100", actual) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("55", VERY_EFFECTIVE),
        ("60", VERY_EFFECTIVE),
        ("60.000000001", EFFECTIVE),
        ("75", EFFECTIVE),
        ("85.714285714", EFFECTIVE),
        ("85.714285715", SOME_EFFECT),
        ("99.999999999", SOME_EFFECT),
        ("100", UNDECIDED),
        ("100.000000001", NO_EFFECT),
        ("120", NO_EFFECT),
    ],
)
def test_a_kpi_that_should_fall_from_100_to_60(actual, expected):
    assert classed("100", "60", actual, rising=False) == expected


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "rising", "expected"),
    [
        ("-50", "-10", "-10", True, VERY_EFFECTIVE),
        ("-50", "-10", "-11", True, SOME_EFFECT),
        ("-50", "-10", "-51", True, NO_EFFECT),
        ("-10", "10", "8", True, EFFECTIVE),
        ("-10", "10", "0", True, SOME_EFFECT),
        ("-10", "0", "-1", True, SOME_EFFECT),
        ("-10", "0", "0", True, VERY_EFFECTIVE),
        ("10", "0", "1", False, SOME_EFFECT),
        ("10", "0", "0", False, VERY_EFFECTIVE),
        ("10", "0", "11", False, NO_EFFECT),
        ("10", "-10", "-9", False, SOME_EFFECT),
        ("10", "-10", "-10", False, VERY_EFFECTIVE),
    ],
)
def test_where_a_ratio_has_no_meaning_class_2_is_not_given(baseline, target, actual, rising, expected):
    assert classed(baseline, target, actual, rising=rising) == expected


def test_seventy_per_cent_of_the_target_does_not_make_up_for_falling_below_the_start():
    assert classed("90", "100", "80") == NO_EFFECT


def test_a_kpi_that_should_stay_is_at_its_target_and_not_undecided():
    assert classed("60", "60", "60") == VERY_EFFECTIVE


numbers = st.decimals(min_value=Decimal(1), max_value=Decimal(10**6), places=3).map(str)


@settings(max_examples=300, deadline=None)
@given(baseline=numbers, target=numbers, better=numbers, worse=numbers)
def test_a_better_value_never_has_a_worse_class(baseline, target, better, worse):
    higher, lower = sorted((better, worse), key=Fraction, reverse=True)
    up, down = classed(baseline, target, higher), classed(baseline, target, lower)
    assert UNDECIDED in (up, down) or up <= down
    up = classed(baseline, target, lower, rising=False)
    down = classed(baseline, target, higher, rising=False)
    assert UNDECIDED in (up, down) or up <= down
