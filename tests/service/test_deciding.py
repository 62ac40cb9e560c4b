"""採択・交付決定: amounts, reservations, guidelines with their reasons, and which refusal comes first."""

from __future__ import annotations

import pytest
from store.office import CRITERIA, HIROSHIMA, YOKOHAMA, elsewhere, new, part

from .telling import OKU, refused, windows

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
SOFT = "soft_fy_prefecture 2025"


def rules(found):
    """The rules of findings, in order."""
    return [finding["rule"] if isinstance(finding, dict) else finding.rule for finding in found]


# ---------------------------------------------------------------------- amounts


def test_adopting_reserves_and_approving_uses(office):
    grant = office.decidable(new(soft=10_000))
    office.do("adopt", grant=grant)
    assert windows(office, HIROSHIMA) == {SOFT: (0, 10_000, 10_000)}
    office.do("approve", grant=grant)
    assert windows(office, HIROSHIMA) == {SOFT: (10_000, 0, 0)}


def test_an_amount_that_is_not_given_is_the_one_adopted_even_when_that_is_nothing(office):
    grant = office.decidable(new(soft=10_000, facility=5_000))
    office.do("adopt", grant=grant, amounts={"soft": 8_000, "facility": 0})
    answer = office.do("approve", grant=grant)
    assert [c["committed_yen"] for c in answer["result"]["components"]] == [8_000, 0]


def test_a_decision_may_give_more_than_was_adopted_and_never_more_than_was_asked(office):
    grant = office.decidable(new(soft=10_000))
    office.do("adopt", grant=grant, amounts={"soft": 8_000})
    refused(office, "rate_too_high", "approve", grant=grant, amounts={"soft": 10_001})
    assert office.do("approve", grant=grant, amounts={"soft": 10_000})["result"]["committed_yen"] == 10_000


def test_an_amount_above_the_request_is_refused_even_where_the_rate_would_bear_it(office):
    years = [{"fiscal_year": 2025, "eligible_cost_yen": 40_000, "grant_yen": 10_000}]
    grant = office.decidable(new(components=[part("soft", 1) | {"years": years}]))
    refused(office, "above_request", "adopt", grant=grant, amounts={"soft": 10_001})
    refused(office, "above_request", "approve", grant=grant, amounts={"soft": 10_001})
    office.do("approve", grant=grant, amounts={"soft": 10_000})


@pytest.mark.parametrize("amounts", [{"soft": 0}, {"s9": 1}], ids=["nothing", "another component"])
@pytest.mark.parametrize("do", ["adopt", "approve"])
def test_something_is_given_and_to_a_component_of_the_grant(office, do, amounts):
    grant = office.decidable(new(soft=10_000))
    refused(office, "bad_input", do, grant=grant, amounts=amounts)


def test_a_decision_may_not_leave_infrastructure_alone(office):
    grant = office.decidable(new(soft=10_000, infrastructure=10_000))
    refused(office, "combination_required", "approve", grant=grant, amounts={"soft": 0})


def test_the_decision_tells_the_last_day_to_withdraw_from_it(office):
    grant = office.decidable(new(soft=10_000))
    answer = office.do("approve", grant=grant, on="2026-04-09")
    assert answer["result"]["withdrawable_until"] == "2026-04-24"


# ---------------------------------------------------------------------- caps


def test_the_last_yen_of_a_cap_can_be_decided_on_and_not_a_yen_more(office):
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=6 * OKU))
    over = office.decidable(new(YOKOHAMA, soft=4 * OKU, project=f"{YOKOHAMA}-2025-08"))
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    figures = refused(office, "cap_exceeded", "approve", grant=over).findings[0]
    assert (figures.used, figures.asked, figures.excess) == (6 * OKU + 1, 4 * OKU, 1)
    office.do("approve", grant=over, amounts={"soft": 4 * OKU - 1})


def test_a_reservation_holds_the_room_against_others(office):
    office.do("adopt", grant=office.decidable(new(YOKOHAMA, soft=6 * OKU)))
    other = office.decidable(new(YOKOHAMA, soft=4 * OKU))
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, facility=1))
    office.do("approve", grant=other)
    late = {"project": f"{YOKOHAMA}-2025-09"}
    refused(office, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=1, **late))


@pytest.mark.parametrize("do", ["not_adopt", "reject", "withdraw"])
def test_room_comes_back_when_an_application_comes_to_nothing(office, do):
    grant = office.decidable(new(YOKOHAMA, soft=10 * OKU))
    office.do(do, grant=grant, reason="理由")
    office.approved(new(YOKOHAMA, soft=10 * OKU))


def test_room_comes_back_when_less_is_settled(office):
    grant = office.approved(new(YOKOHAMA, soft=10 * OKU))
    office.settled(grant, {"soft": 18 * OKU})
    assert windows(office, YOKOHAMA) == {"soft_fy_municipality 2025": (9 * OKU, 0, 0)}
    office.approved(new(YOKOHAMA, soft=OKU))


# ---------------------------------------------------------------------- guidelines


def test_a_guideline_is_passed_with_a_reason_given_at_the_decision(office):
    grant = office.decidable(new(soft=1_000, facility=15 * OKU + 1, justifications={}))
    refused(office, "guideline_unjustified", "approve", grant=grant)
    reasons = {f"facility_{each}_prefecture": "用地取得の時期" for each in ("fy", "project")}
    answer = office.do("approve", grant=grant, justifications=reasons)
    assert rules(answer["warnings"]) == list(reasons)
    assert office.show(grant)["justifications"] == reasons


def test_a_reason_given_with_the_application_or_at_adoption_still_holds_at_the_decision(office):
    own = {"facility_fy_prefecture": "用地取得の時期"}
    grant = office.decidable(new(soft=1_000, facility=15 * OKU + 1, justifications=own))
    office.do("adopt", grant=grant, justifications={"facility_project_prefecture": "一体の施設"})
    assert rules(office.do("approve", grant=grant)["warnings"]) == [
        "facility_fy_prefecture",
        "facility_project_prefecture",
    ]


# ---------------------------------------------------------------------- which refusal comes first


def test_of_all_that_is_wrong_with_an_application_the_first_rule_is_reported(office):
    bad = new(infrastructure=60 * OKU, last=2033, strategy="", kpis=[], justifications={})
    refusal = refused(office, "strategy_missing", "submit", application=bad)
    assert rules(refusal.findings) == [
        "strategy_reference",
        "infrastructure_combination",
        "infrastructure_years_max",
        "kpi_count",
        "infrastructure_plan_prefecture",
    ]


def test_of_all_that_stops_a_decision_the_first_rule_is_reported(office):
    grant = office.submitted(new(soft=10 * OKU, facility=16 * OKU, justifications={}))
    office.do("import_decision", **elsewhere(HIROSHIMA, 2025, soft=10 * OKU))
    refused(office, "criteria_incomplete", "approve", grant=grant)
    for criterion in CRITERIA:
        office.do("score", grant=grant, criterion=criterion, score=3, reason="可")
    refused(office, "plan_not_certified", "approve", grant=grant)
    office.do("certify_plan", project=P, certificate_no="1")
    refused(office, "cap_exceeded", "approve", grant=grant)
    refused(office, "guideline_unjustified", "approve", grant=grant, amounts={"soft": 5 * OKU})
    reasons = {f"facility_{each}_prefecture": "用地取得の時期" for each in ("fy", "project")}
    office.do("approve", grant=grant, amounts={"soft": 5 * OKU}, justifications=reasons)


def test_the_state_of_the_matter_comes_before_the_rules(office):
    grant = office.submitted(new(soft=1_000), by="both")
    refused(office, "same_officer", "approve", grant=grant, by="both")
    office.do("return_for_correction", grant=grant, message="積算")
    refused(office, "wrong_status", "approve", grant=grant, by="both")


def test_a_role_comes_before_everything(office):
    refused(office, "role_missing", "approve", grant=f"{HIROSHIMA}-2025-77/2025", by="head")
    refused(office, "not_found", "approve", grant=f"{HIROSHIMA}-2025-77/2025")


# ---------------------------------------------------------------------- days


def test_no_decision_is_dated_before_the_plans_certificate(office):
    grant = office.submitted(new(soft=10_000))
    for criterion in CRITERIA:
        office.do("score", grant=grant, criterion=criterion, score=4, reason="課題が明確", on="2025-04-20")
    office.do("certify_plan", project=P, certificate_no="第76回-1", on="2025-04-28")
    refused(office, "too_early", "approve", grant=grant, on="2025-04-27")
    office.do("approve", grant=grant, on="2025-04-28")


# ---------------------------------------------------------------------- put right after the review


def put_right(office, application):
    """An application that is scored and certified, and then sent back and put right."""
    grant = office.decidable(new(soft=10_000))
    office.do("return_for_correction", grant=grant, message="積算")
    office.do("resubmit", grant=grant, application=application)
    return grant


def test_scores_and_a_certificate_of_the_application_before_are_told_of(office):
    grant = put_right(office, new(soft=90_000, facility=5_000))
    answer = office.do("approve", grant=grant)
    assert rules(answer["warnings"]) == ["four_criteria", "certified_plan"]
    assert answer["warnings"][0]["message"].startswith(", ".join(CRITERIA))
    assert f"grants amend-plan {P}" in answer["warnings"][1]["remedy"]


def test_what_was_scored_and_certified_anew_is_told_of_no_more(office):
    grant = put_right(office, new(soft=90_000))
    for criterion in CRITERIA[1:]:
        office.do("score", grant=grant, criterion=criterion, score=4, reason="再提出を審査")
    warning = office.do("approve", grant=grant, dry_run=True)["warnings"][0]
    assert warning["message"] == f"{CRITERIA[0]}: scored before {grant} was put right"
    office.do("score", grant=grant, criterion=CRITERIA[0], score=4, reason="再提出を審査")
    office.do("amend_plan", project=P, certificate_no="第76回-2", content="再提出")
    assert office.do("approve", grant=grant)["warnings"] == []


def test_what_is_reviewed_once_it_was_put_right_is_decided_without_a_word(office):
    grant = office.submitted(new(soft=10_000))
    office.do("return_for_correction", grant=grant, message="積算")
    office.do("resubmit", grant=grant, application=new(soft=9_000))
    for criterion in CRITERIA:
        office.do("score", grant=grant, criterion=criterion, score=4, reason="課題が明確")
    office.do("certify_plan", project=P, certificate_no="第76回-1")
    assert office.do("approve", grant=grant)["warnings"] == []
