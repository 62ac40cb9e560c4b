"""What `check` says of a store that somebody changed with another program: a finding each, and never a crash."""

from __future__ import annotations

import pytest

from lifecycle.checks import CHECKS

from .tampering import messages

TEXT = "UPDATE events SET entry = CAST(entry AS TEXT) WHERE n = 5"
NO_BYTES = ("x'ff00'", "CAST('{}' AS BLOB)", "CAST('[1]' AS BLOB)")


def test_an_entry_that_was_stored_again_as_text_is_named(tampered):
    office = tampered(lambda db: db.execute(TEXT))
    assert messages(office, "chain") == ["event 5: its entry is stored as text, and was recorded as bytes"]


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("entry", NO_BYTES)
def test_a_check_that_meets_no_entry_says_so_and_does_not_crash(tampered, entry, name):
    office = tampered(lambda db: db.execute(f"UPDATE events SET entry = {entry} WHERE n = 5"))
    assert messages(office, name, strict=True)


def test_slots_that_are_not_those_of_the_log_are_named(tampered):
    office = tampered(lambda db: db.execute("DELETE FROM application_slots"))
    found = messages(office, "caps")
    assert found
    assert all("new applications" in message for message in found)


def test_a_command_whose_answer_is_gone_is_named(tampered):
    office = tampered(lambda db: db.execute("UPDATE events SET command_id = NULL"))
    found = messages(office, "chain")
    assert found
    assert all("its answer is not on record" in message for message in found)
