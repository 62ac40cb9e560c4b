"""プロ人材と企業版ふるさと納税: other schemes of the same package (C53, C54, C56, C57, C59, C60)."""

from __future__ import annotations

import pytest

from .world import HIROSHIMA, Answer, Office

FEE, PAY, TRAVEL = "referral_fee", "pay", "travel"


def talent_case(office: Office, match: str, cost_on: str = "2025-05-01", **costs: int) -> Answer:
    """A match with a firm of Hiroshima prefecture."""
    told = {"prefecture": HIROSHIMA, "firm": "西条酒造", "match": match, "cost_on": cost_on}
    return office.do("submit_talent_case", costs=costs, **told)


# ---------------------------------------------------------------------- C53


def test_c53_no_cost_before_the_scheme_began_is_eligible(office: Office) -> None:
    talent_case(office, "side_job", "2025-03-31", pay=600_000).refused("too_early")
    talent_case(office, "side_job", "2025-04-01", pay=600_000).done()


# ---------------------------------------------------------------------- C54


def test_c54_eight_tenths_of_a_side_job_are_granted_up_to_500_000_yen(office: Office) -> None:
    case = talent_case(office, "side_job", referral_fee=250_000, pay=380_000, travel=20_000).done().result
    assert (case["eligible_yen"], case["grant_yen"], case["own_yen"]) == (650_000, 500_000, 150_000)


@pytest.mark.parametrize(
    ("cost_yen", "grant_yen"),
    [
        (600_000, 480_000),
        (624_998, 499_998),
        (624_999, 499_999),
        (625_000, 500_000),
        (625_001, 500_000),
        (2, 1),
    ],
)
def test_c54_the_cap_is_reached_from_a_cost_of_625_000_yen(
    office: Office, cost_yen: int, grant_yen: int
) -> None:
    case = talent_case(office, "side_job", pay=cost_yen).done().result
    assert (case["grant_yen"], case["own_yen"]) == (grant_yen, cost_yen - grant_yen)


def test_c54_a_case_of_which_no_yen_would_be_granted_asks_for_nothing(office: Office) -> None:
    talent_case(office, "side_job", pay=1).refused("bad_input")


def test_c54_a_case_lives_on_as_a_grant_of_its_own_cap_alone(office: Office) -> None:
    grant = talent_case(office, "side_job", pay=650_000).done().result["grant"]
    assert office.do("approve", grant=grant).done().result["committed_yen"] == 500_000
    office.advance(grant, 500_000).done()
    office.do("report_completion", grant=grant, actuals={"side_job": 600_000}).done()
    settled = office.do("settle", grant=grant).done().result
    assert (settled["settled_yen"], settled["overpaid_yen"]) == (480_000, 20_000)
    assert office.used_yen(HIROSHIMA, "soft_fy_prefecture") == 0


# ---------------------------------------------------------------------- C56


def test_c56_a_full_time_match_bears_its_referral_fee_alone(office: Office) -> None:
    refusal = talent_case(office, "full_time", referral_fee=700_000, pay=300_000).refused("cost_kind")
    assert refusal.finding("cost_kind")["asked"] == 300_000
    assert talent_case(office, "full_time", referral_fee=700_000).done().result["eligible_yen"] == 700_000


@pytest.mark.parametrize(
    ("match", "kind", "eligible"),
    [
        ("side_job", FEE, True),
        ("side_job", PAY, True),
        ("side_job", TRAVEL, True),
        ("side_job", "rent", False),
        ("full_time", FEE, True),
        ("full_time", PAY, False),
        ("full_time", TRAVEL, False),
    ],
)
def test_c56_each_match_has_its_kinds_of_cost(office: Office, match: str, kind: str, eligible: bool) -> None:
    answer = talent_case(office, match, **{kind: 100_000})
    answer.done() if eligible else answer.refused("cost_kind")


# ---------------------------------------------------------------------- C57

MILLION = 1_000_000


def donation(office: Office, **fields: object) -> Answer:
    """A firm of Chiyoda ward gives 10,000,000 yen to Higashihiroshima city; figures of C57 unless told."""
    told = {
        "firm": "7000012050002",
        "head_office": "131016",
        "authority": "342122",
        "project": "342122-2025-01",
        "amount_yen": 10 * MILLION,
        "donated_on": "2026-01-15",
        "corporate_tax_yen": 300 * MILLION,
        "inhabitant_levy_yen": 21 * MILLION,
        "enterprise_tax_yen": 80 * MILLION,
    }
    return office.do("record_donation", **{**told, **fields})


def credits_of(answer: Answer) -> tuple[int, int, int]:
    """税額控除: of the inhabitant, the corporate and the enterprise tax."""
    result = answer.done().result
    return (result["inhabitant_credit_yen"], result["corporate_credit_yen"], result["enterprise_credit_yen"])


def test_c57_six_tenths_of_a_donation_come_back_as_credit_and_about_a_tenth_is_borne(office: Office) -> None:
    done = donation(office)
    assert credits_of(done) == (4 * MILLION, 0, 2 * MILLION)
    assert (done.result["total_credit_yen"], done.result["burden_yen"]) == (6 * MILLION, 1 * MILLION)


def test_c57_corporate_tax_steps_in_for_what_the_inhabitant_tax_does_not_bear(office: Office) -> None:
    """Example 2 of lifecycle.md 2.6."""
    taxes = {"inhabitant_levy_yen": 1_120_000, "corporate_tax_yen": 16 * MILLION}
    done = donation(office, **taxes, enterprise_tax_yen=5 * MILLION)
    assert credits_of(done) == (224_000, 800_000, 1 * MILLION)
    assert (done.result["total_credit_yen"], done.result["burden_yen"]) == (2_024_000, 4_976_000)


@pytest.mark.parametrize(
    ("taxes", "expected"),
    [
        ({"inhabitant_levy_yen": 20 * MILLION}, (4 * MILLION, 0, 2 * MILLION)),
        ({"inhabitant_levy_yen": 20 * MILLION - 5}, (4 * MILLION - 1, 1, 2 * MILLION)),
        ({"inhabitant_levy_yen": 15 * MILLION}, (3 * MILLION, 1 * MILLION, 2 * MILLION)),
        ({"inhabitant_levy_yen": 15 * MILLION - 5}, (3 * MILLION - 1, 1 * MILLION, 2 * MILLION)),
        ({"inhabitant_levy_yen": 0, "corporate_tax_yen": 20 * MILLION - 20}, (0, 999_999, 2 * MILLION)),
        ({"enterprise_tax_yen": 10 * MILLION}, (4 * MILLION, 0, 2 * MILLION)),
        ({"enterprise_tax_yen": 10 * MILLION - 1}, (4 * MILLION, 0, 1_999_999)),
        ({"inhabitant_levy_yen": 0, "corporate_tax_yen": 0, "enterprise_tax_yen": 0}, (0, 0, 0)),
    ],
)
def test_c57_each_credit_has_its_share_of_the_donation_and_of_its_own_tax(
    office: Office, taxes: dict[str, int], expected: tuple[int, int, int]
) -> None:
    assert credits_of(donation(office, **taxes)) == expected


# ---------------------------------------------------------------------- C59, C60


def test_c59_a_donation_counts_up_to_the_last_day_of_the_scheme(office: Office) -> None:
    donation(office, donated_on="2028-04-01", on="2028-05-01").refused("too_late")
    donation(office, donated_on="2028-03-31", on="2028-05-01").done()


@pytest.mark.parametrize("amount_yen", [90_000, 99_999])
def test_c60_a_donation_below_100_000_yen_is_refused(office: Office, amount_yen: int) -> None:
    refusal = donation(office, amount_yen=amount_yen).refused("donation_too_small")
    assert refusal.figures("donation_smallest") == {"limit": 100_000, "asked": amount_yen}


def test_c60_a_donation_of_exactly_100_000_yen_is_taken(office: Office) -> None:
    assert credits_of(donation(office, amount_yen=100_000)) == (40_000, 0, 20_000)


def test_c60_no_donation_is_taken_by_the_authority_of_the_head_office(office: Office) -> None:
    donation(office, head_office="342122").refused("head_office")
    donation(office, head_office="341002").done()
