"""W1 of the peers' workload: commands a second on the product's own store, and raw SQLite in the same run.

GRANTS_BENCH=FOLDER BENCH_HOME=FOLDER [RUNS=3] [TURN=20] [PAIRS=N] python benchmarks/w1_sqlite.py [VARIANT...]
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from turns import VARIANTS, Peer, common, compare
from w1_application import YEN, Json, Writer, cap_row, id_from_file, random_id
from w1_by_hand import EmbeddedWriter

from lifecycle.store import inline, open_store, sqlite
from lifecycle.store.migrate import migrate

raw_sqlite: Any = import_module("raw_sqlite")


def empty_store(path: Path, caps: dict[str, int]) -> None:
    """A new store, with the workload's caps as rows in which nothing stands yet."""
    raw_sqlite.rm(str(path))
    migrate(open_store(f"sqlite:///{path}", lambda: datetime.now(UTC)))
    connection = sqlite.connect(path)
    rows = [cap_row(key, cap) for key, cap in caps.items()]
    connection.execute("BEGIN IMMEDIATE")
    inline.write_caps(connection, {}, {row.window.window: row for row in rows})
    connection.execute("COMMIT")
    connection.close()


def stored(path: Path) -> tuple[list[tuple[str, str, str, int, int]], int]:
    """The approvals in the log, and how many applications; cap rows and command ids must agree with them."""
    connection = sqlite.connect(path)
    entries = [json.loads(entry) for (entry,) in connection.execute("SELECT entry FROM events ORDER BY n")]
    used_yen = connection.execute("SELECT sum(used_yen) FROM cap_usage").fetchone()[0]
    commands = connection.execute("SELECT count(*) FROM commands").fetchone()[0]
    connection.close()
    data = [entry["data"] for entry in entries if entry["type"] == "bench.approved"]
    assert used_yen == sum(approval["amount"] for approval in data) * YEN
    assert commands == len(entries)
    approved = [(d["application_id"], d["municipality"], d["class_"], d["fy"], d["amount"]) for d in data]
    return approved, len(entries) - len(approved)


def file_of(name: str) -> Path:
    """A peer's own file."""
    return Path(common.DATA) / f"grants-w1-{name}.db"


def ours(name: str, id_of: Callable[[Json, str], str]) -> Peer:
    """The product, with command ids of one sort."""
    path = file_of(name)
    return Peer(
        lambda caps: empty_store(path, caps),
        lambda _number, _name: Writer(f"sqlite:///{path}", id_of),
        lambda: stored(path),
    )


def by_hand() -> Peer:
    """The product's tables, written by hand."""
    path = file_of("by-hand")
    return Peer(
        lambda caps: empty_store(path, caps),
        lambda _number, _name: EmbeddedWriter(path),
        lambda: stored(path),
    )


def raw(name: str, module: Any) -> Peer:
    """Hand-written SQL on one of the two SQLite libraries."""

    def on(act: Callable[..., Any]) -> Callable[..., Any]:
        def done(*told: Any) -> Any:
            raw_sqlite.sqlite3, raw_sqlite.F1 = module, str(file_of(name))
            return act(*told)

        return done

    return Peer(on(raw_sqlite.reset), on(raw_sqlite.Writer), on(raw_sqlite.verify))


PEERS = {
    "raw sqlite3": raw("raw", sqlite3),
    "ours": ours("ours", id_from_file),
    "ours, random ids": ours("random", random_id),
    "ours, by hand": by_hand(),
    "raw pysqlite3": raw("raw-pysqlite", sqlite.driver),
}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or VARIANTS:
        compare(chosen, PEERS, [title for title in PEERS if title.startswith("raw")])
