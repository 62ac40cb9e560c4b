"""遂行の規則: double funding, and the share up to which a change is minor."""

from __future__ import annotations

import pytest

from lifecycle.programme import version
from lifecycle.rules.works import double_funding_findings, minor_change_findings

R7 = version("R7-dai2sedai")
GRANT = "340006-2025-01/2025"


@pytest.mark.parametrize(
    ("passed_down_yen", "excess_yen"), [(5_000_000, None), (5_000_001, 1), (8_000_000, 3_000_000)]
)
def test_own_grant_and_grant_passed_down_stay_within_half_of_the_cost(passed_down_yen, excess_yen):
    """Case C44: 15,000,000 of its own beside 8,000,000 passed down, of a cost of 40,000,000."""
    found = double_funding_findings(
        R7, own_grant_yen=15_000_000, passed_down_yen=passed_down_yen, eligible_cost_yen=40_000_000
    )
    assert [finding.excess for finding in found] == ([] if excess_yen is None else [excess_yen])
    assert all((finding.rule, finding.limit) == ("double_funding", 20_000_000) for finding in found)


def test_half_of_an_odd_cost_is_floored():
    facts = {"own_grant_yen": 0, "eligible_cost_yen": 3}
    assert double_funding_findings(R7, passed_down_yen=1, **facts) == []
    assert len(double_funding_findings(R7, passed_down_yen=2, **facts)) == 1


@pytest.mark.parametrize(("from_yen", "to_yen"), [(15_000_000, 5_000_000), (5_000_000, 15_000_000)])
def test_a_fifth_of_the_lower_item_is_moved_without_approval_and_not_a_yen_more(from_yen, to_yen):
    assert minor_change_findings(R7, GRANT, from_yen=from_yen, to_yen=to_yen, amount_yen=1_000_000) == []
    (found,) = minor_change_findings(R7, GRANT, from_yen=from_yen, to_yen=to_yen, amount_yen=1_000_001)
    assert (found.rule, found.limit, found.excess, found.room) == (
        "minor_change_share",
        1_000_000,
        1,
        1_000_000,
    )
