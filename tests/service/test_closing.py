"""終了: a grant ends with its year, or with its last yen when that comes later."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, new

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
YEAR = {"project": P, "fiscal_year": 2025}


@pytest.fixture
def year_closed(office):
    """A settled grant, paid in part; its year is closed."""
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=4_000, payment="advance")
    office.settled(G, {"soft": 20_000})
    office.published(P, 2025)
    answer = office.do("close_year", **YEAR)
    assert [finding["rule"] for finding in answer["warnings"]] == ["grant_not_square"]
    assert answer["result"]["grant_status"] == "settled"
    return office


def test_a_grant_that_is_paid_after_its_year_was_closed_is_closed_with_the_last_yen(year_closed):
    pay = {"grant": G, "payment": "final"}
    assert year_closed.do("disburse", **pay, amount_yen=5_999)["events"] == ["grant.disbursed"]
    answer = year_closed.do("disburse", **pay, amount_yen=1)
    assert answer["events"] == ["grant.disbursed", "grant.closed"]
    assert year_closed.show(G)["status"] == "closed"


def test_ending_a_project_tells_of_what_is_still_to_be_paid(year_closed):
    answer = year_closed.do("end_project", project=P)
    assert [finding["rule"] for finding in answer["warnings"]] == ["grant_not_square"]


def test_a_grant_that_is_returned_after_its_year_was_closed_is_closed_with_the_last_yen(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=10_000, payment="advance")
    office.settled(G, {"soft": 18_000})
    office.published(P, 2025)
    office.do("close_year", **YEAR)
    due = {"basis": "overpayment", "amount_yen": 1_000, "due_on": "2025-05-01"}
    order = office.do("order_return", grant=G, **due)["order"]
    assert office.do("record_return", order=order, amount_yen=999)["events"] == ["grant.return_recorded"]
    answer = office.do("record_return", order=order, amount_yen=1)
    assert answer["events"] == ["grant.return_recorded", "grant.closed"]


def test_a_square_grant_is_closed_with_its_year_and_nothing_is_told(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=10_000, payment="advance")
    office.settled(G, {"soft": 20_000})
    office.published(P, 2025)
    assert office.do("close_year", **YEAR)["warnings"] == []
    assert office.do("end_project", project=P)["warnings"] == []
