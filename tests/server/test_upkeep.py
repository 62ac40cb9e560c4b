"""`grants seal`, `grants roles`, `grants doctor` on a server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from store.office import YOKOHAMA, Clock, Office, elsewhere

from lifecycle.store.server import ServerStore

GRANTS = Path(sys.executable).with_name("grants")
PATIENCE_SECONDS = 120


@contextmanager
def running(office: Office, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The program, until the test is done with it."""
    with subprocess.Popen(
        [GRANTS, "--store", office.path, "--json", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> Any:
    """Its next answer."""
    assert process.stdout
    return json.loads(process.stdout.readline())


def until(done: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def unsealed(office: Office) -> int:
    """How many events have no number yet."""
    return int(office.connection.execute("SELECT count(*) FROM unsealed").fetchone()[0])


def decide(office: Office) -> None:
    """Two events."""
    office.do("import_decision", **elsewhere("340006", 2025, soft=1))


def test_a_command_seals_what_it_wrote(office: Office) -> None:
    decide(office)
    assert unsealed(office) == 0


def test_a_sealer_that_follows_does_it_for_the_commands(office: Office) -> None:
    with running(office, "seal", "--follow") as sealer:
        assert line(sealer) == {"sealed": 0, "events": office.events()}
        until(lambda: _held(office))
        decide(office)
        told = line(sealer)
        assert told == {"sealed": 2, "events": office.events()}
        assert unsealed(office) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_sealer_that_is_stopped_ends_quietly(office: Office, number: signal.Signals) -> None:
    with running(office, "seal", "--follow") as sealer:
        line(sealer)
        until(lambda: _held(office))
        sealer.send_signal(number)
        assert sealer.wait(PATIENCE_SECONDS) == 0
        assert sealer.stderr
        assert sealer.stderr.read() == ""
    until(lambda: not _held(office))


def test_a_sealer_goes_on_when_its_link_was_cut(office: Office) -> None:
    with running(office, "seal", "--follow") as sealer:
        line(sealer)
        until(lambda: _held(office))
        office.connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        until(lambda: _held(office))
        decide(office)
        until(lambda: unsealed(office) == 0)


def test_another_sealer_takes_over_when_the_first_is_killed(office: Office) -> None:
    with running(office, "seal", "--follow") as first:
        line(first)
        until(lambda: _held(office))
        with running(office, "seal", "--follow") as second:
            line(second)
            decide(office)
            assert line(first)["sealed"] == 2
            first.kill()
            first.wait()
            until(lambda: _held(office))
            decide(office)
            until(lambda: unsealed(office) == 0)


def _held(office: Office) -> bool:
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = ("
    sql += "SELECT oid FROM pg_database WHERE datname = current_database())"
    return bool(office.connection.execute(sql).fetchone()[0])


def test_seal_numbers_what_was_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as dead:
        dead.setattr(ServerStore, "_seal_quietly", lambda *_: None)
        decide(office)
    assert unsealed(office) == 2
    told = subprocess.run(
        [GRANTS, "--store", office.path, "seal"], capture_output=True, text=True, check=True
    )
    assert told.stdout == f"sealed 2; the log holds {office.events()} events\n"
    assert unsealed(office) == 0


def test_doctor_tells_of_the_server_and_of_what_is_wrong(office: Office) -> None:
    told = office.grants.doctor()
    assert (told["problems"], told["postgresql"]["synchronous_commit"]) == ([], "on")
    office.connection.execute("ALTER TABLE events DISABLE TRIGGER events_no_update")
    office.connection.execute("DROP TRIGGER commands_no_truncate ON commands")
    (problem,) = office.grants.doctor()["problems"]
    assert "commands_no_truncate, events_no_update" in problem


def test_durability_is_the_stores_own_whatever_the_database_was_given(office: Office) -> None:
    name = office.connection.execute("SELECT current_database()").fetchone()[0]
    office.connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    later = Office(office.path, office.clock)
    assert later.grants.doctor()["postgresql"]["synchronous_commit"] == "on"
    later.close()


@pytest.mark.parametrize("moment", ["2099-01-01T00:00:00.000000Z", "2025-04-01T23:00", "soon"])
def test_an_event_that_the_log_knows_from_another_moment_than_its_own_is_found(
    office: Office, moment: str
) -> None:
    decide(office)
    (_, before), (n, known_at) = office.rows("SELECT n, known_at FROM log ORDER BY n")[-2:]
    office.connection.execute("ALTER TABLE seals DISABLE TRIGGER ALL")
    change = "UPDATE seals SET known_at = ?::text WHERE n = ?"
    office.connection.execute(change, (moment, n))
    found = [finding["message"] for finding in office.tell("check", names=["chain"])]
    assert found == [
        f"event {n}: known from {moment} on, though it was recorded at {known_at} after {before}"
    ]
    office.connection.execute(change, (known_at, n))
    office.connection.execute("ALTER TABLE seals ENABLE TRIGGER ALL")


def test_an_event_that_another_clock_dates_before_the_last_one_is_known_right_after_it_and_no_finding(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers whose clocks differ, and the one that is behind has not heard of the other's event."""
    with monkeypatch.context() as dead:
        dead.setattr(ServerStore, "_seal_quietly", lambda *_: None)
        behind = Office(office.path, Clock(office.clock.at))
        behind.show("officer/root")
        office.clock.at += timedelta(hours=1)
        decide(office)
        behind.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    *_, (first, known), (second, last) = office.rows("SELECT recorded_at, known_at FROM log ORDER BY n")
    assert second < known
    assert first < known < last
    assert list(office.tell("check", names=["chain"])) == []
    behind.close()


def test_an_event_that_stands_nowhere_is_found(office: Office) -> None:
    decide(office)
    office.connection.execute("ALTER TABLE seals DISABLE TRIGGER ALL")
    office.connection.execute("DELETE FROM seals WHERE n = (SELECT max(n) FROM seals)")
    found = [finding["message"] for finding in office.tell("check", names=["chain"])]
    assert found == [
        "340006-2025-01/2025 version 1 is recorded, and stands neither in the log nor before its seal"
    ]
    office.connection.execute(
        "INSERT INTO unsealed SELECT pos, stream, version, recorded_at FROM events "
        "WHERE stream = '340006-2025-01/2025'"
    )
    office.connection.execute("ALTER TABLE seals ENABLE TRIGGER ALL")
