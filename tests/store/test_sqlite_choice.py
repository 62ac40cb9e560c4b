"""Which SQLite is trusted with a write-ahead log, and what happens on one that is not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lifecycle.errors import Busy
from lifecycle.store import sqlite
from lifecycle.store.embedded import EmbeddedStore

from .office import Clock, Office, new, office_at, open_office

pytestmark = pytest.mark.embedded


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 6, 23), True),  # has no write-ahead log
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),  # backport
        ((3, 44, 7), True),
        ((3, 45, 0), False),
        ((3, 49, 2), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),  # backport
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),  # fixed
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_safe_from_the_versions_that_carry_the_fix(version: tuple[int, int, int], safe: bool) -> None:
    assert sqlite.wal_is_safe(version) is safe


@pytest.fixture(params=[True, False], ids=["a safe build", "an affected build"])
def build(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The journal mode a build of SQLite should get."""
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda version: request.param)
    return "wal" if request.param else "delete"


def pragma(office: Office, name: str) -> str | int:
    """A setting of the office's connection."""
    return office.connection.execute(f"PRAGMA {name}").fetchone()[0]  # type: ignore[no-any-return]


def test_the_journal_follows_the_build(tmp_path: Path, build: str) -> None:
    office = Office(tmp_path / "grants.db")
    open_office(office)
    assert (pragma(office, "journal_mode"), office.grants.doctor()["sqlite"]["journal_mode"]) == (
        build,
        build,
    )
    assert ("write-ahead" if build == "wal" else "rollback") in office.grants.doctor()["sqlite"]["verdict"]
    office.close()


def test_a_grant_lives_on_either_build(tmp_path: Path, build: str) -> None:
    office = Office(tmp_path / "grants.db")
    open_office(office)
    grant = office.approved(new(soft=1_000_000))
    office.settled(grant, {"soft": 1_000_000})
    assert office.show(grant)["settled_yen"] == 500_000
    assert office.findings() == []
    office.close()


def test_every_connection_is_durable_and_refuses_replacing_on_either_build(
    tmp_path: Path, build: str
) -> None:
    office = office_at(tmp_path / "grants.db")
    assert (pragma(office, "synchronous"), pragma(office, "recursive_triggers")) == (2, 1)
    assert pragma(office, "trusted_schema") == 0
    office.close()


def test_a_store_moves_from_an_affected_build_to_a_safe_one_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "grants.db"
    office_at(store).close()
    for safe, mode in ((True, "wal"), (False, "delete"), (True, "wal")):
        monkeypatch.setattr(sqlite, "wal_is_safe", lambda version, safe=safe: safe)
        office = Office(store)
        office.submitted(new(soft=1_000_000))
        assert (pragma(office, "journal_mode"), office.findings()) == (mode, [])
        office.close()


def test_the_mode_is_not_changed_under_another_ones_hands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A safe and an affected build on one store at once: the second is told so, and waits no longer than asked."""
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda version: True)
    first = office_at(tmp_path / "grants.db")
    first.submitted(new(soft=1_000_000))
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda version: False)
    second = EmbeddedStore(f"sqlite:///{first.path}", Clock(), wait_ms=20)
    with pytest.raises(Busy) as refusal:
        second.connection  # noqa: B018
    assert (refusal.value.code, refusal.value.exit) == ("busy", 4)
    first.close()


def test_waiting_too_long_is_busy_and_writes_nothing(office: Office) -> None:
    before = office.events()
    other = Office(office.path)
    other.grants.store._wait_ms = 20
    office.connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy) as refusal:
        other.submitted(new(soft=1_000_000), id="waited")
    office.connection.execute("ROLLBACK")
    assert (refusal.value.code, refusal.value.exit, office.events()) == ("busy", 4, before)
    assert other.do("submit", application=new(soft=1_000_000), id="waited")["ok"]
    other.close()


def test_a_command_waits_for_another_ones_transaction(office: Office) -> None:
    """The lock is taken at the beginning, so that nothing is judged on what another is about to change."""
    office.connection.execute("BEGIN IMMEDIATE")
    done: list[str] = []

    def wait() -> None:
        other = Office(office.path)
        done.append(other.submitted(new(soft=1_000_000)))
        other.close()

    waiting = threading.Thread(target=wait)
    waiting.start()
    waiting.join(0.1)
    assert (waiting.is_alive(), done) == (True, [])
    office.connection.execute("ROLLBACK")
    waiting.join()
    assert done == ["340006-2025-01/2025"]


def test_readers_and_a_writer_do_not_hinder_one_another(office: Office) -> None:
    """A read sees the log as it stood at its beginning, whatever is written meanwhile."""
    grant = office.submitted(new(soft=1_000_000))
    reader = Office(office.path)
    lines = reader.tell("log")
    first = next(lines)
    office.do("withdraw", grant=grant)
    told = [first, *lines]
    assert [line["type"] for line in told][-1] == "grant.submitted"
    assert len(list(reader.tell("log"))) == len(told) + 1
    reader.close()
