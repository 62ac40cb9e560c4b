"""0007: the sum of a read table's rows is kept, and a whole one that is written to from outside loses its digest.

A half is not whole while a run writes it: the triggers take nothing from a run, and need no mark to know one by.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SUMS = (
    "DELETE FROM read_rows",
    "DELETE FROM read_tables",
    "ALTER TABLE read_tables ADD COLUMN total TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE read_runs ADD COLUMN read_through INTEGER NOT NULL DEFAULT 0",
)

IN_FILE = """
CREATE TRIGGER read_rows_{name} AFTER {event} ON read_rows BEGIN
    UPDATE read_tables SET digest = ''
        WHERE is_whole = 1 AND digest <> '' AND (projection, half) IN (VALUES {rows});
END
"""

FILE_EVENTS = {
    "inserted": ("INSERT", "(NEW.projection, NEW.half)"),
    "updated": ("UPDATE", "(OLD.projection, OLD.half), (NEW.projection, NEW.half)"),
    "deleted": ("DELETE", "(OLD.projection, OLD.half)"),
}

ON_SERVER = """
CREATE FUNCTION read_rows_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE read_tables SET digest = ''
        WHERE is_whole = 1 AND digest <> '' AND (projection, half) IN ({rows});
    RETURN NULL;
END $$
"""

ROWS_OF = "SELECT projection, half FROM {table}"

SERVER_EVENTS = {
    "inserted": ("INSERT", {"NEW": "came"}),
    "updated": ("UPDATE", {"OLD": "went", "NEW": "came"}),
    "deleted": ("DELETE", {"OLD": "went"}),
}
"""Once a statement, however many rows it writes: a run copies thousands at a time."""

EMPTIED = """
CREATE FUNCTION read_rows_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE read_tables SET digest = '' WHERE is_whole = 1;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Add the columns and the triggers. The read tables, which have no sums, are left to the next night to build."""
    for statement in SUMS:
        op.execute(statement)
    guard()


def guard() -> None:
    """The triggers."""
    if op.get_bind().dialect.name != "postgresql":
        for name, (event, rows) in FILE_EVENTS.items():
            op.execute(IN_FILE.format(name=name, event=event, rows=rows))
        return
    for name, (event, tables) in SERVER_EVENTS.items():
        rows = " UNION ALL ".join(ROWS_OF.format(table=table) for table in tables.values())
        op.execute(ON_SERVER.format(name=name, rows=rows))
        referencing = " ".join(f"{when} TABLE AS {table}" for when, table in tables.items())
        trigger = f"CREATE TRIGGER read_rows_{name} AFTER {event} ON read_rows REFERENCING {referencing}"
        op.execute(f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION read_rows_{name}()")
    op.execute(EMPTIED)
    truncated = "CREATE TRIGGER read_rows_truncated AFTER TRUNCATE ON read_rows FOR EACH STATEMENT"
    op.execute(f"{truncated} EXECUTE FUNCTION read_rows_truncated()")
