"""効果検証の年度 over the store: classes by rule, sectors, publication, closing, the project's end."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, PARTS, continuing, new

from .telling import refused

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
YEAR = {"project": P, "fiscal_year": 2025}
SECTORS = ["industry", "government", "academia", "finance", "labour", "media"]
MEETING = {"body": "external", "meeting": "総合戦略会議", "held_on": "2025-04-01", "opinion": "順調"}


@pytest.fixture
def verified(office):
    """A grant with two KPIs, one of them equal to its start, verified."""
    kpis = [{"id": name, "name": name, "baseline": "60", "targets": {"2025": "100"}} for name in ("k1", "k2")]
    office.approved(new(soft=1_000, kpis=kpis))
    office.do("measure", **YEAR, kpi="k1", actual="78")
    office.do("measure", **YEAR, kpi="k2", actual=60)
    office.do("verify_effect", **YEAR, **MEETING)
    return office


# ---------------------------------------------------------------------- measured and verified


def test_measuring_tells_which_kpis_are_still_without_a_value(office):
    kpis = [{"id": name, "name": name, "baseline": "6", "targets": {"2025": "9"}} for name in ("k1", "k2")]
    office.approved(new(soft=1_000, kpis=kpis))
    assert office.do("measure", **YEAR, kpi="k1", actual="8")["result"]["missing"] == ["k2"]
    refused(office, "kpi_missing", "verify_effect", **YEAR, **MEETING)


def test_only_a_year_and_a_kpi_of_the_plan_are_measured(office):
    office.approved(new(soft=1_000))
    refused(office, "bad_input", "measure", project=P, fiscal_year=2026, kpi="k1", actual="1")
    refused(office, "not_found", "measure", **YEAR, kpi="k9", actual="1")


@pytest.mark.parametrize("present", [[], ["industry"], SECTORS[:5], SECTORS])
def test_sectors_that_took_no_part_are_warned_of(office, present):
    office.approved(new(soft=1_000))
    office.do("measure", **YEAR, kpi="k1", actual="78")
    warnings = office.do("verify_effect", **YEAR, **MEETING, sectors=present)["warnings"]
    assert [warning["rule"] for warning in warnings] == ["participation_sectors"] * (present != SECTORS)
    missing = [sector for sector in SECTORS if sector not in present]
    assert all(sector in warnings[0]["message"] for sector in missing)


def test_participation_tells_the_sectors_seen_and_missing_in_its_stage(office):
    office.submitted(new(soft=1_000))
    told = {"project": P, "stage": "consideration", "body": "広島大学"}
    result = office.do("record_participation", **told, sector="academia")["result"]
    assert result["sectors"] == ["academia"]
    assert result["missing"] == [sector for sector in SECTORS if sector != "academia"]
    other = told | {"stage": "implementation"}
    assert office.do("record_participation", **other, sector="media")["result"]["sectors"] == ["media"]


# ---------------------------------------------------------------------- evaluated


def test_a_kpi_equal_to_its_start_waits_for_a_person(verified):
    refusal = refused(verified, "class_undecided", "evaluate", **YEAR, cause="横ばい")
    assert "k2" in refusal.message
    assert "k1" not in refusal.message


def test_a_person_gives_the_class_and_the_rules_own_stays_beside_it(verified):
    result = verified.do("evaluate", **YEAR, classes={"k2": 3}, cause="横ばい")["result"]
    assert (result["classes"], result["by_rule"]) == ({"k1": 2, "k2": 3}, {"k1": 2, "k2": 0})


def test_a_person_may_give_another_class_than_the_rule(verified):
    result = verified.do("evaluate", **YEAR, classes={"k1": 1, "k2": 4}, cause="特殊要因")["result"]
    assert (result["classes"], result["by_rule"]["k1"]) == ({"k1": 1, "k2": 4}, 2)


def test_a_class_is_given_to_a_kpi_of_the_plan(verified):
    refused(verified, "not_found", "evaluate", **YEAR, classes={"k9": 1}, cause="横ばい")


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("evaluate", {"cause": "要因"}),
        ("publish", {"part": "verification", "url": "u", "digest": "d"}),
        ("plan_improvement", {"measures": "m", "owner": "o", "due_on": "2027-03-31", "future": "end"}),
    ],
)
def test_a_year_of_which_nothing_is_measured_is_not_found(office, do, fields):
    office.approved(new(soft=1_000))
    refused(office, "not_found", do, **YEAR, **fields)


# ---------------------------------------------------------------------- published, closed, ended


def test_a_year_is_closed_when_all_three_parts_are_published(office):
    office.approved(new(soft=1_000))
    office.evaluated(P, 2025)
    for part in PARTS:
        refused(office, "publication_missing", "close_year", **YEAR)
        office.publish(P, 2025, part)
    assert office.do("close_year", **YEAR)["result"]["closed_on"] == "2025-04-01"


def test_a_year_of_which_nothing_is_measured_lacks_its_publication(office):
    office.approved(new(soft=1_000))
    refused(office, "publication_missing", "close_year", **YEAR)
    refused(office, "bad_input", "close_year", project=P, fiscal_year=2026)


def paid_and_settled(office, paid_yen):
    """A grant of 10,000 yen, settled at 9,000 after an advance, its year published."""
    grant = office.approved(new(soft=10_000))
    office.do("disburse", grant=grant, amount_yen=paid_yen, payment="advance")
    office.settled(grant, {"soft": 18_000})
    office.published(P, 2025)
    return grant


@pytest.mark.parametrize(("paid_yen", "status"), [(9_000, "closed"), (8_999, "settled"), (9_001, "settled")])
def test_a_grant_that_is_square_is_closed_with_its_year(office, paid_yen, status):
    grant = paid_and_settled(office, paid_yen)
    answer = office.do("close_year", **YEAR)
    assert answer["result"]["grant_status"] == office.show(grant)["status"] == status
    assert ("grant.closed" in answer["events"]) is (status == "closed")


def test_a_project_ends_when_every_year_with_a_grant_is_closed(office):
    office.approved(new(soft=1_000, last=2027))
    office.submitted(continuing(P, 2026))
    for year in (2025, 2026):
        refused(office, "wrong_status", "end_project", project=P)
        office.published(P, year, on=f"{year}-04-01")
        office.do("close_year", project=P, fiscal_year=year, on=f"{year}-04-01")
    assert office.do("end_project", project=P, on="2026-04-01")["result"]["ended_on"] == "2026-04-01"


def test_a_year_that_came_to_nothing_does_not_keep_a_project_open(office):
    office.approved(new(soft=1_000, last=2027))
    office.do("withdraw", grant=office.submitted(continuing(P, 2026)))
    office.published(P, 2025)
    office.do("close_year", **YEAR)
    office.do("end_project", project=P)
