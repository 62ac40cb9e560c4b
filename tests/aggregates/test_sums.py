"""What each step does to the sums of a grant (lifecycle.md 2.3), step by step through whole lives."""

from __future__ import annotations

from datetime import date

import pytest
from spec import GRANT, asked, given_imported, given_submitted

SUMS = ("requested", "reserved", "committed", "settled", "decommitted", "disbursed", "returned", "overpaid")

X, Y = 22_000_000, 20_000_000
"""Asked for, and adopted."""

UNDERSPENT = [
    ("submitted", None, {}, (X, 0, 0, 0, 0, 0, 0, 0)),
    ("sent back", "return_for_correction", {}, (X, 0, 0, 0, 0, 0, 0, 0)),
    ("corrected", "resubmit", {"components": [asked(X)]}, (X, 0, 0, 0, 0, 0, 0, 0)),
    ("scored", "score", {}, (X, 0, 0, 0, 0, 0, 0, 0)),
    ("adopted", "adopt", {"amounts_yen": {"s1": Y}}, (X, Y, 0, 0, 0, 0, 0, 0)),
    ("decided", "approve", {"amounts_yen": {"s1": Y}}, (0, 0, Y, 0, 0, 0, 0, 0)),
    ("change asked", "request_change", {"deltas": {"s1": 1_000}}, (0, 0, Y, 0, 0, 0, 0, 0)),
    ("change approved", "approve_change", {}, (0, 0, Y + 1_000, 0, 0, 0, 0, 0)),
    (
        "advance",
        "disburse",
        {"amount_yen": 5_000_000, "on": date(2025, 7, 1)},
        (0, 0, Y + 1_000, 0, 0, 5_000_000, 0, 0),
    ),
    ("reported", "report_completion", {}, (0, 0, Y + 1_000, 0, 0, 5_000_000, 0, 0)),
    (
        "settled",
        "settle",
        {"settled_yen": {"s1": 18_000_000}},
        (0, 0, 0, 18_000_000, 2_001_000, 5_000_000, 0, 0),
    ),
    (
        "rest paid",
        "disburse",
        {"amount_yen": 13_000_000, "payment": "final"},
        (0, 0, 0, 18_000_000, 2_001_000, 18_000_000, 0, 0),
    ),
]

OVERPAID = [
    ("submitted", None, {}, (X, 0, 0, 0, 0, 0, 0, 0)),
    ("decided", "approve", {}, (0, 0, X, 0, 0, 0, 0, 0)),
    ("advance", "disburse", {"amount_yen": X, "on": date(2025, 7, 1)}, (0, 0, X, 0, 0, X, 0, 0)),
    ("reported", "report_completion", {}, (0, 0, X, 0, 0, X, 0, 0)),
    ("settled", "settle", {"settled_yen": {"s1": Y}}, (0, 0, 0, Y, X - Y, X, 0, X - Y)),
    ("ordered back", "order_return", {"amount_yen": X - Y}, (0, 0, 0, Y, X - Y, X, 0, X - Y)),
    ("part returned", "record_return", {"amount_yen": 500_000}, (0, 0, 0, Y, X - Y, X, 500_000, X - Y)),
    ("all returned", "record_return", {"amount_yen": 1_500_000}, (0, 0, 0, Y, X - Y, X, X - Y, X - Y)),
]

CAME_TO_NOTHING = {
    "withdrawn": [("withdrawn", "withdraw", {}, (0,) * 8)],
    "not adopted": [("not adopted", "not_adopt", {}, (0,) * 8)],
    "rejected": [("rejected", "reject", {}, (0,) * 8)],
    "adopted and rejected": [
        ("adopted", "adopt", {}, (X, X, 0, 0, 0, 0, 0, 0)),
        ("rejected", "reject", {}, (0,) * 8),
    ],
    "decided and withdrawn": [
        ("decided", "approve", {}, (0, 0, X, 0, 0, 0, 0, 0)),
        ("withdrawn", "withdraw", {}, (0,) * 8),
    ],
}


def play(story, steps):
    for name, command, facts, sums in steps:
        if command:
            story.given(command, **facts)
        held = tuple(getattr(story.aggregate, f"{each}_yen") for each in SUMS)
        assert held == sums, name
    return story.aggregate


def test_a_grant_that_cost_less_than_decided():
    grant = play(given_submitted(requested_yen=X), UNDERSPENT)
    assert grant.is_square(date(2026, 9, 1))


def test_a_grant_that_was_paid_too_much():
    grant = play(given_submitted(requested_yen=X), OVERPAID)
    assert grant.is_square(date(2026, 9, 1))
    assert grant.orders[f"{GRANT}/r1"].principal_left_yen == 0


@pytest.mark.parametrize("steps", CAME_TO_NOTHING.values(), ids=list(CAME_TO_NOTHING))
def test_a_grant_that_came_to_nothing_holds_nothing(steps):
    play(given_submitted(requested_yen=X), steps)


def test_what_was_asked_and_granted_stays_to_be_read():
    grant = play(given_submitted(requested_yen=X), UNDERSPENT)
    assert (grant.asked_yen, grant.granted_yen) == (X, Y + 1_000)


def test_the_sums_tie_out_at_every_step():
    """committed + settled + decommitted = the decision with its changes; paid less returned ends at settled."""
    for steps in (UNDERSPENT, OVERPAID):
        story = given_submitted(requested_yen=X)
        for _, command, facts, _ in steps:
            if command:
                story.given(command, **facts)
            grant = story.aggregate
            assert grant.committed_yen + grant.settled_yen + grant.decommitted_yen == grant.granted_yen
            assert 0 <= grant.disbursed_yen - grant.returned_yen <= max(grant.granted_yen, grant.settled_yen)
        assert grant.disbursed_yen - grant.returned_yen == grant.settled_yen


def test_an_imported_decision_begins_as_a_commitment():
    play(given_imported(X), [("imported", None, {}, (0, 0, X, 0, 0, 0, 0, 0))])
