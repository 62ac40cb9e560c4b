"""Both sides of every cap and guideline of R7-dai2sedai, for each tier: the limit itself passes, a yen more
is refused, or asks for its reason.

The figures are those of the published explanation (seed G10-G35), written out here and not read from the rules.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .world import (
    NAMED,
    TIERS,
    Json,
    Office,
    continuing,
    facility,
    infrastructure,
    new,
    part,
    project_of,
    soft,
)

SOFT_YEN = {"prefecture": 1_500_000_000, "core_hub": 1_500_000_000, "municipality": 1_000_000_000}
FACILITY_YEN = {"prefecture": 1_500_000_000, "core_hub": 1_500_000_000, "municipality": 1_000_000_000}
PLAN_YEN = {"prefecture": 5_000_000_000, "core_hub": 2_000_000_000, "municipality": 1_000_000_000}
YEAR_YEN = {"prefecture": 1_000_000_000, "core_hub": 400_000_000, "municipality": 200_000_000}

CAPS = [("soft", f"soft_fy_{tier}", tier, SOFT_YEN[tier]) for tier in TIERS] + [
    ("infrastructure", f"infrastructure_plan_{tier}", tier, PLAN_YEN[tier]) for tier in TIERS
]
each_cap = pytest.mark.parametrize(("kind", "rule", "tier", "limit_yen"), CAPS, ids=[row[1] for row in CAPS])
each_tier = pytest.mark.parametrize("tier", TIERS)


def asking(authority: str, kind: str, amount_yen: int, **fields: object) -> Json:
    """An application for money of one kind; infrastructure has a small soft part beside it, as it must."""
    beside = [soft(1_000)] if kind == "infrastructure" else []
    return new(authority, part(kind, amount_yen), *beside, **fields)


def every_reason(tier: str) -> dict[str, str]:
    """Written reasons for whatever rule there is."""
    kinds = ("soft_fy", "facility_fy", "facility_project", "infrastructure_fy", "infrastructure_plan")
    return {f"{rule}_{tier}": "緊急性が高い" for rule in kinds}


@each_tier
def test_the_windows_of_each_tier_stand_as_published(office: Office, tier: str) -> None:
    shown = office.do("caps", authority=NAMED[tier], fiscal_year=2025).done().result
    assert shown["tier"] == tier
    assert {w["rule"]: (w["limit_yen"], w["strength"]) for w in shown["windows"]} == {
        f"soft_fy_{tier}": (SOFT_YEN[tier], "hard"),
        f"facility_fy_{tier}": (FACILITY_YEN[tier], "guideline"),
        f"infrastructure_fy_{tier}": (YEAR_YEN[tier], "guideline"),
        f"infrastructure_plan_{tier}": (PLAN_YEN[tier], "hard"),
    }


# ---------------------------------------------------------------------- 上限: hard caps


@each_cap
def test_money_up_to_the_cap_itself_is_decided(
    office: Office, kind: str, rule: str, tier: str, limit_yen: int
) -> None:
    authority = office.unused(tier)
    office.decided(asking(authority, kind, limit_yen), justifications=every_reason(tier))
    window = office.window(authority, rule)
    assert (window["used_yen"], window["room_yen"]) == (limit_yen, 0)


@each_cap
def test_a_yen_over_the_cap_is_refused_when_it_is_submitted_whatever_the_reason(
    office: Office, kind: str, rule: str, tier: str, limit_yen: int
) -> None:
    application = asking(office.unused(tier), kind, limit_yen + 1, justifications=every_reason(tier))
    refusal = office.do("submit", application=application).refused("cap_exceeded")
    figures = {"limit": limit_yen, "used": 0, "asked": limit_yen + 1, "excess": 1, "room": limit_yen}
    assert refusal.figures(rule) == figures


@each_cap
def test_the_demand_that_still_waits_counts_when_more_is_submitted(
    office: Office, kind: str, rule: str, tier: str, limit_yen: int
) -> None:
    authority = office.unused(tier)
    office.submitted(asking(authority, kind, limit_yen - 1))
    refusal = office.do("submit", application=asking(authority, kind, 2)).refused("cap_exceeded")
    figures = {"limit": limit_yen, "used": limit_yen - 1, "asked": 2, "excess": 1, "room": 1}
    assert refusal.figures(rule) == figures
    office.submitted(asking(authority, kind, 1))


@each_cap
@pytest.mark.parametrize("decision", ["adopt", "approve"])
def test_a_decision_may_fill_the_cap_to_the_yen(
    office: Office, decision: str, kind: str, rule: str, tier: str, limit_yen: int
) -> None:
    authority = office.unused(tier)
    grant = office.ready(asking(authority, kind, 1_000))
    office.decided_elsewhere(authority, 2025, **{kind: limit_yen - 1_000})
    office.do(decision, grant=grant, justifications=every_reason(tier)).done()


@each_cap
@pytest.mark.parametrize("decision", ["adopt", "approve"])
def test_a_decision_a_yen_over_the_cap_is_refused_whatever_the_reason(
    office: Office, decision: str, kind: str, rule: str, tier: str, limit_yen: int
) -> None:
    authority = office.unused(tier)
    grant = office.ready(asking(authority, kind, 1_000))
    office.decided_elsewhere(authority, 2025, **{kind: limit_yen - 999})
    refusal = office.do(decision, grant=grant, justifications=every_reason(tier)).refused("cap_exceeded")
    figures = {"limit": limit_yen, "used": limit_yen - 999, "asked": 1_000, "excess": 1, "room": 999}
    assert refusal.figures(rule) == figures


@each_cap
def test_an_adopted_grant_holds_its_room_against_decisions_from_elsewhere(
    office: Office, kind: str, rule: str, tier: str, limit_yen: int
) -> None:
    authority = office.unused(tier)
    grant = office.ready(asking(authority, kind, limit_yen))
    office.do("adopt", grant=grant, justifications=every_reason(tier)).done()
    decision = {"authority": authority, "title": "広域連携事業", "fiscal_year": 2025, "source": "採択一覧"}
    told = {**decision, "programme": "R7-dai2sedai", "decided_on": "2025-04-25", "amounts": {kind: 1}}
    refusal = office.do("import_decision", **told).refused("cap_exceeded")
    figures = {"limit": limit_yen, "used": limit_yen, "asked": 1, "excess": 1, "room": 0}
    assert refusal.figures(rule) == figures
    office.do("approve", grant=grant, justifications=every_reason(tier)).done()


@each_tier
def test_infrastructure_plans_that_share_a_fiscal_year_share_one_cap(office: Office, tier: str) -> None:
    authority = office.unused(tier)
    office.submitted(asking(authority, "infrastructure", PLAN_YEN[tier], last_year=2026))
    second = new(authority, infrastructure(1, 2026), soft(1_000, 2026))
    refusal = office.do("submit", application=second).refused("cap_exceeded")
    assert refusal.figures(f"infrastructure_plan_{tier}")["used"] == PLAN_YEN[tier]


@each_tier
def test_infrastructure_plans_that_share_no_fiscal_year_have_a_cap_each(office: Office, tier: str) -> None:
    authority = office.unused(tier)
    office.submitted(asking(authority, "infrastructure", PLAN_YEN[tier]))
    office.submitted(new(authority, infrastructure(PLAN_YEN[tier], 2026), soft(1_000, 2026)))


# ---------------------------------------------------------------------- 目安: guidelines

Waiting = tuple[str, int, int]
"""A grant that waits for its decision, what stands in its window already, and what it asks for."""


def facility_of_a_year(office: Office, tier: str, over_yen: int) -> Waiting:
    """A second project whose approval brings the year to the guideline, and `over_yen` beyond."""
    authority, used_yen = office.unused(tier), FACILITY_YEN[tier] - 1_000_000
    office.decided(new(authority, facility(used_yen)))
    return office.ready(new(authority, facility(1_000_000 + over_yen))), used_yen, 1_000_000 + over_yen


def facility_of_a_project(office: Office, tier: str, over_yen: int) -> Waiting:
    """A second year whose approval brings the project to the guideline, and `over_yen` beyond."""
    used_yen, asked_yen = FACILITY_YEN[tier] - 1_000_000, 1_000_000 + over_yen
    first = office.decided(new(office.unused(tier), facility(used_yen, 2025), last_year=2026))
    second = continuing(project_of(first), 2026, facility(asked_yen, 2026))
    return office.ready(second), used_yen, asked_yen


def infrastructure_of_a_year(office: Office, tier: str, over_yen: int) -> Waiting:
    """One grant that asks for the guideline, and `over_yen` beyond."""
    asked_yen = YEAR_YEN[tier] + over_yen
    return office.ready(asking(office.unused(tier), "infrastructure", asked_yen)), 0, asked_yen


GUIDELINES = [
    (waiting, f"{rule}_{tier}", tier, limits_yen[tier])
    for waiting, rule, limits_yen in [
        (facility_of_a_year, "facility_fy", FACILITY_YEN),
        (facility_of_a_project, "facility_project", FACILITY_YEN),
        (infrastructure_of_a_year, "infrastructure_fy", YEAR_YEN),
    ]
    for tier in TIERS
]
each_guideline = pytest.mark.parametrize(
    ("waiting", "rule", "tier", "limit_yen"), GUIDELINES, ids=[row[1] for row in GUIDELINES]
)


@each_guideline
def test_money_up_to_the_guideline_itself_needs_no_reason(
    office: Office, waiting: Callable[..., Waiting], rule: str, tier: str, limit_yen: int
) -> None:
    grant, used_yen, asked_yen = waiting(office, tier, 0)
    assert used_yen + asked_yen == limit_yen
    assert office.do("approve", grant=grant).done().warnings == []


@each_guideline
@pytest.mark.parametrize("decision", ["adopt", "approve"])
def test_a_yen_over_the_guideline_needs_its_own_written_reason(
    office: Office, decision: str, waiting: Callable[..., Waiting], rule: str, tier: str, limit_yen: int
) -> None:
    grant, used_yen, asked_yen = waiting(office, tier, 1)
    room_yen = limit_yen - used_yen
    figures = {"limit": limit_yen, "used": used_yen, "asked": asked_yen, "excess": 1, "room": room_yen}
    others = {name: text for name, text in every_reason(tier).items() if name != rule}

    for reasons in ({}, {rule: "  "}, others):
        refusal = office.do(decision, grant=grant, justifications=reasons).refused("guideline_unjustified")
        assert refusal.figures(rule) == figures
        assert refusal.finding(rule)["strength"] == "guideline"
    done = office.do(decision, grant=grant, justifications={rule: "緊急性が高い"}).done()
    assert (done.warnings, done.figures(rule)) == ([rule], figures)


@each_tier
def test_a_reason_given_at_adoption_holds_at_approval(office: Office, tier: str) -> None:
    grant, _, _ = infrastructure_of_a_year(office, tier, 1)
    rule = f"infrastructure_fy_{tier}"
    office.do("adopt", grant=grant, justifications={rule: "緊急性が高い"}).done()
    assert office.do("approve", grant=grant).done().warnings == [rule]


@each_tier
def test_a_guideline_is_no_matter_of_the_submission(office: Office, tier: str) -> None:
    parts = [facility(FACILITY_YEN[tier] + 1), infrastructure(YEAR_YEN[tier] + 1)]
    assert office.do("submit", application=new(office.unused(tier), *parts)).done().warnings == []


# ---------------------------------------------------------------------- 申請上限件数


@each_tier
def test_ten_new_applications_and_two_with_evidence_are_taken_and_not_one_more(
    office: Office, tier: str
) -> None:
    authority = office.unused(tier)
    ordinary, outside = new(authority, soft(1)), new(authority, soft(1), outside_limit="事務連絡")
    for _ in range(10):
        office.submitted(ordinary)
    office.do("submit", application=ordinary).refused("application_limit")
    for _ in range(2):
        office.submitted(outside)
    for thirteenth in (outside, ordinary):
        office.do("submit", application=thirteenth).refused("application_limit")
