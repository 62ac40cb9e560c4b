"""F12, F15: killed at every statement, tampered with, run twice at once, beside writers: what is served stays true."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from store.doomed import Nursery, every_moment
from store.office import SAPPORO, Office, elsewhere, new, office_at, restored

from lifecycle.errors import Busy, IntegrityFailure
from lifecycle.nightly import nightly, rebuild, verify_rebuild
from lifecycle.nightly.lock import exclusive
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store.read_tables import open_tables
from lifecycle.store.row_sums import digest_of

from .logs import Growing, digests, golden, rows_of

NAMES = [projection.NAME for projection in NIGHTLY]
LONG = int(os.environ.get("GRANTS_LONG_SEARCH", "0"))
"""Set, every statement and many tamperings are tried; else a fixed choice of them, so that the suite stays short."""

KILLS, TAMPERINGS = (10_000, 10 * LONG) if LONG else (16, 14)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a decision, a night behind it, and a payment since."""
    office = office_at(tmp_path / "grants.db")
    grant = office.approved(new(soft=10_000, facility=5_000))
    nightly(office.grants.store, office.clock)
    nightly(office.grants.store, office.clock)
    office.do("disburse", grant=grant, amount_yen=4_000, payment="advance")
    yield office
    office.close()


def served(office: Office) -> tuple[Any, Any]:
    """What reports read: where it stands, and its rows."""
    with open_tables(office.grants.store) as tables:
        halves = tables.served()
        return digests(halves), rows_of(tables, halves)


def clean(office: Office) -> tuple[Any, Any]:
    """What one clean build gives."""
    rebuild(office.grants.store, office.clock)
    return served(office)


# ---------------------------------------------------------------------- killed


@pytest.mark.parametrize("do", ["nightly", "rebuild"])
def test_killed_at_a_statement_the_old_tables_are_served_whole_and_the_next_night_is_right(
    tmp_path: Path, nursery: Nursery, office: Office, do: str
) -> None:
    before = served(office)
    office.close()
    whole = office.path.read_bytes()
    statements = nursery.child(office.path, {"do": do}, prepared=True)["statements"]
    after = served(Office(office.path))
    assert after != before
    moments = every_moment(statements)
    for moment in moments[:: max(1, len(moments) // KILLS)] + moments[-3:]:
        restored(office.path, whole)
        left = nursery.child(office.path, {"do": do}, prepared=True, **moment)
        assert left["killed"]
        reopened = Office(office.path)
        assert served(reopened) in (before, after), moment
        nightly(reopened.grants.store, reopened.clock)
        assert served(reopened) == after, moment
        reopened.close()


def test_killed_again_and_again_at_any_moment_it_comes_to_the_same_bytes(
    tmp_path: Path, nursery: Nursery
) -> None:
    moments = random.Random(20250401)  # noqa: S311 - moments, no secrets
    growing = Growing(tmp_path / "grants.db", golden())
    killed = 0
    for upto in range(10, len(golden()), 12):
        growing.grow(upto)
        growing.close()
        do = moments.choice(["nightly", "nightly", "rebuild"])
        at = {"at": moments.randrange(1, 120), "when": moments.choice(["before", "after"])}
        killed += nursery.child(tmp_path / "grants.db", {"do": do}, **at)["killed"]
    growing.nightly()
    halves, rows = growing.rebuilt(growing.served()["grant_register"].n)
    assert killed >= 10
    assert (digests(growing.served()), growing.rows()) == (digests(halves), rows)


def test_a_run_that_was_killed_is_told_of_as_interrupted(tmp_path: Path, nursery: Nursery, office: Office):
    office.close()
    nursery.child(office.path, {"do": "nightly"}, prepared=True, at=25)
    reopened = Office(office.path)
    assert reopened.grants.doctor()["nightly"]["last_run"]["state"] == "running"
    nightly(reopened.grants.store, reopened.clock)
    with open_tables(reopened.grants.store) as tables:
        assert [run["state"] for run in tables.runs(2)] == ["done", "interrupted"]
    reopened.close()


# ---------------------------------------------------------------------- tampered with


def tamper(office: Office, dice: random.Random) -> str:
    """One random change of a read table by somebody who has the file; returns the table's name."""
    connection = office.connection
    rows = connection.execute("SELECT projection, half, subject, line, cells FROM read_rows").fetchall()
    projection, half, subject, line, cells = dice.choice(rows)
    place = (projection, half, subject, line)
    where = "WHERE projection = ? AND half = ? AND subject = ? AND line = ?"
    sort = dice.choice(["cells", "figure", "delete", "insert", "subject", "digest", "number"])
    if sort == "cells":
        at = dice.randrange(len(cells))
        other = "9" if cells[at] != "9" else "8"
        connection.execute(
            f"UPDATE read_rows SET cells = ? {where}", (cells[:at] + other + cells[at + 1 :], *place)
        )
    elif sort == "figure":
        changed = cells.replace("0", "1", 1) if "0" in cells else cells + " "
        connection.execute(f"UPDATE read_rows SET cells = ? {where}", (changed, *place))
    elif sort == "delete":
        connection.execute(f"DELETE FROM read_rows {where}", place)
    elif sort == "insert":
        connection.execute(
            "INSERT INTO read_rows VALUES (?, ?, ?, ?, ?)", (projection, half, subject, line + 90, cells)
        )
    elif sort == "subject":
        connection.execute(f"UPDATE read_rows SET subject = subject || '0' {where}", place)
    else:
        half = connection.execute(
            "SELECT half FROM read_tables WHERE projection = ? AND is_whole = 1", (projection,)
        ).fetchone()[0]
        column = {"digest": "digest = 'f' || substr(digest, 2, 62) || 'e0'", "number": "n = n - 1"}[sort]
        connection.execute(
            f"UPDATE read_tables SET {column} WHERE projection = ? AND half = ?", (projection, half)
        )
    return str(projection)


def test_whatever_is_changed_in_a_read_table_is_found_by_the_next_run_and_mended(office: Office) -> None:
    dice = random.Random(20250401)  # noqa: S311 - tamperings, no secrets
    right = clean(office)
    for _ in range(TAMPERINGS):
        nightly(office.grants.store, office.clock)
        name = tamper(office, dice)
        run = nightly(office.grants.store, office.clock)
        assert run.tampered == [name] or _is_only_in_the_other_half(office, name, right)
        office.do("record_participation", **participation(dice))
        run = nightly(office.grants.store, office.clock)
        assert served(office) == clean(office)
        right = served(office)


def participation(dice: random.Random) -> dict[str, Any]:
    """Something that happens, so that the next night has something to do."""
    body = f"大学 {dice.randrange(10**9)}"
    return {"project": "340006-2025-01", "stage": "consideration", "sector": "academia", "body": body}


def _is_only_in_the_other_half(office: Office, name: str, right: tuple[Any, Any]) -> bool:
    """The change hit the half that nobody reads; what is served is untouched, and stays right."""
    return served(office) == right


def test_doctor_tells_of_tables_that_were_changed_from_outside(office: Office) -> None:
    nightly(office.grants.store, office.clock)
    office.connection.execute("UPDATE read_rows SET cells = replace(cells, '4000', '4001')")
    assert "grant_register" in nightly(office.grants.store, office.clock).tampered
    problem = office.grants.doctor()["problems"][0]
    assert "found read tables changed from outside" in problem
    assert "grant_register" in problem
    nightly(office.grants.store, office.clock)
    assert office.grants.doctor()["problems"] == []


def test_rebuild_verify_names_the_first_row_that_differs_even_with_a_forged_digest(office: Office) -> None:
    """Who rewrites the digest too is not found by it, but by building beside."""
    nightly(office.grants.store, office.clock)
    office.connection.execute("UPDATE read_rows SET cells = replace(cells, '4000', '4001')")
    with open_tables(office.grants.store) as tables:
        half = tables.served()["grant_register"]
        rows, total = tables.counted(half)
        forged = digest_of(replace(half, rows=rows, total=total))
        office.connection.execute(
            "UPDATE read_tables SET total = ?, digest = ? WHERE projection = 'grant_register' AND half = ?",
            (total, forged, half.half),
        )
    assert nightly(office.grants.store, office.clock).tampered != ["grant_register"]
    found = {one.projection: one.difference for one in verify_rebuild(office.grants.store)}
    assert found["grant_register"].startswith("340006-2025-01/2025, row 0: served [")
    assert "4001" in found["grant_register"]
    assert "4000" in found["grant_register"]
    assert {name for name, difference in found.items() if difference} == {"grant_register"}
    rebuild(office.grants.store, office.clock, "grant_register")
    assert [one.difference for one in verify_rebuild(office.grants.store) if one.difference] == []


# ---------------------------------------------------------------------- at once


def test_two_runs_never_run_at_once(office: Office) -> None:
    before = served(office)
    with exclusive(office.grants.store), pytest.raises(Busy, match="another nightly or rebuild"):
        nightly(office.grants.store, office.clock)
    assert served(office) == before
    nightly(office.grants.store, office.clock)
    assert served(office) != before


def test_the_lock_does_not_hold_up_a_command(office: Office) -> None:
    with exclusive(office.grants.store):
        office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=1))


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_writers_go_on_while_the_tables_are_built(tmp_path: Path, monkeypatch, journal: str) -> None:
    from lifecycle.store import sqlite

    monkeypatch.setattr(sqlite, "wal_is_safe", lambda version: journal == "wal")
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=10_000))
    stop, failures, written = threading.Event(), [], []

    def write() -> None:
        writer = Office(office.path, office.clock)
        dice = random.Random(1)  # noqa: S311 - names
        try:
            while not stop.is_set():
                written.append(writer.do("record_participation", **participation(dice))["id"])
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)
        writer.close()

    writer = threading.Thread(target=write)
    writer.start()
    nights = 0
    while nights < 6 or (len(written) <= 6 and nights < 200 and not failures):
        nightly(office.grants.store, office.clock)
        rebuild(office.grants.store, office.clock)
        nights += 1
    stop.set()
    writer.join()
    nightly(office.grants.store, office.clock)
    assert failures == []
    assert len(written) > 6
    assert [one.difference for one in verify_rebuild(office.grants.store) if one.difference] == []
    office.close()


# ---------------------------------------------------------------------- a log that can't be read


def test_an_event_that_cannot_be_read_fails_the_run_and_leaves_what_is_served(office: Office) -> None:
    before = served(office)
    office.connection.execute("DROP TRIGGER events_no_update")
    last = office.connection.execute("SELECT max(n) FROM events").fetchone()[0]
    office.connection.execute("UPDATE events SET entry = CAST('{' AS BLOB) WHERE n = ?", (last,))
    with pytest.raises(IntegrityFailure, match="can't be read"):
        nightly(office.grants.store, office.clock)
    assert served(office) == before
    told = office.grants.doctor()
    assert told["nightly"]["last_run"]["state"] == "failed"
    assert any("failed: a stored entry can't be read" in problem for problem in told["problems"])
