"""Every command in every status a grant can have: it is done, or refused for the reason written here."""

from __future__ import annotations

import pytest
from spec import (
    Story,
    given_adopted,
    given_approved,
    given_change_requested,
    given_imported,
    given_reported,
    given_return_ordered,
    given_returned,
    given_settled,
    given_submitted,
)
from spec_projects import given_year_closed

from lifecycle.aggregates import Act, Grant
from lifecycle.aggregates.grant import Status

LATER = {"suspended", "abolished", "revoked"}
"""Statuses whose commands are not built yet (suspend, abolish, revoke)."""


def given_closed() -> Story:
    """The year was closed, and with it the grant, which was square."""
    returned = given_return_ordered().given("record_return")
    returned.aggregate.close(Act(by="suzuki", on=given_year_closed().aggregate.closed_on))
    returned.aggregate.collect_events()
    return returned


GIVEN = {
    "submitted": given_submitted,
    "returned": given_returned,
    "adopted": given_adopted,
    "not adopted": lambda: given_submitted().given("not_adopt"),
    "approved": given_approved,
    "approved, change asked for": given_change_requested,
    "imported": given_imported,
    "rejected": lambda: given_submitted().given("reject"),
    "withdrawn": lambda: given_submitted().given("withdraw"),
    "withdrawn after decision": lambda: given_approved().given("withdraw"),
    "reported": given_reported,
    "settled": lambda: given_settled(22_000_000),
    "settled, overpaid": lambda: given_settled(20_000_000, advance_yen=22_000_000),
    "settled, return ordered": given_return_ordered,
    "closed": given_closed,
}

COMMANDS = {
    "return for correction": ("return_for_correction", {}),
    "resubmit": ("resubmit", {}),
    "score": ("score", {}),
    "withdraw": ("withdraw", {}),
    "adopt": ("adopt", {}),
    "not adopt": ("not_adopt", {}),
    "approve": ("approve", {}),
    "reject": ("reject", {}),
    "request change": ("request_change", {}),
    "approve change": ("approve_change", {}),
    "refuse change": ("refuse_change", {}),
    "pay advance": ("disburse", {"payment": "advance"}),
    "pay rest": ("disburse", {"payment": "final"}),
    "report completion": ("report_completion", {}),
    "settle": ("settle", {}),
    "order return": ("order_return", {}),
    "record return": ("record_return", {}),
}

DONE = {
    "submitted": {"return for correction", "score", "withdraw", "adopt", "not adopt", "approve", "reject"},
    "returned": {"resubmit", "withdraw"},
    "adopted": {"score", "withdraw", "approve", "reject"},
    "not adopted": set(),
    "approved": {"withdraw", "request change", "pay advance", "report completion"},
    "approved, change asked for": {
        *{"withdraw", "request change", "pay advance", "report completion"},
        *{"approve change", "refuse change"},
    },
    "imported": {"request change", "pay advance", "report completion"},
    "rejected": set(),
    "withdrawn": set(),
    "withdrawn after decision": set(),
    "reported": {"settle"},
    "settled": {"pay rest"},
    "settled, overpaid": {"order return"},
    "settled, return ordered": {"record return"},
    "closed": set(),
}

REFUSED_OTHERWISE = {
    ("approved", "approve change"): "not_found",
    ("approved", "refuse change"): "not_found",
    ("imported", "approve change"): "not_found",
    ("imported", "refuse change"): "not_found",
    ("settled, overpaid", "pay rest"): "over_disbursed",
    ("settled, return ordered", "pay rest"): "over_disbursed",
    ("closed", "record return"): "over_returned",
} | {
    (given, "record return"): "not_found"
    for given in GIVEN
    if given not in ("settled, return ordered", "closed")
}
"""Refused for another reason than the status."""


def _expected(given: str, command: str) -> str:
    if command in DONE[given]:
        return "done"
    return REFUSED_OTHERWISE.get((given, command), "wrong_status")


TABLE = [(given, command, _expected(given, command)) for given in GIVEN for command in COMMANDS]


@pytest.mark.parametrize(("given", "command", "expected"), TABLE)
def test_a_command_is_done_in_this_status_or_refused(given, command, expected):
    story = _story(given, command)
    if expected == "done":
        assert story.refusal is None
        assert len(story.pending) == 1
    else:
        story.then_refused(expected)


def test_the_table_tells_of_every_status_that_can_be_reached():
    reached = {GIVEN[given]().aggregate.status.value for given in GIVEN}
    assert reached == {status.value for status in Status} - LATER


def test_the_table_tells_of_every_event_of_a_grant():
    begun = {Grant.Submitted, Grant.DecisionImported, Grant.Closed}
    done = {
        type(event)
        for given, command, expected in TABLE
        if expected == "done"
        for event in _story(given, command).pending
    }
    declared = {value for value in vars(Grant).values() if isinstance(value, type) and "TOPIC" in vars(value)}
    assert done | begun == declared


def _story(given: str, command: str) -> Story:
    """The command on the usual day, but score and withdraw on the day of the last step."""
    story = GIVEN[given]()
    method, facts = COMMANDS[command]
    at_once = {"on": story.aggregate.standing_since} if method in ("score", "withdraw") else {}
    return story.when(method, **facts, **at_once)
