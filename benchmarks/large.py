"""Large logs: the night over a Parquet export beside the store's own night of that log; their reports byte by byte.

    python -m benchmarks.large [EVENTS ...] [--jobs 1,2] [--memory 300MB] [--forms csv,json]    default 1000000

The log is that of benchmarks/nightly.py: the golden life of an authority, over and over under other codes and years.
Every step is a program of its own (`grants ...`), so that its memory is its own; of a night in several jobs the
largest program is told.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.nightly import grow, opened
from lifecycle.reports import REPORTS

GRANTS = str(Path(sys.executable).parent / "grants")
OWN = "340006"
"""The authority whose own agenda is compared."""


class Done(NamedTuple):
    """How long a program ran, how much processor it took with its jobs, and the memory of the largest of them."""

    seconds: float
    processor: float
    megabytes: int
    out: bytes

    def __str__(self) -> str:
        return f"{self.seconds:7.1f} s ({self.processor:6.1f} s of processor, {self.megabytes:,} MB)"


def grants(*words: str) -> Done:
    """One command line, to its end."""
    began = perf_counter()
    running = subprocess.Popen([GRANTS, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert running.stdout
    out = running.stdout.read()
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0, words
    processor = used.ru_utime + used.ru_stime
    return Done(perf_counter() - began, processor, used.ru_maxrss // 1024, out)


def measure(folder: Path, count: int, jobs: list[str], memory: str, forms: list[str]) -> None:
    """One size."""
    store, export = ("--store", f"sqlite:///{folder}/grants.db"), folder / "log-parquet"
    made = opened(folder / "grants.db")
    grow(made, count)
    made.close()
    own = grants("nightly", "--json", *store)
    print(f"{count:>9,} events  the store's night       {own}", flush=True)
    exported = grants("export", "parquet", "--only", "events", "-o", str(export), *store)
    size = sum(path.stat().st_size for path in export.rglob("*.parquet"))
    print(f"{'':>9}         export, {size // 1_000_000:5,} MB          {exported}", flush=True)
    for number in jobs:
        shutil.rmtree(export / "night", ignore_errors=True)
        means = ("--jobs", number, "--memory", f"{int(memory.removesuffix('MB')) * int(number)}MB")
        over = grants("nightly", "--over", str(export), "--json", *means)
        same = json.loads(over.out)["digest"] == json.loads(own.out)["digest"]
        told = "the same digest" if same else "ANOTHER DIGEST"
        print(f"{'':>9}         over it, jobs {number}, {memory} each {over}  {told}", flush=True)
    print(f"{'':>9}         reports: {_compared(folder, store, export, forms)}", flush=True)


def _compared(folder: Path, store: tuple[str, ...], export: Path, forms: list[str]) -> str:
    same, differ, seconds = 0, [], {"store": 0, "over": 0}
    for name in REPORTS:
        limits = ("--authority", OWN) if name == "own_agenda" else ()
        for form in forms:
            files = {"store": folder / f"store.{form}", "over": folder / f"over.{form}"}
            for place, words in (("store", store), ("over", ("--over", str(export)))):
                done = grants("report", name, *limits, *words, "-o", str(files[place]))
                seconds[place] += round(done.seconds * 1000)
            if filecmp.cmp(files["store"], files["over"], shallow=False):
                same += 1
            else:
                differ.append(f"{name}.{form}")
            for path in files.values():
                path.unlink()
    return (
        f"{same} files are the same bytes, {len(differ)} are not {differ or ''} "
        f"(store {seconds['store'] / 1000:.0f} s, over {seconds['over'] / 1000:.0f} s)"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("events", nargs="*", type=int, default=[1_000_000])
    parser.add_argument("--jobs", default=f"1,{os.cpu_count()}")
    parser.add_argument("--memory", default="300MB", help="of each job")
    parser.add_argument("--forms", default="csv,json", help="of the reports that are compared")
    given = parser.parse_args()
    for events in given.events:
        with tempfile.TemporaryDirectory() as made:
            measure(Path(made), events, given.jobs.split(","), given.memory, given.forms.split(","))
