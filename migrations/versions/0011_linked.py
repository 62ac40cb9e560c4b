"""0011: a file takes no event without its digest: a program of before 0010 that still has it open breaks no chain.

A server has no chain (lifecycle/store/chain.py).
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LINKED = """
CREATE TRIGGER events_linked BEFORE INSERT ON events WHEN NEW.chain IS NULL BEGIN
    SELECT RAISE(ABORT, 'a newer program has migrated it, which links each event to the one before: use that');
END
"""


def upgrade() -> None:
    """Who opened the file before it was migrated never asks for its version again, so the file itself refuses it."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute(LINKED)
