"""職務分離: whoever prepared a matter does not decide it, however many roles they hold.

`both` holds every role, `approver` only that of deciding: what the one is refused, the other may do.
"""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, Office, continuing, elsewhere, new

from .telling import refused

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"


def only_another(office: Office, do: str, **fields: object) -> None:
    """`both` prepared it and is refused with exit 7; another officer does it."""
    assert refused(office, "same_officer", do, **fields, by="both").exit == 7
    assert office.do(do, **fields)["ok"]


DECISIONS = {
    "adopt": {},
    "not_adopt": {"reason": "自立性が認められない"},
    "approve": {},
    "reject": {"reason": "補助対象外"},
}


@pytest.mark.parametrize("do", DECISIONS)
def test_whoever_submitted_does_not_decide(office, do):
    office.decidable(new(soft=1_000) | {"title": "一"})
    other = office.submitted(new(soft=1_000), by="both")
    ready(office, other)
    only_another(office, do, grant=other, **DECISIONS[do])


@pytest.mark.parametrize("do", DECISIONS)
def test_whoever_scored_does_not_decide(office, do):
    grant = office.decidable(new(soft=1_000))
    office.do("score", grant=grant, criterion="vision", score=5, reason="明確", by="both")
    only_another(office, do, grant=grant, **DECISIONS[do])


@pytest.mark.parametrize("do", DECISIONS)
def test_whoever_corrected_does_not_decide(office, do):
    grant = office.decidable(new(soft=1_000))
    office.do("return_for_correction", grant=grant, message="積算")
    office.do("resubmit", grant=grant, application=new(soft=2_000), by="both")
    only_another(office, do, grant=grant, **DECISIONS[do])


def ready(office: Office, grant: str) -> None:
    """Scored and certified."""
    for criterion in ("vision", "kpi", "self_reliance", "participation"):
        office.do("score", grant=grant, criterion=criterion, score=4, reason="明確")
    office.do("certify_plan", project=grant.partition("/")[0], certificate_no="1")


def test_whoever_applied_does_not_certify_the_plan(office):
    office.submitted(new(soft=1_000), by="both")
    only_another(office, "certify_plan", project=P, certificate_no="第76回-123")


@pytest.mark.parametrize(("do", "reason"), [("approve_change", ""), ("refuse_change", "目的の変更")])
def test_whoever_requested_a_change_does_not_decide_it(office, do, reason):
    grant = office.approved(new(soft=10_000))
    office.do("request_change", grant=grant, deltas={"soft": -1_000}, by="both")
    only_another(office, do, change=f"{grant}/c1", reason=reason)


def test_whoever_decided_does_not_pay(office):
    grant = office.approved(new(soft=10_000), by="both")
    only_another(office, "disburse", grant=grant, amount_yen=1_000, payment="advance")


def test_whoever_settled_does_not_pay_the_rest(office):
    grant = office.approved(new(soft=10_000))
    office.do("report_completion", grant=grant, actuals={"soft": 20_000})
    office.do("settle", grant=grant, by="both")
    only_another(office, "disburse", grant=grant, amount_yen=10_000, payment="final")


def test_whoever_approved_a_change_does_not_pay(office):
    grant = office.approved(new(soft=10_000))
    office.do("request_change", grant=grant, deltas={"soft": 1_000})
    office.do("approve_change", change=f"{grant}/c1", by="both")
    only_another(office, "disburse", grant=grant, amount_yen=1_000, payment="advance")


def test_whoever_imported_a_decision_does_not_pay_it(office):
    imported = elsewhere(HIROSHIMA, 2025, soft=10_000)
    grant = office.do("import_decision", **imported, by="both")["grant"]
    only_another(office, "disburse", grant=grant, amount_yen=1_000, payment="advance")


def test_whoever_reported_completion_does_not_settle(office):
    grant = office.approved(new(soft=10_000))
    office.do("report_completion", grant=grant, actuals={"soft": 20_000}, by="both")
    only_another(office, "settle", grant=grant)


@pytest.mark.parametrize("prepares", ["submit", "report_completion"])
def test_whoever_prepared_does_not_order_the_return(office, prepares):
    grant = office.submitted(new(soft=10_000), by="both" if prepares == "submit" else "head")
    ready(office, grant)
    office.do("approve", grant=grant)
    office.do("disburse", grant=grant, amount_yen=10_000, payment="advance")
    reporter = "both" if prepares == "report_completion" else "head"
    office.do("report_completion", grant=grant, actuals={"soft": 18_000}, by=reporter)
    office.do("settle", grant=grant)
    order = {"basis": "overpayment", "amount_yen": 1_000, "due_on": "2025-05-01"}
    only_another(office, "order_return", grant=grant, **order)


# ---------------------------------------------------------------------- case C48, 効果検証

VERIFICATION = {"body": "external", "meeting": "会議", "held_on": "2025-04-01", "opinion": "順調"}


def test_whoever_reported_a_kpi_value_does_not_verify_it(office):
    office.approved(new(soft=1_000))
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78", by="both")
    only_another(office, "verify_effect", project=P, fiscal_year=2025, **VERIFICATION)


def test_whoever_reported_a_kpi_value_does_not_approve_the_next_year(office):
    office.approved(new(soft=1_000, last=2026))
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78", by="both")
    grant = office.decidable(continuing(P, 2026))
    only_another(office, "approve", grant=grant)


def test_reporting_on_one_project_does_not_bar_from_deciding_another(office):
    office.approved(new(soft=1_000))
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78", by="both")
    assert office.approved(new(soft=1_000), by="both") == f"{HIROSHIMA}-2025-02/2025"


@pytest.mark.parametrize("prepares", ["measure", "evaluate"])
def test_whoever_reported_or_evaluated_does_not_close_the_year(office, prepares):
    office.approved(new(soft=1_000))
    year = {"project": P, "fiscal_year": 2025}
    who = {prepares: "both"}
    office.do("measure", **year, kpi="k1", actual="78", by=who.get("measure", "preparer"))
    office.do("verify_effect", **year, **VERIFICATION)
    office.do("evaluate", **year, cause="利用者が増えた", by=who.get("evaluate", "head"))
    plan = {"measures": "周知", "owner": "企画課", "due_on": "2027-03-31", "future": "continue"}
    office.do("plan_improvement", **year, **plan)
    for part in ("verification", "evaluation", "measures"):
        office.publish(P, 2025, part)
    only_another(office, "close_year", **year)


# ---------------------------------------------------------------------- the rest of the law


@pytest.fixture
def prepared(office):
    """A grant of 10,000 yen that `both` submitted and another approved and paid."""
    grant = office.submitted(new(soft=10_000), by="both")
    ready(office, grant)
    office.do("approve", grant=grant)
    office.do("disburse", grant=grant, amount_yen=10_000, payment="advance")
    return grant


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("order_compliance", {"act": "仕様どおりの施工", "due_on": "2025-06-01", "reason": "相違"}),
        ("suspend", {"reason": "命令に従わない"}),
        ("abolish", {"reason": "撤退"}),
        ("revoke", {"amount_yen": 1_000, "fault": "recipient", "reason": "目的外"}),
    ],
)
def test_whoever_submitted_does_not_command_the_work(office, prepared, do, fields):
    only_another(office, do, grant=prepared, **fields)


def test_whoever_submitted_does_not_resume(office, prepared):
    office.do("suspend", grant=prepared, reason="命令に従わない")
    only_another(office, "resume", grant=prepared)


def test_whoever_reported_orders_no_correction(office):
    grant = office.approved(new(soft=10_000))
    office.do("report_completion", grant=grant, actuals={"soft": 20_000}, by="both")
    order = {"act": "やり直し", "due_on": "2025-06-01", "reason": "相違"}
    only_another(office, "order_correction", grant=grant, **order)


def test_whoever_asked_for_a_carry_over_does_not_approve_it(office):
    grant = office.approved(new(soft=10_000))
    asked = {"amount_yen": 1_000, "basis": "planned", "cause": "用地", "new_end_on": "2026-12-20"}
    office.do("request_carry_over", grant=grant, **asked, by="both")
    only_another(office, "approve_carry_over", grant=grant)


def test_whoever_assessed_a_charge_does_not_exempt_from_it(office):
    grant = office.approved(new(soft=10_000_000))
    office.do("disburse", grant=grant, amount_yen=10_000_000, payment="advance")
    office.do("revoke", grant=grant, amount_yen="all", fault="recipient", reason="目的外")
    order = {"basis": "revocation", "amount_yen": 10_000_000, "due_on": "2025-05-01"}
    office.do("order_return", grant=grant, **order)
    office.do("record_return", order=f"{grant}/r1", amount_yen=10_000_000)
    office.do("assess_return", order=f"{grant}/r1", by="both")
    only_another(office, "exempt", order=f"{grant}/r1", reason="災害のため")


def test_whoever_decided_does_not_answer_the_objection(office):
    grant = office.approved(new(soft=1_000), by="both")
    office.do("file_objection", grant=grant, notified_on="2025-04-01", grounds="事実誤認")
    only_another(office, "answer_objection", grant=grant, answer="理由がない")


@pytest.mark.parametrize(("by", "answers"), [("both", False), ("approver", False), ("reviser", True)])
def test_neither_who_decided_nor_who_revoked_answers_the_objection(office, by, answers):
    grant = office.approved(new(soft=10_000))
    office.do("revoke", grant=grant, amount_yen=1_000, fault="recipient", reason="目的外", by="both")
    office.do("file_objection", grant=grant, notified_on="2025-04-01", grounds="事実誤認")
    office.do("register_officer", officer="reviser", name="訂正者", roles=["approver"])
    answer = {"grant": grant, "answer": "理由がない", "by": by}
    if answers:
        assert office.do("answer_objection", **answer)["ok"]
    else:
        refused(office, "same_officer", "answer_objection", **answer)


def test_whoever_planned_neither_amends_the_plan_nor_approves_new_targets(office):
    office.submitted(new(soft=1_000), by="both")
    office.do("certify_plan", project=P, certificate_no="1")
    only_another(office, "amend_plan", project=P, certificate_no="2", content="区域の拡大")
    only_another(office, "revise_target", project=P, kpi="k1", targets={"2025": "95"}, reason="需要")


def test_whoever_submitted_approves_no_disposal(office, prepared):
    asset = {"asset": "a1", "name": "バス", "unit_cost_yen": 8_000_000, "useful_life_years": 5}
    office.do("register_asset", grant=prepared, **asset, acquired_on="2025-04-01")
    only_another(office, "approve_disposal", grant=prepared, asset="a1", disposal="sale")


def test_whoever_declared_an_interest_neither_scores_nor_decides(office):
    grant = office.decidable(new(soft=1_000))
    office.do("declare_conflict", grant=grant, interest="親族が受託者", by="both")
    score = {"criterion": "kpi", "score": 3, "reason": "可"}
    assert refused(office, "conflict_of_interest", "score", grant=grant, **score, by="both").exit == 7
    assert refused(office, "conflict_of_interest", "approve", grant=grant, by="both").exit == 7
    office.do("approve", grant=grant)


# ---------------------------------------------------------------------- what is no preparation


def test_whoever_sent_an_application_back_may_still_score_it(office):
    grant = office.submitted(new(soft=1_000))
    office.do("return_for_correction", grant=grant, message="積算", by="both")
    office.do("resubmit", grant=grant, application=new(soft=1_000))
    office.do("score", grant=grant, criterion="kpi", score=3, reason="可", by="both")


def test_one_approver_may_adopt_approve_certify_and_settle(office):
    grant = office.submitted(new(soft=10_000))
    for criterion in ("vision", "kpi", "self_reliance", "participation"):
        office.do("score", grant=grant, criterion=criterion, score=4, reason="明確")
    for do, fields in (("certify_plan", {"project": P, "certificate_no": "1"}), ("adopt", {"grant": grant})):
        office.do(do, **fields, by="both")
    office.do("approve", grant=grant, by="both")
    office.do("report_completion", grant=grant, actuals={"soft": 20_000})
    assert office.do("settle", grant=grant, by="both")["result"]["settled_yen"] == 10_000
