"""採択・交付決定: adopted or not, approved or rejected, by an officer who prepared none of it."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    SOFT_WINDOW,
    asked,
    given_adopted,
    given_approved,
    given_imported,
    given_returned,
    given_submitted,
)

from lifecycle.aggregates import Grant
from lifecycle.aggregates.facts import Share

TWO = (asked(22_000_000, "s1"), asked(8_000_000, "f1", "facility"))

# ---------------------------------------------------------------------- 採択


def test_adopting_reserves_the_amount_while_the_demand_stays():
    (
        given_submitted(requested_yen=22_000_000)
        .when("adopt", amounts_yen={"s1": 20_000_000})
        .then(Grant.Adopted, shares=[Share(component="s1", kind="soft", reserved_yen=20_000_000)])
        .then_holds(status="adopted", requested_yen=22_000_000, reserved_yen=20_000_000, committed_yen=0)
    )


@pytest.mark.parametrize("given", [given_returned, given_adopted, given_approved])
def test_only_an_application_under_review_is_adopted(given):
    given().when("adopt", on=date(2025, 6, 1)).then_refused("wrong_status")


def test_whoever_submitted_an_application_does_not_adopt_it():
    given_submitted(by="kato").when("adopt", by="kato").then_refused("same_officer")


def test_an_application_is_not_adopted_before_it_is_submitted():
    given_submitted(on=date(2025, 4, 10)).when("adopt", on=date(2025, 4, 9)).then_refused("too_early")


# ---------------------------------------------------------------------- 内示


def test_informal_notice_tells_the_adopted_amount_and_gives_no_right():
    given_adopted().when("notify_informally").then(
        Grant.InformallyNotified, amount_yen=22_000_000
    ).then_holds(status="adopted", committed_yen=0)


@pytest.mark.parametrize("given", [given_submitted, given_approved])
def test_only_an_adopted_application_is_informally_notified(given):
    given().when("notify_informally", on=date(2025, 6, 1)).then_refused("wrong_status")


def test_informal_notice_is_given_once_and_not_before_the_adoption():
    given_adopted().given("notify_informally").when("notify_informally").then_refused("already_recorded")
    given_adopted().when("notify_informally", on=date(2025, 4, 24)).then_refused("too_early")


# ---------------------------------------------------------------------- 不採択


def test_not_adopting_releases_the_demand():
    (
        given_submitted(requested_yen=22_000_000)
        .when("not_adopt", reason="自立性が認められない")
        .then(
            Grant.NotAdopted,
            released=[Share(component="s1", kind="soft", requested_yen=22_000_000)],
            windows=[SOFT_WINDOW],
        )
        .then_holds(status="not_adopted", requested_yen=0, slot="ordinary")
    )


def test_an_adopted_application_is_rejected_and_no_longer_not_adopted():
    given_adopted().when("not_adopt", on=date(2025, 4, 26)).then_refused("wrong_status")


def test_whoever_scored_an_application_does_not_turn_it_down():
    scored = given_submitted().given("score", by="tanaka")
    scored.when("not_adopt", by="tanaka").then_refused("same_officer")


def test_an_application_is_not_turned_down_before_it_is_submitted():
    given_submitted(on=date(2025, 4, 10)).when("not_adopt", on=date(2025, 4, 9)).then_refused("too_early")


# ---------------------------------------------------------------------- 交付決定


def test_approving_commits_the_requested_amount():
    (
        given_submitted(requested_yen=22_000_000)
        .when("approve", by="suzuki")
        .then(
            Grant.Approved,
            shares=[Share(component="s1", kind="soft", requested_yen=22_000_000, committed_yen=22_000_000)],
        )
        .then_holds(status="approved", requested_yen=0, committed_yen=22_000_000, decided_by="suzuki")
    )


def test_approving_an_adopted_application_turns_the_reservation_into_a_commitment():
    (
        given_adopted()
        .when("approve", amounts_yen={"s1": 21_000_000})
        .then(
            Grant.Approved,
            shares=[
                Share(
                    component="s1",
                    kind="soft",
                    requested_yen=22_000_000,
                    reserved_yen=22_000_000,
                    committed_yen=21_000_000,
                )
            ],
        )
        .then_holds(requested_yen=0, reserved_yen=0, committed_yen=21_000_000)
    )


def test_each_component_is_given_its_own_amount():
    story = given_submitted(*TWO).when("approve", amounts_yen={"s1": 22_000_000, "f1": 0})
    story.then_holds(committed_yen=22_000_000)
    assert [c.committed_yen for c in story.aggregate.components.values()] == [22_000_000, 0]


def test_the_decision_keeps_its_number_conditions_reasons_and_last_day_of_withdrawal():
    (
        given_submitted()
        .when(
            "approve",
            decision_no="府地創第12号",
            conditions=["入札による"],
            justifications={"facility_fy_prefecture": "用地取得の時期"},
            withdrawable_until=date(2025, 5, 16),
        )
        .then_holds(
            decision_no="府地創第12号",
            conditions=["入札による"],
            justifications={"facility_fy_prefecture": "用地取得の時期"},
            withdrawable_until=date(2025, 5, 16),
            decided_on=date(2025, 5, 1),
        )
    )


@pytest.mark.parametrize("given", [given_returned, given_approved, given_imported])
def test_only_an_application_under_review_is_approved(given):
    given().when("approve", on=date(2025, 6, 1)).then_refused("wrong_status")


def test_the_submitting_officer_does_not_approve():
    given_submitted(by="kato").when("approve", by="kato").then_refused("same_officer")


def test_the_scoring_officer_does_not_approve():
    given_submitted().given("score", by="tanaka").when("approve", by="tanaka").then_refused("same_officer")


def test_whoever_adopted_an_application_may_approve_it():
    given_submitted().given("adopt", by="suzuki").when("approve", by="suzuki").then(Grant.Approved)


def test_an_application_is_not_approved_before_it_is_submitted():
    given_submitted(on=date(2025, 4, 10)).when("approve", on=date(2025, 4, 9)).then_refused("too_early")


def test_an_application_is_not_approved_before_it_is_adopted():
    given_adopted().when("approve", on=date(2025, 4, 24)).then_refused("too_early")


# ---------------------------------------------------------------------- 不交付決定


def test_rejecting_releases_what_was_asked_and_reserved():
    (
        given_adopted()
        .when("reject", reason="補助対象外")
        .then(
            Grant.Rejected,
            released=[Share(component="s1", kind="soft", requested_yen=22_000_000, reserved_yen=22_000_000)],
        )
        .then_holds(status="rejected", requested_yen=0, reserved_yen=0, slot="ordinary")
    )


def test_a_decided_grant_is_not_rejected():
    given_approved().when("reject").then_refused("wrong_status")


def test_the_submitting_officer_does_not_reject():
    given_submitted(by="kato").when("reject", by="kato").then_refused("same_officer")


def test_an_application_is_not_rejected_before_it_is_submitted():
    given_submitted(on=date(2025, 4, 10)).when("reject", on=date(2025, 4, 9)).then_refused("too_early")


# ---------------------------------------------------------------------- 既決定の取込み


def test_a_decision_taken_elsewhere_is_an_approved_grant_that_says_so():
    given_imported(22_000_000).then_holds(
        status="approved",
        committed_yen=22_000_000,
        requested_yen=0,
        imported_from="採択一覧 1",
        decided_on=date(2025, 4, 1),
    )
