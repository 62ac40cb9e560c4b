"""`docs/lifecycle.md` says what the code does, and is written again when that changes."""

from __future__ import annotations

import re

import pytest

from lifecycle.aggregates.grant import Status
from lifecycle.commands import WRITES

from .lifecycle_page import PAGE, codes, moves, page, stays, written

WRITE_AGAIN = "write it again: python -m repo.lifecycle_page (in tests/)"


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_page_is_as_the_code_is(text):
    assert text == page(), WRITE_AGAIN


def test_every_command_that_writes_has_its_one_line(text):
    assert re.findall(r"^\| `(\w+)` \| .* \| .* \| .* \| .* \| .* \| .* \|$", text, re.MULTILINE) == [
        do for commands in _by_module() for do in commands
    ]


def _by_module():
    modules = dict.fromkeys(struct.__module__ for struct in WRITES.values())
    return [[do for do, struct in WRITES.items() if struct.__module__ == module] for module in modules]


def test_every_status_is_reached_and_told_of():
    statuses = {status.value for status in Status}
    assert {after for _, _, after in moves()} == statuses
    assert set(stays()) == statuses


@pytest.mark.parametrize(
    "move",
    [
        ("", "submit", "submitted"),
        ("submitted", "approve", "approved"),
        ("suspended", "resume", "approved"),
        ("reported", "order_correction", "approved"),
        ("closed", "revoke", "revoked"),
    ],
)
def test_the_diagram_draws_what_was_played(text, move):
    before, command, after = move
    assert move in moves()
    assert re.search(rf"^    {re.escape(before or '[*]')} --> {after}: .*\b{command}\b", text, re.MULTILINE)
    assert f"{before or '(nothing)':<12} {command:<22} {after}" in text


@pytest.mark.parametrize("do", WRITES)
def test_a_command_says_where_it_is_written(do):
    assert written(do)


def test_codes_are_those_that_the_methods_write_down():
    assert {"cap_exceeded", "criteria_incomplete", "same_officer"} <= set(codes("approve"))
    assert "sub_grant_unpaid" in codes("report_completion")


def test_money_is_what_was_seen_to_move(text):
    rows = dict(re.findall(r"^\| `(\w+)` .* \| ([^|]*) \|$", text, re.MULTILINE))
    assert rows["approve"] == "requested −, reserved −, committed +"
    assert rows["settle"] == "committed −, settled +, decommitted +, carried over −"
    assert rows["set_off"] == "disbursed +, returned +, add-on and late money due −"
    assert rows["approve_change"] == "committed + or −"
    assert rows["hold_payment"] == "–"
