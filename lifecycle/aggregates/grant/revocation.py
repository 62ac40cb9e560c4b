"""取消と是正命令 (10条, 16条, 17条): a decision revoked in part or whole, a result to be put right."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act
from lifecycle.aggregates.facts import Share, Window
from lifecycle.aggregates.grant.limits import Limited, too_much
from lifecycle.aggregates.grant.sheets import Demand, Revocation
from lifecycle.aggregates.grant.state import GrantEvent, Status
from lifecycle.errors import BadInput, OverReturned, SameOfficer
from lifecycle.values import spread_yen

REVOCABLE = (
    Status.APPROVED,
    Status.SUSPENDED,
    Status.ABOLISHED,
    Status.REPORTED,
    Status.SETTLED,
    Status.CLOSED,
)
"""A decision stands that can be revoked, also after the amount is fixed (17条3項)."""


class CorrectionOrdered(GrantEvent):
    """是正命令 (16条): the result is to be put right; a new report follows."""

    TOPIC = "grant.correction_ordered"

    demand: str
    due_on: date

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.stand(Status.ABOLISHED if aggregate.sheets.is_abolished else Status.APPROVED, self.act.on)
        aggregate.sheets.demands.append(Demand("correction", self.demand, self.due_on, self.act.on))


class Revoked(GrantEvent):
    """取消 (17条; 10条 for changed circumstances), in part or whole.

    `before` and `after`: committed yen by component, or settled yen once settled. `frees_room`: whether the
    sum leaves the caps (setting `penal_hold`).
    """

    TOPIC = "grant.revoked"

    amount_yen: int
    fault: str
    whole: bool
    after_settlement: bool
    before: list[Share]
    after: list[Share]
    windows: list[Window]
    frees_room: bool

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.REVOKED if self.whole else aggregate.status, self.act.on)
        aggregate.sheets.decide(self.act.by, self.act.on)
        before_yen = aggregate.excess_yen
        for share in self.after:
            component = aggregate.components[share.component]
            if self.after_settlement:
                component.settled_yen = share.settled_yen
            else:
                component.take_back(share.committed_yen)
        paid_yen = aggregate.excess_yen - before_yen
        revocation = Revocation(self.act.on, self.amount_yen, self.fault, self.act.reason, paid_yen)
        aggregate.sheets.revocations.append(revocation)


class Revoking(Limited):
    """Commands that revoke, or order a result put right."""

    def order_correction(self, act: Act, *, demand: str, due_on: date) -> None:
        """是正命令, once reported.

        Raises:
            WrongStatus, SameOfficer, TooEarly, BadInput.
        """
        self.refuse_unless(Status.REPORTED, doing="a correction order")
        if act.by in self.reported_by:
            raise SameOfficer(f"{act.by} reported {self.id} and may not order its correction")
        self.refuse_preparer(act, "order the correction of")
        self.refuse_too_early(act)
        if due_on < act.on:
            raise BadInput(f"due_on {due_on} lies before the order itself ({act.on})")
        self.trigger(CorrectionOrdered, act, demand=demand, due_on=due_on)

    def revoke(self, act: Act, *, amount_yen: int | None, fault: str, frees_room: bool) -> int:
        """取消 of a sum, or of all (None); returns the yen revoked. Spread over the components in proportion.

        Raises:
            ReasonMissing, WrongStatus, SameOfficer, TooEarly.
            OverReturned: more than stands.
        """
        self.refuse_unreasoned(act, "revoking")
        self.refuse_unless(*REVOCABLE, doing="revocation")
        if act.by in self.reported_by:
            raise SameOfficer(f"{act.by} reported {self.id} and may not revoke it")
        self.refuse_preparer(act, "revoke")
        self.refuse_too_early(act)
        self.refuse_before_payment(act)
        standing_yen = self.entitlement_yen
        revoked_yen = standing_yen if amount_yen is None else amount_yen
        if revoked_yen > standing_yen or not standing_yen:
            raise OverReturned(
                f"{revoked_yen:,} yen can't be revoked on {self.id}: {standing_yen:,} yen stand",
                too_much("適正化法 17条", revoked_yen, standing_yen),
            )
        before = self._standing_shares()
        self.trigger(
            Revoked,
            act,
            amount_yen=revoked_yen,
            fault=fault,
            whole=revoked_yen == standing_yen,
            after_settlement=self.settled_on is not None,
            before=before,
            after=_reduced(before, revoked_yen),
            windows=self.windows,
            frees_room=frees_room,
        )
        return revoked_yen

    def _standing_shares(self) -> list[Share]:
        return [
            Share(
                component=component.id,
                kind=component.kind,
                committed_yen=0 if self.settled_on else component.committed_yen,
                settled_yen=component.settled_yen if self.settled_on else 0,
            )
            for component in self.components.values()
        ]


def _reduced(before: list[Share], amount_yen: int) -> list[Share]:
    parts = spread_yen(amount_yen, {s.component: s.committed_yen + s.settled_yen for s in before})
    return [
        Share(
            component=share.component,
            kind=share.kind,
            committed_yen=max(0, share.committed_yen - parts[share.component]),
            settled_yen=max(0, share.settled_yen - parts[share.component]),
        )
        for share in before
    ]
