"""Two clocks: when we learned it only ever goes forward; when it took effect is a date in Japan."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from lifecycle.errors import BadInput, NotFound
from lifecycle.store.entries import instant, next_instant

from .office import NOON, Clock, Office, new, office_at

ZONES = (
    "Asia/Tokyo",
    "UTC",
    "America/Los_Angeles",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "JST-9",
    "XYZ+11:30",
)


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This process, somewhere else."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def recorded(office: Office) -> list[str]:
    """`recorded_at` of every event, in log order."""
    return [row[0] for row in office.rows("SELECT recorded_at FROM log ORDER BY n")]


@pytest.mark.parametrize(
    "step",
    [
        timedelta(0),
        -timedelta(microseconds=1),
        -timedelta(hours=1),
        -timedelta(days=3_000),
        timedelta(days=1),
    ],
    ids=["stands still", "a microsecond back", "an hour back", "years back", "forward"],
)
def test_recorded_at_strictly_increases_whatever_the_clock_does(tmp_path: Path, step: timedelta) -> None:
    office = office_at(tmp_path / "grants.db", Clock(datetime(2050, 1, 1, tzinfo=UTC), step))
    grant = office.approved(new(soft=1_000, infrastructure=1_000, last=2026))
    change = office.do("request_change", grant=grant, last_year=2027)["change"]
    office.do("approve_change", change=change)
    told = recorded(office)
    assert told == sorted(set(told))
    assert office.findings() == []
    office.close()


def test_recorded_at_follows_a_clock_that_goes_forward(tmp_path: Path) -> None:
    at = datetime(2050, 1, 1, tzinfo=UTC)
    office = office_at(tmp_path / "grants.db", Clock(at, timedelta(days=1)))
    office.submitted(new(soft=1_000))
    office.submitted(new(soft=1_000))
    assert recorded(office)[-4:] == [instant(at + timedelta(days=day)) for day in range(4)]
    office.close()


def test_the_next_instant_is_now_or_a_microsecond_after_the_last() -> None:
    last = "2025-04-01T03:00:00.000000Z"
    tick = timedelta(microseconds=1)
    assert next_instant(NOON, None) == NOON
    assert next_instant(NOON - tick, last) == NOON + tick
    assert next_instant(NOON, last) == NOON + tick
    assert next_instant(NOON + tick, last) == NOON + tick
    assert next_instant(NOON + 2 * tick, last) == NOON + 2 * tick


def test_instants_sort_as_text_as_they_do_in_time() -> None:
    tokyo = timezone(timedelta(hours=9))
    ordered = [
        datetime(2025, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2025, 4, 1, 9, tzinfo=tokyo),
        datetime(2025, 4, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2025, 4, 1, 9, 0, 1, tzinfo=tokyo),
    ]
    assert [instant(at) for at in ordered] == sorted({instant(at) for at in ordered})


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, 999_999, tzinfo=UTC), "2026-03-31"),
        (datetime(2026, 3, 31, 15, tzinfo=UTC), "2026-04-01"),
        (datetime(2026, 12, 31, 14, 59, tzinfo=UTC), "2026-12-31"),
        (datetime(2026, 12, 31, 15, tzinfo=UTC), "2027-01-01"),
        (datetime(2026, 3, 31, 12, tzinfo=timezone(-timedelta(hours=12))), "2026-04-01"),
    ],
    ids=str,
)
def test_the_business_date_is_that_of_japan_wherever_the_machine_stands(
    tmp_path: Path, zone: str, at: datetime, expected: str
) -> None:
    office = office_at(tmp_path / "grants.db", Clock(at))
    grant = office.submitted(new(soft=1_000), on=None)
    assert office.show(grant)["submitted_on"] == expected
    office.close()


def test_the_log_is_the_same_wherever_the_machine_stands(tmp_path: Path, zone: str) -> None:
    told = []
    for name in (zone, "UTC"):
        with pytest.MonkeyPatch.context() as moved:
            moved.setenv("TZ", name)
            time.tzset()
            office = office_at(tmp_path / f"{len(told)}.db", Clock(datetime(2026, 3, 31, 14, 59, tzinfo=UTC)))
            office.do("submit", application=new(soft=1_000), on=None, id="s1")
            told.append(office.rows("SELECT * FROM log ORDER BY n"))
            office.close()
    assert told[0] == told[1]


def test_a_day_on_the_recorded_clock_ends_at_midnight_in_japan(tmp_path: Path, zone: str) -> None:
    clock = Clock(datetime(2025, 6, 1, 14, 59, 58, tzinfo=UTC))
    office = office_at(tmp_path / "grants.db", clock)
    grant = office.submitted(new(soft=1_000))
    clock.at = datetime(2025, 6, 1, 15, tzinfo=UTC)
    office.do("return_for_correction", grant=grant, message="積算")
    assert office.show(grant, as_of="2025-06-01")["status"] == "submitted"
    assert office.show(grant, as_of="2025-06-02")["status"] == "returned"
    with pytest.raises(NotFound):
        office.show(grant, as_of="2025-05-31")
    office.close()


def test_an_instant_is_read_as_japan_time_unless_it_says_otherwise(tmp_path: Path, zone: str) -> None:
    office = office_at(tmp_path / "grants.db", Clock(datetime(2025, 6, 1, 3, tzinfo=UTC)))
    grant = office.submitted(new(soft=1_000))
    for at in ("2025-06-01T12:00:01", "2025-06-01T03:00:01Z", "2025-06-01T03:00:01+00:00"):
        assert office.show(grant, as_of=at)["status"] == "submitted"
    for at in ("2025-06-01T11:59:59", "2025-06-01T02:59:59Z"):
        with pytest.raises(NotFound):
            office.show(grant, as_of=at)
    office.close()


def test_the_two_clocks_tell_a_late_record_apart(tmp_path: Path) -> None:
    """Decided on 1 May, entered on 20 June: in force from May, known from June."""
    clock = Clock(datetime(2025, 6, 20, 1, tzinfo=UTC))
    office = office_at(tmp_path / "grants.db", clock)
    grant = office.decidable(new(soft=1_000))
    clock.at += timedelta(days=1)
    office.do("approve", grant=grant, on="2025-05-01")
    assert status(office, grant, "effective", "2025-04-30") == "submitted"
    assert status(office, grant, "effective", "2025-05-01") == "approved"
    assert status(office, grant, "recorded", "2025-06-20") == "submitted"
    assert status(office, grant, "recorded", "2025-06-21") == "approved"
    office.close()


@pytest.mark.parametrize(
    "text", ["2025-13-01", "2025-02-30", "yesterday", "", "令和7年4月1日", "2025-04-01Z", "２０２５-04-01"]
)
@pytest.mark.parametrize("clock", ["recorded", "effective"])
def test_what_is_no_point_in_time_is_bad_input(office: Office, text: str, clock: str) -> None:
    grant = office.submitted(new(soft=1_000))
    with pytest.raises(BadInput):
        status(office, grant, clock, text)


def status(office: Office, grant: str, clock: str, as_of: str) -> Any:
    """The status of a grant at a point on a clock."""
    return office.show(grant, as_of=as_of, clock=clock)["status"]
