"""上限額と目安: hard caps refuse, guidelines ask for a reason (C01, C02, C04, C07, C09, C10)."""

from __future__ import annotations

import pytest

from .world import (
    HIROSHIMA,
    SAPPORO,
    YOKOHAMA,
    Json,
    Office,
    continuing,
    facility,
    infrastructure,
    new,
    project_of,
    soft,
)

PLAN_CAP = "infrastructure_plan_prefecture"


def plan_with_infrastructure(authority: str, amount_yen: int, first_year: int, last_year: int) -> Json:
    """Infrastructure in every year, beside soft in the first three and facility in those after."""
    years = range(first_year, last_year + 1)
    beside = [soft(1_000_000, *years[:3]), facility(1_000_000, *years[3:])]
    return new(authority, *beside, infrastructure(amount_yen, *years))


def decided_yearly(office: Office, application: Json, last_year: int) -> str:
    """The project of an application, decided year by year, the year before last published each time."""
    project = project_of(office.decided(application))
    for year in range(2026, last_year + 1):
        if year >= 2027:
            office.published(project, year - 2)
        office.decided(continuing(project, year))
    return project


def yearly_900_million(office: Office, prefecture: str) -> str:
    """State after C01: a prefecture holds 900,000,000 of infrastructure in each of FY2025 to FY2029."""
    application = plan_with_infrastructure(prefecture, 900_000_000, 2025, 2029)
    return decided_yearly(office, application, 2029)


# ---------------------------------------------------------------------- C01


def test_c01_five_yearly_grants_of_900_million_fit_the_plan_cap_and_pass_no_guideline(office: Office) -> None:
    application = plan_with_infrastructure(HIROSHIMA, 900_000_000, 2025, 2029)
    assert office.do("submit", application=application, dry_run=True).done().warnings == []
    project = project_of(office.ready(application))
    for year in range(2025, 2030):
        if year >= 2027:
            office.published(project, year - 2)
        if year >= 2026:
            office.ready(continuing(project, year))
        assert office.do("approve", grant=f"{project}/{year}").done().warnings == []
        assert office.used_yen(HIROSHIMA, "infrastructure_fy_prefecture", year) == 900_000_000

    plan = office.window(HIROSHIMA, PLAN_CAP)
    assert (plan["limit_yen"], plan["used_yen"], plan["room_yen"]) == (
        5_000_000_000,
        4_500_000_000,
        500_000_000,
    )


# ---------------------------------------------------------------------- C02

SIXTH_YEAR = {
    "limit": 5_000_000_000,
    "used": 4_500_000_000,
    "asked": 600_000_000,
    "excess": 100_000_000,
    "room": 500_000_000,
}


def lengthened_to_2030(office: Office, project: str) -> None:
    change = office.do("request_change", grant=f"{project}/2029", last_year=2030).done()["change"]
    reason = {"infrastructure_years_principle": "用地取得に時間を要するため"}
    office.do("approve_change", change=change, justifications=reason).done()


def sixth_year(project: str, amount_yen: int) -> Json:
    return continuing(project, 2030, infrastructure(amount_yen, 2030), facility(1_000_000, 2030))


def test_c02_a_sixth_year_over_the_plan_cap_is_refused_when_it_is_submitted(
    office: Office, prefecture: str
) -> None:
    project = yearly_900_million(office, prefecture)
    lengthened_to_2030(office, project)
    office.published(project, 2028)

    refusal = office.do("submit", application=sixth_year(project, 600_000_000)).refused("cap_exceeded")
    assert refusal.figures(PLAN_CAP) == SIXTH_YEAR
    assert "5,100,000,000" in refusal["message"]
    assert "by 100,000,000" in refusal["message"]
    assert "500,000,000" in refusal.finding(PLAN_CAP)["remedy"]
    assert office.used_yen(prefecture, PLAN_CAP) == 4_500_000_000


def test_c02_a_sixth_year_that_takes_exactly_the_room_is_approved(office: Office, prefecture: str) -> None:
    project = yearly_900_million(office, prefecture)
    lengthened_to_2030(office, project)
    office.published(project, 2028)

    office.decided(sixth_year(project, 500_000_000))
    assert office.window(prefecture, PLAN_CAP)["room_yen"] == 0


def test_c02_a_sixth_year_is_refused_at_approval_when_the_room_was_taken_meanwhile(
    office: Office, prefecture: str
) -> None:
    application = new(
        prefecture,
        infrastructure(600_000_000, 2030),
        soft(1_000_000, 2030),
        first_year=2025,
        fiscal_year=2030,
        round="2030",
        justifications={"infrastructure_years_principle": "用地取得に時間を要するため"},
    )
    grant = office.ready(application)
    for year in range(2025, 2030):
        office.decided_elsewhere(prefecture, year, infrastructure=900_000_000)

    refusal = office.do("approve", grant=grant).refused("cap_exceeded")
    assert refusal.figures(PLAN_CAP) == SIXTH_YEAR


def test_c02_a_sixth_fiscal_year_breaks_the_principle_alone_and_passes_with_a_reason(
    office: Office, prefecture: str
) -> None:
    project = project_of(office.decided(plan_with_infrastructure(prefecture, 900_000_000, 2025, 2029)))
    change = office.do("request_change", grant=f"{project}/2025", last_year=2030).done()["change"]
    principle = "infrastructure_years_principle"
    figures = {"limit": 5, "used": 0, "asked": 6, "excess": 1, "room": 5}

    refusal = office.do("approve_change", change=change).refused("guideline_unjustified")
    assert refusal.figures(principle) == figures
    done = office.do("approve_change", change=change, justifications={principle: "用地取得"}).done()
    assert (done.warnings, done.figures(principle)) == ([principle], figures)


# ---------------------------------------------------------------------- C04

FIFTH_YEAR = {
    "limit": 2_000_000_000,
    "used": 1_600_000_000,
    "asked": 450_000_000,
    "excess": 50_000_000,
    "room": 400_000_000,
}


def test_c04_a_fifth_year_over_a_core_hub_citys_plan_cap_is_refused_when_it_is_submitted(
    office: Office,
    core_hub: str,
) -> None:
    application = plan_with_infrastructure(core_hub, 400_000_000, 2025, 2029)
    project = decided_yearly(office, application, 2028)
    office.published(project, 2027)

    more = continuing(project, 2029, infrastructure(450_000_000, 2029))
    refusal = office.do("submit", application=more).refused("cap_exceeded")
    assert refusal.figures("infrastructure_plan_core_hub") == FIFTH_YEAR


def test_c04_over_the_hard_cap_and_over_the_guideline_the_hard_cap_decides(
    office: Office, core_hub: str
) -> None:
    parts = [infrastructure(450_000_000, 2029), soft(1_000_000, 2029)]
    grant = office.ready(new(core_hub, *parts, first_year=2025, fiscal_year=2029, round="2029"))
    for year in range(2025, 2029):
        office.decided_elsewhere(core_hub, year, infrastructure=400_000_000)

    reasons = {"infrastructure_fy_core_hub": "工期の集中", "infrastructure_plan_core_hub": "工期の集中"}
    for justifications in ({}, reasons):
        refusal = office.do("approve", grant=grant, justifications=justifications).refused("cap_exceeded")
        assert refusal.figures("infrastructure_plan_core_hub") == FIFTH_YEAR
        assert refusal.finding("infrastructure_plan_core_hub")["strength"] == "hard"
        assert refusal.finding("infrastructure_fy_core_hub")["strength"] == "guideline"
        assert refusal.figures("infrastructure_fy_core_hub") == {
            "limit": 400_000_000,
            "used": 0,
            "asked": 450_000_000,
            "excess": 50_000_000,
            "room": 400_000_000,
        }


# ---------------------------------------------------------------------- C07

ONE_MILLION_TOO_MUCH = {
    "limit": 1_000_000_000,
    "used": 1_000_000_000,
    "asked": 1_000_000,
    "excess": 1_000_000,
    "room": 0,
}
SOFT_CAP = "soft_fy_municipality"


@pytest.mark.parametrize("justifications", [{}, {SOFT_CAP: "観光需要の急増"}], ids=["bare", "with a reason"])
def test_c07_soft_money_beyond_a_municipalitys_cap_is_refused_when_it_is_submitted(
    office: Office, town: str, justifications: Json
) -> None:
    for amount_yen in (400_000_000, 350_000_000, 250_000_000):
        office.decided(new(town, soft(amount_yen)))

    further = new(town, soft(1_000_000), justifications=justifications)
    refusal = office.do("submit", application=further).refused("cap_exceeded")
    assert refusal.figures(SOFT_CAP) == ONE_MILLION_TOO_MUCH
    assert office.used_yen(town, SOFT_CAP) == 1_000_000_000


def test_c07_a_reason_does_not_help_soft_money_beyond_the_cap_at_approval_either(
    office: Office, town: str
) -> None:
    for amount_yen in (400_000_000, 350_000_000):
        office.decided(new(town, soft(amount_yen)))
    grant = office.ready(new(town, soft(1_000_000)))
    office.decided_elsewhere(town, 2025, soft=250_000_000)

    refusal = office.do("approve", grant=grant, justifications={SOFT_CAP: "観光需要の急増"}).refused(
        "cap_exceeded"
    )
    assert refusal.figures(SOFT_CAP) == ONE_MILLION_TOO_MUCH


# ---------------------------------------------------------------------- C09


def test_c09_a_designated_city_that_is_no_core_hub_has_the_cap_of_a_municipality(office: Office) -> None:
    refusal = office.do("submit", application=new(YOKOHAMA, soft(1_200_000_000))).refused("cap_exceeded")
    assert refusal.figures(SOFT_CAP) == {
        "limit": 1_000_000_000,
        "used": 0,
        "asked": 1_200_000_000,
        "excess": 200_000_000,
        "room": 1_000_000_000,
    }
    assert office.do("caps", authority=YOKOHAMA).result["tier"] == "municipality"


def test_c09_a_core_hub_city_may_have_as_much_soft_money_as_a_prefecture(office: Office) -> None:
    office.decided(new(SAPPORO, soft(1_200_000_000)))
    window = office.window(SAPPORO, "soft_fy_core_hub")
    assert (window["limit_yen"], window["room_yen"]) == (1_500_000_000, 300_000_000)
    assert office.do("caps", authority=SAPPORO).result["tier"] == "core_hub"


# ---------------------------------------------------------------------- C10

FACILITY_YEAR = "facility_fy_prefecture"
SECOND_FACILITY = {
    "limit": 1_500_000_000,
    "used": 800_000_000,
    "asked": 800_000_000,
    "excess": 100_000_000,
    "room": 700_000_000,
}


def test_c10_two_facilities_over_the_yearly_guideline_are_accepted_only_with_a_reason(
    office: Office, prefecture: str
) -> None:
    first, second = (office.ready(new(prefecture, facility(800_000_000))) for _ in "AB")
    assert office.do("approve", grant=first).done().warnings == []

    refusal = office.do("approve", grant=second).refused("guideline_unjustified")
    assert refusal.figures(FACILITY_YEAR) == SECOND_FACILITY
    assert [finding["rule"] for finding in refusal["findings"]] == [FACILITY_YEAR]
    assert office.used_yen(prefecture, FACILITY_YEAR) == 800_000_000

    done = office.do("approve", grant=second, justifications={FACILITY_YEAR: "二施設の同時着工"}).done()
    assert (done.warnings, done.figures(FACILITY_YEAR)) == ([FACILITY_YEAR], SECOND_FACILITY)
    assert office.used_yen(prefecture, FACILITY_YEAR) == 1_600_000_000


def test_c10_the_guideline_of_each_project_stays_untouched(office: Office, prefecture: str) -> None:
    reason = {FACILITY_YEAR: "二施設の同時着工"}
    for _ in "AB":
        grant = office.decided(new(prefecture, facility(800_000_000)), justifications=reason)
        window = office.window(prefecture, "facility_project_prefecture", project=project_of(grant))
        assert (window["limit_yen"], window["used_yen"]) == (1_500_000_000, 800_000_000)


def test_c10_a_reason_given_with_the_application_counts_at_its_approval(
    office: Office, prefecture: str
) -> None:
    office.decided(new(prefecture, facility(800_000_000)))
    reason = {FACILITY_YEAR: "二施設の同時着工"}
    grant = office.ready(new(prefecture, facility(800_000_000), justifications=reason))
    assert office.do("approve", grant=grant).done().warnings == [FACILITY_YEAR]
