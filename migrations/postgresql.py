"""What the migrations make of the tables on PostgreSQL, statement by statement.

Text that is a key is kept in byte order (`COLLATE "C"`), so that ranges and orders are those of SQLite, and of any
other server. Every key begins with the stream or with the authority.
"""

from __future__ import annotations

LOG = (
    """
CREATE TABLE events (
    stream TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    pos BIGINT GENERATED ALWAYS AS IDENTITY,
    type TEXT NOT NULL,
    recorded_at TEXT COLLATE "C" NOT NULL,
    effective_on TEXT COLLATE "C" NOT NULL,
    entry BYTEA NOT NULL,
    PRIMARY KEY (stream, version)
)
""",
    """
CREATE TABLE commands (
    command_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    body_sha256 TEXT NOT NULL,
    result BYTEA NOT NULL
)
""",
    """
CREATE TABLE turns (
    scope TEXT COLLATE "C" NOT NULL,
    turn BIGINT NOT NULL,
    PRIMARY KEY (scope, turn)
)
""",
    """
CREATE TABLE unsealed (
    pos BIGINT NOT NULL PRIMARY KEY,
    stream TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    recorded_at TEXT COLLATE "C" NOT NULL
)
""",
    """
CREATE TABLE seals (
    n BIGINT NOT NULL PRIMARY KEY,
    stream TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    known_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (stream, version)
)
""",
    """
CREATE VIEW log AS
    SELECT n, stream, version, type, recorded_at, known_at, effective_on, entry
    FROM seals JOIN events USING (stream, version)
""",
    """
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
""",
    """
CREATE FUNCTION only_next_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version < 1 OR NEW.version > 1 AND NOT EXISTS (
        SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version - 1
    ) THEN
        RAISE EXCEPTION 'a stream is gapless: an event has its next version' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION only_next_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.n < 1 OR NEW.n > 1 AND NOT EXISTS (
        SELECT 1 FROM seals WHERE n = NEW.n - 1 AND known_at < NEW.known_at
    ) THEN
        RAISE EXCEPTION 'the log is gapless: an event has the next number, and a later known_at'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version AND recorded_at <= NEW.known_at
    ) OR NEW.version > 1 AND NOT EXISTS (
        SELECT 1 FROM seals WHERE stream = NEW.stream AND version = NEW.version - 1
    ) THEN
        RAISE EXCEPTION 'an event is sealed once it is recorded, after the one before it in its stream'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    "CREATE TRIGGER events_only_next BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION only_next_event()",
    "CREATE TRIGGER seals_only_next BEFORE INSERT ON seals FOR EACH ROW EXECUTE FUNCTION only_next_seal()",
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} EXECUTE FUNCTION append_only()"
        for table in ("events", "commands", "turns", "seals")
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ),
)

INLINE = (
    """
CREATE TABLE cap_usage (
    "window" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    authority TEXT COLLATE "C" NOT NULL,
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
)
""",
    "CREATE INDEX ix_cap_usage_authority ON cap_usage (authority)",
    """
CREATE TABLE application_slots (
    authority TEXT COLLATE "C" NOT NULL,
    round TEXT COLLATE "C" NOT NULL,
    ordinary INTEGER NOT NULL,
    outside INTEGER NOT NULL,
    ordinary_limit INTEGER NOT NULL,
    outside_limit INTEGER NOT NULL,
    CONSTRAINT ordinary_limit_holds CHECK (ordinary BETWEEN 0 AND ordinary_limit),
    CONSTRAINT outside_limit_holds CHECK (outside BETWEEN 0 AND outside_limit),
    PRIMARY KEY (authority, round)
)
""",
)

FEWER_LOOKS = (
    "DROP TRIGGER events_only_next ON events",
    # an event that begins a stream has none before it, and its key keeps a second one away
    """
CREATE TRIGGER events_only_next BEFORE INSERT ON events
FOR EACH ROW WHEN (NEW.version <> 1) EXECUTE FUNCTION only_next_event()
""",
    "DROP TRIGGER seals_only_next ON seals",
    """
CREATE OR REPLACE FUNCTION only_next_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added WHERE n < 1 OR n > 1 AND NOT EXISTS (
            SELECT 1 FROM seals WHERE seals.n = added.n - 1 AND seals.known_at < added.known_at
        )
    ) THEN
        RAISE EXCEPTION 'the log is gapless: an event has the next number, and a later known_at'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM added WHERE NOT EXISTS (
            SELECT 1 FROM events WHERE events.stream = added.stream AND events.version = added.version
                AND events.recorded_at <= added.known_at
        ) OR version > 1 AND NOT EXISTS (
            SELECT 1 FROM seals WHERE seals.stream = added.stream AND seals.version = added.version - 1
                AND seals.n < added.n
        )
    ) THEN
        RAISE EXCEPTION 'an event is sealed once it is recorded, after the one before it in its stream'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER seals_only_next AFTER INSERT ON seals REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION only_next_seal()
""",
    # a queue that is emptied as it fills: the sealer reads all there is of it
    "ALTER TABLE unsealed DROP CONSTRAINT unsealed_pkey",
    # a cap that moves stays on its page, and its indexes as they are
    "ALTER TABLE cap_usage SET (fillfactor = 70)",
)

KNOWN_AT_FOLLOWS = """
CREATE OR REPLACE FUNCTION only_next_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added WHERE n < 1 OR n > 1 AND NOT EXISTS (
            SELECT 1 FROM seals WHERE seals.n = added.n - 1 AND seals.known_at < added.known_at
        )
    ) THEN
        RAISE EXCEPTION 'the log is gapless: an event has the next number, and a later known_at'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM added WHERE NOT EXISTS (
            SELECT 1 FROM events WHERE events.stream = added.stream AND events.version = added.version
                AND (events.recorded_at = added.known_at OR events.recorded_at < added.known_at
                    AND added.known_at = (
                        SELECT to_char(
                            (seals.known_at::timestamptz + interval '1 microsecond') AT TIME ZONE 'UTC',
                            'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
                        ) FROM seals WHERE seals.n = added.n - 1
                    ))
        ) OR version > 1 AND NOT EXISTS (
            SELECT 1 FROM seals WHERE seals.stream = added.stream AND seals.version = added.version - 1
                AND seals.n < added.n
        )
    ) THEN
        RAISE EXCEPTION 'an event is sealed once it is recorded, after the one before it in its stream, and known '
            'from when it was recorded, or else from one microsecond after the seal before'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""
"""The event is looked up by its key as before; the seal before it only where the clocks of two writers differ."""
