"""交付決定の変更: requested by the head, approved or refused by another officer."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    GRANT,
    asked,
    given_adopted,
    given_approved,
    given_change_requested,
    given_reported,
    given_settled,
    given_submitted,
)

from lifecycle.aggregates import Grant
from lifecycle.aggregates.facts import Share

TWO = (asked(22_000_000, "s1"), asked(8_000_000, "f1", "facility"))

# ---------------------------------------------------------------------- 変更承認申請


def test_a_change_is_numbered_within_its_grant_and_moves_no_money_yet():
    story = given_approved().when("request_change", deltas={"s1": -2_000_000})
    story.then(Grant.ChangeRequested, change=f"{GRANT}/c1", deltas={"s1": -2_000_000})
    story.then_holds(committed_yen=22_000_000)
    assert story.answer == f"{GRANT}/c1"


def test_the_next_change_has_the_next_number():
    given_change_requested().when("request_change").then(Grant.ChangeRequested, change=f"{GRANT}/c2")


@pytest.mark.parametrize(
    "change",
    [
        {"deltas": {}, "content": "内容の縮小"},
        {"deltas": {}, "last_year": 2028},
        {"deltas": {}, "drop": ["f1"]},
    ],
)
def test_a_change_may_be_of_content_of_the_period_or_of_components(change):
    given_approved(*TWO).when("request_change", **change).then(Grant.ChangeRequested)


@pytest.mark.parametrize("given", [given_submitted, given_adopted, given_reported, given_settled])
def test_there_is_nothing_to_change_before_the_decision_or_after_the_report(given):
    given().when("request_change", on=date(2026, 6, 1)).then_refused("wrong_status")


def test_a_change_of_nothing_is_no_change():
    given_approved().when("request_change", deltas={}).then_refused("bad_input")


def test_a_change_that_leaves_nothing_is_an_abolition_and_no_change():
    given_approved().when("request_change", deltas={}, drop=["s1"]).then_refused("bad_input")
    given_approved().when("request_change", deltas={"s1": -22_000_000}).then_refused("bad_input")
    given_approved().when("request_change", deltas={"s1": -21_999_999}).then(Grant.ChangeRequested)


def test_a_larger_grant_means_a_larger_cost_and_never_a_larger_rate():
    changed = given_change_requested(deltas={"s1": 1}).given("approve_change")
    component = changed.aggregate.components["s1"]
    assert (component.committed_yen, component.eligible_cost_yen) == (22_000_001, 44_000_002)


def test_a_change_names_only_components_of_the_grant():
    given_approved().when("request_change", deltas={"s9": 1}).then_refused("bad_input")
    given_approved().when("request_change", deltas={}, drop=["s9"]).then_refused("bad_input")


def test_a_component_is_not_both_changed_and_dropped():
    given_approved(*TWO).when("request_change", deltas={"s1": 1}, drop=["s1"]).then_refused("bad_input")


def test_a_component_falls_to_zero_and_not_below():
    given_approved(*TWO).when("request_change", deltas={"s1": -22_000_000}).then(Grant.ChangeRequested)
    given_approved(*TWO).when("request_change", deltas={"s1": -22_000_001}).then_refused("bad_input")


def test_a_change_leaves_what_is_paid_and_not_a_yen_less():
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2025, 5, 20))
    paid.when("request_change", deltas={"s1": -17_000_001}).then_refused("over_disbursed")
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2025, 5, 20))
    paid.when("request_change", deltas={"s1": -17_000_000}).then(Grant.ChangeRequested)


def test_a_change_is_not_requested_before_the_decision():
    given_approved().when("request_change", on=date(2025, 4, 30)).then_refused("too_early")


# ---------------------------------------------------------------------- 変更承認


def test_approving_a_change_moves_the_commitment_by_the_difference():
    (
        given_change_requested(deltas={"s1": -2_000_000})
        .when("approve_change")
        .then(
            Grant.ChangeApproved,
            before=[Share(component="s1", kind="soft", committed_yen=22_000_000)],
            after=[Share(component="s1", kind="soft", committed_yen=20_000_000)],
        )
        .then_holds(status="approved", committed_yen=20_000_000, granted_yen=20_000_000)
    )


def test_a_dropped_component_has_no_money_left():
    changed = given_approved(*TWO).given("request_change", deltas={"s1": 1_000}, drop=["f1"])
    changed.when("approve_change").then_holds(committed_yen=22_001_000)
    assert changed.aggregate.components["f1"].committed_yen == 0


def test_a_change_that_nobody_requested_is_not_found():
    given_approved().when("approve_change").then_refused("not_found")


def test_a_change_is_decided_once():
    given_change_requested().given("approve_change").when("approve_change").then_refused("wrong_status")


def test_a_change_is_no_longer_decided_once_completion_is_reported():
    given_change_requested().given("report_completion").when("approve_change").then_refused("wrong_status")


def test_whoever_requested_a_change_does_not_approve_it():
    given_change_requested(by="kato").when("approve_change", by="kato").then_refused("same_officer")


def test_a_change_is_not_approved_before_it_is_requested():
    given_change_requested(on=date(2025, 6, 1)).when("approve_change", on=date(2025, 5, 31)).then_refused(
        "too_early"
    )


def test_a_change_is_not_approved_before_the_one_approved_last():
    two = given_change_requested(on=date(2025, 6, 1)).given("request_change", on=date(2025, 6, 2))
    first = two.given("approve_change", on=date(2025, 6, 20))
    first.when("approve_change", change=f"{GRANT}/c2", on=date(2025, 6, 19)).then_refused("too_early")


def test_a_change_is_judged_as_the_grant_stands_when_it_is_approved():
    two = given_approved(*TWO).given("request_change", deltas={}, drop=["f1"])
    two.given("request_change", deltas={"f1": -1}).given("approve_change")
    two.when("approve_change", change=f"{GRANT}/c2").then_refused("bad_input")


def test_a_change_is_not_approved_below_what_was_paid_since():
    asked_for = given_change_requested(deltas={"s1": -17_000_001})
    paid = asked_for.given("disburse", amount_yen=5_000_000, on=date(2025, 6, 5))
    paid.when("approve_change").then_refused("over_disbursed")


# ---------------------------------------------------------------------- 変更不承認


def test_a_refused_change_leaves_everything_as_decided():
    (
        given_change_requested()
        .when("refuse_change", reason="目的の変更にあたる")
        .then(Grant.ChangeRefused, change=f"{GRANT}/c1")
        .then_holds(status="approved", committed_yen=22_000_000)
    )


def test_a_change_that_is_open_when_the_work_is_reported_and_settled_is_still_refused():
    settled = given_change_requested().given("report_completion").given("settle")
    settled.when("approve_change", on=date(2026, 6, 1)).then_refused("wrong_status")
    settled.when("refuse_change", on=date(2026, 6, 1)).then(Grant.ChangeRefused)


def test_a_change_that_nobody_requested_is_not_refused_either():
    given_approved().when("refuse_change").then_refused("not_found")


def test_a_refused_change_is_not_refused_again():
    given_change_requested().given("refuse_change").when("refuse_change").then_refused("wrong_status")


def test_whoever_requested_a_change_does_not_refuse_it():
    given_change_requested(by="kato").when("refuse_change", by="kato").then_refused("same_officer")


def test_a_change_is_not_refused_before_it_is_requested():
    given_change_requested(on=date(2025, 6, 1)).when("refuse_change", on=date(2025, 5, 31)).then_refused(
        "too_early"
    )


# ---------------------------------------------------------------------- what a change may not do


def test_a_component_that_was_dropped_does_not_come_back_by_a_change():
    both = given_approved(asked(20_000_000), asked(2_000_000, "s2"))
    dropped = both.given("request_change", deltas={}, drop=["s2"]).given("approve_change")
    later = {"on": date(2025, 7, 1)}
    dropped.when("request_change", deltas={"s2": 1}, **later).then_refused("bad_input")
    dropped.when("request_change", deltas={"s1": 1}, **later).then(Grant.ChangeRequested)


def test_a_change_of_content_alone_is_free_where_a_revoked_sum_is_not_returned_yet():
    paid = given_approved().given("disburse", amount_yen=22_000_000, on=date(2025, 7, 1))
    revoked = paid.given("revoke", amount_yen=2_000_000, on=date(2025, 8, 1))
    later = {"on": date(2025, 8, 2)}
    revoked.when("request_change", deltas={"s1": -1}, **later).then_refused("over_disbursed")
    revoked.when("request_change", deltas={}, content="行程の変更", **later).then(Grant.ChangeRequested)


def test_whoever_declared_an_interest_decides_no_change():
    interested = given_change_requested().given("declare_conflict", by="abe", on=date(2025, 6, 2))
    interested.when("approve_change", by="abe").then_refused("conflict_of_interest")
    interested.when("refuse_change", by="abe").then_refused("conflict_of_interest")
