"""実施計画: certified by another officer, taken part in, revised, moved, ended."""

from __future__ import annotations

from datetime import date

import pytest
from spec_projects import PLAN, given_planned, given_project_imported, planned

from lifecycle.aggregates import Project


def test_a_plan_spans_its_fiscal_years_first_and_last_included():
    assert list(given_planned().aggregate.fiscal_years) == [2025, 2026, 2027]


def test_a_project_known_from_a_decision_elsewhere_has_one_year_and_no_plan():
    given_project_imported().then_holds(
        imported=True, first_year=2025, last_year=2025, components=[], kpis=[], certificate_no=""
    )


# ---------------------------------------------------------------------- 認定


def test_a_plan_is_certified_by_another_officer_than_its_planner():
    story = given_planned(by="kato").when("certify_plan", certificate_no="第76回-123", by="suzuki")
    story.then(Project.PlanCertified, certificate_no="第76回-123")
    story.then_holds(certificate_no="第76回-123", certified_by="suzuki", certified_on=date(2025, 4, 20))


def test_the_planner_does_not_certify():
    given_planned(by="kato").when("certify_plan", by="kato").then_refused("same_officer")


def test_whoever_revised_the_plan_does_not_certify_it():
    revised = given_planned(by="kato").given("revise_plan", by="yamada", **PLAN)
    revised.when("certify_plan", by="yamada").then_refused("same_officer")


def test_a_plan_is_certified_once():
    given_planned().given("certify_plan").when("certify_plan").then_refused("already_recorded")


# ---------------------------------------------------------------------- 参画


def test_a_body_that_took_part_is_recorded_with_its_stage_and_sector():
    (
        given_planned()
        .when("record_participation", stage="consideration", sector="academia", body="広島大学")
        .then(Project.ParticipationRecorded, stage="consideration", sector="academia", body="広島大学")
        .then_holds(participations=[("consideration", "academia", "広島大学")])
    )


def test_the_same_participation_is_recorded_once():
    recorded = given_planned().given("record_participation")
    recorded.when("record_participation").then_refused("already_recorded")


@pytest.mark.parametrize(
    "other", [{"stage": "implementation"}, {"sector": "industry"}, {"body": "県立広島大学"}]
)
def test_another_stage_sector_or_body_is_another_participation(other):
    recorded = given_planned().given("record_participation")
    recorded.when("record_participation", **other).then(Project.ParticipationRecorded)


# ---------------------------------------------------------------------- 計画の差替えと期間の変更


def test_a_revised_plan_takes_the_place_of_the_one_before():
    longer = {**PLAN, "last_year": 2028, "components": [planned("s2")]}
    story = given_planned().when("revise_plan", **longer)
    story.then(Project.PlanRevised, last_year=2028).then_holds(last_year=2028)
    assert [component.id for component in story.aggregate.components] == ["s2"]


def test_a_change_of_period_moves_the_last_year_alone():
    (
        given_planned()
        .when("change_period", change="340006-2025-01/2025/c1", last_year=2028)
        .then(Project.PeriodChanged, first_year=2025, last_year=2028)
        .then_holds(first_year=2025, last_year=2028, title="観光周遊")
    )


# ---------------------------------------------------------------------- 終了


def test_a_project_ends_when_no_year_is_open():
    given_planned().when("end_project", open_years=[]).then(Project.Ended)


def test_a_project_does_not_end_while_a_year_is_open():
    given_planned().when("end_project", open_years=[2026]).then_refused("wrong_status")


def test_a_project_ends_once():
    given_planned().given("end_project").when("end_project").then_refused("wrong_status")


def test_a_project_does_not_end_before_it_was_planned():
    given_planned().when("end_project", on=date(2025, 4, 9)).then_refused("too_early")


def test_nothing_more_is_applied_for_once_a_project_has_ended():
    ended = given_planned().given("end_project").aggregate
    with pytest.raises(Exception, match="ended on 2026-09-01") as refused:
        ended.refuse_if_ended()
    assert refused.value.code == "wrong_status"
