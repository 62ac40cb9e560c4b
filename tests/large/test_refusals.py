"""What is asked wrongly is refused in one sentence that names the way out; nothing is left behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from reports.shell import Shell
from store.office import HIROSHIMA, Clock

from lifecycle.large import night_over
from lifecycle.large.night import Means

from .logs import World


@pytest.fixture
def shell(worlds: dict[str, World], golden_export: Path) -> Shell:
    """The program, where an export `golden-parquet` lies, without a night."""
    return Shell(worlds["golden"].store, golden_export.parent)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--jobs", "2"), "--jobs is for a night over an export; name its folder: --over FOLDER"),
        (("--memory", "4GB"), "--memory is for a night over an export"),
        (("--share", "1/2"), "--share is for a night over an export"),
        (("--sha256", "00"), "--sha256 is for a night over an export"),
        (("--over", "golden-parquet", "--jobs", "0"), "--jobs: '0' is no number from 1 to 256"),
        (("--over", "golden-parquet", "--jobs", "two"), "--jobs: 'two' is no number"),
        (("--over", "golden-parquet", "--memory", "4"), "--memory: '4' is no size like 512MB or 4GB"),
        (("--over", "golden-parquet", "--memory", "0GB"), "no size like 512MB"),
        (("--over", "golden-parquet", "--memory", "149MB"), "less than 150MB"),
        (("--over", "golden-parquet", "--memory", "300MB", "--jobs", "3"), "300MB for 3 jobs are less than"),
        (("--over", "golden-parquet", "--share", "3/2"), "--share: '3/2' is no share like 2/3"),
        (("--over", "golden-parquet", "--share", "0/2"), "no share like 2/3"),
    ],
)
def test_a_night_that_is_asked_for_wrongly(
    shell: Shell, golden_export: Path, words: tuple[str, ...], said: str
) -> None:
    done = shell("nightly", *words)
    assert (done.exit, done.out) == (2, "")
    assert said in done.err
    assert list(golden_export.glob("night/*.db")) == []


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (
            ("decisions",),
            3,
            "there is no night over golden-parquet yet: grants nightly --over golden-parquet",
        ),
        (
            ("decisions", "--as-of", "2025-12-31"),
            2,
            "this night stands on event 193; for another date export",
        ),
        (("decisions", "--as-of-event", "100"), 2, "this night stands on event 193; for another one export"),
        (("decisions", "--clock", "effective"), 2, "this night stands on event 193"),
        (("decisions", "--grant", "340006"), 2, "--grant: with --over give the whole id"),
        (("decisions", "--authority", "340000"), 2, "340000"),
        (("none_such",), 2, "no report none_such"),
        (("own_agenda",), 3, "there is no night"),
    ],
)
def test_a_report_that_is_asked_for_wrongly(
    shell: Shell, words: tuple[str, ...], exit_code: int, said: str
) -> None:
    done = shell("report", *words, "--over", "golden-parquet")
    assert (done.exit, done.out) == (exit_code, "")
    assert said in done.err


def test_the_list_of_reports_is_the_same_over_an_export(shell: Shell) -> None:
    assert shell("report", "list", "--over", "golden-parquet").out == shell("report", "list").out != ""


@pytest.mark.parametrize("grant", [f"{HIROSHIMA}-2025-77/2025", f"{HIROSHIMA}-2025-77"])
def test_a_grant_that_is_not_in_the_export(shell: Shell, golden_export: Path, grant: str) -> None:
    night_over(golden_export, Clock(), Means(jobs=1, memory_mb=200))
    done = shell("report", "decisions", "--grant", grant, "--over", "golden-parquet")
    assert done.exit == 3
    assert f"no grant or project {grant} in this export" in done.err
    done = shell("report", "own_agenda", "--over", "golden-parquet")
    assert done.exit == 2
    assert "give --authority CODE" in done.err


def test_a_round_that_is_not_in_the_export(shell: Shell, golden_export: Path) -> None:
    night_over(golden_export, Clock(), Means(jobs=1, memory_mb=200))
    done = shell("report", "scores", "--round", "nope", "--over", "golden-parquet")
    assert (done.exit, done.out) == (3, "")
    assert done.err == shell("report", "scores", "--round", "nope").err
    assert "no round nope; rounds: 2025-1" in done.err
    assert shell("report", "scores", "--round", "2025-1", "--over", "golden-parquet").exit == 0


def test_a_share_says_what_comes_next(shell: Shell) -> None:
    done = shell("nightly", "--over", "golden-parquet", "--share", "1/2", "--jobs", "1")
    assert done.exit == 0
    assert "join all shares in one folder: grants nightly --over golden-parquet" in done.out
    told = shell("nightly", "--over", "golden-parquet", "--share", "2/2", "--jobs", "1", "--json").out
    assert '"share":"2/2"' in told


def test_without_the_extra_the_refusal_names_it(
    shell: Shell, golden_export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night_over(golden_export, Clock(), Means(jobs=1, memory_mb=200))
    monkeypatch.setitem(sys.modules, "duckdb", None)
    for words in (("nightly",), ("report", "audit_trail")):
        done = shell(*words, "--over", "golden-parquet")
        assert (done.exit, done.out) == (2, "")
        assert "pip install 'grant-ledger[large]'" in done.err
    assert shell("report", "decisions", "--over", "golden-parquet").exit == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("parquet", "--only", "event", "-o", "x"), "--only: no table event; tables: grant_register"),
        (("log", "--only", "events"), "--only names a table of the parquet export"),
        (("parquet", "-o", "nowhere/x"), "there is no folder nowhere"),
    ],
)
def test_an_export_that_is_asked_for_wrongly(shell: Shell, words: tuple[str, ...], said: str) -> None:
    done = shell("export", *words)
    assert done.exit == 2
    assert said in done.err


def test_one_table_is_exported_alone_and_no_night_is_made_of_it(shell: Shell, tmp_path: Path) -> None:
    assert shell("export", "parquet", "--only", "cap_board", "-o", "caps").exit == 0
    assert [path.name for path in (tmp_path / "caps").iterdir() if path.is_dir()] == ["cap_board"]
    done = shell("nightly", "--over", "caps")
    assert done.exit == 2
    assert "this export holds no events" in done.err


def test_an_export_on_the_effective_clock_is_no_whole_log(shell: Shell) -> None:
    point = ("--as-of", "2025-12-31", "--clock", "effective")
    assert shell("export", "parquet", "--only", "events", "-o", "by-date", *point).exit == 0
    done = shell("nightly", "--over", "by-date")
    assert done.exit == 2
    assert "leaves events out" in done.err
