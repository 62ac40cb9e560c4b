"""Read tables of the ledger itself: a whole build, nights, an as-of answer and peak memory, beside a raw scan.

    python -m benchmarks.nightly [EVENTS ...]        default 10000 100000

The log is the golden life of an authority, over and over under other codes and years. The raw scan reads every entry
in order, decodes its JSON, adds up the amounts and writes the sums into a table: the least that any rebuild has to do.
Processor seconds stand beside the clock's: others are at work on the machine.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import msgspec

from lifecycle.nightly import nightly
from lifecycle.nightly.folding import build, fresh
from lifecycle.programme.authorities import all_authorities
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store import migrate, open_store
from lifecycle.store.chain import BEGINNING, linked
from lifecycle.store.embedded import INSERT
from lifecycle.store.entries import instant
from lifecycle.store.read_tables import open_tables, temporary_tables

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "life.v1.jsonl"
LAST = "SELECT n, chain FROM events ORDER BY n DESC LIMIT 1"
BEGAN = datetime(2025, 4, 1, tzinfo=UTC)
NIGHTS = (100, 1_000, 1_000, 1_000, 10_000, 10_000)
"""Events that come before each night. Every half is brought forward every second night, with two nights' events."""


def entries(first: int, count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of the log from a number on, each with a number and an instant of its own."""
    lines = GOLDEN.read_bytes().splitlines()
    life = [line for line in lines if json.loads(line)["stream"].startswith("340006-20")]
    codes = [authority.code for authority in all_authorities()]
    for n in range(first, first + count):
        turn, place = divmod(n - 1, len(life))
        again, who = divmod(turn, len(codes))
        line = life[place]
        for year in (2026, 2025):  # the later one first, or it would be moved twice
            old, new = f"340006-{year}", f"{codes[who]}-{year + 2 * again}"
            line = line.replace(old.encode(), new.encode())
        told = json.loads(line.replace(b"340006", codes[who].encode()))
        told["recorded_at"] = instant(BEGAN + timedelta(seconds=n))
        head = (n, told["stream"], told["version"], told["type"], told["recorded_at"], told["effective_on"])
        yield (*head, msgspec.json.encode(told, order="sorted"))


def now() -> datetime:
    """The clock of the runs' records."""
    return datetime.now(UTC)


def next_month() -> datetime:
    """A night on which every row is read again."""
    return now() + timedelta(days=30)


def opened(path: Path) -> Any:
    """The store."""
    store = open_store(f"sqlite:///{path}", now)
    if store.is_new():
        migrate.migrate(store)
    return store


def grow(store: Any, count: int) -> None:
    """So many events more."""
    last, chain = store.connection.execute(LAST).fetchone() or (0, BEGINNING)
    rows = linked(entries(last + 1, count), chain)
    while page := list(islice(rows, 20_000)):
        store.connection.execute("BEGIN")
        store.connection.executemany(INSERT, page)
        store.connection.execute("COMMIT")


def raw_scan(store: Any) -> None:
    """Read, decode, add up and write."""
    sums: dict[tuple[str, str], int] = {}
    for stream, entry in store.connection.execute("SELECT stream, entry FROM events ORDER BY n"):
        event = msgspec.json.decode(entry)
        key = (stream, event["type"])
        amount_yen = event["data"].get("amount_yen") if isinstance(event["data"], dict) else 0
        sums[key] = sums.get(key, 0) + (amount_yen or 0)
    store.connection.execute("CREATE TEMP TABLE sums (stream TEXT, type TEXT, amount_yen BIGINT)")
    store.connection.executemany(
        "INSERT INTO sums VALUES (?, ?, ?)", ((*key, yen) for key, yen in sums.items())
    )
    store.connection.execute("DROP TABLE sums")


class Timed(NamedTuple):
    """Seconds on the clock and of the processor."""

    wall: float
    cpu: float


def timed(work: Callable[[], Any]) -> Timed:
    """How long it takes."""
    wall, cpu = perf_counter(), process_time()
    work()
    return Timed(perf_counter() - wall, process_time() - cpu)


def as_of(store: Any, n: int) -> None:
    """Every read table folded for one point."""
    with open_tables(store) as log, temporary_tables() as tables:
        build(tables, log.database, [fresh(each, 0) for each in NIGHTLY], n)


def measure(path: Path, count: int) -> None:
    """One size. The peak is that of the build: it is read before anything else is done."""
    store = opened(path)
    whole = timed(lambda: nightly(store, now))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    raws = [timed(lambda: raw_scan(store)) for _ in range(3)]
    raw = Timed(min(one.wall for one in raws), min(one.cpu for one in raws))
    first = timed(lambda: (grow(store, 100), nightly(store, now)))
    print(
        f"{count:>9,} events  raw {count / raw.cpu:>9,.0f}/s  build {count / whole.cpu:>8,.0f}/s "
        f"({raw.wall / whole.wall:.2f} of raw, by processor {raw.cpu / whole.cpu:.2f})  peak {peak} MB  "
        f"night that copies the other half {first.cpu * 1000:,.0f} ms"
    )
    for new in NIGHTS:
        grow(store, new)
        told = timed(lambda: nightly(store, now))
        print(
            f"{'':9} night, {new:>6,} new: {told.wall * 1000:>7,.0f} ms, processor {told.cpu * 1000:>7,.0f} ms"
        )
    grow(store, 100)
    all_read = timed(lambda: nightly(store, next_month))
    point = timed(lambda: as_of(store, count * 3 // 4))
    print(
        f"{'':9} night, every row read: {all_read.wall * 1000:>7,.0f} ms, processor {all_read.cpu * 1000:,.0f} ms\n"
        f"{'':9} as of 3/4: {point.wall:.2f} s ({point.wall / (raw.wall * 3 / 4):.1f} times raw, "
        f"by processor {point.cpu / (raw.cpu * 3 / 4):.1f})",
        flush=True,
    )


def in_own_process(*words: str) -> None:
    """One step, so that its peak memory is its own."""
    subprocess.run([sys.executable, "-m", "benchmarks.nightly", *words], check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["load", path, count]:
            grow(opened(Path(path)), int(count))
        case ["measure", path, count]:
            measure(Path(path), int(count))
        case sizes:
            for size in sizes or ("10000", "100000"):
                with tempfile.TemporaryDirectory() as folder:
                    for step in ("load", "measure"):
                        in_own_process(step, f"{folder}/grants.db", size)
