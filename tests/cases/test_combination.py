"""注4 over the whole plan: infrastructure may stand alone in a year, never in the plan (seed G42, C20)."""

from __future__ import annotations

from .world import Office, continuing, facility, infrastructure, new, project_of, soft

PLAN_CAP = "infrastructure_plan_prefecture"


def test_a_year_of_infrastructure_alone_is_decided_where_the_plan_has_a_soft_part_in_another(
    office: Office, prefecture: str
) -> None:
    plan = new(prefecture, soft(20_000_000, 2025), infrastructure(300_000_000, 2026))
    project = project_of(office.decided(plan))
    alone = office.decided(continuing(project, 2026))
    assert [part["kind"] for part in office.show(alone)["components"]] == ["infrastructure"]
    assert office.used_yen(prefecture, PLAN_CAP, 2026) == 300_000_000


def test_a_first_year_of_infrastructure_alone_is_decided_where_the_soft_part_is_still_to_come(
    office: Office, prefecture: str
) -> None:
    office.decided(new(prefecture, infrastructure(300_000_000, 2025), soft(20_000_000, 2026)))


def test_a_dropped_component_leaves_the_years_still_to_come_too(office: Office, prefecture: str) -> None:
    parts = [soft(20_000_000, 2025, 2026), infrastructure(300_000_000, 2025, 2026)]
    grant = office.decided(new(prefecture, *parts))
    refusal = office.do("request_change", grant=grant, drop=["soft"]).refused("combination_required")
    assert refusal.finding("infrastructure_combination")["strength"] == "hard"


def test_one_year_without_its_soft_part_is_no_matter_where_a_later_year_still_plans_it(
    office: Office, prefecture: str
) -> None:
    parts = [soft(20_000_000, 2025, 2026), infrastructure(300_000_000, 2025, 2026)]
    grant = office.decided(new(prefecture, *parts))
    nothing = {"deltas": {"soft": -20_000_000}}
    change = office.do("request_change", grant=grant, **nothing).done()["change"]
    assert office.do("approve_change", change=change).done().result["committed_yen"] == 300_000_000


def test_a_soft_part_decided_in_another_year_stands_when_it_is_dropped_from_this_one(
    office: Office, prefecture: str
) -> None:
    parts = [soft(20_000_000, 2025, 2026), infrastructure(300_000_000, 2025, 2026)]
    first = office.decided(new(prefecture, *parts))
    second = office.decided(continuing(project_of(first), 2026))
    change = office.do("request_change", grant=second, drop=["soft"]).done()["change"]
    office.do("approve_change", change=change).done()

    office.do("request_change", grant=first, drop=["soft"]).refused("combination_required")


def test_a_continuing_application_comes_without_what_was_dropped(office: Office, prefecture: str) -> None:
    parts = [soft(20_000_000, 2025, 2026), facility(1_000_000, 2025, 2026), infrastructure(1_000, 2025, 2026)]
    grant = office.decided(new(prefecture, *parts))
    change = office.do("request_change", grant=grant, drop=["soft"]).done()["change"]
    office.do("approve_change", change=change).done()

    later = office.submitted(continuing(project_of(grant), 2026))
    assert [part["id"] for part in office.show(later)["components"]] == ["facility", "infrastructure"]
