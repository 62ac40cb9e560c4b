"""Both sides of what R7-dai2sedai asks of an application: length of the plan, rate, share, KPIs, rounding.

None of them comes near a cap.
"""

from __future__ import annotations

import pytest

from .world import Answer, Json, Office, costing, infrastructure, kpi, new, part, soft


def submit(office: Office, town: str, *parts: Json, **fields: object) -> Answer:
    return office.do("submit", application=new(town, *parts, **fields))


# ---------------------------------------------------------------------- 事業計画期間

LENGTHS = {"soft": (3, 5), "facility": (3, 5), "infrastructure": (5, 7)}
"""Fiscal years in principle, and at most (seed G14, G15, G26, G27, G37, G38)."""

each_kind = pytest.mark.parametrize("kind", LENGTHS)


def plan(office: Office, town: str, kind: str, years: int, **fields: object) -> Answer:
    """An application with a part of this kind in so many fiscal years."""
    beside = [soft(1_000, 2025)] if kind == "infrastructure" else []
    return submit(office, town, part(kind, 1_000, *range(2025, 2025 + years)), *beside, **fields)


@each_kind
def test_a_plan_as_long_as_the_principle_needs_no_reason(office: Office, town: str, kind: str) -> None:
    principle, _ = LENGTHS[kind]
    assert plan(office, town, kind, principle).done().warnings == []


@pytest.mark.parametrize(
    ("kind", "years"),
    [(kind, years) for kind, (principle, most) in LENGTHS.items() for years in (principle + 1, most)],
)
def test_a_plan_longer_than_the_principle_needs_a_reason(
    office: Office, town: str, kind: str, years: int
) -> None:
    principle, _ = LENGTHS[kind]
    rule = f"{kind}_years_principle"
    figures = {
        "limit": principle,
        "used": 0,
        "asked": years,
        "excess": years - principle,
        "room": principle,
    }
    for reasons in ({}, {rule: " "}, {rule: "\u3000\u200b"}, {f"{kind}_years_max": "段階的な展開"}):
        refusal = plan(office, town, kind, years, justifications=reasons).refused("guideline_unjustified")
        assert refusal.figures(rule) == figures
    done = plan(office, town, kind, years, justifications={rule: "段階的な展開"}).done()
    assert (done.warnings, done.figures(rule)) == ([rule], figures)


@each_kind
def test_a_plan_longer_than_the_maximum_is_refused_whatever_the_reason(
    office: Office, town: str, kind: str
) -> None:
    _, most = LENGTHS[kind]
    reasons = {f"{kind}_years_principle": "段階的な展開", f"{kind}_years_max": "段階的な展開"}
    refusal = plan(office, town, kind, most + 1, justifications=reasons).refused("period_too_long")
    figures = {"limit": most, "used": 0, "asked": most + 1, "excess": 1, "room": most}
    assert refusal.figures(f"{kind}_years_max") == figures


def test_a_short_soft_part_may_stand_in_a_long_infrastructure_plan(office: Office, town: str) -> None:
    rule = "infrastructure_years_principle"
    assert plan(office, town, "infrastructure", 7, justifications={rule: "用地"}).done().warnings == [rule]


def test_a_soft_part_is_held_to_its_own_length_in_an_infrastructure_plan(office: Office, town: str) -> None:
    years = range(2025, 2031)
    reasons = {"infrastructure_years_principle": "用地", "soft_years_principle": "用地"}
    parts = [infrastructure(1_000, *years), soft(1_000, *years)]
    submit(office, town, *parts, justifications=reasons).refused("period_too_long")
    submit(office, town, parts[0], soft(1_000, *years[:5]), justifications=reasons).done()


# ---------------------------------------------------------------------- 補助率

NEAREST_ABOVE_HALF = "500000/999999"
"""The smallest fraction above one half that a rate can be written as."""


@pytest.mark.parametrize(
    ("kind", "rate", "ministry", "share_yen"),
    [
        ("soft", "1/2", "", 4_500_000),
        ("soft", "1/3", "", 3_000_000),
        ("facility", "1/2", "", 4_500_000),
        ("infrastructure", "1/2", "", 4_500_000),
        ("infrastructure", "2/3", "国土交通省", 6_000_000),
        ("infrastructure", "11/20", "農林水産省", 4_950_000),
        ("infrastructure", "1/1", "環境省", 9_000_000),
    ],
)
def test_a_rate_up_to_one_half_or_for_infrastructure_that_of_a_named_ministry_is_accepted(
    office: Office, town: str, kind: str, rate: str, ministry: str, share_yen: int
) -> None:
    beside = [soft(1_000)] if kind == "infrastructure" else []
    done = submit(office, town, costing(kind, 9_000_000, rate=rate, ministry=ministry), *beside).done()
    assert done.result["components"][0]["requested_yen"] == share_yen


@pytest.mark.parametrize(
    ("kind", "rate", "ministry"),
    [
        ("soft", NEAREST_ABOVE_HALF, ""),
        ("soft", "2/3", "農林水産省"),
        ("facility", NEAREST_ABOVE_HALF, ""),
        ("facility", "2/3", "国土交通省"),
        ("infrastructure", NEAREST_ABOVE_HALF, ""),
        ("infrastructure", "2/3", " "),
        ("infrastructure", "3/2", "国土交通省"),
    ],
)
def test_a_higher_rate_is_refused(office: Office, town: str, kind: str, rate: str, ministry: str) -> None:
    beside = [soft(1_000)] if kind == "infrastructure" else []
    refusal = submit(office, town, costing(kind, 9_000_000, rate=rate, ministry=ministry), *beside)
    assert refusal.refused("rate_too_high").finding("rate")["strength"] == "hard"


def asking_of(cost_yen: int, grant_yen: int) -> Json:
    """A soft part that asks for a share of its own instead of the computed one."""
    component = costing("soft", cost_yen)
    component["years"][0]["grant_yen"] = grant_yen
    return component


def test_a_share_of_exactly_half_the_cost_may_be_asked_for(office: Office, town: str) -> None:
    done = submit(office, town, asking_of(12_345_678, 6_172_839)).done()
    assert done.result["requested_yen"] == 6_172_839


def test_a_share_a_yen_over_half_the_cost_is_refused(office: Office, town: str) -> None:
    refusal = submit(office, town, asking_of(12_345_679, 6_172_840)).refused("rate_too_high")
    figures = {"limit": 6_172_839, "asked": 6_172_840, "excess": 1, "room": 6_172_839}
    assert refusal.figures("rate") == figures


def test_no_more_is_granted_than_was_asked_for(office: Office, town: str) -> None:
    grant = office.ready(new(town, asking_of(12_345_678, 6_000_000)))
    office.do("approve", grant=grant, amounts={"soft": 6_000_001}).refused("above_request")
    office.do("approve", grant=grant, amounts={"soft": 6_000_000}).done()


# ---------------------------------------------------------------------- KPI


@pytest.mark.parametrize(("count", "warnings"), [(1, []), (4, []), (5, ["kpi_count"])])
def test_one_kpi_is_needed_and_more_than_four_are_warned_of(
    office: Office, town: str, count: int, warnings: list[str]
) -> None:
    kpis = [kpi(2025, 2025, number) for number in range(1, count + 1)]
    assert submit(office, town, soft(1_000), kpis=kpis).done().warnings == warnings


def test_no_kpi_at_all_is_refused(office: Office, town: str) -> None:
    submit(office, town, soft(1_000), kpis=[]).refused("kpi_missing")


# ---------------------------------------------------------------------- 端数


@pytest.mark.parametrize(
    ("cost_yen", "share_yen"),
    [
        (2_000, 1_000),
        (3_999, 1_000),
        (4_000, 2_000),
        (12_345_678, 6_172_000),
        (12_345_999, 6_172_000),
        (12_346_000, 6_173_000),
        (12_346_001, 6_173_000),
    ],
)
def test_a_share_is_cut_to_a_thousand_yen_and_the_authority_bears_the_rest(
    office: Office, town: str, cost_yen: int, share_yen: int
) -> None:
    [component] = submit(office, town, costing("soft", cost_yen)).done().result["components"]
    assert (component["requested_yen"], component["local_yen"]) == (share_yen, cost_yen - share_yen)


def test_a_cost_whose_share_is_cut_to_nothing_asks_for_nothing(office: Office, town: str) -> None:
    submit(office, town, costing("soft", 1_999)).refused("bad_input")


def test_a_third_is_cut_like_a_half(office: Office, town: str) -> None:
    road = costing("infrastructure", 10_000_000, rate="2/3", ministry="国土交通省")
    done = submit(office, town, road, soft(1_000)).done()
    assert done.result["components"][0]["requested_yen"] == 6_666_000


def test_each_part_is_cut_by_itself(office: Office, town: str) -> None:
    parts = [{**costing("soft", 3_998), "id": name} for name in ("a", "b")]
    assert submit(office, town, *parts).done().result["requested_yen"] == 2_000


@pytest.mark.parametrize(
    ("actual_yen", "settled_yen"),
    [
        (12_000_000, 6_000_000),
        (12_000_001, 6_000_000),
        (12_000_003, 6_000_001),
        (12_344_000, 6_172_000),
        (12_344_002, 6_172_000),
        (99_999_999, 6_172_000),
        (0, 0),
    ],
)
def test_settlement_cuts_to_the_yen_and_never_goes_beyond_the_decision(
    office: Office, town: str, actual_yen: int, settled_yen: int
) -> None:
    grant = office.decided(new(town, costing("soft", 12_345_678)))
    office.do("report_completion", grant=grant, actuals={"soft": actual_yen}).done()
    assert office.do("settle", grant=grant).done().result["settled_yen"] == settled_yen
