"""上限の枠: which windows money falls into, with which limit, and what is found when it does not fit."""

from __future__ import annotations

from datetime import date

import pytest

from lifecycle.aggregates.facts import Window
from lifecycle.programme import version
from lifecycle.projections.cap_usage import overlaps
from lifecycle.rules.caps import (
    Filled,
    Place,
    asked_for,
    decision_findings,
    request_findings,
    undetermined_findings,
    windows_for,
)
from lifecycle.values import Kind, Tier

R7, R8 = version("R7-dai2sedai"), version("R8-mirai-suishin")
ON = date(2025, 5, 1)

OKU = 100_000_000
LIMITS = {
    "soft_fy": {Tier.PREFECTURE: 15 * OKU, Tier.CORE_HUB: 15 * OKU, Tier.MUNICIPALITY: 10 * OKU},
    "facility_fy": {Tier.PREFECTURE: 15 * OKU, Tier.CORE_HUB: 15 * OKU, Tier.MUNICIPALITY: 10 * OKU},
    "facility_project": {Tier.PREFECTURE: 15 * OKU, Tier.CORE_HUB: 15 * OKU, Tier.MUNICIPALITY: 10 * OKU},
    "infrastructure_plan": {Tier.PREFECTURE: 50 * OKU, Tier.CORE_HUB: 20 * OKU, Tier.MUNICIPALITY: 10 * OKU},
    "infrastructure_fy": {Tier.PREFECTURE: 10 * OKU, Tier.CORE_HUB: 4 * OKU, Tier.MUNICIPALITY: 2 * OKU},
}
"""lifecycle.md 2.1, written out again: the program reads its figures from the rule data."""

HARD = {"soft_fy", "infrastructure_plan"}


def place(tier=Tier.PREFECTURE, fiscal_year=2025):
    return Place("340006", tier, fiscal_year, "340006-2025-01", 2025, 2029)


def windows(tier=Tier.PREFECTURE, kinds=tuple(Kind), rules=R7, confirmed=False, fiscal_year=2025):
    return windows_for(rules, place(tier, fiscal_year), kinds, ON, confirmed=confirmed)


def window(name, tier=Tier.PREFECTURE):
    return next(found for found in windows(tier) if found.rule == f"{name}_{tier}")


# ---------------------------------------------------------------------- which windows


@pytest.mark.parametrize("tier", Tier)
def test_money_of_all_kinds_falls_into_these_windows_with_these_limits(tier):
    found = {found.rule: (found.limit_yen, found.strength) for found in windows(tier)}
    assert found == {
        f"{name}_{tier}": (limits[tier], "hard" if name in HARD else "guideline")
        for name, limits in LIMITS.items()
    }


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("soft", ["340006/soft/fiscal_year/2025"]),
        ("facility", ["340006/facility/fiscal_year/2025", "340006/facility/project/340006-2025-01"]),
        (
            "infrastructure",
            ["340006/infrastructure/fiscal_year/2025", "340006/infrastructure/plan/340006-2025-01"],
        ),
    ],
)
def test_a_window_is_named_by_authority_kind_period_and_year_or_project(kind, names):
    assert sorted(found.window for found in windows(kinds=(kind,))) == names


def test_a_year_window_has_a_year_and_a_plan_window_the_span_of_its_plan():
    year, plan = window("soft_fy"), window("infrastructure_plan")
    assert (year.fiscal_year, year.project, year.first_year, year.last_year) == (2025, None, None, None)
    assert (plan.fiscal_year, plan.project, plan.first_year, plan.last_year) == (
        None,
        "340006-2025-01",
        2025,
        2029,
    )


def test_a_kind_named_twice_has_its_windows_once():
    assert windows(kinds=("soft", "soft")) == windows(kinds=("soft",))


def test_an_unconfirmed_version_states_no_limit():
    assert {found.limit_yen for found in windows(rules=R8)} == {None}


def test_a_confirmed_version_states_the_limits_it_inherits():
    confirmed = [found.limit_yen for found in windows(rules=R8, confirmed=True)]
    assert confirmed == [found.limit_yen for found in windows()]


# ---------------------------------------------------------------------- a decision


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("name", list(LIMITS))
def test_a_decision_fits_up_to_the_limit_and_not_a_yen_more(name, tier):
    full, kind = LIMITS[name][tier], name.partition("_")[0]
    used = Filled(window(name, tier), used_yen=full - 10)
    assert decision_findings([used], {kind: 10}) == []
    (found,) = decision_findings([used], {kind: 11})
    assert (found.rule, found.strength) == (f"{name}_{tier}", "hard" if name in HARD else "guideline")
    assert (found.limit, found.used, found.asked, found.excess, found.room) == (full, full - 10, 11, 1, 10)


def test_what_is_reserved_counts_in_a_decision():
    places = [Filled(window("soft_fy"), used_yen=7 * OKU, reserved_yen=8 * OKU - 1)]
    assert decision_findings(places, {"soft": 1}) == []
    assert [found.excess for found in decision_findings(places, {"soft": 2})] == [1]


def test_what_others_ask_for_does_not_count_in_a_decision():
    places = [Filled(window("soft_fy"), requested_yen=15 * OKU)]
    assert decision_findings(places, {"soft": 15 * OKU}) == []


def test_money_of_one_kind_does_not_touch_the_window_of_another():
    places = [Filled(window("soft_fy"), used_yen=15 * OKU)]
    assert decision_findings(places, {"facility": 15 * OKU}) == []


def test_only_windows_of_which_something_is_asked_are_asked_for():
    soft, plan = Filled(window("soft_fy"), used_yen=16 * OKU), Filled(window("infrastructure_plan"))
    assert asked_for([soft, plan], {"soft": 0}) == []
    assert asked_for([soft, plan], {"soft": 1, "infrastructure": 0}) == [soft]


def test_overlapping_plans_are_each_held_against_their_own_total():
    mine, other = window("infrastructure_plan"), other_plan(2029, 2031)
    places = [Filled(mine, used_yen=20 * OKU), Filled(other, used_yen=50 * OKU)]
    (found,) = decision_findings(places, {"infrastructure": 1})
    assert (found.used, found.excess, found.room) == (50 * OKU, 1, 0)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("soft_fy", "ソフト (soft) cap for fiscal year 2025"),
        ("facility_fy", "拠点整備 (facility) guideline for fiscal year 2025"),
        ("facility_project", "拠点整備 (facility) guideline of project 340006-2025-01"),
        ("infrastructure_plan", "インフラ整備 (infrastructure) cap over the plan 2025-2029"),
    ],
)
def test_a_message_names_the_window_as_people_call_it(name, called):
    kind = name.partition("_")[0]
    (found,) = decision_findings([Filled(window(name))], {kind: 60 * OKU})
    assert f"exceed the {called} of" in found.message


def test_a_message_tells_the_total_the_limit_and_the_excess():
    (found,) = decision_findings([Filled(window("soft_fy"), used_yen=15 * OKU - 5)], {"soft": 6})
    assert found.message.startswith("1,500,000,001 yen exceed")
    assert found.message.endswith("of 1,500,000,000 yen by 1 yen")


def test_a_remedy_says_how_much_could_still_be_asked_or_that_a_reason_helps():
    hard = decision_findings([Filled(window("soft_fy"), used_yen=15 * OKU - 5)], {"soft": 6})[0]
    soft = decision_findings([Filled(window("facility_fy"), used_yen=15 * OKU - 5)], {"facility": 6})[0]
    assert "at most 5 yen" in hard.remedy
    assert "justifications" not in hard.remedy
    assert "--justifications facility_fy_prefecture=" in soft.remedy


# ---------------------------------------------------------------------- a request


def test_a_request_is_held_against_hard_limits_alone():
    places = [Filled(found) for found in windows()]
    asked = dict.fromkeys(("soft", "facility", "infrastructure"), 100 * OKU)
    rules = {found.rule for found in request_findings(places, asked)}
    assert rules == {"soft_fy_prefecture", "infrastructure_plan_prefecture"}


def test_the_whole_request_of_an_authority_counts_at_submission():
    places = [Filled(window("soft_fy"), used_yen=5 * OKU, requested_yen=9 * OKU)]
    assert request_findings(places, {"soft": OKU}) == []
    (found,) = request_findings(places, {"soft": OKU + 1})
    assert (found.used, found.asked, found.excess, found.room) == (14 * OKU, OKU + 1, 1, OKU)


def test_what_is_reserved_is_not_counted_twice_in_a_request():
    """An adopted application is still demand until its decision."""
    places = [Filled(window("soft_fy"), reserved_yen=9 * OKU, requested_yen=9 * OKU)]
    assert request_findings(places, {"soft": 6 * OKU}) == []


# ---------------------------------------------------------------------- undetermined


def test_windows_without_a_limit_are_one_finding_that_names_them_and_the_way_out():
    places = [Filled(found) for found in windows(rules=R8, kinds=("soft", "facility"))]
    (found,) = undetermined_findings(places, R8.id)
    assert (found.rule, found.strength) == ("programme_undetermined", "hard")
    assert all(place.window.rule in found.message for place in places)
    assert "confirm-programme R8-mirai-suishin" in found.remedy


def test_windows_with_a_limit_are_determined():
    assert undetermined_findings([Filled(found) for found in windows()], R7.id) == []


def test_an_unknown_limit_is_neither_kept_nor_passed():
    places = [Filled(found, used_yen=1000 * OKU) for found in windows(rules=R8)]
    assert decision_findings(places, {"soft": OKU}) == []
    assert request_findings(places, {"soft": OKU}) == []


# ---------------------------------------------------------------------- overlap of plans


def other_plan(first_year, last_year, authority="340006", kind="infrastructure"):
    return Window(
        window=f"{authority}/{kind}/plan/{authority}-{first_year}-02",
        rule="infrastructure_plan_prefecture",
        kind=kind,
        period="plan",
        strength="hard",
        limit_yen=50 * OKU,
        source="seed G30",
        project=f"{authority}-{first_year}-02",
        first_year=first_year,
        last_year=last_year,
    )


@pytest.mark.parametrize(
    ("first_year", "last_year", "expected"),
    [(2020, 2024, False), (2020, 2025, True), (2026, 2027, True), (2029, 2033, True), (2030, 2034, False)],
)
def test_plans_overlap_when_they_share_a_fiscal_year(first_year, last_year, expected):
    mine, other = window("infrastructure_plan"), other_plan(first_year, last_year)
    assert overlaps(mine, other) is expected
    assert overlaps(other, mine) is expected


def test_plans_of_other_authorities_or_kinds_do_not_overlap():
    mine = window("infrastructure_plan")
    assert not overlaps(mine, other_plan(2025, 2029, authority="341002"))
    assert not overlaps(mine, other_plan(2025, 2029, kind="facility"))
