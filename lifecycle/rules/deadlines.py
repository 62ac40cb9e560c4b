"""期限: counted from the day after; a last day on a closed day moves to the next open one (lifecycle.md 2.7)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from lifecycle.programme import ProgrammeVersion


def last_day(from_: date, days: int) -> date:
    """The last day of a period of `days` that begins on the day after `from_`."""
    return open_day(from_ + timedelta(days=days))


def pays_until(version: ProgrammeVersion, fiscal_year: int) -> date:
    """出納整理期限: the last day on which a fiscal year's budget pays."""
    if version.is_closed:
        return date(fiscal_year + 1, 4, 30)
    return date(
        fiscal_year + 1, version.setting_int("payment_until_month"), version.setting_int("payment_until_day")
    )


def months_after(on: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that has no such day (民法 143条2項)."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def open_day(on: date) -> date:
    """`on`, or the next day on which offices are open.

    Closed: Saturdays, Sundays, national holidays, and 29 December to 3 January (行政機関の休日に関する法律 1条).
    """
    while is_closed(on):
        on += timedelta(days=1)
    return on


def is_closed(on: date) -> bool:
    """行政機関の休日."""
    if on.weekday() >= 5 or (on.month, on.day) >= (12, 29) or (on.month, on.day) <= (1, 3):
        return True
    import jpholiday

    return bool(jpholiday.is_holiday(on))
