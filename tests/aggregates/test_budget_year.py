"""会計年度独立の原則: what is decided, on which day; what is carried over (I10)."""

from datetime import date

from spec import given_approved, given_submitted

from lifecycle.aggregates import Grant


def carried_over(amount_yen=10_000_000):
    return given_approved().given("request_carry_over", amount_yen=amount_yen).given("approve_carry_over")


# ---------------------------------------------------------------------- decisions


def test_a_decision_is_not_made_before_its_scores():
    scored = given_submitted().given("score", on=date(2025, 4, 30))
    scored.when("approve", on=date(2025, 4, 29)).then_refused("too_early")
    scored.when("approve", on=date(2025, 4, 30)).then(Grant.Approved)


# ---------------------------------------------------------------------- carried over


def test_a_carry_over_is_judged_again_when_it_is_approved():
    asked = given_approved().given("request_carry_over", amount_yen=10_000_000)
    asked.given("disburse", amount_yen=12_000_001, on=date(2026, 3, 10))
    asked.when("approve_carry_over", on=date(2026, 3, 20)).then_refused("over_disbursed")
    asked = given_approved().given("request_carry_over", amount_yen=10_000_000)
    asked.given("disburse", amount_yen=12_000_000, on=date(2026, 3, 10))
    asked.when("approve_carry_over", on=date(2026, 3, 20)).then(Grant.CarryOverApproved)


def test_by_accident_no_more_is_carried_on_than_was_carried_before():
    again = {"basis": "accident", "new_end_on": date(2027, 12, 20), "on": date(2027, 3, 1)}
    carried_over(10_000_000).when("request_carry_over", amount_yen=10_000_001, **again).then_refused(
        "over_disbursed"
    )
    twice = carried_over(10_000_000).given("request_carry_over", amount_yen=10_000_000, **again)
    twice.when("approve_carry_over", on=date(2027, 3, 20)).then(Grant.CarryOverApproved)


def test_whoever_asked_for_one_carry_over_approves_none_and_whoever_has_an_interest_neither():
    again = {"basis": "accident", "new_end_on": date(2027, 12, 20), "on": date(2027, 3, 1)}
    twice = carried_over(10_000_000).given("request_carry_over", amount_yen=1_000_000, by="ono", **again)
    later = {"on": date(2027, 3, 20)}
    twice.when("approve_carry_over", by="kato", **later).then_refused("same_officer")
    twice.when("approve_carry_over", by="ono", **later).then_refused("same_officer")
    twice.given("declare_conflict", by="abe", on=date(2027, 3, 2))
    twice.when("approve_carry_over", by="abe", **later).then_refused("conflict_of_interest")
    twice.when("approve_carry_over", **later).then(Grant.CarryOverApproved)


def test_what_was_carried_over_is_no_more_than_what_still_stands():
    less = carried_over(10_000_000).given("revoke", amount_yen=18_000_000, on=date(2026, 6, 1))
    assert less.aggregate.carried_over_yen == 4_000_000
