"""支払・実績報告・額の確定・返還: money out, the amount that is fixed, money back."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    GRANT,
    asked,
    given_adopted,
    given_approved,
    given_imported,
    given_reported,
    given_return_ordered,
    given_settled,
    given_submitted,
)

from lifecycle.aggregates import Grant
from lifecycle.aggregates.facts import Share

TWO = (asked(22_000_000, "s1"), asked(8_000_000, "f1", "facility"))

# ---------------------------------------------------------------------- 支払


def test_an_advance_is_paid_up_to_what_is_committed_and_not_a_yen_more():
    given_approved().when("disburse", amount_yen=22_000_000).then(Grant.Disbursed, payment="advance")
    given_approved().when("disburse", amount_yen=22_000_001).then_refused("over_disbursed")


def test_advances_add_up():
    paid = given_approved().given("disburse", amount_yen=20_000_000, on=date(2025, 7, 1))
    paid.when("disburse", amount_yen=2_000_001, on=date(2025, 8, 1)).then_refused("over_disbursed")
    figures = paid.refusal.findings[0]
    assert (figures.limit, figures.used, figures.asked, figures.excess, figures.room) == (
        22_000_000,
        20_000_000,
        2_000_001,
        1,
        2_000_000,
    )


def test_a_final_payment_is_what_settlement_leaves_and_not_a_yen_more():
    final = {"payment": "final", "on": date(2026, 6, 1)}
    given_settled(20_000_000, advance_yen=5_000_000).when("disburse", amount_yen=15_000_000, **final).then(
        Grant.Disbursed, amount_yen=15_000_000
    ).then_holds(disbursed_yen=20_000_000, overpaid_yen=0)
    given_settled(20_000_000, advance_yen=5_000_000).when(
        "disburse", amount_yen=15_000_001, **final
    ).then_refused("over_disbursed")


def test_what_was_overpaid_is_not_paid_again():
    overpaid = given_settled(20_000_000, advance_yen=22_000_000)
    overpaid.when("disburse", amount_yen=1, payment="final").then_refused("over_disbursed")
    assert overpaid.refusal.findings[0].room == 0


@pytest.mark.parametrize("given", [given_submitted, given_adopted, given_reported, given_settled])
def test_an_advance_is_paid_between_the_decision_and_the_report(given):
    given().when("disburse", amount_yen=1, payment="advance").then_refused("wrong_status")


@pytest.mark.parametrize("given", [given_submitted, given_approved, given_reported])
def test_a_final_payment_waits_for_settlement(given):
    given().when("disburse", amount_yen=1, payment="final").then_refused("wrong_status")


def test_whoever_decided_does_not_pay():
    given_approved().when("disburse", by="suzuki").then_refused("same_officer")


def test_nothing_is_paid_before_the_decision():
    given_approved().when("disburse", on=date(2025, 4, 30)).then_refused("too_early")


def test_no_final_payment_is_made_before_settlement():
    settled = given_settled(20_000_000)
    settled.when("disburse", payment="final", on=date(2026, 5, 19)).then_refused("too_early")


def test_a_decision_taken_elsewhere_is_paid_like_any_other():
    given_imported(22_000_000).when("disburse", amount_yen=22_000_000).then(Grant.Disbursed)


# ---------------------------------------------------------------------- 概算払請求


def test_an_advance_is_asked_for_by_need():
    story = given_approved().when("request_advance", needs_yen={"工事前払金": 3_000_000})
    story.then(Grant.AdvanceRequested, needs_yen={"工事前払金": 3_000_000}).then_holds(disbursed_yen=0)


def test_needs_add_up_and_stay_within_the_commitment():
    asked_for = given_approved().given("request_advance", needs_yen={"設計費": 20_000_000})
    asked_for.when("request_advance", needs_yen={"工事": 2_000_001}).then_refused("over_disbursed")
    asked_for.when("request_advance", needs_yen={"工事": 2_000_000}).then(Grant.AdvanceRequested)


def test_once_needs_are_on_record_advances_stay_within_them():
    asked_for = given_approved().given("request_advance", needs_yen={"設計費": 5_000_000})
    asked_for.when("disburse", amount_yen=5_000_001).then_refused("over_disbursed")
    assert "at most 5,000,000 yen" in asked_for.refusal.findings[0].remedy
    asked_for.given("disburse", amount_yen=3_000_000, on=date(2025, 7, 1))
    asked_for.when("disburse", amount_yen=2_000_001).then_refused("over_disbursed")
    assert "at most 2,000,000 yen" in asked_for.refusal.findings[0].remedy
    asked_for.when("disburse", amount_yen=2_000_000).then(Grant.Disbursed)


@pytest.mark.parametrize("given", [given_submitted, given_reported, given_settled])
def test_an_advance_is_asked_for_between_the_decision_and_the_report(given):
    given().when("request_advance", on=date(2026, 6, 1)).then_refused("wrong_status")


def test_an_advance_is_not_asked_for_before_the_decision():
    given_approved().when("request_advance", on=date(2025, 4, 30)).then_refused("too_early")


# ---------------------------------------------------------------------- 実績報告


def test_the_report_carries_cost_by_component_and_evidence():
    story = given_approved().when("report_completion", actuals_yen={"s1": 40_000_000}, evidence=["支払調書"])
    story.then(Grant.CompletionReported, actuals_yen={"s1": 40_000_000}, evidence=["支払調書"])
    story.then_holds(status="reported", committed_yen=22_000_000, reported_by={"kato"})
    assert story.aggregate.components["s1"].actual_cost_yen == 40_000_000


def test_a_component_without_money_need_not_be_reported():
    dropped = given_approved(*TWO).given("request_change", deltas={}, drop=["f1"]).given("approve_change")
    dropped.when("report_completion", actuals_yen={"s1": 40_000_000}).then(Grant.CompletionReported)


def test_a_component_with_money_is_reported_even_if_nothing_was_spent():
    given_approved(*TWO).when("report_completion", actuals_yen={"s1": 1}).then_refused("bad_input")
    given_approved(*TWO).when("report_completion", actuals_yen={"s1": 1, "f1": 0}).then(
        Grant.CompletionReported
    )


def test_a_component_that_the_grant_has_not_is_not_reported():
    given_approved().when("report_completion", actuals_yen={"s1": 1, "s9": 1}).then_refused("bad_input")


@pytest.mark.parametrize("given", [given_submitted, given_reported])
def test_completion_is_reported_once_and_after_the_decision(given):
    given().when("report_completion").then_refused("wrong_status")


def test_completion_is_not_reported_before_the_decision():
    given_approved().when("report_completion", on=date(2025, 4, 30)).then_refused("too_early")


# ---------------------------------------------------------------------- 額の確定


def test_settling_fixes_the_amount_and_decommits_the_rest():
    (
        given_reported(advance_yen=5_000_000)
        .when("settle", settled_yen={"s1": 20_000_000})
        .then(
            Grant.Settled,
            shares=[Share(component="s1", kind="soft", committed_yen=22_000_000, settled_yen=20_000_000)],
            disbursed_yen=5_000_000,
        )
        .then_holds(
            status="settled",
            granted_yen=22_000_000,
            committed_yen=0,
            settled_yen=20_000_000,
            decommitted_yen=2_000_000,
            overpaid_yen=0,
        )
    )


def test_settling_below_what_was_paid_shows_the_overpayment():
    given_reported(advance_yen=22_000_000).when("settle", settled_yen={"s1": 20_000_000}).then_holds(
        overpaid_yen=2_000_000, disbursed_yen=22_000_000
    )


@pytest.mark.parametrize("given", [given_submitted, given_approved, given_settled])
def test_only_a_reported_grant_is_settled(given):
    given().when("settle").then_refused("wrong_status")


def test_whoever_reported_does_not_settle():
    given_approved().given("report_completion", by="yamada").when("settle", by="yamada").then_refused(
        "same_officer"
    )


@pytest.mark.parametrize("preparer", ["kato", "tanaka"])
def test_whoever_submitted_or_scored_does_not_settle(preparer):
    scored = given_submitted(by="kato").given("score", by="tanaka").given("approve")
    reported = scored.given("report_completion", by="yamada")
    reported.when("settle", by=preparer).then_refused("same_officer")


def test_whoever_approved_may_settle():
    given_submitted().given("approve", by="suzuki").given("report_completion").when(
        "settle", by="suzuki"
    ).then(Grant.Settled)


def test_a_grant_is_not_settled_before_it_is_reported():
    given_reported().when("settle", on=date(2026, 4, 2)).then_refused("too_early")


@pytest.mark.parametrize(
    ("story", "command", "remedy"),
    [
        (given_approved, "settle", f"first: grants report-completion {GRANT} --actuals COMPONENT=YEN; "),
        (given_submitted, "disburse", f"first: grants approve {GRANT}; "),
        (
            given_settled,
            "settle",
            f"see where it stands, how it came there, and what waits: grants show {GRANT}; ",
        ),
    ],
)
def test_what_comes_too_early_is_answered_with_what_comes_first(story, command, remedy):
    refused = story().when(command).then_refused("wrong_status")
    assert refused.refusal.findings[0].remedy.startswith(remedy)


def test_an_order_that_there_is_not_is_answered_with_those_there_are():
    ordered = given_return_ordered().when("record_return", order=f"{GRANT}/r9").then_refused("not_found")
    assert ordered.refusal.message == f"no return order {GRANT}/r9; there is {GRANT}/r1"
    settled = given_settled().when("record_return", order=f"{GRANT}/r1").then_refused("not_found")
    assert settled.refusal.message == f"no return order {GRANT}/r1; none is ordered of {GRANT}"


@pytest.mark.parametrize(
    ("advance_yen", "by", "expected"),
    [
        (20_000_000, date(2026, 5, 20), True),
        (20_000_000, date(2026, 5, 19), False),
        (19_999_999, date(2026, 5, 20), False),
        (20_000_001, date(2026, 5, 20), False),
    ],
)
def test_a_grant_is_square_when_paid_less_returned_is_what_was_settled(advance_yen, by, expected):
    assert given_settled(20_000_000, advance_yen=advance_yen).aggregate.is_square(by) is expected


def test_a_grant_is_square_again_once_what_was_overpaid_is_back():
    ordered = given_return_ordered(overpaid_yen=2_000_000)
    assert not ordered.aggregate.is_square(date(2026, 6, 30))
    ordered.given("record_return", amount_yen=2_000_000)
    assert ordered.aggregate.is_square(date(2026, 6, 30))


# ---------------------------------------------------------------------- 返還命令


def test_what_was_overpaid_is_ordered_back_and_not_a_yen_more():
    overpaid = given_settled(20_000_000, advance_yen=22_000_000)
    story = overpaid.when("order_return", amount_yen=2_000_000, due_on=date(2026, 6, 14))
    story.then(Grant.ReturnOrdered, order=f"{GRANT}/r1", amount_yen=2_000_000, basis="overpayment")
    assert story.answer == f"{GRANT}/r1"
    overpaid = given_settled(20_000_000, advance_yen=22_000_000)
    overpaid.when("order_return", amount_yen=2_000_001).then_refused("over_returned")


def test_an_order_moves_no_money_by_itself():
    given_return_ordered(overpaid_yen=2_000_000).then_holds(
        ordered_yen=2_000_000, returned_yen=0, overpaid_yen=2_000_000, settled_yen=20_000_000
    )


def test_two_orders_together_stay_within_the_overpayment():
    first = given_settled(20_000_000, advance_yen=22_000_000).given("order_return", amount_yen=1_500_000)
    first.when("order_return", amount_yen=500_001).then_refused("over_returned")
    first = given_settled(20_000_000, advance_yen=22_000_000).given("order_return", amount_yen=1_500_000)
    first.when("order_return", amount_yen=500_000).then(Grant.ReturnOrdered, order=f"{GRANT}/r2")


@pytest.mark.parametrize("given", [given_approved, given_reported, given_settled, given_return_ordered])
def test_nothing_is_ordered_back_where_nothing_was_overpaid(given):
    given().when("order_return").then_refused("wrong_status")


@pytest.mark.parametrize("basis", ["revocation", "sub_grantee", "input_tax"])
def test_nothing_is_ordered_back_on_a_basis_that_nothing_was_recorded_for(basis):
    overpaid = given_settled(20_000_000, advance_yen=22_000_000)
    overpaid.when("order_return", basis=basis).then_refused("wrong_status")


@pytest.mark.parametrize("preparer", ["kato", "tanaka"])
def test_whoever_prepared_or_reported_does_not_order_the_return(preparer):
    scored = given_submitted(by="kato").given("score", by="tanaka").given("approve")
    paid = scored.given("disburse", amount_yen=22_000_000, on=date(2025, 7, 1))
    settled = paid.given("report_completion").given("settle", settled_yen={"s1": 20_000_000})
    settled.when("order_return", by=preparer).then_refused("same_officer")


def test_a_return_is_not_ordered_before_settlement():
    overpaid = given_settled(20_000_000, advance_yen=22_000_000)
    overpaid.when("order_return", on=date(2026, 5, 19)).then_refused("too_early")


def test_a_return_is_due_on_the_day_of_the_order_or_later():
    on = date(2026, 5, 25)
    overpaid = given_settled(20_000_000, advance_yen=22_000_000)
    overpaid.when("order_return", on=on, due_on=date(2026, 5, 24)).then_refused("bad_input")
    overpaid = given_settled(20_000_000, advance_yen=22_000_000)
    overpaid.when("order_return", on=on, due_on=on).then(Grant.ReturnOrdered)


# ---------------------------------------------------------------------- 納付


def test_a_part_payment_leaves_the_rest_of_the_principal():
    story = given_return_ordered(overpaid_yen=2_000_000).when("record_return", amount_yen=500_000)
    story.then(Grant.ReturnRecorded, amount_yen=500_000, principal_left_yen=1_500_000)
    story.then_holds(returned_yen=500_000, disbursed_yen=22_000_000, settled_yen=20_000_000)
    assert story.answer == 1_500_000


def test_no_more_is_paid_back_than_the_principal_left():
    given_return_ordered(overpaid_yen=2_000_000).when("record_return", amount_yen=2_000_001).then_refused(
        "over_returned"
    )
    given_return_ordered(overpaid_yen=2_000_000).when("record_return", amount_yen=2_000_000).then(
        Grant.ReturnRecorded, principal_left_yen=0
    )


def test_nothing_is_paid_back_on_an_order_that_does_not_exist():
    given_return_ordered().when("record_return", order=f"{GRANT}/r2").then_refused("not_found")


def test_nothing_is_paid_back_before_it_is_ordered():
    given_return_ordered().when("record_return", on=date(2026, 5, 24)).then_refused("too_early")


# ---------------------------------------------------------------------- hands, and days


def test_whoever_reported_once_settles_nothing_also_when_another_reports_again():
    corrected = given_approved().given("report_completion", by="abe").given("order_correction")
    again = corrected.given("report_completion", by="kato", on=date(2026, 5, 10))
    again.when("settle", by="abe").then_refused("same_officer")
    again.when("settle", by="suzuki").then(Grant.Settled)


def test_completion_is_not_reported_before_a_sub_grant_was_paid():
    paid = given_approved().given("commit_sub_grant").given("pay_sub_grant", on=date(2025, 12, 1))
    paid.when("report_completion", on=date(2025, 11, 30)).then_refused("too_early")
    paid.when("report_completion", on=date(2025, 12, 1)).then(Grant.CompletionReported)


def test_a_sub_grant_of_work_that_was_given_up_holds_no_report_back():
    owed = given_approved().given("commit_sub_grant")
    owed.when("report_completion").then_refused("sub_grant_unpaid")
    owed.given("abolish").when("report_completion").then(Grant.CompletionReported)
