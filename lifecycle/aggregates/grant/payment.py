"""支払・実績報告・額の確定: money out, the report, and the amount that is fixed in the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act
from lifecycle.aggregates.facts import Payment, Share, Window
from lifecycle.aggregates.grant.state import GrantEvent, GrantState, Status
from lifecycle.errors import BadInput, Finding, OverDisbursed, SameOfficer


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
        aggregate.reported_on, aggregate.reported_by = self.act.on, self.act.by
        for component_id, cost_yen in self.actuals_yen.items():
            aggregate.components[component_id].actual_cost_yen = cost_yen


class Settled(GrantEvent):
    """額の確定 (15条): per component the fixed amount; what was committed beyond it is decommitted."""

    TOPIC = "grant.settled"

    shares: list[Share]
    windows: list[Window]
    disbursed_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.SETTLED, self.act.on)
        aggregate.settled_on = self.act.on
        for share in self.shares:
            aggregate.components[share.component].settled_yen = share.settled_yen
        aggregate.decommitted_yen = sum(s.committed_yen - s.settled_yen for s in self.shares)


class Closed(GrantEvent):
    """終了: the year is closed, and paid less returned is what was settled."""

    TOPIC = "grant.closed"

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.CLOSED, self.act.on)


class Paying(GrantState):
    """Commands from the decision to settlement."""

    def disburse(self, act: Act, *, amount_yen: int, payment: str) -> None:
        """概算払 up to what is committed; 精算払 up to what settlement leaves.

        Raises:
            WrongStatus: an advance after the report, or a final payment before settlement.
            SameOfficer: the approver would pay.
            OverDisbursed: more than is committed, or than settlement leaves.
            TooEarly: before the decision or the settlement.
        """
        if payment == "advance":
            self.refuse_unless(Status.APPROVED, doing="an advance")
        else:
            self.refuse_unless(Status.SETTLED, doing="a final payment")
        if act.by == self.decided_by:
            raise SameOfficer(f"{act.by} decided on {self.id} and may not pay it; another officer has to")
        self.refuse_too_early(act)
        self._refuse_overpayment(amount_yen)
        self.trigger(Disbursed, act, amount_yen=amount_yen, payment=payment)

    def _refuse_overpayment(self, amount_yen: int) -> None:
        limit_yen = self.settled_yen if self.settled_on else self.committed_yen
        paid_yen = self.disbursed_yen - self.returned_yen
        room_yen = max(0, limit_yen - paid_yen)
        if amount_yen <= room_yen:
            return
        bound = "settled" if self.settled_on else "committed"
        raise OverDisbursed(
            f"{paid_yen + amount_yen:,} yen would be paid on {self.id}, where {limit_yen:,} yen are {bound}",
            Finding(
                rule="over_disbursed",
                strength="hard",
                source=OverDisbursed.source,
                message=f"paid and not returned {paid_yen:,} yen, asked {amount_yen:,} yen, "
                f"{bound} {limit_yen:,} yen",
                remedy=f"pay at most {room_yen:,} yen" if room_yen else "nothing is left to be paid",
                limit=limit_yen,
                used=paid_yen,
                asked=amount_yen,
                excess=paid_yen + amount_yen - limit_yen,
                room=room_yen,
            ),
        )

    def report_completion(self, act: Act, *, actuals_yen: dict[str, int], evidence: list[str]) -> None:
        """実績報告 of every component that has money.

        Raises:
            WrongStatus: there is no decision, or it is reported.
            BadInput: a component is unknown, or one with money is not reported.
            TooEarly: before the decision.
        """
        self.refuse_unless(Status.APPROVED, doing="the report of completion")
        self.refuse_too_early(act)
        if unknown := [component for component in actuals_yen if component not in self.components]:
            known = ", ".join(self.components)
            raise BadInput(f"grant {self.id} has no component {', '.join(unknown)}; it has {known}")
        missing = [c.id for c in self.components.values() if c.committed_yen and c.id not in actuals_yen]
        if missing:
            raise BadInput(
                f"actual cost is missing for component {', '.join(missing)} (0 if nothing was spent)"
            )
        self.trigger(CompletionReported, act, actuals_yen=actuals_yen, evidence=evidence)

    def settle(self, act: Act, *, settled_yen: dict[str, int]) -> None:
        """額の確定 at the amounts given, by component.

        Raises:
            WrongStatus: it is not reported.
            SameOfficer: whoever reported would settle.
            TooEarly: before the report.
        """
        self.refuse_unless(Status.REPORTED, doing="settlement")
        if act.by == self.reported_by:
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

    def close(self, act: Act) -> None:
        """終了, with the closing of its year, when it is square."""
        self.trigger(Closed, act)
