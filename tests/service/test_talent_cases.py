"""プロ人材 after its decision: a case is changed within its own cap, and goes on as a grant does."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA

from .telling import refused

G = f"{HIROSHIMA}-2025-01/2025"


def case(office, pay=600_000, **fields):
    """A side job of the prefecture's that asks for eight tenths of its pay."""
    told = {"prefecture": HIROSHIMA, "firm": "西条酒造", "match": "side_job", "cost_on": "2025-05-01"}
    return office.do("submit_talent_case", **told, costs={"pay": pay}, **fields)["grant"]


def approved(office, **fields):
    """A case that is decided at 480,000 yen."""
    grant = case(office)
    office.do("approve", grant=grant, **fields)
    return grant


def asked(office, **change):
    """A change that the head asks for."""
    return office.do("request_change", grant=G, **change)["change"]


@pytest.mark.parametrize("delta_yen", [20_000, 1, -1, -479_999])
def test_a_case_is_raised_to_what_a_case_is_given_at_most_and_lowered_at_will(office, delta_yen):
    approved(office)
    answer = office.do("approve_change", change=asked(office, deltas={"side_job": delta_yen}))
    assert (answer["result"]["committed_yen"], answer["warnings"]) == (480_000 + delta_yen, [])
    assert office.show(G)["committed_yen"] == office.show(G)["granted_yen"] == 480_000 + delta_yen


def test_a_case_is_not_raised_beyond_what_a_case_is_given_at_most(office):
    approved(office)
    refusal = refused(
        office, "cap_exceeded", "approve_change", change=asked(office, deltas={"side_job": 20_001})
    )
    found = refusal.findings[0]
    assert (found.rule, found.source) == ("talent_case", "seed P06")
    assert (found.limit, found.used, found.asked) == (500_000, 480_000, 20_001)
    assert (found.excess, found.room) == (1, 20_000)
    assert office.show(G)["committed_yen"] == 480_000


def test_what_a_case_is_about_may_change_without_its_money(office):
    approved(office)
    office.do("approve_change", change=asked(office, content="業務の内容"))
    assert office.show(G)["changes"][0]["status"] == "approved"


def test_a_case_has_no_plan_that_could_be_moved(office):
    approved(office)
    refused(office, "bad_input", "request_change", grant=G, last_year=2026)


def test_a_changed_case_is_settled_at_eight_tenths_within_what_is_committed(office):
    approved(office)
    office.do("approve_change", change=asked(office, deltas={"side_job": 20_000}))
    office.settled(G, {"side_job": 700_000})
    assert (office.show(G)["settled_yen"], office.show(G)["decommitted_yen"]) == (500_000, 0)
    assert office.findings() == []


@pytest.mark.parametrize(("on", "rules"), [("2026-03-31", []), ("2026-04-01", ["budget_year"])])
def test_a_case_decided_after_its_fiscal_year_is_told_of(office, on, rules):
    grant = case(office)
    answer = office.do("approve", grant=grant, on=on)
    assert [warning["rule"] for warning in answer["warnings"]] == rules


def test_a_case_that_was_sent_back_is_submitted_anew(office):
    grant = case(office)
    office.do("return_for_correction", grant=grant, message="領収書")
    application = {"kind": "continuing", "round": "2025-1", "project": grant[:14], "fiscal_year": 2025}
    refusal = refused(office, "wrong_status", "resubmit", grant=grant, application=application)
    assert refusal.findings[0].remedy == (
        f"withdraw it and submit it anew: grants withdraw {grant}; grants submit-talent-case"
    )
