"""Given, when, then: a rule of one aggregate in three lines, without a store.

    given_submitted(requested_yen=22_000_000).when("approve", by="suzuki").then(Grant.Approved)
    given_submitted(by="kato").when("approve", by="kato").then_refused("same_officer")

`given_*` tells what happened before. `when` gives one command to the aggregate; what a test leaves out is
filled from USUAL. `then` names the one event that follows and facts of it; `then_refused` the code, and that
no event was left pending.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from eventsourcing.domain import CanMutateAggregate

from lifecycle.aggregates import Act, Aggregate, Grant
from lifecycle.aggregates.facts import Asked, Window
from lifecycle.errors import Refusal

GRANT, PROJECT = "340006-2025-01/2025", "340006-2025-01"

WHO = {
    "register_officer": "sato",
    "record_participation": "ono",
    "submit": "kato",
    "return_for_correction": "tanaka",
    "resubmit": "kato",
    "withdraw": "kato",
    "score": "tanaka",
    "request_change": "kato",
    "disburse": "mori",
    "report_completion": "kato",
    "record_return": "ito",
    "measure": "ono",
    "verify_effect": "hara",
    "evaluate": "kato",
    "plan_improvement": "kato",
    "publish": "kato",
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
    "approve_change": date(2025, 6, 10),
    "refuse_change": date(2025, 6, 10),
    "report_completion": date(2026, 4, 3),
    "settle": date(2026, 5, 20),
    "order_return": date(2026, 5, 25),
    "record_return": date(2026, 6, 10),
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
    "register_officer": lambda officer: {
        "name": officer.name,
        "roles": [*officer.roles, "verifier"],
        "authority": officer.authority,
    },
}
"""What a command carries unless a test says otherwise."""


class Story:
    """One aggregate and what was asked of it last."""

    def __init__(self, aggregate: Any) -> None:
        self.aggregate = aggregate
        self.refusal: Refusal | None = None
        self.answer: Any = None
        aggregate.collect_events()

    def given(self, command: str, **facts: Any) -> Story:
        """One more thing that happened before."""
        self.when(command, **facts)
        assert self.refusal is None, f"{command}: {self.refusal}"
        self.aggregate.collect_events()
        return self

    def when(
        self, command: str, *, by: str = "", on: date | None = None, reason: str | None = None, **facts: Any
    ) -> Story:
        """Give the aggregate one command."""
        act = Act(
            by=by or WHO.get(command, "suzuki"),
            on=on or WHEN.get(command, date(2026, 9, 1)),
            reason="理由" if reason is None else reason,
        )
        usual = USUAL.get(command, lambda _: {})(self.aggregate)
        try:
            self.answer = getattr(self.aggregate, command)(act, **{**usual, **facts})
        except Refusal as refusal:
            self.refusal = refusal
        return self

    @property
    def pending(self) -> list[CanMutateAggregate[str]]:
        """Events that wait to be recorded."""
        return list(self.aggregate.pending_events)

    def then(self, event: type, **facts: Any) -> Story:
        """This event follows, alone, with these facts; and its state with it."""
        assert self.refusal is None, f"{self.refusal.code}: {self.refusal}" if self.refusal else ""
        assert [type(pending) for pending in self.pending] == [event]
        told = {name: getattr(self.pending[0], name) for name in facts}
        assert told == facts
        return self

    def then_refused(self, code: str) -> Story:
        """It is refused for this reason, and nothing waits to be recorded."""
        assert self.refusal is not None, f"not refused; events: {self.pending}"
        assert self.refusal.code == code, f"{self.refusal.code}: {self.refusal}"
        assert self.pending == []
        return self

    def then_holds(self, **state: Any) -> Story:
        """The aggregate's state, sums above all."""
        assert {name: getattr(self.aggregate, name) for name in state} == state
        return self


def begin(
    aggregate: type[Aggregate], event: Any, identifier: str, *, by: str, on: date, **facts: Any
) -> Story:
    """A stream that begins with this event."""
    return Story(aggregate.begin(event, Act(by=by, on=on), identifier, **facts))


# ---------------------------------------------------------------------- grants


def given_submitted(
    *components: Asked, requested_yen: int = 22_000_000, by: str = "kato", on: date | None = None
) -> Story:
    """交付申請 of one soft component, unless components are given."""
    return begin(
        Grant,
        Grant.Submitted,
        GRANT,
        by=by,
        on=on or WHEN["submit"],
        project=PROJECT,
        authority="340006",
        fiscal_year=2025,
        application="new",
        round="2025-1",
        slot="ordinary",
        slot_limits={"ordinary": 10, "outside": 2},
        outside_limit="",
        tier="prefecture",
        title="観光周遊",
        strategy="基本目標２",
        components=list(components) or [asked(requested_yen)],
        **DECISION,
    )


def given_returned() -> Story:
    """差戻し."""
    return given_submitted().given("return_for_correction")


def given_adopted() -> Story:
    """採択 in full."""
    return given_submitted().given("adopt")


def given_approved(*components: Asked, requested_yen: int = 22_000_000) -> Story:
    """交付決定 in full."""
    return given_submitted(*components, requested_yen=requested_yen).given("approve")


def given_imported(committed_yen: int = 22_000_000) -> Story:
    """既決定の取込み."""
    return begin(
        Grant,
        Grant.DecisionImported,
        GRANT,
        by="tanaka",
        on=date(2025, 4, 1),
        project=PROJECT,
        authority="340006",
        fiscal_year=2025,
        programme="R7-dai2sedai",
        rules_sha256="0" * 64,
        tier="prefecture",
        title="公共交通",
        components=[asked(committed_yen)],
        windows=[SOFT_WINDOW],
        decided_on=date(2025, 4, 1),
        source="採択一覧",
        row="1",
    )


def given_change_requested(**change: Any) -> Story:
    """交付決定, and a change asked for."""
    return given_approved().given("request_change", **change)


def given_reported(*, advance_yen: int = 0) -> Story:
    """実績報告, perhaps after an advance."""
    story = given_approved()
    if advance_yen:
        story.given("disburse", amount_yen=advance_yen, on=date(2025, 7, 1))
    return story.given("report_completion")


def given_settled(settled_yen: int = 22_000_000, *, advance_yen: int = 0) -> Story:
    """額の確定 of 22,000,000 yen decided."""
    return given_reported(advance_yen=advance_yen).given("settle", settled_yen={"s1": settled_yen})


def given_return_ordered(*, overpaid_yen: int = 2_000_000) -> Story:
    """返還命令 for everything that was paid too much."""
    story = given_settled(20_000_000, advance_yen=20_000_000 + overpaid_yen)
    return story.given("order_return", amount_yen=overpaid_yen)
