"""0008: a run notes which read tables it left served, and by which marks it would know that somebody was at them."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ("marks", "served")


def upgrade() -> None:
    """Add the columns. Runs of before have none: the next night reads every row."""
    for name in COLUMNS:
        op.execute(f"ALTER TABLE read_runs ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")
