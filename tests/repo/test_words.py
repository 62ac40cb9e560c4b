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
    Aggregate,
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
    "record_participation": ("project.participation_recorded",),
    "submit": ("grant.submitted", "project.planned"),
    "return_for_correction": ("grant.returned_for_correction",),
    "resubmit": ("grant.resubmitted", "project.plan_revised"),
    "withdraw": ("grant.withdrawn",),
    "score": ("grant.scored",),
    "certify_plan": ("project.plan_certified",),
    "adopt": ("grant.adopted",),
    "not_adopt": ("grant.not_adopted",),
    "approve": ("grant.approved",),
    "reject": ("grant.rejected",),
    "request_change": ("grant.change_requested",),
    "approve_change": ("grant.change_approved", "project.period_changed"),
    "refuse_change": ("grant.change_refused",),
    "disburse": ("grant.disbursed",),
    "report_completion": ("grant.completion_reported",),
    "settle": ("grant.settled",),
    "order_return": ("grant.return_ordered",),
    "record_return": ("grant.return_recorded",),
    "measure": ("project_year.begun", "project_year.measured"),
    "verify_effect": ("project_year.begun", "project_year.effect_verified"),
    "evaluate": ("project_year.evaluated",),
    "plan_improvement": ("project_year.improvement_planned",),
    "publish": ("project_year.published",),
    "close_year": ("grant.closed", "project_year.closed"),
    "end_project": ("project.ended",),
}
"""What each command that writes may store; its own event is among them."""

JUDGED_BY: dict[str, type[Aggregate] | None] = {
    **dict.fromkeys(("init", "open_round", "confirm_programme", "import_decision", "submit")),
    "register_officer": Officer,
    **dict.fromkeys(("record_participation", "certify_plan", "end_project"), Project),
    **dict.fromkeys(("return_for_correction", "resubmit", "withdraw", "score"), Grant),
    **dict.fromkeys(("adopt", "not_adopt", "approve", "reject"), Grant),
    **dict.fromkeys(("request_change", "approve_change", "refuse_change"), Grant),
    **dict.fromkeys(("disburse", "report_completion", "settle", "order_return", "record_return"), Grant),
    **dict.fromkeys(("measure", "verify_effect", "evaluate", "plan_improvement"), ProjectYear),
    **dict.fromkeys(("publish", "close_year"), ProjectYear),
}
"""The aggregate with a method of the same name; none where a stream only begins."""

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
    judge = JUDGED_BY[do]
    assert judge is None or inspect.isfunction(getattr(judge, do))


@each_write
def test_a_command_stores_events_of_these_names(do):
    assert set(STORED[do]) <= set(EVENTS)
    played = {event for step in LIFE if step.do == do for event in step.events}
    assert played <= set(STORED[do])
    assert played or do == "init"


def test_every_event_is_stored_by_some_command():
    assert {event for events in STORED.values() for event in events} == set(EVENTS)


def test_every_command_has_its_words():
    assert set(STORED) == set(JUDGED_BY) == set(WRITES)
    assert not set(WRITES) & set(READS)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_a_fact_in_the_past_tense_named_after_its_aggregate(name):
    aggregate, event = EVENTS[name]
    head, _, fact = name.partition(".")
    assert head == aggregate.TOPIC
    nested = next(word for word, value in vars(aggregate).items() if value is event)
    assert nested.lower() == fact.replace("_", "")
    past = {"begun", "withdrawn", "planned"}
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
