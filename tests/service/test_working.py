"""遂行とその後: what the service adds to the grant's own guards: figures of the programme, caps, warnings."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, new

from .later_refusals import with_items
from .telling import refused, windows

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
SOFT = "soft_fy_prefecture 2025"


def used(office):
    """Yen used of the soft window."""
    return windows(office, HIROSHIMA)[SOFT][0]


# ---------------------------------------------------------------------- 重複・二重交付


@pytest.mark.parametrize(("own", "passed", "taken"), [(500, 500, True), (500, 501, False), (1_001, 0, False)])
def test_own_grant_and_grant_passed_down_stay_within_half_of_the_cost(office, own, passed, taken):
    grant = office.submitted(new(soft=1_000))
    sums = {"own_grant_yen": own, "passed_down_yen": passed, "eligible_cost_yen": 2_000}
    if taken:
        assert office.do("check_double_funding", grant=grant, **sums)["result"]["total_yen"] == 1_000
    else:
        found = refused(office, "double_funding", "check_double_funding", grant=grant, **sums).findings[0]
        assert (found.limit, found.excess, found.room) == (1_000, 1, max(0, 1_000 - own))


# ---------------------------------------------------------------------- 契約


@pytest.fixture
def decided(office):
    """A grant of 10,000 yen of which the decision was taken on 9 April 2025."""
    office.decidable(new(soft=10_000))
    office.do("approve", grant=G, on="2025-04-09")
    return office


def contract(office, signed_on, yen=4_000):
    told = {"component": "soft", "party": "広島交通", "amount_yen": yen, "signed_on": signed_on}
    return office.do("record_contract", grant=G, **told, on="2025-04-10")


@pytest.mark.parametrize(
    ("signed_on", "ineligible", "settled"), [("2025-04-08", 4_000, 8_000), ("2025-04-09", 0, 10_000)]
)
def test_a_contract_signed_before_the_decision_is_warned_of_and_left_out_at_settlement(
    decided, signed_on, ineligible, settled
):
    answer = contract(decided, signed_on)
    assert [warning["rule"] for warning in answer["warnings"]] == ["contract_before_decision"][
        : bool(ineligible)
    ]
    assert answer["result"]["ineligible_cost_yen"] == ineligible
    decided.do("report_completion", grant=G, actuals={"soft": 20_000}, on="2026-04-01")
    told = decided.do("settle", grant=G, on="2026-04-01")["result"]
    assert (told["settled_yen"], told["ineligible_cost_yen"]) == (settled, ineligible)


def test_a_contract_signed_before_there_was_a_decision_is_found_when_there_is_one(office):
    office.decidable(new(soft=10_000))
    told = {"component": "soft", "party": "広島交通", "amount_yen": 4_000, "signed_on": "2025-04-01"}
    assert office.do("record_contract", grant=G, **told)["warnings"] == []
    office.do("approve", grant=G, on="2025-04-02")
    office.do("report_completion", grant=G, actuals={"soft": 20_000}, on="2025-04-03")
    assert office.do("settle", grant=G, on="2025-04-03")["result"]["settled_yen"] == 8_000


# ---------------------------------------------------------------------- 軽微な変更


@pytest.fixture
def items(office):
    """A grant whose soft component costs 15,000 yen for i1 and 5,000 yen for i2."""
    office.approved(with_items())
    return office


def move(yen, from_item="i1", to_item="i2"):
    return {
        "grant": G,
        "component": "soft",
        "from_item": from_item,
        "to_item": to_item,
        "amount_yen": yen,
    }


def test_a_fifth_of_the_lower_item_is_moved_and_not_a_yen_more(items):
    found = refused(items, "prior_approval_needed", "notify_minor_change", **move(1_001)).findings[0]
    assert (found.limit, found.excess) == (1_000, 1)
    result = items.do("notify_minor_change", **move(1_000))["result"]
    assert (result["from_item_yen"], result["to_item_yen"]) == (14_000, 6_000)


def test_moves_add_up_and_a_move_back_makes_room_again(items):
    items.do("notify_minor_change", **move(600))
    found = refused(items, "prior_approval_needed", "notify_minor_change", **move(401)).findings[0]
    assert (found.limit, found.asked, found.excess) == (1_000, 1_001, 1)
    items.do("notify_minor_change", **move(400))
    refused(items, "prior_approval_needed", "notify_minor_change", **move(1_001, "i2", "i1"))
    for _ in range(2):
        items.do("notify_minor_change", **move(1_000, "i2", "i1"))
    refused(items, "prior_approval_needed", "notify_minor_change", **move(1, "i2", "i1"))


def test_a_minor_change_moves_no_cap_and_no_sum(items):
    items.do("notify_minor_change", **move(1_000))
    assert (used(items), items.show(G)["committed_yen"]) == (10_000, 10_000)


def test_items_are_those_of_the_plan_and_two(items):
    refused(items, "not_found", "notify_minor_change", **move(1, to_item="i9"))
    refused(items, "not_found", "notify_minor_change", **{**move(1), "component": "facility"})
    refused(items, "bad_input", "notify_minor_change", **move(1, to_item="i1"))


# ---------------------------------------------------------------------- 繰越・廃止・取消 and the caps


def test_carried_over_money_stays_in_its_own_years_cap(office):
    office.approved(new(soft=10_000))
    carried = {"amount_yen": 4_000, "basis": "planned", "cause": "用地交渉の遅れ"}
    office.do("request_carry_over", grant=G, **carried, new_end_on="2026-12-20")
    office.do("approve_carry_over", grant=G)
    assert windows(office, HIROSHIMA) == {SOFT: (10_000, 0, 0)}
    assert office.show(G)["carried_over_yen"] == 4_000


def test_what_is_given_up_leaves_the_cap_and_what_was_paid_stays(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=3_000, payment="advance")
    assert office.do("abolish", grant=G, reason="事業者の撤退")["result"]["released_yen"] == 7_000
    assert used(office) == 3_000


def test_a_correction_ordered_after_abolition_leaves_the_work_given_up(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=3_000, payment="advance")
    office.do("abolish", grant=G, reason="事業者の撤退")
    office.do("report_completion", grant=G, actuals={"soft": 6_000})
    office.do("order_correction", grant=G, act="やり直し", due_on="2025-06-01", reason="相違")
    assert office.show(G)["status"] == "abolished"
    assert refused(office, "wrong_status", "disburse", grant=G, amount_yen=1, payment="advance").exit


@pytest.mark.parametrize("settle", [False, True])
def test_what_is_revoked_leaves_the_cap_before_and_after_settlement(office, settle):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=10_000, payment="advance")
    if settle:
        office.settled(G, {"soft": 20_000})
    answer = office.do("revoke", grant=G, amount_yen=2_500, fault="recipient", reason="目的外使用")["result"]
    assert (answer["revoked_yen"], answer["returnable_yen"], answer["basis"]) == (2_500, 2_500, "revocation")
    assert used(office) == 7_500


def test_the_share_of_deducted_tax_leaves_the_cap(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=10_000, payment="advance")
    office.settled(G, {"soft": 20_000})
    answer = office.do("report_input_tax", grant=G, deductible_tax_yen=1_001)["result"]
    assert (answer["return_yen"], answer["settled_yen"], used(office)) == (500, 9_500, 9_500)


# ---------------------------------------------------------------------- 返還


@pytest.mark.parametrize(
    ("fault", "basis", "bears"),
    [
        ("recipient", "revocation", True),
        ("circumstances", "revocation", False),
        ("sub_grantee", "sub_grantee", False),
    ],
)
def test_add_on_is_borne_only_for_the_recipients_own_fault_and_late_money_always(office, fault, basis, bears):
    office.approved(new(soft=10_000_000))
    office.do("disburse", grant=G, amount_yen=10_000_000, payment="advance")
    office.do("revoke", grant=G, amount_yen="all", fault=fault, reason="理由")
    due = {"amount_yen": 10_000_000, "due_on": "2025-04-30"}
    ordered = office.do("order_return", grant=G, basis=basis, **due)["result"]
    office.do("record_return", order=f"{G}/r1", amount_yen=10_000_000, on="2025-05-10")
    answer = office.do("assess_return", order=f"{G}/r1", on="2025-05-10")["result"]
    assert ordered["bears_addon"] is bears
    assert answer["addon_yen"] == (10_000_000 * 40 * 3 // 10_000 if bears else 0)
    assert answer["late_yen"] == 10_000_000 * 10 * 3 // 10_000


def test_a_part_payment_ends_a_segment_and_the_rest_runs_on_from_the_next_day(office):
    office.approved(new(soft=10_000_000))
    office.do("disburse", grant=G, amount_yen=10_000_000, payment="advance")
    office.do("revoke", grant=G, amount_yen="all", fault="recipient", reason="目的外使用")
    due = {"amount_yen": 10_000_000, "due_on": "2025-04-30"}
    office.do("order_return", grant=G, basis="revocation", **due)
    office.do("record_return", order=f"{G}/r1", amount_yen=4_000_000, on="2025-04-30")
    office.do("record_return", order=f"{G}/r1", amount_yen=6_000_000, on="2025-05-10")
    segments = office.do("assess_return", order=f"{G}/r1", on="2025-05-10")["result"]["segments"]
    assert [tuple(segment.values()) for segment in segments] == [
        ("addon", "2025-04-01", "2025-04-30", 30, 10_000_000),
        ("addon", "2025-05-01", "2025-05-10", 10, 6_000_000),
        ("late", "2025-05-01", "2025-05-10", 10, 6_000_000),
    ]


# ---------------------------------------------------------------------- 財産


@pytest.mark.parametrize(
    ("unit_cost", "acquired_on", "until"),
    [
        (500_000, "2025-11-01", "2030-11-01"),
        (499_999, "2025-11-01", None),
        (500_000, "2028-02-29", "2033-02-28"),
    ],
)
def test_an_asset_from_the_threshold_on_is_restricted_for_its_useful_life(
    office, unit_cost, acquired_on, until
):
    office.approved(new(soft=10_000))
    asset = {"asset": "a1", "name": "バス", "unit_cost_yen": unit_cost, "useful_life_years": 5}
    answer = office.do("register_asset", grant=G, **asset, acquired_on=acquired_on, on=acquired_on)
    assert answer["result"]["restricted_until"] == until


@pytest.mark.parametrize(
    ("approved", "on", "breach"),
    [
        (None, "2030-11-01", True),
        (None, "2030-11-02", False),
        ("sale", "2026-01-01", False),
        ("lending", "2026-01-01", True),
    ],
)
def test_a_disposal_while_restricted_and_not_approved_so_is_recorded_and_said_to_be_a_breach(
    office, approved, on, breach
):
    office.approved(new(soft=10_000))
    asset = {"asset": "a1", "name": "バス", "unit_cost_yen": 8_000_000, "useful_life_years": 5}
    office.do("register_asset", grant=G, **asset, acquired_on="2025-11-01", on="2025-11-01")
    if approved:
        office.do("approve_disposal", grant=G, asset="a1", disposal=approved, on="2025-12-01")
    answer = office.do("dispose_asset", grant=G, asset="a1", disposal="sale", on=on)
    assert answer["result"]["breach"] is breach
    assert [warning["rule"] for warning in answer["warnings"]] == ["asset_disposal"][:breach]
    assert office.show(G)["assets"][0]["breach"] is breach


def test_a_disposal_approved_again_is_paid_back_once_at_what_was_said_last(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=10_000, payment="advance")
    asset = {"asset": "a1", "name": "バス", "unit_cost_yen": 8_000_000, "useful_life_years": 5}
    office.do("register_asset", grant=G, **asset, acquired_on="2025-04-01")
    for repay_yen in (300, 200):
        office.do("approve_disposal", grant=G, asset="a1", disposal="sale", repay_yen=repay_yen)
    due = {"basis": "revenue", "due_on": "2025-05-01"}
    assert (
        refused(office, "over_returned", "order_return", grant=G, **due, amount_yen=201).findings[0].room
        == 200
    )
    office.do("order_return", grant=G, **due, amount_yen=200)


@pytest.mark.parametrize(("on", "code"), [("2031-03-31", "retention"), ("2031-04-01", None)])
def test_papers_are_kept_for_five_fiscal_years_after_the_one_in_which_the_project_ended(office, on, code):
    office.approved(new(soft=10_000))
    office.published(P, 2025)
    office.do("close_year", project=P, fiscal_year=2025)
    refused(office, "wrong_status", "dispose_evidence", project=P, on=on)
    office.do("end_project", project=P)
    if code:
        assert "2031-03-31" in refused(office, code, "dispose_evidence", project=P, on=on).message
    else:
        office.do("dispose_evidence", project=P, on=on)
        assert office.show(P)["evidence_disposed_on"] == on
