"""加算金・延滞金 (適正化法 19条): integers only, one floor at the end (lifecycle.md 2.7).

10.95 % a year means per 365 days, in leap years too (昭和45年法律第13号 25条): exactly 3/10,000 a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount on a day: a receipt (受領) or a payment back (納付)."""

    on: date
    amount_yen: int


@dataclass(frozen=True, slots=True)
class Segment:
    """計算区間: a base that bore a charge from one day to another, both counted."""

    first: date
    last: date
    base_yen: int

    @property
    def days(self) -> int:
        """Days, both ends counted."""
        return (self.last - self.first).days + 1


def charge_yen(segments: Iterable[Segment], daily_rate: Fraction, unit_yen: int = 1) -> int:
    """The sum of base x days x rate, floored once."""
    base_days = sum(segment.base_yen * segment.days for segment in segments)
    exact_yen = base_days * daily_rate.numerator // daily_rate.denominator
    return exact_yen - exact_yen % unit_yen


def deemed_received(
    receipts: Sequence[Money], ordered_yen: int, *, earlier: Sequence[Money] = ()
) -> list[Money]:
    """Which receipts an ordered sum is deemed to come from: the last first (施行令 10条1項).

    `earlier`: the orders of the same grant before it. Each took from the end of what was received by its day.

    Raises:
        ValueError: more is ordered than was received.
    """
    latest_first = sorted(receipts, key=lambda money: money.on, reverse=True)
    left_yen = [receipt.amount_yen for receipt in latest_first]
    for order in earlier:
        _take(latest_first, left_yen, order.amount_yen, until=order.on)
    return _take(latest_first, left_yen, ordered_yen, until=date.max)


def _take(receipts: Sequence[Money], left_yen: list[int], amount_yen: int, *, until: date) -> list[Money]:
    """Take an amount from what is left of the receipts up to a day, in the order they are given."""
    taken = []
    for number, receipt in enumerate(receipts):
        part_yen = min(left_yen[number], amount_yen) if receipt.on <= until else 0
        if part_yen:
            taken.append(Money(receipt.on, part_yen))
            left_yen[number] -= part_yen
            amount_yen -= part_yen
    if amount_yen:
        raise ValueError(f"{amount_yen} yen are ordered back that were never received")
    return taken


def addon_segments(received: Sequence[Money], payments: Sequence[Money]) -> list[Segment]:
    """加算金: from each day of receipt to each payment, the remainder from the day after a part payment.

    A part payment reduces what is deemed received last first, as the sum itself is deemed received [A].
    """
    segments = []
    days = sorted(payment.on for payment in payments)
    left_yen = [payment.amount_yen for payment in sorted(payments, key=lambda money: money.on)]
    for receipt in sorted(received, key=lambda money: money.on, reverse=True):
        base_yen, first = receipt.amount_yen, receipt.on
        for number, paid_on in enumerate(days):
            if not left_yen[number] or not base_yen:
                continue
            segments.append(Segment(first, paid_on, base_yen))
            part_yen = min(base_yen, left_yen[number])
            base_yen, first = base_yen - part_yen, paid_on + ONE_DAY
            left_yen[number] -= part_yen
    return [segment for segment in segments if segment.days > 0]


def late_segments(due_on: date, ordered_yen: int, payments: Sequence[Money]) -> list[Segment]:
    """延滞金: what is unpaid after the due date, from the next day to each payment."""
    segments, base_yen, first = [], ordered_yen, due_on + ONE_DAY
    for payment in sorted(payments, key=lambda money: money.on):
        if payment.on >= first:
            segments.append(Segment(first, payment.on, base_yen))
            first = payment.on + ONE_DAY
        base_yen -= payment.amount_yen
    return [segment for segment in segments if segment.base_yen > 0]
