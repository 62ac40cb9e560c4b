"""返還 (18条-21条): ordered back, extended, paid back, set off, held, collected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.facts import Payment
from lifecycle.aggregates.grant.limits import too_much
from lifecycle.aggregates.grant.parts import OrderState
from lifecycle.aggregates.grant.revocation import Revoking
from lifecycle.aggregates.grant.sheets import Hold
from lifecycle.aggregates.grant.state import GrantEvent, Status
from lifecycle.errors import (
    BadInput,
    OverReturned,
    SameOfficer,
    WrongStatus,
)

BASES = {
    "revocation": ("recipient", "circumstances"),
    "sub_grantee": ("sub_grantee",),
}
"""Which faults a return order of each basis follows from."""


class ReturnOrdered(GrantEvent):
    """返還命令 with its basis and date. Add-on runs only where `fault` is the recipient's own (19条1項)."""

    TOPIC = "grant.return_ordered"

    order: str
    basis: str
    amount_yen: int
    due_on: date
    fault: str = ""

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.orders[self.order] = OrderState(
            self.order, self.basis, self.amount_yen, self.due_on, self.act.on, self.act.by, self.fault
        )


class ReturnExtended(GrantEvent):
    """返還期限の延長 (18条3項): only where a sub-grantee's fault is behind it, on written application."""

    TOPIC = "grant.return_extended"

    order: str
    due_on: date
    steps_taken: str
    why_hard: str

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.orders[self.order].due_on = self.due_on


class ReturnRecorded(GrantEvent):
    """納付: paid back on the business date; the principal first (施行令 10条2項)."""

    TOPIC = "grant.return_recorded"

    order: str
    amount_yen: int
    principal_left_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.orders[self.order].payments.append(Payment(on=self.act.on, amount_yen=self.amount_yen))


class ReturnSetOff(GrantEvent):
    """相殺 (20条), on the side of the order: principal paid by money owed on `against`."""

    TOPIC = "grant.return_set_off"

    order: str
    against: str
    amount_yen: int
    principal_left_yen: int

    def apply(self, aggregate: Any) -> None:
        payment = Payment(on=self.act.on, amount_yen=self.amount_yen, payment="set_off")
        aggregate.orders[self.order].payments.append(payment)


class PaymentSetOff(GrantEvent):
    """相殺 (20条), on the side of the like grant: paid by setting `order` off."""

    TOPIC = "grant.payment_set_off"

    order: str
    amount_yen: int

    def apply(self, aggregate: Any) -> None:
        payment = Payment(on=self.act.on, amount_yen=self.amount_yen, payment="set_off")
        aggregate.disbursements.append(payment)
        aggregate.sheets.release_hold(self.order, self.amount_yen)


class PaymentHeld(GrantEvent):
    """一時停止 (20条): yen of this grant are held back until `order` is paid."""

    TOPIC = "grant.payment_held"

    order: str
    amount_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.holds.append(Hold(self.order, self.amount_yen))


class CollectedAsTax(GrantEvent):
    """強制徴収 (21条): collected as national tax is; the principal first."""

    TOPIC = "grant.collected_as_tax"

    order: str
    amount_yen: int
    principal_left_yen: int

    def apply(self, aggregate: Any) -> None:
        payment = Payment(on=self.act.on, amount_yen=self.amount_yen, payment="collected")
        aggregate.orders[self.order].payments.append(payment)


class Recovering(Revoking):
    """Commands that take back."""

    def returnable_yen(self, basis: str) -> int:
        """What can still be ordered back on this basis: its own sum, and never more than is paid too much.

        Each basis has what it alone has made an excess: a sum revoked for a fault bears add-on, what settlement or
        input tax leave over does not, so one can't be ordered back in the place of the other.
        """
        ordered_yen = sum(order.amount_yen for order in self.orders.values() if order.basis == basis)
        if basis == "revenue":
            return max(0, min(self.sheets.payback_yen - ordered_yen, self.kept_yen))
        sums_yen = {
            "overpayment": self.sheets.overpaid_at_settlement_yen,
            "input_tax": self.sheets.input_tax_paid_yen,
            **{name: self.sheets.revoked_paid_yen(*faults) for name, faults in BASES.items()},
        }
        return max(0, min(sums_yen[basis] - ordered_yen, self.excess_yen, self.kept_yen))

    def _orderable_yen(self, basis: str) -> int:
        """What is returnable; revenue that nobody reported is what an officer finds, up to the grant itself."""
        untold = not self.sheets.payback_yen and not self.sheets.revenue_reported_by
        if basis == "revenue" and untold and self.settled_on:
            return self.kept_yen
        return self.returnable_yen(basis)

    def order_return(self, act: Act, *, basis: str, amount_yen: int, due_on: date) -> str:
        """返還命令; returns the id of the order, `GRANT/rN`.

        Raises:
            WrongStatus: nothing is to be returned on this basis.
            SameOfficer: whoever reported or prepared the grant would order.
            OverReturned: more than is due.
            TooEarly: before the settlement or revocation.
            BadInput: due before it is ordered.
        """
        room_yen = self._orderable_yen(basis)
        if not room_yen:
            raise WrongStatus(f"nothing is to be returned on {self.id} on the basis of {basis}")
        if act.by in self._reporters(basis):
            raise SameOfficer(f"{act.by} reported {self.id} and may not order its return")
        self.refuse_preparer(act, "order the return of")
        if amount_yen > room_yen:
            raise OverReturned(
                f"{amount_yen:,} yen can't be ordered back on {self.id}: {room_yen:,} yen are due",
                too_much("適正化法 18条", amount_yen, room_yen),
            )
        self.refuse_too_early(act)
        self.refuse_before_payment(act)
        if due_on < act.on:
            raise BadInput(f"due_on {due_on} lies before the order itself ({act.on})")
        order = f"{self.id}/r{len(self.orders) + 1}"
        self.trigger(
            ReturnOrdered,
            act,
            order=order,
            basis=basis,
            amount_yen=amount_yen,
            due_on=due_on,
            fault=self._fault(basis, amount_yen),
        )
        return order

    def _reporters(self, basis: str) -> set[str]:
        """Who told what an order of this basis follows from."""
        told = {"input_tax": {self.sheets.input_tax_reported_by}, "revenue": self.sheets.revenue_reported_by}
        return self.reported_by | told.get(basis, set())

    def _fault(self, basis: str, amount_yen: int) -> str:
        """Whose fault an order follows from; a sum of both kinds is to be ordered in two, as only one bears add-on."""
        if basis != "revocation":
            return {"sub_grantee": "sub_grantee"}.get(basis, "")
        for fault in ("recipient", "circumstances"):
            ordered_yen = sum(
                o.amount_yen for o in self.orders.values() if (o.basis, o.fault) == (basis, fault)
            )
            if amount_yen <= self.sheets.revoked_paid_yen(fault) - ordered_yen:
                return fault
        raise BadInput(
            f"{amount_yen:,} yen on {self.id} follow partly from the recipient's fault (with add-on) and partly "
            "from changed circumstances (without): order them back separately"
        )

    def extend_return(self, act: Act, *, order: str, due_on: date, steps_taken: str, why_hard: str) -> None:
        """返還期限の延長.

        Raises:
            NotFound, SameOfficer, TooEarly.
            WrongStatus: another basis than a sub-grantee's fault, or paid already.
            BadInput: the new date is not later.
        """
        found = self.order_of(order)
        if found.basis != "sub_grantee":
            raise WrongStatus(
                f"{order} follows from {found.basis}; only a sub-grantee's fault lets its date be extended (18条3項)"
            )
        if not found.principal_left_yen:
            raise WrongStatus(f"{order} is paid")
        self.refuse_preparer(act, "extend the return of")
        refuse_before(found.ordered_on, act.on, "the order")
        if due_on <= found.due_on:
            raise BadInput(f"due_on {due_on} is not later than {found.due_on}")
        self.trigger(
            ReturnExtended, act, order=order, due_on=due_on, steps_taken=steps_taken, why_hard=why_hard
        )

    def record_return(self, act: Act, *, order: str, amount_yen: int) -> int:
        """納付; returns the principal left in yen.

        Raises:
            NotFound: no such order.
            OverReturned: more than the principal left.
            TooEarly: before the order.
        """
        left_yen = self._left_after(act, order, amount_yen)
        self.trigger(ReturnRecorded, act, order=order, amount_yen=amount_yen, principal_left_yen=left_yen)
        return left_yen

    def collect_as_tax(self, act: Act, *, order: str, amount_yen: int) -> int:
        """強制徴収 of an order past its date; returns the principal left in yen.

        Raises:
            NotFound, OverReturned.
            TooEarly: before the due date has passed.
        """
        refuse_before(self.order_of(order).due_on + timedelta(days=1), act.on, "the day after the due date")
        left_yen = self._left_after(act, order, amount_yen)
        self.trigger(CollectedAsTax, act, order=order, amount_yen=amount_yen, principal_left_yen=left_yen)
        return left_yen

    def set_off_return(self, act: Act, *, order: str, against: str, amount_yen: int) -> None:
        """相殺, on the side of the order.

        Raises:
            NotFound, OverReturned, TooEarly.
        """
        left_yen = self._left_after(act, order, amount_yen)
        self.trigger(
            ReturnSetOff,
            act,
            order=order,
            against=against,
            amount_yen=amount_yen,
            principal_left_yen=left_yen,
        )

    def set_off_payment(self, act: Act, *, order: str, amount_yen: int) -> None:
        """相殺, on the side of the like grant.

        Raises:
            WrongStatus: nothing is owed on it.
            OverDisbursed: more than is owed, or what was carried over to a later year.
            TooEarly: before its present standing.
        """
        self.refuse_unless(Status.APPROVED, Status.SETTLED, doing="setting off")
        self.refuse_too_early(act)
        self.refuse_payment(act.on, amount_yen, f"grants set-off {order} --grant {self.id}", {})
        self.trigger(PaymentSetOff, act, order=order, amount_yen=amount_yen)

    def hold_payment(
        self, act: Act, *, order: str, amount_yen: int, held_yen: Mapping[str, int] | None = None
    ) -> None:
        """一時停止 of money still to be paid on this grant, beside what is held already.

        Raises:
            WrongStatus: nothing is to be paid on it.
            OverDisbursed: more than is still to be paid and not held.
            TooEarly: before its present standing.
        """
        self.refuse_unless(Status.APPROVED, Status.SUSPENDED, Status.SETTLED, doing="holding payment")
        self.refuse_too_early(act)
        self.refuse_overholding(order, amount_yen, held_yen or {})
        self.trigger(PaymentHeld, act, order=order, amount_yen=amount_yen)

    def _left_after(self, act: Act, order: str, amount_yen: int) -> int:
        found = self.order_of(order)
        refuse_before(found.ordered_on, act.on, "the order")
        left_yen = found.principal_left_yen
        if amount_yen > left_yen:
            raise OverReturned(
                f"{amount_yen:,} yen exceed the principal left of {order}: {left_yen:,} yen",
                too_much("適正化法 18条; 施行令 10条2項", amount_yen, left_yen),
            )
        return left_yen - amount_yen
