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


def test_an_amendment_has_a_certificate_of_its_own():
    certified = given_planned().given("certify_plan", certificate_no="第76回-123")
    certified.when("amend_plan", certificate_no="第77回-3", minor=False).then(
        Project.PlanAmended, certificate_no="第77回-3"
    ).then_holds(certificate_no="第77回-3")


def test_only_a_certified_plan_is_amended_and_not_by_its_planner():
    given_planned().when("amend_plan").then_refused("plan_not_certified")
    given_planned(by="kato").given("certify_plan").when("amend_plan", by="kato").then_refused("same_officer")


# ---------------------------------------------------------------------- 目標値・タグ・伴走支援


def test_a_new_target_takes_the_place_of_the_old_one_in_its_year_alone():
    story = given_planned().when("revise_target", kpi="k1", targets={"2026": "95"}, reason="需要の増加")
    story.then(Project.TargetRevised, kpi="k1", targets={"2026": "95"})
    assert story.aggregate.kpis[0].targets == {"2025": "100", "2026": "95", "2027": "100"}


def test_a_new_target_needs_a_reason_a_kpi_and_a_year_of_the_plan():
    given_planned().when("revise_target", reason="").then_refused("reason_missing")
    given_planned().when("revise_target", kpi="k9").then_refused("not_found")
    given_planned().when("revise_target", targets={"2028": "95"}).then_refused("bad_input")


def test_the_planner_does_not_approve_new_targets():
    given_planned(by="kato").when("revise_target", by="kato").then_refused("same_officer")


def test_support_of_the_state_is_recorded():
    given_planned().when("record_support", content="現地での助言").then(Project.SupportGiven)


def test_tags_replace_the_ones_before():
    tagged = given_planned().given("tag_project", tags=["strong_economy"])
    tagged.when("tag_project", tags=["ai_digital"]).then(Project.Tagged).then_holds(tags=["ai_digital"])
    tagged = given_planned().given("tag_project", tags=["strong_economy"])
    tagged.when("tag_project", tags=["strong_economy"]).then_refused("already_recorded")


def test_a_kpi_is_linked_to_a_national_target_once():
    linked = given_planned().given("link_target", kpi="k1", target="young_flow")
    linked.when("link_target", kpi="k1", target="young_flow").then_refused("already_recorded")
    linked.when("link_target", kpi="k1", target="productivity").then(Project.TargetLinked)


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


# ---------------------------------------------------------------------- 証拠書類


def test_papers_are_disposed_of_on_the_day_after_the_last_one_and_not_before():
    """Case C64: ended in FY2027, kept until 31 March 2033."""
    until = {"kept_until": date(2033, 3, 31)}
    ended = given_planned().given("end_project")
    ended.when("dispose_evidence", on=date(2033, 3, 31), **until).then_refused("retention")
    ended.when("dispose_evidence", on=date(2033, 4, 1), **until).then(Project.EvidenceDisposed)


def test_papers_of_a_project_that_goes_on_are_kept():
    given_planned().when("dispose_evidence", on=date(2033, 4, 1)).then_refused("wrong_status")


def test_papers_are_disposed_of_once():
    ended = given_planned().given("end_project").given("dispose_evidence", on=date(2033, 4, 1))
    ended.when("dispose_evidence", on=date(2033, 4, 2)).then_refused("already_recorded")
