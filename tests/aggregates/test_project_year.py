"""効果検証の年度: measured, verified by another officer, evaluated, improved, published, closed."""

from __future__ import annotations

from datetime import date

import pytest
from spec_projects import (
    given_evaluated,
    given_improvement_planned,
    given_measured,
    given_published,
    given_verified,
    given_year,
    given_year_closed,
    kpi,
)

from lifecycle.aggregates import ProjectYear
from lifecycle.aggregates.project_year import PARTS

# ---------------------------------------------------------------------- KPI実績値


def test_an_actual_value_is_kept_as_it_was_written():
    given_year().when("measure", actual="78.50").then(ProjectYear.Measured, actual="78.50").then_holds(
        actuals={"k1": "78.50"}
    )


def test_measuring_again_before_the_verification_replaces_the_value_and_adds_the_reporter():
    again = given_year().given("measure", actual="78", by="ono").given("measure", actual="79", by="abe")
    again.then_holds(actuals={"k1": "79"}, measured_by=frozenset({"ono", "abe"}))


def test_only_a_kpi_of_the_plan_is_measured():
    given_year().when("measure", kpi="k9").then_refused("not_found")


def test_a_verified_value_stands():
    given_verified().when("measure").then_refused("wrong_status")


# ---------------------------------------------------------------------- 効果検証


def test_an_outside_body_verifies_once_every_kpi_is_measured():
    given_measured().when("verify_effect", by="hara").then(ProjectYear.EffectVerified, body="external")


def test_whoever_reported_a_value_does_not_verify_it():
    given_measured().when("verify_effect", by="ono").then_refused("same_officer")


def test_whoever_reported_a_value_that_was_replaced_does_not_verify_either():
    again = given_year().given("measure", by="ono").given("measure", by="abe")
    again.when("verify_effect", by="ono").then_refused("same_officer")


def test_a_kpi_without_a_value_cannot_be_verified():
    given_year(kpi("k1"), kpi("k2")).given("measure").when("verify_effect").then_refused("kpi_missing")


def test_each_body_verifies_once():
    given_verified().when("verify_effect", body="external").then_refused("already_recorded")
    given_verified().when("verify_effect", body="assembly").then(ProjectYear.EffectVerified)


def test_a_meeting_was_held_on_the_business_date_or_before():
    on = date(2026, 8, 20)
    given_measured().when("verify_effect", held_on=on, on=on).then(ProjectYear.EffectVerified)
    given_measured().when("verify_effect", held_on=date(2026, 8, 21), on=on).then_refused("bad_input")


def test_nothing_is_measured_or_verified_before_the_year_has_begun():
    eve, first = date(2025, 3, 31), date(2025, 4, 1)
    given_year().when("measure", on=eve).then_refused("too_early")
    given_year().when("measure", on=first).then(ProjectYear.Measured)
    given_measured().when("verify_effect", held_on=eve).then_refused("too_early")
    given_measured().when("verify_effect", held_on=first).then(ProjectYear.EffectVerified)


# ---------------------------------------------------------------------- 評価と改善方策


def test_a_verified_year_is_evaluated():
    (
        given_verified()
        .when("evaluate", classes={"k1": 2}, by_rule={"k1": 2}, cause="利用者が増えた", by="kato")
        .then(ProjectYear.Evaluated, classes={"k1": 2}, by_rule={"k1": 2})
        .then_holds(classes={"k1": 2}, evaluated_by=frozenset({"kato"}))
    )


def test_evaluation_waits_for_an_outside_body():
    given_measured().when("evaluate").then_refused("wrong_status")


def test_the_assembly_alone_does_not_open_the_evaluation():
    given_measured().given("verify_effect", body="assembly").when("evaluate").then_refused("wrong_status")


def test_a_published_evaluation_stands():
    given_published("evaluation").when("evaluate").then_refused("wrong_status")


def test_an_evaluation_may_be_revised_until_it_is_published():
    given_improvement_planned().when("evaluate", classes={"k1": 3}).then_holds(classes={"k1": 3})


def test_measures_follow_the_evaluation():
    given_evaluated().when("plan_improvement", future="revise").then(
        ProjectYear.ImprovementPlanned, future="revise"
    )
    given_verified().when("plan_improvement").then_refused("wrong_status")


def test_published_measures_stand():
    given_published("measures").when("plan_improvement").then_refused("wrong_status")


# ---------------------------------------------------------------------- 公表


def test_a_part_is_published_with_address_and_digest():
    story = given_improvement_planned().when(
        "publish", part="measures", url="https://a.example/", digest="9f"
    )
    story.then(ProjectYear.Published, part="measures", url="https://a.example/", digest="9f")
    story.then_holds(unpublished=["verification", "evaluation"])


@pytest.mark.parametrize(
    ("given", "ready"),
    [
        (given_measured, set()),
        (given_verified, {"verification"}),
        (given_evaluated, {"verification", "evaluation"}),
        (given_improvement_planned, {"verification", "evaluation", "measures"}),
    ],
)
def test_only_what_exists_is_published(given, ready):
    for part in PARTS:
        story = given().when("publish", part=part)
        if part in ready:
            story.then(ProjectYear.Published)
        else:
            story.then_refused("wrong_status")


def test_a_part_is_published_once():
    given_published("evaluation").when("publish", part="evaluation").then_refused("already_recorded")


def test_nothing_is_published_in_a_closed_year():
    given_year_closed().when("publish").then_refused("wrong_status")


# ---------------------------------------------------------------------- 年度の終了


def test_a_year_is_closed_once_all_three_parts_are_published():
    given_published(*PARTS).when("close_year", by="suzuki").then(ProjectYear.Closed)


@pytest.mark.parametrize("missing", PARTS)
def test_a_year_is_not_closed_while_one_part_is_missing(missing):
    given_published(*(part for part in PARTS if part != missing)).when("close_year").then_refused(
        "publication_missing"
    )


@pytest.mark.parametrize("officer", ["ono", "kato"])
def test_whoever_reported_or_evaluated_does_not_close_the_year(officer):
    given_published().when("close_year", by=officer).then_refused("same_officer")


def test_a_year_is_closed_once():
    given_year_closed().when("close_year").then_refused("already_recorded")


def test_nothing_is_verified_in_a_closed_year():
    given_year_closed().when("verify_effect", body="assembly").then_refused("wrong_status")


# ---------------------------------------------------------------------- days, and hands


def test_no_step_of_the_year_takes_effect_before_the_one_it_builds_on():
    day, eve = date(2026, 9, 1), date(2026, 8, 31)
    given_year().given("measure", on=day).when("verify_effect", on=eve).then_refused("too_early")
    verified = given_measured().given("verify_effect", on=day)
    verified.when("evaluate", on=eve).then_refused("too_early")
    verified.when("publish", part="verification", on=eve).then_refused("too_early")
    evaluated = given_verified().given("evaluate", on=day)
    evaluated.when("plan_improvement", on=eve).then_refused("too_early")
    planned = given_evaluated().given("plan_improvement", on=day)
    planned.when("publish", part="measures", on=eve).then_refused("too_early")
    published = given_published("verification", "evaluation").given(
        "publish", part="measures", on=date(2027, 1, 1)
    )
    published.when("close_year", on=date(2026, 12, 31)).then_refused("too_early")
    published.when("close_year", on=date(2027, 1, 1)).then(ProjectYear.Closed)


def test_whoever_evaluated_even_once_neither_verifies_nor_closes():
    twice = given_evaluated().given("evaluate", by="abe")
    twice.when("verify_effect", body="assembly", by="kato").then_refused("same_officer")
    twice.when("verify_effect", body="assembly", by="abe").then_refused("same_officer")
    published = twice.given("plan_improvement")
    for part in ("verification", "evaluation", "measures"):
        published.given("publish", part=part)
    published.when("close_year", by="kato").then_refused("same_officer")
    published.when("close_year", by="abe").then_refused("same_officer")
