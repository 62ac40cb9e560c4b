"""Asking nothing exceeds nothing: a component of 0 yen is held against no window, however full; one yen is."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, YOKOHAMA, continuing, new, project_of

from .telling import OKU, refused

AFTER = {"on": "2025-07-01"}
"""A day on which the waiver has ended."""

CAP = {
    "rule": "soft_fy_municipality",
    "authority": YOKOHAMA,
    "until": "2025-06-30",
    "document": "府地創第200号",
}
FULL = f"{YOKOHAMA}-2026-01/2026"
PLAN_CAP = {**CAP, "rule": "infrastructure_plan_municipality"}


def with_infrastructure(cost_yen, last=2026, **fields):
    """A plan with infrastructure, of which this is the cost in its first year; half of it is asked."""
    application = new(YOKOHAMA, last=last, soft=1_000, infrastructure=OKU, **fields)
    application["components"][1]["years"][0] = {"fiscal_year": 2025, "eligible_cost_yen": cost_yen}
    return application


@pytest.fixture
def overfull(office):
    """An office in which Yokohama's soft window of 10億円 holds 11億円 under a waiver that has ended."""
    office.do("waive", **CAP, limit_yen=12 * OKU)
    office.approved(new(YOKOHAMA, soft=11 * OKU))
    return office


@pytest.fixture
def overfull_plan(office):
    """The same of its infrastructure: the plan 2026-2027 holds 12億円, its cap is 10億円."""
    office.do("waive", **PLAN_CAP, limit_yen=20 * OKU)
    office.approved(new(YOKOHAMA, first=2026, last=2027, soft=1_000, infrastructure=12 * OKU))
    return office


# ---------------------------------------------------------------------- a decision


@pytest.mark.parametrize("do", ["adopt", "approve"])
def test_a_component_given_nothing_is_not_held_against_a_hard_cap_and_one_yen_is(overfull, do):
    asked = new(YOKOHAMA, soft=1_000, facility=1_000)
    grant = overfull.decidable(asked)
    refusal = refused(overfull, "cap_exceeded", do, grant=grant, amounts={"soft": 1}, **AFTER)
    assert [(found.rule, found.asked) for found in refusal.findings] == [(CAP["rule"], 1)]
    answer = overfull.do(do, grant=grant, amounts={"soft": 0}, **AFTER)
    assert answer["warnings"] == []


def test_a_component_given_nothing_needs_no_reason_for_a_guideline_and_one_yen_does(office):
    office.approved(new(HIROSHIMA, soft=1_000, infrastructure=11 * OKU))
    grant = office.decidable(new(HIROSHIMA, soft=1_000, infrastructure=1_000, justifications={}))
    rule = "infrastructure_fy_prefecture"
    refusal = refused(office, "guideline_unjustified", "approve", grant=grant, amounts={"infrastructure": 1})
    assert [(found.rule, found.asked) for found in refusal.findings] == [(rule, 1)]
    assert office.do("approve", grant=grant, amounts={"infrastructure": 0})["warnings"] == []


# ---------------------------------------------------------------------- a request


def test_a_year_that_asks_nothing_of_a_full_plan_is_taken_and_one_that_asks_is_not(overfull_plan):
    refused(overfull_plan, "cap_exceeded", "submit", application=with_infrastructure(2_000), **AFTER)
    grant = overfull_plan.do("submit", application=with_infrastructure(0), **AFTER)["grant"]
    assert overfull_plan.tell("show", target=grant)["requested_yen"] == 1_000


# ---------------------------------------------------------------------- a plan that moves


@pytest.mark.parametrize("last_year", [2026, 2028])
def test_a_plan_that_moves_and_meets_no_other_takes_no_room(overfull_plan, last_year):
    """Its own window is overfull since the waiver ended, and holds no yen more than before."""
    change = overfull_plan.do("request_change", grant=FULL, last_year=last_year, **AFTER)["change"]
    answer = overfull_plan.do("approve_change", change=change, **AFTER)
    assert answer["warnings"] == []


@pytest.mark.parametrize(("cost_yen", "code"), [(0, None), (2_000, "cap_exceeded")])
def test_a_plan_that_holds_nothing_may_come_to_overlap_a_full_one_and_one_of_a_yen_may_not(
    overfull_plan, cost_yen, code
):
    application = with_infrastructure(cost_yen, last=2025)
    grant = overfull_plan.approved(application)
    change = overfull_plan.do("request_change", grant=grant, last_year=2026, **AFTER)["change"]
    if code:
        refused(overfull_plan, code, "approve_change", change=change, **AFTER)
    else:
        assert overfull_plan.do("approve_change", change=change, **AFTER)["warnings"] == []


# ---------------------------------------------------------------------- a plan that is corrected


@pytest.fixture
def returned(office):
    """The first year of a plan that goes back for correction; its second holds 20億円, a plan of 2028 30億円."""
    grant = office.decidable(new(last=2026, soft=1_000, infrastructure=20 * OKU))
    office.approved(continuing(project_of(grant), 2026))
    office.do("return_for_correction", grant=grant, message="積算")
    return grant


@pytest.mark.parametrize("is_listed", [False, True])
@pytest.mark.parametrize(("other", "code"), [(30 * OKU, None), (30 * OKU + 1_000, "cap_exceeded")])
def test_a_correction_that_asks_nothing_may_not_move_its_plan_over_the_cap(
    office, returned, other, code, is_listed
):
    """Where infrastructure was not listed, it was told `busy`, for ever."""
    office.approved(new(first=2028, soft=1_000, infrastructure=other))
    corrected = new(last=2028, soft=1_000, infrastructure=OKU)
    infrastructure = corrected["components"][1]
    infrastructure["years"] = [{"fiscal_year": 2025, "eligible_cost_yen": 0}]
    if not is_listed:
        corrected["components"].remove(infrastructure)
    if code:
        refused(office, code, "resubmit", grant=returned, application=corrected)
    else:
        assert office.do("resubmit", grant=returned, application=corrected)["ok"]
