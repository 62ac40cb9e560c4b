"""W1 of the peers' workload: commands a second on the product's own store, and raw SQLite in the same run.

    GRANTS_BENCH=FOLDER BENCH_HOME=FOLDER python benchmarks/w1_sqlite.py [VARIANT...]
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from w1_application import YEN, Writer, cap_row

from lifecycle.store import inline, sqlite
from lifecycle.store.migrate import migrate

VARIANTS = ("spread-1", "spread-4", "hot-1", "hot-4")
RUNS = int(os.environ.get("RUNS", "3"))

sys.path[:0] = [os.environ["GRANTS_BENCH"], os.environ["GRANTS_BENCH"] + "/peers"]
common: Any = import_module("common")
raw_sqlite: Any = import_module("raw_sqlite")

STORE = Path(common.DATA) / "grants-w1.db"
Row = dict[str, Any]


def reset(caps: dict[str, int]) -> None:
    """An empty store, with the workload's caps as rows in which nothing stands."""
    raw_sqlite.rm(str(STORE))
    migrate(STORE)
    connection = sqlite.connect(STORE)
    rows = [cap_row(key, cap) for key, cap in caps.items()]
    connection.execute("BEGIN IMMEDIATE")
    inline.write_caps(connection, {}, {row.window.window: row for row in rows})
    connection.execute("COMMIT")
    connection.close()


def verify() -> tuple[list[tuple[str, str, str, int, int]], int]:
    """The approvals in the log, and how many applications it holds; the cap rows must say the same."""
    connection = sqlite.connect(STORE)
    entries = [json.loads(entry) for (entry,) in connection.execute("SELECT entry FROM events ORDER BY n")]
    used_yen = connection.execute("SELECT sum(used_yen) FROM cap_usage").fetchone()[0]
    commands = connection.execute("SELECT count(*) FROM commands").fetchone()[0]
    connection.close()
    data = [entry["data"] for entry in entries if entry["type"] == "bench.approved"]
    assert used_yen == sum(approval["amount"] for approval in data) * YEN
    assert commands == len(entries)
    approved = [(d["application_id"], d["municipality"], d["class_"], d["fy"], d["amount"]) for d in data]
    return approved, len(entries) - len(approved)


def ours(_: int, __: str) -> Writer:
    """A writer on the product's store."""
    return Writer(f"sqlite:///{STORE}")


def measure(peer: str, variant: str) -> Row:
    """One run of one peer, with the workload's checks."""
    name, writers = variant.split("-")
    raw_sqlite.sqlite3 = sqlite3 if peer == "raw sqlite3" else sqlite.driver
    make, check, empty = (
        (ours, verify, reset) if peer == "ours" else (raw_sqlite.Writer, raw_sqlite.verify, raw_sqlite.reset)
    )
    told: list[Row] = []
    common.emit = lambda peer, what, **figures: told.append(figures)
    common.RUNS = 1
    common.run_w1(peer, make, check, name, int(writers), empty)
    (row,) = told
    assert row.get("check") == "ok", f"{peer} {variant}: {row}"
    return row


PEERS = ("raw sqlite3", "ours", "raw pysqlite3")


def compare(variant: str) -> None:
    """Interleaved runs of all peers; prints their medians and the ratios."""
    rows: dict[str, list[Row]] = {peer: [] for peer in PEERS}
    for _ in range(RUNS):
        for peer in PEERS:
            rows[peer].append(measure(peer, variant))

    def middle(peer: str, figure: str) -> float:
        return median(row[figure] for row in rows[peer])

    rates = {peer: middle(peer, "approved_per_s") for peer in PEERS}
    for peer in PEERS:
        runs = " ".join(f"{row['approved_per_s']:7.0f}" for row in rows[peer])
        p50, p99 = middle(peer, "approve_p50_ms"), middle(peer, "approve_p99_ms")
        print(f"{variant + 'w':10} {peer:14} {rates[peer]:7.0f}/s   runs {runs}   p50 {p50:.2f} ms p99 {p99:.2f} ms")
    ratios = {peer: rates["ours"] / rates[peer] for peer in PEERS if peer != "ours"}
    print(f"{variant + 'w':10} " + "   ".join(f"ours / {peer} = {ratio:.2f}" for peer, ratio in ratios.items()))
    sys.stdout.flush()


if __name__ == "__main__":
    for chosen in sys.argv[1:] or VARIANTS:
        compare(chosen)
