"""0005: a command's id and answer stand in the row of its first event; `commands` becomes a view of them.

One row less to write per command: what is left beside the event is an entry of an index. A server keeps its table:
there, writers do not wait for one another's pages, and its append is one statement anyway.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = ("command_id TEXT", "body_sha256 TEXT", "result BLOB")

FIRST_EVENTS = """
CREATE TEMP TABLE first_events AS
    SELECT command, min(n) AS n FROM (
        SELECT n, CASE WHEN json_valid(CAST(entry AS TEXT)) THEN json_extract(CAST(entry AS TEXT), '$.command') END
            AS command
        FROM events
    ) GROUP BY command
"""

MOVE = """
UPDATE events SET command_id = c.command_id, body_sha256 = c.body_sha256, result = c.result
FROM commands AS c JOIN temp.first_events AS f ON f.command = c.command_id
WHERE events.n = f.n
"""

# A command that recorded nothing (`init` of a store that has its officers) has no event to stand with.
ANSWERS = """
CREATE TABLE answers (
    command_id TEXT NOT NULL PRIMARY KEY,
    body_sha256 TEXT NOT NULL,
    result BLOB NOT NULL
) WITHOUT ROWID
"""

LEFT = """
INSERT INTO answers
SELECT command_id, body_sha256, result FROM commands
WHERE command_id NOT IN (SELECT command FROM temp.first_events WHERE command NOT NULL)
"""

COMMANDS = """
CREATE VIEW commands AS
    SELECT command_id, body_sha256, result FROM events WHERE command_id IS NOT NULL
    UNION ALL SELECT command_id, body_sha256, result FROM answers
"""

# As in 0001, as one question instead of three; and a command's id is taken once.
EVENTS_ONLY_NEXT = """
CREATE TRIGGER events_only_next BEFORE INSERT ON events BEGIN
    SELECT CASE
    WHEN NEW.n IS NOT (SELECT coalesce(max(n), 0) + 1 FROM events)
        THEN RAISE(ABORT, 'the log is gapless: an event has the next number')
    WHEN NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM events WHERE stream = NEW.stream)
        THEN RAISE(ABORT, 'a stream is gapless: an event has its next version')
    WHEN NEW.recorded_at <= (SELECT recorded_at FROM events WHERE n = NEW.n - 1)
        THEN RAISE(ABORT, 'recorded_at strictly increases')
    WHEN EXISTS (SELECT 1 FROM events WHERE command_id = NEW.command_id)
        OR EXISTS (SELECT 1 FROM answers WHERE command_id = NEW.command_id)
        THEN RAISE(ABORT, 'a command id stands for one command')
    WHEN (NEW.command_id IS NULL) + (NEW.body_sha256 IS NULL) + (NEW.result IS NULL) NOT IN (0, 3)
        THEN RAISE(ABORT, 'a command id stands with its body and its answer')
    END;
END
"""

ANSWERS_ONCE = """
CREATE TRIGGER answers_once BEFORE INSERT ON answers BEGIN
    SELECT RAISE(ABORT, 'a command id stands for one command')
    WHERE EXISTS (SELECT 1 FROM commands WHERE command_id = NEW.command_id);
END
"""

KEPT = """
CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""


def upgrade() -> None:
    """Move the answers; the entries' bytes are not touched."""
    if op.get_bind().dialect.name == "postgresql":
        return
    for column in COLUMNS:
        op.execute(f"ALTER TABLE events ADD COLUMN {column}")
    for trigger in ("events_no_update", "events_only_next"):
        op.execute(f"DROP TRIGGER {trigger}")
    for statement in (FIRST_EVENTS, "CREATE INDEX temp.first_events_command ON first_events (command)"):
        op.execute(statement)
    for statement in (ANSWERS, LEFT, MOVE, "DROP TABLE temp.first_events", "DROP TABLE commands", COMMANDS):
        op.execute(statement)
    op.execute("CREATE UNIQUE INDEX events_command ON events (command_id) WHERE command_id IS NOT NULL")
    op.execute(EVENTS_ONLY_NEXT)
    op.execute(ANSWERS_ONCE)
    for table, verb in (("events", "UPDATE"), ("answers", "UPDATE"), ("answers", "DELETE")):
        op.execute(KEPT.format(table=table, name=verb.lower(), verb=verb))
