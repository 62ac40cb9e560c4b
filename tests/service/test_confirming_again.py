"""上限額の確認: one that a slip of the hand dated too late is replaced by an earlier one; nothing is rewritten."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, R8, Office, elsewhere, new

from .telling import refused

PAPER = {"programme": R8, "basis": "document", "document": "事務連絡"}
SLIP, RIGHT = "2206-04-01", "2026-04-01"


@pytest.fixture
def slipped(office: Office) -> Office:
    """An office in which the caps are confirmed from the year 2206 on."""
    office.do("open_round", round="2026-1", programme=R8, opens_on="2026-04-01", closes_on="2026-06-30")
    office.do("confirm_programme", **PAPER, on=SLIP)
    return office


def decidable(office: Office) -> str:
    """A grant under the version, which waits for its decision only."""
    application = new(first=2026, soft=1_000, round="2026-1", programme=R8)
    grant = office.submitted(application, on="2026-04-10")
    for criterion in ("vision", "kpi", "self_reliance", "participation"):
        office.do("score", grant=grant, criterion=criterion, score=4, reason="妥当", on="2026-04-20")
    office.do("certify_plan", project=grant.partition("/")[0], certificate_no="第1号", on="2026-04-20")
    return grant


def test_a_date_beyond_the_next_year_is_warned_of(office):
    told = office.do("confirm_programme", **PAPER, on=SLIP)
    (warning,) = told["warnings"]
    assert (warning["rule"], warning["strength"]) == ("confirmation_date", "warning")
    assert SLIP in warning["message"]
    assert "confirm again with the right one" in warning["remedy"]


@pytest.mark.parametrize("on", ["2025-04-01", "2026-04-01", "2027-03-31"])
def test_a_date_of_this_year_or_the_next_is_not(office, on):
    assert office.do("confirm_programme", **PAPER, on=on)["warnings"] == []


def test_confirmed_again_with_the_right_date_it_holds_from_that_date_on(slipped):
    grant = decidable(slipped)
    refused(slipped, "programme_undetermined", "approve", grant=grant, on="2026-05-01")
    again = slipped.do("confirm_programme", **{**PAPER, "document": "事務連絡（正）"}, on=RIGHT)
    assert (again["events"], again["warnings"]) == (["programme.confirmed"], [])
    shown = slipped.show(R8)
    assert (shown["confirmed_on"], shown["document"]) == (RIGHT, "事務連絡（正）")
    slipped.do("approve", grant=grant, on="2026-05-01")
    assert slipped.findings() == []


def test_both_confirmations_stay_in_the_log(slipped):
    slipped.do("confirm_programme", **PAPER, on=RIGHT)
    told = [(e["version"], e["effective_on"]) for e in slipped.tell("log", target=R8)]
    assert told == [(1, SLIP), (2, RIGHT)]


@pytest.mark.parametrize(
    ("on", "confirmed_on"), [(RIGHT, RIGHT), ("2206-04-01", RIGHT), ("2206-04-02", RIGHT)]
)
def test_on_the_effective_clock_it_holds_from_the_right_date(slipped, on, confirmed_on):
    slipped.do("confirm_programme", **PAPER, on=RIGHT)
    assert slipped.show(R8, as_of=on, clock="effective")["confirmed_on"] == confirmed_on


def test_on_the_recorded_clock_what_was_known_then_stays(slipped):
    before = slipped.events()
    slipped.do("confirm_programme", **PAPER, on=RIGHT)
    assert slipped.show(R8, as_of_event=before)["confirmed_on"] == SLIP
    assert slipped.show(R8, as_of_event=before + 1)["confirmed_on"] == RIGHT


@pytest.mark.parametrize("on", [SLIP, "2206-04-02"])
def test_what_is_in_force_by_a_date_is_not_confirmed_again(slipped, on):
    refused(slipped, "already_recorded", "confirm_programme", **PAPER, on=on)
    slipped.do("confirm_programme", **PAPER, on=RIGHT)
    refused(slipped, "already_recorded", "confirm_programme", **PAPER, on=RIGHT)


def test_what_the_nightly_tables_and_checks_say_of_it_holds(slipped):
    from lifecycle.nightly import nightly, verify_rebuild

    slipped.do("confirm_programme", **PAPER, on=RIGHT)
    slipped.do("import_decision", **elsewhere(HIROSHIMA, 2026, R8, soft=5), on="2026-04-02")
    nightly(slipped.grants.store, slipped.clock)
    assert [one.difference for one in verify_rebuild(slipped.grants.store) if one.difference] == []
    assert [line["n"] for line in slipped.tell("replay")] == list(range(1, slipped.events() + 1))
    assert slipped.findings() == []
