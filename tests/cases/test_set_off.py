"""一時停止・相殺: an unpaid return against money still owed on a like grant of the same authority (C35)."""

from __future__ import annotations

import pytest

from .world import Office, new, soft

MILLION = 1_000_000


@pytest.fixture
def unpaid(office: Office, town: str) -> str:
    """An order for 3,000,000 of FY2025 that nobody has paid."""
    grant = office.granted(town, 3 * MILLION)
    office.advance(grant, 3 * MILLION).done()
    office.revoke(grant, "all").done()
    return office.ordered(grant, "revocation", 3 * MILLION, "2026-06-10")


@pytest.fixture
def like(office: Office, town: str) -> str:
    """A like grant of the same town, on which 10,000,000 of FY2026 are owed."""
    return office.decided(new(town, soft(10 * MILLION, 2026)))


def test_c35_three_million_are_set_off_and_seven_million_paid(office: Office, unpaid: str, like: str) -> None:
    done = office.do("set_off", order=unpaid, grant=like, amount_yen=3 * MILLION).done()
    assert done.result == {
        "set_off_yen": 3 * MILLION,
        "principal_left_yen": 0,
        "addon_due_yen": 0,
        "late_due_yen": 0,
        "undisbursed_yen": 7 * MILLION,
    }
    office.advance(like, 7 * MILLION + 1).refused("over_disbursed")
    assert office.advance(like, 7 * MILLION).done().result["undisbursed_yen"] == 0
    assert office.show(like)["disbursed_yen"] == 10 * MILLION


def test_c35_both_events_of_a_set_off_name_each_other(office: Office, unpaid: str, like: str) -> None:
    done = office.do("set_off", order=unpaid, grant=like, amount_yen=3 * MILLION).done()
    assert done["events"] == ["grant.return_set_off", "grant.payment_set_off"]
    debtor, creditor = office.events(unpaid.rpartition("/")[0])[-1], office.events(like)[-1]
    assert (debtor["data"]["order"], debtor["data"]["against"]) == (unpaid, like)
    assert (creditor["data"]["order"], creditor["stream"]) == (unpaid, like)
    assert debtor["command"] == creditor["command"] == done["id"]


def test_c35_payment_is_held_to_the_yen_and_what_is_held_may_be_set_off_later(
    office: Office, unpaid: str, like: str
) -> None:
    office.do("hold_payment", order=unpaid, grant=like, amount_yen=3 * MILLION).done()
    refusal = office.advance(like, 7 * MILLION + 1).refused("over_disbursed")
    assert refusal.figures("over_disbursed") == {
        "limit": 7 * MILLION,
        "used": 0,
        "asked": 7 * MILLION + 1,
        "excess": 1,
        "room": 7 * MILLION,
    }
    office.advance(like, 7 * MILLION).done()
    office.do("set_off", order=unpaid, grant=like, amount_yen=3 * MILLION).done()
    assert office.show(like)["disbursed_yen"] == 10 * MILLION


def test_c35_money_is_held_no_longer_once_the_return_is_paid(office: Office, unpaid: str, like: str) -> None:
    office.do("hold_payment", order=unpaid, grant=like, amount_yen=3 * MILLION).done()
    office.paid_back(unpaid, 1 * MILLION, "2026-06-30")
    office.advance(like, 8 * MILLION + 1).refused("over_disbursed")
    office.paid_back(unpaid, 2 * MILLION, "2026-07-01")
    office.advance(like, 10 * MILLION).done()


def test_c35_two_holds_for_one_return_hold_no_more_than_is_left_of_it(
    office: Office, unpaid: str, like: str
) -> None:
    for _ in range(2):
        office.do("hold_payment", order=unpaid, grant=like, amount_yen=3 * MILLION).done()
    office.advance(like, 7 * MILLION + 1).refused("over_disbursed")
    office.advance(like, 7 * MILLION).done()


def test_c35_two_holds_for_parts_of_one_return_add_up(office: Office, unpaid: str, like: str) -> None:
    for amount_yen in (1 * MILLION, 2 * MILLION):
        office.do("hold_payment", order=unpaid, grant=like, amount_yen=amount_yen).done()
    office.advance(like, 7 * MILLION + 1).refused("over_disbursed")
    office.advance(like, 7 * MILLION).done()


def test_c35_no_more_is_held_or_set_off_than_is_left_of_the_return(
    office: Office, unpaid: str, like: str
) -> None:
    office.do("hold_payment", order=unpaid, grant=like, amount_yen=3 * MILLION + 1).refused("over_returned")
    office.do("set_off", order=unpaid, grant=like, amount_yen=3 * MILLION + 1).refused("over_returned")
    office.do("set_off", order=unpaid, grant=like, amount_yen=3 * MILLION).done()
    office.do("set_off", order=unpaid, grant=like, amount_yen=1).refused("over_returned")


def test_c35_no_more_is_set_off_than_is_still_owed(office: Office, unpaid: str, like: str) -> None:
    office.advance(like, 8 * MILLION, on="2026-06-10").done()
    office.do("set_off", order=unpaid, grant=like, amount_yen=2 * MILLION + 1).refused("over_disbursed")
    assert office.show(unpaid.rpartition("/")[0])["orders"][0]["principal_left_yen"] == 3 * MILLION
    office.do("set_off", order=unpaid, grant=like, amount_yen=2 * MILLION).done()


def test_c35_money_of_another_authority_or_of_the_same_grant_is_no_like_grant(
    office: Office, unpaid: str, core_hub: str
) -> None:
    for grant in (office.granted(core_hub, 10 * MILLION, 2026), unpaid.rpartition("/")[0]):
        office.do("set_off", order=unpaid, grant=grant, amount_yen=1).refused("bad_input")


def test_c35_a_set_off_ends_the_add_on_on_its_day(office: Office, unpaid: str, like: str) -> None:
    office.do("set_off", order=unpaid, grant=like, amount_yen=3 * MILLION, on="2026-06-30").done()
    charges = office.do("assess_return", order=unpaid).done().result
    # 3,000,000 from 15 December 2025 to 30 June 2026, 198 days; 20 of them after the due date.
    assert (charges["addon_yen"], charges["late_yen"]) == (178_200, 18_000)


# ---------------------------------------------------------------------- 加算金・延滞金 (19条, 20条, 21条)


@pytest.fixture
def charged(office: Office, unpaid: str) -> tuple[str, int]:
    """The same order, its principal paid late, with add-on and late money due."""
    office.do("record_return", order=unpaid, amount_yen=3 * MILLION, on="2026-12-21").done()
    assessed = office.do("assess_return", order=unpaid, on="2026-12-25").done().result
    return unpaid, assessed["addon_yen"] + assessed["late_yen"]


def test_charges_are_collected_as_tax_is_to_the_yen(office: Office, charged: tuple[str, int]) -> None:
    order, due_yen = charged
    collect = {"order": order, "grant": order.rpartition("/")[0], "on": "2027-01-12"}
    office.do("collect_as_tax", **collect, amount_yen=due_yen + 1).refused("over_returned")
    done = office.do("collect_as_tax", **collect, amount_yen=due_yen).done()
    assert done["events"] == ["grant.charge_collected"]
    assert (done.result["addon_due_yen"], done.result["late_due_yen"]) == (0, 0)


def test_charges_are_set_off_and_count_as_paid_on_the_like_grant(
    office: Office, charged: tuple[str, int], like: str
) -> None:
    order, due_yen = charged
    pay = {"order": order, "grant": like, "on": "2027-01-12"}
    office.do("set_off", **pay, amount_yen=due_yen + 1).refused("over_returned")
    done = office.do("set_off", **pay, amount_yen=due_yen).done()
    assert done["events"] == ["grant.charge_set_off", "grant.payment_set_off"]
    assert (done.result["addon_due_yen"], done.result["late_due_yen"]) == (0, 0)
    assert office.show(like)["disbursed_yen"] == due_yen


def test_payment_is_held_for_charges_too(office: Office, charged: tuple[str, int], like: str) -> None:
    order, due_yen = charged
    office.do("hold_payment", order=order, grant=like, amount_yen=due_yen + 1, on="2027-01-12").refused(
        "over_returned"
    )
    office.do("hold_payment", order=order, grant=like, amount_yen=due_yen, on="2027-01-12").done()
    office.advance(like, 10 * MILLION - due_yen + 1, on="2027-01-13").refused("over_disbursed")
    office.do("record_return", order=order, amount_yen=due_yen, on="2027-01-13").done()
    office.advance(like, 10 * MILLION, on="2027-01-13").done()
