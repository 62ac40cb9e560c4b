"""遂行: carry-over, contracts before the decision, double funding, sub-grants (C36, C42, C44, C45)."""

from __future__ import annotations

import pytest

from .world import Office, new, soft

SOFT_CAP = "soft_fy_municipality"
MILLION = 1_000_000

# ---------------------------------------------------------------------- C36


def carried_over(office: Office, town: str) -> str:
    """A town's soft grant of 900,000,000 of FY2025, of which 120,000,000 are carried to FY2026 (明許)."""
    grant = office.decided(new(town, soft(900 * MILLION)))
    told = {"basis": "planned", "cause": "用地交渉の遅れ", "new_end_on": "2026-12-20"}
    office.do("request_carry_over", grant=grant, amount_yen=120 * MILLION, **told).done()
    done = office.do("approve_carry_over", grant=grant).done()
    assert done.result["carried_over_yen"] == 120 * MILLION
    return grant


def test_c36_carried_over_money_leaves_the_next_years_cap_free(office: Office, town: str) -> None:
    carried_over(office, town)
    office.decided(new(town, soft(1_000 * MILLION, 2026)))
    assert office.used_yen(town, SOFT_CAP, 2025) == 900 * MILLION
    assert office.used_yen(town, SOFT_CAP, 2026) == 1_000 * MILLION


def test_c36_carried_over_money_stays_in_its_own_years_cap(office: Office, town: str) -> None:
    grant = carried_over(office, town)
    assert (office.show(grant)["fiscal_year"], office.show(grant)["carried_over_yen"]) == (
        2025,
        120 * MILLION,
    )
    more = new(town, soft(100 * MILLION + 1))
    refusal = office.do("submit", application=more).refused("cap_exceeded")
    assert refusal.figures(SOFT_CAP)["used"] == 900 * MILLION


# ---------------------------------------------------------------------- C42


def decided_on_9_april(office: Office, town: str) -> str:
    """FY2026: cost 20,000,000 at one half, decided on 9 April 2026."""
    day = {"on": "2026-04-09"}
    grant = office.submitted(new(town, soft(10 * MILLION, 2026)), **day)
    for criterion in ("vision", "kpi", "self_reliance", "participation"):
        office.do("score", grant=grant, criterion=criterion, score=4, reason="課題が明確", **day).done()
    office.do("certify_plan", project=grant.partition("/")[0], certificate_no="第76回-1", **day).done()
    office.do("approve", grant=grant, **day).done()
    return grant


@pytest.mark.parametrize(
    ("signed_on", "warnings", "ineligible_yen", "settled_yen"),
    [
        ("2026-04-06", ["contract_before_decision"], 4 * MILLION, 8 * MILLION),
        ("2026-04-08", ["contract_before_decision"], 4 * MILLION, 8 * MILLION),
        ("2026-04-09", [], 0, 10 * MILLION),
    ],
)
def test_c42_a_contract_signed_before_the_decision_bears_no_grant(
    office: Office, town: str, signed_on: str, warnings: list[str], ineligible_yen: int, settled_yen: int
) -> None:
    grant = decided_on_9_april(office, town)
    contract = {"component": "soft", "party": "中国建設", "amount_yen": 4 * MILLION, "signed_on": signed_on}
    assert office.do("record_contract", grant=grant, **contract).done().warnings == warnings

    settled = office.settled(grant, 20 * MILLION).result
    assert settled["ineligible_cost_yen"] == ineligible_yen
    assert settled["settled_yen"] == settled_yen


def test_c42_a_contract_recorded_before_the_decision_is_judged_by_the_day_it_was_signed(
    office: Office, town: str
) -> None:
    grant = office.ready(new(town, soft(10 * MILLION)))
    contract = {"component": "soft", "party": "中国建設", "amount_yen": 4 * MILLION}
    office.do("record_contract", grant=grant, **contract, signed_on="2025-04-21", on="2025-04-25").done()
    office.do("approve", grant=grant).done()
    assert office.settled(grant, 20 * MILLION).result["settled_yen"] == 8 * MILLION


# ---------------------------------------------------------------------- C44

COST = {"eligible_cost_yen": 40 * MILLION}


def test_c44_own_grant_and_grant_passed_down_above_half_of_the_cost_are_refused(
    office: Office, town: str
) -> None:
    grant = office.granted(town, 15 * MILLION)
    grants = {"own_grant_yen": 15 * MILLION, "passed_down_yen": 8 * MILLION}
    refusal = office.do("check_double_funding", grant=grant, **grants, **COST).refused("double_funding")
    assert refusal.figures("double_funding") == {
        "limit": 20 * MILLION,
        "used": 15 * MILLION,
        "asked": 8 * MILLION,
        "excess": 3 * MILLION,
        "room": 5 * MILLION,
    }


@pytest.mark.parametrize(
    ("own_yen", "passed_yen"),
    [(15 * MILLION, 5 * MILLION), (20 * MILLION, 0), (0, 20 * MILLION)],
)
def test_c44_exactly_half_of_the_cost_is_no_double_funding_and_a_yen_more_is(
    office: Office, town: str, own_yen: int, passed_yen: int
) -> None:
    grant = office.granted(town, 15 * MILLION)
    told = {"grant": grant, "passed_down_yen": passed_yen, **COST}
    office.do("check_double_funding", own_grant_yen=own_yen + 1, **told).refused("double_funding")
    done = office.do("check_double_funding", own_grant_yen=own_yen, **told).done()
    assert done.result["total_yen"] == 20 * MILLION


def test_c44_half_of_an_odd_cost_is_cut_to_the_yen(office: Office, town: str) -> None:
    told = {"grant": office.granted(town, 1_000), "passed_down_yen": 0, "eligible_cost_yen": 2_001}
    office.do("check_double_funding", own_grant_yen=1_001, **told).refused("double_funding")
    office.do("check_double_funding", own_grant_yen=1_000, **told).done()


# ---------------------------------------------------------------------- C45


def test_c45_completion_is_not_reported_while_a_sub_grant_is_unpaid(office: Office, town: str) -> None:
    grant = office.granted(town, 10 * MILLION)
    paid = {"grant": grant, "sub_grant": "g1", "payee": "西条酒造", "amount_yen": 2 * MILLION}
    unpaid = {"grant": grant, "sub_grant": "g2", "payee": "瀬戸内海運", "amount_yen": 9 * MILLION}
    for sub_grant in (paid, unpaid):
        office.do("commit_sub_grant", **sub_grant).done()
    office.do("pay_sub_grant", grant=grant, sub_grant="g1", evidence="領収書").done()

    report = {"grant": grant, "actuals": {"soft": 20 * MILLION}}
    refusal = office.do("report_completion", **report).refused("sub_grant_unpaid")
    figures = {"limit": 11 * MILLION, "used": 2 * MILLION, "excess": 9 * MILLION}
    assert refusal.figures("sub_grants_paid") == figures

    office.do("pay_sub_grant", grant=grant, sub_grant="g2", evidence="領収書").done()
    office.do("report_completion", **report).done()


def test_c45_a_payment_without_evidence_does_not_count(office: Office, town: str) -> None:
    grant = office.granted(town, 10 * MILLION)
    sub_grant = {"grant": grant, "sub_grant": "g1"}
    office.do("commit_sub_grant", **sub_grant, payee="西条酒造", amount_yen=9 * MILLION).done()
    office.do("pay_sub_grant", **sub_grant, evidence="").refused("bad_input")
    office.do("report_completion", grant=grant, actuals={"soft": 20 * MILLION}).refused("sub_grant_unpaid")
