"""一時停止・相殺・強制徴収 (20条, 21条): a return that is not paid reaches into another grant of the authority."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, SAPPORO, new

from .telling import refused

DEBTOR, LIKE = f"{HIROSHIMA}-2025-01/2025", f"{HIROSHIMA}-2025-02/2025"
ORDER = f"{DEBTOR}/r1"
DUE_ON = "2025-05-01"


@pytest.fixture
def owing(office):
    """Case C35: 3,000 yen to be returned on one grant, and 10,000 yen still to be paid on a like one."""
    office.approved(new(soft=6_000))
    office.do("disburse", grant=DEBTOR, amount_yen=6_000, payment="advance")
    office.do("revoke", grant=DEBTOR, amount_yen=3_000, fault="recipient", reason="目的外使用")
    office.do("order_return", grant=DEBTOR, basis="revocation", amount_yen=3_000, due_on=DUE_ON)
    office.approved(new(soft=10_000))
    return office


def pay(office, yen, **fields):
    """An advance on the like grant."""
    return office.do("disburse", grant=LIKE, amount_yen=yen, payment="advance", **fields)


def hold(office, yen, **fields):
    return office.do("hold_payment", order=ORDER, grant=LIKE, amount_yen=yen, **fields)


def set_off(office, yen, **fields):
    return office.do("set_off", order=ORDER, grant=LIKE, amount_yen=yen, **fields)


# ---------------------------------------------------------------------- 一時停止


def test_what_is_held_is_not_paid_and_the_rest_is(owing):
    hold(owing, 3_000)
    beyond = refused(owing, "over_disbursed", "disburse", grant=LIKE, amount_yen=7_001, payment="advance")
    assert (beyond.findings[0].limit, beyond.findings[0].room) == (7_000, 7_000)
    pay(owing, 7_000)


def test_a_hold_ends_when_the_order_is_paid(owing):
    hold(owing, 3_000)
    owing.do("record_return", order=ORDER, amount_yen=1_000)
    refused(owing, "over_disbursed", "disburse", grant=LIKE, amount_yen=8_001, payment="advance")
    owing.do("record_return", order=ORDER, amount_yen=2_000)
    pay(owing, 10_000)


def test_two_holds_for_one_order_hold_no_more_than_is_left_of_it(owing):
    hold(owing, 2_000)
    hold(owing, 2_000)
    pay(owing, 7_000)


def test_two_holds_for_one_order_hold_no_more_than_is_still_to_be_paid(owing):
    pay(owing, 7_500)
    hold(owing, 2_000)
    beyond = refused(owing, "over_disbursed", "hold_payment", order=ORDER, grant=LIKE, amount_yen=501)
    told = beyond.findings[0]
    assert "501 yen can't be held" in beyond.message
    assert "2,500 yen are still to be paid, 2,000 yen are held already" in beyond.message
    assert (told.limit, told.used, told.asked, told.excess, told.room) == (8_000, 7_500, 501, 1, 500)
    assert told.remedy == (
        f"hold at most 500 yen: grants hold-payment {ORDER} --grant {LIKE} --amount-yen 500"
    )
    hold(owing, 500)
    refused(owing, "over_disbursed", "hold_payment", order=ORDER, grant=LIKE, amount_yen=1)
    none = refused(owing, "over_disbursed", "disburse", grant=LIKE, amount_yen=1, payment="advance")
    assert "2,500 yen are held" in none.findings[0].remedy


def test_a_hold_moves_no_money(owing):
    hold(owing, 3_000)
    assert owing.show(LIKE)["disbursed_yen"] == owing.show(ORDER)["paid_yen"] == 0
    assert owing.show(LIKE)["holds"] == [{"order": ORDER, "amount_yen": 3_000}]


def test_no_more_is_held_than_the_order_asks_or_than_is_still_to_be_paid(owing):
    refused(owing, "over_returned", "hold_payment", order=ORDER, grant=LIKE, amount_yen=3_001)
    pay(owing, 8_000)
    refused(owing, "over_disbursed", "hold_payment", order=ORDER, grant=LIKE, amount_yen=2_001)
    hold(owing, 2_000)


@pytest.fixture
def owing_twice(owing):
    """A second return, of 9,000 yen, on another grant of the authority."""
    grant = owing.approved(new(soft=9_000))
    owing.do("disburse", grant=grant, amount_yen=9_000, payment="advance")
    owing.do("revoke", grant=grant, amount_yen="all", fault="recipient", reason="目的外使用")
    told = {"basis": "revocation", "amount_yen": 9_000, "due_on": DUE_ON}
    return owing.do("order_return", grant=grant, **told)["order"]


def test_what_is_held_for_one_order_is_not_held_for_another(owing, owing_twice):
    hold(owing, 3_000)
    beyond = refused(owing, "over_disbursed", "hold_payment", order=owing_twice, grant=LIKE, amount_yen=7_001)
    assert (beyond.findings[0].limit, beyond.findings[0].room) == (7_000, 7_000)
    owing.do("hold_payment", order=owing_twice, grant=LIKE, amount_yen=7_000)


def test_where_all_is_held_the_refusal_names_for_what_and_how_it_is_freed(owing, owing_twice):
    hold(owing, 3_000)
    owing.do("hold_payment", order=owing_twice, grant=LIKE, amount_yen=7_000)
    found = refused(
        owing, "over_disbursed", "disburse", grant=LIKE, amount_yen=1, payment="advance"
    ).findings[0]
    assert (found.limit, found.used, found.excess, found.room) == (0, 0, 1, 0)
    assert found.remedy == (
        f"nothing is left to be paid; 10,000 yen are held for {ORDER}, {owing_twice}: grants record-return {ORDER}; "
        f"or grants set-off {ORDER} --grant {LIKE}"
    )


def test_holds_that_exceed_a_grant_that_was_reduced_leave_nothing_and_no_less(owing):
    hold(owing, 3_000)
    owing.do("revoke", grant=LIKE, amount_yen=8_000, fault="circumstances", reason="計画の縮小")
    found = refused(
        owing, "over_disbursed", "disburse", grant=LIKE, amount_yen=1, payment="advance"
    ).findings[0]
    assert (found.limit, found.excess, found.room) == (0, 1, 0)


# ---------------------------------------------------------------------- 相殺


def test_setting_off_pays_the_order_and_the_like_grant_in_one_act(owing):
    answer = set_off(owing, 3_000)
    assert answer["events"] == ["grant.return_set_off", "grant.payment_set_off"]
    assert answer["result"] == {
        "set_off_yen": 3_000,
        "principal_left_yen": 0,
        "addon_due_yen": 0,
        "late_due_yen": 0,
        "undisbursed_yen": 7_000,
    }
    assert owing.show(DEBTOR)["returned_yen"] == owing.show(LIKE)["disbursed_yen"] == 3_000


def test_the_two_events_name_each_other(owing):
    set_off(owing, 3_000)
    returned, paid = list(owing.tell("log"))[-2:]
    assert (returned["stream"], returned["data"]["order"], returned["data"]["against"]) == (
        *(DEBTOR, ORDER, LIKE),
    )
    assert (paid["stream"], paid["data"]["order"]) == (LIKE, ORDER)
    assert returned["command"] == paid["command"]
    assert returned["data"]["amount_yen"] == paid["data"]["amount_yen"] == 3_000


def test_either_side_shows_the_set_off(owing):
    set_off(owing, 3_000)
    payment = {"on": "2025-04-01", "amount_yen": 3_000, "payment": "set_off"}
    assert owing.show(ORDER)["payments"] == owing.show(LIKE)["payments"] == [payment]


def test_the_rest_of_the_like_grant_is_paid_and_not_a_yen_more(owing):
    set_off(owing, 3_000)
    refused(owing, "over_disbursed", "disburse", grant=LIKE, amount_yen=7_001, payment="advance")
    pay(owing, 7_000)


def test_what_is_set_off_is_no_longer_held(owing):
    hold(owing, 3_000)
    set_off(owing, 1_000)
    assert owing.show(LIKE)["holds"] == [{"order": ORDER, "amount_yen": 2_000}]
    set_off(owing, 2_000)
    assert "holds" not in owing.show(LIKE)
    pay(owing, 7_000)


def test_a_return_that_was_set_off_bears_add_on_to_that_day(owing):
    set_off(owing, 3_000, on="2025-05-10")
    answer = owing.do("assess_return", order=ORDER, on="2025-05-10")["result"]
    days = {segment["charge"]: segment["days"] for segment in answer["segments"]}
    assert days == {"addon": 40, "late": 9}
    assert (answer["addon_yen"], answer["late_yen"]) == (3_000 * 40 * 3 // 10_000, 3_000 * 9 * 3 // 10_000)


def test_no_more_is_set_off_than_is_left_of_the_order(owing):
    refused(owing, "over_returned", "set_off", order=ORDER, grant=LIKE, amount_yen=3_001)


def test_no_more_is_set_off_than_is_owed_on_the_like_grant(owing):
    pay(owing, 8_000)
    refused(owing, "over_disbursed", "set_off", order=ORDER, grant=LIKE, amount_yen=2_001)
    set_off(owing, 2_000)


@pytest.mark.parametrize("do", ["hold_payment", "set_off"])
def test_a_grant_is_no_like_grant_of_itself(owing, do):
    refused(owing, "bad_input", do, order=ORDER, grant=DEBTOR, amount_yen=1_000)


@pytest.mark.parametrize("do", ["hold_payment", "set_off"])
def test_another_authoritys_grant_pays_nobodys_debt(owing, do):
    other = owing.approved(new(SAPPORO, soft=10_000))
    refused(owing, "bad_input", do, order=ORDER, grant=other, amount_yen=1_000)


@pytest.mark.parametrize("do", ["hold_payment", "set_off"])
@pytest.mark.parametrize(
    "named",
    [
        {"order": f"{DEBTOR}/r2"},
        {"order": f"{HIROSHIMA}-2025-09/2025/r1"},
        {"grant": SAPPORO + "-2025-01/2025"},
    ],
)
def test_what_nobody_recorded_is_not_found(owing, do, named):
    told = {"order": ORDER, "grant": LIKE, "amount_yen": 1_000, **named}
    refused(owing, "not_found", do, **told)


# ---------------------------------------------------------------------- 強制徴収


def test_what_is_late_is_collected_as_tax_from_the_day_after_the_due_date(owing):
    collect = {"order": ORDER, "amount_yen": 3_000}
    refused(owing, "too_early", "collect_as_tax", **collect, on=DUE_ON)
    answer = owing.do("collect_as_tax", **collect, on="2025-05-02")
    assert (answer["result"]["principal_left_yen"], answer["result"]["returned_yen"]) == (0, 3_000)


def test_no_more_is_collected_than_is_left(owing):
    collect = {"order": ORDER, "amount_yen": 3_001}
    refused(owing, "over_returned", "collect_as_tax", **collect, on="2025-05-02")


def test_the_grant_of_an_order_may_be_named_and_no_other(owing):
    collect = {"order": ORDER, "amount_yen": 3_000, "on": "2025-05-02"}
    refused(owing, "bad_input", "collect_as_tax", **collect, grant=LIKE)
    owing.do("collect_as_tax", **collect, grant=DEBTOR)
