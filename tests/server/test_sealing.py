"""Who seals when: a writer its first command at once, then now and then what is left, and when it goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import places
import psycopg
import pytest
from store.office import YOKOHAMA, Office, elsewhere, new

from lifecycle.store import sealing
from lifecycle.store.roles import READ
from lifecycle.store.server import ServerStore

HOUR = 3_600_000


@pytest.fixture(autouse=True)
def long_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever rests does so until the test ends."""
    monkeypatch.setattr(sealing, "REST_MS", HOUR)


@pytest.fixture
def other(office: Office) -> Iterator[Office]:
    """Another writer of the same store."""
    other = Office(office.path, office.clock)
    yield other
    other.close()


def unsealed(office: Office) -> int:
    """How many events have no number yet."""
    return int(office.connection.execute("SELECT count(*) FROM unsealed").fetchone()[0])


def decide(office: Office) -> None:
    """Two events."""
    office.do("import_decision", **elsewhere("340006", 2025, soft=1))


def leave_two(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that dies before it seals."""
    with monkeypatch.context() as dead:
        dead.setattr(ServerStore, "_seal_quietly", lambda *_: None)
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))


@contextmanager
def sealing_elsewhere(office: Office) -> Iterator[None]:
    """Another process seals all this while."""
    with psycopg.connect(office.path, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (sealing.SEALER,))
        yield
        connection.execute("SELECT pg_advisory_unlock(%s)", (sealing.SEALER,))


def test_a_writer_seals_its_first_command_at_once_and_leaves_the_next(office: Office) -> None:
    decide(office)
    assert unsealed(office) == 0
    for left in (2, 4):
        decide(office)
        assert unsealed(office) == left


def test_a_writer_that_waits_between_its_commands_seals_every_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "REST_MS", 0)
    for _ in range(3):
        decide(office)
        assert unsealed(office) == 0


def test_a_writer_that_finds_events_of_another_seals_them_and_then_rests(
    office: Office, other: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_two(other, monkeypatch)
    decide(office)
    assert unsealed(office) == 0
    decide(office)
    assert unsealed(office) == 2


def test_a_writer_rests_while_another_one_seals(office: Office) -> None:
    with sealing_elsewhere(office):
        decide(office)
        assert unsealed(office) == 2
    decide(office)
    assert unsealed(office) == 4


def test_after_its_rest_a_writer_seals_what_it_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "REST_MS", 0)
    with sealing_elsewhere(office):
        decide(office)
    decide(office)
    assert unsealed(office) == 0


@pytest.mark.parametrize(
    ("written", "sealed", "writers"),
    [
        (1, 1, 1),
        (1, 2, 2),
        (2, 9, 4),
        (1, 10, 10),
        (1, 11, 10),
        (0, 1, 1),
        (3, 2, 10),
        (1, 0, 10),
        (1, None, 10),
    ],
    ids=str,
)
def test_a_writer_rests_as_often_as_there_are_writers_and_longest_where_another_seals(
    monkeypatch: pytest.MonkeyPatch, written: int, sealed: int | None, writers: int
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(sealing, "seal", lambda _: asked.append(1) or sealed)
    now = [0]
    monkeypatch.setattr(sealing, "monotonic", lambda: now[0])
    seals = sealing.OwnSeals()
    assert seals.are_due(written)
    seals.seal(None)  # type: ignore[arg-type]  # nothing is asked of it
    for second, due in ((writers * HOUR // 1000 - 1, False), (writers * HOUR // 1000, True)):
        now[0] = second
        assert seals.are_due(0) is due
    assert len(asked) == 1


def resting(office: Office) -> None:
    """A writer that has met another one at it, and has written since."""
    with sealing_elsewhere(office):
        decide(office)
    decide(office)
    assert unsealed(office) == 4


def test_a_writer_that_goes_seals_what_it_left(office: Office) -> None:
    resting(office)
    office.grants.close()
    assert unsealed(office) == 0


def test_a_reader_misses_nothing_of_what_a_resting_writer_left(office: Office, other: Office) -> None:
    resting(office)
    assert len(list(other.tell("log"))) == office.events()


def test_a_resting_writer_that_reads_sees_what_it_wrote(office: Office) -> None:
    resting(office)
    told = list(office.tell("log"))
    assert unsealed(office) == 0
    assert len(told) == office.events()


# ---------------------------------------------------------------------- checks of what waits for its number


def told_of_caps(office: Office) -> list[str]:
    """What `check caps` finds."""
    return [finding["message"] for finding in office.tell("check", names=["caps"])]


def test_a_command_between_the_seal_and_the_look_is_no_difference(
    office: Office, other: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = office.grants.store.snapshot

    @contextmanager
    def overtaken() -> Iterator[Any]:
        other.submitted(new(soft=1_000, infrastructure=1_000))
        leave_two(other, monkeypatch)
        with snapshot() as database:
            yield database

    with monkeypatch.context() as while_others_write:
        while_others_write.setattr(office.grants.store, "snapshot", overtaken)
        assert told_of_caps(office) == []
    assert unsealed(office) == 2


def test_a_login_that_may_not_seal_finds_no_difference_in_what_waits(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.grants.store.roles(apply=True)
    leave_two(office, monkeypatch)
    reader = Office(places.setting(str(office.path), f"-c role={READ}"), office.clock)
    assert told_of_caps(reader) == []
    reader.close()
    assert unsealed(office) == 2


@pytest.mark.parametrize(("table", "column"), [("cap_usage", "used_yen"), ("application_slots", "ordinary")])
def test_a_row_that_was_changed_is_found_whatever_waits(
    office: Office, monkeypatch: pytest.MonkeyPatch, table: str, column: str
) -> None:
    office.submitted(new(YOKOHAMA, soft=1))
    leave_two(office, monkeypatch)
    office.connection.execute(f"UPDATE {table} SET {column} = {column} + 1")
    with sealing_elsewhere(office):
        told = told_of_caps(office)
    assert unsealed(office) == 2
    office.connection.execute(f"UPDATE {table} SET {column} = {column} - 1")
    assert len(told) == 1
    assert told[0].startswith("at the end of the log the stored row of ")
