"""会計年度独立の原則: told by decisions, changes and advances after the year, and by `check deadlines`."""

from __future__ import annotations

from datetime import date

import pytest
from store.office import new

from lifecycle.checks import CHECKS

from .telling import refused


def told(answer):
    """The rules of its warnings."""
    return [finding["rule"] for finding in answer["warnings"]]


@pytest.mark.parametrize("do", ["adopt", "approve"])
def test_a_decision_after_the_fiscal_year_is_told_of_and_one_after_every_carry_over_is_refused(office, do):
    first, second = (office.decidable(new(soft=10_000)) for _ in range(2))
    assert told(office.do(do, grant=first, on="2026-03-31")) == []
    refused(office, "too_late", do, grant=second, on="2028-04-01")
    assert told(office.do(do, grant=second, on="2028-03-31")) == ["budget_year"]


@pytest.mark.parametrize(("yen", "rules"), [(1_000, ["budget_year"]), (-1_000, [])])
def test_a_change_that_adds_money_after_the_fiscal_year_is_told_of(office, yen, rules):
    grant = office.approved(new(soft=10_000))
    wish = {"deltas": {"soft": yen}, "reason": "資材の高騰", "on": "2026-03-01"}
    change = office.do("request_change", grant=grant, **wish)["change"]
    assert told(office.do("approve_change", change=change, on="2026-04-01")) == rules


def test_an_advance_after_the_budget_is_told_of_unless_it_was_carried_over(office):
    grant = office.approved(new(soft=10_000))
    advance = {"grant": grant, "payment": "advance"}
    assert told(office.do("disburse", **advance, amount_yen=1_000, on="2026-04-30")) == []
    assert told(office.do("disburse", **advance, amount_yen=1_000, on="2026-05-01")) == ["budget_year"]
    refused(office, "too_late", "disburse", **advance, amount_yen=1_000, on="2028-05-01")

    carried = office.approved(new(soft=10_000))
    wish = {"amount_yen": 6_000, "basis": "planned", "cause": "用地交渉の遅れ", "new_end_on": "2026-12-20"}
    office.do("request_carry_over", grant=carried, **wish, on="2026-03-01")
    office.do("approve_carry_over", grant=carried, on="2026-03-20")
    advance = {"grant": carried, "payment": "advance", "on": "2026-06-01"}
    assert told(office.do("disburse", **advance, amount_yen=6_000)) == []
    assert told(office.do("disburse", **advance, amount_yen=1)) == ["budget_year"]


def test_what_settlement_left_is_owed_whenever_it_is_paid(office):
    grant = office.settled(office.approved(new(soft=10_000)), {"soft": 20_000})
    answer = office.do("disburse", grant=grant, amount_yen=10_000, payment="final", on="2030-01-10")
    assert told(answer) == []


def test_the_check_of_deadlines_names_a_decision_after_its_year(office):
    within, after = (office.decidable(new(soft=10_000)) for _ in range(2))
    office.do("approve", grant=within, on="2026-03-31")
    office.do("approve", grant=after, on="2026-04-01")
    found = [f.message for f in CHECKS["deadlines"](office.grants.store, date(2026, 4, 1))]
    assert [message for message in found if "committed" in message and after in message]
    assert not [message for message in found if "committed" in message and within in message]
