"""申請: rounds, slots, demand, corrections and continuing years, as the office does them."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, PARTS, R7, R8, SAPPORO, YOKOHAMA, continuing, new, part

from .telling import OKU, refused, slots, windows

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
SOFT_2025 = "soft_fy_prefecture 2025"

# ---------------------------------------------------------------------- a new application


def test_projects_are_numbered_per_authority_and_first_year(office):
    assert office.submitted(new(soft=1_000)) == f"{HIROSHIMA}-2025-01/2025"
    assert office.submitted(new(soft=1_000)) == f"{HIROSHIMA}-2025-02/2025"
    assert office.submitted(new(soft=1_000, first=2026)) == f"{HIROSHIMA}-2026-01/2026"
    assert office.submitted(new(SAPPORO, soft=1_000)) == f"{SAPPORO}-2025-01/2025"


def test_a_free_project_number_is_taken_when_it_is_given(office):
    assert office.submitted(new(soft=1_000, project=f"{HIROSHIMA}-2025-07")) == f"{HIROSHIMA}-2025-07/2025"
    assert office.submitted(new(soft=1_000)) == f"{HIROSHIMA}-2025-08/2025"


@pytest.mark.parametrize("project", [f"{SAPPORO}-2025-01", f"{HIROSHIMA}-2026-01"])
def test_a_project_number_begins_with_its_authority_and_first_year(office, project):
    refused(office, "bad_input", "submit", application=new(soft=1_000, project=project))


def test_a_taken_project_number_is_refused(office):
    office.submitted(new(soft=1_000))
    refused(office, "already_recorded", "submit", application=new(soft=1_000, project=P))


def test_a_share_that_is_not_given_is_half_of_the_cost_floored_to_a_thousand_yen(office):
    cost = {"id": "s1", "kind": "soft", "title": "周遊"}
    years = [{"fiscal_year": 2025, "eligible_cost_yen": 12_345_678}]
    result = office.do("submit", application=new(components=[cost | {"years": years}]))["result"]
    assert result["components"] == [
        {
            "component": "s1",
            "kind": "soft",
            "eligible_cost_yen": 12_345_678,
            "requested_yen": 6_172_000,
            "local_yen": 6_173_678,
        }
    ]


def test_only_the_year_applied_for_is_asked_for(office):
    office.submitted(new(soft=1_000, last=2027))
    assert windows(office, HIROSHIMA) == {SOFT_2025: (0, 0, 1_000)}


@pytest.mark.parametrize("fiscal_year", [2024, 2028])
def test_the_year_applied_for_lies_in_the_plan(office, fiscal_year):
    application = new(soft=1_000, last=2027, fiscal_year=fiscal_year)
    refused(office, "bad_input", "submit", application=application)


def test_an_application_that_asks_for_nothing_in_its_year_is_refused(office):
    application = new(components=[part("soft", 1_000, 2026)], last=2026)
    refused(office, "bad_input", "submit", application=application)


@pytest.mark.parametrize(
    "twice",
    [
        {"components": [part("soft", 1_000), part("soft", 2_000)]},
        {"components": [part("soft", 1_000, 2025, 2025)]},
        {"components": [part("soft", 1_000, 2026)]},
    ],
    ids=["component", "year", "year outside the plan"],
)
def test_a_component_and_a_year_stand_once_and_within_the_plan(office, twice):
    refused(office, "bad_input", "submit", application=new(**twice))


def test_a_round_takes_applications_on_its_first_and_last_day(office):
    for on in ("2025-04-01", "2027-03-31"):
        office.do("submit", application=new(soft=1_000, programme=R7), on=on)
    for on in ("2025-03-31", "2027-04-01"):
        refused(office, "round_closed", "submit", application=new(soft=1_000, programme=R7), on=on)


def test_a_round_that_nobody_opened_is_not_found(office):
    refused(office, "not_found", "submit", application=new(soft=1_000, round="2025-9"))


def test_an_application_in_a_round_of_another_programme_is_warned_of(office):
    answer = office.do("submit", application=new(soft=1_000, first=2026, programme=R8))
    assert [warning["rule"] for warning in answer["warnings"]] == [
        "round_programme",
        "programme_undetermined",
    ]


# ---------------------------------------------------------------------- demand and caps


def test_an_authority_asks_for_its_cap_in_all_and_not_a_yen_more(office):
    office.submitted(new(YOKOHAMA, soft=6 * OKU))
    over = refused(office, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=4 * OKU + 1))
    figures = over.findings[0]
    assert (figures.limit, figures.used, figures.asked, figures.excess, figures.room) == (
        *(10 * OKU, 6 * OKU, 4 * OKU + 1),
        *(1, 4 * OKU),
    )
    office.submitted(new(YOKOHAMA, soft=4 * OKU))


def test_a_guideline_is_no_matter_at_submission(office):
    office.submitted(new(soft=1_000, facility=16 * OKU, justifications={}))


# ---------------------------------------------------------------------- slots


def test_a_new_application_takes_a_slot_and_evidence_one_of_the_two_outside(office):
    office.submitted(new(soft=1_000))
    office.submitted(new(soft=1_000, outside_limit="事務連絡"))
    assert slots(office, HIROSHIMA) == (1, 1)


def test_withdrawing_gives_slot_and_demand_back(office):
    grant = office.submitted(new(soft=1_000))
    office.do("withdraw", grant=grant)
    assert slots(office, HIROSHIMA) == (0, 0)
    assert windows(office, HIROSHIMA) == {}


def test_withdrawing_an_application_outside_the_limit_gives_that_slot_back(office):
    office.do("withdraw", grant=office.submitted(new(soft=1_000, outside_limit="事務連絡")))
    assert slots(office, HIROSHIMA) == (0, 0)


def test_withdrawing_after_the_decision_gives_slot_and_room_back(office):
    grant = office.approved(new(soft=1_000))
    assert windows(office, HIROSHIMA) == {SOFT_2025: (1_000, 0, 0)}
    office.do("withdraw", grant=grant)
    assert slots(office, HIROSHIMA) == (0, 0)
    assert windows(office, HIROSHIMA) == {}


@pytest.mark.parametrize("do", ["not_adopt", "reject"])
def test_turning_an_application_down_frees_its_demand_and_keeps_its_slot(office, do):
    office.do(do, grant=office.submitted(new(soft=1_000)), reason="自立性が認められない")
    assert slots(office, HIROSHIMA) == (1, 0)
    assert windows(office, HIROSHIMA) == {}


def test_slots_are_counted_per_round(office):
    days = {"opens_on": "2025-04-01", "closes_on": "2026-03-31"}
    office.do("open_round", round="2025-2", programme=R7, **days)
    office.submitted(new(soft=1_000))
    office.submitted(new(soft=1_000, round="2025-2"))
    assert (slots(office, HIROSHIMA), slots(office, HIROSHIMA, "2025-2")) == ((1, 0), (1, 0))


# ---------------------------------------------------------------------- sent back and corrected


def test_an_application_that_is_sent_back_keeps_demand_and_slot(office):
    grant = office.submitted(new(soft=1_000))
    office.do("return_for_correction", grant=grant, message="積算")
    assert slots(office, HIROSHIMA) == (1, 0)
    assert windows(office, HIROSHIMA) == {SOFT_2025: (0, 0, 1_000)}


def test_a_correction_replaces_the_demand_and_keeps_the_slot(office):
    grant = office.submitted(new(soft=1_000))
    office.do("return_for_correction", grant=grant, message="積算")
    office.do("resubmit", grant=grant, application=new(facility=7_000, soft=3_000))
    assert slots(office, HIROSHIMA) == (1, 0)
    assert windows(office, HIROSHIMA) == {
        SOFT_2025: (0, 0, 3_000),
        "facility_fy_prefecture 2025": (0, 0, 7_000),
        f"facility_project_prefecture {P}": (0, 0, 7_000),
    }


def test_a_correction_is_not_held_against_its_own_former_demand(office):
    grant = office.submitted(new(YOKOHAMA, soft=10 * OKU))
    office.do("return_for_correction", grant=grant, message="積算")
    application = new(YOKOHAMA, soft=10 * OKU - 1_000)
    office.do("resubmit", grant=grant, application=application)
    assert windows(office, YOKOHAMA) == {"soft_fy_municipality 2025": (0, 0, 10 * OKU - 1_000)}


def test_a_correction_is_held_against_the_demand_of_others(office):
    office.submitted(new(YOKOHAMA, soft=6 * OKU))
    grant = office.submitted(new(YOKOHAMA, soft=4 * OKU))
    office.do("return_for_correction", grant=grant, message="積算")
    application = new(YOKOHAMA, soft=4 * OKU + 1)
    refused(office, "cap_exceeded", "resubmit", grant=grant, application=application)


def test_a_correction_is_judged_as_a_whole_again(office):
    grant = office.submitted(new(soft=1_000))
    office.do("return_for_correction", grant=grant, message="KPI")
    refused(office, "kpi_missing", "resubmit", grant=grant, application=new(soft=1_000, kpis=[]))


def test_a_correction_may_come_after_the_round_has_closed(office):
    grant = office.submitted(new(soft=1_000))
    office.do("return_for_correction", grant=grant, message="積算", on="2027-03-31")
    office.do("resubmit", grant=grant, application=new(soft=1_000), on="2027-05-01")


@pytest.mark.parametrize(
    "other",
    [
        {"authority": SAPPORO},
        {"round": "2025-9"},
        {"fiscal_year": 2026},
        {"first_year": 2024},
    ],
)
def test_a_correction_keeps_authority_round_and_years(office, other):
    grant = office.submitted(new(soft=1_000, last=2026))
    office.do("return_for_correction", grant=grant, message="積算")
    application = new(soft=1_000, last=2026) | other
    refused(office, "bad_input", "resubmit", grant=grant, application=application)


def test_a_new_application_is_corrected_by_a_new_one_and_a_continuing_by_a_continuing(office):
    office.approved(new(soft=1_000, last=2026))
    year = office.submitted(continuing(P, 2026))
    office.do("return_for_correction", grant=year, message="積算")
    refused(office, "bad_input", "resubmit", grant=year, application=new(soft=1_000, last=2026))
    other = office.submitted(new(soft=1_000, last=2026))
    office.do("return_for_correction", grant=other, message="積算")
    application = continuing(f"{HIROSHIMA}-2025-02", 2025)
    refused(office, "bad_input", "resubmit", grant=other, application=application)


def test_a_corrected_plan_moves_the_windows_of_its_project(office):
    grant = office.submitted(new(soft=1_000, infrastructure=9_000, last=2026))
    office.do("return_for_correction", grant=grant, message="期間")
    application = new(soft=1_000, infrastructure=8_000, last=2027)
    answer = office.do("resubmit", grant=grant, application=application)
    assert answer["events"] == ["project.plan_revised", "grant.resubmitted"]
    plan = next(row for row in office.tell("caps", authority=HIROSHIMA)["windows"] if row["period"] == "plan")
    assert (plan["first_year"], plan["last_year"], plan["requested_yen"]) == (2025, 2027, 8_000)


def test_a_corrected_plan_without_infrastructure_leaves_the_window_of_the_plan_empty(office):
    other = office.submitted(new(soft=1_000, infrastructure=5_000, first=2026))
    grant = office.submitted(new(soft=1_000, infrastructure=9_000))
    office.do("return_for_correction", grant=grant, message="期間")
    office.do("resubmit", grant=grant, application=new(soft=1_000, last=2026))
    held = windows(office, HIROSHIMA)
    assert held[f"infrastructure_plan_prefecture {other.partition('/')[0]}"] == (0, 0, 5_000)
    assert office.findings() == []


def sent_back_beside_a_later_year(office):
    """The first year of a plan of 2025 and 2026, sent back after the second one was applied for."""
    first = office.submitted(new(soft=1_000, last=2026))
    later = office.submitted(continuing(first[:14], 2026))
    office.do("return_for_correction", grant=first, message="積算の内訳が不足")
    return first, later


def test_a_corrected_plan_leaves_out_no_year_that_has_a_grant(office):
    first, later = sent_back_beside_a_later_year(office)
    refused(office, "bad_input", "resubmit", grant=first, application=new(soft=1_000, last=2025))
    office.do("withdraw", grant=later)
    office.do("resubmit", grant=first, application=new(soft=1_000, last=2025))
    assert office.show(first[:14])["last_year"] == 2025


def test_a_corrected_plan_may_reach_as_far_as_before(office):
    first, _ = sent_back_beside_a_later_year(office)
    office.do("resubmit", grant=first, application=new(soft=2_000, last=2026))
    assert office.show(first)["requested_yen"] == 2_000


def test_a_plan_can_not_be_corrected_so_that_another_one_takes_its_room(office):
    """10億円 of infrastructure in FY2026 under a plan that would end in FY2025, and 10億円 more in FY2026 beside it."""
    with_infrastructure = part("infrastructure", 10 * OKU, 2026)
    plan = new(YOKOHAMA, soft=1_000, last=2026)
    plan["components"].append(with_infrastructure)
    first = office.submitted(plan)
    office.submitted(continuing(first[:14], 2026))
    office.do("return_for_correction", grant=first, message="積算の内訳が不足")
    refused(office, "bad_input", "resubmit", grant=first, application=new(YOKOHAMA, soft=1_000, last=2025))
    beside = new(YOKOHAMA, first=2026, soft=1_000, infrastructure=10 * OKU)
    refused(office, "cap_exceeded", "submit", application=beside)


# ---------------------------------------------------------------------- continuing years


def test_a_continuing_application_takes_no_slot(office):
    office.approved(new(soft=1_000, last=2026))
    office.submitted(continuing(P, 2026))
    assert slots(office, HIROSHIMA) == (1, 0)


def test_a_continuing_application_asks_what_the_plan_says_unless_it_says_otherwise(office):
    office.approved(new(soft=1_000, facility=5_000, last=2027))
    office.submitted(continuing(P, 2026))
    assert office.show(f"{P}/2026")["requested_yen"] == 6_000
    changed = [{"id": "soft", "years": [{"fiscal_year": 2027, "eligible_cost_yen": 6_000}]}]
    office.published(P, 2025)
    office.submitted(continuing(P, 2027, components=changed))
    assert [c["requested_yen"] for c in office.show(f"{P}/2027")["components"]] == [3_000, 5_000]


def test_an_application_for_year_n_asks_that_every_year_up_to_two_before_is_published(office):
    office.approved(new(soft=1_000, last=2027))
    office.submitted(continuing(P, 2026))
    office.evaluated(P, 2025)
    for part_ in PARTS:
        refused(office, "earlier_year_unpublished", "submit", application=continuing(P, 2027))
        office.publish(P, 2025, part_)
    assert office.submitted(continuing(P, 2027)) == f"{P}/2027"


def test_the_year_just_before_need_not_be_published(office):
    office.approved(new(soft=1_000, last=2026))
    assert office.submitted(continuing(P, 2026)) == f"{P}/2026"


def test_a_year_that_came_to_nothing_need_not_be_published(office):
    office.approved(new(soft=1_000, last=2028))
    office.do("withdraw", grant=office.submitted(continuing(P, 2026)))
    office.published(P, 2025)
    assert office.submitted(continuing(P, 2028)) == f"{P}/2028"


@pytest.mark.parametrize("fiscal_year", [2024, 2028])
def test_a_continuing_year_lies_in_the_plan(office, fiscal_year):
    office.approved(new(soft=1_000, last=2027))
    refused(office, "bad_input", "submit", application=continuing(P, fiscal_year))


def test_a_year_is_applied_for_once(office):
    office.approved(new(soft=1_000, last=2026))
    office.submitted(continuing(P, 2026))
    refused(office, "already_recorded", "submit", application=continuing(P, 2026))


def test_a_project_of_which_nothing_stands_is_not_continued(office):
    office.do("withdraw", grant=office.submitted(new(soft=1_000, last=2026)))
    refused(office, "wrong_status", "submit", application=continuing(P, 2026))


def test_an_ended_project_is_not_continued(office):
    office.approved(new(soft=1_000, last=2026))
    office.published(P, 2025)
    office.do("close_year", project=P, fiscal_year=2025)
    office.do("end_project", project=P)
    refused(office, "wrong_status", "submit", application=continuing(P, 2026))


@pytest.mark.parametrize(
    "strange",
    [{"authority": SAPPORO}, {"programme": R8}, {"components": [{"id": "s9", "years": []}]}],
    ids=["authority", "programme", "component"],
)
def test_a_continuing_application_stays_with_its_project(office, strange):
    office.approved(new(soft=1_000, last=2026))
    for component in strange.get("components", []):
        component["years"] = [{"fiscal_year": 2026, "eligible_cost_yen": 2_000}]
    refused(office, "bad_input", "submit", application=continuing(P, 2026, **strange))


def stretched(office, fiscal_year):
    """Soft money in a year of its own, beside infrastructure in seven."""
    parts = [part("soft", 1_000, 2025), part("infrastructure", 1_000, *range(2025, 2032))]
    office.approved(new(components=parts, last=2031))
    office.published(P, 2025)
    years = [{"fiscal_year": fiscal_year, "eligible_cost_yen": 2_000}]
    return continuing(P, fiscal_year, components=[{"id": "soft", "years": years}])


def test_a_continuing_year_stretches_a_kind_up_to_its_maximum(office):
    assert office.submitted(stretched(office, 2029)) == f"{P}/2029"


def test_a_continuing_year_does_not_stretch_a_kind_beyond_its_maximum(office):
    refused(office, "period_too_long", "submit", application=stretched(office, 2030))
