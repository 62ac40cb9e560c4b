"""復元: a server's log is restored on a server and in a file, with the same digest, and commands go on in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from service.life import LIFE
from store.office import Office, new, office_at

from lifecycle.errors import AlreadyRecorded, IntegrityFailure, Refusal
from lifecycle.nightly import nightly
from lifecycle.store import open_store
from lifecycle.store.log import open_log
from lifecycle.store.restoring import restore


def lines_of(store: Any) -> list[bytes]:
    """The exported log."""
    with open_log(store) as log:
        return [entry + b"\n" for _, entry in log.entries()]


def lived(path: Path) -> Office:
    """An office with a life behind it."""
    office = office_at(path)
    for step in LIFE:
        office.do(step.do, **step.told(office))
    return office


def empty(path: Path) -> Office:
    """An office whose database is there, and empty."""
    return Office(path)


def test_a_log_goes_from_server_to_server_with_its_numbers_and_bytes(tmp_path: Path) -> None:
    office = lived(tmp_path / "first")
    lines = lines_of(office.grants.store)
    there = empty(tmp_path / "second")
    assert restore(there.grants.store, lines) == len(lines)
    assert lines_of(there.grants.store) == lines
    for sql in (
        "SELECT n, stream, version, known_at FROM seals ORDER BY n",
        "SELECT * FROM cap_usage ORDER BY 1",
        "SELECT * FROM application_slots ORDER BY 1, 2",
    ):
        assert there.rows(sql) == office.rows(sql), sql
    assert there.findings() == []
    assert there.grants.doctor()["problems"] == office.grants.doctor()["problems"]
    nights = [nightly(each.grants.store, each.clock).digest for each in (office, there)]
    assert nights[0] == nights[1]
    there.close()
    office.close()


def test_a_dry_run_leaves_the_database_empty(tmp_path: Path) -> None:
    office = lived(tmp_path / "first")
    lines = lines_of(office.grants.store)
    there = empty(tmp_path / "second").grants.store
    assert restore(there, lines, dry_run=True) == len(lines)
    assert there.is_new()
    with pytest.raises(IntegrityFailure, match="not 00ff"):
        restore(there, lines, "00ff", dry_run=True)
    assert restore(there, lines) == len(lines)
    there.close()
    office.close()


def test_commands_go_on_in_a_restored_store_and_their_ids_stay_taken(tmp_path: Path) -> None:
    office = office_at(tmp_path / "first")
    office.do("submit", application=new(soft=1_000), id="once")
    lines = lines_of(office.grants.store)
    there = empty(tmp_path / "second")
    restore(there.grants.store, lines)
    with pytest.raises(Refusal) as refused:
        there.do("submit", application=new(soft=1_000), id="once")
    assert refused.value.code == "command_id_reused"
    there.approved(new(soft=2_000, fiscal_year=2025))
    assert lines_of(there.grants.store)[: len(lines)] == lines
    assert len(lines_of(there.grants.store)) > len(lines)
    assert there.findings() == []
    there.close()
    office.close()


def test_a_log_that_is_not_the_one_that_was_meant_leaves_the_database_empty(tmp_path: Path) -> None:
    office = office_at(tmp_path / "first")
    lines = lines_of(office.grants.store)
    there = empty(tmp_path / "second")
    with pytest.raises(IntegrityFailure, match="not 00ff"):
        restore(there.grants.store, lines, "00ff")
    with pytest.raises(Refusal):
        restore(there.grants.store, [lines[0], lines[0]])
    assert there.grants.store.is_new()
    assert restore(there.grants.store, lines) == len(lines)
    with pytest.raises(AlreadyRecorded, match="holds tables already"):
        restore(there.grants.store, lines)
    there.close()
    office.close()


def test_a_log_goes_from_a_server_into_a_file(tmp_path: Path) -> None:
    office = office_at(tmp_path / "first")
    lines = lines_of(office.grants.store)
    copy = open_store(f"sqlite:///{tmp_path}/copy.db", office.clock)
    assert restore(copy, lines) == len(lines)
    assert lines_of(copy) == lines
    copy.close()
    office.close()
