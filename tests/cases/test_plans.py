"""事業計画期間: the principle asks for a reason, the maximum refuses (C12, C13)."""

from __future__ import annotations

import pytest

from .world import Office, facility, new, soft

REASON = {"soft_years_principle": "段階的な展開", "facility_years_principle": "用地の造成"}


def test_c12_a_facility_plan_of_three_fiscal_years_needs_no_reason(office: Office, town: str) -> None:
    application = new(town, facility(1_000_000, *range(2025, 2028)))
    assert office.do("submit", application=application).done().warnings == []


@pytest.mark.parametrize("years", [4, 5])
def test_c12_a_facility_plan_of_four_or_five_fiscal_years_needs_a_reason(
    office: Office, town: str, years: int
) -> None:
    principle = "facility_years_principle"
    figures = {"limit": 3, "used": 0, "asked": years, "excess": years - 3, "room": 3}
    application = new(town, facility(1_000_000, *range(2025, 2025 + years)))

    refusal = office.do("submit", application=application).refused("guideline_unjustified")
    assert refusal.figures(principle) == figures
    done = office.do("submit", application={**application, "justifications": REASON}).done()
    assert (done.warnings, done.figures(principle)) == ([principle], figures)


@pytest.mark.parametrize("justifications", [{}, REASON], ids=["bare", "with a reason"])
def test_c12_a_facility_plan_of_six_fiscal_years_is_refused(
    office: Office, town: str, justifications: dict
) -> None:
    parts = facility(1_000_000, *range(2025, 2031))
    application = new(town, parts, justifications=justifications)
    refusal = office.do("submit", application=application).refused("period_too_long")
    assert refusal.figures("facility_years_max") == {
        "limit": 5,
        "used": 0,
        "asked": 6,
        "excess": 1,
        "room": 5,
    }


@pytest.mark.parametrize("justifications", [{}, REASON], ids=["bare", "with a reason"])
def test_c13_a_soft_plan_of_six_fiscal_years_is_refused(
    office: Office, town: str, justifications: dict
) -> None:
    application = new(town, soft(1_000_000, *range(2025, 2031)), justifications=justifications)
    refusal = office.do("submit", application=application).refused("period_too_long")
    assert refusal.figures("soft_years_max") == {"limit": 5, "used": 0, "asked": 6, "excess": 1, "room": 5}


def test_c13_a_soft_plan_of_six_fiscal_years_may_not_hide_behind_money_in_its_first_alone(
    office: Office,
    town: str,
) -> None:
    application = new(town, soft(1_000_000, 2025), last_year=2030)
    office.do("submit", application=application).refused("period_too_long")


@pytest.mark.parametrize("years", [4, 5])
def test_c13_a_soft_plan_of_four_or_five_fiscal_years_needs_a_reason(
    office: Office, town: str, years: int
) -> None:
    principle = "soft_years_principle"
    figures = {"limit": 3, "used": 0, "asked": years, "excess": years - 3, "room": 3}
    application = new(town, soft(1_000_000, *range(2025, 2025 + years)))

    refusal = office.do("submit", application=application).refused("guideline_unjustified")
    assert refusal.figures(principle) == figures
    done = office.do("submit", application={**application, "justifications": REASON}).done()
    assert (done.warnings, done.figures(principle)) == ([principle], figures)
