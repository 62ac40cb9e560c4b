"""期限: counted from the day after; a last day on a closed day moves to the next open one."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from lifecycle.rules.deadlines import is_closed, last_day, months_after, open_day


def test_the_first_day_is_not_counted():
    """Case C41: notice on 9 April 2026, 15 days, last day 24 April."""
    assert last_day(date(2026, 4, 9), 15) == date(2026, 4, 24)


@pytest.mark.parametrize(
    ("from_", "days", "expected"),
    [
        (date(2025, 5, 31), 30, date(2025, 6, 30)),  # over a month's end
        (date(2027, 1, 29), 31, date(2027, 3, 1)),  # over a February of 28 days
        (date(2028, 1, 29), 31, date(2028, 2, 29)),  # onto the leap day
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, date(2028, 3, 1)),
        (date(2027, 2, 26), 15, date(2027, 3, 15)),  # 13 March is a Saturday
        (date(2025, 12, 14), 15, date(2026, 1, 5)),  # 29 December to 3 January, then a Sunday
        (date(2025, 12, 13), 15, date(2026, 1, 5)),  # Sunday 28 December, and on through the new year
        (date(2025, 12, 11), 15, date(2025, 12, 26)),
        (date(2026, 4, 18), 15, date(2026, 5, 7)),  # Constitution Day to the substitute holiday of 6 May
        (date(2026, 9, 5), 15, date(2026, 9, 24)),  # 21 to 23 September: a citizens' holiday between two
    ],
)
def test_a_last_day_on_a_closed_day_moves_to_the_next_open_one(from_, days, expected):
    assert last_day(from_, days) == expected


@pytest.mark.parametrize(
    ("on", "closed"),
    [
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
        (date(2028, 1, 3), True),
        (date(2028, 1, 4), False),
        (date(2026, 7, 3), False),
        (date(2026, 7, 4), True),
        (date(2026, 7, 5), True),
        (date(2026, 7, 20), True),
    ],
)
def test_offices_are_closed_at_weekends_on_holidays_and_around_the_new_year(on, closed):
    assert is_closed(on) is closed


def test_an_open_day_is_its_own_last_day():
    assert open_day(date(2026, 7, 3)) == date(2026, 7, 3)


@pytest.mark.parametrize("year", range(2025, 2031))
def test_closed_days_agree_with_an_independent_calendar(year):
    calendar = holidays.country_holidays("JP", years=year)
    days = (
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    )
    for on in days:
        around_new_year = (on.month, on.day) >= (12, 29) or (on.month, on.day) <= (1, 3)
        assert is_closed(on) is (on.weekday() >= 5 or on in calendar or around_new_year), on


def test_no_last_day_is_closed_and_none_comes_early():
    start = date(2025, 12, 1)
    for n in range(60):
        from_ = start + timedelta(days=n)
        assert not is_closed(last_day(from_, 15))
        assert last_day(from_, 15) >= from_ + timedelta(days=15)


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2025, 4, 1), 6, date(2025, 10, 1)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2025, 12, 31), 6, date(2026, 6, 30)),
        (date(2025, 6, 30), 6, date(2025, 12, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_its_month(on, months, expected):
    assert months_after(on, months) == expected
