"""返還 (18条): money ordered back, and paid back."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.facts import Payment
from lifecycle.aggregates.grant.state import GrantEvent, GrantState, OrderState
from lifecycle.errors import BadInput, Finding, NotFound, OverReturned, SameOfficer, WrongStatus


class ReturnOrdered(GrantEvent):
    """返還命令 with its basis and date. For an over-payment: 18条2項, and no add-on (19条1項)."""

    TOPIC = "grant.return_ordered"

    order: str
    basis: str
    amount_yen: int
    due_on: date

    def apply(self, aggregate: Any) -> None:
        aggregate.orders[self.order] = OrderState(
            self.order, self.basis, self.amount_yen, self.due_on, self.act.on
        )


class ReturnRecorded(GrantEvent):
    """納付: paid back on the business date; the principal first (施行令 10条2項)."""

    TOPIC = "grant.return_recorded"

    order: str
    amount_yen: int
    principal_left_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.orders[self.order].payments.append(Payment(on=self.act.on, amount_yen=self.amount_yen))


class Recovering(GrantState):
    """Commands that bring money back."""

    def returnable_yen(self, basis: str) -> int:
        """What can still be ordered back on this basis."""
        ordered_yen = sum(order.amount_yen for order in self.orders.values() if order.basis == basis)
        return self.overpaid_yen - ordered_yen if basis == "overpayment" else 0

    def order_return(self, act: Act, *, basis: str, amount_yen: int, due_on: date) -> str:
        """返還命令; returns the id of the order, `GRANT/rN`.

        Raises:
            WrongStatus: nothing is to be returned on this basis.
            SameOfficer: whoever reported or prepared the grant would order.
            OverReturned: more than is due.
            TooEarly: before the settlement.
            BadInput: due before it is ordered.
        """
        room_yen = self.returnable_yen(basis)
        if not room_yen:
            raise WrongStatus(f"nothing is to be returned on {self.id} on the basis of {basis}")
        if act.by == self.reported_by:
            raise SameOfficer(f"{act.by} reported {self.id} and may not order its return")
        self.refuse_preparer(act, "order the return of")
        if amount_yen > room_yen:
            raise OverReturned(
                f"{amount_yen:,} yen can't be ordered back on {self.id}: {room_yen:,} yen are due",
                _too_much("適正化法 18条", amount_yen, room_yen),
            )
        self.refuse_too_early(act)
        if due_on < act.on:
            raise BadInput(f"due_on {due_on} lies before the order itself ({act.on})")
        order = f"{self.id}/r{len(self.orders) + 1}"
        self.trigger(ReturnOrdered, act, order=order, basis=basis, amount_yen=amount_yen, due_on=due_on)
        return order

    def record_return(self, act: Act, *, order: str, amount_yen: int) -> int:
        """納付; returns the principal left in yen.

        Raises:
            NotFound: no such order.
            OverReturned: more than the principal left.
            TooEarly: before the order.
        """
        if order not in self.orders:
            raise NotFound(f"no return order {order}")
        found = self.orders[order]
        refuse_before(found.ordered_on, act.on, "the order")
        left_yen = found.principal_left_yen
        if amount_yen > left_yen:
            raise OverReturned(
                f"{amount_yen:,} yen exceed the principal left of {order}: {left_yen:,} yen",
                _too_much("適正化法 18条; 施行令 10条2項", amount_yen, left_yen),
            )
        self.trigger(
            ReturnRecorded,
            act,
            order=order,
            amount_yen=amount_yen,
            principal_left_yen=left_yen - amount_yen,
        )
        return left_yen - amount_yen


def _too_much(source: str, asked_yen: int, room_yen: int) -> Finding:
    return Finding(
        rule="over_returned",
        strength="hard",
        source=source,
        message=f"asked {asked_yen:,} yen, due {room_yen:,} yen",
        remedy=f"at most {room_yen:,} yen" if room_yen else "nothing is left to be returned",
        asked=asked_yen,
        excess=asked_yen - room_yen,
        room=room_yen,
    )
