"""A disk that is full or can't be written: the command says so in one line, and nothing is half-written."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lifecycle.errors import Refusal
from lifecycle.store import sqlite, unwritable
from lifecycle.store.unwritable import Unwritable

from .doomed import Nursery
from .office import Office, new, office_at
from .test_kill import everything

pytestmark = pytest.mark.embedded

READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
ENTER_ONLY = READ_ONLY | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that an officer without any privilege could enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def full(office: Office, pages: int) -> None:
    """A disk with room for so many pages more."""
    count = office.connection.execute("PRAGMA page_count").fetchone()[0]
    office.connection.execute(f"PRAGMA max_page_count = {count + pages}")


@pytest.mark.parametrize("safe", [True, False], ids=["write-ahead log", "rollback journal"])
def test_a_disk_that_gets_full_anywhere_in_a_command_refuses_it_and_takes_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe: bool
) -> None:
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda version: safe)
    office = office_at(tmp_path / "grants.db")
    wish = {"application": new(soft=1_000, facility=1_000, title="事業" * 1_000), "id": "s1"}
    assert (Unwritable.code, Unwritable.exit) == ("system", 74)
    before, refused, pages = everything(office), 0, 0
    while is_full(office, wish, pages):
        assert everything(office) == before
        assert office.findings() == []
        refused, pages = refused + 1, pages + 1
    assert refused > 2
    assert everything(office) != before
    assert office.findings() == []
    assert office.do("submit", **wish)["ok"]
    office.close()


def is_full(office: Office, wish: dict[str, Any], pages: int) -> bool:
    """Whether a submission is refused on a disk with room for so many pages; it may only say that it is full."""
    full(office, pages)
    try:
        office.do("submit", **wish)
    except Unwritable as refusal:
        told = r".*full\. Nothing is wrong with what is recorded, and nothing was written; make room on the disk.*"
        return bool(re.fullmatch(told, refusal.message))
    return False


def test_reads_go_on_while_the_disk_is_full(office: Office) -> None:
    grant = office.submitted(new(soft=1_000))
    full(office, 0)
    assert office.show(grant)["status"] == "submitted"
    assert office.findings() == []


@pytest.mark.parametrize("what", ["the file", "the folder", "both"])
def test_a_store_that_cannot_be_written_refuses_in_one_line(
    public_folder: Path, nursery: Nursery, what: str
) -> None:
    office = office_at(public_folder / "grants.db")
    office.submitted(new(soft=1_000))
    office.close()
    before = office.path.read_bytes()
    office.path.chmod(READ_ONLY if what in ("the file", "both") else 0o666)
    public_folder.chmod(ENTER_ONLY if what in ("the folder", "both") else 0o777)
    left = nursery.child(
        office.path, {"do": "submit", "application": new(soft=1_000)}, as_nobody=True, at=None
    )
    (refusal,) = left["refused"]
    assert left["acked"] == []
    assert (refusal["code"], "\n" in refusal["message"]) == ("system", False)
    assert str(office.path) in refusal["message"]
    assert "Nothing is wrong with what is recorded" in refusal["message"]
    assert office.path.read_bytes() == before


def test_a_connection_that_may_only_read_refuses_to_write(office: Office) -> None:
    grant = office.decidable(new(soft=1_000))
    before = everything(office)
    office.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(Refusal) as refusal:
        office.do("approve", grant=grant)
    assert (refusal.value.code, refusal.value.exit) == ("system", 74)
    assert "nothing was written" in refusal.value.message
    assert office.show(grant)["status"] == "submitted"
    office.connection.execute("PRAGMA query_only = OFF")
    assert everything(office) == before
    assert office.do("approve", grant=grant)["ok"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    office = Office(tmp_path / "nowhere" / "grants.db")
    with pytest.raises(Refusal, match="nowhere") as refusal:
        office.do("init", admin="root")
    assert (refusal.value.code, refusal.value.exit) == ("not_found", 3)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SQLITE_IOERR_WRITE", 778),
        ("SQLITE_IOERR_FSYNC", 1034),
        ("SQLITE_IOERR_SHMSIZE", 4874),
        ("SQLITE_CANTOPEN", 14),
        ("SQLITE_FULL", 13),
    ],
)
@pytest.mark.parametrize("has_room", [True, False])
def test_what_the_disk_does_is_no_fault_of_what_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int, has_room: bool
) -> None:
    monkeypatch.setattr(sqlite, "is_full", lambda folder: folder != tmp_path or not has_room)
    error = of_sqlite(code, name)
    refusal = sqlite.refusal_of(error, tmp_path / "grants.db")
    assert (refusal.code, refusal.exit) == ("system", 74)
    no_room = not has_room or code == sqlite.FULL
    assert ("make room on the disk" in refusal.message) == no_room


def of_sqlite(code: int, name: str) -> Exception:
    """An error as the driver raises it."""
    said = {13: "database or disk is full", 14: "unable to open database file"}
    error: Exception = sqlite.driver.OperationalError(said.get(code, "disk I/O error"))
    error.sqlite_errorcode, error.sqlite_errorname = code, name  # type: ignore[attr-defined]
    return error


def test_a_checksum_that_does_not_hold_is_a_fault_of_what_is_recorded(tmp_path: Path) -> None:
    error = of_sqlite(8202, "SQLITE_IOERR_DATA")
    assert sqlite.refusal_of(error, tmp_path / "grants.db").code == "integrity"


def test_a_disk_is_full_that_has_no_room_for_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not unwritable.is_full(tmp_path)
    here = os.statvfs(tmp_path)
    none = os.statvfs_result((*here[:4], 0, *here[5:]))
    monkeypatch.setattr("os.statvfs", lambda _: none)
    assert unwritable.is_full(tmp_path)
