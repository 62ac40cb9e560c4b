"""The life of a grant in commands: every command that writes stands in it at least once, with its events.

Every step is told with all its fields; `by` and `on` are the usual ones of the office where it does not say.
"""

from __future__ import annotations

from dataclasses import replace

from store.office import CRITERIA, HIROSHIMA, PARTS, R8, SAPPORO, elsewhere, new

from .later_life import LATER
from .step import Json, step

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
YEAR = {"project": P, "fiscal_year": 2025}


def _application(**parts: int) -> Json:
    return new(HIROSHIMA, last=2027, **parts)


FIRST = (
    step(
        "open_round",
        "round.opened",
        round="2026-1",
        programme=R8,
        opens_on="2026-04-01",
        closes_on="2026-06-30",
    ),
    step("register_officer", "officer.registered", officer="yamada", name="山田", roles=["officer"]),
    step("register_officer", "officer.roles_changed", officer="yamada", name="山田", roles=["approver"]),
    step("confirm_programme", "programme.confirmed", programme=R8, basis="inherited", document="事務連絡"),
    step(
        "import_decision",
        "project.imported",
        "grant.decision_imported",
        **elsewhere(SAPPORO, 2025, soft=76_041_000),
    ),
    step("submit", "project.planned", "grant.submitted", application=_application(soft=20_000_000)),
    step(
        "record_participation",
        "project.participation_recorded",
        project=P,
        stage="consideration",
        sector="academia",
        body="広島大学",
    ),
    step("return_for_correction", "grant.returned_for_correction", grant=G, message="積算の内訳が不足"),
    step(
        "resubmit",
        "project.plan_revised",
        "grant.resubmitted",
        grant=G,
        application=_application(soft=22_000_000, facility=8_000_000),
    ),
    *(
        step("score", "grant.scored", grant=G, criterion=criterion, score=4, reason="課題が明確")
        for criterion in CRITERIA
    ),
    step("certify_plan", "project.plan_certified", project=P, certificate_no="第76回-123"),
    step("adopt", "grant.adopted", grant=G),
    step("approve", "grant.approved", grant=G, conditions=["入札による"], decision_no="府地創第12号"),
    step("request_change", "grant.change_requested", grant=G, deltas={"soft": -2_000_000}),
    step("refuse_change", "grant.change_refused", change=f"{G}/c1", reason="目的の変更にあたる"),
    step("request_change", "grant.change_requested", grant=G, deltas={"soft": -1_000_000}, last_year=2028),
    step("approve_change", "project.period_changed", "grant.change_approved", change=f"{G}/c2"),
    step("disburse", "grant.disbursed", grant=G, amount_yen=28_000_000, payment="advance"),
    step(
        "report_completion",
        "grant.completion_reported",
        grant=G,
        actuals={"soft": 40_000_000, "facility": 12_000_000},
    ),
    step("settle", "grant.settled", grant=G),
    step(
        "order_return",
        "grant.return_ordered",
        grant=G,
        basis="overpayment",
        amount_yen=2_000_000,
        due_on="2025-06-20",
    ),
    step("record_return", "grant.return_recorded", order=f"{G}/r1", amount_yen=2_000_000),
    step("measure", "project_year.begun", "project_year.measured", **YEAR, kpi="k1", actual="78"),
    step(
        "verify_effect",
        "project_year.effect_verified",
        **YEAR,
        body="external",
        meeting="総合戦略会議",
        held_on="2025-04-01",
        opinion="順調",
    ),
    step("evaluate", "project_year.evaluated", **YEAR, cause="利用者が増えた"),
    step(
        "plan_improvement",
        "project_year.improvement_planned",
        **YEAR,
        measures="周知の強化",
        owner="企画課",
        due_on="2027-03-31",
        future="continue",
    ),
    *(
        step(
            "publish",
            "project_year.published",
            **YEAR,
            part=part,
            url="https://www.example.lg.jp/",
            digest="sha256:9f",
        )
        for part in PARTS
    ),
    step("close_year", "project_year.closed", "grant.closed", **YEAR),
    step("end_project", "project.ended", project=P),
    step("submit", "project.planned", "grant.submitted", application=_application(soft=1_000_000)),
    step("withdraw", "grant.withdrawn", grant=f"{HIROSHIMA}-2025-02/2025"),
    step("submit", "project.planned", "grant.submitted", application=_application(soft=2_000_000)),
    step("not_adopt", "grant.not_adopted", grant=f"{HIROSHIMA}-2025-03/2025", reason="自立性"),
    step("submit", "project.planned", "grant.submitted", application=_application(soft=3_000_000)),
    step("reject", "grant.rejected", grant=f"{HIROSHIMA}-2025-04/2025", reason="補助対象外"),
)

LIFE = tuple(replace(step, number=number) for number, step in enumerate((*FIRST, *LATER)))
"""From the opening of a round to the last correction."""
