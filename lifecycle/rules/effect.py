"""効果の区分 of a KPI: the class in public verification sheets, where the rule gives one."""

from __future__ import annotations

from fractions import Fraction

VERY_EFFECTIVE, EFFECTIVE, SOME_EFFECT, NO_EFFECT = 1, 2, 3, 4
UNDECIDED = 0
"""The rule gives no class: a person chooses."""


def effect_class(baseline: str, target: str, actual: str, *, rising: bool, cut: Fraction) -> int:
    """1 at the target or beyond; 2 from `cut` of it; 3 better than the start; 4 worse; 0 equal to the start.

    For a KPI that should fall, target over actual takes the place of actual over target [A]; where a ratio
    has no meaning (a value of 0 or below), class 2 is not given.
    """
    start, goal, value = Fraction(baseline), Fraction(target), Fraction(actual)
    sign = 1 if rising else -1
    if sign * (value - goal) >= 0:
        return VERY_EFFECTIVE
    if sign * (value - start) < 0:
        return NO_EFFECT
    if value == start:
        return UNDECIDED
    part, whole = (value, goal) if rising else (goal, value)
    if part > 0 and whole > 0 and part >= cut * whole:
        return EFFECTIVE
    return SOME_EFFECT
