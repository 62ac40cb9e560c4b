"""Both sides of every last day: withdrawal, carry-over, return, restriction of assets, collection.

Objections and papers: test_afterwards.py; waivers: test_waivers.py.
"""

from __future__ import annotations

import pytest

from .world import Office, new, soft

MILLION = 1_000_000

# ---------------------------------------------------------------------- 取下げ: 15 days (9条)


@pytest.mark.parametrize(
    ("decided_on", "last_day", "too_late"),
    [
        ("2025-06-02", "2025-06-17", "2025-06-18"),
        ("2025-06-13", "2025-06-30", "2025-07-01"),  # the fifteenth day is a Saturday
        ("2025-06-14", "2025-06-30", "2025-07-01"),  # a Sunday
        ("2025-07-06", "2025-07-22", "2025-07-23"),  # 海の日
        ("2025-12-13", "2026-01-05", "2026-01-06"),  # a Sunday, then the days around the new year
        ("2025-12-14", "2026-01-05", "2026-01-06"),  # 29 December
        ("2026-03-16", "2026-03-31", "2026-04-01"),
    ],
)
def test_a_decision_may_be_withdrawn_from_for_fifteen_days_or_to_the_next_open_day(
    office: Office, town: str, decided_on: str, last_day: str, too_late: str
) -> None:
    grant = office.ready(new(town, soft(MILLION)))
    decided = office.do("approve", grant=grant, on=decided_on).done().result
    assert decided["withdrawable_until"] == last_day

    office.do("withdraw", grant=grant, on=too_late).refused("withdrawal_late")
    assert office.do("withdraw", grant=grant, on=last_day).done().result["status"] == "withdrawn"
    assert office.used_yen(town, "soft_fy_municipality") == 0


def test_money_once_paid_ends_the_right_to_withdraw(office: Office, town: str) -> None:
    grant = office.decided(new(town, soft(MILLION)))
    office.advance(grant, 1, on="2025-05-07").done()
    office.do("withdraw", grant=grant, on="2025-05-07").refused("wrong_status")


# ---------------------------------------------------------------------- 繰越


def carry_over(office: Office, grant: str, year: int, basis: str, **fields: object) -> str:
    """The code a request to carry 1,000,000 into the year after `year` is refused with; "" when it is taken."""
    told = {"amount_yen": MILLION, "basis": basis, "cause": "用地交渉の遅れ"}
    days = {"new_end_on": f"{year + 1}-12-20", "on": f"{year + 1}-03-01"}
    answer = office.do("request_carry_over", grant=grant, **{**told, **days, **fields})
    return "" if answer["ok"] else str(answer["code"])


def approved(office: Office, grant: str, year: int) -> None:
    office.do("approve_carry_over", grant=grant, on=f"{year + 1}-03-20").done()


@pytest.fixture
def at_work(office: Office, town: str) -> str:
    """A grant of 10,000,000 of FY2025 with nothing paid."""
    return office.granted(town, 10 * MILLION)


def test_money_is_carried_over_before_its_fiscal_year_is_over(office: Office, at_work: str) -> None:
    assert carry_over(office, at_work, 2025, "planned", on="2026-04-01") == "too_late"
    assert carry_over(office, at_work, 2025, "planned", on="2026-03-31") == ""


@pytest.mark.parametrize("new_end_on", ["2026-03-31", "2027-04-01"])
def test_carried_over_work_ends_in_the_next_fiscal_year_alone(
    office: Office, at_work: str, new_end_on: str
) -> None:
    assert carry_over(office, at_work, 2025, "planned", new_end_on=new_end_on) == "bad_input"


@pytest.mark.parametrize("new_end_on", ["2026-04-01", "2027-03-31"])
def test_carried_over_work_may_end_on_any_day_of_the_next_fiscal_year(
    office: Office, at_work: str, new_end_on: str
) -> None:
    assert carry_over(office, at_work, 2025, "planned", new_end_on=new_end_on) == ""


def test_money_is_carried_over_once_by_plan_and_once_more_by_accident(office: Office, at_work: str) -> None:
    assert carry_over(office, at_work, 2025, "planned") == ""
    assert carry_over(office, at_work, 2025, "accident") == "wrong_status"  # one waits already
    approved(office, at_work, 2025)
    assert carry_over(office, at_work, 2026, "planned") == "carry_over_repeated"
    assert carry_over(office, at_work, 2026, "accident") == ""
    approved(office, at_work, 2026)
    for basis in ("planned", "accident"):
        assert carry_over(office, at_work, 2027, basis) == "carry_over_repeated"


def test_money_carried_over_by_accident_is_not_carried_on_by_plan(office: Office, at_work: str) -> None:
    assert carry_over(office, at_work, 2025, "accident") == ""
    approved(office, at_work, 2025)
    assert carry_over(office, at_work, 2026, "planned") == "carry_over_repeated"


def test_no_more_is_carried_over_than_is_unpaid(office: Office, at_work: str) -> None:
    office.advance(at_work, 4 * MILLION).done()
    assert carry_over(office, at_work, 2025, "planned", amount_yen=6 * MILLION + 1) == "over_disbursed"
    assert carry_over(office, at_work, 2025, "planned", amount_yen=6 * MILLION) == ""


# ---------------------------------------------------------------------- 納期日


@pytest.mark.parametrize(
    ("paid_on", "late_yen"),
    [("2026-06-19", 0), ("2026-06-22", 0), ("2026-06-23", 3_000), ("2026-06-24", 6_000)],
)
def test_late_money_begins_on_the_day_after_the_due_date(
    office: Office, town: str, paid_on: str, late_yen: int
) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 10 * MILLION).done()
    office.settled(grant, 0)
    order = office.ordered(grant, "overpayment", 10 * MILLION, "2026-06-22")
    office.paid_back(order, 10 * MILLION, paid_on)
    charges = office.do("assess_return", order=order).done().result
    assert (charges["addon_yen"], charges["late_yen"]) == (0, late_yen)


@pytest.mark.parametrize(("paid_on", "late_yen"), [("2026-06-22", 0), ("2026-06-23", 3_000)])
def test_a_due_date_on_a_sunday_moves_to_monday(
    office: Office, town: str, paid_on: str, late_yen: int
) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 10 * MILLION).done()
    office.settled(grant, 0)
    order = office.ordered(grant, "overpayment", 10 * MILLION, "2026-06-21")
    office.paid_back(order, 10 * MILLION, paid_on)
    assert office.do("assess_return", order=order).done().result["late_yen"] == late_yen


def test_a_return_is_due_on_the_day_of_its_order_at_the_earliest(office: Office, town: str) -> None:
    grant = office.granted(town, MILLION)
    office.advance(grant, MILLION).done()
    office.settled(grant, 0)
    told = {"grant": grant, "basis": "overpayment", "amount_yen": MILLION, "on": "2026-05-20"}
    office.do("order_return", **told, due_on="2026-05-19").refused("bad_input")
    office.do("order_return", **told, due_on="2026-05-20").done()


def test_nothing_is_collected_like_tax_before_its_due_date_has_passed(office: Office, town: str) -> None:
    grant = office.granted(town, MILLION)
    office.advance(grant, MILLION).done()
    office.settled(grant, 0)
    order = office.ordered(grant, "overpayment", MILLION, "2026-06-22")
    told = {"by": "receiver", "order": order, "amount_yen": MILLION}
    office.do("collect_as_tax", **told, on="2026-06-22").refused("too_early")
    assert office.do("collect_as_tax", **told, on="2026-06-23").done().result["principal_left_yen"] == 0


# ---------------------------------------------------------------------- 財産処分の制限


@pytest.mark.parametrize(
    ("acquired_on", "years", "last_day", "free_on"),
    [
        ("2025-11-01", 5, "2030-11-01", "2030-11-02"),
        ("2028-02-29", 1, "2029-02-28", "2029-03-01"),
        ("2028-02-29", 4, "2032-02-29", "2032-03-01"),
    ],
)
def test_an_asset_is_restricted_to_the_last_day_of_its_useful_life(
    office: Office, town: str, acquired_on: str, years: int, last_day: str, free_on: str
) -> None:
    grant = office.granted(town, MILLION)
    life = {"acquired_on": acquired_on, "useful_life_years": years, "unit_cost_yen": 500_000}
    for asset, on, breach in (("a1", last_day, True), ("a2", free_on, False)):
        told = {"grant": grant, "asset": asset, "name": "自動運転バス"}
        registered = office.do("register_asset", **told, **life, on=acquired_on).done().result
        assert registered["restricted_until"] == last_day
        sold = office.do("dispose_asset", grant=grant, asset=asset, disposal="sale", on=on).done()
        assert sold.result["breach"] is breach
