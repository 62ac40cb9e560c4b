"""プロ人材と企業版ふるさと納税: shares and credits by formula (lifecycle.md 2.5, 2.6)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.rules.schemes import (
    cost_kind_findings,
    donation_credits,
    donation_findings,
    talent_share,
)
from lifecycle.schemes import scheme, schemes

TALENT, TAX = scheme("protalent"), scheme("hometown_tax")
amounts = st.integers(min_value=0, max_value=10**12)

# ---------------------------------------------------------------------- プロ人材


@pytest.mark.parametrize(
    ("cost_yen", "grant_yen"),
    [(600_000, 480_000), (624_999, 499_999), (625_000, 500_000), (650_000, 500_000), (1, 0)],
)
def test_eight_tenths_of_the_cost_and_at_most_half_a_million(cost_yen, grant_yen):
    """Case C54 among them: 650,000 is 520,000, capped at 500,000; the firm bears the rest."""
    share = talent_share(TALENT, {"referral_fee": cost_yen})
    assert (share.eligible_yen, share.grant_yen, share.own_yen) == (cost_yen, grant_yen, cost_yen - grant_yen)


def test_the_costs_of_a_case_are_added_up_before_the_share():
    assert (
        talent_share(TALENT, {"referral_fee": 250_000, "pay": 380_000, "travel": 20_000}).own_yen == 150_000
    )


@pytest.mark.parametrize(
    ("match", "kind", "eligible"),
    [
        ("side_job", "pay", True),
        ("side_job", "travel", True),
        ("side_job", "referral_fee", True),
        ("side_job", "rent", False),
        ("full_time", "referral_fee", True),
        ("full_time", "pay", False),
        ("full_time", "travel", False),
    ],
)
def test_what_is_eligible_depends_on_the_match(match, kind, eligible):
    found = cost_kind_findings(TALENT, match, {kind: 1})
    assert [finding.rule for finding in found] == ([] if eligible else ["cost_kind"])


# ---------------------------------------------------------------------- 企業版ふるさと納税


@pytest.mark.parametrize(
    ("taxes", "credits_yen", "burden_yen"),
    [
        ((300_000_000, 21_000_000, 80_000_000), (4_000_000, 0, 2_000_000), 1_000_000),
        ((16_000_000, 1_120_000, 5_000_000), (224_000, 800_000, 1_000_000), 4_976_000),
        ((0, 0, 0), (0, 0, 0), 7_000_000),
    ],
)
def test_a_donation_of_ten_million_earns_these_credits(taxes, credits_yen, burden_yen):
    """Case C57 and the second example of lifecycle.md 2.6."""
    corporate, levy, enterprise = taxes
    earned = donation_credits(
        TAX,
        donation_yen=10_000_000,
        corporate_tax_yen=corporate,
        inhabitant_levy_yen=levy,
        enterprise_tax_yen=enterprise,
    )
    assert (earned.inhabitant_yen, earned.corporate_yen, earned.enterprise_yen) == credits_yen
    assert (earned.total_yen, earned.burden_yen) == (sum(credits_yen), burden_yen)


@settings(max_examples=300, deadline=None)
@given(donation=amounts, corporate=amounts, levy=amounts, enterprise=amounts)
def test_credits_never_exceed_six_tenths_of_the_donation_nor_their_own_bounds(
    donation, corporate, levy, enterprise
):
    earned = donation_credits(
        TAX,
        donation_yen=donation,
        corporate_tax_yen=corporate,
        inhabitant_levy_yen=levy,
        enterprise_tax_yen=enterprise,
    )
    parts = (earned.inhabitant_yen, earned.corporate_yen, earned.enterprise_yen)
    assert all(type(part) is int and part >= 0 for part in parts)
    assert earned.total_yen * 10 <= donation * 6
    assert earned.inhabitant_yen * 5 <= levy
    assert earned.corporate_yen * 20 <= corporate
    assert earned.enterprise_yen * 5 <= enterprise
    assert (earned.inhabitant_yen + earned.corporate_yen) * 10 <= donation * 4


def found_for(**other):
    facts = {"donation_yen": 100_000, "donated_on": date(2028, 3, 31), "head_office": "131016"}
    return [finding.rule for finding in donation_findings(TAX, **(facts | {"authority": "342122"} | other))]


def test_a_donation_is_at_least_a_hundred_thousand_by_the_last_day_and_not_at_home():
    """Cases C59, C60."""
    assert found_for() == []
    assert found_for(donation_yen=99_999) == ["donation_smallest"]
    assert found_for(donated_on=date(2028, 4, 1)) == ["donation_last_day"]
    assert found_for(head_office="342122") == ["donation_head_office"]


def test_every_figure_and_list_of_a_scheme_says_where_it_is_written():
    for each in schemes():
        assert each.aims_source
        assert all(part.source for part in (*each.figure.values(), *each.words.values()))
