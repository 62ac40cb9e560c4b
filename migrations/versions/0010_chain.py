"""0010: in a file each event's row holds a digest of it and of the row before; what stood before is linked as it is.

A server has no chain (lifecycle/store/chain.py).
"""

from __future__ import annotations

from typing import Any

from alembic import op

from lifecycle.store.chain import BEGINNING, link

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PAGE = 1_000
ROWS = f"SELECT n, entry, command_id, body_sha256, result FROM events WHERE n > ? ORDER BY n LIMIT {PAGE}"
KEPT = "CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events is append-only'); END"


def upgrade() -> None:
    """Add the digests; no entry's bytes are touched."""
    database = op.get_bind()
    if database.dialect.name == "postgresql":
        return
    _add_what_its_first_days_lacked(database)
    op.execute("ALTER TABLE events ADD COLUMN chain BLOB")
    op.execute("DROP TRIGGER IF EXISTS events_no_update")
    chain, reached = BEGINNING, -1
    while rows := database.exec_driver_sql(ROWS, (reached,)).fetchall():
        linked = []
        for n, entry, *command in rows:
            chain = link(chain, entry, (command[0], command[1], command[2]))
            linked.append((chain, n))
        database.exec_driver_sql("UPDATE events SET chain = ? WHERE n = ?", linked)
        reached = rows[-1][0]
    op.execute(KEPT)


def _add_what_its_first_days_lacked(database: Any) -> None:
    """0002 did not know at first on which day room came back last; the log tells, and whoever migrates folds it."""
    columns = {row[1] for row in database.exec_driver_sql("PRAGMA table_info(cap_usage)")}
    if "freed_on" not in columns:
        op.execute("ALTER TABLE cap_usage ADD COLUMN freed_on TEXT")
