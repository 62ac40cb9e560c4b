"""RULES: its order is the order in which refusals are reported; what stops, what warns, what is attached."""

from __future__ import annotations

import itertools

import pytest

from lifecycle import errors
from lifecycle.errors import Finding, GuidelineUnjustified, Refusal
from lifecycle.programme import version
from lifecycle.rules import RULES, WAIVABLE, refuse_or_warn, waivable

PRECEDENCE = [
    ("strategy_reference", "strategy_missing"),
    ("infrastructure_combination", "combination_required"),
    ("soft_years_max", "period_too_long"),
    ("facility_years_max", "period_too_long"),
    ("infrastructure_years_max", "period_too_long"),
    ("rate", "rate_too_high"),
    ("kpi_count", "kpi_missing"),
    ("kpi_target_each_year", "kpi_target_missing"),
    ("earlier_year_published", "earlier_year_unpublished"),
    ("new_applications", "application_limit"),
    ("new_applications_outside", "application_limit"),
    ("four_criteria", "criteria_incomplete"),
    ("certified_plan", "plan_not_certified"),
    ("double_funding", "double_funding"),
    ("minor_change_share", "prior_approval_needed"),
    ("cost_kind", "cost_kind"),
    ("donation_smallest", "donation_too_small"),
    ("donation_head_office", "head_office"),
    ("donation_last_day", "too_late"),
    ("budget_year", "too_late"),
    ("programme_undetermined", "programme_undetermined"),
    ("soft_fy_prefecture", "cap_exceeded"),
    ("infrastructure_plan_municipality", "cap_exceeded"),
    ("talent_case", "cap_exceeded"),
    ("soft_years_principle", "guideline_unjustified"),
    ("facility_years_principle", "guideline_unjustified"),
    ("infrastructure_years_principle", "guideline_unjustified"),
    ("facility_fy_core_hub", "guideline_unjustified"),
    ("facility_project_prefecture", "guideline_unjustified"),
    ("infrastructure_fy_prefecture", "guideline_unjustified"),
]
"""The first of these that applies is the one reported."""


def finding(rule, strength=None):
    guideline = dict(PRECEDENCE)[rule] == "guideline_unjustified"
    return Finding(
        rule=rule,
        strength=strength or ("guideline" if guideline else "hard"),
        source="seed",
        message=f"{rule} does not hold",
        remedy="mend it",
    )


def refusal(*findings, justifications=None, waived=()):
    with pytest.raises(Refusal) as refused:
        refuse_or_warn(findings, justifications or {}, waived)
    return refused.value


def test_the_order_of_rules_is_the_order_written_here():
    assert [(rule, refusal.code) for rule, refusal in RULES] == [
        (
            next(
                name for name, _ in RULES if written == name or (name[-1] == "_" and written.startswith(name))
            ),
            code,
        )
        for written, code in PRECEDENCE
    ]
    assert len(RULES) == len(PRECEDENCE)


@pytest.mark.parametrize(("rule", "code"), PRECEDENCE)
def test_a_finding_alone_refuses_with_its_code(rule, code):
    assert refusal(finding(rule)).code == code


@pytest.mark.parametrize(("first", "second"), list(itertools.pairwise(PRECEDENCE)))
def test_of_two_findings_the_earlier_rule_is_reported_whatever_their_order(first, second):
    for found in itertools.permutations([finding(first[0]), finding(second[0])]):
        refused = refusal(*found)
        assert refused.code == first[1]
        assert refused.message == f"{first[0]} does not hold"


def test_of_everything_at_once_the_first_rule_is_reported_and_all_are_attached_in_order():
    refused = refusal(*(finding(rule) for rule, _ in reversed(PRECEDENCE)))
    assert refused.code == "strategy_missing"
    assert [found.rule for found in refused.findings] == [rule for rule, _ in PRECEDENCE]


def test_a_guideline_passes_with_a_written_reason_and_stays_as_a_warning_that_tells_it():
    found = finding("facility_fy_core_hub")
    (warning,) = refuse_or_warn([found], {"facility_fy_core_hub": "用地取得の時期"})
    assert (warning.rule, warning.strength, warning.source) == (found.rule, found.strength, found.source)
    assert "用地取得の時期" in warning.remedy


@pytest.mark.parametrize("reason", ["", "  ", "\u3000"])
def test_a_blank_reason_is_none(reason):
    refused = refusal(finding("facility_fy_core_hub"), justifications={"facility_fy_core_hub": reason})
    assert isinstance(refused, GuidelineUnjustified)


def test_a_reason_for_one_guideline_does_not_carry_another():
    found = [finding("facility_fy_core_hub"), finding("facility_project_prefecture")]
    refused = refusal(*found, justifications={"facility_fy_core_hub": "用地取得の時期"})
    assert refused.message == "facility_project_prefecture does not hold"
    assert len(refused.findings) == 2


def test_a_reason_does_not_help_against_a_hard_cap():
    refused = refusal(finding("soft_fy_prefecture"), justifications={"soft_fy_prefecture": "どうしても"})
    assert refused.code == "cap_exceeded"


def test_a_waived_rule_does_not_stop_and_is_still_told():
    found = finding("kpi_count")
    assert refuse_or_warn([found], {}, {"kpi_count"}) == [found]


def test_a_waiver_of_one_rule_does_not_lift_another():
    refused = refusal(finding("kpi_count"), finding("soft_years_max"), waived={"soft_years_max"})
    assert refused.code == "kpi_missing"


@pytest.mark.parametrize("rule", WAIVABLE)
def test_a_length_a_count_or_a_deadline_is_waived_without_a_limit(rule):
    assert waivable(rule) is False


@pytest.mark.parametrize("rule", [cap.id for cap in version("R7-dai2sedai").caps])
def test_a_cap_is_waived_to_another_limit(rule):
    assert waivable(rule) is True


@pytest.mark.parametrize(
    "rule",
    ["certified_plan", "four_criteria", "infrastructure_combination", "rate", "double_funding", "nothing"],
)
def test_a_condition_of_the_law_is_not_waived(rule):
    assert waivable(rule) is None


def test_a_warning_never_stops():
    found = finding("kpi_count", strength="warning")
    assert refuse_or_warn([found], {}) == [found]


def test_nothing_found_is_nothing_to_warn_of():
    assert refuse_or_warn([], {}) == []


def test_a_warning_comes_along_when_something_else_stops():
    refused = refusal(finding("kpi_count", strength="warning"), finding("rate"))
    assert refused.code == "rate_too_high"
    assert [found.rule for found in refused.findings] == ["rate", "kpi_count"]


def test_a_rule_that_nobody_ranked_is_an_error_of_the_program():
    unknown = Finding(rule="unheard_of", strength="hard", source="s", message="m", remedy="r")
    with pytest.raises(LookupError, match="unheard_of"):
        refuse_or_warn([unknown], {})


def test_every_cap_of_the_programme_has_its_rank_and_strength():
    for cap in version("R7-dai2sedai").caps:
        found = Finding(rule=cap.id, strength=cap.strength, source="s", message="m", remedy="r")
        expected = errors.CapExceeded if cap.strength == "hard" else GuidelineUnjustified
        assert isinstance(refusal(found), expected)
