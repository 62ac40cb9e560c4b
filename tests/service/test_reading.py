"""照会: ids and their beginnings, filters, outcomes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from store.office import HIROSHIMA, R7, SAPPORO, YOKOHAMA, continuing, elsewhere, new

from lifecycle.errors import Refusal

from .telling import refusal_of

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"


# ---------------------------------------------------------------------- beginnings of ids


@pytest.mark.parametrize("text", ["3", "340006", "340006-2025", "340006-2025-0", P])
def test_a_beginning_that_one_project_has_is_that_project(office, text):
    office.approved(new(soft=1_000))
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78")
    assert office.show(text)["project"] == P
    assert "first_year" in office.show(text)


@pytest.mark.parametrize("text", [f"{P}/", f"{P}/2", G])
def test_a_beginning_that_one_grant_has_is_that_grant(office, text):
    office.submitted(new(soft=1_000))
    assert office.show(text)["grant"] == G


def test_a_beginning_that_several_have_is_refused_with_the_candidates(office):
    office.submitted(new(soft=1_000))
    office.submitted(new(soft=1_000))
    refused = refusal_of(office.show, "340006-2025-0")
    assert refused.code == "bad_input"
    assert all(f"{HIROSHIMA}-2025-0{number}" in refused.message for number in (1, 2))


def test_the_years_of_a_project_are_told_apart(office):
    office.approved(new(soft=1_000, last=2026))
    office.submitted(continuing(P, 2026))
    assert refusal_of(office.show, f"{P}/20").code == "bad_input"
    assert office.show(f"{P}/2026")["fiscal_year"] == 2026


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("approver", "officer", "approver"),
        ("appr", "officer", "approver"),
        ("officer/approver", "officer", "approver"),
        ("2025-1", "round", "2025-1"),
        ("round/2025-1", "round", "2025-1"),
        (R7, "programme", R7),
    ],
)
def test_officers_rounds_and_programmes_have_ids_too(office, text, key, expected):
    assert office.show(text)[key] == expected


def test_changes_and_orders_are_shown_by_their_full_id(office):
    grant = office.approved(new(soft=10_000))
    office.do("request_change", grant=grant, content="内容の縮小")
    office.do("disburse", grant=grant, amount_yen=10_000, payment="advance")
    office.settled(grant, {"soft": 18_000})
    due = {"basis": "overpayment", "due_on": "2025-05-01"}
    office.do("order_return", grant=grant, amount_yen=1_000, **due)
    assert office.show(f"{grant}/c1")["content"] == "内容の縮小"
    assert office.show(f"{grant}/r1")["principal_left_yen"] == 1_000
    assert refusal_of(office.show, f"{grant}/c2").code == "not_found"
    assert refusal_of(office.show, f"{grant}/r2").code == "not_found"


def test_an_effect_year_is_shown_by_its_stream(office):
    office.approved(new(soft=1_000))
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78")
    shown = office.show(f"{P}/effect")
    assert (shown["project"], shown["kpis"][0]["actual"]) == (P, "78")


@pytest.mark.parametrize("text", ["nobody", "999999", f"{P}/2030", f"{SAPPORO}-2025-01"])
def test_what_begins_nothing_is_not_found(office, text):
    office.submitted(new(soft=1_000))
    assert refusal_of(office.show, text).code == "not_found"


# ---------------------------------------------------------------------- list


@pytest.fixture
def listed(office):
    """Three grants of two authorities, years and statuses."""
    office.approved(new(soft=1_000, last=2026))
    office.submitted(continuing(P, 2026))
    office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=1_000))
    return office


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [f"{SAPPORO}-2025-01/2025", G, f"{P}/2026"]),
        ({"authority": HIROSHIMA}, [G, f"{P}/2026"]),
        ({"authority": YOKOHAMA}, []),
        ({"status": "approved"}, [f"{SAPPORO}-2025-01/2025", G]),
        ({"status": "settled"}, []),
        ({"fiscal_year": 2026}, [f"{P}/2026"]),
        ({"authority": HIROSHIMA, "status": "approved", "fiscal_year": 2025}, [G]),
        ({"authority": HIROSHIMA, "status": "approved", "fiscal_year": 2026}, []),
    ],
)
def test_grants_are_listed_in_order_of_their_ids_by_any_filters_together(listed, filters, expected):
    assert [line["grant"] for line in listed.tell("list", **filters)] == expected


def test_grants_of_no_authority_are_not_listed(office):
    assert refusal_of(office.tell, "list", authority="340007").code == "bad_check_digit"
    assert refusal_of(office.tell, "list", authority="990001").code == "unknown_authority"


# ---------------------------------------------------------------------- log


def test_the_log_is_gapless_from_one(listed):
    assert [event["n"] for event in listed.tell("log")] == list(range(1, listed.events() + 1))


def test_the_log_of_a_change_or_order_is_that_of_its_grant(listed):
    listed.do("request_change", grant=G, content="内容")
    assert list(listed.tell("log", target=f"{G}/c1")) == list(listed.tell("log", target=G))


def test_the_log_of_a_project_has_its_grants_and_years_too_any_other_its_own_events_alone(listed):
    listed.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78")
    assert {event["stream"] for event in listed.tell("log", target=P)} >= {P, G, f"{P}/effect-2025"}
    assert all(event["stream"].startswith(P) for event in listed.tell("log", target=P))
    assert {event["stream"] for event in listed.tell("log", target=G)} == {G}
    assert [event["type"] for event in listed.tell("log", target="2025-1")] == ["round.opened"]


def test_the_log_since_a_number_starts_after_it(listed):
    assert [event["n"] for event in listed.tell("log", since="3")][:2] == [4, 5]
    assert list(listed.tell("log", since=str(listed.events()))) == []


def test_the_log_since_a_date_starts_with_that_day_in_japan(office):
    before, office.clock.step = office.events(), timedelta(0)
    office.clock.at = office.clock.at.replace(day=2, hour=14, minute=59, second=59)
    office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=1_000))
    office.clock.at = office.clock.at.replace(hour=15, minute=0, second=0)
    office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=2_000))
    assert next(office.tell("log", since="2025-04-02"))["n"] == before + 1
    assert next(office.tell("log", since="2025-04-03"))["n"] == before + 3
    assert list(office.tell("log", since="2025-04-04")) == []


def test_the_log_by_an_officer_has_that_officers_events(listed):
    found = list(listed.tell("log", by="officer"))
    assert {event["by"] for event in found} == {"officer"}
    assert {event["type"] for event in found} >= {"round.opened", "grant.scored", "grant.decision_imported"}


def test_the_log_since_an_event_that_there_is_not_is_refused(listed):
    """Most of all a date without its hyphens, whose answer would be that nothing happened since."""
    last = listed.events()
    assert list(listed.tell("log", since=str(last))) == []
    for since in (str(last + 1), "20250401"):
        refusal = refusal_of(lambda since=since: list(listed.tell("log", since=since)))
        assert (refusal.code, refusal.exit) == ("not_found", 3)
        assert f"the log ends with event {last}; a date is written YYYY-MM-DD" in refusal.message


def test_the_log_by_an_officer_whom_nobody_registered_is_refused(listed):
    refusal = refusal_of(lambda: list(listed.tell("log", by="oficer")))
    assert (refusal.code, refusal.exit) == ("not_found", 3)
    assert "officer/oficer" in refusal.message


def test_filters_of_the_log_hold_together(listed):
    found = listed.tell("log", target=G, by="officer", since="5")
    assert {event["type"] for event in found} == {"grant.scored"}


@pytest.mark.parametrize("since", ["tomorrow", "-1", "2025-02-30", "１"])
def test_the_log_starts_after_a_number_or_with_a_date(office, since):
    assert refusal_of(office.tell, "log", since=since).code == "bad_input"


# ---------------------------------------------------------------------- outcome and check


def test_the_outcome_of_a_command_is_its_first_answer(office):
    answer = office.tell("submit", application=new(soft=1_000), id="once")
    assert office.tell("outcome", command_id="once") == json.loads(answer)


def test_a_refused_or_dry_command_has_no_outcome(office):
    office.do("submit", application=new(soft=1_000), id="dry", dry_run=True)
    with pytest.raises(Refusal):
        office.do("submit", application=new(soft=1_000, strategy=""), id="refused")
    for command_id in ("dry", "refused", "never"):
        assert refusal_of(office.tell, "outcome", command_id=command_id).code == "not_found"


def test_a_check_of_no_such_name_is_refused(office):
    assert refusal_of(office.tell, "check", names=["log", "weather"]).code == "bad_input"
