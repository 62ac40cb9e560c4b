"""封: a night knows a read table by its sum, and the database breaks its seal when anybody else writes to it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store.office import Office, new, office_at

from lifecycle.errors import IntegrityFailure
from lifecycle.nightly import nightly, rebuild, verify_rebuild
from lifecycle.nightly.folding import build, fresh
from lifecycle.projections import cap_board
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store.read_guards import changed
from lifecycle.store.read_tables import is_sealed, open_tables, temporary_tables
from lifecycle.store.row_sums import MASK, as_text, sum_of

from .logs import Growing, digests, golden, rows_of

REGISTER = "projection = 'grant_register' AND half = (SELECT half FROM read_tables WHERE {served})"
SERVED = REGISTER.format(served="projection = 'grant_register' AND is_served = 1")
WEEK = timedelta(days=7)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a decision, and two nights behind it, so that both halves stand."""
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=10_000, facility=5_000))
    nightly(office.grants.store, office.clock)
    office.do("record_participation", **somebody("大学"))
    nightly(office.grants.store, office.clock)
    yield office
    office.close()


def somebody(body: str) -> dict[str, Any]:
    return {"project": "340006-2025-01", "stage": "consideration", "sector": "academia", "body": body}


def write(office: Office, sql: str) -> None:
    """Somebody who has the database writes to it."""
    with open_tables(office.grants.store) as tables, tables.writing():
        assert tables.database.exec_driver_sql(sql).rowcount != 0


def tampered(office: Office) -> list[str]:
    return list(nightly(office.grants.store, office.clock).tampered)


# ---------------------------------------------------------------------- sums

SUBJECTS = st.dictionaries(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1), max_size=6)


def total(rows: dict[str, list[str]]) -> str:
    return as_text(sum(sum_of(subject, enumerate(lines)) for subject, lines in rows.items()))


@given(rows=SUBJECTS, order=st.randoms())
def test_rows_have_one_sum_in_whatever_order_they_are_added(rows, order):
    names = list(rows)
    order.shuffle(names)
    assert total({name: rows[name] for name in names}) == total(rows)


@given(rows=SUBJECTS, others=SUBJECTS)
def test_other_rows_have_another_sum(rows, others):
    assert (total(rows) == total(others)) == (rows == others)


@given(rows=SUBJECTS)
def test_what_is_taken_away_leaves_the_sum_of_the_rest(rows):
    whole = sum(sum_of(subject, enumerate(lines)) for subject, lines in rows.items()) & MASK
    for subject in list(rows):
        whole -= sum_of(subject, enumerate(rows.pop(subject)))
        assert as_text(whole) == total(rows)
    assert as_text(whole) == "0"


def test_a_row_on_another_line_has_another_sum():
    assert sum_of("a", [(0, "[]"), (1, "[1]")]) != sum_of("a", [(0, "[]"), (2, "[1]")])


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(SUBJECTS, max_size=5))
def test_the_kept_sum_is_that_of_the_rows_whatever_was_put(steps):
    with temporary_tables() as tables:
        count = kept = 0
        for rows in steps:
            emptied = {subject: [] for subject in list(rows)[:1]}
            for put in (rows, emptied):
                with tables.writing():
                    change = tables.put("x", 0, put)
                count, kept = count + change.rows, kept + change.total
                assert tables.counted(fresh_half()) == (count, as_text(kept))


def fresh_half() -> Any:
    from lifecycle.store.read_tables import Half

    return Half("x", 0, 1, "[]")


@pytest.mark.parametrize("seed", range(6))
def test_after_any_nights_the_sum_that_was_carried_on_is_that_of_all_rows(tmp_path, seed):
    dice = random.Random(seed)  # noqa: S311 - nights
    growing = Growing(tmp_path / "g.db", golden())
    for cut in sorted(dice.sample(range(1, len(golden())), 7)):
        growing.grow(cut)
        growing.nightly()
        with open_tables(growing.store) as tables:
            for half in tables.halves().values():
                if half.is_whole:
                    assert is_sealed(half)
                    assert tables.digest(half) == (half.rows, half.digest)
    growing.close()


# ---------------------------------------------------------------------- seals

WRITES = {
    "a cell changed": f"UPDATE read_rows SET cells = replace(cells, '10000', '10001') WHERE {SERVED}",
    "a row taken out": f"DELETE FROM read_rows WHERE {SERVED} AND line = 0",
    "a row put in": (
        "INSERT INTO read_rows SELECT projection, half, subject, line + 90, cells FROM read_rows "
        f"WHERE {SERVED}"
    ),
    "a line moved": f"UPDATE read_rows SET line = line + 7 WHERE {SERVED}",
    "a cell changed to what it was": f"UPDATE read_rows SET cells = cells WHERE {SERVED}",
    "another number": f"UPDATE read_tables SET n = n - 1 WHERE {SERVED}",
    "another count": f"UPDATE read_tables SET rows = rows + 1 WHERE {SERVED}",
    "another sum": f"UPDATE read_tables SET total = '1' || total WHERE {SERVED}",
    "no sum": f"UPDATE read_tables SET total = '' WHERE {SERVED}",
    "no number for a sum": f"UPDATE read_tables SET total = 'zero' WHERE {SERVED}",
    "another digest": f"UPDATE read_tables SET digest = '0' || substr(digest, 2) || '0' WHERE {SERVED}",
}


@pytest.mark.parametrize("sql", WRITES.values(), ids=WRITES)
def test_whoever_writes_to_a_whole_table_is_found_that_very_night(office: Office, sql: str) -> None:
    with open_tables(office.grants.store) as tables:
        before = rows_of(tables, tables.served())
    write(office, sql)
    with pytest.raises(IntegrityFailure, match="grant_register was changed from outside"):
        office.tell("report", name="decisions")
    assert tampered(office) == ["grant_register"]
    assert tampered(office) == []
    with open_tables(office.grants.store) as tables:
        assert rows_of(tables, tables.served()) == before


def test_the_half_that_nobody_reads_is_asked_before_it_is_brought_forward(office: Office) -> None:
    unserved = REGISTER.format(served="projection = 'grant_register' AND is_served = 0")
    write(office, f"UPDATE read_rows SET cells = replace(cells, '10000', '10001') WHERE {unserved}")
    office.do("record_participation", **somebody("信用金庫"))
    assert tampered(office) == ["grant_register"]
    assert office.tell("report", name="decisions")["footing"]["totals"]["decided_yen"] == 15_000


def test_a_run_breaks_no_seal(office: Office) -> None:
    for name in ("一", "二", "三"):
        office.do("record_participation", **somebody(name))
        assert tampered(office) == []
    with open_tables(office.grants.store) as tables:
        assert all(is_sealed(half) for half in tables.halves().values())
        assert len(tables.halves()) == 2 * len(NIGHTLY)


@pytest.mark.embedded
def test_a_write_past_the_triggers_is_found_that_night_for_they_are_missed(office: Office) -> None:
    office.connection.execute("DROP TRIGGER read_rows_updated")
    office.connection.execute(WRITES["a cell changed"])
    assert tampered(office) == ["grant_register"]


def past_the_triggers(office: Office, *, and_the_marks: bool = False) -> None:
    """Somebody takes a trigger off, writes, and makes it again; and puts back what SQLite counted of that."""
    connection = office.connection
    (trigger,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'read_rows_updated'"
    ).fetchone()
    (counted,) = connection.execute("PRAGMA schema_version").fetchone()
    connection.execute("DROP TRIGGER read_rows_updated")
    connection.execute(WRITES["a cell changed"])
    connection.execute(trigger)
    if and_the_marks:
        connection.execute(f"PRAGMA schema_version = {counted}")


def decided_yen(office: Office) -> int:
    totals: dict[str, int] = office.tell("report", name="decisions")["footing"]["totals"]
    return totals["decided_yen"]


@pytest.mark.embedded
def test_a_write_while_the_triggers_were_off_is_found_that_night_for_it_leaves_a_mark(office: Office) -> None:
    past_the_triggers(office)
    assert tampered(office) == ["grant_register"]
    assert decided_yen(office) == 15_000
    assert tampered(office) == []


@pytest.mark.embedded
def test_a_write_that_leaves_no_mark_is_found_by_a_night_within_the_week(office: Office) -> None:
    """A failing disk or a byte editor breaks no seal and leaves no mark: every row is read for it once a week."""
    past_the_triggers(office, and_the_marks=True)
    assert tampered(office) == []
    with open_tables(office.grants.store) as tables:
        read_through_at = tables.read_through_at()
    office.clock.at += WEEK  # type: ignore[attr-defined]
    assert tampered(office) == ["grant_register"]
    with open_tables(office.grants.store) as tables:
        assert tables.read_through_at() > read_through_at
    assert decided_yen(office) == 15_000


@pytest.mark.embedded
def test_a_night_that_is_asked_to_reads_every_row(office: Office) -> None:
    past_the_triggers(office, and_the_marks=True)
    assert nightly(office.grants.store, office.clock, read_through=True).tampered == ["grant_register"]
    assert decided_yen(office) == 15_000


@pytest.mark.embedded
@pytest.mark.parametrize("reader", ["report", "doctor"])
def test_what_a_reader_finds_the_very_next_night_builds_again(office: Office, reader: str) -> None:
    past_the_triggers(office, and_the_marks=True)
    told = "read table grant_register was changed from outside; `grants nightly` builds it again from the log"
    if reader == "doctor":
        assert office.grants.doctor()["problems"] == [told]
    else:
        with pytest.raises(IntegrityFailure, match=told):
            decided_yen(office)
    assert tampered(office) == ["grant_register"]
    assert decided_yen(office) == 15_000


@pytest.mark.embedded
def test_a_reader_who_may_not_write_says_which_night_finds_it(office: Office) -> None:
    past_the_triggers(office, and_the_marks=True)
    with open_tables(office.grants.store) as tables:
        tables.database.exec_driver_sql("PRAGMA query_only = ON")
        (half,) = [each for each in tables.served().values() if each.projection == "grant_register"]
        assert "`grants nightly --read-through` builds it again" in changed(tables, half)
    assert nightly(office.grants.store, office.clock, read_through=True).tampered == ["grant_register"]


@pytest.mark.embedded
def test_a_trigger_in_place_of_ours_that_does_nothing_makes_every_night_read_all_rows(office: Office) -> None:
    connection = office.connection
    connection.execute("DROP TRIGGER read_rows_updated")
    connection.execute("CREATE TRIGGER read_rows_updated AFTER UPDATE ON read_rows BEGIN SELECT 1; END")
    assert office.grants.doctor()["problems"] == [
        "triggers are not those of this program: read_rows_updated; until they are, every night reads all rows"
    ]
    for _ in range(2):
        assert tampered(office) == []
        connection.execute(WRITES["a cell changed"])
        assert tampered(office) == ["grant_register"]


def reads_through(office: Office) -> bool:
    with open_tables(office.grants.store) as tables:
        return bool(tables.runs(1)[0]["read_through"])


def test_a_night_after_a_night_reads_no_row_of_what_it_knows(office: Office) -> None:
    """What a night costs grows with what is new: the marks of our own runs are no hint."""
    for name in ("一", "二", "三"):
        office.do("record_participation", **somebody(name))
        nightly(office.grants.store, office.clock)
        assert not reads_through(office)
    rebuild(office.grants.store, office.clock)
    rebuild(office.grants.store, office.clock, only="grant_register")
    nightly(office.grants.store, office.clock)
    assert not reads_through(office)


# ---------------------------------------------------------------------- what was taken out

TAKEN_OUT = {
    "where they stand": ("DELETE FROM read_tables", sorted(each.NAME for each in NIGHTLY)),
    "where one stands": (
        "DELETE FROM read_tables WHERE projection = 'grant_register'",
        ["grant_register"],
    ),
    "that they are served": (
        "UPDATE read_tables SET is_served = 0",
        sorted(each.NAME for each in NIGHTLY),
    ),
}


@pytest.mark.parametrize(("sql", "names"), TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_read_tables_that_were_taken_out_are_named_and_built_again(
    office: Office, sql: str, names: list[str]
) -> None:
    write(office, sql)
    (problem,) = office.grants.doctor()["problems"]
    assert problem == (
        f"read tables that run 2 left were taken out from outside: {', '.join(names)}; "
        "grants nightly builds them again"
    )
    compared = verify_rebuild(office.grants.store)
    assert [one.projection for one in compared if one.difference] == names
    assert tampered(office) == names
    assert tampered(office) == []
    assert office.grants.doctor()["problems"] == []
    assert decided_yen(office) == 15_000


@pytest.mark.parametrize(
    "dropped", ["read_rows", "read_tables", "read_runs", "read_rows, read_runs, read_tables"]
)
def test_tables_that_were_dropped_are_named_and_made_again_with_their_triggers(
    office: Office, dropped: str
) -> None:
    with open_tables(office.grants.store) as tables, tables.writing():
        for name in dropped.split(", "):
            tables.database.exec_driver_sql(f"DROP TABLE {name}")
    problems = office.grants.doctor()["problems"]
    assert f"the tables {dropped} of the reports are missing: grants nightly makes them again" in problems
    found = tampered(office)
    assert ("grant_register" in found) == (dropped in ("read_rows", "read_tables"))
    assert tampered(office) == []
    assert office.grants.doctor()["problems"] == []
    assert decided_yen(office) == 15_000
    write(office, WRITES["a cell changed"])
    assert tampered(office) == ["grant_register"]


@pytest.mark.embedded
def test_the_half_that_nobody_reads_is_read_once_a_week_too(office: Office) -> None:
    """Also on a night on which nothing is new: damage must not be served later."""
    unserved = REGISTER.format(served="projection = 'grant_register' AND is_served = 0")
    office.connection.execute("DROP TRIGGER read_rows_updated")
    office.connection.execute(
        f"UPDATE read_rows SET cells = replace(cells, '10000', '10001') WHERE {unserved}"
    )
    assert tampered(office) == ["grant_register"]
    assert tampered(office) == []
    office.do("record_participation", **somebody("商工会"))
    assert tampered(office) == []
    assert office.tell("report", name="decisions")["footing"]["totals"]["decided_yen"] == 15_000


@pytest.mark.embedded
def test_doctor_names_a_trigger_that_is_missing(office: Office) -> None:
    assert office.grants.doctor()["problems"] == []
    office.connection.execute("DROP TRIGGER read_rows_deleted")
    assert office.grants.doctor()["problems"] == ["triggers are missing: read_rows_deleted"]


# ---------------------------------------------------------------------- sums of events, in either order


def windows(growing: Growing, upto: int, effective_on: str | None, *, alone: bool) -> Any:
    """The cap windows, folded alone in the log's order, or among the streams of each authority."""
    wanted = [cap_board] if alone else list(NIGHTLY)
    with open_tables(growing.store) as log, temporary_tables() as tables:
        blank = [fresh(each, 0) for each in wanted]  # type: ignore[arg-type]
        halves = build(tables, log.database, blank, upto, effective_on=effective_on)
        by_name = {half.projection: half for half in halves if half.projection == cap_board.NAME}
        return digests(by_name), rows_of(tables, by_name)


@pytest.mark.parametrize("most_held", [1, 100_000])
@pytest.mark.parametrize("effective_on", [None, "2025-10-01"])
def test_windows_are_the_same_whether_folded_alone_or_with_all_streams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_held: int, effective_on: str | None
) -> None:
    monkeypatch.setattr("lifecycle.nightly.adding.MOST_HELD", most_held)
    monkeypatch.setattr("lifecycle.store.histories.PAGE", 7)
    growing = Growing(tmp_path / "g.db", golden())
    growing.grow(len(golden()))
    for upto in (1, 60, 120, len(golden())):
        alone = windows(growing, upto, effective_on, alone=True)
        assert alone == windows(growing, upto, effective_on, alone=False)
    assert alone[1][cap_board.NAME]
    growing.close()
