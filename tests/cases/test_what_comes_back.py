"""返還の根拠: each sum comes back on its own basis, and what came back is neither paid nor owed any more."""

from __future__ import annotations

import pytest

from .world import Office

MILLION = 1_000_000


@pytest.fixture
def paid(office: Office, town: str) -> str:
    """A grant of 10,000,000, all of it paid on 30 June 2025."""
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 10 * MILLION, on="2025-06-30").done()
    return grant


@pytest.fixture
def returned(office: Office, paid: str) -> str:
    """The same grant, of which 4,000,000 were revoked, ordered back and returned by 20 November 2025."""
    office.revoke(paid, 4 * MILLION, on="2025-10-01").done()
    order = office.ordered(paid, "revocation", 4 * MILLION, "2025-11-20", on="2025-10-01")
    office.paid_back(order, 4 * MILLION, "2025-11-20")
    return paid


def bases(office: Office, grant: str, amount_yen: int) -> list[str]:
    """The bases on which a sum can be ordered back as a whole."""
    due = {"grant": grant, "amount_yen": amount_yen, "due_on": "2026-06-22", "dry_run": True}
    named = ("overpayment", "revocation", "sub_grantee", "input_tax")
    return [basis for basis in named if office.do("order_return", basis=basis, **due)["ok"]]


# ---------------------------------------------------------------------- each on its own basis


def test_what_was_revoked_is_not_ordered_back_as_an_overpayment_to_spare_the_add_on(
    office: Office, paid: str
) -> None:
    office.revoke(paid, 4 * MILLION, on="2025-10-01").done()
    assert office.settled(paid, 10 * MILLION).result["overpaid_yen"] == 1 * MILLION
    assert bases(office, paid, 4 * MILLION) == ["revocation"]
    assert bases(office, paid, 1 * MILLION) == ["overpayment", "revocation"]
    office.ordered(paid, "overpayment", 1 * MILLION, "2026-06-22")
    office.ordered(paid, "revocation", 4 * MILLION, "2026-06-22")


def test_an_overpayment_is_not_ordered_back_as_revoked_where_the_revoked_part_was_never_paid(
    office: Office, town: str
) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 6 * MILLION).done()
    office.revoke(grant, 4 * MILLION, on="2026-01-10").done()
    assert office.settled(grant, 10 * MILLION).result["overpaid_yen"] == 1 * MILLION
    assert bases(office, grant, 1 * MILLION) == ["overpayment"]


def test_input_tax_of_money_not_yet_paid_reduces_the_final_payment_and_nothing_comes_back(
    office: Office, town: str
) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 6 * MILLION).done()
    office.settled(grant, 20 * MILLION)
    office.do("report_input_tax", grant=grant, deductible_tax_yen=2 * MILLION).done()
    assert bases(office, grant, 1) == []
    final = {"grant": grant, "payment": "final", "on": "2026-06-01"}
    office.do("disburse", **final, amount_yen=3 * MILLION + 1).refused("over_disbursed")
    office.do("disburse", **final, amount_yen=3 * MILLION).done()


@pytest.mark.parametrize(
    ("first", "second"), [("recipient", "circumstances"), ("circumstances", "recipient")]
)
def test_a_sum_that_bears_add_on_only_in_part_is_ordered_back_in_two(
    office: Office, paid: str, first: str, second: str
) -> None:
    office.revoke(paid, 3 * MILLION, fault=first, on="2025-10-01").done()
    office.revoke(paid, 2 * MILLION, fault=second, on="2025-10-01").done()
    due = {"grant": paid, "basis": "revocation", "due_on": "2025-11-20", "on": "2025-10-01"}
    office.do("order_return", **due, amount_yen=5 * MILLION).refused("bad_input")
    orders = [office.do("order_return", **due, amount_yen=yen * MILLION).done() for yen in (3, 2)]
    faults = {order["fault"]: order["amount_yen"] for order in office.show(paid)["orders"]}
    assert faults == {first: 3 * MILLION, second: 2 * MILLION}
    assert [order.result["bears_addon"] for order in orders] == [f == "recipient" for f in (first, second)]


# ---------------------------------------------------------------------- revenue is no return of the grant


def test_revenue_paid_back_leaves_the_grant_paid_and_opens_no_further_payment(
    office: Office, paid: str
) -> None:
    office.settled(paid, 20 * MILLION)
    told = {"grant": paid, "revenue_yen": 800_000, "payback_yen": 400_000}
    office.do("report_revenue", **{**told, "payback_yen": 800_001}).refused("bad_input")
    office.do("report_revenue", **told).done()
    assert bases(office, paid, 400_001) == []
    order = office.ordered(paid, "revenue", 400_000, "2026-06-22")
    office.paid_back(order, 400_000, "2026-06-10")

    shown = office.show(paid)
    assert (shown["disbursed_yen"], shown["returned_yen"]) == (10 * MILLION, 0)
    final = {"grant": paid, "payment": "final", "on": "2026-07-01"}
    office.do("disburse", **final, amount_yen=1).refused("over_disbursed")


# ---------------------------------------------------------------------- what came back is not paid any more


def test_nothing_more_is_given_up_where_the_rest_is_paid(office: Office, returned: str) -> None:
    done = office.do("abolish", grant=returned, reason="事業者の撤退", on="2025-12-01").done().result
    assert (done["released_yen"], done["committed_yen"]) == (0, 6 * MILLION)


def test_words_may_still_be_changed_after_a_return(office: Office, returned: str) -> None:
    office.do("request_change", grant=returned, content="会場の変更", on="2025-12-01").done()
    less = {"deltas": {"soft": -1}, "on": "2025-12-01"}
    office.do("request_change", grant=returned, **less).refused("over_disbursed")


def test_what_is_granted_again_after_a_return_is_carried_over_and_paid_as_if_new(
    office: Office, returned: str
) -> None:
    more = {"grant": returned, "deltas": {"soft": 3 * MILLION}, "on": "2025-12-01"}
    change = office.do("request_change", **more).done()["change"]
    office.do("approve_change", change=change, on="2025-12-02").done()

    told = {"basis": "planned", "cause": "用地交渉の遅れ", "new_end_on": "2026-12-20"}
    office.do("request_carry_over", grant=returned, amount_yen=3 * MILLION + 1, **told).refused(
        "over_disbursed"
    )
    office.do("request_carry_over", grant=returned, amount_yen=3 * MILLION, **told).done()
    assert office.settled(returned, 18 * MILLION).result["final_payment_yen"] == 3 * MILLION
    final = {"grant": returned, "payment": "final", "on": "2026-06-01"}
    paid = office.do("disburse", **final, amount_yen=3 * MILLION).done().result
    assert (paid["disbursed_yen"], paid["undisbursed_yen"]) == (13 * MILLION, 0)


def test_needs_that_were_paid_and_came_back_leave_room_for_new_ones(office: Office, town: str) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.do("request_advance", grant=grant, needs={"委託費": 10 * MILLION}, on="2025-06-01").done()
    office.advance(grant, 10 * MILLION, on="2025-06-30").done()
    office.revoke(grant, 4 * MILLION, on="2025-10-01").done()
    order = office.ordered(grant, "revocation", 4 * MILLION, "2025-11-20", on="2025-10-01")
    office.paid_back(order, 4 * MILLION, "2025-11-20")
    change = office.do("request_change", grant=grant, deltas={"soft": 3 * MILLION}, on="2025-12-01").done()
    office.do("approve_change", change=change["change"], on="2025-12-02").done()

    needs = {"grant": grant, "needs": {"委託費": 3 * MILLION + 1}}
    office.do("request_advance", **needs).refused("over_disbursed")
    office.do("request_advance", **{**needs, "needs": {"委託費": 3 * MILLION}}).done()
    office.advance(grant, 3 * MILLION).done()


def test_settlement_below_what_was_kept_after_a_return_is_overpaid_by_the_difference_alone(
    office: Office, returned: str
) -> None:
    settled = office.settled(returned, 11 * MILLION).result
    assert (settled["settled_yen"], settled["overpaid_yen"]) == (5_500_000, 500_000)
    assert bases(office, returned, 500_001) == []
    assert bases(office, returned, 500_000) == ["overpayment"]


def test_a_second_order_is_deemed_to_come_from_what_was_received_after_the_first(
    office: Office, returned: str
) -> None:
    more = {"grant": returned, "deltas": {"soft": 5 * MILLION}, "on": "2025-12-01"}
    change = office.do("request_change", **more).done()["change"]
    office.do("approve_change", change=change, on="2025-12-02").done()
    office.advance(returned, 5 * MILLION, on="2026-01-01").done()

    office.revoke(returned, 4 * MILLION, on="2026-01-31").done()
    order = office.ordered(returned, "revocation", 4 * MILLION, "2026-02-20", on="2026-01-31")
    office.paid_back(order, 4 * MILLION, "2026-02-09")
    charges = office.do("assess_return", order=order, on="2026-02-10").done().result
    told = [(each["from"], each["days"], each["base_yen"]) for each in charges["segments"]]
    assert (charges["addon_yen"], told) == (48_000, [("2026-01-01", 40, 4 * MILLION)])
