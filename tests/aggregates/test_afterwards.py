"""消費税・収益・財産・検査・不服の申出: what follows the money, and corrections of what was recorded."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    given_approved,
    given_asset,
    given_reported,
    given_returned,
    given_settled,
    given_submitted,
)
from spec_projects import (
    given_evaluated,
    given_improvement_planned,
    given_planned,
    given_published,
    given_verified,
)

from lifecycle.aggregates import Grant, Project, ProjectYear
from lifecycle.aggregates.facts import Share

# ---------------------------------------------------------------------- 消費税仕入控除税額


def test_the_national_share_of_the_tax_leaves_the_settled_amount():
    """Settled 22,000,000 of a cost of 44,000,000: one half of the tax comes back."""
    paid = given_settled(22_000_000, advance_yen=22_000_000)
    story = paid.when("report_input_tax", deductible_tax_yen=1_000_001)
    story.then(
        Grant.InputTaxReported,
        return_yen=500_000,
        before=[Share(component="s1", kind="soft", settled_yen=22_000_000)],
        after=[Share(component="s1", kind="soft", settled_yen=21_500_000)],
    ).then_holds(settled_yen=21_500_000)
    assert story.answer == 500_000
    assert story.aggregate.returnable_yen("input_tax") == 500_000


def test_only_tax_on_money_that_was_paid_is_to_be_returned():
    """Of 22,000,000 settled 21,800,000 were paid: of 500,000 yen of tax 300,000 are paid too much."""
    paid = given_settled(22_000_000, advance_yen=21_800_000).given("report_input_tax")
    assert paid.aggregate.returnable_yen("input_tax") == 300_000
    overpaid = given_settled(20_000_000, advance_yen=22_000_000).given("report_input_tax")
    assert overpaid.aggregate.returnable_yen("overpayment") == 2_000_000
    assert overpaid.aggregate.returnable_yen("input_tax") == 1_000_000 * 20 // 44


def test_no_tax_is_reported_too():
    given_settled().when("report_input_tax", deductible_tax_yen=0).then(Grant.InputTaxReported, return_yen=0)


def test_input_tax_is_reported_once_and_after_settlement():
    given_settled().given("report_input_tax").when("report_input_tax").then_refused("already_recorded")
    given_reported().when("report_input_tax").then_refused("wrong_status")


def test_no_more_tax_is_reported_than_the_work_cost():
    given_settled().when("report_input_tax", deductible_tax_yen=44_000_001).then_refused("bad_input")
    given_settled().when("report_input_tax", deductible_tax_yen=44_000_000).then(
        Grant.InputTaxReported, return_yen=22_000_000
    )


def test_input_tax_is_not_reported_before_settlement():
    given_settled().when("report_input_tax", on=date(2026, 5, 19)).then_refused("too_early")


def test_what_the_tax_brings_back_is_not_ordered_before_it_is_reported():
    reported = given_settled(22_000_000, advance_yen=22_000_000).given(
        "report_input_tax", on=date(2026, 9, 1)
    )
    reported.when("order_return", basis="input_tax", amount_yen=1, on=date(2026, 8, 31)).then_refused(
        "too_early"
    )


def test_whoever_reported_input_tax_does_not_order_its_return():
    told = given_settled(advance_yen=22_000_000).given("report_input_tax", by="abe", on=date(2026, 9, 1))
    back = {"basis": "input_tax", "amount_yen": 500_000, "on": date(2026, 9, 2), **DUE}
    told.when("order_return", by="abe", **back).then_refused("same_officer")
    told.when("order_return", by="suzuki", **back).then(Grant.ReturnOrdered)


# ---------------------------------------------------------------------- 収益

DUE = {"due_on": date(2026, 10, 1)}


def test_what_the_condition_asks_of_revenue_is_to_be_returned():
    settled = given_settled(advance_yen=22_000_000)
    story = settled.when("report_revenue", revenue_yen=800_000, payback_yen=400_000)
    story.then(Grant.RevenueReported, payback_yen=400_000)
    assert story.aggregate.returnable_yen("revenue") == 400_000


def test_no_more_is_paid_back_of_revenue_than_the_grant_that_is_kept():
    told = {"revenue_yen": 99_000_000, "payback_yen": 22_000_001}
    given_settled(advance_yen=22_000_000).when("report_revenue", **told).then_refused("over_returned")
    told["payback_yen"] = 22_000_000
    whole = given_settled(advance_yen=22_000_000).given("report_revenue", **told)
    whole.when("report_revenue", revenue_yen=1, payback_yen=1).then_refused("over_returned")


def test_all_orders_together_take_back_no_more_than_was_paid():
    told = {"revenue_yen": 99_000_000, "payback_yen": 20_000_000}
    settled = given_settled(advance_yen=22_000_000).given("report_revenue", **told)
    ordered = settled.given(
        "order_return", basis="revenue", amount_yen=20_000_000, on=date(2026, 9, 2), **DUE
    )
    revoked = ordered.given("revoke", amount_yen=22_000_000, on=date(2026, 9, 3))
    back = {"basis": "revocation", "on": date(2026, 9, 4), **DUE}
    revoked.when("order_return", amount_yen=2_000_001, **back).then_refused("over_returned")
    revoked.when("order_return", amount_yen=2_000_000, **back).then(Grant.ReturnOrdered)


def test_revenue_that_nobody_reported_is_ordered_back_up_to_the_grant_itself():
    found = {"basis": "revenue", "on": date(2026, 9, 2), **DUE}
    given_approved().when("order_return", amount_yen=1, **found).then_refused("wrong_status")
    settled = given_settled(advance_yen=22_000_000)
    settled.when("order_return", amount_yen=22_000_001, **found).then_refused("over_returned")
    settled.when("order_return", amount_yen=22_000_000, **found).then(Grant.ReturnOrdered)


def test_whoever_reported_revenue_does_not_order_its_return():
    told = given_settled(advance_yen=22_000_000).given("report_revenue", by="abe")
    back = {"basis": "revenue", "amount_yen": 400_000, "on": date(2026, 9, 2), **DUE}
    told.when("order_return", by="abe", **back).then_refused("same_officer")
    told.when("order_return", by="suzuki", **back).then(Grant.ReturnOrdered)


def test_no_more_is_paid_back_than_was_earned():
    given_settled().when("report_revenue", revenue_yen=1, payback_yen=2).then_refused("bad_input")
    given_settled().when("report_revenue", revenue_yen=2, payback_yen=2).then(Grant.RevenueReported)


def test_revenue_is_reported_after_settlement():
    given_reported().when("report_revenue").then_refused("wrong_status")
    given_settled().when("report_revenue", on=date(2026, 5, 19)).then_refused("too_early")


# ---------------------------------------------------------------------- 財産


def test_an_asset_is_registered_with_the_day_its_restriction_ends():
    given_approved().when("register_asset", restricted_until=date(2030, 11, 1)).then(
        Grant.AssetRegistered, restricted_until=date(2030, 11, 1)
    )


def test_an_asset_has_an_id_of_its_own():
    given_asset().when("register_asset").then_refused("already_recorded")


def test_an_asset_is_bought_with_a_decided_grant_after_the_decision_and_by_the_business_date():
    given_submitted().when("register_asset").then_refused("wrong_status")
    given_approved().when("register_asset", acquired_on=date(2025, 4, 30)).then_refused("too_early")
    given_approved().when("register_asset", acquired_on=date(2026, 9, 2)).then_refused("bad_input")
    given_approved().when("register_asset", acquired_on=date(2026, 9, 1)).then(Grant.AssetRegistered)


def test_a_disposal_that_was_approved_is_no_breach():
    paid = given_asset().given("disburse", amount_yen=22_000_000)
    approved = paid.given("approve_disposal", disposal="sale", repay_yen=200_000)
    assert approved.aggregate.returnable_yen("revenue") == 200_000
    approved.when("dispose_asset", disposal="sale").then(Grant.AssetDisposed, breach=False)


@pytest.mark.parametrize(
    ("restricted_until", "on", "breach"),
    [
        (date(2030, 11, 1), date(2030, 11, 1), True),
        (date(2030, 11, 1), date(2030, 11, 2), False),
        (None, date(2026, 9, 1), False),
    ],
)
def test_a_restricted_asset_is_not_disposed_of_without_approval(restricted_until, on, breach):
    """Case C63."""
    story = given_asset(restricted_until).when("dispose_asset", on=on)
    story.then(Grant.AssetDisposed, breach=breach)
    assert story.answer is breach


def test_an_approved_disposal_says_what_is_to_be_paid_back():
    given_asset().when("approve_disposal", disposal="lending", repay_yen=200_000).then(
        Grant.DisposalApproved, disposal="lending", repay_yen=200_000
    )


def test_approval_of_one_disposal_does_not_cover_another():
    lent = given_asset().given("approve_disposal", disposal="lending")
    lent.when("dispose_asset", disposal="sale").then(Grant.AssetDisposed, breach=True)


def test_only_a_registered_asset_is_disposed_of_and_only_once():
    given_approved().when("dispose_asset").then_refused("not_found")
    given_approved().when("approve_disposal").then_refused("not_found")
    given_asset().given("dispose_asset").when("dispose_asset").then_refused("wrong_status")
    given_asset().given("dispose_asset").when("approve_disposal").then_refused("wrong_status")


@pytest.mark.parametrize("preparer", ["kato", "ono"])
def test_whoever_submitted_or_registered_the_asset_does_not_approve_its_disposal(preparer):
    given_asset().when("approve_disposal", by=preparer).then_refused("same_officer")


def test_no_more_is_paid_back_for_a_disposal_than_the_grant_itself():
    given_asset().when("approve_disposal", repay_yen=22_000_001).then_refused("over_returned")
    once = given_asset().given("approve_disposal", repay_yen=22_000_000)
    once.when("approve_disposal", repay_yen=22_000_000).then(Grant.DisposalApproved)


def test_an_asset_is_not_disposed_of_before_it_was_acquired():
    given_asset().when("dispose_asset", on=date(2025, 10, 31)).then_refused("too_early")
    given_asset().when("approve_disposal", on=date(2025, 10, 31)).then_refused("too_early")


# ---------------------------------------------------------------------- 立入検査・指摘


def test_a_decided_grant_is_inspected_and_audited():
    given_approved().when("inspect", findings="帳簿は適正").then(Grant.Inspected, findings="帳簿は適正")
    given_approved().when("record_finding", amount_yen=3_000_000).then(
        Grant.FindingRecorded, amount_yen=3_000_000
    )


def test_there_is_nothing_to_inspect_audit_or_register_where_the_decision_was_never_made():
    withdrawn = given_approved().given("withdraw")
    for command in ("inspect", "record_finding", "register_asset"):
        withdrawn.when(command).then_refused("wrong_status")


def test_there_is_nothing_to_inspect_or_audit_before_the_decision():
    given_submitted().when("inspect").then_refused("wrong_status")
    given_submitted().when("record_finding").then_refused("wrong_status")
    given_approved().when("inspect", on=date(2025, 4, 30)).then_refused("too_early")
    given_approved().when("record_finding", on=date(2025, 4, 30)).then_refused("too_early")


# ---------------------------------------------------------------------- 不服の申出

NOTICE = {"notified_on": date(2026, 6, 1), "until": date(2026, 7, 1)}


def test_an_objection_is_filed_on_the_last_day_and_not_after_it():
    """Case C62."""
    given_approved().when("file_objection", on=date(2026, 7, 1), **NOTICE).then(Grant.ObjectionFiled)
    given_approved().when("file_objection", on=date(2026, 7, 2), **NOTICE).then_refused("objection_late")


def test_there_is_nothing_to_object_to_before_a_disposition():
    given_submitted().when("file_objection").then_refused("wrong_status")
    given_returned().when("file_objection").then_refused("wrong_status")


def test_an_objection_is_not_filed_before_the_notice():
    given_approved().when("file_objection", on=date(2026, 5, 31), **NOTICE).then_refused("too_early")


def test_one_objection_waits_at_a_time():
    filed = given_approved().given("file_objection", on=date(2026, 6, 10), **NOTICE)
    filed.when("file_objection", on=date(2026, 6, 11), **NOTICE).then_refused("wrong_status")
    filed.given("answer_objection", by="abe").when("file_objection").then(Grant.ObjectionFiled)


def test_an_objection_is_answered_by_another_officer_than_the_one_who_decided():
    filed = given_approved().given("file_objection")
    filed.when("answer_objection", by="suzuki").then_refused("same_officer")
    filed.when("answer_objection", by="kato").then_refused("same_officer")
    interested = filed.given("declare_conflict", by="abe", on=date(2026, 9, 1))
    interested.when("answer_objection", by="abe").then_refused("conflict_of_interest")
    filed = given_approved().given("file_objection")
    filed.when("answer_objection", by="abe").then(Grant.ObjectionAnswered, answer="申出は理由がない")


def test_there_is_nothing_to_answer_without_an_objection_or_twice():
    given_approved().when("answer_objection", by="abe").then_refused("wrong_status")
    answered = given_approved().given("file_objection").given("answer_objection", by="abe")
    answered.when("answer_objection", by="abe").then_refused("wrong_status")


def test_an_objection_is_not_answered_before_it_is_filed():
    filed = given_approved().given("file_objection", on=date(2026, 9, 10))
    filed.when("answer_objection", by="abe", on=date(2026, 9, 9)).then_refused("too_early")


# ---------------------------------------------------------------------- 訂正


@pytest.mark.parametrize(
    ("given", "event_type", "key", "replacement", "event"),
    [
        (given_approved, "grant.submitted", "", {"title": "正"}, Grant.Corrected),
        (given_approved, "grant.approved", "", {"decision_no": "第2号"}, Grant.Corrected),
        (given_planned, "project.planned", "", {"title": "正", "strategy": "戦略"}, Project.Corrected),
        (
            lambda: given_planned().given("certify_plan"),
            "project.plan_certified",
            "",
            {"certificate_no": "第2号"},
            Project.Corrected,
        ),
        (given_evaluated, "project_year.evaluated", "", {"cause": "要因"}, ProjectYear.Corrected),
    ],
)
def test_a_correction_puts_a_word_right(given, event_type, key, replacement, event):
    story = given().when("correct", event_type=event_type, key=key, replacement=replacement)
    story.then(event, replacement=replacement).then_holds(**replacement)


def test_a_corrected_value_verification_measure_or_publication_is_the_one_named():
    measured = given_verified().when(
        "correct", event_type="project_year.measured", key="k1", replacement={"actual": "79"}, by="abe"
    )
    measured.then_holds(actuals={"k1": "79"}, measured_by=frozenset({"ono", "abe"}))
    verified = given_verified().when(
        "correct", event_type="project_year.effect_verified", key="external", replacement={"opinion": "良好"}
    )
    assert verified.aggregate.verifications["external"].opinion == "良好"
    planned = given_improvement_planned().when(
        "correct", event_type="project_year.improvement_planned", replacement={"owner": "財政課"}
    )
    assert planned.aggregate.improvement.owner == "財政課"
    published = given_published().when(
        "correct",
        event_type="project_year.published",
        key="measures",
        replacement={"url": "https://b.example/"},
    )
    assert published.aggregate.published["measures"].url == "https://b.example/"
    assert published.aggregate.published["evaluation"].url != "https://b.example/"
