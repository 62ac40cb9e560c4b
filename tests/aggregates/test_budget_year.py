"""会計年度独立の原則: what is decided, on which day; what is carried over, and when it is paid (I4, I10)."""

from datetime import date

import pytest
from spec import LIKE, given_approved, given_submitted

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


AGAIN = {"basis": "accident", "new_end_on": date(2027, 12, 20), "on": date(2027, 3, 1)}
MARCH, APRIL_30, MAY_1, JUNE = date(2026, 3, 10), date(2026, 4, 30), date(2026, 5, 1), date(2026, 6, 10)


def first_left(paid_yen: list[tuple[date, int]], carried_yen: int) -> int:
    """Naive: each payment takes of the first budget that is still open; what of the carried one is left."""
    own_yen = 22_000_000 - carried_yen
    for on, amount_yen in paid_yen:
        of_own_yen = min(amount_yen, own_yen) if on <= APRIL_30 else 0
        own_yen -= of_own_yen
        carried_yen = max(0, carried_yen - (amount_yen - of_own_yen))
    return carried_yen


@pytest.mark.parametrize("carried_yen", [10_000_000, 22_000_000])
@pytest.mark.parametrize("march_yen", [0, 2_000_000])
@pytest.mark.parametrize(
    "later",
    [
        [],
        [(APRIL_30, 3_000_000)],
        [(APRIL_30, 15_000_000)],
        [(MAY_1, 3_000_000)],
        [(MAY_1, 9_999_999)],
        [(APRIL_30, 12_000_000), (JUNE, 1)],
        [(JUNE, 4_000_000), (date(2027, 2, 26), 5_000_000)],
    ],
)
def test_by_accident_goes_on_what_is_left_of_the_first_carry_over(carried_yen, march_yen, later):
    march_yen = min(march_yen, 22_000_000 - carried_yen)
    paid = carried_over(carried_yen)
    for on, amount_yen in (payments := [(MARCH, march_yen), *later] if march_yen else later):
        paid.given("disburse", amount_yen=amount_yen, on=on)
    room_yen = first_left(payments, carried_yen)
    paid.when("request_carry_over", amount_yen=room_yen + 1, **AGAIN).then_refused("over_disbursed")
    (finding,) = paid.refusal.findings
    assert (finding.asked, finding.excess, finding.room) == (room_yen + 1, 1, room_yen)
    assert finding.limit - finding.used == room_yen
    paid.given("request_carry_over", amount_yen=room_yen, **AGAIN)
    paid.when("approve_carry_over", on=date(2027, 3, 20)).then(Grant.CarryOverApproved, amount_yen=room_yen)


def test_what_is_paid_of_the_first_carry_over_before_the_second_is_approved_goes_not_on():
    asked = carried_over().given("request_carry_over", amount_yen=6_000_000, **AGAIN)
    asked.given("disburse", amount_yen=4_000_001, on=date(2027, 3, 5))
    asked.when("approve_carry_over", on=date(2027, 3, 20)).then_refused("over_disbursed")
    asked = carried_over().given("request_carry_over", amount_yen=6_000_000, **AGAIN)
    asked.given("disburse", amount_yen=4_000_000, on=date(2027, 3, 5))
    asked.when("approve_carry_over", on=date(2027, 3, 20)).then(Grant.CarryOverApproved)


def test_what_came_back_of_the_first_carry_over_goes_on():
    paid = carried_over(22_000_000).given("disburse", amount_yen=8_000_000, on=JUNE)
    paid.given("revoke", amount_yen=16_000_000, on=date(2026, 7, 1))
    order = {"basis": "revocation", "amount_yen": 2_000_000, "due_on": date(2026, 8, 3)}
    paid.given("order_return", **order, on=date(2026, 7, 2))
    paid.given("record_return", amount_yen=2_000_000, on=date(2026, 7, 10))
    more = {"deltas": {"s1": 3_000_000}, "on": date(2026, 8, 10)}
    paid.given("request_change", **more).given("approve_change", on=date(2026, 8, 11))
    paid.when("request_carry_over", amount_yen=3_000_001, **AGAIN).then_refused("over_disbursed")
    paid.when("request_carry_over", amount_yen=3_000_000, **AGAIN).then(Grant.CarryOverRequested)


@pytest.mark.parametrize(("on", "refused"), [(date(2026, 3, 31), True), (date(2026, 4, 1), False)])
def test_what_was_carried_over_is_carried_on_once_its_year_has_begun(on, refused):
    """Two carry-overs in one March would keep all of it from being paid in the year between."""
    again = {"basis": "accident", "new_end_on": date(2027, 12, 20), "amount_yen": 10_000_000}
    asked = carried_over(10_000_000).when("request_carry_over", **again, on=on)
    asked.then_refused("too_early") if refused else asked.then(Grant.CarryOverRequested)


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


# ---------------------------------------------------------------------- carried over, and paid

IN_THE_YEAR, AFTER_IT = date(2026, 3, 31), date(2026, 4, 1)
SET_OFF = {"order": f"{LIKE}/r1"}


def settled_with(settled_yen: int):
    """10 of 22 million were carried over, the work ended within its year all the same, and nothing is paid yet."""
    reported = carried_over().given("report_completion", on=date(2026, 3, 25))
    return reported.given("settle", on=date(2026, 3, 28), settled_yen={"s1": settled_yen})


@pytest.mark.parametrize(
    ("given", "do", "facts"),
    [
        (carried_over, "disburse", {"payment": "advance"}),
        (carried_over, "set_off_payment", SET_OFF),
        (lambda: settled_with(22_000_000), "disburse", {"payment": "final"}),
        (lambda: settled_with(22_000_000), "set_off_payment", SET_OFF),
    ],
)
def test_within_the_year_only_what_was_not_carried_over_is_paid(given, do, facts):
    given().when(do, **facts, amount_yen=12_000_001, on=IN_THE_YEAR).then_refused("over_disbursed")
    paid = given().given(do, **facts, amount_yen=12_000_000, on=IN_THE_YEAR)
    paid.when(do, **facts, amount_yen=1, on=IN_THE_YEAR).then_refused("over_disbursed")
    paid.given(do, **facts, amount_yen=10_000_000, on=AFTER_IT)
    paid.when(do, **facts, amount_yen=1, on=AFTER_IT).then_refused("over_disbursed")
    assert (paid.aggregate.disbursed_yen, paid.aggregate.carried_over_yen) == (22_000_000, 10_000_000)


def test_the_refusal_says_what_is_left_in_the_year_and_from_when_the_rest_is_paid():
    story = carried_over().given("disburse", amount_yen=2_000_000, on=date(2026, 3, 10))
    story.when("disburse", amount_yen=10_000_001, on=IN_THE_YEAR).then_refused("over_disbursed")
    (finding,) = story.refusal.findings
    assert (finding.rule, finding.strength) == ("carried_over", "hard")
    figures = (finding.limit, finding.used, finding.asked, finding.excess, finding.room)
    assert figures == (12_000_000, 2_000_000, 10_000_001, 1, 10_000_000)
    assert "財政法 12条, 42条, 43条" in finding.source
    pay = f"grants disburse {story.aggregate.id} --payment advance --amount-yen 10000000 --on"
    assert finding.remedy == (
        f"pay at most 10,000,000 yen by 2026-03-31: {pay} 2026-03-31; what was carried over: {pay} 2026-04-01"
    )


def test_after_the_year_all_that_is_unpaid_may_be_paid():
    carried_over().when("disburse", amount_yen=22_000_000, on=AFTER_IT).then(Grant.Disbursed)


def test_what_is_paid_after_the_year_takes_nothing_from_a_payment_dated_within_it():
    later = carried_over().given("disburse", amount_yen=10_000_000, on=AFTER_IT)
    later.when("disburse", amount_yen=12_000_001, on=IN_THE_YEAR).then_refused("over_disbursed")
    later.when("disburse", amount_yen=12_000_000, on=IN_THE_YEAR).then(Grant.Disbursed)


def test_what_was_carried_on_by_accident_is_kept_for_the_year_after_that():
    again = {"basis": "accident", "new_end_on": date(2027, 12, 20), "on": date(2027, 3, 1)}
    twice = carried_over().given("request_carry_over", amount_yen=4_000_000, **again)
    twice.given("approve_carry_over", on=date(2027, 3, 20))
    twice.when("disburse", amount_yen=18_000_001, on=date(2027, 3, 31)).then_refused("over_disbursed")
    twice.given("disburse", amount_yen=18_000_000, on=date(2027, 3, 31))
    twice.when("disburse", amount_yen=4_000_000, on=date(2027, 4, 1)).then(Grant.Disbursed)


@pytest.mark.parametrize(
    ("revoked_yen", "carried_yen"), [(0, 10_000_000), (1, 9_999_999), (10_000_000, 0), (12_000_000, 0)]
)
def test_of_what_was_carried_over_nothing_is_left_that_was_paid_or_taken_back(revoked_yen, carried_yen):
    paid = carried_over().given("disburse", amount_yen=12_000_000, on=date(2026, 3, 10))
    if revoked_yen:
        paid.given("revoke", amount_yen=revoked_yen, on=date(2026, 6, 1))
    assert paid.aggregate.carried_over_yen == carried_yen


def test_what_was_returned_counts_as_paid_no_longer():
    paid = carried_over().given("disburse", amount_yen=12_000_000, on=date(2026, 3, 22))
    paid.given("revoke", amount_yen=12_000_000, on=date(2026, 3, 23))
    order = {"basis": "revocation", "amount_yen": 2_000_000, "due_on": date(2026, 4, 20)}
    paid.given("order_return", **order, on=date(2026, 3, 24))
    paid.given("record_return", amount_yen=2_000_000, on=IN_THE_YEAR)
    paid.given("request_change", deltas={"s1": 5_000_000}, on=IN_THE_YEAR)
    assert paid.aggregate.carried_over_yen == 0
    paid.given("approve_change", on=IN_THE_YEAR)
    assert paid.aggregate.carried_over_yen == 5_000_000


# ---------------------------------------------------------------------- several limits at once


def room_told(story):
    """What a refused payment says may still be paid."""
    return story.then_refused("over_disbursed").refusal.findings[0].room


def test_of_several_limits_of_a_payment_the_tightest_is_told_and_what_it_leaves_is_paid():
    """22,000,000 committed, 10,000,000 carried over, needs of 9,000,000: each in turn stops a payment of March."""
    day = {"on": date(2026, 3, 30)}
    assert room_told(given_approved().when("disburse", amount_yen=22_000_001, **day)) == 22_000_000
    assert room_told(carried_over().when("disburse", amount_yen=22_000_001, **day)) == 12_000_000
    needy = carried_over().given("request_advance", needs_yen={"工事": 9_000_000})
    assert room_told(needy.when("disburse", amount_yen=22_000_001, **day)) == 9_000_000
    needy.when("disburse", amount_yen=9_000_000, **day).then(Grant.Disbursed)


@pytest.mark.parametrize(
    ("command", "told", "figures"),
    [
        ("request_change", {"deltas": {"s1": -17_000_001}}, (22_000_000, 5_000_000, 17_000_001)),
        ("abolish", {"amount_yen": 17_000_001}, (22_000_000, 5_000_000, 17_000_001)),
        ("request_advance", {"needs_yen": {"工事": 22_000_001}}, (22_000_000, 0, 22_000_001)),
    ],
)
def test_what_takes_more_than_stands_unpaid_is_refused_with_its_figures(command, told, figures):
    paid = given_approved().given("disburse", amount_yen=5_000_000, on=date(2025, 7, 1))
    story = paid.when(command, **told, on=date(2025, 8, 1))
    found = story.then_refused("over_disbursed").refusal.findings[0]
    assert (found.limit, found.used, found.asked) == figures
    assert (found.excess, found.room) == (1, figures[0] - figures[1])
