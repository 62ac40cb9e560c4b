"""夜間処理: going on from any checkpoint gives the same bytes as one clean build (I17)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecycle.errors import IntegrityFailure
from lifecycle.nightly import rebuild, verify_rebuild
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store import histories
from lifecycle.store.read_tables import open_tables

from .logs import Growing, digests, golden, played

LOGS = ("golden", "story", "life")


@pytest.fixture(scope="session")
def entries(tmp_path_factory):
    folder = tmp_path_factory.mktemp("played")
    return {
        "golden": golden(),
        "story": played("story", folder),
        "life": played("life", folder),
    }


def nights(folder: Path, log: tuple[bytes, ...], cuts: list[int]) -> Growing:
    """A store whose nights fell at these numbers of the log, the last one at its end."""
    path = folder / f"{random.randrange(10**12)}.db"  # noqa: S311 - a name
    growing = Growing(path, log)
    for cut in [*sorted(cuts), len(log)]:
        growing.grow(cut)
        growing.nightly()
    return growing


@pytest.mark.parametrize("which", LOGS)
def test_a_night_after_every_single_event_gives_what_one_build_gives(tmp_path, entries, which):
    log = entries[which]
    growing = nights(tmp_path, log, list(range(1, len(log), 1 if which == "golden" else 7)))
    halves, rows = growing.rebuilt(len(log))
    assert growing.rows() == rows
    assert digests(growing.served()) == digests(halves)
    growing.close()


@pytest.mark.parametrize("which", LOGS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_nights_at_random_numbers_give_what_one_build_gives(tmp_path, entries, which, data):
    log = entries[which]
    cuts = data.draw(st.lists(st.integers(0, len(log)), max_size=6))
    growing = nights(tmp_path, log, cuts)
    halves, rows = growing.rebuilt(len(log))
    assert growing.rows() == rows
    assert digests(growing.served()) == digests(halves)
    assert [one for one in verify_rebuild(growing.store) if one.difference] == []
    growing.close()


def test_small_pages_give_the_same_bytes_as_large_ones(tmp_path, entries, monkeypatch):
    large = nights(tmp_path, entries["life"], [60])
    monkeypatch.setattr(histories, "PAGE", 3)
    monkeypatch.setattr("lifecycle.nightly.pages.PAGE_OF_ROWS", 2)
    monkeypatch.setattr("lifecycle.store.read_tables.PAGE", 2)
    monkeypatch.setattr(histories, "MOST_NAMES", 2)
    small = nights(tmp_path, entries["life"], [60])
    assert small.rows() == large.rows()
    assert (
        digests(small.served()) == digests(large.served()) == digests(small.rebuilt(len(entries["life"]))[0])
    )


def test_what_was_served_at_a_number_is_what_a_build_up_to_that_number_gives(tmp_path, entries):
    """The answer for a point that is passed never changes, whatever is recorded later."""
    log = entries["golden"]
    growing = Growing(tmp_path / "g.db", log)
    told = {}
    for cut in range(10, len(log), 30):
        growing.grow(cut)
        growing.nightly()
        told[cut] = digests(growing.served())
    growing.grow(len(log))
    assert {cut: digests(growing.rebuilt(cut)[0]) for cut in told} == told


def test_every_read_table_has_rows_in_the_golden_life(tmp_path, entries):
    growing = nights(tmp_path, entries["golden"], [])
    assert sorted(name for name, rows in growing.rows().items() if rows) == sorted(
        each.NAME for each in NIGHTLY
    )


def test_a_night_on_which_nothing_happened_changes_nothing(tmp_path, entries):
    growing = nights(tmp_path, entries["golden"], [100])
    before = growing.served(), growing.rows()
    run = growing.nightly()
    assert (run.events, run.from_n, run.to_n) == (0, len(golden()), len(golden()))
    assert (growing.served(), growing.rows()) == before


def test_a_night_folds_what_is_new_and_what_the_other_half_lacks(tmp_path, entries):
    """Each half is brought forward every second night, so an event is folded twice and never more."""
    growing = Growing(tmp_path / "g.db", entries["golden"])
    folded = []
    for cut in (100, 110, 120, 130, 140):
        growing.grow(cut)
        folded.append(growing.nightly().events)
    assert folded == [100, 10, 20, 20, 20]


def test_a_night_in_an_empty_store_builds_empty_tables(tmp_path):
    growing = Growing(tmp_path / "g.db", ())
    run = growing.nightly()
    assert (run.to_n, run.rows, len(run.tables)) == (0, 0, len(NIGHTLY))


# ---------------------------------------------------------------------- rebuild


def test_a_rebuild_gives_the_same_bytes_as_the_nights_before_it(tmp_path, entries):
    growing = nights(tmp_path, entries["golden"], [50, 120])
    before = digests(growing.served()), growing.rows()
    run = rebuild(growing.store, growing.clock)
    assert (digests(growing.served()), growing.rows()) == before
    assert run.events == len(golden())


def test_one_table_alone_is_rebuilt_up_to_where_the_others_stand(tmp_path, entries):
    growing = Growing(tmp_path / "g.db", entries["golden"])
    growing.grow(120)
    growing.nightly()
    before = digests(growing.served())
    growing.grow(150)
    rebuild(growing.store, growing.clock, "grant_register")
    assert digests(growing.served()) == before
    growing.nightly()
    assert digests(growing.served()) == digests(growing.rebuilt(150)[0])


def test_a_table_whose_projection_has_changed_is_built_again(tmp_path, entries, monkeypatch):
    growing = Growing(tmp_path / "g.db", entries["golden"])
    growing.grow(120)
    growing.nightly()
    monkeypatch.setattr("lifecycle.projections.grant_register.VERSION", 3)
    growing.grow(130)
    run = growing.nightly()
    assert run.tampered == []
    assert growing.served()["grant_register"].version == 3
    assert digests(growing.served()) == digests(growing.rebuilt(130)[0])


def test_a_log_that_is_shorter_than_the_tables_is_refused(tmp_path, entries):
    """Somebody has put back an older copy of the log: what was reported must not silently vanish."""
    growing = nights(tmp_path, entries["golden"], [])
    connection = growing.store.connection
    connection.execute("DROP TRIGGER events_no_delete")
    connection.execute("DELETE FROM events WHERE n > 180")
    with pytest.raises(IntegrityFailure, match="the log ends at 180"):
        growing.nightly()
    with open_tables(growing.store) as tables:
        assert tables.runs(1)[0]["state"] == "failed"
    rebuild(growing.store, growing.clock)
    assert digests(growing.served()) == digests(growing.rebuilt(180)[0])
