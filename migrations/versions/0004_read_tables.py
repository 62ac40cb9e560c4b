"""0004: what reports read: rows of the nightly read tables in two halves, where each half stands, and the runs."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

READ_ROWS = """
CREATE TABLE read_rows (
    projection TEXT{collated} NOT NULL,
    half INTEGER NOT NULL,
    subject TEXT{collated} NOT NULL,
    line INTEGER NOT NULL,
    cells TEXT NOT NULL,
    CONSTRAINT half_is_one_of_two CHECK (half IN (0, 1)),
    PRIMARY KEY (projection, half, subject, line)
){ending}
"""

READ_TABLES = """
CREATE TABLE read_tables (
    projection TEXT{collated} NOT NULL,
    half INTEGER NOT NULL,
    version INTEGER NOT NULL,
    columns TEXT NOT NULL,
    n BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    digest TEXT NOT NULL,
    is_whole INTEGER NOT NULL,
    is_served INTEGER NOT NULL,
    PRIMARY KEY (projection, half)
){ending}
"""

READ_RUNS = """
CREATE TABLE read_runs (
    run BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    from_n BIGINT NOT NULL,
    to_n BIGINT NOT NULL,
    events BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    digest TEXT NOT NULL,
    tampered TEXT NOT NULL,
    message TEXT NOT NULL
)
"""


def upgrade() -> None:
    """Create the tables, empty: the next nightly run fills them."""
    is_server = op.get_bind().dialect.name == "postgresql"
    collated, ending = (' COLLATE "C"', "") if is_server else ("", " WITHOUT ROWID")
    op.execute(READ_ROWS.format(collated=collated, ending=ending))
    op.execute(READ_TABLES.format(collated=collated, ending=ending))
    op.execute(READ_RUNS)
