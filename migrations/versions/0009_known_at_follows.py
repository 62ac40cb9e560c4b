"""0009: on a server the moment from which an event is known follows from its entry, whatever the queue says of it."""

from __future__ import annotations

from alembic import op

from migrations import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The trigger on seals looks at one thing more; what is sealed stays as it is. A file has no seals."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(postgresql.KNOWN_AT_FOLLOWS)
