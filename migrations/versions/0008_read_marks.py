"""0008: a run notes which read tables it left served, and by which marks it would know that somebody was at them."""

from __future__ import annotations

from importlib import import_module

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ("marks", "served")

OF_AN_EARLIER_0007 = {
    "sqlite": """
        SELECT count(*) FROM sqlite_master
        WHERE type = 'trigger' AND tbl_name = 'read_rows' AND sql LIKE '%FOR EACH ROW%'
    """,
    "postgresql": """
        SELECT count(*) FROM pg_trigger
        WHERE tgrelid = 'read_rows'::regclass AND NOT tgisinternal AND tgtype & 1 = 1
    """,
}
"""Stores of its first days have triggers that do the same in other words."""

DROP = {"sqlite": "DROP TRIGGER IF EXISTS {name}", "postgresql": "DROP FUNCTION IF EXISTS {name}() CASCADE"}


def upgrade() -> None:
    """Add the columns; runs of before have none in them, so the next night reads every row. All triggers as in 0007."""
    for name in COLUMNS:
        op.execute(f"ALTER TABLE read_runs ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")
    database = op.get_bind()
    kind = database.dialect.name
    if database.execute(text(OF_AN_EARLIER_0007[kind])).scalar_one():
        for done in ("inserted", "updated", "deleted", "truncated"):
            op.execute(DROP[kind].format(name=f"read_rows_{done}"))
        import_module("migrations.versions.0007_read_seals").guard()
