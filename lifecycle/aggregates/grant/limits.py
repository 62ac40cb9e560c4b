"""What is paid stays within what is committed or settled, whoever pays and however."""

from __future__ import annotations

from lifecycle.aggregates.grant.state import GrantState
from lifecycle.errors import Finding, OverDisbursed, OverReturned


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

    def refuse_overpayment(self, amount_yen: int, held_yen: int = 0) -> None:
        """Paid and not returned, with what is asked, stays within committed or settled, less what is held.

        Raises:
            OverDisbursed: it would not.
        """
        limit_yen = self.entitlement_yen - held_yen
        paid_yen = self.paid_net_yen
        room_yen = max(0, limit_yen - paid_yen)
        if amount_yen <= room_yen:
            return
        bound = ("settled" if self.settled_on else "committed") + (" and not held" if held_yen else "")
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

    def refuse_beyond_need(self, amount_yen: int) -> None:
        """Before settlement no more is paid than the needs on record (予決令 58条).

        Raises:
            OverDisbursed: it would be more.
        """
        needed_yen = self.sheets.advance_needs_yen
        if needed_yen is None or self.disbursed_yen + amount_yen <= needed_yen:
            return
        room_yen = max(0, needed_yen - self.disbursed_yen)
        raise OverDisbursed(
            f"advances of {self.disbursed_yen + amount_yen:,} yen on {self.id} exceed the needs on record: "
            f"{needed_yen:,} yen",
            remedy=f"pay at most {room_yen:,} yen, or let the authority show its need: grants request-advance",
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
