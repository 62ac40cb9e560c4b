"""What a story leaves unsaid: who does a command, on which day, with which facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lifecycle.aggregates import Grant
from lifecycle.aggregates.facts import Asked, Window

GRANT, PROJECT = "340006-2025-01/2025", "340006-2025-01"
LIKE = "340006-2026-01/2026"
"""A like grant of the same authority (適正化法 20条)."""
OWN_BUDGET_CLOSED = date(2026, 4, 30)
"""出納整理期限 of the grant's own fiscal year."""

WHO = {
    "register_officer": "sato",
    "record_participation": "ono",
    "submit": "kato",
    "return_for_correction": "tanaka",
    "resubmit": "kato",
    "withdraw": "kato",
    "score": "tanaka",
    "request_change": "kato",
    "request_advance": "kato",
    "disburse": "mori",
    "report_completion": "kato",
    "record_return": "ito",
    "measure": "ono",
    "verify_effect": "hara",
    "evaluate": "kato",
    "plan_improvement": "kato",
    "publish": "kato",
    "declare_conflict": "tanaka",
    "notify_informally": "tanaka",
    "record_support": "tanaka",
    "check_double_funding": "tanaka",
    "record_contract": "ono",
    "notify_minor_change": "ono",
    "request_carry_over": "kato",
    "commit_sub_grant": "ono",
    "pay_sub_grant": "ono",
    "report_progress": "ono",
    "report_delay": "ono",
    "report_year_end": "kato",
    "assess_return": "ito",
    "pay_charge": "ito",
    "collect_charge": "ito",
    "collect_as_tax": "ito",
    "report_input_tax": "kato",
    "report_revenue": "kato",
    "register_asset": "ono",
    "dispose_asset": "ono",
    "dispose_evidence": "tanaka",
    "file_objection": "kato",
    "inspect": "tanaka",
    "record_finding": "oda",
    "tag_project": "ono",
    "link_target": "ono",
}
"""Who does a command unless a test says otherwise; every decision is suzuki's."""

WHEN = {
    "submit": date(2025, 4, 10),
    "return_for_correction": date(2025, 4, 15),
    "resubmit": date(2025, 4, 18),
    "score": date(2025, 4, 20),
    "certify_plan": date(2025, 4, 20),
    "record_participation": date(2025, 4, 5),
    "adopt": date(2025, 4, 25),
    "not_adopt": date(2025, 4, 25),
    "approve": date(2025, 5, 1),
    "reject": date(2025, 5, 1),
    "withdraw": date(2025, 5, 12),
    "request_change": date(2025, 6, 1),
    "request_advance": date(2025, 6, 25),
    "approve_change": date(2025, 6, 10),
    "refuse_change": date(2025, 6, 10),
    "report_completion": date(2026, 4, 3),
    "settle": date(2026, 5, 20),
    "order_return": date(2026, 5, 25),
    "record_return": date(2026, 6, 10),
    "declare_conflict": date(2025, 4, 16),
    "notify_informally": date(2025, 4, 28),
    "check_double_funding": date(2025, 5, 2),
    "record_contract": date(2025, 6, 12),
    "notify_minor_change": date(2025, 6, 15),
    "commit_sub_grant": date(2025, 6, 20),
    "pay_sub_grant": date(2025, 11, 20),
    "report_progress": date(2025, 10, 10),
    "report_delay": date(2025, 10, 20),
    "order_compliance": date(2025, 7, 20),
    "suspend": date(2025, 8, 1),
    "resume": date(2025, 9, 1),
    "abolish": date(2025, 10, 1),
    "request_carry_over": date(2026, 3, 1),
    "approve_carry_over": date(2026, 3, 20),
    "report_year_end": date(2026, 4, 1),
    "order_correction": date(2026, 4, 20),
    "inspect": date(2026, 4, 10),
    "measure": date(2026, 6, 20),
}
"""The business date of a command unless a test says otherwise."""

SOFT_WINDOW = Window(
    window="340006/soft/fiscal_year/2025",
    rule="soft_fy_prefecture",
    kind="soft",
    period="fiscal_year",
    strength="hard",
    limit_yen=1_500_000_000,
    source="seed G10",
    fiscal_year=2025,
)

DECISION = {
    "programme": "R7-dai2sedai",
    "rules_sha256": "0" * 64,
    "windows": [SOFT_WINDOW],
    "justifications": {},
}


def asked(requested_yen: int, component: str = "s1", kind: str = "soft") -> Asked:
    """A component that asks for half of its cost."""
    return Asked(
        id=component,
        kind=kind,
        rate="1/2",
        eligible_cost_yen=2 * requested_yen,
        requested_yen=requested_yen,
    )


def requested(grant: Grant) -> dict[str, int]:
    """Yen by component, as the application asks for it."""
    return {component.id: component.requested_yen for component in grant.components.values()}


USUAL: dict[str, Callable[[Any], dict[str, Any]]] = {
    "return_for_correction": lambda _: {"message": "積算の内訳が不足"},
    "resubmit": lambda grant: {
        "title": "観光周遊",
        "strategy": "基本目標２",
        "components": [asked(20_000_000)],
        "justifications": {},
        "windows": [SOFT_WINDOW],
    },
    "score": lambda _: {"criterion": "vision", "score": 4},
    "adopt": lambda grant: {"amounts_yen": requested(grant), **DECISION},
    "approve": lambda grant: {
        "amounts_yen": requested(grant),
        **DECISION,
        "conditions": [],
        "decision_no": "",
        "withdrawable_until": date(2025, 5, 16),
    },
    "request_change": lambda _: {"deltas": {"s1": -2_000_000}, "drop": [], "last_year": None, "content": ""},
    "approve_change": lambda grant: {
        "change": f"{grant.id}/c1",
        **{name: DECISION[name] for name in ("rules_sha256", "windows", "justifications")},
    },
    "refuse_change": lambda grant: {"change": f"{grant.id}/c1"},
    "request_advance": lambda _: {"needs_yen": {"工事前払金": 3_000_000, "設計費": 2_000_000}},
    "disburse": lambda _: {"amount_yen": 5_000_000, "payment": "advance"},
    "report_completion": lambda grant: {
        "actuals_yen": {c.id: c.eligible_cost_yen for c in grant.components.values()},
        "evidence": [],
    },
    "settle": lambda grant: {"settled_yen": {c.id: c.committed_yen for c in grant.components.values()}},
    "order_return": lambda _: {
        "basis": "overpayment",
        "amount_yen": 2_000_000,
        "due_on": date(2026, 6, 14),
    },
    "record_return": lambda grant: {"order": f"{grant.id}/r1", "amount_yen": 2_000_000},
    "certify_plan": lambda _: {"certificate_no": "第76回-123"},
    "record_participation": lambda _: {
        "stage": "consideration",
        "sector": "academia",
        "body": "広島大学",
    },
    "end_project": lambda _: {"open_years": []},
    "measure": lambda _: {"kpi": "k1", "actual": "78"},
    "verify_effect": lambda _: {
        "body": "external",
        "meeting": "総合戦略会議",
        "held_on": date(2026, 8, 20),
        "sectors": ["industry", "academia"],
        "opinion": "順調",
    },
    "evaluate": lambda _: {"classes": {"k1": 2}, "by_rule": {"k1": 2}, "cause": "利用者が増えた"},
    "plan_improvement": lambda _: {
        "measures": "周知の強化",
        "owner": "企画課",
        "due_on": date(2027, 3, 31),
        "future": "continue",
    },
    "publish": lambda _: {"part": "verification", "url": "https://www.example.lg.jp/", "digest": "sha256:9f"},
    "declare_conflict": lambda _: {"interest": "親族が受託者"},
    "check_double_funding": lambda _: {
        "own_grant_yen": 15_000_000,
        "passed_down_yen": 5_000_000,
        "eligible_cost_yen": 40_000_000,
    },
    "record_contract": lambda _: {
        "component": "s1",
        "party": "広島交通",
        "amount_yen": 4_000_000,
        "signed_on": date(2025, 6, 10),
    },
    "notify_minor_change": lambda _: {
        "component": "s1",
        "from_item": "i1",
        "to_item": "i2",
        "amount_yen": 500_000,
    },
    "request_carry_over": lambda _: {
        "amount_yen": 10_000_000,
        "basis": "planned",
        "cause": "用地交渉の遅れ",
        "new_end_on": date(2026, 12, 20),
        "closed_on": OWN_BUDGET_CLOSED,
    },
    "approve_carry_over": lambda _: {"closed_on": OWN_BUDGET_CLOSED},
    "commit_sub_grant": lambda _: {"sub_grant": "g1", "payee": "西条酒造", "amount_yen": 9_000_000},
    "pay_sub_grant": lambda _: {"sub_grant": "g1", "evidence": "領収書"},
    "report_progress": lambda _: {
        "percent": 40,
        "spent_yen": 3_000_000,
        "forecast_yen": 12_000_000,
        "risks": "",
    },
    "report_delay": lambda _: {
        "cause": "豪雨災害",
        "new_end_on": date(2026, 8, 31),
        "amount_yen": None,
    },
    "report_year_end": lambda _: {"spent_yen": 8_000_000, "forecast_yen": 12_000_000, "content": ""},
    "order_compliance": lambda _: {"demand": "仕様どおりの施工", "due_on": date(2025, 12, 20)},
    "abolish": lambda _: {"amount_yen": None},
    "order_correction": lambda _: {"demand": "舗装のやり直し", "due_on": date(2026, 5, 31)},
    "revoke": lambda _: {"amount_yen": None, "fault": "recipient", "frees_room": True},
    "extend_return": lambda grant: {
        "order": f"{grant.id}/r1",
        "due_on": date(2027, 3, 31),
        "steps_taken": "訴訟提起",
        "why_hard": "資力がない",
    },
    "collect_as_tax": lambda grant: {"order": f"{grant.id}/r1", "amount_yen": 2_000_000},
    "set_off_return": lambda grant: {
        "order": f"{grant.id}/r1",
        "against": LIKE,
        "amount_yen": 2_000_000,
    },
    "set_off_payment": lambda _: {"order": f"{LIKE}/r1", "amount_yen": 2_000_000},
    "hold_payment": lambda _: {"order": f"{LIKE}/r1", "amount_yen": 2_000_000},
    "assess_return": lambda grant: {
        "order": f"{grant.id}/r1",
        "addon_yen": 18_000,
        "late_yen": 6_000,
        "rates": ("3/10000", "3/10000"),
        "segments": [],
    },
    "exempt": lambda grant: {"order": f"{grant.id}/r1", "addon_yen": None, "late_yen": None},
    "pay_charge": lambda grant: {"order": f"{grant.id}/r1", "amount_yen": 24_000},
    "collect_charge": lambda grant: {"order": f"{grant.id}/r1", "amount_yen": 24_000},
    "set_off_charge": lambda grant: {"order": f"{grant.id}/r1", "against": LIKE, "amount_yen": 24_000},
    "report_input_tax": lambda _: {"deductible_tax_yen": 1_000_000},
    "report_revenue": lambda _: {"revenue_yen": 800_000, "payback_yen": 400_000},
    "register_asset": lambda _: {
        "asset": "a1",
        "name": "自動運転バス",
        "unit_cost_yen": 8_000_000,
        "acquired_on": date(2025, 11, 1),
        "useful_life_years": 5,
        "restricted_until": date(2030, 11, 1),
    },
    "approve_disposal": lambda _: {"asset": "a1", "disposal": "sale", "repay_yen": 200_000},
    "dispose_asset": lambda _: {"asset": "a1", "disposal": "sale"},
    "inspect": lambda _: {"findings": "帳簿は適正", "amount_yen": None},
    "record_finding": lambda _: {"findings": "二重交付", "amount_yen": 3_000_000},
    "file_objection": lambda _: {
        "notified_on": date(2026, 9, 1),
        "grounds": "事実誤認",
        "until": date(2026, 10, 1),
    },
    "answer_objection": lambda _: {"answer": "申出は理由がない"},
    "correct": lambda _: {
        "event": 20,
        "event_type": "grant.submitted",
        "key": "",
        "replacement": {"title": "自動運転バスの実装"},
        "was": {"title": "観光周遊"},
    },
    "record_support": lambda _: {"held_on": date(2025, 9, 1), "content": "現地での助言"},
    "amend_plan": lambda _: {"certificate_no": "第77回-3", "content": "区域の拡大", "minor": False},
    "revise_target": lambda _: {"kpi": "k1", "targets": {"2026": "95", "2027": "110"}},
    "tag_project": lambda _: {"tags": ["strong_economy"]},
    "link_target": lambda _: {"kpi": "k1", "target": "young_flow"},
    "dispose_evidence": lambda _: {"kept_until": date(2033, 3, 31)},
    "register_officer": lambda officer: {
        "name": officer.name,
        "roles": [*officer.roles, "verifier"],
        "authority": officer.authority,
    },
}
"""What a command carries unless a test says otherwise."""
