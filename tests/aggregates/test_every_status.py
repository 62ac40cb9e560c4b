"""Every command in every status a grant can have: it is done, or refused for the reason written here."""

from __future__ import annotations

from datetime import date

import pytest
from spec import (
    WHEN,
    Story,
    given_abolished,
    given_adopted,
    given_approved,
    given_assessed,
    given_change_requested,
    given_imported,
    given_reported,
    given_return_ordered,
    given_returned,
    given_revocation_ordered_back,
    given_revoked,
    given_settled,
    given_submitted,
    given_suspended,
)

from lifecycle.aggregates import Act, Grant
from lifecycle.aggregates.grant import Status
from lifecycle.commands import WRITES


def given_closed() -> Story:
    """The year was closed, and with it the grant, which was square."""
    returned = given_return_ordered().given("record_return")
    returned.aggregate.close(Act(by="suzuki", on=date(2026, 9, 1)))
    returned.aggregate.collect_events()
    return returned


def given_sub_grant_committed() -> Story:
    """間接補助金 that is not paid."""
    return given_approved().given("commit_sub_grant")


def given_revoked_and_ordered_back() -> Story:
    """取消 of everything, and the return of a part of it ordered."""
    due = {"on": date(2026, 2, 28), "due_on": date(2026, 3, 20)}
    return given_revoked(None).given("order_return", basis="revocation", **due)


GIVEN = {
    "submitted": given_submitted,
    "returned": given_returned,
    "adopted": given_adopted,
    "not adopted": lambda: given_submitted().given("not_adopt"),
    "rejected": lambda: given_submitted().given("reject"),
    "withdrawn": lambda: given_submitted().given("withdraw"),
    "withdrawn after decision": lambda: given_approved().given("withdraw"),
    "approved": given_approved,
    "approved, change asked for": given_change_requested,
    "approved, carry-over asked for": lambda: given_approved().given("request_carry_over"),
    "approved, sub-grant committed": lambda: given_approved().given("commit_sub_grant"),
    "approved, asset registered": lambda: given_approved().given("register_asset"),
    "approved, objection filed": lambda: given_approved().given("file_objection"),
    "approved, return ordered": lambda: given_revocation_ordered_back("sub_grantee"),
    "approved, charges assessed": given_assessed,
    "approved, revoked in part": lambda: given_revoked(2_000_000),
    "adopted, objection filed": lambda: given_adopted().given("file_objection"),
    "not adopted, objection filed": lambda: given_submitted().given("not_adopt").given("file_objection"),
    "rejected, objection filed": lambda: given_submitted().given("reject").given("file_objection"),
    "suspended, objection filed": lambda: given_suspended().given("file_objection"),
    "suspended, sub-grant committed": lambda: given_sub_grant_committed().given("suspend"),
    "abolished, objection filed": lambda: given_abolished().given("file_objection"),
    "abolished, sub-grant committed": lambda: given_sub_grant_committed().given("abolish"),
    "revoked, return ordered": given_revoked_and_ordered_back,
    "revoked, returned": lambda: given_revoked_and_ordered_back().given("record_return"),
    "settled, objection filed": lambda: given_settled(22_000_000).given("file_objection"),
    "settled, asset registered": lambda: given_settled(22_000_000).given("register_asset"),
    "imported": given_imported,
    "suspended": given_suspended,
    "abolished": given_abolished,
    "revoked": lambda: given_revoked(None),
    "reported": given_reported,
    "settled": lambda: given_settled(22_000_000),
    "settled, overpaid": lambda: given_settled(20_000_000, advance_yen=22_000_000),
    "settled, return ordered": given_return_ordered,
    "settled, returned": lambda: given_return_ordered().given("record_return"),
    "closed": given_closed,
}

CHARGES = ("pay_charge", "collect_charge", "set_off_charge")

COMMANDS = {
    **{
        command: (command, {})
        for command in (
            *("declare_conflict", "return_for_correction", "resubmit", "score", "withdraw", "adopt"),
            *("notify_informally", "not_adopt", "approve", "reject", "request_change", "approve_change"),
            *("refuse_change", "check_double_funding", "record_contract", "notify_minor_change"),
            *("request_carry_over", "approve_carry_over", "commit_sub_grant", "pay_sub_grant"),
            *("report_progress", "report_delay", "report_year_end", "suspend"),
            *("resume", "abolish", "report_completion", "order_correction", "settle", "revoke"),
            *("order_return", "extend_return", "record_return", "collect_as_tax", "set_off_return"),
            *("set_off_payment", "hold_payment", "assess_return", "exempt", *CHARGES),
            *("report_input_tax", "report_revenue", "register_asset", "approve_disposal"),
            *("request_advance", "dispose_asset", "inspect", "record_finding", "file_objection"),
        )
    },
    "order_compliance": ("order_compliance", {"due_on": date(2027, 3, 31)}),
    "answer_objection": ("answer_objection", {"by": "abe"}),
    "pay_advance": ("disburse", {"payment": "advance"}),
    "pay_rest": ("disburse", {"payment": "final"}),
    "order_revoked": ("order_return", {"basis": "revocation"}),
}

SIDES = {
    **dict.fromkeys(("set_off_return", "set_off_payment", "set_off_charge"), "set_off"),
    "pay_charge": "record_return",
    "collect_charge": "collect_as_tax",
}
"""What an aggregate judges apart and an officer does in one command."""

ALWAYS = {"declare_conflict", "file_objection"}
ALIVE = {"check_double_funding", "record_contract"}
DECIDED = {"register_asset", "inspect", "record_finding"}
UNDER_REVIEW = {"score", "withdraw", "approve", "reject"}
IN_PROGRESS = {
    *("notify_minor_change", "request_carry_over", "commit_sub_grant", "report_progress", "report_delay"),
    *("report_year_end", "abolish", "revoke", "hold_payment"),
}
APPROVED = {
    *IN_PROGRESS,
    *("request_change", "order_compliance", "suspend", "pay_advance", "report_completion"),
    *("set_off_payment", "request_advance"),
}
ALL_PAID = {"hold_payment", "request_carry_over", "request_change", "pay_advance", "set_off_payment"}
"""Not done where everything is paid, and more than that where a part was revoked."""
MONEY_FOLLOWS = {"report_input_tax", "report_revenue", "revoke", "check_double_funding", *DECIDED}
PAYING_BACK = {"record_return", "collect_as_tax", "set_off_return"}
SETTLED = {"pay_rest", "set_off_payment", "hold_payment", *MONEY_FOLLOWS}

DONE = {
    "submitted": {"return_for_correction", "adopt", "not_adopt", *UNDER_REVIEW, *ALIVE},
    "returned": {"resubmit", "withdraw", *ALIVE},
    "adopted": {"notify_informally", *UNDER_REVIEW, *ALIVE},
    "not adopted": set(),
    "rejected": set(),
    "withdrawn": set(),
    "withdrawn after decision": set(),
    "approved": {"withdraw", *APPROVED, *ALIVE, *DECIDED},
    "approved, change asked for": {
        *("withdraw", "approve_change", "refuse_change"),
        *(*APPROVED, *ALIVE, *DECIDED),
    },
    "approved, carry-over asked for": {
        *("withdraw", "approve_carry_over"),
        *(*APPROVED, *ALIVE, *DECIDED),
    },
    "approved, sub-grant committed": {"withdraw", "pay_sub_grant", *APPROVED, *ALIVE, *DECIDED}
    - {"commit_sub_grant", "report_completion"},
    "approved, asset registered": {
        *("withdraw", "approve_disposal", "dispose_asset"),
        *(*APPROVED, *ALIVE, *DECIDED),
    }
    - {"register_asset"},
    "approved, objection filed": {"withdraw", "answer_objection", *APPROVED, *ALIVE, *DECIDED},
    "approved, return ordered": {
        *("extend_return", "record_return", "collect_as_tax", "set_off_return"),
        *(*APPROVED, *ALIVE, *DECIDED),
    }
    - ALL_PAID,
    "approved, charges assessed": {"exempt", *CHARGES, *APPROVED, *ALIVE, *DECIDED} - ALL_PAID,
    "imported": {*APPROVED, *ALIVE, *DECIDED},
    "suspended": {"resume", *IN_PROGRESS, *ALIVE, *DECIDED},
    "abolished": {"report_completion", *ALIVE, *DECIDED},
    "revoked": {"order_revoked", *ALIVE, *DECIDED},
    "approved, revoked in part": {"order_revoked", *APPROVED, *ALIVE, *DECIDED} - ALL_PAID,
    "adopted, objection filed": {"answer_objection", "notify_informally", *UNDER_REVIEW, *ALIVE},
    "not adopted, objection filed": {"answer_objection"},
    "rejected, objection filed": {"answer_objection"},
    "suspended, objection filed": {"answer_objection", "resume", *IN_PROGRESS, *ALIVE, *DECIDED},
    "suspended, sub-grant committed": {"pay_sub_grant", "resume", *IN_PROGRESS, *ALIVE, *DECIDED}
    - {"commit_sub_grant"},
    "abolished, objection filed": {"answer_objection", "report_completion", *ALIVE, *DECIDED},
    "abolished, sub-grant committed": {"pay_sub_grant", "report_completion", *ALIVE, *DECIDED},
    "revoked, return ordered": {"order_revoked", *PAYING_BACK, *ALIVE, *DECIDED},
    "revoked, returned": {"order_revoked", "assess_return", *ALIVE, *DECIDED},
    "settled, objection filed": {"answer_objection", *SETTLED},
    "settled, asset registered": {"approve_disposal", "dispose_asset", *SETTLED} - {"register_asset"},
    "reported": {"settle", "order_correction", "revoke", *ALIVE, *DECIDED},
    "settled": SETTLED,
    "settled, overpaid": {"order_return", *MONEY_FOLLOWS},
    "settled, return ordered": {"record_return", "collect_as_tax", "set_off_return", *MONEY_FOLLOWS},
    "settled, returned": {"assess_return", *MONEY_FOLLOWS},
    "closed": {"assess_return", *MONEY_FOLLOWS},
}

NOT_FOUND = {
    *("record_return", "collect_as_tax", "set_off_return", "extend_return", "assess_return", "exempt"),
    *("pay_charge", "collect_charge", "set_off_charge", "pay_sub_grant", "approve_disposal"),
    *("dispose_asset", "refuse_change"),
}
"""Refused as not found where there is no order, no sub-grant or no asset; all else as the wrong status."""

ORDERED = (
    *("settled, return ordered", "settled, returned", "closed", "revoked, return ordered"),
    "revoked, returned",
)
PAID_BACK = ("settled, returned", "closed", "revoked, returned")
NO_ROOM = ("settled, overpaid", "settled, return ordered", "settled, returned")

SUB_GRANT = "sub-grant committed"
GONE = ("not adopted", "rejected", "withdrawn")

REFUSED_OTHERWISE = {
    **{
        (given, command): "not_found"
        for given in GIVEN
        if given.startswith(("approved", "imported"))
        for command in ("approve_change",)
    },
    **{(given, command): "wrong_status" for given in ORDERED for command in ("extend_return", "exempt")},
    **{(given, command): "over_returned" for given in ORDERED for command in CHARGES},
    **{
        (given, command): "over_returned"
        for given in PAID_BACK
        for command in ("record_return", "collect_as_tax", "set_off_return")
    },
    **{
        (given, command): "over_disbursed"
        for given in NO_ROOM
        for command in ("pay_rest", "hold_payment", "set_off_payment")
    },
    **{
        (f"approved, {given}", command): "over_disbursed"
        for given in ("return ordered", "charges assessed", "revoked in part")
        for command in ALL_PAID
    },
    **{
        ("approved, charges assessed", command): "over_returned"
        for command in ("record_return", "collect_as_tax", "set_off_return")
    },
    ("approved, return ordered", "withdraw"): "withdrawal_late",
    ("approved, return ordered", "assess_return"): "wrong_status",
    ("approved, return ordered", "exempt"): "wrong_status",
    **{("approved, return ordered", command): "over_returned" for command in CHARGES},
    ("approved, charges assessed", "withdraw"): "withdrawal_late",
    ("approved, revoked in part", "withdraw"): "withdrawal_late",
    ("revoked, return ordered", "assess_return"): "wrong_status",
    **{(f"abolished, {given}", "revoke"): "over_returned" for given in ("objection filed", SUB_GRANT)},
    **{(given, "file_objection"): "wrong_status" for given in GIVEN if given.endswith("objection filed")},
    (f"suspended, {SUB_GRANT}", "commit_sub_grant"): "already_recorded",
    ("settled, asset registered", "register_asset"): "already_recorded",
    ("approved, charges assessed", "assess_return"): "already_recorded",
    ("approved, charges assessed", "extend_return"): "wrong_status",
    ("settled, return ordered", "assess_return"): "wrong_status",
    ("abolished", "revoke"): "over_returned",
    ("approved, sub-grant committed", "commit_sub_grant"): "already_recorded",
    ("approved, sub-grant committed", "report_completion"): "sub_grant_unpaid",
    ("approved, asset registered", "register_asset"): "already_recorded",
    ("submitted", "file_objection"): "wrong_status",
    **{(given, "pay_sub_grant"): "wrong_status" for given in GIVEN if given.startswith(GONE)},
    ("returned", "file_objection"): "wrong_status",
}
"""Refused for another reason than that."""


def _expected(given: str, command: str) -> str:
    if command in DONE[given]:
        return "done"
    if (given, command) in REFUSED_OTHERWISE:
        return REFUSED_OTHERWISE[given, command]
    if command in ALWAYS:
        return "done"
    return "not_found" if command in NOT_FOUND else "wrong_status"


TABLE = [(given, command, _expected(given, command)) for given in GIVEN for command in COMMANDS]


@pytest.mark.parametrize(("given", "command", "expected"), TABLE)
def test_a_command_is_done_in_this_status_or_refused(given, command, expected):
    story = played(given, command)
    if expected == "done":
        assert story.refusal is None
        assert len(story.pending) == 1
    else:
        story.then_refused(expected)


def test_the_table_tells_of_every_status():
    assert {GIVEN[given]().aggregate.status.value for given in GIVEN} == {status.value for status in Status}


ELSEWHERE = {Grant.Submitted, Grant.DecisionImported, Grant.Closed, Grant.Corrected}
"""They begin a grant, or follow from its year or from another event."""


def test_the_table_tells_of_every_event_of_a_grant():
    done = {
        type(event)
        for given, command, expected in TABLE
        if expected == "done"
        for event in played(given, command).pending
    }
    declared = {value for value in vars(Grant).values() if isinstance(value, type) and "TOPIC" in vars(value)}
    assert done | ELSEWHERE == declared
    assert not done & ELSEWHERE


def played(given: str, command: str) -> Story:
    """The command on its usual day, or on that of the last step where this is later."""
    story = GIVEN[given]()
    method, facts = COMMANDS[command]
    on = max(WHEN.get(method, date(2026, 9, 1)), story.aggregate.standing_since)
    return story.when(method, on=on, **facts)


NO_COMMAND_OF_A_GRANT = {
    *("init", "register_officer", "open_round", "confirm_programme", "import_decision", "submit", "waive"),
    *("record_consultation", "record_participation", "record_support", "certify_plan", "amend_plan"),
    *("revise_target", "measure", "verify_effect", "evaluate", "plan_improvement", "publish", "close_year"),
    *("end_project", "dispose_evidence", "correct", "register_talent_hub", "submit_talent_case"),
    *("record_donation", "register_office", "join_hub", "record_match", "record_award"),
    *("record_hub_event", "tag_project", "link_target"),
}
"""Of the office, of a project or its years, of another scheme, or judged by the service (correct)."""


def test_the_table_tells_of_every_command_of_a_grant():
    told = {method for method, _ in COMMANDS.values()}
    assert {SIDES.get(method, method) for method in told} == set(WRITES) - NO_COMMAND_OF_A_GRANT
