"""What is recorded with a warning: facts that stay facts, and what the notice says instead of the ledger."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from store.office import HIROSHIMA, continuing, elsewhere, new

from lifecycle.checks import CHECKS
from lifecycle.store.log import AsOf

from .telling import refused

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"


def told(answer):
    """The rules of its warnings."""
    return [finding["rule"] for finding in answer["warnings"]]


@pytest.mark.parametrize("do", ["not_adopt", "reject", "suspend", "abolish"])
def test_a_disposition_without_its_reason_is_told_of(office, do):
    for reason, warnings in (("", ["reason_missing"]), ("計画の不備", [])):
        application = new(soft=10_000)
        grant = (
            office.submitted(application) if do in ("not_adopt", "reject") else office.approved(application)
        )
        assert told(office.do(do, grant=grant, reason=reason)) == warnings


def test_a_change_refused_and_a_correction_ordered_without_a_reason_are_told_of(office):
    office.approved(new(soft=10_000))
    change = office.do("request_change", grant=G, deltas={"soft": -1_000})["change"]
    assert told(office.do("refuse_change", change=change)) == ["reason_missing"]
    office.do("report_completion", grant=G, actuals={"soft": 20_000})
    order = {"act": "舗装のやり直し", "due_on": "2025-05-01"}
    assert told(office.do("order_correction", grant=G, **order)) == ["reason_missing"]


def test_sub_grants_up_to_the_cost_pass_unsaid_and_above_it_are_told_of(office):
    office.approved(new(soft=10_000))
    sub_grant = {"grant": G, "payee": "西条酒造"}
    assert told(office.do("commit_sub_grant", **sub_grant, sub_grant="g1", amount_yen=20_000)) == []
    answer = office.do("commit_sub_grant", **sub_grant, sub_grant="g2", amount_yen=1)
    assert told(answer) == ["sub_grants_within_cost"]
    assert (answer["warnings"][0]["limit"], answer["warnings"][0]["excess"]) == (20_000, 1)


def test_giving_up_the_only_soft_part_tells_that_infrastructure_is_left_alone(office):
    application = new(last=2026, soft=10_000, infrastructure=10_000)
    soft, infrastructure = application["components"]
    soft["years"], infrastructure["years"] = soft["years"][:1], infrastructure["years"][1:]
    office.approved(application)
    assert told(office.do("abolish", grant=G, reason="事業者の撤退")) == ["infrastructure_combination"]


def test_a_head_of_no_local_government_is_told_of(office):
    officer = {"officer": "new", "name": "新任", "roles": ["head"]}
    assert told(office.do("register_officer", **officer)) == ["authority_missing"]
    assert told(office.do("register_officer", **officer, authority=HIROSHIMA)) == []
    assert told(office.do("register_officer", officer="other", name="他", roles=["approver"])) == []


def test_the_check_of_assets_names_a_breach_until_the_decision_is_revoked(office):
    office.approved(new(soft=10_000))
    asset = {"asset": "a1", "name": "バス", "unit_cost_yen": 8_000_000, "useful_life_years": 5}
    office.do("register_asset", grant=G, **asset, acquired_on="2025-04-01")
    office.do("dispose_asset", grant=G, asset="a1", disposal="sale", on="2025-06-01")
    found = list(CHECKS["assets"](office.grants.store, date(2025, 6, 1), AsOf()))
    assert ["a1" in finding.message for finding in found] == [True]
    assert found[0].source
    assert f"grants revoke {G}" in found[0].remedy
    office.do("revoke", grant=G, amount_yen="all", fault="recipient", reason="無断処分", on="2025-06-10")
    assert list(CHECKS["assets"](office.grants.store, date(2025, 6, 10), AsOf())) == []


# ---------------------------------------------------------------------- corrections


def test_a_second_correction_tells_what_the_first_one_said(office):
    office.approved(new(soft=10_000))
    number = next(event["n"] for event in office.tell("log", target=G) if event["type"] == "grant.submitted")
    for was, title in (("観光周遊の仕組みづくり", "観光周遊"), ("観光周遊", "周遊")):
        answer = office.do("correct", event=number, replacement={"title": title}, reason="誤記")
        assert answer["result"]["was"] == {"title": was}


def test_a_kpi_value_is_corrected_by_a_whole_number_too(office):
    office.approved(new(soft=10_000))
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual=78)
    log = office.tell("log", target=f"{P}/effect-2025")
    number = next(event["n"] for event in log if event["type"] == "project_year.measured")
    office.do("correct", event=number, replacement={"actual": 79}, reason="誤記")
    assert office.show(f"{P}/effect-2025")["kpis"][0]["actual"] == "79"


# ---------------------------------------------------------------------- days no calendar has


@pytest.mark.parametrize("clock", ["recorded", "effective"])
def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for(office, clock):
    office.approved(new(soft=10_000))
    office.submitted(new(soft=10_000))
    assert list(office.tell("list", as_of="0001-01-01", clock=clock)) == []
    assert len(list(office.tell("list", as_of="9999-12-31", clock=clock))) == 2
    for day in ("0001-01-01", "9999-12-31"):
        assert office.tell("caps", authority=HIROSHIMA, as_of=day, clock=clock)["authority"] == HIROSHIMA


def test_an_id_of_nothing_is_no_id(office):
    with pytest.raises(msgspec.ValidationError, match="length"):
        office.do("submit", application=new(soft=1_000), id="")


@pytest.mark.parametrize("number", ["1", "001", "0"])
def test_a_project_number_is_written_in_one_way_only(office, number):
    with pytest.raises(msgspec.ValidationError, match="regex"):
        office.do("tag_project", project=f"{HIROSHIMA}-2025-{number}", tags=["稼ぐ"])


def test_a_change_that_is_open_when_the_grant_is_continued_is_refused_later(office):
    office.approved(new(soft=10_000, last=2026))
    change = office.do("request_change", grant=G, deltas={"soft": -1_000})["change"]
    office.submitted(continuing(P, 2026))
    office.do("report_completion", grant=G, actuals={"soft": 20_000})
    refused(office, "wrong_status", "approve_change", change=change)
    office.do("refuse_change", change=change, reason="実績報告済み")
    assert office.show(G)["changes"][0]["status"] == "refused"


def test_a_row_that_was_imported_before_in_other_words_is_told_of(office):
    told_of = [
        told(office.do("import_decision", **{**elsewhere(HIROSHIMA, 2025, soft=1_000), **change}))
        for change in ({"row": 7}, {"row": 8}, {"row": 7, "amounts": {"soft": 2_000}})
    ]
    assert told_of == [[], [], ["row_imported_before"]]
