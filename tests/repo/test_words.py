"""One word for one act: `grants approve` = `Approve` = `Grants.approve` = `Grant.approve` = `"grant.approved"`."""

from __future__ import annotations

import inspect
import re

import pytest
from service.life import LIFE

from cli.main import Ledger
from lifecycle.aggregates import (
    AGGREGATES,
    EVENTS,
    Event,
    Grant,
    Officer,
    Project,
    ProjectYear,
)
from lifecycle.commands import ALL, READS, WRITES
from lifecycle.service import Grants

JAPANESE = re.compile(r"[\u3041-\u309f\u30a1-\u30ff\u4e00-\u9fff]")

STORED = {
    "init": ("officer.registered",),
    "register_officer": ("officer.registered", "officer.roles_changed"),
    "open_round": ("round.opened",),
    "confirm_programme": ("programme.confirmed",),
    "import_decision": ("grant.decision_imported", "project.imported"),
    "record_consultation": ("consultation.held",),
    "record_participation": ("project.participation_recorded",),
    "record_support": ("project.support_given",),
    "submit": ("grant.submitted", "project.planned"),
    "return_for_correction": ("grant.returned_for_correction",),
    "resubmit": ("grant.resubmitted", "project.plan_revised"),
    "withdraw": ("grant.withdrawn",),
    "declare_conflict": ("grant.conflict_declared",),
    "score": ("grant.scored",),
    "certify_plan": ("project.plan_certified",),
    "amend_plan": ("project.plan_amended",),
    "revise_target": ("project.target_revised",),
    "check_double_funding": ("grant.double_funding_checked",),
    "adopt": ("grant.adopted",),
    "notify_informally": ("grant.informally_notified",),
    "not_adopt": ("grant.not_adopted",),
    "approve": ("grant.approved",),
    "reject": ("grant.rejected",),
    "request_change": ("grant.change_requested",),
    "approve_change": ("grant.change_approved", "project.period_changed"),
    "refuse_change": ("grant.change_refused",),
    "record_contract": ("grant.contract_recorded",),
    "notify_minor_change": ("grant.minor_change_notified",),
    "request_carry_over": ("grant.carry_over_requested",),
    "approve_carry_over": ("grant.carry_over_approved",),
    "commit_sub_grant": ("grant.sub_grant_committed",),
    "pay_sub_grant": ("grant.sub_grant_paid",),
    "report_progress": ("grant.progress_reported",),
    "report_delay": ("grant.delay_reported",),
    "report_year_end": ("grant.year_end_reported",),
    "order_compliance": ("grant.compliance_ordered",),
    "suspend": ("grant.suspended",),
    "resume": ("grant.resumed",),
    "abolish": ("grant.abolished",),
    "request_advance": ("grant.advance_requested",),
    "disburse": ("grant.disbursed", "grant.closed"),
    "report_completion": ("grant.completion_reported",),
    "order_correction": ("grant.correction_ordered",),
    "settle": ("grant.settled", "grant.closed"),
    "revoke": ("grant.revoked",),
    "order_return": ("grant.return_ordered",),
    "extend_return": ("grant.return_extended",),
    "record_return": ("grant.return_recorded", "grant.charge_paid", "grant.closed"),
    "assess_return": ("grant.charges_assessed",),
    "exempt": ("grant.charges_exempted",),
    "hold_payment": ("grant.payment_held",),
    "set_off": ("grant.return_set_off", "grant.payment_set_off", "grant.charge_set_off", "grant.closed"),
    "collect_as_tax": ("grant.collected_as_tax", "grant.charge_collected", "grant.closed"),
    "report_input_tax": ("grant.input_tax_reported",),
    "report_revenue": ("grant.revenue_reported",),
    "register_asset": ("grant.asset_registered",),
    "approve_disposal": ("grant.disposal_approved",),
    "dispose_asset": ("grant.asset_disposed",),
    "file_objection": ("grant.objection_filed",),
    "answer_objection": ("grant.objection_answered",),
    "inspect": ("grant.inspected",),
    "record_finding": ("grant.finding_recorded",),
    "measure": ("project_year.begun", "project_year.measured"),
    "verify_effect": ("project_year.begun", "project_year.effect_verified"),
    "evaluate": ("project_year.evaluated",),
    "plan_improvement": ("project_year.improvement_planned",),
    "publish": ("project_year.published",),
    "close_year": ("grant.closed", "project_year.closed"),
    "end_project": ("project.ended",),
    "dispose_evidence": ("project.evidence_disposed",),
    "waive": ("waiver.waived",),
    "correct": ("grant.corrected", "project.corrected", "project_year.corrected"),
    "register_talent_hub": ("talent_hub.registered",),
    "submit_talent_case": ("grant.submitted", "project.planned"),
    "record_donation": ("donation.recorded",),
    "register_office": ("telework.office_registered",),
    "join_hub": ("telework.hub_joined",),
    "record_match": ("telework.match_recorded",),
    "record_award": ("telework.award_recorded",),
    "record_hub_event": ("telework.event_recorded",),
    "tag_project": ("project.tagged",),
    "link_target": ("project.target_linked",),
}
"""What each command that writes may store; its own event is among them."""

ONLY_BEGINS = {
    *("init", "open_round", "confirm_programme", "import_decision", "submit", "record_consultation"),
    *("waive", "register_talent_hub", "submit_talent_case", "record_donation", "register_office"),
    *("join_hub", "record_match", "record_award", "record_hub_event"),
}
"""Commands that begin a stream and have no aggregate yet to judge them."""

JUDGED_BY = {
    "register_officer": (Officer, "register_officer"),
    "set_off": (Grant, "set_off_return"),
    **{
        do: (Project, do)
        for do in (
            *("record_participation", "record_support", "certify_plan", "amend_plan", "revise_target"),
            *("end_project", "dispose_evidence", "tag_project", "link_target"),
        )
    },
    **{
        do: (ProjectYear, do)
        for do in (
            *("measure", "verify_effect", "evaluate", "plan_improvement", "publish", "close_year"),
            "correct",
        )
    },
}
"""Other judges than the grant; `set_off` alone is two methods, one on each side of it."""

each_write = pytest.mark.parametrize("do", WRITES)
each_command = pytest.mark.parametrize("do", ALL)


def camel(do: str) -> str:
    """`approve_change` as the name of a class."""
    return "".join(word.capitalize() for word in do.split("_"))


@each_command
def test_a_command_is_one_struct_of_its_name(do):
    struct = ALL[do]
    assert (struct.__name__, struct.__struct_config__.tag) == (camel(do), do)
    assert struct.__struct_config__.tag_field == "do"


@each_command
def test_a_command_is_one_method_of_the_service(do):
    assert inspect.isfunction(getattr(Grants, do))
    assert (
        next(iter(inspect.signature(inspect.unwrap(getattr(Grants, do))).parameters.values())).name == "self"
    )


@each_command
def test_a_command_is_one_word_of_the_shell(do):
    shell = Ledger(name="grants")
    word = do.replace("_", "-")
    assert word in shell.list_commands(None)
    assert shell.get_command(None, word).name == word


@each_write
def test_a_command_is_one_method_of_the_aggregate_that_judges_it(do):
    aggregate, method = JUDGED_BY.get(do, (Grant, do))
    judges = [
        each
        for each in AGGREGATES
        if inspect.isfunction(vars(each).get(method) or getattr(each, method, None))
    ]
    assert (aggregate in judges) is (do not in ONLY_BEGINS)


@each_write
def test_a_command_stores_events_of_these_names(do):
    assert set(STORED[do]) <= set(EVENTS)
    played = {event for step in LIFE if step.do == do for event in step.events}
    assert played <= set(STORED[do])
    assert played or do == "init"


def test_every_event_is_stored_by_some_command():
    assert {event for events in STORED.values() for event in events} == set(EVENTS)


def test_every_command_has_its_words():
    assert set(STORED) == set(WRITES)
    assert set(JUDGED_BY) | ONLY_BEGINS < set(WRITES)
    assert not set(WRITES) & set(READS)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_a_fact_in_the_past_tense_named_after_its_aggregate(name):
    aggregate, event = EVENTS[name]
    head, _, fact = name.partition(".")
    assert head == aggregate.TOPIC
    nested = next(word for word, value in vars(aggregate).items() if value is event)
    assert nested.lower().endswith(fact.replace("_", ""))
    past = {"begun", "withdrawn", "planned", "given", "held", "paid", "set"}
    assert any(word.endswith("ed") or word in past for word in fact.split("_"))


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_says_its_japanese_term(name):
    assert JAPANESE.search(inspect.getdoc(EVENTS[name][1]) or "")


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda aggregate: aggregate.TOPIC)
def test_an_aggregate_says_its_japanese_term_and_its_stream(aggregate):
    told = inspect.getdoc(aggregate) or ""
    assert JAPANESE.search(told)
    assert "Stream `" in told


@each_write
def test_a_command_says_its_japanese_term_and_gives_an_example(do):
    told = inspect.getdoc(WRITES[do]) or ""
    assert JAPANESE.search(told)
    assert f"    grants {do.replace('_', '-')}" in told.partition("Example:")[2]


def test_every_event_class_is_an_event_with_a_name_of_its_own():
    assert all(issubclass(event, Event) for _, event in EVENTS.values())
    assert len({event for _, event in EVENTS.values()}) == len(EVENTS)
