"""What a command does not ask because its append finds out: the answers are those of a store that asks first."""

from __future__ import annotations

import json
import re

import pytest
from store.office import R7, YOKOHAMA, Office, elsewhere, new

from lifecycle.errors import AlreadyRecorded, CapExceeded, CommandIdReused, Refusal
from lifecycle.store import FIND_COMMAND
from lifecycle.store.postgres import ON_DISK
from lifecycle.store.recorder import BEGUN

CAP_YEN = 1_000_000_000
SEALS = re.compile("pg_try_advisory_xact_lock|INSERT INTO seals")
"""What a seal asks, and writes if there is anything to seal: whoever does it, and when, is another matter."""


def test_a_command_asks_neither_for_its_id_nor_for_what_it_begins(
    office: Office, flights: list[list[str]]
) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    assert not {FIND_COMMAND, BEGUN} & {sql for flight in flights for sql in flight}


def test_a_rehearsed_command_asks(office: Office, flights: list[list[str]]) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), dry_run=True)
    assert {FIND_COMMAND, BEGUN} <= {sql for flight in flights for sql in flight}


def test_a_command_that_is_sent_again_is_told_its_first_answer_though_it_could_be_done_twice(
    office: Office,
) -> None:
    fields = elsewhere(YOKOHAMA, 2025, soft=1)
    first = office.tell("import_decision", **fields, id="once")
    events = office.events()
    for _ in range(3):
        assert office.tell("import_decision", **fields, id="once") == first
    assert office.events() == events


def test_whoever_repeats_one_command_is_asked_about_the_next_before_it_is_judged(
    office: Office, flights: list[list[str]]
) -> None:
    """A file that is run twice: each line is one look-up."""
    fields = [elsewhere(YOKOHAMA, 2025, soft=amount) for amount in (1, 2, 3)]
    for place, one in enumerate(fields):
        office.do("import_decision", **one, id=f"line {place}")
    office.do("import_decision", **fields[0], id="line 0")
    for place in (1, 2):
        flights.clear()
        office.do("import_decision", **fields[place], id=f"line {place}")
        assert flights == [[FIND_COMMAND], [ON_DISK[0]]]
    flights.clear()
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=4), id="line 3")
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=5), id="line 4")
    assert [flight for flight in flights if FIND_COMMAND in flight] == [[FIND_COMMAND]]


def test_an_id_that_stands_for_another_command_is_refused(office: Office) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), id="once")
    events = office.events()
    with pytest.raises(CommandIdReused):
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=2), id="once")
    assert office.events() == events


def test_what_is_begun_already_is_refused_and_moves_nothing(office: Office) -> None:
    days = {"opens_on": "2025-04-01", "closes_on": "2026-03-31"}
    office.do("open_round", round="2025-9", programme=R7, **days)
    events = office.events()
    with pytest.raises(AlreadyRecorded, match="2025-9 is recorded already"):
        office.do("open_round", round="2025-9", programme=R7, **days)
    assert office.events() == events


def test_a_refusal_is_judged_again_on_all_it_read_in_one_state_asked_for_at_once(
    office: Office, flights: list[list[str]]
) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN))
    for _ in range(2):
        flights.clear()
        with pytest.raises(CapExceeded):
            office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    again = [flight for flight in flights if "REPEATABLE READ" in flight[0]]
    assert len(again) == 1
    assert again[0][-1] == "COMMIT"
    assert FIND_COMMAND in again[0]
    assert again == flights[-1:]


def test_a_refused_command_that_took_effect_is_told_its_first_answer(office: Office) -> None:
    """Approved is approved: judged again it is refused, and its own id says why."""
    grant = office.decidable(new(soft=1_000))
    first = office.tell("approve", grant=grant, id="a1")
    assert office.tell("approve", grant=grant, id="a1") == first
    assert json.loads(first)["events"] == ["grant.approved"]
    with pytest.raises(Refusal):
        office.do("approve", grant=grant, id="a2")


def test_an_import_asks_no_more_often_the_more_was_imported(office: Office, flights: list[list[str]]) -> None:
    """Each by a process of its own, which remembers nothing."""
    asked = []
    for row in range(4):
        office.close()
        flights.clear()
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1) | {"row": row})
        asked.append(len([flight for flight in flights if not SEALS.search(" ".join(flight))]))
    assert asked[3] == asked[1]
