"""Decisions dated back: on the effective clock, too, no cap is passed on any day."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from store.office import HIROSHIMA, SAPPORO, elsewhere, new, office_at

from .telling import refused, windows

CAP = 1_500_000_000
SOFT = "soft_fy_core_hub 2025"


def april(day: int) -> str:
    """A business date."""
    return f"2025-04-{day:02d}"


def decided(day, authority=SAPPORO, **amounts):
    """The fields of a decision taken elsewhere on a day, told at the end of the month."""
    return {**elsewhere(authority, 2025, **amounts), "decided_on": april(day), "on": april(30)}


def given_up(office, day, **amounts):
    """A grant decided on 1 April, and given up whole later."""
    grant = office.do("import_decision", **decided(1, **amounts))["grant"]
    office.do("abolish", grant=grant, reason="撤退", on=april(day))


def test_room_that_came_back_is_not_used_before_it_came_back(office):
    given_up(office, 10, soft=CAP)
    refusal = refused(office, "cap_exceeded", "import_decision", **decided(9, soft=1))
    [finding] = refusal.findings
    assert (finding.used, finding.asked, finding.excess, finding.room) == (CAP, 1, 1, 0)
    assert "room came back on 2025-04-10" in finding.remedy
    assert office.do("import_decision", **decided(10, soft=1))["ok"]


def test_room_that_there_was_all_along_may_be_used_on_an_earlier_date(office):
    given_up(office, 10, soft=CAP - 500)
    assert office.do("import_decision", **decided(5, soft=500))["ok"]
    refused(office, "cap_exceeded", "import_decision", **decided(5, soft=1))


def test_an_approval_and_an_addition_wait_for_the_room_they_need(office):
    given_up(office, 10, authority=HIROSHIMA, soft=CAP)
    grant = office.decidable(new(soft=20_000))
    refused(office, "cap_exceeded", "adopt", grant=grant, on=april(9))
    refused(office, "cap_exceeded", "approve", grant=grant, on=april(9))
    office.do("approve", grant=grant, amounts={"soft": 10_000}, on=april(10))
    office.do("request_change", grant=grant, deltas={"soft": -4_000}, on=april(11))
    office.do("approve_change", change=f"{grant}/c1", on=april(20))
    office.do("import_decision", **decided(20, authority=HIROSHIMA, soft=CAP - 10_000))
    office.do("request_change", grant=grant, deltas={"soft": 4_001}, on=april(20))
    assert refused(office, "cap_exceeded", "approve_change", change=f"{grant}/c2", on=april(20)).findings


def test_over_a_plan_room_has_its_date_too(office):
    given_up(office, 10, authority=HIROSHIMA, soft=1, infrastructure=5_000_000_000)
    again = {"authority": HIROSHIMA, "soft": 1, "infrastructure": 1_000}
    refused(office, "cap_exceeded", "import_decision", **decided(9, **again))
    assert office.do("import_decision", **decided(10, **again))["ok"]


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.integers(1, 10), st.sampled_from([300, 500, 700, 1_500])),
        min_size=3,
        max_size=8,
    )
)
def test_whatever_is_dated_how_no_day_holds_more_than_the_cap(lives):
    """Grants that stand from one day to another: one is refused exactly when some day would hold too much."""
    with tempfile.TemporaryDirectory() as folder:
        office = office_at(Path(folder) / "grants.db")
        stand: list[tuple[int, int, int]] = []

        def held(day):
            return sum(yen for first, last, yen in stand if first <= day < last)

        for number, (first, days, millions) in enumerate(lives):
            yen, last = millions * 1_000_000, first + days
            fits = all(held(day) + yen <= CAP for day in range(first, 31))
            if not fits:
                refused(office, "cap_exceeded", "import_decision", **decided(first, soft=yen))
                continue
            grant = office.do("import_decision", **decided(first, soft=yen))["grant"]
            stand.append((first, last if number % 2 else 31, yen))
            if number % 2:
                office.do("abolish", grant=grant, reason="撤退", on=april(last))
        for day in range(1, 31):
            found = windows(office, SAPPORO, as_of=april(day), clock="effective")
            assert found.get(SOFT, (0, 0, 0))[0] == held(day), day
        assert not office.findings()
        office.close()
