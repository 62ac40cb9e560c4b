"""A command that had to wait for a cap goes by nothing that has moved while it waited, though the cap has not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import psycopg
import pytest
from store.office import YOKOHAMA, Office, elsewhere, new

from lifecycle.errors import CapExceeded, Refusal, RoleMissing

CAP_YEN = 1_000_000_000  # a municipality's for soft projects, in a fiscal year
HOLD = 'SELECT 1 FROM cap_usage WHERE "window" = %s FOR UPDATE'
HOLD_SLOT = "SELECT 1 FROM application_slots WHERE authority = %s FOR UPDATE"
SOFT = f"{YOKOHAMA}/soft/fiscal_year/2025"
FACILITY = f"{YOKOHAMA}/facility/fiscal_year/2025"
WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
PATIENCE_SECONDS = 60
WAIVED = {
    "rule": "soft_fy_municipality",
    "authority": YOKOHAMA,
    "until": "2025-06-30",
    "document": "府地創第200号",
}


@pytest.fixture
def beside(office: Office) -> Iterator[Office]:
    """Another process on the same store."""
    other = Office(office.path, office.clock)
    yield other
    other.close()


def imported_after_a_wait(
    office: Office, beside: Office, meanwhile: Callable[[], Any], **amounts: int
) -> Any:
    """A decision taken in by `beside`, which waits for a cap that its holder lets go as it was; or its refusal."""
    imports = {"do": "import_decision", **elsewhere(YOKOHAMA, 2025, **amounts)}
    return done_after_a_wait(office, beside, (HOLD, SOFT), meanwhile, imports)


def done_after_a_wait(
    office: Office,
    beside: Office,
    held: tuple[Any, str],
    meanwhile: Callable[[], Any],
    command: dict[str, Any],
) -> Any:
    """A command of `beside`, which waits for a row that its holder lets go as it was; or its refusal."""
    told: list[Any] = []

    def wait_for_it() -> None:
        try:
            told.append(beside.do(**command))
        except Refusal as refusal:
            told.append(refusal)

    waiting = Thread(target=wait_for_it)
    with psycopg.connect(office.path) as holder:
        hold, row = held
        holder.execute(hold, (row,))
        waiting.start()
        end = time.monotonic() + PATIENCE_SECONDS
        while not office.connection.execute(WAITS).fetchall():
            assert time.monotonic() < end
            time.sleep(0.01)
        meanwhile()
        holder.rollback()
    waiting.join()
    return told[0]


PARTS = pytest.mark.parametrize("parts", [{}, {"facility": 1}], ids=["one cap", "several caps"])
KNOWN = pytest.mark.parametrize("is_known", [False, True], ids=["read", "remembered"])


@PARTS
@KNOWN
def test_an_officer_who_lost_the_role_while_a_command_waited_is_refused(
    office: Office, beside: Office, parts: dict[str, int], is_known: bool
) -> None:
    for one in (office, beside) if is_known else (office,):
        one.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1, **parts))

    def lose_it() -> None:
        office.do("register_officer", officer="officer", name="officer", roles=["auditor"])

    told = imported_after_a_wait(office, beside, lose_it, soft=1, **parts)
    assert isinstance(told, RoleMissing)


def test_a_waiver_that_was_taken_back_while_a_command_waited_gives_no_room(
    office: Office, beside: Office
) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN))
    office.do("waive", **WAIVED, limit_yen=2 * CAP_YEN)
    told = imported_after_a_wait(
        office, beside, lambda: office.do("waive", **WAIVED, limit_yen=CAP_YEN), soft=1
    )
    assert isinstance(told, CapExceeded)
    assert office.rows('SELECT used_yen FROM cap_usage WHERE "window" = ?', SOFT) == [(CAP_YEN,)]


@PARTS
def test_a_command_that_waited_while_nothing_of_it_moved_is_decided_once(
    office: Office, beside: Office, parts: dict[str, int]
) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1, **parts))
    told = imported_after_a_wait(office, beside, lambda: None, soft=1, **parts)
    assert told["ok"]
    assert beside.grants.store.decided_again == 0


def test_whoever_holds_one_cap_and_waits_for_another_is_refused_too_whose_role_is_lost_meanwhile(
    office: Office, beside: Office
) -> None:
    """It holds the one since before it read it, and learns of the other by the append."""
    parts = {"soft": 1, "facility": 1}
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, **parts))
    beside.connection.memory.fight_over([FACILITY])

    def lose_it() -> None:
        office.do("register_officer", officer="officer", name="officer", roles=["auditor"])

    told = imported_after_a_wait(office, beside, lose_it, **parts)
    assert isinstance(told, RoleMissing)


@pytest.mark.parametrize("contended", [[], [SOFT]], ids=["nothing held", "its cap held"])
def test_whoever_waits_for_a_slot_is_refused_whose_role_is_lost_meanwhile(
    office: Office, beside: Office, contended: list[str]
) -> None:
    office.submitted(new(YOKOHAMA, soft=1))
    beside.connection.memory.fight_over(contended)

    def lose_it() -> None:
        office.do("register_officer", officer="head", name="head", roles=["auditor"])

    applies = {"do": "submit", "application": new(YOKOHAMA, soft=1)}
    told = done_after_a_wait(office, beside, (HOLD_SLOT, YOKOHAMA), lose_it, applies)
    assert isinstance(told, RoleMissing)


def test_whoever_holds_one_cap_and_waits_for_another_is_decided_once_if_nothing_moves(
    office: Office, beside: Office
) -> None:
    parts = {"soft": 1, "facility": 1}
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, **parts))
    beside.connection.memory.fight_over([FACILITY])
    told = imported_after_a_wait(office, beside, lambda: None, **parts)
    assert told["ok"]
    assert beside.grants.store.decided_again == 0


def test_whoever_holds_every_cap_it_moves_sends_no_more_along(
    office: Office, flights: list[list[str]]
) -> None:
    """Others wait for whoever holds a cap: it asks for nothing that it knows."""
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    office.connection.memory.fight_over([SOFT])
    flights.clear()
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    (written,) = [flight for flight in flights if "COMMIT" in flight]
    assert len(written) == len(["the append", "COMMIT", "on disk"])
