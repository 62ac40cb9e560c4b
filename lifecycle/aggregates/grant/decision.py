"""採択と交付決定: adopted, not adopted, approved, rejected, or taken over from elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.facts import Asked, Share, Window
from lifecycle.aggregates.grant.state import GrantCreated, GrantEvent, GrantState, Status
from lifecycle.errors import AlreadyRecorded


class Adopted(GrantEvent):
    """採択 (lifecycle.md event 13): the amount is reserved under the caps; it is not yet a right."""

    TOPIC = "grant.adopted"

    shares: list[Share]
    programme: str
    rules_sha256: str
    windows: list[Window]
    justifications: dict[str, str]

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.stand(Status.ADOPTED, self.act.on)
        aggregate.windows, aggregate.justifications = self.windows, self.justifications
        for share in self.shares:
            aggregate.components[share.component].reserved_yen = share.reserved_yen


class InformallyNotified(GrantEvent):
    """内示 of the adopted amount: no right, and no work may start on it (lifecycle.md event 12)."""

    TOPIC = "grant.informally_notified"

    amount_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.informally_notified_on = self.act.on


class NotAdopted(GrantEvent):
    """不採択 (lifecycle.md event 13), with a reason; the slot stays used."""

    TOPIC = "grant.not_adopted"

    released: list[Share]
    windows: list[Window]

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.stand(Status.NOT_ADOPTED, self.act.on)


class Approved(GrantEvent):
    """交付決定 (6条, 7条, 8条): national money is committed, under the rules and windows named here.

    In `shares`: `committed_yen` is what is given; `requested_yen` and `reserved_yen` what the component
    held before.
    """

    TOPIC = "grant.approved"

    shares: list[Share]
    programme: str
    rules_sha256: str
    windows: list[Window]
    justifications: dict[str, str]
    conditions: list[str]
    decision_no: str
    withdrawable_until: date

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.APPROVED, self.act.on)
        aggregate.windows, aggregate.justifications = self.windows, self.justifications
        aggregate.decide(self.act, self.shares)
        aggregate.decision_no, aggregate.conditions = self.decision_no, self.conditions
        aggregate.withdrawable_until = self.withdrawable_until


class Rejected(GrantEvent):
    """不交付決定 (lifecycle.md event 14), with a reason; asked and reserved yen are released, the slot stays used."""

    TOPIC = "grant.rejected"

    released: list[Share]
    windows: list[Window]

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.stand(Status.REJECTED, self.act.on)
        for component in aggregate.components.values():
            component.reserved_yen = 0


class DecisionImported(GrantCreated):
    """既決定の取込み (contract section 4): a decision taken before this system or elsewhere; it counts in the caps."""

    TOPIC = "grant.decision_imported"

    project: str
    authority: str
    fiscal_year: int
    programme: str
    rules_sha256: str
    tier: str
    title: str
    components: list[Asked]
    windows: list[Window]
    decided_on: date
    source: str
    row: str

    def apply(self, aggregate: Any) -> None:
        aggregate.start(self, application="imported", components=[])
        aggregate.take_over(self.components)
        aggregate.stand(Status.APPROVED, self.decided_on)
        aggregate.submitted_on = aggregate.decided_on = self.decided_on
        aggregate.sheets.deciders.add(self.act.by)
        for component in aggregate.components.values():
            component.committed_yen = component.requested_yen
        aggregate.imported_from = f"{self.source} {self.row}".strip()


class Deciding(GrantState):
    """Commands that decide."""

    def decide(self, act: Act, shares: list[Share]) -> None:
        """Take over the committed amounts (called by events only)."""
        self.decided_on, self.decided_by = act.on, act.by
        self.sheets.decide(act.by, act.on)
        for share in shares:
            component = self.components[share.component]
            component.committed_yen, component.reserved_yen = share.committed_yen, 0

    def refuse_unless_decidable(self, act: Act, *, doing: str) -> None:
        """What adopting and approving have in common.

        Raises:
            WrongStatus: it is not under review.
            SameOfficer: the officer prepared it.
            TooEarly: before its present standing.
        """
        self.refuse_unless(Status.SUBMITTED, Status.ADOPTED, doing=f"to {doing} it")
        self.refuse_preparer(act, doing)
        self.refuse_too_early(act)

    def adopt(
        self,
        act: Act,
        *,
        amounts_yen: dict[str, int],
        programme: str,
        rules_sha256: str,
        windows: list[Window],
        justifications: dict[str, str],
    ) -> None:
        """採択 of the amounts given, by component.

        Raises:
            WrongStatus: it is not under review, or adopted already.
            SameOfficer: the officer prepared it.
            TooEarly: before its present standing.
        """
        self.refuse_unless(Status.SUBMITTED, doing="to adopt it")
        self.refuse_unless_decidable(act, doing="adopt")
        self.trigger(
            Adopted,
            act,
            shares=[
                Share(component=share.component, kind=share.kind, reserved_yen=amounts_yen[share.component])
                for share in self.shares()
            ],
            programme=programme,
            rules_sha256=rules_sha256,
            windows=windows,
            justifications=justifications,
        )

    def notify_informally(self, act: Act) -> None:
        """内示, once adopted.

        Raises:
            WrongStatus: it is not adopted.
            AlreadyRecorded: notice was given.
            TooEarly: before the adoption.
        """
        self.refuse_unless(Status.ADOPTED, doing="informal notice")
        if self.sheets.informally_notified_on:
            raise AlreadyRecorded(
                f"{self.id} was informally notified on {self.sheets.informally_notified_on}"
            )
        self.refuse_too_early(act)
        self.trigger(InformallyNotified, act, amount_yen=self.reserved_yen)

    def not_adopt(self, act: Act) -> None:
        """不採択.

        Raises:
            WrongStatus, SameOfficer, TooEarly.
        """
        self.refuse_unless(Status.SUBMITTED, doing="not to adopt it")
        self.refuse_unless_decidable(act, doing="not adopt")
        self.trigger(NotAdopted, act, released=self.shares(), windows=self.windows)

    def approve(
        self,
        act: Act,
        *,
        amounts_yen: dict[str, int],
        programme: str,
        rules_sha256: str,
        windows: list[Window],
        justifications: dict[str, str],
        conditions: list[str],
        decision_no: str,
        withdrawable_until: date,
    ) -> None:
        """交付決定 of the amounts given, by component.

        Raises:
            WrongStatus: it is not under review.
            SameOfficer: the officer prepared it.
            TooEarly: before its present standing, or one of its scores.
        """
        self.refuse_unless_decidable(act, doing="approve")
        for criterion, scored in self.scores.items():
            refuse_before(scored.on, act.on, f"the score of {self.id} for {criterion}")
        self.trigger(
            Approved,
            act,
            shares=[
                Share(
                    component=share.component,
                    kind=share.kind,
                    requested_yen=share.requested_yen,
                    reserved_yen=share.reserved_yen,
                    committed_yen=amounts_yen[share.component],
                )
                for share in self.shares()
            ],
            programme=programme,
            rules_sha256=rules_sha256,
            windows=windows,
            justifications=justifications,
            conditions=conditions,
            decision_no=decision_no,
            withdrawable_until=withdrawable_until,
        )

    def reject(self, act: Act) -> None:
        """不交付決定.

        Raises:
            WrongStatus, SameOfficer, TooEarly.
        """
        self.refuse_unless_decidable(act, doing="reject")
        self.trigger(Rejected, act, released=self.shares(), windows=self.windows)
