"""Given, when, then: a rule of one aggregate in three lines, without a store.

    given_submitted(requested_yen=22_000_000).when("approve", by="suzuki").then(Grant.Approved)
    given_submitted(by="kato").when("approve", by="kato").then_refused("same_officer")

`given_*` tells what happened before. `when` gives one command to the aggregate; what a test leaves out is
filled from USUAL. `then` names the one event that follows and facts of it; `then_refused` the code, and that
no event was left pending.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from eventsourcing.domain import CanMutateAggregate
from spec_usual import DECISION, GRANT, LIKE, PROJECT, SOFT_WINDOW, USUAL, WHEN, WHO, asked

from lifecycle.aggregates import Act, Aggregate, Grant
from lifecycle.aggregates.facts import Asked
from lifecycle.errors import Refusal

__all__ = ["DECISION", "GRANT", "LIKE", "PROJECT", "SOFT_WINDOW", "WHEN", "asked"]


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
        self.refusal = None
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


def given_suspended() -> Story:
    """一時停止."""
    return given_approved().given("suspend")


def given_abolished(*, advance_yen: int = 0) -> Story:
    """廃止 of all that was not paid."""
    story = given_approved()
    if advance_yen:
        story.given("disburse", amount_yen=advance_yen, on=date(2025, 7, 1))
    return story.given("abolish")


def given_revoked(
    amount_yen: int | None = None, *, fault: str = "recipient", advance_yen: int = 22_000_000
) -> Story:
    """取消 of a grant that was paid in advance."""
    paid = given_approved().given("disburse", amount_yen=advance_yen, on=date(2025, 7, 1))
    return paid.given("revoke", amount_yen=amount_yen, fault=fault, on=date(2026, 2, 1))


def given_revocation_ordered_back(fault: str = "recipient") -> Story:
    """取消 of 2,000,000 yen, and their return ordered for 20 March 2026."""
    basis = "sub_grantee" if fault == "sub_grantee" else "revocation"
    due = {"on": date(2026, 2, 28), "due_on": date(2026, 3, 20)}
    return given_revoked(2_000_000, fault=fault).given("order_return", basis=basis, **due)


def given_assessed() -> Story:
    """Returned in full, with 18,000 yen of add-on and 6,000 yen of late money assessed by ito."""
    returned = given_revocation_ordered_back().given("record_return")
    return returned.given("assess_return", on=date(2026, 6, 11))


def given_asset(restricted_until: date | None = date(2030, 11, 1)) -> Story:
    """取得財産."""
    return given_approved().given("register_asset", restricted_until=restricted_until)
