"""職務分離: every hand that touched a matter counts, also the one before the last (contract section 4)."""

from __future__ import annotations

import msgspec
import pytest
from store.office import HIROSHIMA, elsewhere, new

from .later_refusals import CASE, DONATION
from .tampering import messages
from .telling import refused

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"


@pytest.fixture
def many(office):
    """An officer who holds every role of the two sides."""
    roles = ["head", "preparer", "approver", "officer"]
    office.do("register_officer", officer="many", name="兼務", roles=roles)
    return office


def test_whoever_puts_an_application_right_decides_nothing_about_it(many):
    grant = many.decidable(new(soft=10_000))
    events = {event["type"]: event["n"] for event in many.tell("log", target=P)}
    fault = {"event": events["grant.submitted"], "replacement": {"title": "周遊"}, "reason": "誤記"}
    many.do("correct", **fault, by="many")
    refused(many, "same_officer", "approve", grant=grant, by="many")
    many.do("approve", grant=grant)


def test_whoever_puts_a_plan_right_does_not_certify_it(many):
    many.submitted(new(soft=10_000))
    events = {event["type"]: event["n"] for event in many.tell("log", target=P)}
    fault = {"event": events["project.planned"], "replacement": {"strategy": "基本目標"}, "reason": "誤記"}
    many.do("correct", **fault, by="many")
    refused(many, "same_officer", "certify_plan", project=P, certificate_no="第1号", by="many")
    many.do("certify_plan", project=P, certificate_no="第1号")


@pytest.mark.parametrize("do", ["adopt", "not_adopt", "approve", "reject"])
def test_whoever_reported_a_kpi_of_the_project_decides_none_of_its_grants(many, do):
    grant = many.decidable(new(soft=10_000))
    many.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78", by="many")
    refused(many, "same_officer", do, grant=grant, by="many")
    many.do(do, grant=grant)


def test_whoever_reported_a_kpi_of_the_project_approves_no_change_of_it(many):
    many.approved(new(soft=10_000))
    many.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78", by="many")
    change = many.do("request_change", grant=G, deltas={"soft": -1_000})["change"]
    refused(many, "same_officer", "approve_change", change=change, by="many")
    many.do("approve_change", change=change)


@pytest.mark.parametrize("do", ["reject", "not_adopt"])
def test_whoever_turned_an_application_down_does_not_answer_the_objection(office, do):
    office.do("register_officer", officer="other", name="別", roles=["approver"])
    grant = office.decidable(new(soft=10_000))
    office.do(do, grant=grant)
    office.do("file_objection", grant=grant, notified_on="2025-04-01", grounds="事実誤認")
    refused(office, "same_officer", "answer_objection", grant=grant, answer="理由がない")
    office.do("answer_objection", grant=grant, answer="理由がない", by="other")


def test_a_score_of_an_officer_who_then_declares_an_interest_is_told_of(office):
    grant = office.decidable(new(soft=10_000))
    office.do("declare_conflict", grant=grant, interest="親族が受託者", by="officer")
    rules = [finding["rule"] for finding in office.do("approve", grant=grant)["warnings"]]
    assert rules == ["conflict_of_interest"] * 4


def test_the_check_of_duties_finds_nothing_in_what_this_program_let_pass(many):
    many.approved(new(soft=10_000))
    many.do("report_completion", grant=G, actuals={"soft": 20_000}, by="many")
    many.do("order_correction", grant=G, act="やり直し", due_on="2025-05-01", reason="相違")
    many.do("report_completion", grant=G, actuals={"soft": 20_000})
    refused(many, "same_officer", "settle", grant=G, by="many")
    many.do("settle", grant=G)
    assert messages(many, "duties") == []


# ---------------------------------------------------------------------- days, money and closed types


def test_what_is_set_off_keeps_to_the_budget_and_the_needs_of_the_like_grant(office):
    debtor = office.approved(new(soft=10_000))
    office.do("disburse", grant=debtor, amount_yen=10_000, payment="advance")
    office.do("revoke", grant=debtor, amount_yen="all", fault="recipient", reason="目的外使用")
    wish = {"basis": "revocation", "amount_yen": 10_000, "due_on": "2025-05-01"}
    order = office.do("order_return", grant=debtor, **wish)["order"]
    like = office.approved(new(soft=10_000))
    office.do("request_advance", grant=like, needs={"委託費": 3_000})
    pay = {"order": order, "grant": like}
    refused(office, "over_disbursed", "set_off", **pay, amount_yen=3_001)
    refused(office, "too_late", "set_off", **pay, amount_yen=1_000, on="2028-05-01")
    late = office.do("set_off", **pay, amount_yen=1_000, on="2026-05-01")
    assert [finding["rule"] for finding in late["warnings"]] == ["budget_year"]
    assert office.do("set_off", **pay, amount_yen=1_000)["warnings"] == []


def test_a_carry_over_that_is_approved_after_the_year_is_told_of(office):
    grant = office.approved(new(soft=10_000))
    wish = {"amount_yen": 4_000, "basis": "planned", "cause": "用地交渉", "new_end_on": "2026-12-20"}
    office.do("request_carry_over", grant=grant, **wish, on="2026-03-01")
    answer = office.do("approve_carry_over", grant=grant, on="2026-04-01")
    assert [finding["rule"] for finding in answer["warnings"]] == ["budget_year"]


def test_a_return_is_extended_by_its_date_and_not_after_it(office):
    grant = office.approved(new(soft=10_000))
    office.do("disburse", grant=grant, amount_yen=10_000, payment="advance")
    office.do("revoke", grant=grant, amount_yen="all", fault="sub_grantee", reason="不正")
    wish = {"basis": "sub_grantee", "amount_yen": 10_000, "due_on": "2025-06-22"}
    order = office.do("order_return", grant=grant, **wish)["order"]
    later = {"due_on": "2026-03-31", "steps_taken": "訴訟", "why_hard": "資力がない"}
    refused(office, "too_late", "extend_return", order=order, **later, on="2025-06-24")
    office.do("extend_return", order=order, **later, on="2025-06-23")


def test_a_closed_type_is_read_and_takes_no_new_money(office):
    told = elsewhere(HIROSHIMA, 2024, "R6-digiden", soft=10_000) | {"decided_on": "2024-05-01"}
    grant = office.do("import_decision", **told)["grant"]
    refused(office, "programme_closed", "disburse", grant=grant, amount_yen=1_000, payment="advance")
    change = office.do("request_change", grant=grant, deltas={"soft": 1_000})["change"]
    refused(office, "programme_closed", "approve_change", change=change)


def test_the_duty_to_report_input_tax_outlives_the_year(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=10_000, payment="advance")
    office.settled(G, {"soft": 20_000})
    office.published(P, 2025)
    office.do("close_year", project=P, fiscal_year=2025)
    assert office.show(G)["status"] == "closed"
    assert "report input tax" in [wait["what"] for wait in office.tell("todo")]
    office.do("report_input_tax", grant=G, deductible_tax_yen=0)
    assert "report input tax" not in [wait["what"] for wait in office.tell("todo")]


# ---------------------------------------------------------------------- other schemes


def test_a_prefecture_takes_no_donation_of_a_firm_within_it_and_a_town_of_the_next_town_does(office):
    office.submitted(new(soft=10_000))
    gift = {**DONATION, "head_office": "342122"}
    refused(office, "head_office", "record_donation", **gift)
    office.do("record_donation", **{**gift, "head_office": "131016"})


def test_a_talent_case_ends_without_anything_to_publish(office):
    costs = {"referral_fee": 250_000, "pay": 380_000}
    case = office.do("submit_talent_case", **{**CASE, "match": "side_job"}, costs=costs)
    grant, project = case["grant"], case["project"]
    office.do("approve", grant=grant)
    office.do("disburse", grant=grant, amount_yen=case["result"]["grant_yen"], payment="advance")
    office.do("report_completion", grant=grant, actuals={"side_job": 630_000})
    office.do("settle", grant=grant)
    year = {"project": project, "fiscal_year": 2025}
    assert office.do("close_year", **year)["result"]["grant_status"] == "closed"
    office.do("end_project", project=project)


@pytest.mark.parametrize(
    ("do", "field"),
    [("request_carry_over", "cause"), ("extend_return", "why_hard"), ("certify_plan", "certificate_no")],
)
def test_a_reason_of_nothing_but_spaces_is_none(office, do, field):
    told = {
        "request_carry_over": {"amount_yen": 1, "basis": "planned", "new_end_on": "2026-12-20", "grant": G},
        "extend_return": {"order": f"{G}/r1", "due_on": "2026-03-31", "steps_taken": "訴訟"},
        "certify_plan": {"project": P},
    }[do]
    with pytest.raises(msgspec.ValidationError, match="regex"):
        office.do(do, **told, **{field: " \u3000"})
