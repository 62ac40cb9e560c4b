"""点検 of single matters: money that ties out, funding, sub-grants, deadlines, publication, tax, participation."""

from __future__ import annotations

import pytest
from store.office import Office, new

from .tampering import SECTORS, G, P, last, messages, on, rewrite

# ---------------------------------------------------------------------- reconcile


def test_reconcile_finds_a_sum_that_does_not_tie_out(tampered):
    def more(entry):
        entry["data"]["return_yen"] = 1

    office = tampered(lambda db: rewrite(db, "grant.input_tax_reported", more))
    assert messages(office, "reconcile") == [
        f"event {last(office, G)}: {G} stands at 9,000 yen; the log adds up to 8,999 yen"
    ]


def test_reconcile_warns_of_what_is_paid_and_not_ordered_back(office):
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=10_000, payment="advance")
    office.settled(G, {"soft": 18_000})
    assert messages(office, "reconcile") == [
        f"event {office.events()}: 1,000 yen are paid beyond what {G} may keep, and not ordered back"
    ]
    office.do("order_return", grant=G, basis="overpayment", amount_yen=1_000, due_on="2025-05-01")
    assert messages(office, "reconcile") == []


# ---------------------------------------------------------------------- double_funding, sub_grants


def test_double_funding_warns_of_a_decision_without_the_check(office):
    office.decidable(new(soft=10_000))
    assert messages(office, "double_funding") == []
    office.do("approve", grant=G)
    assert messages(office, "double_funding") == [
        f"event {office.events()}: {G} was decided without a check of double funding"
    ]
    sums = {"own_grant_yen": 5_000, "passed_down_yen": 5_000, "eligible_cost_yen": 20_000}
    office.do("check_double_funding", grant=G, **sums)
    assert messages(office, "double_funding") == []


def test_sub_grants_finds_a_report_of_completion_while_one_is_unpaid(tampered):
    """The command refuses it; the log of another program might hold it."""
    office = tampered(lambda db: db.execute("DELETE FROM events WHERE type = 'grant.sub_grant_paid'"))
    assert messages(office, "sub_grants") == [
        f"event {last(office, G)}: {G} was reported complete; unpaid: g1"
    ]


def test_a_sub_grant_of_work_that_is_open_again_may_still_be_paid(office):
    office.approved(new(soft=10_000))
    office.do("report_completion", grant=G, actuals={"soft": 20_000})
    demand = {"act": "舗装のやり直し", "due_on": "2025-05-31", "reason": "実績と相違"}
    office.do("order_correction", grant=G, **demand)
    office.do("commit_sub_grant", grant=G, sub_grant="g1", payee="西条酒造", amount_yen=3_000)
    assert messages(office, "sub_grants") == []


# ---------------------------------------------------------------------- deadlines, publication, input_tax


@pytest.fixture
def settled(office: Office) -> Office:
    """A grant that is settled and paid, and nothing measured of it yet."""
    office.approved(new(soft=10_000))
    office.do("disburse", grant=G, amount_yen=9_000, payment="advance")
    office.settled(G, {"soft": 18_000})
    return office


def test_deadlines_warns_from_the_day_after_the_last(settled):
    on(settled, 2027, 3, 31)
    assert messages(settled, "deadlines") == []
    on(settled, 2027, 4, 1)
    assert messages(settled, "deadlines") == [
        f"event {last(settled, G)}: {P}: measure the KPIs (FY2025) was due on 2027-03-31, by preparer"
    ]


def test_deadlines_tells_the_yen_that_are_due(settled):
    settled.do("revoke", grant=G, amount_yen=2_000, fault="recipient", reason="目的外使用")
    settled.do("order_return", grant=G, basis="revocation", amount_yen=2_000, due_on="2025-05-01")
    on(settled, 2025, 5, 2)
    assert messages(settled, "deadlines") == [
        f"event {last(settled, G)}: {G}/r1: pay back (2,000 yen) was due on 2025-05-01, by head"
    ]


def test_publication_finds_each_step_to_it_that_is_overdue(settled):
    on(settled, 2027, 3, 31)
    assert messages(settled, "publication") == []
    on(settled, 2027, 4, 1)
    due = "(FY2025) was due on 2027-03-31"
    head = f"event {last(settled, G)}: {P}: "
    assert messages(settled, "publication") == [f"{head}measure the KPIs {due}"]
    settled.evaluated(P, 2025)
    on(settled, 2027, 4, 1)
    assert messages(settled, "publication") == [f"{head}publish verification, evaluation, measures {due}"]
    for part in ("verification", "evaluation", "measures"):
        settled.publish(P, 2025, part)
    assert messages(settled, "publication") == []


def test_input_tax_finds_a_settled_grant_that_reported_none(settled):
    on(settled, 2027, 6, 30)
    assert messages(settled, "input_tax") == []
    on(settled, 2027, 7, 1)
    assert messages(settled, "input_tax") == [
        f"event {last(settled, G)}: {G}: input tax was to be reported by 2027-06-30"
    ]
    settled.do("report_input_tax", grant=G, deductible_tax_yen=0)
    assert messages(settled, "input_tax") == []


# ---------------------------------------------------------------------- participation


def test_participation_warns_of_each_stage_with_the_sectors_that_took_no_part(office):
    office.submitted(new(soft=10_000))
    for sector in SECTORS[1:]:
        told = {"stage": "implementation", "sector": sector, "body": sector}
        office.do("record_participation", project=P, **told)
    for sector in SECTORS:
        told = {"stage": "verification", "sector": sector, "body": sector}
        office.do("record_participation", project=P, **told)
    head = f"event {office.events()}: {P}"
    assert messages(office, "participation") == [
        f"{head}, consideration: no {', '.join(SECTORS)}",
        f"{head}, implementation: no industry",
    ]
