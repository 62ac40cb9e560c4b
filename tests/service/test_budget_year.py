"""会計年度独立の原則: told by decisions, changes and advances after the year, and by `check deadlines`."""

from __future__ import annotations

from datetime import date

import pytest
from store.office import continuing, new

from lifecycle.checks import CHECKS
from lifecycle.store.log import AsOf

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


@pytest.fixture
def carried_twice(office):
    """Of 10,000 yen nothing is paid in the year; 6,000 went on, 1,000 of them are paid, and 2,000 went on again."""
    grant = office.approved(new(soft=10_000))
    wish = {"grant": grant, "cause": "用地交渉の遅れ"}
    first = {"amount_yen": 6_000, "basis": "planned", "new_end_on": "2026-12-20"}
    office.do("request_carry_over", **wish, **first, on="2026-03-01")
    office.do("approve_carry_over", grant=grant, on="2026-03-20")
    office.do("disburse", grant=grant, payment="advance", amount_yen=1_000, on="2026-06-01")
    second = {"amount_yen": 2_000, "basis": "accident", "new_end_on": "2027-12-20"}
    office.do("request_carry_over", **wish, **second, on="2027-03-01")
    office.do("approve_carry_over", grant=grant, on="2027-03-20")
    return grant


@pytest.mark.parametrize(
    ("before", "on", "covered_yen"),
    [
        ([], "2027-03-31", 3_000),  # what of the first went not on
        ([], "2027-04-01", 5_000),  # the first until its budget closes, and what went on
        ([], "2027-04-30", 5_000),
        ([], "2027-05-01", 2_000),  # what went on alone
        ([], "2028-04-30", 2_000),
        ([(3_000, "2027-04-30")], "2027-05-01", 2_000),
        ([(3_500, "2027-04-30")], "2027-05-01", 1_500),  # 500 of them were what went on
        ([(1_000, "2027-03-31"), (2_500, "2027-04-30")], "2027-05-01", 1_500),
        (
            [(6_500, "2027-03-31")],
            "2027-04-01",
            2_000,
        ),  # more than the first held: the rest was not what went on
        ([(6_500, "2027-03-31")], "2027-05-01", 2_000),
        ([(1_000, "2027-06-01")], "2028-04-30", 1_000),
        ([(1_000, "2027-06-01")], "2027-04-30", 4_000),  # dated back
        ([(1_000, "2027-06-01")], "2027-03-31", 3_000),
    ],
)
def test_an_advance_is_told_of_beyond_what_both_carry_overs_cover(
    office, carried_twice, before, on, covered_yen
):
    advance = {"grant": carried_twice, "payment": "advance"}
    for amount_yen, day in before:
        office.do("disburse", **advance, amount_yen=amount_yen, on=day)
    assert told(office.do("disburse", **advance, amount_yen=covered_yen + 1, on=on, dry_run=True)) == [
        "budget_year"
    ]
    assert told(office.do("disburse", **advance, amount_yen=covered_yen, on=on)) == []


def test_a_second_carry_over_takes_no_more_than_is_left_of_the_first(office):
    grant = office.approved(new(soft=10_000))
    wish = {"grant": grant, "cause": "用地交渉の遅れ"}
    first = {"amount_yen": 6_000, "basis": "planned", "new_end_on": "2026-12-20"}
    office.do("request_carry_over", **wish, **first, on="2026-03-01")
    office.do("approve_carry_over", grant=grant, on="2026-03-20")
    advance = {"grant": grant, "payment": "advance"}
    office.do("disburse", **advance, amount_yen=1_000, on="2026-04-30")  # of the year's own 4,000 yen
    office.do("disburse", **advance, amount_yen=2_000, on="2026-05-01")
    again = {"basis": "accident", "new_end_on": "2027-12-20", "on": "2027-03-01"}
    finding = refused(
        office, "over_disbursed", "request_carry_over", **wish, amount_yen=4_001, **again
    ).findings[0]
    figures = [finding.limit, finding.used, finding.asked, finding.excess, finding.room]
    assert figures == [6_000, 2_000, 4_001, 1, 4_000]
    assert told(office.do("request_carry_over", **wish, amount_yen=4_000, **again)) == []


def carried(office, grant, amount_yen, basis, asked_on):
    """A carry-over that was asked for and approved on a day in March."""
    year = int(asked_on[:4])
    wish = {
        "amount_yen": amount_yen,
        "basis": basis,
        "cause": "用地交渉の遅れ",
        "new_end_on": f"{year}-12-20",
    }
    office.do("request_carry_over", grant=grant, **wish, on=asked_on)
    office.do("approve_carry_over", grant=grant, on=asked_on)


def test_what_is_carried_on_by_accident_is_counted_apart_from_what_was_paid_of_the_year_before(office):
    grant = office.approved(new(soft=10_000))
    advance = {"grant": grant, "payment": "advance"}
    carried(office, grant, 10_000, "planned", "2026-03-20")
    assert told(office.do("disburse", **advance, amount_yen=6_000, on="2026-06-01")) == []
    carried(office, grant, 3_000, "accident", "2027-03-20")
    assert told(office.do("disburse", **advance, amount_yen=3_000, on="2027-06-01")) == []
    answer = office.do("disburse", **advance, amount_yen=1_000, on="2027-06-01")
    assert told(answer) == ["budget_year"]
    assert (
        "carried over by an approved request: 3,000 yen, of which 3,000 yen"
        in answer["warnings"][0]["message"]
    )


@pytest.mark.parametrize(("yen", "rules"), [(4_000, []), (4_001, ["budget_year"])])
def test_until_its_own_budget_closes_all_that_was_carried_over_is_paid_whatever_goes_on(office, yen, rules):
    """On 30 April 2027 the budget of FY2026 is still open: 1,000 of it and the 3,000 that went on."""
    grant = office.approved(new(soft=10_000))
    carried(office, grant, 4_000, "planned", "2026-03-20")
    carried(office, grant, 3_000, "accident", "2027-03-20")
    answer = office.do("disburse", grant=grant, payment="advance", amount_yen=yen, on="2027-04-30")
    assert told(answer) == rules


@pytest.mark.parametrize(("on", "rules"), [("2026-03-31", ["budget_year"]), ("2026-04-01", [])])
def test_an_advance_before_the_fiscal_year_of_its_money_is_told_of(office, on, rules):
    project = office.approved(new(soft=10_000, last=2026))[:14]
    later = office.decidable(continuing(project, 2026))
    office.do("approve", grant=later)
    answer = office.do("disburse", grant=later, payment="advance", amount_yen=1, on=on)
    assert told(answer) == rules


def test_what_settlement_left_is_owed_whenever_it_is_paid(office):
    grant = office.settled(office.approved(new(soft=10_000)), {"soft": 20_000})
    answer = office.do("disburse", grant=grant, amount_yen=10_000, payment="final", on="2030-01-10")
    assert told(answer) == []


def test_the_check_of_deadlines_names_a_decision_after_its_year(office):
    within, after = (office.decidable(new(soft=10_000)) for _ in range(2))
    office.do("approve", grant=within, on="2026-03-31")
    office.do("approve", grant=after, on="2026-04-01")
    found = [f.message for f in CHECKS["deadlines"](office.grants.store, date(2026, 4, 1), AsOf())]
    assert [message for message in found if "committed" in message and after in message]
    assert not [message for message in found if "committed" in message and within in message]
