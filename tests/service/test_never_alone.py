"""注4: no step leaves infrastructure alone in its plan unsaid, whichever way it comes about."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, continuing, new

from .telling import refused

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"


@pytest.fixture
def soft_comes_later(office):
    """Infrastructure alone in the first year, soft in the second; the first is approved."""
    application = new(last=2026, soft=10_000, infrastructure=30_000)
    soft, infrastructure = application["components"]
    soft["years"], infrastructure["years"] = soft["years"][1:], infrastructure["years"][:1]
    office.approved(application)
    return office


def test_a_plan_is_not_shortened_so_that_its_soft_part_falls_away(soft_comes_later):
    refused(soft_comes_later, "combination_required", "request_change", grant=G, last_year=2025)


def test_taking_back_the_only_soft_application_tells_that_infrastructure_is_left_alone(soft_comes_later):
    later = soft_comes_later.submitted(continuing(P, 2026))
    answer = soft_comes_later.do("withdraw", grant=later)
    assert [finding["rule"] for finding in answer["warnings"]] == ["infrastructure_combination"]


def test_taking_back_an_application_beside_which_nothing_stands_tells_nothing(office):
    grant = office.submitted(new(soft=10_000, infrastructure=30_000))
    assert office.do("withdraw", grant=grant)["warnings"] == []
