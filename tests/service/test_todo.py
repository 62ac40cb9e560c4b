"""予定と期限: what waits for whom and until when, on any day and as of any point; overdue first."""

from __future__ import annotations

from datetime import datetime

import pytest
from store.office import HIROSHIMA, SAPPORO, YOKOHAMA, Office, elsewhere, new

from lifecycle.values import JAPAN

from .telling import refusal_of

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
ORDER = f"{G}/r1"
YEAR = {"project": P, "fiscal_year": 2025}


def waits(office: Office, **fields):
    """What waits, as (what, role, last day, yen)."""
    return [
        (wait["what"], wait["role"], wait["due_on"], wait["amount_yen"])
        for wait in office.tell("todo", **fields)
    ]


def on(office: Office, *day: int) -> None:
    """It is noon of this day in Japan."""
    office.clock.at = datetime(*day, 12, tzinfo=JAPAN)


# ---------------------------------------------------------------------- ways to what waits


def submitted(office):
    office.submitted(new(soft=1_000))


def returned(office):
    submitted(office)
    office.do("return_for_correction", grant=G, message="積算")


def adopted(office):
    submitted(office)
    office.do("adopt", grant=G, amounts={"soft": 900})


def approved(office):
    office.approved(new(soft=1_000))


def change_requested(office):
    approved(office)
    office.do("request_change", grant=G, deltas={"soft": -1})


def carry_over_requested(office):
    approved(office)
    carried = {"amount_yen": 500, "basis": "planned", "cause": "用地交渉の遅れ"}
    office.do("request_carry_over", grant=G, **carried, new_end_on="2026-12-20")


def carried_over(office):
    carry_over_requested(office)
    office.do("approve_carry_over", grant=G)


def sub_grant_committed(office):
    approved(office)
    office.do("commit_sub_grant", grant=G, sub_grant="g1", payee="西条酒造", amount_yen=900)


def compliance_ordered(office):
    approved(office)
    demand = {"act": "仕様どおりの施工", "due_on": "2025-12-20", "reason": "仕様と相違"}
    office.do("order_compliance", grant=G, **demand)


def objection_filed(office):
    approved(office)
    office.do("file_objection", grant=G, notified_on="2025-04-01", grounds="事実誤認")


def paid(office):
    approved(office)
    office.do("disburse", grant=G, amount_yen=1_000, payment="advance")


def reported(office):
    paid(office)
    office.do("report_completion", grant=G, actuals={"soft": 1_800})


def correction_ordered(office):
    reported(office)
    demand = {"act": "舗装のやり直し", "due_on": "2025-05-31", "reason": "実績と相違"}
    office.do("order_correction", grant=G, **demand)


def settled_unpaid(office):
    approved(office)
    office.settled(G, {"soft": 1_800})


def settled_overpaid(office):
    reported(office)
    office.do("settle", grant=G)


def revoked(office):
    paid(office)
    office.do("revoke", grant=G, amount_yen="all", fault="recipient", reason="目的外使用")


def return_ordered(office):
    revoked(office)
    office.do("order_return", grant=G, basis="revocation", amount_yen=1_000, due_on="2025-05-01")


def returned_in_full(office):
    return_ordered(office)
    office.do("record_return", order=ORDER, amount_yen=1_000, on="2025-06-01")


def charges_assessed(office):
    returned_in_full(office)
    office.do("assess_return", order=ORDER, on="2025-06-01")


def revenue_reported(office):
    settled_overpaid(office)
    office.do("report_revenue", grant=G, revenue_yen=800, payback_yen=400)


def measured(office):
    approved(office)
    office.do("measure", **YEAR, kpi="k1", actual="78")


def verified(office):
    measured(office)
    meeting = {"body": "external", "meeting": "会議", "held_on": "2025-04-01", "opinion": "順調"}
    office.do("verify_effect", **YEAR, **meeting)


def evaluated(office):
    verified(office)
    office.do("evaluate", **YEAR, cause="周知が届いた")


def improvement_planned(office):
    evaluated(office)
    measures = {"measures": "周知", "owner": "企画課", "due_on": "2027-03-31", "future": "continue"}
    office.do("plan_improvement", **YEAR, **measures)


def published(office):
    approved(office)
    office.published(P, 2025)


WAITS = {
    submitted: ("review", "officer", "2025-05-01", 1_000),
    returned: ("correct the application", "head", None, None),
    adopted: ("decide", "approver", "2025-05-01", 900),
    approved: ("may still be withdrawn", "head", "2025-04-16", None),
    change_requested: ("decide the change", "approver", None, None),
    carry_over_requested: ("decide the carry-over", "approver", None, 500),
    carried_over: ("report completion", "head", "2027-04-12", None),
    sub_grant_committed: ("pay sub-grant g1", "preparer", None, 900),
    compliance_ordered: ("compliance: 仕様どおりの施工", "head", "2025-12-22", None),
    objection_filed: ("answer the objection", "approver", None, None),
    paid: ("report completion", "head", "2026-04-10", None),
    reported: ("settle", "approver", None, None),
    correction_ordered: ("correction: 舗装のやり直し", "head", "2025-06-02", None),
    settled_unpaid: ("final payment", "disbursing_officer", None, 900),
    settled_overpaid: ("report input tax", "head", "2027-06-30", None),
    revoked: ("order the return (revocation)", "approver", None, 1_000),
    return_ordered: ("pay back", "head", "2025-05-01", 1_000),
    returned_in_full: ("assess add-on and late money", "revenue_officer", None, None),
    charges_assessed: ("pay add-on and late money", "head", None, 18 + 9),
    revenue_reported: ("order the return (revenue)", "approver", None, 400),
    measured: ("verify the effect (FY2025)", "verifier", "2027-03-31", None),
    verified: ("evaluate (FY2025)", "head", "2027-03-31", None),
    evaluated: ("plan the improvement (FY2025)", "head", "2027-03-31", None),
    improvement_planned: (
        "publish verification, evaluation, measures (FY2025)",
        "head",
        "2027-03-31",
        None,
    ),
    published: ("close the year (FY2025)", "approver", "2027-03-31", None),
}
"""What waits then, beside what waited before. 10 April 2027 is a Saturday, 12 April the next open day."""


@pytest.mark.parametrize("way", WAITS, ids=lambda way: way.__name__)
def test_what_waits_names_its_role_its_day_and_its_yen(office, way):
    way(office)
    assert WAITS[way] in waits(office)


def test_settlement_leaves_what_was_overpaid_to_be_ordered_back(office):
    settled_overpaid(office)
    assert ("order the return (overpayment)", "approver", None, 100) in waits(office)


def test_what_settlement_leaves_less_what_was_paid_is_still_to_be_paid(office):
    approved(office)
    office.do("disburse", grant=G, amount_yen=600, payment="advance")
    office.settled(G, {"soft": 1_800})
    assert ("final payment", "disbursing_officer", None, 300) in waits(office)
    office.do("disburse", grant=G, amount_yen=300, payment="final")
    assert "final payment" not in [what for what, *_ in waits(office)]


def test_what_was_returned_too_is_no_longer_paid(office):
    """Paid 1,000 and settled at 900; 100 come back, and nothing waits to be paid or ordered."""
    settled_overpaid(office)
    office.do("order_return", grant=G, basis="overpayment", amount_yen=100, due_on="2025-05-01")
    office.do("record_return", order=ORDER, amount_yen=100)
    left = {what for what, *_ in waits(office)}
    assert not {what for what in left if what.startswith(("final payment", "order the return"))}


@pytest.mark.parametrize(
    ("way", "gone"),
    [
        (adopted, "review"),
        (paid, "may still be withdrawn"),
        (reported, "report completion"),
        (settled_unpaid, "settle"),
        (return_ordered, "order the return (revocation)"),
        (returned_in_full, "pay back"),
        (charges_assessed, "assess add-on and late money"),
        (verified, "verify the effect (FY2025)"),
        (published, "publish"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_is_done_no_longer_waits(office, way, gone):
    way(office)
    assert [wait for wait in waits(office) if wait[0].startswith(gone)] == []


def test_nothing_waits_of_what_came_to_nothing_or_was_closed(office):
    published(office)
    office.do("disburse", grant=G, amount_yen=1_000, payment="advance")
    office.settled(G, {"soft": 2_000})
    office.do("report_input_tax", grant=G, deductible_tax_yen=0)
    office.do("close_year", **YEAR)
    for do, fields in {"withdraw": {}, "not_adopt": {"reason": "自立性"}}.items():
        office.do(do, grant=office.submitted(new(soft=1_000)), **fields)
    on(office, 2025, 5, 2)
    assert waits(office) == []


def test_nothing_waits_that_nobody_can_do_any_more(office):
    """What was asked for while the work went on, and what was ordered, ends with the report of completion."""
    compliance_ordered(office)
    office.do("request_change", grant=G, deltas={"soft": -1})
    carried = {"amount_yen": 500, "basis": "planned", "cause": "用地交渉の遅れ"}
    office.do("request_carry_over", grant=G, **carried, new_end_on="2026-12-20")
    begun = {"decide the change", "decide the carry-over", "compliance: 仕様どおりの施工"}
    assert begun <= {what for what, *_ in waits(office)}
    office.do("report_completion", grant=G, actuals={"soft": 2_000})
    assert not begun & {what for what, *_ in waits(office)}


def test_a_decision_from_elsewhere_is_reported_like_any_other(office):
    office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=1_000))
    assert waits(office) == [
        ("report progress", "preparer", "2025-10-01", None),
        ("report completion", "head", "2026-04-10", None),
    ]


def test_what_waits_names_the_matter_its_authority_and_its_last_event(office):
    change_requested(office)
    wait = next(wait for wait in list(office.tell("todo")) if wait["what"] == "decide the change")
    assert (wait["id"], wait["authority"], wait["event"]) == (f"{G}/c1", HIROSHIMA, office.events())
    assert set(wait) == {"what", "id", "authority", "role", "due_on", "amount_yen", "event", "overdue"}


# ---------------------------------------------------------------------- its order


@pytest.fixture
def busy(office):
    """One return that is due on 1 May, one change without a day, and one application to be reviewed by 1 May."""
    return_ordered(office)
    office.approved(new(SAPPORO, soft=1_000))
    office.do("request_change", grant=f"{SAPPORO}-2025-01/2025", deltas={"soft": -1})
    office.submitted(new(YOKOHAMA, soft=1_000))
    return office


def test_by_day_and_what_has_no_day_comes_last(busy):
    days = [day for _, _, day, _ in waits(busy)]
    assert days == [*sorted(day for day in days if day), None]


def test_what_is_overdue_comes_first_from_the_day_after_its_last(busy):
    on(busy, 2025, 5, 1)
    assert [wait["what"] for wait in busy.tell("todo") if wait["overdue"]] == []
    on(busy, 2025, 5, 2)
    told = list(busy.tell("todo"))
    assert [(wait["what"], wait["overdue"]) for wait in told[:3]] == [
        ("review", True),
        ("pay back", True),
        ("report progress", False),
    ]


def test_a_chance_that_has_passed_is_no_duty(office):
    approved(office)
    on(office, 2025, 4, 16)
    assert "may still be withdrawn" in [what for what, *_ in waits(office)]
    on(office, 2025, 4, 17)
    assert "may still be withdrawn" not in [what for what, *_ in waits(office)]


# ---------------------------------------------------------------------- who sees what


@pytest.mark.parametrize(
    ("officer", "seen"),
    [
        ("head", {"pay back", "report completion", "may still be withdrawn", "may still be objected to"}),
        ("preparer", {"report progress", "measure the KPIs (FY2025)"}),
        ("officer", {"review"}),
        ("approver", {"decide the change"}),
        ("payer", set()),
        ("receiver", set()),
        ("verifier", set()),
        ("auditor", set()),
    ],
)
def test_an_officer_sees_what_their_roles_may_do(busy, officer, seen):
    assert {what for what, *_ in waits(busy, by=officer)} == seen


def test_an_officer_of_many_roles_sees_what_any_of_them_may_do(busy):
    assert waits(busy, by="both") == waits(busy)


def test_an_applicants_officer_sees_what_waits_for_their_own_authority(busy):
    applicant = {"officer": "kato", "name": "加藤", "roles": ["head", "preparer"]}
    busy.do("register_officer", **applicant, authority=SAPPORO)
    assert {wait["authority"] for wait in busy.tell("todo", by="kato")} == {SAPPORO}
    reviewer = {"officer": "sano", "name": "佐野", "roles": ["officer"]}
    busy.do("register_officer", **reviewer, authority=SAPPORO)
    assert {wait["authority"] for wait in busy.tell("todo", by="sano")} == {YOKOHAMA}


def test_what_waits_of_one_authority(busy):
    assert {wait["authority"] for wait in busy.tell("todo", authority=HIROSHIMA)} == {HIROSHIMA}
    everything = {
        authority: len(waits(busy, authority=authority)) for authority in (HIROSHIMA, SAPPORO, YOKOHAMA)
    }
    assert sum(everything.values()) == len(waits(busy))


def test_an_officer_or_an_authority_that_nobody_knows_is_refused(office):
    assert refusal_of(office.tell, "todo", by="stranger").code == "not_found"
    assert refusal_of(office.tell, "todo", authority="990001").code == "unknown_authority"
    assert refusal_of(office.tell, "todo", authority="340007").code == "bad_check_digit"


# ---------------------------------------------------------------------- as of a point


def test_as_of_an_event_what_waited_then_is_told_as_on_that_day(office):
    submitted(office)
    then = office.events()
    on(office, 2025, 5, 2)
    office.do("withdraw", grant=G)
    assert waits(office) == []
    (wait,) = office.tell("todo", as_of_event=then)
    assert (wait["what"], wait["overdue"]) == ("review", False)


@pytest.mark.parametrize(("day", "overdue"), [("2025-05-01", False), ("2025-05-02", True)])
@pytest.mark.parametrize("clock", ["recorded", "effective"])
def test_as_of_a_day_what_is_overdue_is_overdue_on_that_day(office, day, overdue, clock):
    submitted(office)
    on(office, 2026, 1, 1)
    (wait,) = office.tell("todo", as_of=day, clock=clock)
    assert wait["overdue"] is overdue


def test_the_two_clocks_tell_apart_what_was_told_late(office):
    submitted(office)
    on(office, 2025, 4, 20)
    office.do("return_for_correction", grant=G, message="積算", on="2025-04-10")
    assert waits(office, as_of="2025-04-15")[0][0] == "review"
    assert waits(office, as_of="2025-04-15", clock="effective")[0][0] == "correct the application"
