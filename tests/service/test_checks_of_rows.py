"""What `check` says of a store that somebody changed with another program: a finding each, and never a crash."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from lifecycle.checks import CHECKS
from lifecycle.checks.log import UNLIKE
from lifecycle.nightly import nightly
from lifecycle.store.chain import link
from lifecycle.values import JAPAN

from .tampering import G, messages, number, rewrite
from .telling import refusal_of

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
    assert {message.partition(", ")[2] for message in found if message.startswith("command ")} == {
        "and its answer is not on record"
    }
    assert all(UNLIKE in message for message in found if message.startswith("event "))


# ---------------------------------------------------------------------- what no second record tells of


def set_column(db, n, name, value):
    db.execute(f"UPDATE events SET {name} = ? WHERE n = ?", (value, n))


def by_another(db):
    return rewrite(db, "grant.disbursed", lambda entry: entry.update(by="both"))


def on_another_day(db):
    n = rewrite(db, "grant.disbursed", lambda entry: entry.update(effective_on="2025-04-02"))
    set_column(db, n, "effective_on", "2025-04-02")
    return n


def recorded_at_another_moment(db):
    n = number(db, "grant.disbursed")
    (at,) = db.execute("SELECT recorded_at FROM events WHERE n = ?", (n,)).fetchone()
    later = at.replace("Z", "1Z") if len(at) < len("2025-04-01T00:00:00.000000Z") else at[:-2] + "9Z"
    rewrite(db, "grant.disbursed", lambda entry: entry.update(recorded_at=later))
    set_column(db, n, "recorded_at", later)
    return n


def for_another_reason(db):
    return rewrite(db, "grant.scored", lambda entry: entry.update(reason="知人の事業"))


def with_another_score(db):
    return rewrite(db, "grant.scored", lambda entry: entry["data"].update(score=5))


def with_spaces(db):
    n = number(db, "grant.disbursed")
    db.execute("UPDATE events SET entry = CAST(entry || ' ' AS BLOB) WHERE n = ?", (n,))
    return n


def with_another_body(db):
    n = number(db, "grant.disbursed")
    set_column(db, n, "body_sha256", "0" * 64)
    return n


def with_an_answer_of_no_consequence(db):
    n = number(db, "grant.disbursed")
    db.execute("UPDATE events SET result = CAST(result || ' ' AS BLOB) WHERE n = ?", (n,))
    return n


EDITS = [by_another, on_another_day, recorded_at_another_moment, for_another_reason, with_another_score]
EDITS += [with_spaces, with_another_body, with_an_answer_of_no_consequence]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_event_of_which_anything_was_edited_is_named(tampered, edit):
    """Every other record agrees with it: only the digest in its own row does not."""
    found = []
    office = tampered(lambda db: found.append(edit(db)))
    assert messages(office) == [f"event {found[0]}: {UNLIKE}"]


def test_every_event_is_named_when_it_says_that_another_did_it(tampered, well):
    def by_the_next(db):
        entry = json.loads(db.execute("SELECT entry FROM events WHERE n = ?", (n,)).fetchone()[0])
        entry["by"] += "2"
        set_column(db, n, "entry", json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode())

    count = tampered(lambda db: None).events()
    for n in range(1, count + 1):
        assert f"event {n}: {UNLIKE}" in messages(tampered(by_the_next), "chain")


ROW = "SELECT entry, command_id, body_sha256, result FROM events WHERE n = ?"
CHAIN = "SELECT chain FROM events WHERE n = ?"


def with_its_digest(db, edit):
    """An edit by somebody who works out the row's digest again."""
    n = edit(db)
    entry, *command = db.execute(ROW, (n,)).fetchone()
    (before,) = db.execute(CHAIN, (n - 1,)).fetchone()
    set_column(db, n, "chain", link(before, entry, tuple(command)))
    return n


def test_whoever_works_out_the_digest_of_an_event_again_is_told_of_at_the_event_after_it(tampered):
    found = []
    office = tampered(lambda db: found.append(with_its_digest(db, by_another)))
    assert messages(office) == [f"event {found[0] + 1}: {UNLIKE}"]


def test_an_event_without_its_digest_is_named(tampered):
    office = tampered(lambda db: set_column(db, 5, "chain", None))
    assert messages(office, "chain") == [f"event 5: {UNLIKE}", f"event 6: {UNLIKE}"]


# ---------------------------------------------------------------------- the log's end


def test_an_end_that_was_cut_off_within_a_command_is_told_of(tampered):
    office = tampered(lambda db: db.execute("DELETE FROM events WHERE n = (SELECT max(n) FROM events)"))
    (told,) = messages(office, "chain")
    assert told.endswith("has recorded grant.closed, which is not in the log")


def cut(count):
    return f"DELETE FROM events WHERE n > (SELECT max(n) - {count} FROM events)"


def test_an_end_that_was_cut_off_between_commands_is_told_of_when_reports_stand_on_it(tampered):
    """Whoever cuts off whole commands leaves a log that ties out; what was read of it last says how far it went."""
    office = tampered(lambda db: None)
    nightly(office.grants.store, lambda: datetime(2025, 5, 1, tzinfo=JAPAN))
    count = office.events()
    assert messages(office, "chain") == []
    office.connection.execute(cut(2))
    told = f"event {count - 2}: the log ends with it, and the reports stand on event {count}: events after it are gone"
    assert messages(office, "chain") == [told]


# ---------------------------------------------------------------------- answers

QUIET = '{"ok":true,"do":"init","id":"quiet","events":[],"warnings":[],"result":{}}'


@pytest.mark.parametrize(
    ("answer", "is_told"),
    [
        (QUIET, False),
        (QUIET.replace("[],", '["grant.disbursed"],', 1), True),
        (QUIET.replace("quiet", "other"), True),
        ("{}", True),
        ("[]", True),
    ],
)
def test_an_answer_without_events_is_one_of_a_command_that_recorded_nothing(tampered, answer, is_told):
    office = tampered(
        lambda db: db.execute("INSERT INTO answers VALUES ('quiet', 'digest', ?)", (answer.encode(),))
    )
    told = ["command quiet has an answer on record, and not its events"] if is_told else []
    assert messages(office, "chain") == told


def test_an_answer_that_is_on_record_twice_is_told_of(tampered):
    copy = "INSERT INTO answers SELECT command_id, body_sha256, CAST(? AS BLOB) FROM events WHERE n = 1"
    office = tampered(lambda db: db.execute(copy, (QUIET,)))
    told = [message for message in messages(office, "chain") if message.endswith("and not its events")]
    assert len(told) == 1


NO_ANSWERS = ["x'ff00'", "CAST(result AS TEXT)", "CAST('[]' AS BLOB)", "CAST('{}' AS BLOB)", "x''", "5"]
NO_ANSWERS += ["result, body_sha256 = x'00'", "result, body_sha256 = NULL"]


@pytest.mark.parametrize("stored", NO_ANSWERS)
def test_an_answer_that_was_changed_to_none_is_refused_as_such(tampered, stored):
    """Asked for, or met by the command that is sent again: it is the store that does not hold, not the program."""

    def work(db):
        n = number(db, "grant.disbursed")
        db.execute(f"UPDATE events SET result = {stored} WHERE n = ?", (n,))
        ids.append(db.execute("SELECT command_id FROM events WHERE n = ?", (n,)).fetchone()[0])

    ids = []
    office = tampered(work)
    again = {"grant": G, "amount_yen": 10_000, "payment": "advance", "id": ids[0]}
    for do, fields in (("outcome", {"command_id": ids[0]}), ("disburse", again)):
        refused = refusal_of(office.tell, do, **fields)
        assert (refused.code, refused.exit) == ("integrity", 5)
        assert "grants check chain" in refused.message
