"""The tables, declared once for SQLAlchemy; Alembic's migrations create them (migrations/versions)."""

from __future__ import annotations

import logging

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())  # what it says of a lost link is told here

METADATA = MetaData()
"""What a server has."""

EVENTS = Table(
    "events",
    METADATA,
    Column("n", Integer, primary_key=True, comment="number in the log, gapless from 1"),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("recorded_at", Text, nullable=False, comment="UTC, microseconds, strictly increasing"),
    Column("effective_on", Text, nullable=False, comment="business date in Japan"),
    Column("entry", LargeBinary, nullable=False, comment="the exact bytes, canonical JSON"),
    UniqueConstraint("stream", "version"),
)
"""台帳: the append-only log. One row an event; nothing updates or deletes it."""

LOG = Table(
    "log",
    MetaData(),
    Column("n", Integer, primary_key=True, comment="number in the log, gapless from 1"),
    Column("stream", Text),
    Column("version", Integer),
    Column("type", Text),
    Column("recorded_at", Text, comment="as its entry says"),
    Column("known_at", Text, comment="recorded_at, or just after the event before it: strictly increasing"),
    Column("effective_on", Text),
    Column("entry", LargeBinary),
)
"""The log in its order: a view on `events`, of every event that has its number."""

COMMANDS = Table(
    "commands",
    METADATA,
    Column("command_id", Text, primary_key=True),
    Column("body_sha256", Text, nullable=False),
    Column("result", LargeBinary, nullable=False, comment="the first result, byte for byte"),
    sqlite_with_rowid=False,
)
"""処理記録: every command that took effect, with what it answered. In a file, a view on `events` and `answers`."""

CAP_USAGE = Table(
    "cap_usage",
    METADATA,
    Column("window", Text, primary_key=True, comment="begins with the authority's code"),
    Column("authority", Text, nullable=False, index=True),
    Column("rule", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("strength", Text, nullable=False),
    Column("limit_yen", BigInteger),
    Column("source", Text, nullable=False),
    Column("fiscal_year", Integer),
    Column("project", Text),
    Column("first_year", Integer),
    Column("last_year", Integer),
    Column("requested_yen", BigInteger, nullable=False),
    Column("reserved_yen", BigInteger, nullable=False),
    Column("used_yen", BigInteger, nullable=False),
    Column("own_requested_yen", BigInteger, nullable=False),
    Column("own_reserved_yen", BigInteger, nullable=False),
    Column("own_used_yen", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("freed_on", Text, comment="the last business date on which room came back"),
    CheckConstraint("requested_yen >= 0 AND reserved_yen >= 0 AND used_yen >= 0", "amounts_not_negative"),
    CheckConstraint(
        "strength <> 'hard' OR limit_yen IS NULL OR used_yen + reserved_yen <= limit_yen", "hard_cap_holds"
    ),
    sqlite_with_rowid=False,
)
"""上限額の使用状況: see lifecycle/projections/cap_usage.py."""

APPLICATION_SLOTS = Table(
    "application_slots",
    METADATA,
    Column("authority", Text, primary_key=True),
    Column("round", Text, primary_key=True),
    Column("ordinary", Integer, nullable=False),
    Column("outside", Integer, nullable=False),
    Column("ordinary_limit", Integer, nullable=False),
    Column("outside_limit", Integer, nullable=False),
    CheckConstraint("ordinary BETWEEN 0 AND ordinary_limit", "ordinary_limit_holds"),
    CheckConstraint("outside BETWEEN 0 AND outside_limit", "outside_limit_holds"),
    sqlite_with_rowid=False,
)
"""申請件数: see lifecycle/projections/application_slots.py."""

EMBEDDED_METADATA = MetaData()
"""What a file has: the same, but for where a command's answer stands."""

EMBEDDED_EVENTS = EVENTS.to_metadata(EMBEDDED_METADATA)
EMBEDDED_EVENTS.append_column(
    Column("command_id", Text, comment="in the row of a command's first event alone")
)
EMBEDDED_EVENTS.append_column(Column("body_sha256", Text))
EMBEDDED_EVENTS.append_column(Column("result", LargeBinary, comment="the first result, byte for byte"))
EMBEDDED_EVENTS.append_column(Column("chain", LargeBinary, comment="see lifecycle/store/chain.py"))
Index(
    "events_command",
    EMBEDDED_EVENTS.c.command_id,
    unique=True,
    sqlite_where=EMBEDDED_EVENTS.c.command_id.is_not(None),
)

ANSWERS = COMMANDS.to_metadata(EMBEDDED_METADATA, name="answers")
"""Commands that recorded no event: `init` of a store that has its officers."""

for shared in (CAP_USAGE, APPLICATION_SLOTS):
    shared.to_metadata(EMBEDDED_METADATA)
