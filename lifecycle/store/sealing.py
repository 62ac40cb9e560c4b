"""The sealer (封): gives committed events their numbers in the log, on a server, after the commit.

A number drawn at the insert would be seen out of order: a reader that follows it passes over whatever commits
late. So each append leaves its events in `unsealed` too, in the same transaction; the sealer takes them from there
in the order in which they were drawn, which keeps every stream and every cap in its own, and gives `n`, gapless.

Sealing is a commit of its own, and waits for the disk like one. A writer that is alone seals each command; of many,
each seals now and then, for all.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from lifecycle.store.entries import later
from lifecycle.store.postgres import Connection

SEALER = int.from_bytes(b"grants", "big")
"""Key of the lock that says who seals. Nobody waits for it, least of all an append."""

REST_MS = 50
"""How long a writer leaves sealing to the others, once it has met one."""

BATCH = 1000
TRY = "SELECT pg_try_advisory_xact_lock(?)"
HOLD = "SELECT pg_try_advisory_lock(?)"
TAIL = "SELECT n, known_at FROM seals ORDER BY n DESC LIMIT 1"
UNSEALED = f"SELECT pos, stream, version, recorded_at FROM unsealed ORDER BY pos LIMIT {BATCH}"
SEAL = """
WITH gone AS (DELETE FROM unsealed WHERE pos = ANY (%(pos)s::bigint[]))
INSERT INTO seals (n, stream, version, known_at)
SELECT * FROM unnest(%(n)s::bigint[], %(stream)s::text[], %(version)s::integer[], %(known_at)s::text[])
"""


class OwnSeals:
    """What one writer does about sealing: after each of its commands, and before it goes."""

    def __init__(self) -> None:
        self._left = 0
        self._rests_until: float = 0

    def after(self, connection: Connection, written: int) -> None:
        """Seal what a command has written, unless other writers were met a moment ago."""
        self._left += written
        if monotonic() >= self._rests_until:
            self._seal(connection)

    def at_the_end(self, connection: Connection) -> None:
        """Seal what was left to others, who may have gone too."""
        if self._left:
            self._seal(connection)

    def _seal(self, connection: Connection) -> None:
        """Others are met where one of them seals, or where something waits that this writer has not left."""
        sealed = seal(connection)
        if sealed is None or sealed > self._left:
            self._rests_until = monotonic() + REST_MS / 1000
        if sealed is not None:
            self._left = 0


def seal(connection: Connection) -> int | None:
    """Number what is committed and has no number; how many events, or None when another sealer is at it."""
    sealed = 0
    while True:
        count = _seal_batch(connection)
        if count is None:
            return None
        sealed += count
        if count < BATCH:
            return sealed


def _seal_batch(connection: Connection) -> int | None:
    raw = connection.raw
    try:
        with raw.pipeline():
            connection.execute("BEGIN")
            mine = connection.execute(TRY, (SEALER,))
            tail = connection.execute(TAIL)  # statements after the lock, so they see what the last sealer did
            waiting = connection.execute(UNSEALED)
        is_mine = mine.fetchone()[0]  # type: ignore[index]
        rows = waiting.fetchall()
        if not is_mine or not rows:
            return 0 if is_mine else None
        with raw.pipeline():
            connection.execute(SEAL, _numbered(rows, tail.fetchone()))
            connection.execute("COMMIT")
        return len(rows)
    finally:
        if not connection.is_lost and connection.in_transaction:
            connection.execute("ROLLBACK")


def _numbered(rows: list[tuple[Any, ...]], tail: tuple[int, str] | None) -> dict[str, list[Any]]:
    n, known_at = tail or (0, None)
    known = []
    for *_, recorded_at in rows:
        known_at = later(recorded_at, known_at)
        known.append(known_at)
    return {
        "pos": [row[0] for row in rows],
        "n": list(range(n + 1, n + 1 + len(rows))),
        "stream": [row[1] for row in rows],
        "version": [row[2] for row in rows],
        "known_at": known,
    }
