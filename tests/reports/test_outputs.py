"""出力先: the ledger is never written over; a link stays, a pipe is written through, a folder is refused by name."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import pytest

from .shell import Shell

REPORT = ("report", "cap_use")
WAYS = [
    (*REPORT, "--format", "csv", "-o"),
    (*REPORT, "--format", "xlsx", "-o"),
    (*REPORT, "--format", "parquet", "-o"),
    ("export", "log", "-o"),
    ("export", "iati", "-o"),
    ("export", "parquet", "-o"),
]


@pytest.fixture
def store(folded: Path, tmp_path: Path) -> Path:
    """A store of its own, which may be lost."""
    for ending in ("", "-wal", "-shm"):
        if (there := Path(f"{folded}{ending}")).exists():
            shutil.copy(there, tmp_path / f"vic.db{ending}")
    return tmp_path / "vic.db"


@pytest.fixture
def shell(store: Path, tmp_path: Path) -> Shell:
    """The program on that store."""
    return Shell(store, tmp_path)


def through(fifo: Path, run: Shell, *words: str) -> bytes:
    """What whoever reads a FIFO receives of a command line."""
    os.mkfifo(fifo)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(fifo.read_bytes()))
    reader.start()
    done = run(*words)
    reader.join(timeout=60)
    assert done.exit == 0, done.err
    assert fifo.is_fifo()
    return received[0]


# ---------------------------------------------------------------------- the ledger


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal", ".nightly"])
@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_the_ledger_is_never_written_over(
    shell: Shell, store: Path, tmp_path: Path, way: tuple[str, ...], ending: str
) -> None:
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix == ".db"}
    done = shell(*way, f"vic.db{ending}")
    assert (done.exit, done.out) == (2, "")
    assert f"vic.db{ending} is the ledger itself" in done.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix == ".db"} == before
    assert not Path(f"{store}-journal").exists()


@pytest.mark.parametrize("made", [os.link, os.symlink], ids=["hard", "symbolic"])
@pytest.mark.parametrize("way", WAYS[:5], ids=" ".join)
def test_no_link_leads_over_the_ledger(
    shell: Shell, store: Path, tmp_path: Path, way: tuple[str, ...], made: object
) -> None:
    before = store.read_bytes()
    made(store, tmp_path / "r.csv")  # type: ignore[operator]
    done = shell(*way, "r.csv")
    assert done.exit == 2
    assert "r.csv is the ledger itself" in done.err
    assert store.read_bytes() == before


def test_a_store_that_is_named_by_a_link_is_the_ledger_by_its_own_name_too(
    store: Path, tmp_path: Path
) -> None:
    before = store.read_bytes()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link.db").symlink_to(store)
    shell = Shell(tmp_path / "elsewhere" / "link.db", tmp_path)
    for name in ("vic.db", "vic.db-wal", "elsewhere/../vic.db", "elsewhere/link.db-journal"):
        assert shell(*REPORT, "--format", "csv", "-o", name).exit == 2
    assert store.read_bytes() == before


def test_no_chart_takes_the_place_of_a_ledger_that_is_named_like_one(store: Path, tmp_path: Path) -> None:
    named = store.rename(tmp_path / "vic.svg")
    before = named.read_bytes()
    done = Shell(named, tmp_path)(*REPORT, "--chart", "vic.svg")
    assert done.exit == 2
    assert "vic.svg is the ledger itself" in done.err
    assert named.read_bytes() == before


def test_nothing_is_written_into_the_export_that_is_read(shell: Shell, tmp_path: Path) -> None:
    assert shell("export", "parquet", "-o", "p").exit == 0
    assert shell("nightly", "--over", "p").exit == 0
    before = (tmp_path / "p" / "manifest.json").read_bytes()
    done = shell(*REPORT, "--over", "p", "-o", "p/manifest.json")
    assert done.exit == 2
    assert "p/manifest.json lies in the export that is read" in done.err
    assert (tmp_path / "p" / "manifest.json").read_bytes() == before


# ---------------------------------------------------------------------- links, pipes, folders


def test_a_link_stays_and_what_it_leads_to_is_replaced(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "r.csv").write_text("before")
    (tmp_path / "r.csv").symlink_to("shared/r.csv")
    (tmp_path / "new.csv").symlink_to("shared/new.csv")
    for name in ("r.csv", "new.csv"):
        assert shell(*REPORT, "-o", name).exit == 0
        assert (tmp_path / name).is_symlink()
        assert "上限" in (tmp_path / "shared" / name).read_text(encoding="utf-8-sig")
    assert sorted(path.name for path in (tmp_path / "shared").iterdir()) == ["new.csv", "r.csv"]


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "parquet"])
def test_a_pipe_with_a_name_is_written_through(shell: Shell, tmp_path: Path, form: str) -> None:
    assert shell(*REPORT, "-o", f"r.{form}").exit == 0
    received = through(tmp_path / "pipe", shell, *REPORT, "--format", form, "-o", "pipe")
    assert received == (tmp_path / f"r.{form}").read_bytes()


def test_the_log_passes_through_a_pipe_whole(shell: Shell, tmp_path: Path) -> None:
    assert shell("export", "log", "-o", "log.jsonl").exit == 0
    received = through(tmp_path / "pipe", shell, "export", "log", "-o", "pipe")
    assert received == (tmp_path / "log.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
@pytest.mark.parametrize("words", [(*REPORT, "--format", "csv"), ("export", "log")], ids=" ".join)
def test_standard_output_may_be_named(
    shell: Shell, tmp_path: Path, words: tuple[str, ...], name: str
) -> None:
    before = sorted(tmp_path.iterdir())
    told = shell(*words, "-o", name)
    assert (told.exit, told.out) == (0, shell(*words).out)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("way", WAYS[:5], ids=" ".join)
def test_a_folder_is_refused_by_its_own_name(shell: Shell, tmp_path: Path, way: tuple[str, ...]) -> None:
    (tmp_path / "o").mkdir()
    done = shell(*way, "o")
    assert (done.exit, done.out) == (2, "")
    assert "o is a folder; name a file in it" in done.err
    assert list((tmp_path / "o").iterdir()) == []


# ---------------------------------------------------------------------- what goes together


def test_a_chart_and_its_rows_are_both_written(shell: Shell, tmp_path: Path) -> None:
    for words in (("--chart", "alone.svg"), ("-o", "alone.csv"), ("--chart", "c.svg", "-o", "c.csv")):
        done = shell(*REPORT, *words)
        assert done.exit == 0, done.err
    assert (tmp_path / "c.svg").read_bytes() == (tmp_path / "alone.svg").read_bytes()
    assert (tmp_path / "c.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--encoding", "cp932", "-o", "x.json"), "--encoding is for CSV alone, and this is json"),
        (("--encoding", "cp932"), "--encoding is for CSV alone, and this is table"),
        (("--plain", "-o", "x.xlsx"), "--plain is for CSV alone, and this is xlsx"),
        (("--chart", "x.svg", "--format", "csv"), "--format has no meaning for a chart alone; add -o FILE"),
        (("--chart", "x.svg", "-o", "-"), "-o - has no meaning for a chart alone; add -o FILE"),
        (("--chart", "x.svg", "-o", "./x.svg", "--format", "csv"), "--chart and -o both name x.svg"),
        (("--chart", "x.gif", "-o", "x.csv"), "name a file that ends in .svg or .png"),
    ],
)
def test_what_would_be_left_out_in_silence_is_refused(
    shell: Shell, tmp_path: Path, given: tuple[str, ...], said: str
) -> None:
    before = sorted(tmp_path.iterdir())
    done = shell(*REPORT, *given)
    assert (done.exit, done.out) == (2, "")
    assert said in done.err
    assert sorted(tmp_path.iterdir()) == before


# ---------------------------------------------------------------------- progress, and the clock


def test_no_progress_is_told_where_nobody_looks_unless_it_is_asked_for(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.nightly.SECONDS", 0)
    assert shell("rebuild").err == ""
    assert shell("export", "parquet", "-o", "p").err.startswith("p: files ")
    logged = [json.loads(line) for line in shell("rebuild", "--verbose").err.splitlines()]
    assert {"done", "total"} <= logged[0].keys()


@pytest.mark.parametrize("words", [(*REPORT, "--json"), ("export", "log"), ("caps", "340006"), ("list",)])
def test_a_number_of_an_event_has_no_effective_clock(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell(*words, "--as-of-event", "3", "--clock", "effective")
    assert done.exit == 2
    assert "as_of_event counts events as they were recorded" in done.out + done.err
    assert shell(*words, "--as-of-event", "3", "--clock", "recorded").exit == 0
