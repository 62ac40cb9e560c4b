"""The life of a grant goes on: the commands of the rest of the law, in the order in which they become possible.

The work is watched over, the money comes back, other schemes stand beside it. `life.LIFE` ends with it.
"""

from __future__ import annotations

from typing import Any

from store.office import CRITERIA, HIROSHIMA, YOKOHAMA, new

from .step import Step, step

Q = f"{HIROSHIMA}-2025-05"
AT_WORK = f"{Q}/2025"
"""Worked on, reported, put right, revoked in part."""
GIVEN_UP = f"{HIROSHIMA}-2025-06/2025"
OWED = f"{HIROSHIMA}-2025-07/2025"
"""A like grant on which money is still to be paid."""
MISUSED = f"{HIROSHIMA}-2025-08/2025"
"""Revoked because of a sub-grantee."""
ENDED = f"{HIROSHIMA}-2025-01"


def _with_items() -> dict[str, Any]:
    application = new(HIROSHIMA, soft=12_000_000)
    application["components"][0]["items"] = [
        {"id": "i1", "name": "車両", "fiscal_year": 2025, "cost_yen": 15_000_000},
        {"id": "i2", "name": "運行", "fiscal_year": 2025, "cost_yen": 9_000_000},
    ]
    return application


def _decided(project: str, **parts: int) -> tuple[Step, ...]:
    grant = f"{project}/2025"
    return (
        step("submit", "project.planned", "grant.submitted", application=new(HIROSHIMA, **parts)),
        *_scored(grant),
        step("certify_plan", "project.plan_certified", project=project, certificate_no="第76回-9"),
        step("approve", "grant.approved", grant=grant),
    )


def _scored(grant: str) -> tuple[Step, ...]:
    return tuple(
        step("score", "grant.scored", grant=grant, criterion=criterion, score=4, reason="課題が明確")
        for criterion in CRITERIA
    )


AROUND_THE_DECISION = (
    step(
        "record_consultation",
        "consultation.held",
        authority=HIROSHIMA,
        held_on="2025-03-20",
        topics="自動運転バス",
        advice="KPIを年度別に",
    ),
    step(
        "waive",
        "waiver.waived",
        rule="soft_fy_municipality",
        authority=YOKOHAMA,
        until="2026-03-31",
        document="府地創第200号",
        limit_yen=1_200_000_000,
    ),
    step("submit", "project.planned", "grant.submitted", application=_with_items()),
    *_scored(AT_WORK),
    step("declare_conflict", "grant.conflict_declared", grant=AT_WORK, interest="親族が受託者"),
    step("certify_plan", "project.plan_certified", project=Q, certificate_no="第76回-5"),
    step(
        "check_double_funding",
        "grant.double_funding_checked",
        grant=AT_WORK,
        own_grant_yen=7_000_000,
        passed_down_yen=5_000_000,
        eligible_cost_yen=24_000_000,
    ),
    step("adopt", "grant.adopted", grant=AT_WORK),
    step("notify_informally", "grant.informally_notified", grant=AT_WORK),
    step("approve", "grant.approved", grant=AT_WORK),
    step("amend_plan", "project.plan_amended", project=Q, certificate_no="第77回-3", content="区域の拡大"),
    step("record_support", "project.support_given", project=Q, held_on="2025-04-01", content="現地での助言"),
    step(
        "revise_target",
        "project.target_revised",
        project=Q,
        kpi="k1",
        targets={"2025": "95"},
        reason="需要の減少",
    ),
    step("tag_project", "project.tagged", project=Q, tags=["strong_economy", "ai_digital"]),
    step("link_target", "project.target_linked", project=Q, kpi="k1", target="young_flow"),
)

AT_WORK_ON_IT = (
    step("request_advance", "grant.advance_requested", grant=AT_WORK, needs={"車両の前払": 12_000_000}),
    step("disburse", "grant.disbursed", grant=AT_WORK, amount_yen=11_000_000, payment="advance"),
    step(
        "record_contract",
        "grant.contract_recorded",
        grant=AT_WORK,
        component="soft",
        party="広島交通",
        amount_yen=4_000_000,
        signed_on="2025-04-01",
    ),
    step(
        "notify_minor_change",
        "grant.minor_change_notified",
        grant=AT_WORK,
        component="soft",
        from_item="i1",
        to_item="i2",
        amount_yen=1_800_000,
    ),
    step(
        "commit_sub_grant",
        "grant.sub_grant_committed",
        grant=AT_WORK,
        sub_grant="g1",
        payee="西条酒造",
        amount_yen=3_000_000,
    ),
    step("pay_sub_grant", "grant.sub_grant_paid", grant=AT_WORK, sub_grant="g1", evidence="領収書"),
    step(
        "report_progress",
        "grant.progress_reported",
        grant=AT_WORK,
        percent=40,
        spent_yen=3_000_000,
        forecast_yen=24_000_000,
    ),
    step("report_delay", "grant.delay_reported", grant=AT_WORK, cause="豪雨災害", new_end_on="2026-08-31"),
    step(
        "order_compliance",
        "grant.compliance_ordered",
        grant=AT_WORK,
        act="仕様どおりの施工",
        due_on="2025-12-20",
        reason="仕様と相違",
    ),
    step("suspend", "grant.suspended", grant=AT_WORK, reason="遂行命令に従わない"),
    step("resume", "grant.resumed", grant=AT_WORK, reason="是正を確認"),
    step(
        "request_carry_over",
        "grant.carry_over_requested",
        grant=AT_WORK,
        amount_yen=1_000_000,
        basis="planned",
        cause="用地交渉の遅れ",
        new_end_on="2026-12-20",
    ),
    step("approve_carry_over", "grant.carry_over_approved", grant=AT_WORK),
    step(
        "report_year_end",
        "grant.year_end_reported",
        grant=AT_WORK,
        spent_yen=8_000_000,
        forecast_yen=24_000_000,
        on="2026-04-01",
    ),
    step("inspect", "grant.inspected", grant=AT_WORK, findings="帳簿は適正"),
    step(
        "register_asset",
        "grant.asset_registered",
        grant=AT_WORK,
        asset="a1",
        name="自動運転バス",
        unit_cost_yen=8_000_000,
        acquired_on="2025-04-01",
        useful_life_years=5,
    ),
    step(
        "approve_disposal",
        "grant.disposal_approved",
        grant=AT_WORK,
        asset="a1",
        disposal="sale",
        repay_yen=200_000,
    ),
    step("dispose_asset", "grant.asset_disposed", grant=AT_WORK, asset="a1", disposal="sale"),
)

REPORTED_AND_TAKEN_BACK = (
    step("report_completion", "grant.completion_reported", grant=AT_WORK, actuals={"soft": 24_000_000}),
    step(
        "order_correction",
        "grant.correction_ordered",
        grant=AT_WORK,
        act="舗装のやり直し",
        due_on="2026-05-31",
        reason="実績と相違",
    ),
    step("report_completion", "grant.completion_reported", grant=AT_WORK, actuals={"soft": 23_000_000}),
    step("settle", "grant.settled", grant=AT_WORK),
    step("report_input_tax", "grant.input_tax_reported", grant=AT_WORK, deductible_tax_yen=1_000_000),
    step("report_revenue", "grant.revenue_reported", grant=AT_WORK, revenue_yen=800_000, payback_yen=400_000),
    step(
        "record_finding", "grant.finding_recorded", grant=AT_WORK, findings="二重交付", amount_yen=2_000_000
    ),
    step(
        "revoke",
        "grant.revoked",
        grant=AT_WORK,
        amount_yen=2_000_000,
        fault="recipient",
        reason="目的外使用",
    ),
    step(
        "file_objection",
        "grant.objection_filed",
        grant=AT_WORK,
        notified_on="2025-04-01",
        grounds="事実誤認",
    ),
    step("register_officer", "officer.registered", officer="oda", name="小田", roles=["approver"]),
    step("answer_objection", "grant.objection_answered", grant=AT_WORK, answer="申出は理由がない", by="oda"),
    step(
        "order_return",
        "grant.return_ordered",
        grant=AT_WORK,
        basis="revocation",
        amount_yen=1_500_000,
        due_on="2025-04-20",
    ),
    step(
        "collect_as_tax", "grant.collected_as_tax", order=f"{AT_WORK}/r1", amount_yen=500_000, on="2025-05-01"
    ),
    step(
        "record_return", "grant.return_recorded", order=f"{AT_WORK}/r1", amount_yen=1_000_000, on="2025-05-01"
    ),
    step("assess_return", "grant.charges_assessed", order=f"{AT_WORK}/r1", on="2025-05-02"),
    step(
        "exempt",
        "grant.charges_exempted",
        order=f"{AT_WORK}/r1",
        addon_yen=1_000,
        reason="災害のため",
        on="2025-05-02",
    ),
    step("record_return", "grant.charge_paid", order=f"{AT_WORK}/r1", amount_yen=1_000, on="2025-05-06"),
    step("collect_as_tax", "grant.charge_collected", order=f"{AT_WORK}/r1", amount_yen=500, on="2025-05-06"),
)

OTHER_GRANTS = (
    *_decided(f"{HIROSHIMA}-2025-06", soft=5_000_000),
    step("abolish", "grant.abolished", grant=GIVEN_UP, reason="事業者の撤退"),
    *_decided(f"{HIROSHIMA}-2025-07", soft=8_000_000),
    step("request_change", "grant.change_requested", grant=OWED, deltas={"soft": 1_000_000}),
    step("approve_change", "grant.change_approved", change=f"{OWED}/c1"),
    *_decided(f"{HIROSHIMA}-2025-08", soft=6_000_000),
    step("disburse", "grant.disbursed", grant=MISUSED, amount_yen=6_000_000, payment="advance"),
    step(
        "revoke",
        "grant.revoked",
        grant=MISUSED,
        amount_yen="all",
        fault="sub_grantee",
        reason="間接補助事業者の不正",
    ),
    step(
        "order_return",
        "grant.return_ordered",
        grant=MISUSED,
        basis="sub_grantee",
        amount_yen=6_000_000,
        due_on="2025-05-01",
    ),
    step(
        "extend_return",
        "grant.return_extended",
        order=f"{MISUSED}/r1",
        due_on="2025-12-01",
        steps_taken="訴訟提起",
        why_hard="資力がない",
    ),
    step("hold_payment", "grant.payment_held", order=f"{MISUSED}/r1", grant=OWED, amount_yen=4_000_000),
    step(
        "set_off",
        "grant.return_set_off",
        "grant.payment_set_off",
        order=f"{MISUSED}/r1",
        grant=OWED,
        amount_yen=4_000_000,
    ),
    step(
        "set_off",
        "grant.charge_set_off",
        "grant.payment_set_off",
        order=f"{AT_WORK}/r1",
        grant=OWED,
        amount_yen=500,
        on="2025-05-06",
    ),
)

BESIDE_IT = (
    step("register_talent_hub", "talent_hub.registered", prefecture=HIROSHIMA, operator="産業振興機構"),
    step(
        "submit_talent_case",
        "project.planned",
        "grant.submitted",
        prefecture=HIROSHIMA,
        firm="西条酒造",
        match="side_job",
        costs={"referral_fee": 250_000, "pay": 380_000, "travel": 20_000},
        cost_on="2025-04-01",
    ),
    step(
        "record_donation",
        "donation.recorded",
        firm="7000012050002",
        head_office="131016",
        authority=HIROSHIMA,
        project=Q,
        amount_yen=10_000_000,
        donated_on="2025-04-01",
        corporate_tax_yen=300_000_000,
        inhabitant_levy_yen=21_000_000,
        enterprise_tax_yen=80_000_000,
    ),
    step("register_office", "telework.office_registered", authority=HIROSHIMA, name="西条テレワークセンター"),
    step("join_hub", "telework.hub_joined", member="西条酒造", kind="firm"),
    step("record_match", "telework.match_recorded", firm="西条酒造", authority=HIROSHIMA, relocated=3),
    step(
        "record_award",
        "telework.award_recorded",
        fiscal_year=2025,
        category="regional_problem_solving",
        winner="西条酒造",
        partners=[HIROSHIMA],
    ),
    step("record_hub_event", "telework.event_recorded", title="マッチング会", held_on="2025-04-01"),
)

PUT_RIGHT = (
    step(
        "correct",
        "grant.corrected",
        event="grant.submitted",
        replacement={"title": "周遊の仕組み"},
        reason="誤記",
    ),
    step(
        "correct",
        "project.corrected",
        event="project.planned",
        replacement={"strategy": "基本目標３"},
        reason="誤記",
    ),
    step(
        "correct",
        "project_year.corrected",
        event="project_year.effect_verified",
        replacement={"opinion": "横ばい"},
        reason="誤記",
    ),
    step("dispose_evidence", "project.evidence_disposed", project=ENDED, on="2031-04-01"),
)

LATER = (
    *AROUND_THE_DECISION,
    *AT_WORK_ON_IT,
    *REPORTED_AND_TAKEN_BACK,
    *OTHER_GRANTS,
    *BESIDE_IT,
    *PUT_RIGHT,
)
