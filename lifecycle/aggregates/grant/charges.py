"""加算金・延滞金 (19条): assessed, exempted, paid. A ledger of its own: it never counts as money returned."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.facts import Fact
from lifecycle.aggregates.grant.limits import too_much
from lifecycle.aggregates.grant.state import GrantEvent, GrantState
from lifecycle.errors import AlreadyRecorded, OverReturned, ReasonMissing, SameOfficer, WrongStatus


class ChargedSegment(Fact, frozen=True, kw_only=True):
    """計算区間 of a charge: base and days, both ends counted."""

    charge: str
    first: date
    last: date
    days: int
    base_yen: int


class ChargesAssessed(GrantEvent):
    """加算金・延滞金の決定 (19条1項・2項), with every segment of the computation and the rates it used."""

    TOPIC = "grant.charges_assessed"

    order: str
    addon_yen: int
    late_yen: int
    addon_rate: str
    late_rate: str
    segments: list[ChargedSegment]

    def apply(self, aggregate: Any) -> None:
        order = aggregate.orders[self.order]
        order.assessed_by, order.assessed_on = self.act.by, self.act.on
        order.addon_yen, order.late_yen = self.addon_yen, self.late_yen


class ChargesExempted(GrantEvent):
    """免除 (19条3項), with its reason; the assessment stays visible."""

    TOPIC = "grant.charges_exempted"

    order: str
    addon_yen: int
    late_yen: int

    def apply(self, aggregate: Any) -> None:
        order = aggregate.orders[self.order]
        order.exempted_addon_yen += self.addon_yen
        order.exempted_late_yen += self.late_yen


class ChargePaid(GrantEvent):
    """加算金・延滞金の納付 (19条), once the principal is complete: add-on first."""

    TOPIC = "grant.charge_paid"

    order: str
    addon_yen: int
    late_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.orders[self.order].pay_charge(self.addon_yen, self.late_yen)


class ChargeCollected(GrantEvent):
    """加算金・延滞金の強制徴収 (21条), once the principal is complete: add-on first."""

    TOPIC = "grant.charge_collected"

    order: str
    addon_yen: int
    late_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.orders[self.order].pay_charge(self.addon_yen, self.late_yen)


class ChargeSetOff(GrantEvent):
    """加算金・延滞金の相殺 (20条), paid by money owed on `against`: add-on first."""

    TOPIC = "grant.charge_set_off"

    order: str
    against: str
    addon_yen: int
    late_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.orders[self.order].pay_charge(self.addon_yen, self.late_yen)


class Charging(GrantState):
    """Commands of the charges on a return order."""

    def assess_return(
        self,
        act: Act,
        *,
        order: str,
        addon_yen: int,
        late_yen: int,
        rates: tuple[str, str],
        segments: list[ChargedSegment],
    ) -> None:
        """加算金・延滞金の決定, once the principal is complete.

        Raises:
            NotFound: no such order.
            WrongStatus: principal is left.
            AlreadyRecorded: it is assessed.
            TooEarly: before the last payment.
        """
        found = self.order_of(order)
        if found.principal_left_yen:
            raise WrongStatus(
                f"{order} has {found.principal_left_yen:,} yen of principal left; charges are assessed after it"
            )
        if found.assessed_on:
            raise AlreadyRecorded(f"{order} was assessed on {found.assessed_on}")
        refuse_before(max(payment.on for payment in found.payments), act.on, "the last payment")
        self.trigger(
            ChargesAssessed,
            act,
            order=order,
            addon_yen=addon_yen,
            late_yen=late_yen,
            addon_rate=rates[0],
            late_rate=rates[1],
            segments=segments,
        )

    def exempt(self, act: Act, *, order: str, addon_yen: int | None, late_yen: int | None) -> tuple[int, int]:
        """免除, of what is named, or of all that is due; returns yen of add-on and late money exempted.

        Raises:
            ReasonMissing: no reason.
            NotFound: no such order.
            WrongStatus: nothing is assessed, or nothing is due.
            SameOfficer: who assessed would exempt.
            OverReturned: more than is due.
            TooEarly: before the assessment.
        """
        if not act.reason:
            raise ReasonMissing(f"an exemption on {order} needs a written reason (19条3項); give --reason")
        found = self.order_of(order)
        if not found.assessed_on:
            raise WrongStatus(f"no add-on or late money is assessed on {order}")
        if act.by == found.assessed_by:
            raise SameOfficer(f"{act.by} assessed {order} and may not exempt from it")
        self.refuse_preparer(act, "exempt")
        refuse_before(found.assessed_on, act.on, "the assessment")
        if addon_yen is None and late_yen is None:
            addon_yen, late_yen = found.addon_due_yen, found.late_due_yen
        addon_yen, late_yen = addon_yen or 0, late_yen or 0
        if not addon_yen + late_yen:
            raise WrongStatus(f"no add-on or late money is due on {order}")
        if addon_yen > found.addon_due_yen or late_yen > found.late_due_yen:
            raise OverReturned(
                f"only {found.addon_due_yen:,} yen of add-on and {found.late_due_yen:,} yen of late money "
                f"are due on {order}"
            )
        self.trigger(ChargesExempted, act, order=order, addon_yen=addon_yen, late_yen=late_yen)
        return addon_yen, late_yen

    def pay_charge(self, act: Act, *, order: str, amount_yen: int) -> None:
        """加算金・延滞金の納付: add-on first, then late money.

        Raises:
            NotFound: no such order.
            OverReturned: more than is due.
            TooEarly: before the assessment.
        """
        addon_yen, late_yen = self._charged(act, order, amount_yen)
        self.trigger(ChargePaid, act, order=order, addon_yen=addon_yen, late_yen=late_yen)

    def collect_charge(self, act: Act, *, order: str, amount_yen: int) -> None:
        """加算金・延滞金の強制徴収.

        Raises:
            NotFound: no such order.
            OverReturned: more than is due.
            TooEarly: before the assessment.
        """
        addon_yen, late_yen = self._charged(act, order, amount_yen)
        self.trigger(ChargeCollected, act, order=order, addon_yen=addon_yen, late_yen=late_yen)

    def set_off_charge(self, act: Act, *, order: str, against: str, amount_yen: int) -> None:
        """加算金・延滞金の相殺, on the side of the order.

        Raises:
            NotFound: no such order.
            OverReturned: more than is due.
            TooEarly: before the assessment.
        """
        addon_yen, late_yen = self._charged(act, order, amount_yen)
        self.trigger(ChargeSetOff, act, order=order, against=against, addon_yen=addon_yen, late_yen=late_yen)

    def _charged(self, act: Act, order: str, amount_yen: int) -> tuple[int, int]:
        """Add-on first, then late money."""
        found = self.order_of(order)
        due_yen = found.addon_due_yen + found.late_due_yen
        if amount_yen > due_yen:
            raise OverReturned(
                f"{amount_yen:,} yen exceed what is due on {order}: {due_yen:,} yen",
                too_much("適正化法 19条", amount_yen, due_yen),
            )
        refuse_before(found.assessed_on or found.ordered_on, act.on, "the assessment")
        addon_yen = min(amount_yen, found.addon_due_yen)
        return addon_yen, amount_yen - addon_yen
