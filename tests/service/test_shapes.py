"""The keys that others rely on (contract sections 2 and 4), and what windows of a cap show."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, SAPPORO, YOKOHAMA, elsewhere, new

from .telling import refusal_of

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"

GRANT = {
    *("grant", "project", "authority", "fiscal_year", "status", "version", "programme", "requested_yen"),
    *("committed_yen", "settled_yen", "disbursed_yen", "returned_yen", "decommitted_yen"),
    *("carried_over_yen", "components", "orders", "changes"),
}
"""Contract section 4; what a grant shows beyond it stands in MORE."""

MORE = {
    *("authority_name", "tier", "title", "round", "application", "imported_from", "asked_yen"),
    *("reserved_yen", "granted_yen", "submitted_on", "decided_on", "decided_by", "decision_no"),
    *("conditions", "withdrawable_until", "reported_on", "settled_on", "scores", "justifications"),
    *("payments", "revoked_yen", "abolished_yen", "input_tax_yen"),
}


@pytest.fixture
def whole(office):
    """A grant with a change, a payment, a settlement and a return."""
    grant = office.approved(new(soft=10_000, facility=4_000))
    office.do("request_change", grant=grant, deltas={"soft": -1_000})
    office.do("disburse", grant=grant, amount_yen=14_000, payment="advance")
    office.settled(grant, {"soft": 18_000, "facility": 8_000})
    order = {"basis": "overpayment", "amount_yen": 1_000, "due_on": "2025-05-01"}
    office.do("order_return", grant=grant, **order)
    office.do("record_return", order=f"{grant}/r1", amount_yen=400)
    return office


def test_a_grant_shows_these_keys(whole):
    shown = whole.show(G)
    assert set(shown) == GRANT | MORE
    assert set(shown["components"][0]) == {
        *("id", "kind", "title", "rate", "ministry", "eligible_cost_yen", "requested_yen"),
        *("reserved_yen", "granted_yen", "committed_yen", "settled_yen", "actual_cost_yen"),
    }
    assert set(shown["changes"][0]) == {
        *("change", "status", "deltas", "drop", "last_year", "content", "requested_by", "requested_on"),
    }
    assert set(shown["orders"][0]) == {
        *("order", "basis", "amount_yen", "ordered_on", "due_on", "paid_yen", "principal_left_yen"),
        *("payments", "fault", "assessed_on", "addon_yen", "exempted_addon_yen", "addon_due_yen"),
        *("late_yen", "exempted_late_yen", "late_due_yen"),
    }
    assert shown["payments"] == [{"on": "2025-04-01", "amount_yen": 14_000, "payment": "advance"}]
    assert shown["orders"][0]["payments"] == [{"on": "2025-04-01", "amount_yen": 400}]


def test_a_grant_shows_what_it_keeps_beside_its_money_where_there_is_any(office):
    grant = office.approved(new(soft=10_000))
    before = set(office.show(grant))
    contract = {"component": "soft", "party": "広島交通", "amount_yen": 4_000, "signed_on": "2025-04-01"}
    office.do("record_contract", grant=grant, **contract)
    office.do("declare_conflict", grant=grant, interest="親族が受託者", by="officer")
    office.do("commit_sub_grant", grant=grant, sub_grant="g1", payee="西条酒造", amount_yen=9_000)
    shown = office.show(grant)
    assert set(shown) - before == {"contracts", "conflicts", "sub_grants"}
    assert shown["contracts"] == [contract]
    assert shown["conflicts"] == {"officer": "親族が受託者"}


def test_the_sums_of_a_grant_are_shown(whole):
    shown = whole.show(G)
    assert {name: shown[name] for name in shown if name.endswith("_yen")} == {
        "asked_yen": 14_000,
        "requested_yen": 0,
        "reserved_yen": 0,
        "granted_yen": 14_000,
        "committed_yen": 0,
        "settled_yen": 13_000,
        "disbursed_yen": 14_000,
        "returned_yen": 400,
        "decommitted_yen": 1_000,
        "carried_over_yen": 0,
        "revoked_yen": 0,
        "abolished_yen": 0,
        "input_tax_yen": 0,
    }


def told_by_component(office):
    """Granted, committed, settled of each component; together they are the grant's own."""
    shown = office.show(G)
    names = ("granted_yen", "committed_yen", "settled_yen")
    for name in names:
        assert sum(component[name] for component in shown["components"]) == shown[name]
    return [tuple(component[name] for name in names) for component in shown["components"]]


def test_a_component_is_committed_until_its_amount_is_fixed_like_its_grant(office):
    office.approved(new(soft=10_000, facility=4_000))
    assert told_by_component(office) == [(10_000, 10_000, 0), (4_000, 4_000, 0)]
    office.settled(G, {"soft": 18_000, "facility": 8_000})
    assert told_by_component(office) == [(10_000, 0, 9_000), (4_000, 0, 4_000)]


@pytest.mark.parametrize("do", ["revoke", "abolish"])
def test_what_is_taken_back_of_a_component_was_granted_and_is_committed_no_longer(office, do):
    office.approved(new(soft=10_000, facility=4_000))
    why = {"fault": "circumstances"} if do == "revoke" else {}
    office.do(do, grant=G, amount_yen=7_000, reason="事情の変更", **why)
    assert told_by_component(office) == [(10_000, 5_000, 0), (4_000, 2_000, 0)]


def tied_out(office):
    """What was decided with its changes is what stands and what was taken of it (lifecycle.md 2.3)."""
    shown = office.show(G)
    names = (
        "committed_yen",
        "settled_yen",
        "decommitted_yen",
        "revoked_yen",
        "abolished_yen",
        "input_tax_yen",
    )
    assert sum(shown[name] for name in names) == shown["granted_yen"]
    return {name: shown[name] for name in names if shown[name]}


def test_what_was_granted_ties_out_after_every_step_that_takes_of_it(office):
    office.approved(new(soft=14_000))
    wish = office.do("request_change", grant=G, deltas={"soft": -1_000})["change"]
    office.do("approve_change", change=wish)
    assert office.show(G)["granted_yen"] == 13_000
    revoke = {"grant": G, "fault": "circumstances", "reason": "事情の変更"}
    office.do("revoke", **revoke, amount_yen=2_000)
    assert tied_out(office) == {"committed_yen": 11_000, "revoked_yen": 2_000}
    office.do("abolish", grant=G, amount_yen=1_000, reason="中止")
    assert tied_out(office) == {"committed_yen": 10_000, "revoked_yen": 2_000, "abolished_yen": 1_000}
    office.settled(G, {"soft": 18_000})
    settled = {"settled_yen": 9_000, "decommitted_yen": 1_000, "revoked_yen": 2_000, "abolished_yen": 1_000}
    assert tied_out(office) == settled
    office.do("report_input_tax", grant=G, deductible_tax_yen=1_000)
    assert tied_out(office) == settled | {"settled_yen": 8_500, "input_tax_yen": 500}
    office.do("revoke", **revoke, amount_yen=3_000)
    last = {"settled_yen": 5_500, "input_tax_yen": 500, "revoked_yen": 5_000}
    assert tied_out(office) == settled | last
    assert office.show(G)["granted_yen"] == 13_000


def test_all_that_is_given_up_is_told_as_given_up(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=3_000, payment="advance")
    office.do("abolish", grant=G, reason="中止")
    assert tied_out(office) == {"committed_yen": 3_000, "abolished_yen": 7_000}


def test_a_project_and_its_years_show_these_keys(office):
    office.approved(new(soft=1_000))
    office.published(P, 2025)
    shown = office.show(P)
    assert set(shown) == {
        *("project", "authority", "authority_name", "title", "strategy", "programme", "first_year"),
        *("last_year", "imported", "certificate_no", "ended_on", "version", "components", "kpis"),
        *("participations", "grants", "years", "coverage", "tags", "national_targets", "supports"),
        *("amendments", "target_revisions"),
        "evidence_disposed_on",
    }
    assert set(shown["years"][0]) == {
        *("fiscal_year", "kpis", "verifications", "cause", "improvement", "published", "unpublished"),
        "closed_on",
    }
    assert shown["years"][0]["kpis"] == [
        {"kpi": "k1", "name": "来訪者満足度", "target": "100", "actual": "78", "class": 2}
    ]


def test_a_line_of_the_list_has_these_keys(office):
    office.submitted(new(soft=1_000))
    (line,) = office.tell("list")
    assert set(line) == {
        *("grant", "authority", "authority_name", "fiscal_year", "title", "status", "programme"),
        *("requested_yen", "committed_yen", "settled_yen", "disbursed_yen", "returned_yen"),
        "imported_from",
    }


def test_a_line_of_the_log_has_these_keys(office):
    office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=1_000))
    *_, last = office.tell("log")
    keys = {"n", "stream", "version", "type", "recorded_at", "effective_on", "by", "data"}
    assert set(last) == keys | {"reason", "command"}
    assert last["type"] == "grant.decision_imported"


EACH_WINDOW = {
    "rule",
    "kind",
    "period",
    "limit_yen",
    "strength",
    "used_yen",
    "reserved_yen",
    "room_yen",
    "source",
}


def test_caps_have_these_keys(office):
    office.submitted(new(soft=1_000, facility=1_000, infrastructure=1_000))
    view = office.tell("caps", authority=HIROSHIMA)
    assert set(view) == {"authority", "name", "tier", "as_of", "windows", "slots"}
    keys = {row["period"]: set(row) - EACH_WINDOW - {"requested_yen"} for row in view["windows"]}
    span = {"project", "first_year", "last_year"}
    assert keys == {"fiscal_year": {"fiscal_year"}, "project": span, "plan": span}
    assert all(set(row) >= EACH_WINDOW for row in view["windows"])
    assert set(view["slots"][0]) == {"round", "ordinary", "ordinary_limit", "outside", "outside_limit"}


def test_room_is_what_used_and_reserved_leave(office):
    grant = office.submitted(new(YOKOHAMA, soft=400_000_000))
    office.do("adopt", grant=grant)
    office.approved(new(YOKOHAMA, soft=100_000_000))
    row = office.tell("caps", authority=YOKOHAMA)["windows"][0]
    assert (row["limit_yen"], row["used_yen"], row["reserved_yen"], row["room_yen"]) == (
        *(1_000_000_000, 100_000_000),
        *(400_000_000, 500_000_000),
    )


def test_caps_of_a_fiscal_year_show_its_windows_even_when_nothing_stands_in_them(office):
    rows = office.tell("caps", authority=YOKOHAMA, fiscal_year=2025)["windows"]
    assert {row["rule"]: row["room_yen"] for row in rows} == {
        "soft_fy_municipality": 1_000_000_000,
        "facility_fy_municipality": 1_000_000_000,
        "infrastructure_fy_municipality": 200_000_000,
        "infrastructure_plan_municipality": 1_000_000_000,
    }


@pytest.mark.parametrize(
    ("authority", "tier"), [(HIROSHIMA, "prefecture"), (SAPPORO, "core_hub"), (YOKOHAMA, "municipality")]
)
def test_caps_name_the_tier_of_an_authority(office, authority, tier):
    assert office.tell("caps", authority=authority)["tier"] == tier


def test_caps_of_no_authority_are_refused(office):
    assert refusal_of(office.tell, "caps", authority="340007").code == "bad_check_digit"
    assert refusal_of(office.tell, "caps", authority="990001").code == "unknown_authority"
