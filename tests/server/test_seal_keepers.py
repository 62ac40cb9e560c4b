"""Any login of the database may hold the lock of whoever seals: who does, and seals nothing, is named."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from store.office import YOKOHAMA, Office, elsewhere

from cli.main import main
from lifecycle.store import seal_keepers, sealing
from lifecycle.store.roles import READ

from .test_sealers import PATIENCE_SECONDS, WAITS, following
from .test_upkeep import line, running, until

HOLD = {"alone": "SELECT pg_advisory_lock(%s)", "beside others": "SELECT pg_advisory_lock_shared(%s)"}
LET_GO = "SELECT pg_advisory_unlock_all()"
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits whether a keeper seals after all."""
    monkeypatch.setattr(seal_keepers, "PATIENCE_MS", 0)


@contextmanager
def kept(office: Office, how: str = "alone") -> Iterator[psycopg.Connection[Any]]:
    """Somebody holds the lock, and seals nothing; they call themselves `report`."""
    with psycopg.connect(office.path, autocommit=True, application_name="report\n\x1b[2J") as keeper:
        keeper.execute(HOLD[how], (sealing.SEALER,))  # type: ignore[arg-type]
        yield keeper
        keeper.execute(LET_GO)


def decide(office: Office) -> None:
    """Two events."""
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))


def told_of(problem: str, office: Office, keeper: psycopg.Connection[Any]) -> None:
    """It says how many wait, who keeps them, since when, and what ends it."""
    user = office.connection.execute("SELECT current_user").fetchone()[0]
    assert problem.startswith("2 events wait")
    assert f"process {keeper.info.backend_pid} of the server (user {user}, application 'report" in problem
    assert ", connected since 2" in problem
    assert problem.endswith(f"SELECT pg_terminate_backend({keeper.info.backend_pid})")


def test_doctor_names_who_holds_the_lock_while_events_wait(office: Office, at_once: None) -> None:
    with kept(office) as keeper:
        decide(office)
        (problem,) = office.grants.doctor()["problems"]
        told_of(problem, office, keeper)
        keeper.execute(LET_GO)
        assert office.grants.doctor()["problems"] == []


def test_a_lock_that_keeps_nothing_waiting_is_told_of_and_no_problem(office: Office, at_once: None) -> None:
    assert office.grants.doctor()["postgresql"]["sealers"] == []
    with kept(office) as keeper:
        found = office.grants.doctor()
        assert found["problems"] == []
        (sealer,) = found["postgresql"]["sealers"]
        assert sealer.startswith(f"process {keeper.info.backend_pid} ")


def test_another_lock_or_another_databases_is_none_of_the_sealers(office: Office, at_once: None) -> None:
    with (
        psycopg.connect(office.path, autocommit=True) as connection,
        psycopg.connect(office.path, dbname="postgres", autocommit=True) as elsewhere_,
    ):
        connection.execute("SELECT pg_advisory_lock(%s), pg_advisory_lock(%s)", (1, sealing.SEALER + 1))
        connection.execute(
            "SELECT pg_advisory_lock(%s, %s)", (sealing.SEALER >> 32, sealing.SEALER & 0x7FFFFFFF)
        )
        elsewhere_.execute("SELECT pg_advisory_lock(%s)", (sealing.SEALER,))
        assert seal_keepers.keepers(office.connection) == []


def test_each_of_several_is_named(office: Office, at_once: None) -> None:
    with kept(office, "beside others") as one, kept(office, "beside others") as other:
        decide(office)
        (problem,) = office.grants.doctor()["problems"]
        for keeper in (one, other):
            assert f"process {keeper.info.backend_pid} " in problem
            assert f"pg_terminate_backend({keeper.info.backend_pid})" in problem
    assert office.grants.seal() == 2


def test_a_role_that_may_see_no_more_is_told_process_user_and_name(office: Office) -> None:
    office.grants.roles(apply=True)
    with kept(office) as keeper:
        office.connection.execute(f"SET SESSION AUTHORIZATION {READ}")
        (found,) = seal_keepers.keepers(office.connection)
        office.connection.execute("RESET SESSION AUTHORIZATION")
        assert (found.pid, found.user) == (keeper.info.backend_pid, keeper.info.user)
        assert found.application
        assert found.connected_at is None
        assert "connected since" not in str(found)


def test_a_sealer_that_seals_before_long_keeps_nobody_waiting(office: Office) -> None:
    with running(office, "seal", "--follow") as sealer:
        line(sealer)
        until(lambda: bool(office.connection.execute(HELD).fetchone()[0]))
        sealer.send_signal(signal.SIGSTOP)
        decide(office)
        sealer.send_signal(signal.SIGCONT)
        found = office.grants.doctor()
        assert found["problems"] == []
        assert "application 'grants'" in found["postgresql"]["sealers"][0]


def test_seal_is_refused_when_it_can_seal_nothing_that_waits(
    office: Office, at_once: None, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--store", office.path, "seal"]
    with kept(office) as keeper:
        assert main(words) == 0
        decide(office)
        capsys.readouterr()
        assert main([*words, "--json"]) == 4
        told = json.loads(capsys.readouterr().out)
        assert told["code"] == "busy"
        told_of(told["message"], office, keeper)
        assert main(words) == 4
        assert f"process {keeper.info.backend_pid} " in capsys.readouterr().err
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("sealed 2;")


def test_doctor_shows_who_seals_and_nothing_of_what_they_call_themselves_reaches_the_terminal_raw(
    office: Office, at_once: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with kept(office):
        decide(office)
        assert main(["--store", office.path, "doctor"]) == 6
        told = capsys.readouterr().out
        assert "sealing" in told
        assert "\x1b[2J" not in told
    assert office.grants.seal() == 2


def test_a_sealer_that_follows_says_once_who_keeps_it_and_goes_on_when_they_let_go(office: Office) -> None:
    with kept(office) as keeper:
        decide(office)
        with following(office.path) as (sealer, told, warned):
            first = warned.readline()
            assert first.startswith(f"{WAITS}busy — 2 events wait")
            assert f"process {keeper.info.backend_pid} " in first
            keeper.execute(LET_GO)
            assert json.loads(told.readline()) == {"sealed": 2, "events": office.events()}
            sealer.send_signal(signal.SIGTERM)
            assert sealer.wait(PATIENCE_SECONDS) == 0
            assert warned.read() == ""


def test_a_sealer_that_stands_by_says_when_the_one_at_work_seals_no_more(office: Office) -> None:
    with running(office, "seal", "--follow") as first:
        line(first)
        until(lambda: bool(office.connection.execute(HELD).fetchone()[0]))
        with following(office.path) as (_, told, warned):
            told.readline()
            first.send_signal(signal.SIGSTOP)
            decide(office)
            assert " seals nothing" in warned.readline()
            first.kill()
            assert json.loads(told.readline())["sealed"] == 2
