"""額の確定と返還: what is fixed, what is left over, what comes back (C26)."""

from __future__ import annotations

import pytest

from .world import Office, new, soft

SOFT_CAP = "soft_fy_municipality"


def reported_at_104_million(office: Office, town: str) -> str:
    """Decided and paid in advance 60,000,000; the work cost 104,000,000, half of which is 52,000,000."""
    grant = office.decided(new(town, soft(60_000_000)))
    payment = {"grant": grant, "amount_yen": 60_000_000, "payment": "advance"}
    office.do("disburse", **payment, on="2025-12-15").done()
    office.do("report_completion", grant=grant, actuals={"soft": 104_000_000}).done()
    return grant


def settled_at_52_million(office: Office, town: str) -> str:
    grant = reported_at_104_million(office, town)
    office.do("settle", grant=grant).done()
    return grant


def test_c26_settlement_fixes_what_the_actual_cost_bears_and_frees_the_rest_of_the_cap(
    office: Office, town: str
) -> None:
    grant = reported_at_104_million(office, town)
    assert office.used_yen(town, SOFT_CAP) == 60_000_000

    settled = office.do("settle", grant=grant).done().result
    amounts = {name: value for name, value in settled.items() if name.endswith("_yen")}
    assert amounts == {
        "settled_yen": 52_000_000,
        "disbursed_yen": 60_000_000,
        "final_payment_yen": 0,
        "decommitted_yen": 8_000_000,
        "overpaid_yen": 8_000_000,
        "ineligible_cost_yen": 0,
    }
    window = office.window(town, SOFT_CAP)
    assert (window["used_yen"], window["room_yen"]) == (52_000_000, 948_000_000)


def test_c26_the_overpaid_sum_is_ordered_back_with_a_deadline(office: Office, town: str) -> None:
    grant = settled_at_52_million(office, town)
    due = {"amount_yen": 8_000_000, "due_on": "2026-06-09"}
    ordered = office.do("order_return", grant=grant, basis="overpayment", **due).done()
    told = {"order": f"{grant}/r1", "basis": "overpayment", "bears_addon": False}
    assert ordered.result == {**told, **due}
    assert office.used_yen(town, SOFT_CAP) == 52_000_000


@pytest.mark.parametrize("basis", ["overpayment", "revocation"])
def test_c26_nothing_beyond_the_overpaid_sum_is_ordered_back(office: Office, town: str, basis: str) -> None:
    """No add-on money: 18条2項 is no cancellation under 17条, and 19条1項 asks for it after one alone."""
    grant = settled_at_52_million(office, town)
    due = {"amount_yen": 8_000_000, "due_on": "2026-06-09"}
    office.do("order_return", grant=grant, basis="overpayment", **due).done()
    more = {"grant": grant, "basis": basis, "amount_yen": 1, "due_on": "2026-06-09"}
    office.do("order_return", **more).refused("wrong_status")


def test_c26_the_order_is_discharged_by_its_principal_alone(office: Office, town: str) -> None:
    grant = settled_at_52_million(office, town)
    due = {"basis": "overpayment", "amount_yen": 8_000_000, "due_on": "2026-06-09"}
    order = office.do("order_return", grant=grant, **due).done()["order"]

    office.do("record_return", order=order, amount_yen=8_000_001, on="2026-06-05").refused("over_returned")
    paid = office.do("record_return", order=order, amount_yen=8_000_000, on="2026-06-05").done()
    assert paid.result["principal_left_yen"] == 0
    shown = office.show(grant)
    assert shown["disbursed_yen"] - shown["returned_yen"] == shown["settled_yen"] == 52_000_000

    charges = office.do("assess_return", order=order).done().result
    assert (charges["addon_yen"], charges["late_yen"], charges["segments"]) == (0, 0, [])


def test_c26_one_yen_more_than_was_overpaid_is_refused(office: Office, town: str) -> None:
    grant = settled_at_52_million(office, town)
    due = {"basis": "overpayment", "amount_yen": 8_000_001, "due_on": "2026-06-09"}
    refusal = office.do("order_return", grant=grant, **due).refused("over_returned")
    assert refusal.figures("over_returned") == {"asked": 8_000_001, "excess": 1, "room": 8_000_000}
