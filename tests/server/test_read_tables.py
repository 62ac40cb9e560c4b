"""集計表 on a server: the same bytes as in a file, from whatever checkpoint, and one run at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nightly.logs import digests, rows_of
from nightly.test_seals import WRITES
from service.life import LIFE
from store.office import new, office_at

from lifecycle.errors import Busy, IntegrityFailure
from lifecycle.nightly import nightly, rebuild, verify_rebuild
from lifecycle.nightly.lock import exclusive
from lifecycle.store import open_store
from lifecycle.store.log import open_log
from lifecycle.store.read_tables import open_tables
from lifecycle.store.restoring import restore


def served(store: Any) -> tuple[Any, Any]:
    """Where the read tables stand, and their rows."""
    with open_tables(store) as tables:
        halves = tables.served()
        return digests(halves), rows_of(tables, halves)


def test_nights_on_a_server_give_the_bytes_that_one_build_gives_in_a_file(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    for place, step in enumerate(LIFE):
        office.do(step.do, **step.told(office))
        if place % 19 == 7:
            nightly(office.grants.store, office.clock)
    nightly(office.grants.store, office.clock)
    with open_log(office.grants.store) as log:
        lines = [entry + b"\n" for _, entry in log.entries()]
    copy = open_store(f"sqlite:///{tmp_path}/copy.db", office.clock)
    assert restore(copy, lines) == len(lines)
    rebuild(copy, office.clock)
    assert served(office.grants.store) == served(copy)
    assert [one for one in verify_rebuild(office.grants.store) if one.difference] == []
    for name in ("decisions", "cap_use", "returns", "audit_trail"):
        assert office.tell("report", name=name, as_of_event=len(lines))["footing"]["rows"] > 0
    copy.close()
    office.close()


def test_two_runs_never_run_at_once_on_a_server(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    with exclusive(office.grants.store), pytest.raises(Busy, match="another nightly or rebuild"):
        nightly(office.grants.store, office.clock)
    nightly(office.grants.store, office.clock)
    office.close()


def test_a_read_table_that_was_changed_on_the_server_is_not_printed_and_is_built_again(
    tmp_path: Path,
) -> None:
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=10_000))
    nightly(office.grants.store, office.clock)
    with open_tables(office.grants.store) as tables, tables.writing():
        tables.database.exec_driver_sql("UPDATE read_rows SET cells = replace(cells, '10000', '10001')")
    with pytest.raises(IntegrityFailure, match="changed from outside"):
        office.tell("report", name="decisions")
    assert "grant_register" in nightly(office.grants.store, office.clock).tampered
    assert office.tell("report", name="decisions")["footing"]["totals"]["decided_yen"] == 10_000
    office.close()


ON_SERVER = {**WRITES, "all rows taken out at once": "TRUNCATE read_rows"}


def test_whoever_writes_to_a_whole_table_on_the_server_is_found_that_very_night(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=10_000))
    nightly(office.grants.store, office.clock)
    right = served(office.grants.store)
    for what, sql in ON_SERVER.items():
        with open_tables(office.grants.store) as tables, tables.writing():
            tables.database.exec_driver_sql(sql)
        assert "grant_register" in nightly(office.grants.store, office.clock).tampered, what
        assert nightly(office.grants.store, office.clock).tampered == [], what
        assert served(office.grants.store) == right, what
    office.close()


def test_a_write_past_the_triggers_of_the_server_is_found_that_night(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=10_000))
    nightly(office.grants.store, office.clock)
    with open_tables(office.grants.store) as tables, tables.writing():
        tables.database.exec_driver_sql("ALTER TABLE read_rows DISABLE TRIGGER USER")
        tables.database.exec_driver_sql(WRITES["a cell changed"])
    assert nightly(office.grants.store, office.clock).tampered == ["grant_register"]
    office.close()


WITHOUT = {
    "a row changed": WRITES["a cell changed"],
    "all rows taken out at once": "TRUNCATE read_rows",
}


def test_a_write_while_the_triggers_of_the_server_were_off_for_it_alone_is_found_that_night(
    tmp_path: Path,
) -> None:
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=10_000))
    nightly(office.grants.store, office.clock)
    right = served(office.grants.store)
    for what, sql in WITHOUT.items():
        with open_tables(office.grants.store) as tables, tables.writing():
            tables.database.exec_driver_sql("SET session_replication_role = replica")
            tables.database.exec_driver_sql(sql)
        assert "grant_register" in nightly(office.grants.store, office.clock).tampered, what
        assert nightly(office.grants.store, office.clock).tampered == [], what
        assert served(office.grants.store) == right, what
    office.close()


def test_a_night_on_a_server_reads_no_row_of_what_it_knows(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=10_000))
    for night in range(4):
        office.submitted(new(soft=1_000))
        nightly(office.grants.store, office.clock)
        with open_tables(office.grants.store) as tables:
            assert tables.runs(1)[0]["read_through"] == int(night == 0)
    office.close()
