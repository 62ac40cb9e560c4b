"""0006: on a server, less to write and to look up for each event, and for each number of the log."""

from __future__ import annotations

from alembic import op

from migrations import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep what stands in the tables; a file has nothing to change."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in postgresql.FEWER_LOOKS:
            op.execute(statement)
