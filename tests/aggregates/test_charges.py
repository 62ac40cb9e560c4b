"""加算金・延滞金: assessed once the principal is paid, exempted by another officer, paid add-on first."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    GRANT,
    given_assessed,
    given_return_ordered,
    given_revocation_ordered_back,
)

from lifecycle.aggregates import Grant

R1 = f"{GRANT}/r1"


def returned():
    return given_revocation_ordered_back().given("record_return", on=date(2026, 6, 10))


def order(story):
    return story.aggregate.orders[R1]


def test_charges_are_assessed_once_the_principal_is_complete():
    story = returned().when("assess_return", addon_yen=18_000, late_yen=6_000, on=date(2026, 6, 11))
    story.then(Grant.ChargesAssessed, addon_yen=18_000, late_yen=6_000, addon_rate="3/10000")
    assert (order(story).addon_due_yen, order(story).late_due_yen) == (18_000, 6_000)
    story.then_holds(returned_yen=2_000_000)


def test_charges_are_not_assessed_while_principal_is_left():
    part = given_revocation_ordered_back().given("record_return", amount_yen=1_999_999)
    part.when("assess_return").then_refused("wrong_status")


def test_charges_are_assessed_once():
    given_assessed().when("assess_return").then_refused("already_recorded")


def test_charges_are_not_assessed_before_the_last_payment():
    returned().when("assess_return", on=date(2026, 6, 9)).then_refused("too_early")


def test_charges_are_assessed_on_an_order():
    returned().when("assess_return", order=f"{GRANT}/r9").then_refused("not_found")


# ---------------------------------------------------------------------- 免除


def test_an_exemption_of_all_leaves_nothing_due_and_the_assessment_visible():
    """Case C34."""
    story = given_assessed().when("exempt", reason="災害のため", by="suzuki")
    story.then(Grant.ChargesExempted, addon_yen=18_000, late_yen=6_000)
    assert (order(story).addon_yen, order(story).late_yen) == (18_000, 6_000)
    assert (order(story).addon_due_yen, order(story).late_due_yen) == (0, 0)
    assert story.answer == (18_000, 6_000)


def test_an_exemption_may_be_of_one_charge_or_of_a_part():
    story = given_assessed().when("exempt", addon_yen=10_000)
    story.then(Grant.ChargesExempted, addon_yen=10_000, late_yen=0)
    assert (order(story).addon_due_yen, order(story).late_due_yen) == (8_000, 6_000)


def test_no_more_is_exempted_than_is_due():
    given_assessed().when("exempt", addon_yen=18_001).then_refused("over_returned")
    given_assessed().when("exempt", late_yen=6_001).then_refused("over_returned")


def test_equal_charges_are_exempted_both():
    equal = returned().given("assess_return", addon_yen=6_000, late_yen=6_000, on=date(2026, 6, 11))
    equal.when("exempt").then(Grant.ChargesExempted, addon_yen=6_000, late_yen=6_000)


def test_an_exemption_needs_a_reason():
    given_assessed().when("exempt", reason="").then_refused("reason_missing")


def test_there_is_nothing_to_exempt_before_the_assessment_nor_when_nothing_is_due():
    returned().when("exempt").then_refused("wrong_status")
    given_assessed().given("exempt").when("exempt").then_refused("wrong_status")


def test_whoever_assessed_or_prepared_does_not_exempt():
    given_assessed().when("exempt", by="ito").then_refused("same_officer")
    given_assessed().when("exempt", by="kato").then_refused("same_officer")


def test_nothing_is_exempted_before_the_assessment_day():
    given_assessed().when("exempt", on=date(2026, 6, 10)).then_refused("too_early")


def test_an_exemption_is_on_an_order():
    given_assessed().when("exempt", order=f"{GRANT}/r9").then_refused("not_found")


# ---------------------------------------------------------------------- 納付 of charges


def test_add_on_is_paid_before_late_money():
    story = given_assessed().when("pay_charge", amount_yen=20_000)
    story.then(Grant.ChargePaid, addon_yen=18_000, late_yen=2_000)
    assert (order(story).addon_due_yen, order(story).late_due_yen) == (0, 4_000)
    story.then_holds(returned_yen=2_000_000)


def test_no_more_is_paid_than_is_due():
    given_assessed().when("pay_charge", amount_yen=24_000).then(Grant.ChargePaid)
    given_assessed().when("pay_charge", amount_yen=24_001).then_refused("over_returned")


PAYING = ("pay_charge", "collect_charge", "set_off_charge")


@pytest.mark.parametrize("command", PAYING)
def test_a_charge_is_not_paid_before_it_is_assessed_nor_without_an_order(command):
    given_assessed().when(command, on=date(2026, 6, 10)).then_refused("too_early")
    given_assessed().when(command, order=f"{GRANT}/r9").then_refused("not_found")


@pytest.mark.parametrize(
    ("command", "event"),
    [("collect_charge", Grant.ChargeCollected), ("set_off_charge", Grant.ChargeSetOff)],
)
def test_a_charge_is_collected_and_set_off_like_it_is_paid(command, event):
    story = given_assessed().when(command, amount_yen=20_000)
    story.then(event, addon_yen=18_000, late_yen=2_000).then_holds(returned_yen=2_000_000)
    assert (order(story).addon_due_yen, order(story).late_due_yen) == (0, 4_000)
    given_assessed().when(command, amount_yen=24_001).then_refused("over_returned")


def test_a_charge_is_collected_or_set_off_once_assessed_and_never_beyond_what_is_due():
    given_assessed().when("collect_charge", amount_yen=24_000).then(Grant.ChargeCollected)
    given_assessed().when("collect_charge", amount_yen=24_001).then_refused("over_returned")
    given_assessed().when("collect_charge", order=f"{GRANT}/r9").then_refused("not_found")
    given_assessed().when("collect_charge", on=date(2026, 6, 10)).then_refused("too_early")
    given_assessed().when("set_off_charge", amount_yen=24_000).then(Grant.ChargeSetOff)
    given_assessed().when("set_off_charge", amount_yen=24_001).then_refused("over_returned")
    given_assessed().when("set_off_charge", order=f"{GRANT}/r9").then_refused("not_found")
    given_assessed().when("set_off_charge", on=date(2026, 6, 10)).then_refused("too_early")


def test_a_grant_is_square_when_the_principal_is_back_whatever_is_due_in_charges():
    ordered = given_return_ordered(overpaid_yen=2_000_000).given("record_return")
    assert ordered.aggregate.is_square(date(2026, 6, 30))
