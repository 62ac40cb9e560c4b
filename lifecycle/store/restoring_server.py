"""サーバへの復元: a new store on a server from the stored bytes of a log; all of them, or no store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from lifecycle.errors import AlreadyRecorded
from lifecycle.store.entries import Entry, columns, later
from lifecycle.store.migrate import rebuild_inline
from lifecycle.store.server_database import ServerDatabase

PAGE = 1_000

EVENTS = "COPY events (stream, version, type, recorded_at, effective_on, entry) FROM STDIN"
SEALS = "COPY seals (n, stream, version, known_at) FROM STDIN"
COMMAND = "INSERT INTO commands (command_id, body_sha256, result) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"

Numbered = tuple[int, Entry, bytes]
Answered = tuple[Numbered, tuple[str, str, bytes] | None]
"""An event with its number and bytes, and the answer of its command if it is the first of it."""


def write(store: ServerDatabase, events: Iterable[Answered], check: Any) -> int:
    """Make the store, and write these events, in one transaction, at whose end `check` may refuse them.

    Raises:
        AlreadyRecorded: the database holds tables.
    """
    from alembic import command
    from alembic.config import Config

    import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.migrating() as (connection, database):
        if store.tables(connection):
            raise AlreadyRecorded(
                f"{store.place} holds tables already; a log is restored into a database of its own, which is empty"
            )
        config.attributes["connection"] = database
        command.upgrade(config, "head")
        count = _insert(connection.raw, iter(events))
        rebuild_inline(connection)
        check(count)
    return count


def _insert(raw: Any, events: Iterator[Answered]) -> int:
    count, known_at = 0, None
    while page := list(islice(events, PAGE)):
        seals = []
        for (n, entry, _), _ in page:
            known_at = later(entry.recorded_at, known_at)
            seals.append((n, entry.stream, entry.version, known_at))
        with raw.cursor() as cursor:
            _copy(cursor, EVENTS, ((*columns(entry), stored) for (_, entry, stored), _ in page))
            _copy(cursor, SEALS, seals)
            cursor.executemany(COMMAND, [answer for _, answer in page if answer])
        count += len(page)
    return count


def _copy(cursor: Any, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)
