"""What is paid stays within what is committed or settled, and in its year, whoever pays and however."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lifecycle.aggregates.grant.sheets import CarryOver
from lifecycle.aggregates.grant.state import DEAD, GrantState
from lifecycle.errors import Finding, OverDisbursed, OverReturned
from lifecycle.values import fiscal_year_ends


class Limited(GrantState):
    """A grant that never pays more than it may."""

    @property
    def entitlement_yen(self) -> int:
        """What the recipient may keep: settled once settled, else committed."""
        return self.settled_yen if self.settled_on else self.committed_yen

    @property
    def paid_net_yen(self) -> int:
        """Paid and not returned."""
        return self.disbursed_yen - self.returned_yen

    @property
    def excess_yen(self) -> int:
        """Paid beyond what the recipient may keep, and not yet ordered back."""
        ordered_yen = sum(order.amount_yen for order in self.orders.values() if order.basis != "revenue")
        return max(0, self.disbursed_yen - self.entitlement_yen - ordered_yen)

    @property
    def kept_yen(self) -> int:
        """What was paid and no order takes back, whatever its basis."""
        return max(0, self.disbursed_yen - self.ordered_yen)

    def refuse_beyond_kept(self, payback_yen: int) -> None:
        """What is to be paid back of a grant, for revenue or a disposal, is at most the grant itself (7条2項, 22条).

        Raises:
            OverReturned: it would be more.
        """
        waiting_yen = self.sheets.payback_yen - sum(
            order.amount_yen for order in self.orders.values() if order.basis == "revenue"
        )
        room_yen = max(0, max(self.kept_yen, self.entitlement_yen - self.ordered_yen) - max(0, waiting_yen))
        if payback_yen > room_yen:
            raise OverReturned(
                f"{payback_yen:,} yen would be paid back on {self.id}, of which {room_yen:,} yen are kept",
                too_much("適正化法 7条2項, 22条", payback_yen, room_yen),
            )

    def refuse_overholding(self, order: str, amount_yen: int, held_yen: Mapping[str, int]) -> None:
        """What is held back, with what is held already, by order, stays within what is still to be paid.

        Raises:
            OverDisbursed: it would not.
        """
        already_yen, standing_yen = sum(held_yen.values()), self.entitlement_yen
        figures = Figures(max(0, standing_yen - already_yen), self.paid_net_yen, amount_yen)
        if amount_yen <= figures.room_yen:
            return
        unpaid_yen = max(0, standing_yen - self.paid_net_yen)
        told = f"{unpaid_yen:,} yen are still to be paid, {already_yen:,} yen are held already"
        least = f"grants hold-payment {order} --grant {self.id} --amount-yen {figures.room_yen}"
        raise beyond(
            f"{amount_yen:,} yen can't be held of {self.id}: {told}",
            figures,
            source="適正化法 20条",
            told=f"asked {amount_yen:,} yen: {told}",
            remedy=f"hold at most {figures.room_yen:,} yen: {least}"
            if figures.room_yen
            else "nothing is left to be held",
        )

    def _overpayment(self, amount_yen: int, held_yen: Mapping[str, int]) -> OverDisbursed | None:
        standing_yen, paid_yen = self.entitlement_yen, self.paid_net_yen
        figures = Figures(max(0, standing_yen - sum(held_yen.values())), paid_yen, amount_yen)
        if amount_yen <= figures.room_yen:
            return None
        bound = ("settled" if self.settled_on else "committed") + (" and not held" if held_yen else "")
        remedy = f"pay at most {figures.room_yen:,} yen" if figures.room_yen else "nothing is left to be paid"
        if held_yen and paid_yen < standing_yen:
            first = next(iter(held_yen))
            remedy += (
                f"; {sum(held_yen.values()):,} yen are held for {', '.join(held_yen)}: grants record-return {first}; "
                f"or grants set-off {first} --grant {self.id}"
            )
        return beyond(
            f"{paid_yen + amount_yen:,} yen would be paid on {self.id}, where {figures.limit_yen:,} yen are {bound}",
            figures,
            told=f"paid and not returned {paid_yen:,} yen, asked {amount_yen:,} yen, {bound} {figures.limit_yen:,} yen",
            remedy=remedy,
        )

    def refuse_payment(self, act_on: date, amount_yen: int, pay: str, held_yen: Mapping[str, int]) -> None:
        """Every limit of a payment at once; the tightest is told, so that what it leaves can be paid.

        `pay`: the command that pays, to be told; `held_yen`: what is held back, by order.

        Raises:
            OverDisbursed: beyond what stands, what was carried over to a later year, or the needs on record.
        """
        found = (
            self._overpayment(amount_yen, held_yen),
            self._taken_of_carried(act_on, amount_yen, pay),
            None if self.settled_on else self._beyond_need(amount_yen),
        )
        stopping = [refusal for refusal in found if refusal]
        if stopping:
            raise min(stopping, key=lambda refusal: refusal.findings[0].room or 0)

    # ------------------------------------------------------------------ 繰越

    @property
    def carry_overs_approved(self) -> list[CarryOver]:
        """承認された繰越: at most one by plan and one by accident."""
        return [carried for carried in self.sheets.carry_overs if carried.approved_on]

    @property
    def carried_over_yen(self) -> int:
        """繰越額: the last one counts, as far as it still stands and was not paid before its year began."""
        return self.carried_yen(len(self.carry_overs_approved))

    def carried_yen(self, times: int) -> int:
        """What the first or the second carry-over took out of its year, as `carried_over_yen` tells of the last."""
        if not times or self.status in DEAD:
            return 0
        last = fiscal_year_ends(self.fiscal_year + times - 1)
        left_yen = max(0, self.entitlement_yen - self._paid_net_by(last))
        return min(self.carry_overs_approved[times - 1].amount_yen, left_yen)

    def carried_left_yen(self, times: int, closed_on: date, by: date = date.max) -> int:
        """繰越額のうち未払額: what of a carry-over is unpaid by a day.

        Until `closed_on` the budget it was taken out of pays beside it, and first; what is paid later takes of it.
        """
        paid_yen = max(0, self.paid_net_between(closed_on, by))
        unpaid_yen = self.entitlement_yen - self._paid_net_by(by)
        return max(0, min(self.carried_yen(times) - paid_yen, unpaid_yen))

    def paid_net_between(self, after: date, until: date = date.max) -> int:
        """Paid and not returned after one day, until another; below 0 where more was returned."""
        return self._paid_net_by(until) - self._paid_net_by(after)

    @property
    def _carried_from(self) -> date:
        """The last day of the fiscal year that the last carry-over took its yen out of."""
        return fiscal_year_ends(self.fiscal_year + len(self.carry_overs_approved) - 1)

    def _paid_net_by(self, day: date) -> int:
        """Paid and not returned by a day."""
        orders = [order for order in self.orders.values() if order.basis != "revenue"]
        returned_yen = sum(p.amount_yen for order in orders for p in order.payments if p.on <= day)
        return sum(p.amount_yen for p in self.disbursements if p.on <= day) - returned_yen

    def _taken_of_carried(self, on: date, amount_yen: int, pay: str) -> OverDisbursed | None:
        """What was carried over is paid in the year it was carried to: not by a payment in the year before."""
        carried_yen, last = self.carried_over_yen, self._carried_from
        if not carried_yen or on > last:
            return None
        figures = Figures(self.entitlement_yen - carried_yen, self._paid_net_by(last), amount_yen)
        room_yen = figures.room_yen
        if amount_yen <= room_yen:
            return None
        begins = last + timedelta(days=1)
        at_most = (
            f"pay at most {room_yen:,} yen by {last}: {pay} --amount-yen {room_yen} --on {on}; "
            if room_yen
            else ""
        )
        later = f"{pay} --amount-yen {min(amount_yen, carried_yen)} --on {begins}"
        return beyond(
            f"{carried_yen:,} yen of {self.id} were carried over to the fiscal year that begins on {begins}; "
            f"a payment on {on} may take {room_yen:,} yen, not {amount_yen:,} yen",
            figures,
            rule="carried_over",
            source="財政法 12条, 42条, 43条; lifecycle.md 2.3; reliability.md I4",
            told=f"paid and not returned by {last}: {figures.used_yen:,} yen, asked {amount_yen:,} yen, "
            f"not carried over {figures.limit_yen:,} yen",
            remedy=f"{at_most}what was carried over: {later}",
        )

    def _beyond_need(self, amount_yen: int) -> OverDisbursed | None:
        """Before settlement no more is paid than the needs on record (予決令 58条)."""
        needed_yen = self.sheets.advance_needs_yen
        if needed_yen is None or self.disbursed_yen + amount_yen <= needed_yen:
            return None
        figures = Figures(needed_yen, self.disbursed_yen, amount_yen)
        at_most = f"pay at most {figures.room_yen:,} yen, or let" if figures.room_yen else "let"
        return beyond(
            f"advances of {self.disbursed_yen + amount_yen:,} yen on {self.id} exceed the needs on record: "
            f"{needed_yen:,} yen",
            figures,
            told=f"advanced {self.disbursed_yen:,} yen, asked {amount_yen:,} yen, needs on record {needed_yen:,} yen",
            remedy=f"{at_most} the authority show its need: grants request-advance {self.id} --needs "
            f"PURPOSE={figures.excess_yen}",
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What was held against what, in yen."""

    limit_yen: int
    used_yen: int
    asked_yen: int

    @property
    def excess_yen(self) -> int:
        """How far what is used and asked passes the limit."""
        return self.used_yen + self.asked_yen - self.limit_yen

    @property
    def room_yen(self) -> int:
        """What could still be asked."""
        return max(0, self.limit_yen - self.used_yen)


def beyond(
    message: str,
    figures: Figures,
    *,
    remedy: str,
    rule: str = OverDisbursed.code,
    source: str = OverDisbursed.source,
    told: str = "",
) -> OverDisbursed:
    """More than is committed, settled or needed would be paid, taken or given up; `told`: the figures in words."""
    return OverDisbursed(
        message,
        Finding(
            rule=rule,
            strength="hard",
            source=source,
            message=told or message,
            remedy=remedy,
            limit=figures.limit_yen,
            used=figures.used_yen,
            asked=figures.asked_yen,
            excess=figures.excess_yen,
            room=figures.room_yen,
        ),
    )


def too_much(source: str, asked_yen: int, room_yen: int) -> Finding:
    """What was asked beyond what is due."""
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
