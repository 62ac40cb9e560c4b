"""The server's driver: where the server is, a connection set up as the store needs it, and what its errors mean.

The rest of the store speaks to a driver in SQLite's words (`?` for a value, `execute` on the connection; see `link`);
psycopg is imported only when a `postgresql://` store is used.
"""

from __future__ import annotations

import logging
import re
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from lifecycle.errors import (
    BadInput,
    Busy,
    IntegrityFailure,
    NotFound,
    Refusal,
    StoreVersion,
)
from lifecycle.store.link import Asked, Connection
from lifecycle.store.pooled import Pooled, dropped
from lifecycle.store.unanswered import DatabaseRole, LinkCut, Unreachable
from lifecycle.store.unwritable import ended, full

for _speaks in ("psycopg", "sqlalchemy.pool"):  # what they say of a link that is cut is told here
    logging.getLogger(_speaks).addHandler(logging.NullHandler())

OLDEST_SERVER = 15

CONNECT_SECONDS = 10

SILENCE: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
"""A link at whose other end no host answers any more is cut after half a minute, and told of as cut.

By default of the system that is two hours for who waits, and a quarter of one for who has sent. A host that answers for
a server that does not (a proxy, a stopped server) is not found out so.
"""

LOCK_WAIT_MS = 30_000
"""How long a command waits for another one's row before it answers `busy`."""

SETTINGS = f"""
SELECT pg_backend_pid(),
    set_config('lock_timeout', coalesce(nullif(current_setting('lock_timeout'), '0'), '{LOCK_WAIT_MS}'), passing),
    set_config('synchronous_commit', coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on'), passing),
    set_config('plan_cache_mode', 'force_generic_plan', passing), set_config('enable_seqscan', 'off', passing),
    set_config('jit', 'off', passing), set_config('default_transaction_isolation', 'read committed', passing)
FROM (SELECT {{}}) AS settings (passing)
"""
"""An acknowledged command is on the server's disk, whatever the role or the database was given as default.

The store's own statements, and its triggers, go by key, so that any values have the same plan: to plan an append takes
longer than to run it. That plan is by the index, though the tables be empty when it is made: else each event that is
written would be looked up by a scan of all before it, until the server has new statistics. A scan that can't be
avoided (of what waits for a seal) looks so dear to a server before PostgreSQL 18 that it would compile the statement.
Each statement sees what was committed before it: at a higher isolation whoever waited for a row is turned away when it
is let go, and starts a storm where there was a queue.
They hold for the session, or pass with the transaction: a pooler would leave them to whoever has its process next.
"""

BEGIN: Asked = ("BEGIN ISOLATION LEVEL READ COMMITTED", ())
"""The same for one transaction, through a pooler too."""

THIS_TRANSACTION = SETTINGS.format("true")
THIS_SESSION = SETTINGS.format("pg_backend_pid() <> %s")
"""The same; for nothing where the server's process is not the one that the link was told of."""

SERVERS_PLANS = "SELECT set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'on', true)"
"""Reads of more than keys, until the transaction ends."""

LETS_GO: Asked = ("SET LOCAL synchronous_commit = off", ())
"""A transaction that holds what others wait for lets go of it when it commits, and not only when the disk has it."""

ON_DISK: Asked = (
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_logical_emit_message(true, 'grants', '') END",
    (),
)
"""A commit of nothing that anybody reads: once it is answered, every commit before it is on the disk.

A standby has nothing else.
"""

WAITS_FOR_DISK = """
SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn() END
"""
"""Whether anything is committed, or under way, that the disk does not have yet."""

NO_SUCH_DATABASE = "3D000"
LOCK_NOT_AVAILABLE = "55P03"
INSUFFICIENT_PRIVILEGE = "42501"
READ_ONLY = "25006"
UNIQUE_VIOLATION = "23505"
TRY_AGAIN = {"40001", "40P01"}
"""Serialization failure and deadlock: the server itself asks for another try."""

LAST_STATES = ("57P01", "57P02", "57P03", "08")
"""How states begin that a server or pooler tells as its last word. A link that is cut otherwise tells none."""

GUESSED = {"commands_pkey", "events_pkey"}
"""Keys that an append finds taken, when it was left to it to find out."""
TABLES = {"alembic_version", "events", "commands"}

MISSPELT = re.compile(r"invalid \S+ value|invalid port number|invalid integer value")
"""What libpq says of a URL's own words, before it asks any server."""


def place_of(url: str) -> str:
    """A server's URL as it may be shown: without its password.

    Raises:
        BadInput: libpq can't read it.
    """
    try:
        told = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise BadInput(f"store: no PostgreSQL URL: {error}".strip()) from None
    user = f"{told['user']}@" if "user" in told else ""
    port = f":{told['port']}" if "port" in told else ""
    return f"postgresql://{user}{told.get('host', '')}{port}/{told.get('dbname', '')}"


def connect(url: str, place: str) -> Connection:
    """A connection in autocommit mode, durable as decided above.

    Raises:
        NotFound: there is no such database.
        Unreachable: the server does not answer, or lets nobody in.
        StoreVersion: the server is older than PostgreSQL 15, or does not keep text as UTF-8.
        BadInput: a pooler drops settings that the URL gives.
    """
    told = conninfo_to_dict(url)
    settings = {"connect_timeout": CONNECT_SECONDS, "application_name": "grants", **SILENCE}
    given: dict[str, Any] = {name: value for name, value in settings.items() if name not in told}
    try:
        raw = psycopg.connect(url, autocommit=True, prepare_threshold=None, client_encoding="utf8", **given)
    except psycopg.OperationalError as error:
        raise _unreachable(error, place) from None
    try:
        return _set_up(raw, place)
    except psycopg.Error as error:
        raw.close()
        raise translated(error, place) from None
    except Refusal:
        raw.close()
        raise


def _set_up(raw: psycopg.Connection[Any], place: str) -> Connection:
    if (version := raw.info.server_version // 10_000) < OLDEST_SERVER:
        raise StoreVersion(f"{place} is PostgreSQL {version}; this program needs {OLDEST_SERVER} or later")
    if raw.info.parameter_status("server_encoding") != "UTF8":
        raise StoreVersion(
            f"{place} does not keep its text as UTF-8; create the database with ENCODING 'UTF8'"
        )
    promised = raw.info.backend_pid
    (found, *_) = raw.execute(THIS_SESSION, (promised,)).fetchone() or (None,)
    if found == promised:
        return Connection(raw)
    if names := dropped(raw):
        raise BadInput(
            f"{place}: a pooler in between drops what the URL sets by options ({', '.join(names)}); have the role set "
            "it (ALTER ROLE … SET …), or connect to the server itself"
        )
    return Pooled(raw, THIS_TRANSACTION)


def translated(error: BaseException | None, place: str) -> Refusal:
    """What a driver's error means to whoever gave the command. Nothing was written."""
    text = str(error).strip().partition("\n")[0]
    state = getattr(error, "sqlstate", None)
    if state == READ_ONLY:
        return DatabaseRole(
            f"{place}: {text}; nothing was written. This server is a standby, or set to read only: give the command "
            "on the primary, from where it arrives here"
        )
    if state == INSUFFICIENT_PRIVILEGE:
        return DatabaseRole(
            f"{place}: {text}; nothing was written. Connect as a role that may; `grants roles` tells which"
        )
    if state == LOCK_NOT_AVAILABLE:
        return Busy(
            f"{place}: another command holds what this one needs ({text}); nothing was written, try again"
        )
    if isinstance(error, psycopg.errors.DiskFull):
        return full(place, text)
    if isinstance(error, psycopg.errors.QueryCanceled):
        return ended(place, text)
    if isinstance(error, psycopg.OperationalError):
        is_cut = state is None or state.startswith(LAST_STATES)
        return (LinkCut if is_cut else Unreachable)(f"{place}: {text}; nothing was written, try again")
    return IntegrityFailure(f"{place} does not hold: {text}; nothing was written")


def _unreachable(error: psycopg.OperationalError, place: str) -> Refusal:
    lines = (line.strip() for line in str(error).splitlines())
    text = next((line for line in lines if "failed: " in line), str(error).strip() or "no answer")
    text = text.removeprefix("connection failed: ").partition("failed: ")[2] or text
    if error.sqlstate == NO_SUCH_DATABASE or ("database" in text and "does not exist" in text):
        return NotFound(f"no database at {place}; create it (createdb), then `grants init --admin OFFICER`")
    if MISSPELT.search(text):
        return BadInput(f"store {place}: {text.removeprefix('connection is bad: ')}")
    return Unreachable(f"{place} can't be reached: {text}; nothing was written")
