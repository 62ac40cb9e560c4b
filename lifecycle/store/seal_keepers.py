"""Who keeps others from sealing: any login of the database may hold the lock that says who seals, and seal nothing."""

from __future__ import annotations

from time import monotonic, sleep
from typing import NamedTuple

from lifecycle.store.entries import instant
from lifecycle.store.link import Connection
from lifecycle.store.sealing import SEALER

PATIENCE_MS = 1_000
"""How long what waits for its seal may wait while somebody holds the lock; whoever seals needs a twentieth of it."""

PAUSE_MS = 50

KEEPERS = """
SELECT l.pid, a.usename::text, a.application_name, a.backend_start
FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid <> pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32) | l.objid::bigint = ?::bigint
ORDER BY l.pid
"""
"""Every role sees the process, its user and what it calls itself; when it connected only whoever may see that."""

WAITS = "SELECT count(*), min(pos), coalesce(bool_or(pos = ?::bigint), false) FROM unsealed"


class Keeper(NamedTuple):
    """A process of the server that holds the lock; `connected_at` None where this role may not know."""

    pid: int
    user: str | None
    application: str | None
    connected_at: str | None

    def __str__(self) -> str:
        since = f", connected since {self.connected_at}" if self.connected_at else ""
        return f"process {self.pid} of the server (user {self.user}, application {self.application!r}{since})"


class Kept(NamedTuple):
    """Events that wait for their seal, and those who keep them waiting."""

    events: int
    keepers: list[Keeper]

    def __str__(self) -> str:
        who = " and ".join(map(str, self.keepers))
        ends = "; ".join(f"SELECT pg_terminate_backend({keeper.pid})" for keeper in self.keepers)
        return (
            f"{self.events:,} events wait for their number in the log: {who} holds the lock of whoever seals, and "
            "seals nothing. If that is a `grants seal --follow`, start it anew; if not, let its user, or whoever "
            f"administers the server, end it: {ends}"
        )


def keepers(connection: Connection) -> list[Keeper]:
    """Who holds the lock beside this connection: a sealer at its work, or somebody else."""
    found = connection.execute(KEEPERS, (SEALER,))
    return [Keeper(pid, user, named, since and instant(since)) for pid, user, named, since in found]


def kept(connection: Connection) -> Kept | None:
    """Who keeps events from being sealed; None when none wait, or the first of them is sealed before long."""
    until = monotonic() + PATIENCE_MS / 1000
    events, first, _ = _waiting(connection, None)
    while events and (found := keepers(connection)):
        if monotonic() >= until:
            return Kept(events, found)
        sleep(PAUSE_MS / 1000)
        events, _, is_waiting = _waiting(connection, first)
        if not is_waiting:
            return None
    return None


def _waiting(connection: Connection, first: int | None) -> tuple[int, int | None, bool]:
    """How many events wait, the first of them, and whether the one that was the first still does."""
    return connection.execute(WAITS, (first,)).fetchone()  # type: ignore[return-value]  # it has one row
