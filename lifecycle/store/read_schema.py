"""The tables that reports read, declared for SQLAlchemy; migrations 0004, 0007 and 0008 create them.

Every read table has two halves: one is served, in the other the next night is made ready. They are swapped by one
update. A row is kept as canonical JSON, its cells in the order of its projection's columns: the same bytes on
every database.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, MetaData, Table, Text

READ_METADATA = MetaData()

KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by its bytes, as it does on SQLite."""

READ_ROWS = Table(
    "read_rows",
    READ_METADATA,
    Column("projection", KEY, primary_key=True),
    Column("half", Integer, primary_key=True),
    Column("subject", KEY, primary_key=True, comment="the stream or the authority that the row follows from"),
    Column("line", Integer, primary_key=True),
    Column("cells", Text, nullable=False, comment="JSON array, in the order of the columns"),
    CheckConstraint("half IN (0, 1)", "half_is_one_of_two"),
    sqlite_with_rowid=False,
)
"""集計表の行."""

READ_TABLES = Table(
    "read_tables",
    READ_METADATA,
    Column("projection", KEY, primary_key=True),
    Column("half", Integer, primary_key=True),
    Column("version", Integer, nullable=False, comment="of the projection that wrote it"),
    Column("columns", Text, nullable=False, comment="JSON array of names"),
    Column("n", BigInteger, nullable=False, comment="the last event it counts"),
    Column("rows", BigInteger, nullable=False),
    Column(
        "digest",
        Text,
        nullable=False,
        comment="over what it is and its sum, once it is whole; see row_sums.py",
    ),
    Column("is_whole", Integer, nullable=False, comment="1: all of event 1 to n; 0: it is being built"),
    Column("is_served", Integer, nullable=False, comment="1: reports read this half"),
    Column("total", Text, nullable=False, server_default="", comment="the sum of its rows, hexadecimal"),
    sqlite_with_rowid=False,
)
"""集計表の状態: where each half of each read table stands."""

READ_RUNS = Table(
    "read_runs",
    READ_METADATA,
    Column("run", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, comment="running, done, failed, interrupted"),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("from_n", BigInteger, nullable=False),
    Column("to_n", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column(
        "tampered", Text, nullable=False, comment="names of read tables that did not hold, comma-separated"
    ),
    Column("message", Text, nullable=False),
    Column(
        "read_through",
        Integer,
        nullable=False,
        server_default="0",
        comment="1: every row was read or written",
    ),
    Column(
        "marks",
        Text,
        nullable=False,
        server_default="",
        comment="by which the next night knows that nobody was at the rows or the triggers; see read_guards.py",
    ),
    Column(
        "served", Text, nullable=False, server_default="", comment="names of read tables it left served, JSON"
    ),
)
"""夜間処理の記録."""
