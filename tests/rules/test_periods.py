"""事業計画期間: principle and maximum, by kind (C12, C13; seed G14-G38)."""

from __future__ import annotations

import pytest

from lifecycle.programme import version
from lifecycle.rules.periods import Span, period_findings

R7 = version("R7-dai2sedai")
LENGTHS = {"soft": (3, 5), "facility": (3, 5), "infrastructure": (5, 7)}


def found_for(kind, years):
    last = 2024 + years
    return [
        (found.rule, found.strength) for found in period_findings(R7, 2025, last, [Span(kind, 2025, last)])
    ]


@pytest.mark.parametrize("kind", LENGTHS)
def test_up_to_the_principle_nothing_is_asked(kind):
    principle, _ = LENGTHS[kind]
    assert [found_for(kind, years) for years in range(1, principle + 1)] == [[]] * principle


@pytest.mark.parametrize("kind", LENGTHS)
def test_beyond_the_principle_and_up_to_the_maximum_a_reason_is_asked(kind):
    principle, longest = LENGTHS[kind]
    for years in range(principle + 1, longest + 1):
        assert found_for(kind, years) == [(f"{kind}_years_principle", "guideline")]


@pytest.mark.parametrize("kind", LENGTHS)
def test_beyond_the_maximum_it_is_refused(kind):
    _, longest = LENGTHS[kind]
    assert found_for(kind, longest + 1) == [(f"{kind}_years_max", "hard")]


def test_a_finding_gives_the_years_as_figures():
    (found,) = period_findings(R7, 2025, 2030, [Span("soft", 2025, 2030)])
    assert (found.limit, found.used, found.asked, found.excess, found.room) == (5, 0, 6, 1, 5)


def test_a_gap_year_belongs_to_the_span():
    assert Span("soft", 2025, 2029).years == 5


def test_a_short_soft_part_may_stand_in_a_long_infrastructure_plan():
    spans = [Span("soft", 2025, 2025), Span("infrastructure", 2025, 2030)]
    assert [found.rule for found in period_findings(R7, 2025, 2030, spans)] == [
        "infrastructure_years_principle"
    ]


def test_a_long_soft_part_is_refused_even_in_a_longer_infrastructure_plan():
    spans = [Span("soft", 2025, 2030), Span("infrastructure", 2025, 2030)]
    rules = [found.rule for found in period_findings(R7, 2025, 2030, spans)]
    assert rules == ["infrastructure_years_principle", "soft_years_max"]


def test_a_long_plan_does_not_hide_behind_money_in_its_first_year_alone():
    assert [found.rule for found in period_findings(R7, 2025, 2030, [Span("soft", 2025, 2025)])] == [
        "soft_years_max"
    ]


def test_of_two_components_of_one_kind_the_longer_counts():
    spans = [Span("soft", 2025, 2025), Span("soft", 2025, 2028)]
    assert [found.asked for found in period_findings(R7, 2025, 2028, spans)] == [4]


def test_a_plan_without_components_has_no_length_to_judge():
    assert period_findings(R7, 2025, 2040, []) == []
