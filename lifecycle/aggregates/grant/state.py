"""What a grant's events add up to: one fiscal year of a project, its components and its money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lifecycle.aggregates.base import Act, Created, Event, refuse_before
from lifecycle.aggregates.facts import Asked, Payment, Share, Window
from lifecycle.aggregates.grant.parts import ChangeState, ComponentState, OrderState, ScoreState
from lifecycle.aggregates.grant.sheets import Sheets
from lifecycle.errors import (
    BadInput,
    ConflictOfInterest,
    NotFound,
    ReasonMissing,
    SameOfficer,
    WrongStatus,
)


class Status(StrEnum):
    """状態 of a grant, as `show` gives it (contract section 4)."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    REPORTED = "reported"
    SETTLED = "settled"
    ABOLISHED = "abolished"
    REVOKED = "revoked"
    CLOSED = "closed"

    @property
    def name_ja(self) -> str:
        """The status in words."""
        return _STATUS_JA[self.value]


_STATUS_JA = {
    "submitted": "申請中",
    "returned": "差戻し中",
    "adopted": "採択",
    "not_adopted": "不採択",
    "approved": "交付決定",
    "rejected": "不交付",
    "withdrawn": "取下げ",
    "suspended": "一時停止",
    "reported": "実績報告済",
    "settled": "額確定",
    "abolished": "廃止",
    "revoked": "取消",
    "closed": "終了",
}

UNDECIDED = (Status.SUBMITTED, Status.RETURNED, Status.ADOPTED)
"""The application waits for its decision: it counts as demand and may be withdrawn freely."""

STEPS = (Status.SUBMITTED, Status.ADOPTED, Status.APPROVED, Status.REPORTED, Status.SETTLED)
"""The way of a grant that nothing stops."""

LEADS_TO = {
    Status.APPROVED: "grants approve GRANT",
    Status.REPORTED: "grants report-completion GRANT --actuals COMPONENT=YEN",
    Status.SETTLED: "grants settle GRANT",
}
"""The command by which it comes there."""

DEAD = (Status.WITHDRAWN, Status.NOT_ADOPTED, Status.REJECTED)
"""The application came to nothing."""

IN_PROGRESS = (Status.APPROVED, Status.SUSPENDED)
"""The decision stands and the work is not reported yet."""


class GrantState:
    """State and sums of a grant; the rooms beside this file hold its events and commands by phase."""

    id: str
    version: int
    project: str
    authority: str
    fiscal_year: int
    application: str
    round: str
    slot: str
    programme: str
    tier: str
    title: str
    status: Status
    submitted_on: date
    standing_since: date
    prepared_by: set[str]
    components: dict[str, ComponentState]
    justifications: dict[str, str]
    windows: list[Window]
    scores: dict[str, ScoreState]
    decided_on: date | None
    decided_by: str
    decision_no: str
    conditions: list[str]
    withdrawable_until: date | None
    imported_from: str
    disbursements: list[Payment]
    changes: dict[str, ChangeState]
    reported_on: date | None
    reported_by: set[str]
    settled_on: date | None
    decommitted_yen: int
    orders: dict[str, OrderState]
    sheets: Sheets

    if TYPE_CHECKING:

        def trigger(self, event_class: type[Event], act: Act, **facts: Any) -> None:
            """See `Aggregate.trigger`."""

    def start(self, event: Created, *, application: str, components: list[ComponentState]) -> None:
        """Set every attribute (called by the two events that begin a grant only)."""
        facts: Any = event
        self.project, self.authority, self.fiscal_year = facts.project, facts.authority, facts.fiscal_year
        self.application, self.round, self.slot = application, "", ""
        self.programme, self.tier, self.title = facts.programme, facts.tier, facts.title
        self.status = Status.SUBMITTED
        self.submitted_on = self.standing_since = event.act.on
        self.prepared_by = {event.act.by}
        self.components = {component.id: component for component in components}
        self.justifications, self.windows, self.scores = {}, facts.windows, {}
        self.decided_on, self.decided_by, self.decision_no, self.conditions = None, "", "", []
        self.withdrawable_until, self.imported_from = None, ""
        self.disbursements, self.changes, self.orders = [], {}, {}
        self.reported_on, self.reported_by, self.settled_on = None, set(), None
        self.decommitted_yen = 0
        self.sheets = Sheets()

    def take_over(self, asked: list[Asked]) -> None:
        """Replace the components by those of an application (called by events only)."""
        self.components = {
            line.id: ComponentState(
                line.id,
                line.kind,
                line.title,
                line.rate,
                line.ministry,
                line.eligible_cost_yen,
                line.requested_yen,
            )
            for line in asked
        }

    # ------------------------------------------------------------------ sums

    @property
    def asked_yen(self) -> int:
        """申請額: what the application asked for, whatever became of it."""
        return sum(component.requested_yen for component in self.components.values())

    @property
    def requested_yen(self) -> int:
        """申請中の額: what still waits for a decision (lifecycle.md 2.3)."""
        return self.asked_yen if self.status in UNDECIDED else 0

    @property
    def reserved_yen(self) -> int:
        """採択額: adopted and not yet decided."""
        return sum(component.reserved_yen for component in self.components.values())

    @property
    def granted_yen(self) -> int:
        """交付決定額 with its changes; what is revoked, given up or settled of it takes nothing from it.

        It is what is committed and settled, and what was decommitted, revoked, abolished and lost to input tax.
        """
        return sum(component.granted_yen for component in self.components.values())

    @property
    def committed_yen(self) -> int:
        """交付決定済みで未確定の額: 0 once the amount is fixed (lifecycle.md 2.3)."""
        return (
            0 if self.settled_on else sum(component.committed_yen for component in self.components.values())
        )

    @property
    def revoked_yen(self) -> int:
        """取消額, before settlement or after it."""
        return sum(revoked.amount_yen for revoked in self.sheets.revocations)

    @property
    def abolished_yen(self) -> int:
        """廃止額: what was given up, and never paid."""
        return self.sheets.abolished_yen

    @property
    def input_tax_yen(self) -> int:
        """消費税仕入控除税額: what settlement was lowered by for it."""
        return self.sheets.input_tax_yen

    @property
    def settled_yen(self) -> int:
        """確定額."""
        return sum(component.settled_yen for component in self.components.values())

    @property
    def disbursed_yen(self) -> int:
        """支払済額."""
        return sum(payment.amount_yen for payment in self.disbursements)

    @property
    def returned_yen(self) -> int:
        """返納済額 (principal). 収益納付 (7条2項) is none of it: the grant itself stays with the recipient."""
        return sum(order.paid_yen for order in self.orders.values() if order.basis != "revenue")

    @property
    def overpaid_yen(self) -> int:
        """過払額: paid beyond the fixed amount, before any return."""
        return max(0, self.disbursed_yen - self.settled_yen) if self.settled_on else 0

    @property
    def ordered_yen(self) -> int:
        """返還を命じた額."""
        return sum(order.amount_yen for order in self.orders.values())

    def order_of(self, order: str) -> OrderState:
        """The return order of this id.

        Raises:
            NotFound: there is none.
        """
        if order not in self.orders:
            there = (
                f"; there is {', '.join(self.orders)}" if self.orders else f"; none is ordered of {self.id}"
            )
            raise NotFound(f"no return order {order}{there}")
        return self.orders[order]

    # ------------------------------------------------------------------ guards shared by phases

    def shares(self) -> list[Share]:
        """What every component holds now: the amounts a releasing event gives back."""
        waiting = self.status in UNDECIDED
        return [
            Share(
                component=component.id,
                kind=component.kind,
                requested_yen=component.requested_yen if waiting else 0,
                reserved_yen=component.reserved_yen,
                committed_yen=component.committed_yen,
            )
            for component in self.components.values()
        ]

    def refuse_unless(self, *allowed: Status, doing: str) -> None:
        """The command needs one of these statuses.

        Raises:
            WrongStatus: the grant has another one.
        """
        if self.status not in allowed:
            needed = " or ".join(f"{status.value} ({status.name_ja})" for status in allowed)
            raise WrongStatus(
                f"grant {self.id} is {self.status.value} ({self.status.name_ja}); {doing} needs {needed}",
                remedy=self._way_to(allowed),
            )

    def _way_to(self, allowed: Sequence[Status]) -> str:
        """The command that has to come first, where the grant has only not come so far; else nothing."""
        ahead = [status for status in allowed if status in LEADS_TO]
        first = min(ahead, key=STEPS.index, default=None)
        if first is None or self.status not in STEPS or STEPS.index(self.status) >= STEPS.index(first):
            return ""
        return f"first: {LEADS_TO[first]}; where it stands: grants show {self.id}"

    def refuse_unreasoned(self, act: Act, doing: str) -> None:
        """A disposition needs its reason in writing (適正化法 21条の2).

        Raises:
            ReasonMissing: none is given.
        """
        if not act.reason:
            raise ReasonMissing(f"{doing} {self.id} needs a written reason; give --reason")

    def refuse_unknown(self, *components: str) -> None:
        """Components are named as the grant has them.

        Raises:
            BadInput: one is unknown.
        """
        if unknown := [component for component in components if component not in self.components]:
            known = ", ".join(self.components)
            raise BadInput(f"grant {self.id} has no component {', '.join(unknown)}; it has {known}")

    def refuse_conflicted(self, act: Act, doing: str) -> None:
        """利益相反: whoever declared an interest neither scores nor decides.

        Raises:
            ConflictOfInterest: the officer declared one.
        """
        if act.by in self.sheets.conflicts:
            raise ConflictOfInterest(
                f"{act.by} declared an interest in {self.id} ({self.sheets.conflicts[act.by]}) and may not "
                f"{doing} it"
            )

    def refuse_preparer(self, act: Act, doing: str) -> None:
        """職務分離: whoever submitted or scored an application decides nothing about it.

        Raises:
            SameOfficer: the officer prepared it.
        """
        self.refuse_conflicted(act, doing)
        if act.by in self.prepared_by:
            raise SameOfficer(
                f"{act.by} prepared {self.id} (submitted, corrected or scored it) and may not {doing} it; "
                "another approver has to"
            )

    def refuse_too_early(self, act: Act) -> None:
        """Nothing takes effect before the step it builds on, or the two clocks would tell different stories.

        Raises:
            TooEarly: the business date lies before the grant took its present standing.
        """
        refuse_before(self.standing_since, act.on, f"the last step of {self.id} ({self.status.value})")

    def refuse_before_payment(self, act: Act) -> None:
        """What fixes, ends or takes back the money takes no effect before money that was paid.

        Raises:
            TooEarly: the business date lies before a payment.
        """
        last = max((payment.on for payment in self.disbursements), default=date.min)
        refuse_before(last, act.on, f"the last payment on {self.id}")

    def stand(self, status: Status, since: date) -> None:
        """Take a standing from a business date on (called by events only)."""
        self.status, self.standing_since = status, since


class GrantEvent(Event):
    """A fact about a grant."""


class GrantCreated(GrantEvent, Created):
    """The first fact of a grant."""
