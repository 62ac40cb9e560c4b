"""監督: reports on the work, orders, suspension, abolition."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    asked,
    given_abolished,
    given_adopted,
    given_approved,
    given_reported,
    given_settled,
    given_submitted,
    given_suspended,
)

from lifecycle.aggregates import Grant
from lifecycle.aggregates.facts import Share

NOT_IN_PROGRESS = (given_submitted, given_adopted, given_reported, given_settled, given_abolished)

# ---------------------------------------------------------------------- 状況報告・事故報告・年度終了報告


@pytest.mark.parametrize("given", [given_approved, given_suspended])
def test_work_in_progress_is_reported_on(given):
    given().when("report_progress", percent=40, on=date(2025, 10, 10)).then(
        Grant.ProgressReported, percent=40
    )
    given().when("report_delay", cause="豪雨災害", on=date(2025, 10, 20)).then(
        Grant.DelayReported, cause="豪雨災害"
    )
    given().when("report_year_end", spent_yen=8_000_000).then(Grant.YearEndReported, spent_yen=8_000_000)


@pytest.mark.parametrize("given", NOT_IN_PROGRESS)
def test_only_work_in_progress_is_reported_on(given):
    later = date(2026, 6, 1)
    given().when("report_progress", on=later).then_refused("wrong_status")
    given().when("report_delay", on=later).then_refused("wrong_status")
    given().when("report_year_end", on=later).then_refused("wrong_status")


def test_nothing_is_reported_before_the_decision():
    given_approved().when("report_progress", on=date(2025, 4, 30)).then_refused("too_early")
    given_approved().when("report_delay", on=date(2025, 4, 30)).then_refused("too_early")


def test_the_year_end_is_reported_from_its_last_day_on():
    given_approved().when("report_year_end", on=date(2026, 3, 30)).then_refused("too_early")
    given_approved().when("report_year_end", on=date(2026, 3, 31)).then(Grant.YearEndReported)


# ---------------------------------------------------------------------- 遂行命令


def test_compliance_is_ordered_with_a_date():
    given_approved().when("order_compliance", demand="仕様どおりの施工", due_on=date(2025, 12, 20)).then(
        Grant.ComplianceOrdered, demand="仕様どおりの施工", due_on=date(2025, 12, 20)
    ).then_holds(status="approved")


def test_ordering_compliance_needs_a_reason():
    given_approved().when("order_compliance", reason="").then_refused("reason_missing")


@pytest.mark.parametrize("given", [given_submitted, given_suspended, given_reported])
def test_compliance_is_ordered_of_work_that_goes_on(given):
    given().when("order_compliance", on=date(2026, 6, 1), due_on=date(2026, 7, 1)).then_refused(
        "wrong_status"
    )


def test_whoever_submitted_does_not_order_compliance():
    given_approved().when("order_compliance", by="kato").then_refused("same_officer")


def test_compliance_is_not_ordered_before_the_decision_nor_due_before_it_is_ordered():
    given_approved().when("order_compliance", on=date(2025, 4, 30)).then_refused("too_early")
    on = date(2025, 7, 20)
    given_approved().when("order_compliance", on=on, due_on=date(2025, 7, 19)).then_refused("bad_input")
    given_approved().when("order_compliance", on=on, due_on=on).then(Grant.ComplianceOrdered)


# ---------------------------------------------------------------------- 一時停止と再開


def test_suspended_work_is_not_paid_until_it_is_resumed():
    suspended = given_approved().when("suspend", reason="遂行命令に従わない")
    suspended.then(Grant.Suspended).then_holds(status="suspended", committed_yen=22_000_000)
    given_suspended().when("disburse").then_refused("wrong_status")
    given_suspended().given("resume").when("disburse", on=date(2025, 9, 2)).then(Grant.Disbursed)


def test_resuming_meets_the_orders_of_compliance():
    ordered = given_approved().given("order_compliance").given("suspend").when("resume", on=date(2025, 9, 1))
    ordered.then(Grant.Resumed).then_holds(status="approved")
    assert [demand.met_on for demand in ordered.aggregate.sheets.demands] == [date(2025, 9, 1)]


@pytest.mark.parametrize("given", [given_submitted, given_suspended, given_reported])
def test_only_work_that_goes_on_is_suspended(given):
    given().when("suspend", on=date(2026, 6, 1)).then_refused("wrong_status")


@pytest.mark.parametrize("given", [given_submitted, given_approved, given_reported])
def test_only_suspended_work_is_resumed(given):
    given().when("resume", on=date(2026, 6, 1)).then_refused("wrong_status")


def test_whoever_submitted_neither_suspends_nor_resumes():
    given_approved().when("suspend", by="kato").then_refused("same_officer")
    given_suspended().when("resume", by="kato").then_refused("same_officer")


def test_work_is_not_suspended_before_the_decision_nor_resumed_before_it_was_suspended():
    given_approved().when("suspend", on=date(2025, 4, 30)).then_refused("too_early")
    given_suspended().when("resume", on=date(2025, 7, 31)).then_refused("too_early")


# ---------------------------------------------------------------------- 廃止


def test_abolishing_releases_all_that_is_not_paid():
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2025, 7, 1))
    story = paid.when("abolish", reason="事業者の撤退")
    story.then(
        Grant.Abolished,
        before=[Share(component="s1", kind="soft", committed_yen=22_000_000)],
        after=[Share(component="s1", kind="soft", committed_yen=5_000_000)],
    )
    story.then_holds(status="abolished", committed_yen=5_000_000, disbursed_yen=5_000_000)
    assert story.answer == 17_000_000


def test_a_part_may_be_given_up_and_is_spread_over_the_components():
    two = given_approved(asked(20_000_000, "s1"), asked(10_000_000, "f1", "facility"))
    two.when("abolish", amount_yen=3_000_001).then_holds(committed_yen=26_999_999)
    assert [c.committed_yen for c in two.aggregate.components.values()] == [17_999_999, 9_000_000]


def test_what_is_paid_is_not_given_up():
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2025, 7, 1))
    paid.when("abolish", amount_yen=17_000_001).then_refused("over_disbursed")


def test_abolished_work_is_reported_and_settled():
    abolished = given_abolished(advance_yen=5_000_000)
    abolished.given("report_completion").when("settle").then_holds(settled_yen=5_000_000, decommitted_yen=0)


def test_suspended_work_may_be_abolished():
    given_suspended().when("abolish").then(Grant.Abolished)


@pytest.mark.parametrize("given", NOT_IN_PROGRESS)
def test_only_work_in_progress_is_abolished(given):
    given().when("abolish", on=date(2026, 6, 1)).then_refused("wrong_status")


def test_whoever_submitted_does_not_abolish():
    given_approved().when("abolish", by="kato").then_refused("same_officer")


def test_work_is_not_abolished_before_the_decision():
    given_approved().when("abolish", on=date(2025, 4, 30)).then_refused("too_early")
