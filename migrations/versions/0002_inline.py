"""0002: what rules read, written with the events it follows from: cap usage and slots of new applications."""

from __future__ import annotations

from alembic import op

from migrations import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CAP_USAGE = """
CREATE TABLE cap_usage (
    window TEXT NOT NULL PRIMARY KEY,
    authority TEXT NOT NULL,
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    strength TEXT NOT NULL,
    limit_yen BIGINT,
    source TEXT NOT NULL,
    fiscal_year INTEGER,
    project TEXT,
    first_year INTEGER,
    last_year INTEGER,
    requested_yen BIGINT NOT NULL,
    reserved_yen BIGINT NOT NULL,
    used_yen BIGINT NOT NULL,
    own_requested_yen BIGINT NOT NULL,
    own_reserved_yen BIGINT NOT NULL,
    own_used_yen BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    freed_on TEXT,
    CONSTRAINT amounts_not_negative CHECK (requested_yen >= 0 AND reserved_yen >= 0 AND used_yen >= 0),
    CONSTRAINT hard_cap_holds
        CHECK (strength <> 'hard' OR limit_yen IS NULL OR used_yen + reserved_yen <= limit_yen)
) WITHOUT ROWID
"""

APPLICATION_SLOTS = """
CREATE TABLE application_slots (
    authority TEXT NOT NULL,
    round TEXT NOT NULL,
    ordinary INTEGER NOT NULL,
    outside INTEGER NOT NULL,
    ordinary_limit INTEGER NOT NULL,
    outside_limit INTEGER NOT NULL,
    CONSTRAINT ordinary_limit_holds CHECK (ordinary BETWEEN 0 AND ordinary_limit),
    CONSTRAINT outside_limit_holds CHECK (outside BETWEEN 0 AND outside_limit),
    PRIMARY KEY (authority, round)
) WITHOUT ROWID
"""


def upgrade() -> None:
    """Create the tables; the caller fills them from the log."""
    if op.get_context().dialect.name == "postgresql":
        for statement in postgresql.INLINE:
            op.execute(statement)
        return
    op.execute(CAP_USAGE)
    op.execute("CREATE INDEX ix_cap_usage_authority ON cap_usage (authority)")
    op.execute(APPLICATION_SLOTS)
