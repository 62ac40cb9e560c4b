"""交付申請: sent back, corrected, scored, withdrawn."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    asked,
    given_adopted,
    given_approved,
    given_imported,
    given_reported,
    given_returned,
    given_submitted,
)

from lifecycle.aggregates import Grant
from lifecycle.aggregates.facts import Share

# ---------------------------------------------------------------------- 差戻し


def test_an_application_is_sent_back_with_a_message_and_keeps_its_demand():
    (
        given_submitted(requested_yen=22_000_000)
        .when("return_for_correction", message="積算の内訳が不足")
        .then(Grant.ReturnedForCorrection, message="積算の内訳が不足")
        .then_holds(status="returned", requested_yen=22_000_000, slot="ordinary")
    )


def test_an_adopted_application_is_not_sent_back():
    given_adopted().when("return_for_correction").then_refused("wrong_status")


def test_an_application_is_not_sent_back_before_the_day_it_was_submitted():
    submitted = given_submitted(on=date(2025, 4, 10))
    submitted.when("return_for_correction", on=date(2025, 4, 9)).then_refused("too_early")


def test_an_application_may_be_sent_back_on_the_day_it_was_submitted():
    submitted = given_submitted(on=date(2025, 4, 10))
    submitted.when("return_for_correction", on=date(2025, 4, 10)).then(Grant.ReturnedForCorrection)


# ---------------------------------------------------------------------- 再提出


def test_a_corrected_application_takes_the_place_of_the_one_before():
    (
        given_returned()
        .when("resubmit", components=[asked(20_000_000), asked(3_000_000, "s2")], title="周遊と交通")
        .then(
            Grant.Resubmitted,
            title="周遊と交通",
            replaced=[Share(component="s1", kind="soft", requested_yen=22_000_000)],
        )
        .then_holds(status="submitted", requested_yen=23_000_000, title="周遊と交通")
    )


def test_a_component_left_out_of_the_correction_is_gone():
    story = given_returned().when("resubmit", components=[asked(1_000_000, "s9")])
    assert list(story.aggregate.components) == ["s9"]


def test_a_component_with_a_contract_keeps_its_id():
    contracted = given_submitted().given("record_contract", on=date(2025, 4, 12), signed_on=date(2025, 4, 11))
    returned = contracted.given("return_for_correction")
    returned.when("resubmit", components=[asked(1_000_000, "s9")]).then_refused("bad_input")
    returned.when("resubmit", components=[asked(1_000_000)]).then(Grant.Resubmitted)


def test_an_application_that_was_not_sent_back_is_not_submitted_again():
    given_submitted().when("resubmit").then_refused("wrong_status")


def test_a_correction_does_not_come_before_the_day_it_was_asked_for():
    given_returned().when("resubmit", on=date(2025, 4, 14)).then_refused("too_early")


def test_a_correction_may_come_on_the_day_it_was_asked_for():
    given_returned().when("resubmit", on=date(2025, 4, 15)).then(Grant.Resubmitted)


def test_whoever_corrects_an_application_prepared_it_too():
    resubmitted = given_returned().given("resubmit", by="yamada")
    resubmitted.when("approve", by="yamada").then_refused("same_officer")


# ---------------------------------------------------------------------- 審査


def test_a_score_carries_its_reason_and_its_officer():
    story = given_submitted().when("score", criterion="kpi", score=4, reason="指標が適切", by="tanaka")
    story.then(Grant.Scored, criterion="kpi", score=4)
    assert (story.pending[0].act.reason, story.aggregate.scores["kpi"].by) == ("指標が適切", "tanaka")


def test_a_criterion_may_be_scored_again_until_the_decision():
    story = given_submitted().given("score", criterion="kpi", score=2).when("score", criterion="kpi", score=3)
    assert story.aggregate.scores["kpi"].score == 3


def test_an_adopted_application_may_still_be_scored():
    given_adopted().when("score", on=date(2025, 4, 26)).then(Grant.Scored)


def test_a_score_without_a_reason_is_refused():
    given_submitted().when("score", reason="").then_refused("reason_missing")


def test_a_decided_application_is_not_scored():
    given_approved().when("score", on=date(2025, 5, 2)).then_refused("wrong_status")


def test_an_application_is_not_scored_before_it_is_submitted():
    given_submitted(on=date(2025, 4, 10)).when("score", on=date(2025, 4, 9)).then_refused("too_early")


# ---------------------------------------------------------------------- 利益相反


def test_whoever_declared_an_interest_neither_scores_nor_decides():
    declared = given_submitted().when("declare_conflict", interest="親族が受託者", by="tanaka")
    declared.then(Grant.ConflictDeclared, interest="親族が受託者")
    given_submitted().given("declare_conflict", by="tanaka").when("score", by="tanaka").then_refused(
        "conflict_of_interest"
    )
    given_submitted().given("declare_conflict", by="suzuki").when("approve", by="suzuki").then_refused(
        "conflict_of_interest"
    )


def test_an_interest_is_declared_once_by_each_officer():
    declared = given_submitted().given("declare_conflict", by="tanaka")
    declared.when("declare_conflict", by="tanaka").then_refused("already_recorded")
    declared.when("declare_conflict", by="suzuki").then(Grant.ConflictDeclared)


# ---------------------------------------------------------------------- 取下げ


@pytest.mark.parametrize("given", [given_submitted, given_returned, given_adopted])
def test_an_undecided_application_is_withdrawn_freely(given):
    (
        given()
        .when("withdraw", on=date(2025, 12, 1))
        .then(Grant.Withdrawn, after_decision=False, round="2025-1", slot="ordinary")
        .then_holds(status="withdrawn", requested_yen=0, reserved_yen=0, committed_yen=0)
    )


def test_withdrawing_an_adopted_application_releases_what_was_asked_and_reserved():
    released = Share(component="s1", kind="soft", requested_yen=22_000_000, reserved_yen=22_000_000)
    given_adopted().when("withdraw").then(Grant.Withdrawn, released=[released])


def test_on_the_last_day_after_the_decision_withdrawing_makes_it_deemed_never_made():
    (
        given_approved()
        .when("withdraw", on=date(2025, 5, 16))
        .then(
            Grant.Withdrawn,
            after_decision=True,
            released=[Share(component="s1", kind="soft", committed_yen=22_000_000)],
        )
        .then_holds(status="withdrawn", committed_yen=0, granted_yen=0)
    )


def test_a_day_after_the_last_day_a_decision_can_no_longer_be_withdrawn_from():
    given_approved().when("withdraw", on=date(2025, 5, 17)).then_refused("withdrawal_late")


def test_a_grant_that_was_paid_is_not_withdrawn():
    paid = given_approved().given("disburse", amount_yen=1, on=date(2025, 5, 2))
    paid.when("withdraw", on=date(2025, 5, 12)).then_refused("wrong_status")


def test_a_decision_taken_elsewhere_is_withdrawn_from_there():
    given_imported().when("withdraw", on=date(2025, 4, 2)).then_refused("wrong_status")


def test_a_reported_grant_is_not_withdrawn():
    given_reported().when("withdraw").then_refused("wrong_status")


def test_an_application_is_not_withdrawn_before_it_is_submitted():
    given_submitted(on=date(2025, 4, 10)).when("withdraw", on=date(2025, 4, 9)).then_refused("too_early")


def test_a_decision_is_not_withdrawn_from_before_it_is_made():
    given_approved().when("withdraw", on=date(2025, 4, 30)).then_refused("too_early")
