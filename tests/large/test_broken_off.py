"""A night over an export that is killed goes on; no job outlives it; memory is kept to, and want of it is said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from store.office import Clock

from lifecycle.errors import BadInput, Busy
from lifecycle.large import engine, fold_share, night_over, tables
from lifecycle.large.manifest import read_manifest
from lifecycle.large.night import UNDER_WAY, Means
from lifecycle.large.parts import NIGHT, PARTS, Share, is_ready, parts_of
from lifecycle.nightly.lock import exclusive_file
from lifecycle.store.unwritable import Unwritable

ONE = Means(jobs=1, memory_mb=200)
GRANTS = str(Path(sys.executable).parent / "grants")
PATIENCE_SECONDS = 120


def until(true: Any) -> None:
    """Wait for it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def parts_in(folder: Path) -> int:
    """How many parts are folded."""
    return len(list((folder / NIGHT / PARTS).glob("*.db")))


def programs() -> dict[int, tuple[str, int]]:
    """State and parent of every program that runs, by its number."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            found[int(path.parent.name)] = (state, int(parent))
    return found


def children_of(pid: int) -> list[int]:
    """The programs that one has started."""
    return [child for child, (_, parent) in programs().items() if parent == pid]


def is_alive(pid: int) -> bool:
    """True while a program runs; one that has ended and waits to be asked for does not."""
    return programs().get(pid, ("Z", 0))[0] != "Z"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_night_that_is_ended_takes_its_jobs_with_it_and_goes_on_when_run_again(
    longer_export: Path, number: signal.Signals
) -> None:
    words = [GRANTS, "nightly", "--over", str(longer_export), "--jobs", "2", "--memory", "300MB", "--json"]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until(lambda: parts_in(longer_export) >= 2)
    jobs = children_of(running.pid)
    running.send_signal(number)
    out, err = running.communicate(timeout=PATIENCE_SECONDS)
    assert len(jobs) >= 2
    until(lambda: not any(map(is_alive, jobs)))
    if number == signal.SIGINT:
        assert running.returncode == 130
        assert json.loads(out)["code"] == "interrupted"
        assert b"Traceback" not in err
    manifest = read_manifest(longer_export)
    parts = parts_of(manifest)
    ready = sum(is_ready(longer_export, part, manifest.events) for part in parts)
    assert 2 <= ready < len(parts)
    assert list((longer_export / NIGHT).glob("tables-*")) == []
    done = subprocess.run(words, capture_output=True, check=True)
    clean = night_over(_without_night(longer_export), Clock(), ONE)
    assert json.loads(done.stdout)["digest"] == clean.digest
    assert sorted(path.suffix for path in (longer_export / NIGHT).iterdir()) == [".db", ".lock"]


def _without_night(folder: Path) -> Path:
    """The same export beside it."""
    from .conftest import copied

    return copied(folder, folder.with_name("clean"))


def test_a_job_that_is_killed_ends_the_night_and_what_is_folded_stays(longer_export: Path) -> None:
    told: list[BaseException] = []

    def night() -> None:
        try:
            night_over(longer_export, Clock(), Means(jobs=2, memory_mb=300))
        except Busy as busy:
            told.append(busy)

    running = threading.Thread(target=night)
    running.start()
    until(lambda: parts_in(longer_export) >= 1)
    os.kill(active_children()[0].pid or 0, signal.SIGKILL)
    running.join(PATIENCE_SECONDS)
    assert "a job was ended from outside" in str(told[0])
    before = parts_in(longer_export)
    assert before >= 1
    assert night_over(longer_export, Clock(), ONE).to_n == read_manifest(longer_export).events


def test_two_nights_are_never_made_over_one_folder(golden_export: Path) -> None:
    (golden_export / NIGHT).mkdir()
    with exclusive_file(golden_export / NIGHT / "whole.lock"), pytest.raises(Busy, match=UNDER_WAY):
        night_over(golden_export, Clock(), ONE)
    with exclusive_file(golden_export / NIGHT / "1-of-2.lock"):
        with pytest.raises(Busy, match=UNDER_WAY):
            fold_share(golden_export, Share(1, 2), ONE)
        fold_share(golden_export, Share(2, 2), ONE)


# ---------------------------------------------------------------------- memory

ROWS, WIDE = 250_000, 1_000
"""Together half as much again as the least memory of a job."""


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Events in the wrong order, more of them than fit into memory."""
    path = tmp_path_factory.mktemp("wide") / "part-0.parquet"
    schema = pyarrow.schema(
        [
            ("n", "int64"),
            ("stream", "string"),
            ("version", "int64"),
            ("recorded_at", "string"),
            ("entry", "string"),
        ]
    )
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for start in range(ROWS, 0, -10_000):
            numbers = range(start, start - 10_000, -1)
            columns = [
                list(numbers),
                ["340006-2025-01"] * len(numbers),
                list(numbers),
                ["2025-04-01T00:00:00.000000Z"] * len(numbers),
                [f"{n:0{WIDE}d}" for n in numbers],
            ]
            writer.write_table(pyarrow.table(columns, schema=schema))
    return path


def test_what_does_not_fit_into_memory_is_sorted_on_disk(wide: Path, tmp_path: Path) -> None:
    spilled, last = 0, 0
    with engine.opened(engine.LEAST_MB, tmp_path) as found:
        for one in found.by_number([wide]):
            assert one.n == last + 1
            assert int(one.entry) == one.n
            last = one.n
            if one.n % 10_000 == 0:
                spilled = max(spilled, sum(path.stat().st_size for path in tmp_path.rglob("*")))
    assert last == ROWS
    assert spilled > 0
    assert list(tmp_path.rglob("*")) == []


def test_too_little_memory_is_said_with_what_to_do(wide: Path, tmp_path: Path) -> None:
    with engine.opened(8, tmp_path) as found, pytest.raises(BadInput, match="8 MB for a job do not suffice"):
        list(found.by_number([wide]))


def test_memory_is_shared_among_the_jobs_and_must_suffice_for_each(golden_export: Path) -> None:
    with pytest.raises(BadInput, match="400MB for 3 jobs are less than 150MB for each"):
        night_over(golden_export, Clock(), Means(jobs=3, memory_mb=400))


def test_a_disk_that_gets_full_while_sorting_is_said_to_be_full(wide: Path, tmp_path: Path) -> None:
    with engine.opened(engine.LEAST_MB, tmp_path) as found:
        found._connection.execute("SET max_temp_directory_size = '10MB'")
        with pytest.raises(Unwritable, match="Nothing is wrong with what is recorded") as told:
            list(found.by_number([wide]))
    assert str(tmp_path) in told.value.message


@pytest.mark.parametrize("pages", [0, 6, 12])
def test_a_disk_that_gets_full_while_folding_is_said_to_be_full_and_a_night_with_room_is_made(
    golden_export: Path, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    opening = tables._unsafe

    def with_little_room(path: Path) -> Any:
        connection = opening(path)
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(tables, "_unsafe", with_little_room)
        with pytest.raises(Unwritable, match="make room on the disk"):
            night_over(golden_export, Clock(), ONE)
    assert list((golden_export / NIGHT).glob("*.db")) == []
    assert night_over(golden_export, Clock(), ONE).to_n == 193
