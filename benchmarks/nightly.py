"""W2 on the ledger itself: what a whole build, a night with new events and an as-of answer cost, beside a raw scan.

    python -m benchmarks.nightly [EVENTS ...]        default 10000 100000

The log is the golden life of an authority, over and over under other codes. The raw scan reads every entry in order,
decodes its JSON, adds up the amounts and writes the sums into a table: the least that any rebuild has to do.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from lifecycle.nightly import nightly
from lifecycle.nightly.folding import build, fresh
from lifecycle.programme.authorities import all_authorities
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store import migrate, open_store
from lifecycle.store.embedded import INSERT
from lifecycle.store.entries import instant
from lifecycle.store.read_tables import open_tables, temporary_tables

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "life.v1.jsonl"
NEW = 1_000
"""Events that come in a day."""


def entries(count: int) -> Any:
    """So many events, with numbers and instants of their own."""
    life = [
        line for line in GOLDEN.read_bytes().splitlines() if json.loads(line)["stream"].startswith("340006")
    ]
    codes = [authority.code for authority in all_authorities()]
    began = datetime(2025, 4, 1, tzinfo=UTC)
    n = 0
    for turn in range(count // len(life) + 1):
        code, year = codes[turn % len(codes)], 2025 + turn // len(codes) % 70
        for line in life:
            n += 1
            told = json.loads(
                line.replace(b"340006-2025", f"{code}-{year}".encode()).replace(b"340006", code.encode())
            )
            told["recorded_at"] = instant(began + timedelta(seconds=n))
            head = (
                n,
                told["stream"],
                told["version"],
                told["type"],
                told["recorded_at"],
                told["effective_on"],
            )
            yield (*head, msgspec.json.encode(told, order="sorted"))


def grown(path: Path, log: Any, count: int) -> Any:
    """The store with so many events more."""
    store = open_store(f"sqlite:///{path}", lambda: datetime.now(UTC))
    if store.is_new():
        migrate.migrate(store)
    store.connection.execute("BEGIN")
    store.connection.executemany(INSERT, islice(log, count))
    store.connection.execute("COMMIT")
    return store


def raw_scan(store: Any) -> float:
    """Seconds to read, decode, add up and write."""
    began = perf_counter()
    sums: dict[tuple[str, str], int] = {}
    for stream, entry in store.connection.execute("SELECT stream, entry FROM events ORDER BY n"):
        event = msgspec.json.decode(entry)
        key = (stream, event["type"])
        sums[key] = (
            sums.get(key, 0) + event["data"].get("amount_yen", 0) if isinstance(event["data"], dict) else 0
        )
    store.connection.execute("CREATE TEMP TABLE sums (stream TEXT, type TEXT, amount_yen BIGINT)")
    store.connection.executemany(
        "INSERT INTO sums VALUES (?, ?, ?)", ((*key, yen) for key, yen in sums.items())
    )
    store.connection.execute("DROP TABLE sums")
    return perf_counter() - began


def timed(work: Any) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    began = perf_counter()
    found = work()
    return perf_counter() - began, found


def as_of(store: Any, n: int) -> None:
    """Every read table folded for one point."""
    with open_tables(store) as log, temporary_tables() as tables:
        build(tables, log.database, [fresh(each, 0) for each in NIGHTLY], n)


def measure(count: int) -> None:
    """One size, in a process of its own, so that its peak memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        path, log = Path(folder) / "grants.db", entries(count + 10 * NEW)
        store = grown(path, log, count)
        raw = min(raw_scan(store) for _ in range(3))
        whole, run = timed(partial(nightly, store, lambda: datetime.now(UTC)))
        nights = []
        for _ in range(3):
            store = grown(path, log, NEW)
            nights.append(timed(partial(nightly, store, lambda: datetime.now(UTC)))[0])
        point, _ = timed(lambda: as_of(store, count * 3 // 4))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{count:>9,} events  raw {count / raw:>9,.0f}/s  build {run.events / whole:>8,.0f}/s "
            f"({raw / whole:.2f} of raw)  night of {NEW:,}: {min(nights) * 1000:>7,.0f} ms  "
            f"as of 3/4: {point:.2f} s ({point / (raw * 3 / 4):.1f} times raw)  peak {peak} MB"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        measure(int(sys.argv[2]))
    else:
        for size in sys.argv[1:] or ("10000", "100000"):
            subprocess.run([sys.executable, "-m", "benchmarks.nightly", "one", size], check=True)
