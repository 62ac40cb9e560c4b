"""取消・返還・加算金・延滞金 (C27, C28, C30, C31, C32, C34, C40, C67)."""

from __future__ import annotations

import pytest

from .world import Answer, Json, Office, new, soft

SOFT_CAP = "soft_fy_municipality"
MILLION = 1_000_000


def revoked_and_ordered(office: Office, grant: str, amount_yen: int, on: str, due_on: str) -> str:
    """An order for a sum that was revoked for the recipient's own fault, on the same day."""
    office.revoke(grant, amount_yen, on=on).done()
    return office.ordered(grant, "revocation", amount_yen, due_on, on=on)


def assessed(office: Office, order: str, **fields: object) -> Json:
    return dict(office.do("assess_return", order=order, **fields).done().result)


def segments_of(charges: Json, charge: str) -> list[tuple[str, str, int, int]]:
    """First day, last day, days and base of each segment of a charge."""
    found = [segment for segment in charges["segments"] if segment["charge"] == charge]
    return [(each["from"], each["to"], each["days"], each["base_yen"]) for each in found]


@pytest.fixture
def twelve_million(office: Office, town: str) -> str:
    """C27 and after: 12,000,000 received on 30 June 2025, revoked as a whole, due on 20 November 2026."""
    grant = office.decided(new(town, soft(12 * MILLION)))
    office.advance(grant, 12 * MILLION, on="2025-06-30").done()
    return revoked_and_ordered(office, grant, 12 * MILLION, "2026-10-01", "2026-11-20")


# ---------------------------------------------------------------------- C27


def test_c27_add_on_counts_the_day_of_receipt_and_the_day_of_payment(
    office: Office, twelve_million: str
) -> None:
    office.paid_back(twelve_million, 12 * MILLION, "2026-11-20")
    charges = assessed(office, twelve_million)
    assert charges["addon_yen"] == 1_832_400
    assert segments_of(charges, "addon") == [("2025-06-30", "2026-11-20", 509, 12 * MILLION)]
    assert (charges["late_yen"], segments_of(charges, "late")) == (0, [])


def test_c27_the_charges_are_a_ledger_of_their_own(office: Office, twelve_million: str) -> None:
    office.paid_back(twelve_million, 12 * MILLION, "2026-11-20")
    assessed(office, twelve_million)
    office.paid_back(twelve_million, 1_832_400, "2026-12-28")
    shown = office.show(twelve_million.rpartition("/")[0])
    assert (shown["disbursed_yen"], shown["returned_yen"]) == (12 * MILLION, 12 * MILLION)
    assert shown["orders"][0]["addon_due_yen"] == 0


# ---------------------------------------------------------------------- C28


def test_c28_in_a_year_with_a_leap_day_the_daily_rate_stays_and_the_days_are_366(
    office: Office, town: str
) -> None:
    grant = office.decided(new(town, soft(10 * MILLION, 2027)))
    office.advance(grant, 10 * MILLION, on="2027-06-01").done()
    order = revoked_and_ordered(office, grant, 10 * MILLION, "2028-04-20", "2028-05-31")
    office.paid_back(order, 10 * MILLION, "2028-05-31")
    charges = assessed(office, order)
    assert segments_of(charges, "addon") == [("2027-06-01", "2028-05-31", 366, 10 * MILLION)]
    assert charges["addon_yen"] == 1_098_000


# ---------------------------------------------------------------------- C30


def test_c30_of_several_receipts_the_last_is_deemed_to_come_back_first(office: Office, town: str) -> None:
    grant = office.decided(new(town, soft(45 * MILLION)))
    for amount_yen, on in [(20, "2025-07-01"), (15, "2025-12-01"), (10, "2026-03-31")]:
        office.advance(grant, amount_yen * MILLION, on=on).done()
    order = revoked_and_ordered(office, grant, 18 * MILLION, "2026-08-20", "2026-09-30")
    office.paid_back(order, 18 * MILLION, "2026-09-30")
    charges = assessed(office, order)
    assert segments_of(charges, "addon") == [
        ("2026-03-31", "2026-09-30", 184, 10 * MILLION),
        ("2025-12-01", "2026-09-30", 304, 8 * MILLION),
    ]
    assert charges["addon_yen"] == 552_000 + 729_600 == 1_281_600


# ---------------------------------------------------------------------- C31


def test_c31_after_a_part_payment_both_charges_run_on_the_remainder_from_the_next_day(
    office: Office, twelve_million: str
) -> None:
    office.paid_back(twelve_million, 5 * MILLION, "2026-11-20")
    office.paid_back(twelve_million, 7 * MILLION, "2026-12-21")
    charges = assessed(office, twelve_million)
    assert segments_of(charges, "addon") == [
        ("2025-06-30", "2026-11-20", 509, 12 * MILLION),
        ("2026-11-21", "2026-12-21", 31, 7 * MILLION),
    ]
    assert segments_of(charges, "late") == [("2026-11-21", "2026-12-21", 31, 7 * MILLION)]
    assert (charges["addon_yen"], charges["late_yen"]) == (1_897_500, 65_100)
    assert charges["addon_yen"] + charges["late_yen"] == 1_962_600


# ---------------------------------------------------------------------- C32


def test_c32_a_first_payment_reduces_the_principal_as_a_whole(office: Office, twelve_million: str) -> None:
    stands = office.paid_back(twelve_million, 2 * MILLION, "2026-11-10")
    assert (stands["principal_left_yen"], stands["paid_yen"]) == (10 * MILLION, 2 * MILLION)
    assert (stands["addon_due_yen"], stands["late_due_yen"]) == (0, 0)


def test_c32_add_on_is_assessed_and_paid_once_the_principal_is_complete(
    office: Office, twelve_million: str
) -> None:
    office.paid_back(twelve_million, 2 * MILLION, "2026-11-10")
    office.do("assess_return", order=twelve_million).refused("wrong_status")
    office.paid_back(twelve_million, 10 * MILLION, "2026-11-20")
    addon_yen = assessed(office, twelve_million)["addon_yen"]
    # 12,000,000 for 499 days and 10,000,000 for the 10 days after the part payment.
    assert addon_yen == 1_796_400 + 30_000

    stands = office.paid_back(twelve_million, addon_yen - 1, "2026-12-26")
    assert (stands["paid_yen"], stands["addon_due_yen"]) == (12 * MILLION, 1)


# ---------------------------------------------------------------------- C34


@pytest.fixture
def charged(office: Office, twelve_million: str) -> str:
    """The same order, paid on its day: add-on of 1,832,400 is assessed."""
    office.paid_back(twelve_million, 12 * MILLION, "2026-11-20")
    assert assessed(office, twelve_million)["addon_yen"] == 1_832_400
    return twelve_million


def test_c34_an_exemption_of_the_whole_leaves_nothing_due_and_the_assessment_visible(
    office: Office, charged: str
) -> None:
    done = office.do("exempt", order=charged, reason="災害により資金の調達が遅れた").done()
    assert (done.result["exempted_addon_yen"], done.result["due_yen"]) == (1_832_400, 0)
    [order] = office.show(charged.rpartition("/")[0])["orders"]
    assert (order["addon_yen"], order["addon_due_yen"]) == (1_832_400, 0)


def test_c34_an_exemption_carries_its_reason_and_its_approver(office: Office, charged: str) -> None:
    office.do("exempt", order=charged, reason="災害により資金の調達が遅れた").done()
    event = office.events(charged.rpartition("/")[0])[-1]
    assert event["type"] == "grant.charges_exempted"
    assert (event["by"], event["reason"]) == ("approver", "災害により資金の調達が遅れた")


@pytest.mark.parametrize("reason", ["", "  "])
def test_c34_an_exemption_without_a_reason_is_refused(office: Office, charged: str, reason: str) -> None:
    office.do("exempt", order=charged, reason=reason).refused("reason_missing")
    [order] = office.show(charged.rpartition("/")[0])["orders"]
    assert order["addon_due_yen"] == 1_832_400


def test_c34_whoever_assessed_does_not_exempt(
    office: Office, twelve_million: str, of_all_trades: str
) -> None:
    office.paid_back(twelve_million, 12 * MILLION, "2026-11-20")
    assessed(office, twelve_million, by=of_all_trades)
    exempting = {"order": twelve_million, "reason": "災害"}
    office.do("exempt", **exempting, by=of_all_trades).refused("same_officer")
    office.do("exempt", **exempting).done()


# ---------------------------------------------------------------------- C40


def settled_at_52_million(office: Office, town: str) -> str:
    grant = office.decided(new(town, soft(52 * MILLION)))
    office.advance(grant, 52 * MILLION, on="2025-12-15").done()
    office.settled(grant, 104 * MILLION)
    return grant


def test_c40_a_part_revoked_after_settlement_leaves_the_fixed_amount_and_the_cap(
    office: Office, town: str
) -> None:
    grant = settled_at_52_million(office, town)
    revoked = office.revoke(grant, 10 * MILLION, on="2026-10-01").done().result
    assert (revoked["status"], revoked["settled_yen"]) == ("settled", 42 * MILLION)
    assert (revoked["returnable_yen"], revoked["basis"]) == (10 * MILLION, "revocation")
    assert office.used_yen(town, SOFT_CAP) == 42 * MILLION


def test_c40_what_was_revoked_after_settlement_comes_back_with_add_on(office: Office, town: str) -> None:
    grant = settled_at_52_million(office, town)
    order = revoked_and_ordered(office, grant, 10 * MILLION, "2026-10-01", "2026-10-21")
    office.paid_back(order, 10 * MILLION, "2026-10-20")
    charges = assessed(office, order)
    assert segments_of(charges, "addon") == [("2025-12-15", "2026-10-20", 310, 10 * MILLION)]
    assert charges["addon_yen"] == 930_000
    shown = office.show(grant)
    assert shown["disbursed_yen"] - shown["returned_yen"] == shown["settled_yen"] == 42 * MILLION


# ---------------------------------------------------------------------- C67


@pytest.fixture
def misused(office: Office, town: str) -> str:
    """6,000,000 to be returned because a sub-grantee misused them (17条2項), due on 1 February 2026."""
    grant = office.decided(new(town, soft(6 * MILLION)))
    office.advance(grant, 6 * MILLION, on="2025-07-01").done()
    office.revoke(grant, "all", fault="sub_grantee", on="2026-01-05").done()
    return office.ordered(grant, "sub_grantee", 6 * MILLION, "2026-02-02", on="2026-01-05")


def extended(office: Office, order: str, **fields: object) -> Answer:
    written = {"steps_taken": "返還請求訴訟を提起", "why_hard": "間接補助事業者に資力がない"}
    return office.do(
        "extend_return", order=order, **{"due_on": "2026-08-03", "on": "2026-01-20"} | written | fields
    )


def test_c67_the_date_is_extended_on_written_application_and_the_new_one_recorded(
    office: Office, misused: str
) -> None:
    assert extended(office, misused).done().result["due_on"] == "2026-08-03"
    grant = misused.rpartition("/")[0]
    assert office.show(grant)["orders"][0]["due_on"] == "2026-08-03"
    told = office.events(grant)[-1]["data"]
    assert told["steps_taken"] == "返還請求訴訟を提起"
    assert told["why_hard"] == "間接補助事業者に資力がない"


@pytest.mark.parametrize("missing", ["steps_taken", "why_hard"])
def test_c67_without_the_steps_taken_or_why_it_is_hard_nothing_is_extended(
    office: Office, misused: str, missing: str
) -> None:
    extended(office, misused, **{missing: ""}).refused("bad_input")
    assert office.show(misused.rpartition("/")[0])["orders"][0]["due_on"] == "2026-02-02"


def test_c67_a_sub_grantees_fault_bears_no_add_on_and_late_money_from_the_new_date(
    office: Office, misused: str
) -> None:
    extended(office, misused).done()
    office.paid_back(misused, 1 * MILLION, "2026-08-03")
    office.paid_back(misused, 5 * MILLION, "2026-08-05")
    charges = assessed(office, misused)
    assert (charges["addon_yen"], segments_of(charges, "addon")) == (0, [])
    assert segments_of(charges, "late") == [("2026-08-04", "2026-08-05", 2, 5 * MILLION)]
    assert charges["late_yen"] == 3_000


def test_c67_the_recipients_own_fault_lets_no_date_be_extended(office: Office, twelve_million: str) -> None:
    extended(office, twelve_million, due_on="2027-03-31", on="2026-11-01").refused("wrong_status")
