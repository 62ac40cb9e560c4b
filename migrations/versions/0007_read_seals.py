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
    "ALTER TABLE read_tables ADD COLUMN total TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE read_runs ADD COLUMN read_through INTEGER NOT NULL DEFAULT 0",
)

BROKEN = """
UPDATE read_tables SET digest = ''
    WHERE projection = {row}.projection AND half = {row}.half AND is_whole = 1 AND digest <> '';
"""

EVENTS = {
    "inserted": ("INSERT", ("NEW",)),
    "updated": ("UPDATE", ("OLD", "NEW")),
    "deleted": ("DELETE", ("OLD",)),
}

ON_SERVER = """
CREATE FUNCTION read_rows_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {broken}
    RETURN NULL;
END $$
"""

EMPTIED = """
CREATE FUNCTION read_rows_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE read_tables SET digest = '' WHERE is_whole = 1;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Add the columns and the triggers. Read tables that have no sum yet are built again by the next night."""
    is_server = op.get_bind().dialect.name == "postgresql"
    for statement in SUMS:
        op.execute(statement)
    for name, (event, rows) in EVENTS.items():
        broken = "".join(BROKEN.format(row=row) for row in rows)
        trigger = f"CREATE TRIGGER read_rows_{name} AFTER {event} ON read_rows FOR EACH ROW"
        if is_server:
            op.execute(ON_SERVER.format(name=name, broken=broken))
            op.execute(f"{trigger} EXECUTE FUNCTION read_rows_{name}()")
        else:
            op.execute(f"{trigger} BEGIN {broken} END")
    if is_server:
        op.execute(EMPTIED)
        truncated = "CREATE TRIGGER read_rows_truncated AFTER TRUNCATE ON read_rows FOR EACH STATEMENT"
        op.execute(f"{truncated} EXECUTE FUNCTION read_rows_truncated()")
