"""取消・是正命令・返還: what is revoked, what comes back of it, and on which basis."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    GRANT,
    LIKE,
    asked,
    given_approved,
    given_reported,
    given_return_ordered,
    given_revocation_ordered_back,
    given_revoked,
    given_settled,
    given_submitted,
    given_suspended,
)

from lifecycle.aggregates import Grant
from lifecycle.aggregates.facts import Share

# ---------------------------------------------------------------------- 是正命令


def test_an_ordered_correction_opens_the_report_again_and_a_new_report_meets_it():
    ordered = given_reported().when("order_correction", demand="舗装のやり直し", due_on=date(2026, 5, 31))
    ordered.then(Grant.CorrectionOrdered, demand="舗装のやり直し").then_holds(status="approved")
    ordered.aggregate.collect_events()
    ordered.given("report_completion", on=date(2026, 5, 20))
    assert [demand.met_on for demand in ordered.aggregate.sheets.demands] == [date(2026, 5, 20)]


@pytest.mark.parametrize("given", [given_submitted, given_approved, given_settled])
def test_only_a_report_is_put_right(given):
    given().when("order_correction", on=date(2026, 5, 25)).then_refused("wrong_status")


@pytest.mark.parametrize("preparer", ["kato", "tanaka", "yamada"])
def test_whoever_prepared_or_reported_does_not_order_a_correction(preparer):
    scored = given_submitted(by="kato").given("score", by="tanaka").given("approve")
    reported = scored.given("report_completion", by="yamada")
    reported.when("order_correction", by=preparer).then_refused("same_officer")


def test_a_correction_is_not_ordered_before_the_report_nor_due_before_it_is_ordered():
    given_reported().when("order_correction", on=date(2026, 4, 2)).then_refused("too_early")
    on = date(2026, 4, 20)
    given_reported().when("order_correction", on=on, due_on=date(2026, 4, 19)).then_refused("bad_input")
    given_reported().when("order_correction", on=on, due_on=on).then(Grant.CorrectionOrdered)


# ---------------------------------------------------------------------- 取消


def test_revoking_all_leaves_nothing_and_what_was_paid_is_to_be_returned():
    paid = given_approved().given("disburse", amount_yen=12_000_000, on=date(2025, 7, 1))
    story = paid.when("revoke", amount_yen=None, fault="recipient")
    story.then(Grant.Revoked, amount_yen=22_000_000, whole=True, after_settlement=False)
    story.then_holds(status="revoked", committed_yen=0, disbursed_yen=12_000_000)
    assert story.answer == 22_000_000
    assert story.aggregate.returnable_yen("revocation") == 12_000_000


def test_revoking_a_part_leaves_the_status_and_the_rest():
    story = given_approved().when("revoke", amount_yen=2_000_000)
    story.then(
        Grant.Revoked,
        whole=False,
        before=[Share(component="s1", kind="soft", committed_yen=22_000_000)],
        after=[Share(component="s1", kind="soft", committed_yen=20_000_000)],
    )
    story.then_holds(status="approved", committed_yen=20_000_000)


def test_a_settled_amount_is_revoked_too():
    """Case C40: 52,000,000 settled, 10,000,000 revoked afterwards."""
    paid = given_approved(requested_yen=60_000_000).given("disburse", amount_yen=60_000_000)
    settled = paid.given("report_completion", on=date(2026, 9, 2)).given(
        "settle", settled_yen={"s1": 52_000_000}, on=date(2026, 9, 3)
    )
    story = settled.when("revoke", amount_yen=10_000_000, on=date(2026, 10, 1))
    story.then(Grant.Revoked, after_settlement=True).then_holds(status="settled", settled_yen=42_000_000)
    assert story.aggregate.returnable_yen("overpayment") == 8_000_000
    assert story.aggregate.returnable_yen("revocation") == 10_000_000


def test_a_sum_is_revoked_from_the_components_in_proportion():
    two = given_approved(asked(20_000_000, "s1"), asked(10_000_000, "f1", "facility"))
    two.when("revoke", amount_yen=3_000_001)
    assert [c.committed_yen for c in two.aggregate.components.values()] == [17_999_999, 9_000_000]


def test_no_more_is_revoked_than_stands():
    given_approved().when("revoke", amount_yen=22_000_000).then_holds(status="revoked")
    given_approved().when("revoke", amount_yen=22_000_001).then_refused("over_returned")


def test_revoking_needs_a_reason():
    given_approved().when("revoke", reason="").then_refused("reason_missing")


@pytest.mark.parametrize("given", [given_submitted, lambda: given_revoked(None)])
def test_only_a_decision_that_stands_is_revoked(given):
    given().when("revoke").then_refused("wrong_status")


@pytest.mark.parametrize("given", [given_suspended, given_reported, given_settled])
def test_a_decision_is_revoked_at_any_stage_after_it(given):
    given().when("revoke").then(Grant.Revoked)


@pytest.mark.parametrize("preparer", ["kato", "tanaka", "yamada"])
def test_whoever_prepared_or_reported_does_not_revoke(preparer):
    scored = given_submitted(by="kato").given("score", by="tanaka").given("approve")
    scored.given("report_completion", by="yamada").when("revoke", by=preparer).then_refused("same_officer")


def test_nothing_is_revoked_before_the_last_step():
    given_approved().when("revoke", on=date(2025, 4, 30)).then_refused("too_early")


# ---------------------------------------------------------------------- 返還命令 by basis


@pytest.mark.parametrize(
    ("fault", "basis", "told"),
    [
        ("recipient", "revocation", "recipient"),
        ("circumstances", "revocation", "circumstances"),
        ("sub_grantee", "sub_grantee", "sub_grantee"),
    ],
)
def test_a_return_order_says_whose_fault_it_follows_from(fault, basis, told):
    revoked = given_revoked(2_000_000, fault=fault)
    revoked.when("order_return", basis=basis).then(Grant.ReturnOrdered, basis=basis, fault=told)


def test_a_sum_is_ordered_back_on_the_basis_of_its_own_fault():
    given_revoked(2_000_000, fault="sub_grantee").when("order_return", basis="revocation").then_refused(
        "wrong_status"
    )
    given_revoked(2_000_000, fault="recipient").when("order_return", basis="sub_grantee").then_refused(
        "wrong_status"
    )


def test_sums_of_both_faults_are_ordered_back_separately():
    """Add-on runs on the recipient's own fault alone (19条1項)."""
    both = given_revoked(2_000_000, fault="recipient").given(
        "revoke", amount_yen=1_000_000, fault="circumstances", on=date(2026, 2, 2)
    )
    both.when("order_return", basis="revocation", amount_yen=2_000_001).then_refused("bad_input")
    both.given("order_return", basis="revocation", amount_yen=2_000_000)
    both.when("order_return", basis="revocation", amount_yen=1_000_000).then(
        Grant.ReturnOrdered, fault="circumstances"
    )


def test_a_return_is_not_ordered_before_the_revocation_it_follows_from():
    revoked = given_revoked(2_000_000)
    revoked.when("order_return", basis="revocation", on=date(2026, 1, 31)).then_refused("too_early")
    settled = given_settled(22_000_000, advance_yen=22_000_000).given("revoke", amount_yen=1_000_000)
    settled.when("order_return", basis="revocation", amount_yen=1_000_000).then_refused("too_early")


def test_nothing_that_was_not_paid_is_ordered_back():
    unpaid = given_approved().given("revoke", on=date(2026, 2, 1))
    unpaid.when("order_return", basis="revocation").then_refused("wrong_status")


# ---------------------------------------------------------------------- 期限の延長


def test_only_a_sub_grantees_fault_lets_the_date_be_extended():
    extension = {"due_on": date(2026, 9, 30), "on": date(2026, 3, 1)}
    story = given_revocation_ordered_back("sub_grantee").when("extend_return", **extension)
    story.then(Grant.ReturnExtended, due_on=date(2026, 9, 30), steps_taken="訴訟提起")
    assert story.aggregate.orders[f"{GRANT}/r1"].due_on == date(2026, 9, 30)
    given_revocation_ordered_back("recipient").when("extend_return", **extension).then_refused("wrong_status")


def test_the_new_date_is_later():
    ordered = given_revocation_ordered_back("sub_grantee")
    ordered.when("extend_return", due_on=date(2026, 3, 20)).then_refused("bad_input")
    ordered = given_revocation_ordered_back("sub_grantee")
    ordered.when("extend_return", due_on=date(2026, 3, 21)).then(Grant.ReturnExtended)


def test_an_order_that_is_paid_needs_no_extension():
    paid = given_revocation_ordered_back("sub_grantee").given("record_return")
    paid.when("extend_return").then_refused("wrong_status")


def test_the_date_of_an_order_that_does_not_exist_is_not_extended():
    given_revocation_ordered_back().when("extend_return", order=f"{GRANT}/r9").then_refused("not_found")


def test_whoever_submitted_does_not_extend_the_return():
    given_revocation_ordered_back("sub_grantee").when("extend_return", by="kato").then_refused("same_officer")


def test_a_date_is_not_extended_before_it_was_ordered():
    ordered = given_revocation_ordered_back("sub_grantee")
    ordered.when("extend_return", on=date(2026, 2, 27)).then_refused("too_early")


# ---------------------------------------------------------------------- 一時停止・相殺・強制徴収


def test_a_like_grants_payment_is_held_back():
    given_approved().when("hold_payment", amount_yen=3_000_000).then(
        Grant.PaymentHeld, order=f"{LIKE}/r1", amount_yen=3_000_000
    ).then_holds(disbursed_yen=0)


def test_what_is_held_is_not_paid():
    held = given_approved().given("hold_payment", amount_yen=3_000_000)
    held.when("disburse", amount_yen=19_000_001, held_yen={LIKE: 3_000_000}).then_refused("over_disbursed")
    held = given_approved().given("hold_payment", amount_yen=3_000_000)
    held.when("disburse", amount_yen=19_000_000, held_yen={LIKE: 3_000_000}).then(Grant.Disbursed)


def test_no_more_is_held_than_is_still_to_be_paid():
    given_approved().when("hold_payment", amount_yen=22_000_001).then_refused("over_disbursed")


@pytest.mark.parametrize("given", [given_submitted, given_reported])
def test_a_payment_is_held_where_one_is_to_come(given):
    given().when("hold_payment").then_refused("wrong_status")


def test_a_payment_is_not_held_before_the_decision():
    given_approved().when("hold_payment", on=date(2025, 4, 30)).then_refused("too_early")


def test_setting_off_pays_the_order_and_the_like_grant():
    """As case C35, with 2,000,000 unpaid and 10,000,000 owed on a like grant."""
    ordered = given_return_ordered(overpaid_yen=2_000_000)
    debtor = ordered.when("set_off_return", against=LIKE, amount_yen=2_000_000)
    debtor.then(Grant.ReturnSetOff, principal_left_yen=0).then_holds(returned_yen=2_000_000)
    like = given_approved(requested_yen=10_000_000).given("hold_payment", amount_yen=2_000_000)
    like.when("set_off_payment", amount_yen=2_000_000).then(Grant.PaymentSetOff)
    like.then_holds(disbursed_yen=2_000_000)
    assert like.aggregate.sheets.holds == []


def test_no_more_is_set_off_than_is_left_of_the_order_or_owed_on_the_like_grant():
    given_return_ordered(overpaid_yen=2_000_000).when("set_off_return", amount_yen=2_000_001).then_refused(
        "over_returned"
    )
    given_approved(requested_yen=2_000_000).when("set_off_payment", amount_yen=2_000_001).then_refused(
        "over_disbursed"
    )


def test_an_order_that_does_not_exist_is_not_set_off():
    given_return_ordered().when("set_off_return", order=f"{GRANT}/r9").then_refused("not_found")


def test_nothing_is_set_off_before_the_order_or_before_the_decision():
    given_return_ordered().when("set_off_return", on=date(2026, 5, 24)).then_refused("too_early")
    given_approved().when("set_off_payment", on=date(2025, 4, 30)).then_refused("too_early")


@pytest.mark.parametrize("given", [given_submitted, given_suspended, given_reported])
def test_nothing_is_set_off_against_a_grant_on_which_nothing_is_owed(given):
    given().when("set_off_payment").then_refused("wrong_status")


def test_what_is_unpaid_after_its_date_is_collected_as_tax():
    ordered = given_return_ordered(overpaid_yen=2_000_000)
    ordered.when("collect_as_tax", amount_yen=2_000_000, on=date(2026, 6, 15)).then(
        Grant.CollectedAsTax, principal_left_yen=0
    )


def test_nothing_is_collected_as_tax_until_the_date_has_passed():
    given_return_ordered().when("collect_as_tax", on=date(2026, 6, 14)).then_refused("too_early")


def test_no_more_is_collected_than_is_left_and_only_on_an_order():
    later = {"on": date(2026, 7, 1)}
    ordered = given_return_ordered(overpaid_yen=2_000_000)
    ordered.when("collect_as_tax", amount_yen=2_000_001, **later).then_refused("over_returned")
    given_return_ordered().when("collect_as_tax", order=f"{GRANT}/r9", **later).then_refused("not_found")


# ---------------------------------------------------------------------- paid, returned, and paid again


def returned_in_part():
    """22,000,000 paid; 2,000,000 revoked and returned."""
    return given_revocation_ordered_back().given("record_return")


def test_what_was_returned_makes_room_to_be_paid_again_up_to_the_commitment():
    paid = given_approved().given("disburse", amount_yen=22_000_000, on=date(2025, 7, 1))
    revoked = paid.given("revoke", amount_yen=2_000_000, on=date(2025, 9, 1))
    revoked.given("order_return", basis="revocation", on=date(2025, 9, 2), due_on=date(2025, 9, 22))
    revoked.given("record_return", on=date(2025, 9, 22))
    more = revoked.given("request_change", deltas={"s1": 1_000_000}, on=date(2025, 10, 1))
    more.given("approve_change", on=date(2025, 10, 2))
    later = {"on": date(2025, 10, 3)}
    more.when("disburse", amount_yen=1_000_001, **later).then_refused("over_disbursed")
    figures = more.refusal.findings[0]
    assert (figures.limit, figures.used, figures.excess) == (21_000_000, 20_000_000, 1)
    more.when("disburse", amount_yen=1_000_000, **later).then(Grant.Disbursed).then_holds(
        disbursed_yen=23_000_000
    )


def test_a_change_leaves_what_is_paid_and_not_returned():
    later = date(2026, 6, 11)
    returned_in_part().when("request_change", deltas={"s1": -1}, on=later).then_refused("over_disbursed")
    returned_in_part().when("request_change", deltas={"s1": 1}, on=later).then(Grant.ChangeRequested)


def test_an_order_for_revenue_leaves_the_other_bases_as_they_are():
    overpaid = given_settled(20_000_000, advance_yen=22_000_000)
    overpaid.given("report_revenue", revenue_yen=800_000, payback_yen=400_000)
    overpaid.given(
        "order_return", basis="revenue", amount_yen=300_000, on=date(2026, 9, 2), due_on=date(2026, 10, 1)
    )
    assert [overpaid.aggregate.returnable_yen(basis) for basis in ("revenue", "overpayment")] == [
        100_000,
        2_000_000,
    ]


def test_an_excess_is_ordered_back_on_one_basis_alone():
    """What settlement leaves over and what is revoked afterwards are two sums; only one bears add-on."""
    paid = given_approved().given("disburse", amount_yen=22_000_000, on=date(2025, 7, 1))
    settled = paid.given("report_completion").given("settle", settled_yen={"s1": 20_000_000})
    settled.given("revoke", amount_yen=3_000_000, on=date(2026, 7, 1))
    due = {"on": date(2026, 7, 2), "due_on": date(2026, 8, 1)}
    settled.when("order_return", basis="overpayment", amount_yen=2_000_001, **due).then_refused(
        "over_returned"
    )
    settled.when("order_return", basis="revocation", amount_yen=3_000_001, **due).then_refused(
        "over_returned"
    )
    settled.given("order_return", basis="overpayment", amount_yen=2_000_000, **due)
    settled.when("order_return", basis="revocation", amount_yen=3_000_000, **due).then(Grant.ReturnOrdered)


def test_whoever_reported_does_not_order_what_was_overpaid_back():
    paid = given_approved().given("disburse", amount_yen=22_000_000, on=date(2025, 7, 1))
    reported = paid.given("report_completion", by="yamada").given("settle", settled_yen={"s1": 20_000_000})
    reported.when("order_return", by="yamada").then_refused("same_officer")


@pytest.mark.parametrize("command", ["report_completion", "revoke", "abolish"])
def test_what_ends_or_fixes_the_money_does_not_come_before_a_payment(command):
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2026, 2, 1))
    paid.when(command, on=date(2026, 1, 31)).then_refused("too_early")
    paid.when(command, on=date(2026, 2, 1))
    assert paid.refusal is None
