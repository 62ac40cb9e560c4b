"""The sealer (封): gives committed events their numbers in the log, on a server, after the commit.

A number drawn at the insert would be seen out of order: a reader that follows it passes over whatever commits
late. So each append leaves its events in `unsealed` too, in the same transaction; the sealer takes them from there
in the order in which they were drawn, which keeps every stream and every cap in its own, and gives `n`, gapless.

Sealing is a commit of its own, and waits for the disk like one. So a writer seals its first command at once, and then
now and then what it and others have left, the more others the seldomer, and once more when it goes; whoever reads the
log seals before it reads.

`unsealed` is a queue, and may be written by whoever may seal. The sealer takes it at its word, which costs nothing; the
log's trigger, which has each event in hand anyway, refuses a seal that does not follow from the events. Then what does
not belong in the queue is dropped, and what is missing in its streams is put back; an event that nothing leads to is
put back when somebody asks for it (`put_back`), for that is a look at every event.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

import msgspec
import psycopg

from lifecycle.store.entries import later
from lifecycle.store.link import Connection
from lifecycle.store.postgres import BEGIN, SERVERS_PLANS

SEALER = int.from_bytes(b"grants", "big")
"""Key of the lock that says who seals. Nobody waits for it, least of all an append."""

REST_MS = 50
"""How long a writer that has sealed leaves what comes next."""

MANY = 10
"""How many times as long it rests, at most: as many writers as there are, each in its turn; or who seals is another."""

BATCH = 1000
TRY = "SELECT pg_try_advisory_xact_lock(?)"
HOLD = "SELECT pg_try_advisory_lock(?)"
TAIL = "SELECT n, known_at FROM seals ORDER BY n DESC LIMIT 1"
UNSEALED = f"SELECT pos, stream, version, recorded_at FROM unsealed ORDER BY pos LIMIT {BATCH}"
SEAL = """
WITH numbered AS MATERIALIZED (
    SELECT * FROM json_to_recordset(?::json) AS e (n bigint, pos bigint, stream text, version integer, known_at text)
), gone AS (DELETE FROM unsealed WHERE pos IN (SELECT pos FROM numbered))
INSERT INTO seals (n, stream, version, known_at) SELECT n, stream, version, known_at FROM numbered ORDER BY n
"""

REFUSED = {"23505", "23001"}
"""A seal that is there already, or that the log's trigger refuses: the queue names what it should not."""

NO_MOMENT = (ValueError, OverflowError)
"""What the queue says of an event is no moment, or one after which there is none."""

WAITING = "SELECT DISTINCT stream FROM unsealed"
DROP = """
DELETE FROM unsealed AS q WHERE (
    SELECT e.recorded_at FROM events AS e WHERE e.stream = q.stream AND e.version = q.version AND e.pos = q.pos
) IS DISTINCT FROM q.recorded_at
OR (SELECT s.n FROM seals AS s WHERE s.stream = q.stream AND s.version = q.version) IS NOT NULL
OR EXISTS (SELECT 1 FROM unsealed AS twin WHERE twin.pos = q.pos AND twin.stream = q.stream
    AND twin.version = q.version AND twin.recorded_at = q.recorded_at AND twin.ctid < q.ctid)
"""
"""What has its seal, names no event, or stands there twice; each looked up by its key."""

PUT_BACK = """
INSERT INTO unsealed (pos, stream, version, recorded_at)
SELECT pos, stream, version, recorded_at FROM events AS e
WHERE NOT EXISTS (SELECT 1 FROM seals AS s WHERE s.stream = e.stream AND s.version = e.version)
    AND NOT EXISTS (SELECT 1 FROM unsealed AS q WHERE q.pos = e.pos AND q.stream = e.stream AND q.version = e.version)
"""
"""One statement sees an event before its seal, or after it: what somebody else is about to seal is never put back."""


class OwnSeals:
    """What one writer does about sealing: after each of its commands, and before it goes."""

    def __init__(self) -> None:
        self._left = 0
        self._rests_until: float = 0

    def are_due(self, written: int) -> bool:
        """A command has written so many events; True unless this writer sealed a moment ago."""
        self._left += written
        return monotonic() >= self._rests_until

    def at_the_end(self, connection: Connection) -> None:
        """Seal what was left to others, who may have gone too."""
        if self._left:
            self.seal(connection)

    def seal(self, connection: Connection) -> None:
        """Seal, and rest the longer the more of it was written by others."""
        left, sealed = self._left, seal(connection)
        if sealed is not None:
            self._left = 0
        writers = MANY if sealed is None or sealed < left else max(1, sealed // max(1, left))
        self._rests_until = monotonic() + min(writers, MANY) * REST_MS / 1000


def seal(connection: Connection) -> int | None:
    """Number what is committed and has no number; how many events, or None when another sealer is at it."""
    sealed = 0
    while True:
        count = _next_batch(connection)
        if count is None:
            return None
        sealed += count
        if count < BATCH:
            return sealed


def put_back(connection: Connection) -> int:
    """Put events that stand neither in the log nor in the queue back into the queue; how many there were."""
    _, _, found, _ = connection.together(BEGIN, (SERVERS_PLANS, ()), (PUT_BACK, ()), ("COMMIT", ()))
    return found.rowcount


def _next_batch(connection: Connection) -> int | None:
    while True:
        try:
            return _seal_batch(connection)
        except NO_MOMENT:
            if not _put_right(connection):
                raise
        except psycopg.Error as error:
            if error.sqlstate not in REFUSED or not _put_right(connection):
                raise


def _put_right(connection: Connection) -> int:
    """Drop from the queue what does not belong there, and put back what is missing in its streams; how many rows."""
    try:
        _, mine, waiting = connection.together(BEGIN, (TRY, (SEALER,)), (WAITING, ()))
        if not mine.fetchone()[0]:  # type: ignore[index]
            return 1  # another one seals, and puts it right
        streams = [row[0] for row in waiting]
        dropped, back, _ = connection.together(
            (DROP, ()), (f"{PUT_BACK} AND e.stream = ANY (?::text[])", (streams,)), ("COMMIT", ())
        )
        return dropped.rowcount + back.rowcount
    finally:
        if not connection.is_lost and connection.in_transaction:
            connection.execute("ROLLBACK")


def _seal_batch(connection: Connection) -> int | None:
    try:
        # statements after the lock, so they see what the last sealer did
        _, mine, tail, waiting = connection.together(BEGIN, (TRY, (SEALER,)), (TAIL, ()), (UNSEALED, ()))
        is_mine = mine.fetchone()[0]  # type: ignore[index]
        rows = waiting.fetchall()
        if not is_mine or not rows:
            return 0 if is_mine else None
        numbered = _numbered(rows, tail.fetchone())
        connection.together((SEAL, (msgspec.json.encode(numbered).decode(),)), ("COMMIT", ()))
        return len(rows)
    finally:
        if not connection.is_lost and connection.in_transaction:
            connection.execute("ROLLBACK")


def _numbered(rows: list[tuple[Any, ...]], tail: tuple[Any, ...] | None) -> list[dict[str, Any]]:
    last, known_at = tail or (0, None)
    numbered = []
    for n, (pos, stream, version, recorded_at) in enumerate(rows, last + 1):
        known_at = later(recorded_at, known_at)
        numbered.append({"n": n, "pos": pos, "stream": stream, "version": version, "known_at": known_at})
    return numbered
