"""Both sides of every share and sum from the decision on: minor changes, assets, revocation, exemption, input tax.

Double funding and sub-grants: test_works.py; set-off: test_set_off.py; talent cases and donations: test_schemes.py.
"""

from __future__ import annotations

import pytest

from .world import Office, costing, new, soft

MILLION = 1_000_000

# ---------------------------------------------------------------------- 軽微な変更: a fifth of the lower item


def with_items(office: Office, town: str, **costs_yen: int) -> str:
    """A grant whose soft part has cost items of these names."""
    items = [
        {"id": name, "name": name, "fiscal_year": 2025, "cost_yen": cost_yen}
        for name, cost_yen in costs_yen.items()
    ]
    return office.decided(new(town, {**costing("soft", sum(costs_yen.values())), "items": items}))


@pytest.mark.parametrize(("from_item", "to_item"), [("large", "small"), ("small", "large")])
def test_a_fifth_of_the_lower_item_may_be_moved_without_approval(
    office: Office, town: str, from_item: str, to_item: str
) -> None:
    grant = with_items(office, town, large=15 * MILLION, small=5 * MILLION)
    move = {"grant": grant, "component": "soft", "from_item": from_item, "to_item": to_item}
    refusal = office.do("notify_minor_change", **move, amount_yen=MILLION + 1)
    refusal.refused("prior_approval_needed")
    figures = {"limit": MILLION, "asked": MILLION + 1, "excess": 1, "room": MILLION}
    assert refusal.figures("minor_change_share") == figures
    office.do("notify_minor_change", **move, amount_yen=MILLION).done()
    assert office.show(grant)["committed_yen"] == 10 * MILLION


def test_a_fifth_is_cut_to_the_yen(office: Office, town: str) -> None:
    grant = with_items(office, town, large=15 * MILLION, small=4_999_999)
    move = {"grant": grant, "component": "soft", "from_item": "large", "to_item": "small"}
    office.do("notify_minor_change", **move, amount_yen=1 * MILLION).refused("prior_approval_needed")
    office.do("notify_minor_change", **move, amount_yen=999_999).done()


def test_moves_add_up_to_a_fifth_of_the_lower_item_as_planned(office: Office, town: str) -> None:
    grant = with_items(office, town, large=15 * MILLION, small=5 * MILLION)
    move = {"grant": grant, "component": "soft", "from_item": "small", "to_item": "large"}
    office.do("notify_minor_change", **move, amount_yen=600_000).done()
    office.do("notify_minor_change", **move, amount_yen=400_001).refused("prior_approval_needed")
    done = office.do("notify_minor_change", **move, amount_yen=400_000).done()
    assert (done.result["from_item_yen"], done.result["to_item_yen"]) == (4_000_000, 16_000_000)


# ---------------------------------------------------------------------- 取得財産: 500,000 an item


@pytest.mark.parametrize(
    ("unit_cost_yen", "restricted_until"), [(500_000, "2030-11-01"), (499_999, None), (1, None)]
)
def test_an_asset_is_restricted_from_a_unit_cost_of_500_000_yen(
    office: Office, town: str, unit_cost_yen: int, restricted_until: str | None
) -> None:
    grant = office.granted(town, MILLION)
    told = {"asset": "a1", "name": "測量機", "acquired_on": "2025-11-01", "useful_life_years": 5}
    registered = office.do("register_asset", grant=grant, **told, unit_cost_yen=unit_cost_yen).done()
    assert registered.result["restricted_until"] == restricted_until
    sold = office.do("dispose_asset", grant=grant, asset="a1", disposal="sale").done()
    assert sold.result["breach"] is (restricted_until is not None)


# ---------------------------------------------------------------------- 取消: what stands


@pytest.mark.parametrize("settled", [False, True], ids=["decided", "settled"])
def test_no_more_is_revoked_than_stands(office: Office, town: str, settled: bool) -> None:
    grant = office.granted(town, 10 * MILLION)
    if settled:
        office.settled(grant, 20 * MILLION)
    refusal = office.revoke(grant, 10 * MILLION + 1).refused("over_returned")
    assert refusal.figures("over_returned") == {"asked": 10 * MILLION + 1, "excess": 1, "room": 10 * MILLION}
    assert office.revoke(grant, 10 * MILLION - 1).done().result["status"] == (
        "settled" if settled else "approved"
    )
    office.revoke(grant, 2).refused("over_returned")
    assert office.revoke(grant, 1).done().result["status"] == "revoked"
    office.revoke(grant, 1).refused("wrong_status")


def test_the_whole_is_what_stands_when_it_is_revoked(office: Office, town: str) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.revoke(grant, 3 * MILLION).done()
    assert office.revoke(grant, "all").done().result["revoked_yen"] == 7 * MILLION


def test_no_more_is_ordered_back_than_was_revoked_and_paid(office: Office, town: str) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 8 * MILLION).done()
    assert office.revoke(grant, 5 * MILLION).done().result["returnable_yen"] == 3 * MILLION
    due = {"grant": grant, "basis": "revocation", "due_on": "2026-06-22"}
    office.do("order_return", **due, amount_yen=3 * MILLION + 1).refused("over_returned")
    office.do("order_return", **due, amount_yen=3 * MILLION).done()
    office.do("order_return", **due, amount_yen=1).refused("wrong_status")


# ---------------------------------------------------------------------- 免除: what is due


@pytest.fixture
def charged(office: Office, town: str) -> str:
    """An order with add-on of 534,000 yen and late money of 6,000 yen."""
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 10 * MILLION, on="2026-01-01").done()
    office.revoke(grant, "all").done()
    order = office.ordered(grant, "revocation", 10 * MILLION, "2026-06-25")
    office.paid_back(order, 10 * MILLION, "2026-06-27")
    charges = office.do("assess_return", order=order).done().result
    assert (charges["addon_yen"], charges["late_yen"]) == (534_000, 6_000)
    return order


@pytest.mark.parametrize(("charge", "due_yen"), [("addon_yen", 534_000), ("late_yen", 6_000)])
def test_exactly_what_is_due_may_be_exempted_and_not_a_yen_more(
    office: Office, charged: str, charge: str, due_yen: int
) -> None:
    told = {"order": charged, "reason": "災害"}
    office.do("exempt", **told, **{charge: due_yen + 1}).refused("over_returned")
    done = office.do("exempt", **told, **{charge: due_yen}).done()
    assert done.result["due_yen"] == 540_000 - due_yen
    office.do("exempt", **told, **{charge: 1}).refused("over_returned")


def test_what_was_paid_is_exempted_no_more(office: Office, charged: str) -> None:
    office.paid_back(charged, 533_999, "2026-12-25")
    told = {"order": charged, "reason": "災害"}
    office.do("exempt", **told, addon_yen=2).refused("over_returned")
    assert office.do("exempt", **told, addon_yen=1).done().result["due_yen"] == 6_000


def test_the_charges_are_paid_to_the_yen_add_on_first(office: Office, charged: str) -> None:
    stands = office.paid_back(charged, 534_001, "2026-12-25")
    assert (stands["addon_due_yen"], stands["late_due_yen"]) == (0, 5_999)
    told = {"order": charged, "on": "2026-12-26"}
    office.do("record_return", **told, amount_yen=6_000).refused("over_returned")
    office.do("record_return", **told, amount_yen=5_999).done()


# ---------------------------------------------------------------------- 消費税仕入控除税額


@pytest.mark.parametrize(
    ("cost_yen", "tax_yen", "return_yen"),
    [
        (20_000_000, 0, 0),
        (20_000_000, 1, 0),
        (20_000_000, 2, 1),
        (20_000_000, 1_000_000, 500_000),
        (20_000_000, 1_000_001, 500_000),
        (20_000_000, 1_000_002, 500_001),
        (30_000_000, 2, 0),  # 10,000,000 of 30,000,000: a third
        (30_000_000, 3, 1),
        (30_000_000, 2_727_272, 909_090),
        (20_000_000, 20_000_000, 10_000_000),
    ],
)
def test_the_national_share_of_the_deducted_tax_comes_back_cut_to_the_yen(
    office: Office, town: str, cost_yen: int, tax_yen: int, return_yen: int
) -> None:
    grant = office.granted(town, 10_000_000)
    office.advance(grant, 10_000_000).done()
    office.settled(grant, cost_yen)
    done = office.do("report_input_tax", grant=grant, deductible_tax_yen=tax_yen).done().result
    assert (done["return_yen"], done["settled_yen"]) == (return_yen, 10_000_000 - return_yen)
    assert office.used_yen(town, "soft_fy_municipality") == 10_000_000 - return_yen

    due = {"grant": grant, "basis": "input_tax", "due_on": "2026-07-01"}
    office.do("order_return", **due, amount_yen=return_yen + 1).refused(
        "over_returned" if return_yen else "wrong_status"
    )


def test_no_more_tax_is_deducted_than_the_work_cost(office: Office, town: str) -> None:
    grant = office.granted(town, MILLION)
    office.settled(grant, 2 * MILLION)
    told = {"grant": grant, "deductible_tax_yen": 2 * MILLION + 1}
    office.do("report_input_tax", **told).refused("bad_input")
    office.do("report_input_tax", **{**told, "deductible_tax_yen": 0}).done()
    office.do("report_input_tax", **{**told, "deductible_tax_yen": 0}).refused("already_recorded")


def test_input_tax_comes_back_without_add_on(office: Office, town: str) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 10 * MILLION).done()
    office.settled(grant, 20 * MILLION)
    office.do("report_input_tax", grant=grant, deductible_tax_yen=1_000_001).done()
    order = office.ordered(grant, "input_tax", 500_000, "2026-06-22")
    office.paid_back(order, 500_000, "2026-06-23")
    charges = office.do("assess_return", order=order).done().result
    assert (charges["addon_yen"], charges["late_yen"]) == (0, 150)


# ---------------------------------------------------------------------- 廃止


def test_no_more_is_given_up_than_is_unpaid(office: Office, town: str) -> None:
    grant = office.granted(town, 10 * MILLION)
    office.advance(grant, 4 * MILLION, on="2025-07-01").done()
    abolition = {"grant": grant, "reason": "事業者の撤退"}
    office.do("abolish", **abolition, amount_yen=6 * MILLION + 1).refused("over_disbursed")
    done = office.do("abolish", **abolition, amount_yen=6 * MILLION).done().result
    assert (done["released_yen"], done["committed_yen"]) == (6 * MILLION, 4 * MILLION)


# ---------------------------------------------------------------------- 支払


def test_a_final_payment_reaches_the_fixed_amount_and_not_a_yen_more(office: Office, town: str) -> None:
    grant = office.decided(new(town, soft(10 * MILLION)))
    office.advance(grant, 4 * MILLION).done()
    assert office.settled(grant, 18 * MILLION).result["final_payment_yen"] == 5 * MILLION
    final = {"grant": grant, "payment": "final", "on": "2026-06-01"}
    office.do("disburse", **final, amount_yen=5 * MILLION + 1).refused("over_disbursed")
    office.do("disburse", **final, amount_yen=5 * MILLION).done()
