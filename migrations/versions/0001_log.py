"""0001: the append-only log, the commands that wrote it, and the triggers that keep both as they are."""

from __future__ import annotations

from alembic import op

from migrations import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EVENTS = """
CREATE TABLE events (
    n INTEGER NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    entry BLOB NOT NULL,
    UNIQUE (stream, version)
)
"""

COMMANDS = """
CREATE TABLE commands (
    command_id TEXT NOT NULL PRIMARY KEY,
    body_sha256 TEXT NOT NULL,
    result BLOB NOT NULL
) WITHOUT ROWID
"""

# A row trigger does not see what INSERT OR REPLACE deletes unless recursive_triggers is on, and another
# program may leave it off: so an insert that is not exactly the next one is refused by itself.
EVENTS_ONLY_NEXT = """
CREATE TRIGGER events_only_next BEFORE INSERT ON events BEGIN
    SELECT RAISE(ABORT, 'the log is gapless: an event has the next number')
    WHERE NEW.n IS NOT (SELECT coalesce(max(n), 0) + 1 FROM events);
    SELECT RAISE(ABORT, 'a stream is gapless: an event has its next version')
    WHERE NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM events WHERE stream = NEW.stream);
    SELECT RAISE(ABORT, 'recorded_at strictly increases')
    WHERE NEW.recorded_at <= (SELECT recorded_at FROM events WHERE n = NEW.n - 1);
END
"""

COMMANDS_ONCE = """
CREATE TRIGGER commands_once BEFORE INSERT ON commands BEGIN
    SELECT RAISE(ABORT, 'a command id stands for one command')
    WHERE EXISTS (SELECT 1 FROM commands WHERE command_id = NEW.command_id);
END
"""


def upgrade() -> None:
    """Create the log."""
    if op.get_context().dialect.name == "postgresql":
        for statement in postgresql.LOG:
            op.execute(statement)
        return
    op.execute(EVENTS)
    op.execute(COMMANDS)
    op.execute(EVENTS_ONLY_NEXT)
    op.execute(COMMANDS_ONCE)
    for table in ("events", "commands"):
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
