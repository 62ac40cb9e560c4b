"""W1 of the peers' workload: commands a second on the product's own store, and raw SQLite in the same run.

GRANTS_BENCH=FOLDER BENCH_HOME=FOLDER python benchmarks/w1_sqlite.py [VARIANT...]
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from w1_application import YEN, Writer, cap_row, id_from_file, random_id

from lifecycle.store import inline, open_store, sqlite
from lifecycle.store.migrate import migrate

sys.path[:0] = [os.environ["GRANTS_BENCH"], os.environ["GRANTS_BENCH"] + "/peers"]
common: Any = import_module("common")
raw_sqlite: Any = import_module("raw_sqlite")

VARIANTS = ("spread-1", "spread-4", "hot-1", "hot-4")
RUNS = int(os.environ.get("RUNS", "3"))
STORE = Path(common.DATA) / "grants-w1.db"

Row = dict[str, Any]


def empty_store(caps: dict[str, int]) -> None:
    """A new store, with the workload's caps as rows in which nothing stands yet."""
    raw_sqlite.rm(str(STORE))
    migrate(open_store(f"sqlite:///{STORE}", lambda: datetime.now(UTC)))
    connection = sqlite.connect(STORE)
    rows = [cap_row(key, cap) for key, cap in caps.items()]
    connection.execute("BEGIN IMMEDIATE")
    inline.write_caps(connection, {}, {row.window.window: row for row in rows})
    connection.execute("COMMIT")
    connection.close()


def stored() -> tuple[list[tuple[str, str, str, int, int]], int]:
    """The approvals in the log, and how many applications; cap rows and command ids must agree with them."""
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


def ours(id_of: Callable[[Row, str], str]) -> tuple[Any, Any, Any]:
    """The product, with command ids of one sort."""

    def make(_worker: int, _name: str) -> Writer:
        return Writer(f"sqlite:///{STORE}", id_of)

    return make, stored, empty_store


def raw(module: Any) -> tuple[Any, Any, Any]:
    """Hand-written SQL on one of the two SQLite libraries."""

    def reset(caps: dict[str, int]) -> None:
        raw_sqlite.sqlite3 = module
        raw_sqlite.reset(caps)

    return raw_sqlite.Writer, raw_sqlite.verify, reset


PEERS = {
    "raw sqlite3": raw(sqlite3),
    "ours": ours(id_from_file),
    "ours, random ids": ours(random_id),
    "raw pysqlite3": raw(sqlite.driver),
}


def measure(peer: str, variant: str) -> Row:
    """One run of one peer; it has to pass the workload's checks."""
    name, writers = variant.split("-")
    make, verify, reset = PEERS[peer]
    told: list[Row] = []
    common.RUNS, common.emit = 1, lambda _peer, _what, **figures: told.append(figures)
    common.run_w1(peer, make, verify, name, int(writers), reset)
    (row,) = told
    assert row.get("check") == "ok", f"{peer} {variant}: {row}"
    return row


def compare(variant: str) -> None:
    """All peers in turn, RUNS times; prints what each did, and its share of each raw peer in the same round."""
    rows: dict[str, list[Row]] = {peer: [] for peer in PEERS}
    for _ in range(RUNS):
        for peer in PEERS:
            rows[peer].append(measure(peer, variant))
    rates = {peer: [row["approved_per_s"] for row in rows[peer]] for peer in PEERS}
    for peer, runs in rates.items():
        p50, p99 = (median(row[f"approve_{p}_ms"] for row in rows[peer]) for p in ("p50", "p99"))
        print(f"{variant}w  {peer:16} {median(runs):5.0f}/s  p50 {p50:.2f} p99 {p99:.2f} ms", end="")
        print("".join(_share(runs, rates[other], other) for other in rates if other.startswith("raw")))
        print(f"{'':28}{' '.join(f'{run:.0f}' for run in runs)}", flush=True)


def _share(runs: list[float], others: list[float], other: str) -> str:
    shares = [run / beside for run, beside in zip(runs, others, strict=True)]
    return f"  {median(shares):.2f} of {other} ({min(shares):.2f} to {max(shares):.2f})"


if __name__ == "__main__":
    for chosen in sys.argv[1:] or VARIANTS:
        compare(chosen)
