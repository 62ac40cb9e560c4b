"""A disk that is full or can't be written: the command says so in one line, and nothing is half-written."""

from __future__ import annotations

import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lifecycle.errors import Refusal
from lifecycle.store import sqlite
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
