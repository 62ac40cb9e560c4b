"""支払・実績報告・額の確定: money out, the report, and the amount that is fixed in the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.facts import Payment, Share, Window
from lifecycle.aggregates.grant.limits import Figures, Limited, beyond
from lifecycle.aggregates.grant.state import IN_PROGRESS, GrantEvent, Status
from lifecycle.errors import BadInput, Finding, SameOfficer, SubGrantUnpaid


class AdvanceRequested(GrantEvent):
    """概算払請求: what has to be paid, and how much; advances stay within the needs on record (予決令 58条)."""

    TOPIC = "grant.advance_requested"

    needs_yen: dict[str, int]

    def apply(self, aggregate: Any) -> None:
        earlier_yen = aggregate.sheets.advance_needs_yen or 0
        aggregate.sheets.advance_needs_yen = earlier_yen + sum(self.needs_yen.values())
        for purpose, needed_yen in self.needs_yen.items():
            needs = aggregate.sheets.advance_needs
            needs[purpose] = needs.get(purpose, 0) + needed_yen


class Disbursed(GrantEvent):
    """支払: 概算払 (advance, 会計法 22条) or 精算払 (final)."""

    TOPIC = "grant.disbursed"

    amount_yen: int
    payment: str

    def apply(self, aggregate: Any) -> None:
        aggregate.disbursements.append(
            Payment(on=self.act.on, amount_yen=self.amount_yen, payment=self.payment)
        )


class CompletionReported(GrantEvent):
    """実績報告 (14条): eligible cost of every component in the end. Cost, not national share."""

    TOPIC = "grant.completion_reported"

    actuals_yen: dict[str, int]
    evidence: list[str]

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.REPORTED, self.act.on)
        aggregate.reported_on = self.act.on
        aggregate.reported_by = aggregate.reported_by | {self.act.by}
        aggregate.sheets.evidence = list(self.evidence)
        for demand in ("correction", "compliance"):
            aggregate.meet(demand, self.act.on)
        for component_id, cost_yen in self.actuals_yen.items():
            aggregate.components[component_id].actual_cost_yen = cost_yen


class Settled(GrantEvent):
    """額の確定 (15条): per component the fixed amount; what was committed beyond it is decommitted."""

    TOPIC = "grant.settled"

    shares: list[Share]
    windows: list[Window]
    disbursed_yen: int

    def apply(self, aggregate: Any) -> None:
        revoked_yen = aggregate.excess_yen
        aggregate.stand(Status.SETTLED, self.act.on)
        aggregate.settled_on = self.act.on
        aggregate.sheets.decide(self.act.by, self.act.on)
        for share in self.shares:
            aggregate.components[share.component].settled_yen = share.settled_yen
        aggregate.decommitted_yen = sum(s.committed_yen - s.settled_yen for s in self.shares)
        aggregate.sheets.overpaid_at_settlement_yen = aggregate.excess_yen - revoked_yen


class Closed(GrantEvent):
    """終了 (lifecycle.md 2.3): the year is closed, and paid less returned is what was settled."""

    TOPIC = "grant.closed"

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.CLOSED, self.act.on)


class Paying(Limited):
    """Commands from the decision to settlement."""

    def request_advance(self, act: Act, *, needs_yen: dict[str, int]) -> None:
        """概算払請求, by need and within what is committed.

        Raises:
            WrongStatus: there is no decision, or it is reported.
            OverDisbursed: the needs exceed what is committed.
            TooEarly: before the decision.
        """
        self.refuse_unless(Status.APPROVED, doing="a request for an advance")
        self.refuse_too_early(act)
        needed_yen = (self.sheets.advance_needs_yen or 0) + sum(needs_yen.values())
        if needed_yen - self.returned_yen > self.committed_yen:
            earlier_yen = needed_yen - sum(needs_yen.values()) - self.returned_yen
            figures = Figures(self.committed_yen, earlier_yen, sum(needs_yen.values()))
            raise beyond(
                f"needs of {needed_yen:,} yen on {self.id} exceed what is committed: {self.committed_yen:,} yen",
                figures,
                remedy=f"show at most {figures.room_yen:,} yen more, or ask for a change first: "
                f"grants request-change {self.id}",
            )
        self.trigger(AdvanceRequested, act, needs_yen=needs_yen)

    def disburse(
        self, act: Act, *, amount_yen: int, payment: str, held_yen: Mapping[str, int] | None = None
    ) -> None:
        """概算払 up to what is committed; 精算払 up to what settlement leaves; never what is held (20条).

        Raises:
            WrongStatus: an advance after the report, or a final payment before settlement.
            SameOfficer: who decided on the money (decision, change, settlement, import) would pay it.
            OverDisbursed: more than is committed, or than settlement leaves, or what was carried over to a later year.
            TooEarly: before the decision or the settlement.
        """
        if payment == "advance":
            self.refuse_unless(Status.APPROVED, doing="an advance")
        else:
            self.refuse_unless(Status.SETTLED, doing="a final payment")
        if act.by in self.sheets.deciders:
            raise SameOfficer(
                f"{act.by} decided on money of {self.id} and may not pay it; another officer has to"
            )
        self.refuse_too_early(act)
        self.refuse_payment(
            act.on, amount_yen, f"grants disburse {self.id} --payment {payment}", held_yen or {}
        )
        self.trigger(Disbursed, act, amount_yen=amount_yen, payment=payment)

    def report_completion(self, act: Act, *, actuals_yen: dict[str, int], evidence: list[str]) -> None:
        """実績報告 of every component that has money.

        Raises:
            WrongStatus: there is no decision, or it is reported.
            BadInput: a component is unknown, or one with money is not reported.
            SubGrantUnpaid: a sub-grant is not paid (検査院 H28-0068).
            TooEarly: before the decision, or a payment.
        """
        self.refuse_unless(Status.APPROVED, Status.ABOLISHED, doing="the report of completion")
        self.refuse_too_early(act)
        self.refuse_before_payment(act)
        self.refuse_unknown(*actuals_yen)
        self._refuse_unpaid_sub_grants()
        for sub_grant in self.sheets.sub_grants.values():
            refuse_before(sub_grant.paid_on or act.on, act.on, f"the payment of sub-grant {sub_grant.id}")
        missing = [c.id for c in self.components.values() if c.committed_yen and c.id not in actuals_yen]
        if missing:
            raise BadInput(
                f"actual cost is missing for component {', '.join(missing)} (0 if nothing was spent)"
            )
        self.trigger(CompletionReported, act, actuals_yen=actuals_yen, evidence=evidence)

    def _refuse_unpaid_sub_grants(self) -> None:
        sub_grants = self.sheets.sub_grants.values()
        unpaid = [sub_grant for sub_grant in sub_grants if sub_grant.paid_on is None]
        if not unpaid or self.status is Status.ABOLISHED:  # what was given up takes what it owed with it
            return
        committed_yen = sum(sub_grant.amount_yen for sub_grant in sub_grants)
        unpaid_yen = sum(sub_grant.amount_yen for sub_grant in unpaid)
        named = ", ".join(f"{sub_grant.id} ({sub_grant.payee})" for sub_grant in unpaid)
        raise SubGrantUnpaid(
            f"{unpaid_yen:,} yen of sub-grants of {self.id} are unpaid: {named}",
            Finding(
                rule="sub_grants_paid",
                strength="hard",
                source=SubGrantUnpaid.source,
                message=f"unpaid {unpaid_yen:,} yen: {named}",
                remedy=f"pay them and record it: grants pay-sub-grant {self.id} --sub-grant {unpaid[0].id} "
                "--evidence PAPER",
                limit=committed_yen,
                used=committed_yen - unpaid_yen,
                excess=unpaid_yen,
            ),
        )

    def settle(self, act: Act, *, settled_yen: dict[str, int]) -> None:
        """額の確定 at the amounts given, by component.

        Raises:
            WrongStatus: it is not reported.
            SameOfficer: whoever reported would settle.
            TooEarly: before the report.
        """
        self.refuse_unless(Status.REPORTED, doing="settlement")
        if act.by in self.reported_by:
            raise SameOfficer(f"{act.by} reported {self.id} and may not settle it; another approver has to")
        self.refuse_preparer(act, "settle")
        self.refuse_too_early(act)
        self.trigger(
            Settled,
            act,
            shares=[
                Share(
                    component=share.component,
                    kind=share.kind,
                    committed_yen=share.committed_yen,
                    settled_yen=settled_yen[share.component],
                )
                for share in self.shares()
            ],
            windows=self.windows,
            disbursed_yen=self.disbursed_yen,
        )

    def is_square(self, on: date) -> bool:
        """True when by that day it is settled, and paid less returned is exactly what was settled."""
        if self.status is not Status.SETTLED or on < self.standing_since:
            return False
        return self.disbursed_yen - self.returned_yen == self.settled_yen

    @property
    def is_unfinished(self) -> bool:
        """True when it was decided on, and its amount is not fixed, or not paid, or not returned."""
        underway = (*IN_PROGRESS, Status.ABOLISHED, Status.REPORTED, Status.SETTLED)
        is_open = self.status in underway and not self.is_square(date.max)
        return is_open or any(order.left_yen for order in self.orders.values())

    def close(self, act: Act) -> None:
        """終了, with the closing of its year, when it is square."""
        self.trigger(Closed, act)
