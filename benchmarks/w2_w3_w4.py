"""W2, W3 and W4 of the peers' workload: rebuild, load one, as of; beside hand-written SQL and the event library.

    GRANTS_BENCH=FOLDER BENCH_HOME=DATA python benchmarks/w2_w3_w4.py [w2] [w3] [w4] [library]

The workload's 1,000,000 events stand in the product's own log, in a file; `rebuild` folds them into read tables in
that file, with its lock, its record and its swap, as it does every other read table. All peers take turns, each run
in a process of its own; what it costs is told in seconds and in seconds of processor. The library's runner needs a
server (see w1_postgres.py), and gets the first LIBRARY events.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import msgspec
from rebuild_application import Application, row_of
from rebuild_totals import READ_MODEL, TOTALS

from lifecycle.nightly import rebuild
from lifecycle.nightly.folding import build, fresh
from lifecycle.store import Store, histories, migrate, open_store
from lifecycle.store.chain import linked
from lifecycle.store.embedded import INSERT
from lifecycle.store.log import as_of
from lifecycle.store.read_tables import open_tables, temporary_tables
from lifecycle.store.transaction import Transaction

sys.path[:0] = [os.environ["GRANTS_BENCH"], os.environ["GRANTS_BENCH"] + "/peers"]
common: Any = import_module("common")
raw_sqlite: Any = import_module("raw_sqlite")

RUNS = int(os.environ.get("RUNS", "3"))
LIBRARY = int(os.environ.get("LIBRARY", "20000"))
STORE = Path(common.DATA) / "grants-1m.db"

Work = Callable[[], dict[str, Any]]


def now() -> datetime:
    """The clock of the runs' records."""
    return datetime.now(UTC)


def opened() -> Store:
    """The store with the workload's events in it."""
    return open_store(f"sqlite:///{STORE}", now)


def load() -> None:
    """Load what is not there yet; not part of any figure."""
    if not Path(raw_sqlite.F2).exists():
        raw_sqlite.load()
    if STORE.exists():
        return
    part = STORE.with_suffix(".part")
    raw_sqlite.rm(str(part))
    store = open_store(f"sqlite:///{part}", now)
    migrate.migrate(store)
    rows = linked(map(row_of, common.events()))
    while page := list(islice(rows, 50_000)):
        store.connection.execute("BEGIN")
        store.connection.executemany(INSERT, page)
        store.connection.execute("COMMIT")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    part.rename(STORE)


# ---------------------------------------------------------------------- W2 and W4


def w2() -> dict[str, Any]:
    """The workload's read model, by the product's own rebuild."""
    store = opened()
    began = perf_counter()
    rebuild(store, now, projections=READ_MODEL)
    wall = perf_counter() - began
    with open_tables(store) as tables:
        return {"wall": wall, "check": common.check_w2(*read_model(tables, tables.served().values()))}


def w4() -> dict[str, Any]:
    """The same as of one point, from the log, into tables that are gone with the answer."""
    with open_tables(opened()) as log, temporary_tables() as beside:
        began = perf_counter()
        n = histories.number_at(log.database, as_of(common.EXP["w4_asof_ts"], None, "recorded"))
        blank = [fresh(each, 0) for each in READ_MODEL]
        model = read_model(beside, build(beside, log.database, blank, n, projections=READ_MODEL))
        return {"wall": perf_counter() - began, "check": common.check_w2(*model, "w4")}


def read_model(tables: Any, halves: Any) -> tuple[dict[Any, Any], dict[str, str]]:
    """Totals and statuses as the workload's check wants them."""
    totals, statuses = {}, {}
    for half in halves:
        for _, _, cells in tables.rows(half.projection, half.half):
            row = msgspec.json.decode(cells)
            if half.projection == TOTALS.NAME:
                totals[tuple(row[:3])] = row[3:]
            else:
                statuses[row[0]] = row[1]
    return totals, statuses


def with_processor(work: Work) -> Work:
    """The same, which also tells its seconds of processor."""

    def go() -> dict[str, Any]:
        began = process_time()
        done = work()
        return {**done, "cpu": process_time() - began}

    return go


W2: dict[str, Work] = {
    "raw SQLite, orjson": raw_sqlite.w2_orjson,
    "raw SQLite, json": raw_sqlite.w2_scan,
    "SQL inside SQLite": raw_sqlite.w2_sql,
    "ours": w2,
}
W4: dict[str, Work] = {
    "raw SQLite, json": raw_sqlite.w4_scan,
    "SQL inside SQLite": raw_sqlite.w4_sql,
    "ours": w4,
}


def compare(name: str, peers: dict[str, Work], events: int) -> None:
    """All peers in turn, RUNS times; ours of each other's speed, round by round."""
    rounds: dict[str, list[dict[str, Any]]] = {peer: [] for peer in peers}
    for _ in range(RUNS):
        for peer, work in peers.items():
            done = common.isolated(with_processor(work))
            assert done.get("check") == "ok", f"{name} {peer}: {done}"
            rounds[peer].append(done)
    for peer, runs in rounds.items():
        wall = median(run["wall"] for run in runs)
        print(f"{name}  {peer:20} {wall:6.2f} s  {events / wall:8,.0f}/s", end="")
        print(f"  peak {max(run['rss_mb'] for run in runs):4.0f} MB", end="")
        for what in ("wall", "cpu"):
            times = [run[what] / our[what] for run, our in zip(runs, rounds["ours"], strict=True)]
            told = f"{median(times):.2f} ({min(times):.2f} to {max(times):.2f})"
            print(f"  ours by {what}: {told} of it" if peer != "ours" else "", end="")
        print(flush=True)


# ---------------------------------------------------------------------- W3


def w3() -> None:
    """Load one application of 50 events, as a command does that acts on it."""
    municipalities = dict(_municipalities(set(common.EXP["w3_streams"])))

    def opener() -> Callable[[str], int]:
        connection = opened().connection

        def find(application: str) -> int:
            stream = f"{municipalities[application]}-{application}"
            found = Transaction(connection, now).find(Application, stream)
            return found.version if found else 0

        return find

    told: list[tuple[str, dict[str, Any]]] = []
    common.RUNS, common.emit = RUNS, lambda peer, _what, **figures: told.append((peer, figures))
    common.run_w3("raw SQLite", raw_sqlite.opener)
    common.run_w3("ours", opener)
    for peer in ("raw SQLite", "ours"):
        p50, p99 = (median(run[p] for one, run in told if one == peer) for p in ("p50_ms", "p99_ms"))
        print(f"w3  {peer:20} p50 {p50:.2f} ms  p99 {p99:.2f} ms", flush=True)


def _municipalities(applications: set[str]) -> Iterator[tuple[str, str]]:
    for line in common.events(raw=True):
        data = json.loads(line)["data"]
        if data["application_id"] in applications:
            yield data["application_id"], data["municipality"]


# ---------------------------------------------------------------------- the event library


def library() -> None:
    """Its projection runner into a view of the same database, as its documentation shows it, and ours."""
    from w1_postgres import es_app

    es_app.events = lambda: common.events(LIBRARY)
    es_app.load()
    runs = []
    for _ in range(RUNS):
        theirs, ours = common.isolated(lambda: es_app.w2_pg(LIBRARY)), common.isolated(w2)
        runs.append((theirs["events_per_s"], 1_000_000 / ours["wall"]))
    times = [ours / theirs for theirs, ours in runs]
    print(
        f"w2  event library        {median(theirs for theirs, _ in runs):8,.0f}/s of the first {LIBRARY:,} events",
        end="",
    )
    print(f"  ours {median(times):.0f} times as many ({min(times):.0f} to {max(times):.0f})", flush=True)


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["w2", "w3", "w4"]
    common.isolated(load)  # so that what it takes is in nobody's peak
    if "w2" in chosen:
        compare("w2", W2, 1_000_000)
    if "w3" in chosen:
        w3()
    if "w4" in chosen:
        compare("w4", W4, common.EXP["w4_asof_pos"])
    if "library" in chosen:
        library()
