"""点検, as of a point: what the checks would have told then, and no more than they would have."""

from __future__ import annotations

from datetime import datetime

import pytest
from store.office import HIROSHIMA, new

from lifecycle.values import JAPAN

from .tampering import G, messages, rewrite
from .telling import refusal_of

SUMS = {"own_grant_yen": 1_000, "passed_down_yen": 1_000, "eligible_cost_yen": 20_000}
UNCHECKED = "was decided without a check of double funding"
TIMELESS = ["chain", "duties", "caps", "reconcile"]


@pytest.fixture
def looked_at_late(office):
    """Decided on 1 May; that double funding was looked at on 10 May is told on 20 July."""
    office.clock.at = datetime(2025, 5, 1, 12, tzinfo=JAPAN)
    office.decidable(new(HIROSHIMA, soft=10_000), on="2025-05-01")
    office.do("approve", grant=G, on="2025-05-01")
    office.clock.at = datetime(2025, 7, 20, 12, tzinfo=JAPAN)
    office.do("check_double_funding", grant=G, **SUMS, on="2025-05-10")
    return office


@pytest.mark.parametrize(
    ("point", "is_told"),
    [
        ({"as_of": "2025-04-30"}, False),
        ({"as_of": "2025-05-01"}, True),
        ({"as_of": "2025-07-19"}, True),
        ({"as_of": "2025-07-20"}, False),
        ({"as_of": "2025-05-09", "clock": "effective"}, True),
        ({"as_of": "2025-05-10", "clock": "effective"}, False),
        ({}, False),
    ],
)
def test_a_check_tells_what_was_wrong_at_that_point_on_either_clock(looked_at_late, point, is_told):
    told = messages(looked_at_late, "double_funding", **point)
    assert [UNCHECKED in message for message in told] == [True] * is_told


@pytest.mark.parametrize(("as_of", "is_overdue"), [("2026-04-10", False), ("2026-04-11", True)])
def test_what_is_overdue_is_so_on_the_day_that_is_asked_of(looked_at_late, as_of, is_overdue):
    told = messages(looked_at_late, "deadlines", as_of=as_of)
    assert any(": report completion was due on 2026-04-10" in message for message in told) == is_overdue


def test_a_check_as_of_an_event_that_there_is_not_is_refused(looked_at_late):
    last = looked_at_late.events()
    assert list(looked_at_late.tell("check", as_of_event=last)) == []
    refused = refusal_of(lambda **point: list(looked_at_late.tell("check", **point)), as_of_event=last + 1)
    assert (refused.code, refused.exit) == ("not_found", 3)


@pytest.mark.parametrize("name", TIMELESS)
def test_no_check_takes_offence_at_any_point_of_a_log_in_which_all_is_well(lived, tampered, name):
    """A point may lie between two events of a command, or leave out what is dated later than what is told after it."""
    office = tampered(lambda db: None, lived)
    days = {line["effective_on"] for line in office.tell("log")}
    points = [{"as_of_event": n} for n in range(office.events() + 1)]
    points += [{"as_of": day, "clock": "effective"} for day in sorted(days)]
    for point in points:
        found = [f for f in office.tell("check", names=[name], **point) if f["strength"] != "warning"]
        assert found == [], point


def test_what_was_changed_after_a_point_is_not_told_of_it(tampered):
    at = []
    office = tampered(lambda db: at.append(rewrite(db, "grant.disbursed", lambda e: e.update(by="both"))))
    n = at[0]
    assert messages(office, "chain", as_of_event=n - 1) == []
    assert len(messages(office, "chain", as_of_event=n)) == 1


def test_stored_rows_are_those_of_now(tampered):
    office = tampered(lambda db: db.execute("UPDATE cap_usage SET used_yen = used_yen + 1"))
    assert messages(office, "caps")
    assert messages(office, "caps", as_of_event=office.events()) == []


# ---------------------------------------------------------------------- what became of a command


@pytest.mark.parametrize(
    ("point", "is_known"),
    [
        ({"as_of": "2025-07-19"}, False),
        ({"as_of": "2025-07-20"}, True),
        ({"as_of": "2025-05-31", "clock": "effective"}, False),
        ({"as_of": "2025-06-01", "clock": "effective"}, True),
        ({}, True),
    ],
)
def test_the_outcome_of_a_command_is_known_from_when_it_took_effect(looked_at_late, point, is_known):
    looked_at_late.do("disburse", grant=G, amount_yen=1, payment="advance", on="2025-06-01", id="paid")
    if is_known:
        assert looked_at_late.tell("outcome", command_id="paid", **point)["do"] == "disburse"
    else:
        refused = refusal_of(looked_at_late.tell, "outcome", command_id="paid", **point)
        assert (refused.code, refused.exit) == ("not_found", 3)
        assert "took effect later" in refused.message
