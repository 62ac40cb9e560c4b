"""申請の要件: what an application must have, and what must be there before it is decided."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lifecycle.programme import version
from lifecycle.rules import eligibility

R7 = version("R7-dai2sedai")
PROJECT, GRANT = "340006-2025-01", "340006-2025-01/2025"
YEARS = range(2025, 2028)
ALL_YEARS = ["2025", "2026", "2027"]
HALF = Fraction(1, 2)


def told(found):
    return [(finding.rule, finding.strength) for finding in found]


# ---------------------------------------------------------------------- 注4, G46


@pytest.mark.parametrize(
    ("amounts_yen", "alone"),
    [
        ({"infrastructure": 1}, True),
        ({"infrastructure": 1, "soft": 0, "facility": 0}, True),
        ({"infrastructure": 1, "soft": 1}, False),
        ({"infrastructure": 1, "facility": 1}, False),
        ({"facility": 1}, False),
        ({"soft": 1}, False),
        ({"infrastructure": 0}, False),
        ({}, False),
    ],
)
def test_infrastructure_does_not_stand_alone(amounts_yen, alone):
    expected = [("infrastructure_combination", "hard")] if alone else []
    assert told(eligibility.combination_findings(R7, amounts_yen)) == expected


@pytest.mark.parametrize(("strategy", "missing"), [("", True), (" \u3000", True), ("基本目標２", False)])
def test_an_application_names_the_strategy_it_carries_out(strategy, missing):
    expected = [("strategy_reference", "hard")] if missing else []
    assert told(eligibility.strategy_findings(R7, strategy)) == expected


# ---------------------------------------------------------------------- KPI


def kpis(count, years=ALL_YEARS):
    return {f"k{number}": years for number in range(1, count + 1)}


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, [("kpi_count", "hard")]),
        (1, []),
        (4, []),
        (5, [("kpi_count", "warning")]),
    ],
)
def test_one_kpi_is_needed_and_more_than_four_are_shown(count, expected):
    assert told(eligibility.kpi_findings(R7, kpis(count), YEARS)) == expected


@pytest.mark.parametrize("missing", ALL_YEARS)
def test_a_kpi_has_a_target_for_every_fiscal_year(missing):
    given = [year for year in ALL_YEARS if year != missing]
    (found,) = eligibility.kpi_findings(R7, {"k1": given}, YEARS)
    assert (found.rule, found.strength, found.limit, found.asked) == ("kpi_target_each_year", "hard", 3, 2)
    assert missing in found.message


def test_every_kpi_without_a_target_is_named():
    found = eligibility.kpi_findings(R7, {"k1": ["2027"], "k2": ALL_YEARS, "k3": []}, YEARS)
    assert [finding.message.split()[1] for finding in found] == ["k1", "k3"]


# ---------------------------------------------------------------------- 補助率


@pytest.mark.parametrize(
    ("kind", "rate", "ministry", "too_high"),
    [
        ("soft", "1/2", "", False),
        ("soft", "1/3", "", False),
        ("soft", "500001/1000000", "", True),
        ("soft", "2/3", "国土交通省", True),
        ("facility", "2/3", "国土交通省", True),
        ("infrastructure", "1/2", "", False),
        ("infrastructure", "2/3", "", True),
        ("infrastructure", "2/3", " ", True),
        ("infrastructure", "2/3", "国土交通省", False),
        ("infrastructure", "1/1", "国土交通省", False),
        ("infrastructure", "11/10", "国土交通省", True),
    ],
)
def test_a_rate_is_the_programmes_or_for_infrastructure_a_named_ministrys(kind, rate, ministry, too_high):
    found = eligibility.rate_findings(R7, "s1", kind, Fraction(rate), ministry)
    assert told(found) == ([("rate", "hard")] if too_high else [])


@pytest.mark.parametrize(
    ("cost_yen", "rate", "most_yen"), [(12_345_678, HALF, 6_172_839), (3, HALF, 1), (10, Fraction(1, 3), 3)]
)
def test_the_national_share_is_at_most_cost_times_rate(cost_yen, rate, most_yen):
    assert eligibility.share_findings("seed G13", "s1", cost_yen, rate, most_yen) == []
    (found,) = eligibility.share_findings("seed G13", "s1", cost_yen, rate, most_yen + 1)
    assert (found.rule, found.limit, found.excess, found.room) == ("rate", most_yen, 1, most_yen)


# ---------------------------------------------------------------------- 申請上限件数


@pytest.mark.parametrize(
    ("ordinary", "outside", "evidence", "expected"),
    [
        (9, 0, "", []),
        (10, 0, "", [("new_applications", "hard")]),
        (10, 0, "事務連絡", []),
        (10, 1, "事務連絡", []),
        (10, 2, "事務連絡", [("new_applications_outside", "hard")]),
        (0, 2, "事務連絡", [("new_applications_outside", "hard")]),
        (9, 2, "", []),
    ],
)
def test_ten_new_applications_and_two_more_with_evidence(ordinary, outside, evidence, expected):
    found = eligibility.slot_findings(R7, "2025-1", ordinary=ordinary, outside=outside, evidence=evidence)
    assert told(found) == expected


def test_a_full_round_tells_count_and_limit():
    (found,) = eligibility.slot_findings(R7, "2025-1", ordinary=10, outside=0, evidence="")
    assert (found.limit, found.used, found.asked, found.excess, found.room) == (10, 10, 1, 1, 0)


# ---------------------------------------------------------------------- before the decision

CRITERIA = ["vision", "kpi", "self_reliance", "participation"]


def test_four_scores_are_complete():
    assert eligibility.criteria_findings(R7, GRANT, CRITERIA) == []


@pytest.mark.parametrize("missing", CRITERIA)
def test_three_scores_are_not_and_the_missing_one_is_named(missing):
    (found,) = eligibility.criteria_findings(R7, GRANT, [name for name in CRITERIA if name != missing])
    assert (found.rule, found.strength, found.limit, found.used) == ("four_criteria", "hard", 4, 3)
    assert found.message == f"not scored: {missing}"
    assert f"grants score {GRANT} --criterion {missing} " in found.remedy


def test_a_plan_without_a_certificate_gets_no_money():
    assert told(eligibility.certificate_findings(R7, "340006-2025-01", "")) == [("certified_plan", "hard")]
    assert eligibility.certificate_findings(R7, "340006-2025-01", "第76回-123") == []


def test_every_earlier_year_with_a_part_unpublished_is_found_in_order():
    unpublished = {2027: ["measures"], 2025: ["evaluation", "measures"], 2026: []}
    found = eligibility.earlier_year_findings(R7, PROJECT, unpublished)
    assert [(finding.rule, finding.strength, finding.used) for finding in found] == [
        ("earlier_year_published", "hard", 1),
        ("earlier_year_published", "hard", 2),
    ]
    assert f"grants publish {PROJECT} --fiscal-year 2025 --part evaluation " in found[0].remedy
    assert f"grants publish {PROJECT} --fiscal-year 2027 --part measures " in found[1].remedy
    assert [finding.message.split()[2] for finding in found] == ["2025", "2027"]


def test_every_finding_says_where_its_rule_is_written_and_what_to_do():
    found = [
        *eligibility.combination_findings(R7, {"infrastructure": 1}),
        *eligibility.strategy_findings(R7, ""),
        *eligibility.kpi_findings(R7, {}, YEARS),
        *eligibility.kpi_findings(R7, kpis(5, []), YEARS),
        *eligibility.rate_findings(R7, "s1", "soft", Fraction(2, 3), ""),
        *eligibility.slot_findings(R7, "2025-1", ordinary=10, outside=0, evidence=""),
        *eligibility.criteria_findings(R7, GRANT, []),
        *eligibility.certificate_findings(R7, "340006-2025-01", ""),
        *eligibility.earlier_year_findings(R7, PROJECT, {2025: ["measures"]}),
    ]
    assert len(found) == 14
    assert all(finding.source and finding.remedy and finding.message for finding in found)
