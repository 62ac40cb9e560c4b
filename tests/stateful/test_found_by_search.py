"""What the search has found, told again one by one, so that it stays found.

Each test names what went wrong before it was put right.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from store.office import (
    HIROSHIMA,
    R8,
    YOKOHAMA,
    Clock,
    Office,
    continuing,
    elsewhere,
    new,
    office_at,
    project_of,
)

from lifecycle.errors import Refusal

from .audit import torn

OKU = 100_000_000
ADVANCE = {"amount_yen": 1_000, "payment": "advance", "on": "2025-12-01"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office. Whatever was done, the log adds up, and reads on every day of the effective clock."""
    office = office_at(tmp_path / "grants.db")
    yield office
    assert office.findings() == []
    assert list(torn(office)) == []
    office.close()


def refused(office: Office, code: str, do: str, **fields: Any) -> Refusal:
    """The command is refused for this reason."""
    with pytest.raises(Refusal) as refusal:
        office.do(do, **fields)
    assert refusal.value.code == code, refusal.value
    return refusal.value


# ---------------------------------------------------------------------- plans


def test_a_year_without_infrastructure_cannot_move_its_plan_over_the_cap(office: Office) -> None:
    """It was told `busy`, for ever: only the windows of the year's own components were judged."""
    application = new(last=2026, soft=1_000, infrastructure=30 * OKU)
    infrastructure = application["components"][1]
    infrastructure["years"] = infrastructure["years"][:1]
    first = office.approved(application)
    office.approved(new(first=2027, soft=1_000, infrastructure=30 * OKU))
    later = office.decidable(continuing(project_of(first), 2026))
    office.do("approve", grant=later)
    change = office.do("request_change", grant=later, last_year=2027)["change"]
    refusal = refused(office, "cap_exceeded", "approve_change", change=change)
    assert {f.rule for f in refusal.findings if f.strength == "hard"} == {"infrastructure_plan_prefecture"}


def test_a_plan_is_decided_beside_one_of_an_unconfirmed_programme(office: Office) -> None:
    """It was told that the caps of R7 are not confirmed, before and after R8 was."""
    office.do("import_decision", **elsewhere(HIROSHIMA, 2026, R8, infrastructure=1_000_000, soft=1))
    grant = office.decidable(new(last=2027, soft=1_000, infrastructure=50 * OKU - 1_000_000))
    assert office.do("approve", grant=grant)["ok"]


def test_a_plan_beside_one_of_an_unconfirmed_programme_is_held_against_the_cap(office: Office) -> None:
    """The other side: what was decided elsewhere takes its room."""
    grant = office.decidable(new(last=2027, soft=1_000, infrastructure=50 * OKU - 999_999))
    office.do("import_decision", **elsewhere(HIROSHIMA, 2026, R8, infrastructure=1_000_000, soft=1))
    refused(office, "cap_exceeded", "approve", grant=grant)


def test_a_plan_revised_without_infrastructure_this_year_still_moves_that_of_the_next(office: Office) -> None:
    """The plan window kept its old years, and the check told of it."""
    grant = office.submitted(new(last=2026, soft=1_000, infrastructure=20 * OKU))
    office.submitted(continuing(project_of(grant), 2026))
    office.do("return_for_correction", grant=grant, message="積算")
    office.approved(new(first=2028, soft=1_000, infrastructure=15 * OKU))
    office.do("resubmit", grant=grant, application=new(last=2028, soft=1_000))
    windows = office.tell("caps", authority=HIROSHIMA, fiscal_year=2028)["windows"]
    sums = {w["project"]: w["requested_yen"] for w in windows if w["period"] == "plan"}
    assert sums == {project_of(grant): 20 * OKU, "340006-2028-01": 20 * OKU}


def test_infrastructure_does_not_stand_alone_because_a_year_was_once_asked_for_more(office: Office) -> None:
    """A soft part granted at 0 counted as what had been asked for it."""
    first = office.decidable(new(last=2026, soft=1_000, infrastructure=1_000))
    office.do("approve", grant=first, amounts={"soft": 0})
    later = office.decidable(continuing(project_of(first), 2026))
    refused(office, "combination_required", "approve", grant=later, amounts={"soft": 0})
    assert office.do("approve", grant=later, amounts={"soft": 1})["ok"]


def test_a_change_of_a_grant_that_was_withdrawn_is_refused(office: Office) -> None:
    """It raised ValueError: no year of the project was left to be looked at."""
    grant = office.approved(new(soft=1_000))
    change = office.do("request_change", grant=grant, last_year=2026)["change"]
    office.do("withdraw", grant=grant)
    refused(office, "wrong_status", "approve_change", change=change)


# ---------------------------------------------------------------------- money


def test_giving_up_does_not_undo_a_revocation(office: Office) -> None:
    """Less than nothing was unpaid, and giving that up committed the revoked sum again."""
    grant = office.approved(new(soft=1_000))
    office.do("disburse", grant=grant, **ADVANCE | {"on": "2025-05-01"})
    told = {"amount_yen": 400, "fault": "recipient", "reason": "目的外使用", "on": "2025-05-01"}
    office.do("revoke", grant=grant, **told)
    done = office.do("abolish", grant=grant, reason="事業者の撤退", on="2025-05-01")
    assert (done["result"]["released_yen"], office.show(grant)["committed_yen"]) == (0, 600)


def test_a_change_is_held_against_what_is_paid_and_not_returned(office: Office) -> None:
    """What had come back counted as paid, so no change was possible any more."""
    day = {"on": "2025-05-01"}
    grant = office.approved(new(soft=1_000))
    office.do("disburse", grant=grant, amount_yen=1_000, payment="advance", **day)
    office.do("revoke", grant=grant, amount_yen=400, fault="recipient", reason="目的外使用", **day)
    wish = {"basis": "revocation", "amount_yen": 400, "due_on": "2025-06-01"}
    order = office.do("order_return", grant=grant, **wish, **day)["order"]
    office.do("record_return", order=order, amount_yen=400, **day)
    assert office.do("request_change", grant=grant, deltas={"soft": 1}, **day)["ok"]
    refused(office, "over_disbursed", "request_change", grant=grant, deltas={"soft": -1}, **day)


# ---------------------------------------------------------------------- the effective clock


@pytest.mark.parametrize("on", ["2025-06-01", "2025-11-30"])
@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("report_completion", {"actuals": {"soft": 0}}),
        ("abolish", {"reason": "撤退"}),
        ("revoke", {"amount_yen": "all", "fault": "recipient", "reason": "目的外使用"}),
    ],
    ids=["reported", "given up", "revoked"],
)
def test_money_is_not_taken_back_before_it_was_paid(
    office: Office, do: str, fields: dict[str, Any], on: str
) -> None:
    """It was returned before it was paid, on the effective clock; and charges on it raised ValueError."""
    grant = office.approved(new(soft=1_000))
    office.do("disburse", grant=grant, **ADVANCE)
    refused(office, "too_early", do, grant=grant, **fields, on=on)
    assert office.do(do, grant=grant, **fields, on="2025-12-01")["ok"]


def test_an_application_is_not_decided_before_it_was_submitted_again(office: Office) -> None:
    """The decision named components that the first application did not have: a read in between raised KeyError."""
    grant = office.submitted(new(soft=1_000), on="2025-04-10")
    office.do("return_for_correction", grant=grant, message="積算", on="2025-04-20")
    office.do("resubmit", grant=grant, application=new(facility=1_000), on="2025-05-01")
    refused(office, "too_early", "adopt", grant=grant, on="2025-04-30")
    assert office.do("adopt", grant=grant, on="2025-05-01")["ok"]


@pytest.mark.parametrize(
    ("do", "role"), [("approve_disposal", "approver"), ("dispose_asset", "preparer")], ids=str
)
def test_an_asset_is_not_disposed_of_before_it_was_registered(office: Office, do: str, role: str) -> None:
    """A read on a day in between raised KeyError."""
    grant = office.approved(new(soft=1_000))
    asset = {"asset": "a1", "name": "バス", "unit_cost_yen": 800_000, "useful_life_years": 5}
    office.do("register_asset", grant=grant, **asset, acquired_on="2025-04-01", on="2025-09-01")
    disposal = {"grant": grant, "asset": "a1", "disposal": "sale", "by": role}
    refused(office, "too_early", do, **disposal, on="2025-08-31")
    assert office.do(do, **disposal, on="2025-09-01")["ok"]


def test_nothing_is_corrected_before_it_took_effect(office: Office) -> None:
    """A read on a day in between raised KeyError."""
    project = project_of(office.approved(new(soft=1_000)))
    year = {"project": project, "fiscal_year": 2025}
    office.do("measure", **year, kpi="k1", actual="78", on="2026-05-01")
    meeting = {"body": "external", "meeting": "会議", "held_on": "2026-06-01", "opinion": "順調"}
    office.do("verify_effect", **year, **meeting, on="2026-06-10")
    wish = {"event": office.events(), "replacement": {"opinion": "おおむね順調"}, "reason": "誤記"}
    refused(office, "too_early", "correct", **wish, on="2026-06-09")
    assert office.do("correct", **wish, on="2026-06-10")["ok"]


# ---------------------------------------------------------------------- as of


@pytest.mark.parametrize("point", ["as_of_event", "as_of"])
def test_caps_as_of_then_are_told_alike_in_every_later_year(tmp_path: Path, point: str) -> None:
    """As of an event, they were those of the fiscal year in which the question was asked (I20)."""
    clock = Clock(datetime(2025, 6, 1, tzinfo=UTC))
    office = office_at(tmp_path / "grants.db", clock)
    office.submitted(new(YOKOHAMA, soft=1_000))
    then = {"as_of_event": office.events()} if point == "as_of_event" else {"as_of": "2025-06-01"}
    told = office.tell("caps", authority=YOKOHAMA, **then)
    for years in (1, 5):
        clock.at += timedelta(days=365 * years)
        assert office.tell("caps", authority=YOKOHAMA, **then) == told
    office.close()
