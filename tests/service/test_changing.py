"""変更: what a change does to the caps, and to the plan when it reaches further."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, YOKOHAMA, continuing, elsewhere, new, part

from .telling import OKU, refused, windows

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
PLAN = "infrastructure_plan_municipality"


def changed(office, grant, **change):
    """A change asked for by the head; the id is the next of the grant."""
    return office.do("request_change", grant=grant, **change)["change"]


# ---------------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    ("delta_yen", "expected"),
    [(60_000_000, None), (50_000_001, None), (50_000_000, 10 * OKU), (-40_000_000, 91 * OKU // 10)],
)
def test_a_change_is_held_against_the_cap_for_what_it_adds(office, delta_yen, expected):
    """Case C38: 300,000,000 beside others of 650,000,000 under a cap of 1,000,000,000."""
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=650_000_000))
    grant = office.approved(new(YOKOHAMA, soft=300_000_000, project=f"{YOKOHAMA}-2025-09"))
    change = changed(office, grant, deltas={"soft": delta_yen})
    if expected is None:
        refused(office, "cap_exceeded", "approve_change", change=change)
    else:
        office.do("approve_change", change=change)
        assert windows(office, YOKOHAMA) == {"soft_fy_municipality 2025": (expected, 0, 0)}


def test_a_change_that_takes_less_is_approved_in_a_window_that_is_full(office):
    grant = office.approved(new(YOKOHAMA, soft=10 * OKU))
    office.do("approve_change", change=changed(office, grant, deltas={"soft": -1}))


def test_asking_for_a_change_moves_nothing(office):
    grant = office.approved(new(soft=10_000))
    answer = office.do("request_change", grant=grant, deltas={"soft": 5_000})
    assert (answer["change"], answer["result"]["delta_yen"]) == (f"{G}/c1", 5_000)
    assert windows(office, HIROSHIMA) == {"soft_fy_prefecture 2025": (10_000, 0, 0)}


def test_a_guideline_that_a_change_would_pass_asks_for_a_reason(office):
    grant = office.approved(new(soft=1_000, facility=15 * OKU, justifications={}))
    change = changed(office, grant, deltas={"facility": 1})
    refused(office, "guideline_unjustified", "approve_change", change=change)
    reasons = {f"facility_{period}_prefecture": "用地取得の時期" for period in ("fy", "project")}
    answer = office.do("approve_change", change=change, justifications=reasons)
    assert {warning["rule"] for warning in answer["warnings"]} == set(reasons)


def test_a_change_that_leaves_infrastructure_alone_is_refused_when_it_is_asked_for(office):
    grant = office.approved(new(soft=20_000_000, infrastructure=150_000_000))
    refused(office, "combination_required", "request_change", grant=grant, drop=["soft"])


def test_two_changes_together_may_not_leave_infrastructure_alone(office):
    grant = office.approved(new(soft=1_000, facility=1_000, infrastructure=1_000))
    first = changed(office, grant, drop=["soft"])
    second = changed(office, grant, drop=["facility"])
    office.do("approve_change", change=first)
    refused(office, "combination_required", "approve_change", change=second)


def test_a_change_of_no_such_grant_is_not_found(office):
    office.approved(new(soft=1_000))
    refused(office, "not_found", "approve_change", change=f"{G}/c1")
    refused(office, "not_found", "refuse_change", change=f"{P}/2026/c1")


# ---------------------------------------------------------------------- the period


def plan_window(office, authority, project):
    """First and last year and yen used of a plan window."""
    rows = office.tell("caps", authority=authority)["windows"]
    row = next(row for row in rows if row["period"] == "plan" and row["project"] == project)
    return row["first_year"], row["last_year"], row["used_yen"]


def mixed(first, last, yen):
    """Soft money beside infrastructure, in the first year alone."""
    parts = [part("soft", 1_000, first), part("infrastructure", yen, first)]
    return new(YOKOHAMA, components=parts, first=first, last=last)


def test_a_plan_that_reaches_further_moves_its_windows(office):
    grant = office.approved(new(YOKOHAMA, soft=1_000, facility=1_000, infrastructure=1_000))
    project = grant.partition("/")[0]
    answer = office.do("approve_change", change=changed(office, grant, last_year=2027))
    assert answer["events"] == ["project.period_changed", "grant.change_approved"]
    assert plan_window(office, YOKOHAMA, project) == (2025, 2027, 1_000)
    rows = office.tell("caps", authority=YOKOHAMA)["windows"]
    own = {(row["first_year"], row["last_year"]) for row in rows if row.get("project") == project}
    assert own == {(2025, 2027)}
    assert office.show(project)["last_year"] == 2027


def test_plans_that_come_to_overlap_are_summed(office):
    first = office.approved(mixed(2025, 2025, 6 * OKU))
    second = office.approved(mixed(2026, 2027, 4 * OKU))
    office.do("approve_change", change=changed(office, first, last_year=2026))
    held = [plan_window(office, YOKOHAMA, grant.partition("/")[0])[2] for grant in (first, second)]
    assert held == [10 * OKU, 10 * OKU]
    assert office.findings() == []


def test_plans_that_would_pass_the_cap_together_do_not_come_to_overlap(office):
    first = office.approved(mixed(2025, 2025, 6 * OKU))
    office.approved(mixed(2026, 2027, 4 * OKU + 1))
    change = changed(office, first, last_year=2026)
    refused(office, "cap_exceeded", "approve_change", change=change)
    office.do("approve_change", change=changed(office, first, content="内容の変更"))


def test_a_change_that_moves_and_adds_is_held_against_both_plans(office):
    first = office.approved(mixed(2025, 2025, 6 * OKU))
    office.approved(mixed(2026, 2027, 3 * OKU))
    over = changed(office, first, last_year=2026, deltas={"infrastructure": OKU + 1})
    refused(office, "cap_exceeded", "approve_change", change=over)
    fits = changed(office, first, last_year=2026, deltas={"infrastructure": OKU})
    office.do("approve_change", change=fits)
    assert office.findings() == []


def test_a_shorter_plan_no_longer_overlaps(office):
    first = office.approved(mixed(2025, 2026, 6 * OKU))
    second = office.approved(mixed(2026, 2027, 4 * OKU))
    office.do("approve_change", change=changed(office, first, last_year=2025))
    held = [plan_window(office, YOKOHAMA, grant.partition("/")[0])[2] for grant in (first, second)]
    assert held == [6 * OKU, 4 * OKU]


def test_a_plan_is_lengthened_beyond_the_principle_with_a_reason_and_never_beyond_the_maximum(office):
    grant = office.approved(new(soft=1_000, last=2027, justifications={}))
    longer, too_long = changed(office, grant, last_year=2029), changed(office, grant, last_year=2030)
    refused(office, "guideline_unjustified", "approve_change", change=longer)
    refused(office, "period_too_long", "approve_change", change=too_long)
    office.do("approve_change", change=longer, justifications={"soft_years_principle": "段階的な展開"})


def test_a_plan_does_not_end_before_a_year_that_has_a_grant(office):
    grant = office.approved(new(soft=1_000, last=2027))
    office.submitted(continuing(P, 2026))
    refused(office, "bad_input", "request_change", grant=grant, last_year=2025)
    office.do("approve_change", change=changed(office, grant, last_year=2026))


def test_a_grant_applied_for_meanwhile_keeps_its_year_in_the_plan(office):
    grant = office.approved(new(soft=1_000, last=2027))
    change = changed(office, grant, last_year=2025)
    office.submitted(continuing(P, 2026))
    refused(office, "bad_input", "approve_change", change=change)


def test_a_lengthened_plan_takes_an_application_for_its_new_year(office):
    grant = office.approved(new(soft=1_000))
    refused(office, "bad_input", "submit", application=continuing(P, 2026))
    office.do("approve_change", change=changed(office, grant, last_year=2026))
    years = [{"fiscal_year": 2026, "eligible_cost_yen": 4_000}]
    application = continuing(P, 2026, components=[{"id": "soft", "years": years}])
    assert office.submitted(application) == f"{P}/2026"
