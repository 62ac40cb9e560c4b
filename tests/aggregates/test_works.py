"""遂行: double funding, contracts, minor changes, carry-over, sub-grants."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    given_adopted,
    given_approved,
    given_imported,
    given_reported,
    given_settled,
    given_submitted,
    given_suspended,
)

from lifecycle.aggregates import Grant

IN_PROGRESS = (given_approved, given_suspended, given_imported)
NOT_IN_PROGRESS = (given_submitted, given_adopted, given_reported, given_settled)

CAME_TO_NOTHING = (
    lambda: given_submitted().given("reject"),
    lambda: given_submitted().given("withdraw"),
    lambda: given_submitted().given("not_adopt"),
)

# ---------------------------------------------------------------------- 重複・二重交付


@pytest.mark.parametrize("given", [given_submitted, given_approved, given_reported])
def test_double_funding_is_checked_before_the_decision_and_again_at_settlement(given):
    given().when("check_double_funding", on=date(2026, 5, 1)).then(
        Grant.DoubleFundingChecked, own_grant_yen=15_000_000, passed_down_yen=5_000_000
    )


@pytest.mark.parametrize("given", CAME_TO_NOTHING)
def test_an_application_that_came_to_nothing_is_not_checked(given):
    given().when("check_double_funding", on=date(2026, 5, 1)).then_refused("wrong_status")


def test_double_funding_is_not_checked_before_the_last_step():
    given_approved().when("check_double_funding", on=date(2025, 4, 30)).then_refused("too_early")


# ---------------------------------------------------------------------- 契約


def test_a_contract_is_recorded_with_the_day_it_was_signed():
    given_approved().when("record_contract", signed_on=date(2025, 6, 10)).then(
        Grant.ContractRecorded, signed_on=date(2025, 6, 10), amount_yen=4_000_000
    )


@pytest.mark.parametrize(
    ("signed_on", "expected"), [(date(2025, 4, 30), 4_000_000), (date(2025, 5, 1), 0), (date(2025, 5, 2), 0)]
)
def test_cost_of_a_contract_signed_before_the_decision_is_ineligible(signed_on, expected):
    contracted = given_approved().given("record_contract", signed_on=signed_on)
    assert contracted.aggregate.ineligible_cost_yen("s1") == expected


def test_a_contract_told_before_the_decision_counts_once_it_is_made():
    told = given_submitted().given("record_contract", signed_on=date(2025, 4, 11), on=date(2025, 4, 12))
    assert told.aggregate.ineligible_cost_yen("s1") == 0
    told.given("approve")
    assert told.aggregate.ineligible_cost_yen("s1") == 4_000_000


def test_a_contract_is_for_a_component_of_the_grant_and_signed_by_the_business_date():
    given_approved().when("record_contract", component="s9").then_refused("bad_input")
    late = {"signed_on": date(2025, 6, 13), "on": date(2025, 6, 12)}
    given_approved().when("record_contract", **late).then_refused("bad_input")


@pytest.mark.parametrize("given", [given_settled, *CAME_TO_NOTHING])
def test_contracts_stand_once_settled_and_are_none_where_there_is_no_work(given):
    given().when("record_contract").then_refused("wrong_status")


# ---------------------------------------------------------------------- 軽微な変更


@pytest.mark.parametrize("given", IN_PROGRESS)
def test_a_minor_change_moves_money_between_items_and_leaves_the_grant_as_it_is(given):
    story = given().when("notify_minor_change", amount_yen=500_000, on=date(2025, 8, 2))
    story.then(Grant.MinorChangeNotified, from_item="i1", to_item="i2", amount_yen=500_000)
    story.then_holds(committed_yen=22_000_000)
    held = [story.aggregate.item_yen("s1", item, 1_000_000) for item in ("i1", "i2", "i3")]
    assert held == [500_000, 1_500_000, 1_000_000]


@pytest.mark.parametrize("given", NOT_IN_PROGRESS)
def test_a_minor_change_belongs_to_work_in_progress(given):
    given().when("notify_minor_change", on=date(2026, 6, 1)).then_refused("wrong_status")


def test_a_minor_change_is_not_made_before_the_decision():
    given_approved().when("notify_minor_change", on=date(2025, 4, 30)).then_refused("too_early")


# ---------------------------------------------------------------------- 繰越


def test_carrying_over_leaves_the_commitment_in_its_year():
    (
        given_approved()
        .given("request_carry_over", amount_yen=10_000_000)
        .when("approve_carry_over", by="suzuki")
        .then(Grant.CarryOverApproved, amount_yen=10_000_000, basis="planned")
        .then_holds(committed_yen=22_000_000, carried_over_yen=10_000_000)
    )


def test_nothing_is_carried_over_until_it_is_approved():
    given_approved().when("request_carry_over").then(Grant.CarryOverRequested).then_holds(carried_over_yen=0)


@pytest.mark.parametrize("given", NOT_IN_PROGRESS)
def test_only_work_in_progress_is_carried_over(given):
    given().when("request_carry_over", on=date(2026, 6, 1)).then_refused("wrong_status")


def test_one_request_waits_at_a_time():
    requested = given_approved().given("request_carry_over")
    requested.when("request_carry_over", basis="accident").then_refused("wrong_status")


def test_a_request_that_waits_is_asked_for_anew_on_its_own_basis():
    """On 31 March 10,000,000 are asked for, and then 15,000,000 of the 22,000,000 are paid: only 7,000,000 are left."""
    asked = given_approved().given("request_carry_over", amount_yen=10_000_000, by="kato")
    asked.given("disburse", amount_yen=15_000_000, on=date(2026, 3, 10))
    refused = asked.when("approve_carry_over", on=date(2026, 3, 20)).then_refused("over_disbursed")
    assert (
        "grants request-carry-over 340006-2025-01/2025 --amount-yen 7000000"
        in refused.refusal.findings[0].remedy
    )
    asked.given("request_carry_over", amount_yen=7_000_000, by="ono", on=date(2026, 3, 20))
    assert [one.amount_yen for one in asked.aggregate.sheets.carry_overs] == [7_000_000]
    for hand in ("kato", "ono"):  # every hand of a matter counts, also that of the request before
        asked.when("approve_carry_over", by=hand, on=date(2026, 3, 20)).then_refused("same_officer")
    asked.when("approve_carry_over", on=date(2026, 3, 20)).then(
        Grant.CarryOverApproved, amount_yen=7_000_000
    ).then_holds(carried_over_yen=7_000_000)


def test_a_request_is_not_asked_for_anew_before_the_day_of_the_one_it_replaces():
    asked = given_approved().given("request_carry_over", on=date(2026, 3, 2))
    asked.when("request_carry_over", on=date(2026, 3, 1)).then_refused("too_early")
    asked.when("request_carry_over", on=date(2026, 3, 2)).then(Grant.CarryOverRequested)


def test_what_can_not_be_carried_over_is_told_with_its_figures():
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2025, 7, 1))
    found = (
        paid.when("request_carry_over", amount_yen=17_000_001)
        .then_refused("over_disbursed")
        .refusal.findings[0]
    )
    assert (found.limit, found.used, found.asked) == (22_000_000, 5_000_000, 17_000_001)
    assert (found.excess, found.room, found.source) == (1, 17_000_000, "財政法 14条の3, 42条, 43条")


def carried_over():
    return given_approved().given("request_carry_over").given("approve_carry_over")


ACCIDENT = {"basis": "accident", "on": date(2027, 3, 1), "new_end_on": date(2027, 12, 20)}


def test_money_is_carried_over_once_by_plan_and_once_more_by_accident():
    carried_over().when("request_carry_over", **ACCIDENT).then(Grant.CarryOverRequested)
    again = ACCIDENT | {"basis": "planned"}
    carried_over().when("request_carry_over", **again).then_refused("carry_over_repeated")


def test_what_is_unpaid_is_carried_over_and_not_a_yen_more():
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2025, 7, 1))
    paid.when("request_carry_over", amount_yen=17_000_001).then_refused("over_disbursed")
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2025, 7, 1))
    paid.when("request_carry_over", amount_yen=17_000_000).then(Grant.CarryOverRequested)


@pytest.mark.parametrize(
    ("new_end_on", "fits"),
    [
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_carried_over_work_ends_in_the_next_fiscal_year(new_end_on, fits):
    story = given_approved().when("request_carry_over", new_end_on=new_end_on)
    if fits:
        story.then(Grant.CarryOverRequested)
    else:
        story.then_refused("bad_input")


def test_a_carry_over_is_asked_for_on_the_last_day_of_the_fiscal_year_and_not_after_it():
    given_approved().when("request_carry_over", on=date(2026, 3, 31)).then(Grant.CarryOverRequested)
    given_approved().when("request_carry_over", on=date(2026, 4, 1)).then_refused("too_late")


def test_a_carry_over_is_not_asked_for_before_the_decision():
    given_approved().when("request_carry_over", on=date(2025, 4, 30)).then_refused("too_early")


def test_there_is_nothing_to_approve_without_a_request_or_twice():
    given_approved().when("approve_carry_over").then_refused("wrong_status")
    carried_over().when("approve_carry_over").then_refused("wrong_status")


def test_whoever_asked_for_a_carry_over_does_not_approve_it():
    requested = given_approved().given("request_carry_over", by="kato")
    requested.when("approve_carry_over", by="kato").then_refused("same_officer")


def test_a_carry_over_is_not_approved_before_it_is_asked_for():
    requested = given_approved().given("request_carry_over", on=date(2026, 3, 1))
    requested.when("approve_carry_over", on=date(2026, 2, 28)).then_refused("too_early")


# ---------------------------------------------------------------------- 間接補助金


def test_a_sub_grant_is_committed_and_then_paid_with_evidence():
    committed = given_approved().when("commit_sub_grant", payee="西条酒造", amount_yen=9_000_000)
    committed.then(Grant.SubGrantCommitted, payee="西条酒造", amount_yen=9_000_000)
    committed.aggregate.collect_events()
    committed.when("pay_sub_grant", evidence="領収書").then(Grant.SubGrantPaid, evidence="領収書")


@pytest.mark.parametrize("given", NOT_IN_PROGRESS)
def test_a_sub_grant_belongs_to_work_in_progress(given):
    given().when("commit_sub_grant", on=date(2026, 6, 1)).then_refused("wrong_status")


def test_a_sub_grant_has_an_id_of_its_own():
    committed = given_approved().given("commit_sub_grant")
    committed.when("commit_sub_grant").then_refused("already_recorded")


def test_a_sub_grant_is_not_committed_before_the_decision():
    given_approved().when("commit_sub_grant", on=date(2025, 4, 30)).then_refused("too_early")


def test_only_a_committed_sub_grant_is_paid_and_only_once():
    given_approved().when("pay_sub_grant").then_refused("not_found")
    paid = given_approved().given("commit_sub_grant").given("pay_sub_grant")
    paid.when("pay_sub_grant").then_refused("already_recorded")


def test_a_sub_grant_is_not_paid_before_it_is_committed():
    committed = given_approved().given("commit_sub_grant", on=date(2025, 6, 20))
    committed.when("pay_sub_grant", on=date(2025, 6, 19)).then_refused("too_early")


def test_completion_is_not_reported_while_a_sub_grant_is_unpaid():
    """Case C45: 9,000,000 yen of sub-grants unpaid."""
    committed = given_approved().given("commit_sub_grant", amount_yen=9_000_000)
    committed.when("report_completion").then_refused("sub_grant_unpaid")
    figures = committed.refusal.findings[0]
    assert (figures.limit, figures.used, figures.excess) == (9_000_000, 0, 9_000_000)
    paid = given_approved().given("commit_sub_grant").given("pay_sub_grant")
    paid.when("report_completion").then(Grant.CompletionReported)
