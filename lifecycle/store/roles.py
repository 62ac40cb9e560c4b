"""権限の分離: the server's roles, and the statements that make them.

Three roles, none of which logs in; logins are members of one. `grants_owner` owns the tables and migrates them;
`grants_app` runs the commands, and may not change what is recorded; `grants_read` reads. Beside the privileges stand
the triggers, which hold for the owner too.
"""

from __future__ import annotations

from typing import Any

OWNER, APP, READ = "grants_owner", "grants_app", "grants_read"
ROLES = (OWNER, APP, READ)

RECORDED = ("events", "commands", "turns", "seals")
"""Tables that only ever grow."""

MOVED = ("cap_usage", "application_slots")
"""Rows that commands move: the INLINE projections."""

REBUILT = ("read_rows", "read_tables", "read_runs")
"""What the nightly run writes: all of it follows from the log."""

QUEUE = "unsealed"
TABLES = (*RECORDED, *MOVED, *REBUILT, QUEUE, "alembic_version")
VIEWS = ("log",)
FUNCTIONS = (
    *("append_only", "only_next_event", "only_next_seal"),
    *(f"read_rows_{done}" for done in ("inserted", "updated", "deleted", "truncated")),
)

CREATE = """DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
END $$"""


def statements(schema: str) -> list[str]:
    """What makes the roles of the store in a schema. Run again, it changes nothing."""
    everything = ", ".join((*TABLES, *VIEWS))
    name = '"' + schema.replace('"', '""') + '"'
    return [
        *(CREATE.format(role=role) for role in ROLES),
        f"REVOKE CREATE ON SCHEMA {name} FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA {name} TO {OWNER}",
        f"GRANT USAGE ON SCHEMA {name} TO {APP}, {READ}",
        *(f"ALTER TABLE {table} OWNER TO {OWNER}" for table in TABLES),
        *(f"ALTER VIEW {view} OWNER TO {OWNER}" for view in VIEWS),
        *(f"ALTER FUNCTION {function}() OWNER TO {OWNER}" for function in FUNCTIONS),
        f"REVOKE ALL ON {everything} FROM PUBLIC, {APP}, {READ}",
        f"GRANT SELECT ON {everything} TO {APP}, {READ}",
        f"GRANT INSERT ON {', '.join((*RECORDED, *MOVED, QUEUE))} TO {APP}",
        f"GRANT UPDATE ON {', '.join(MOVED)} TO {APP}",
        f"GRANT DELETE ON {QUEUE} TO {APP}",
        f"GRANT INSERT, UPDATE, DELETE ON {', '.join(REBUILT)} TO {APP}",
    ]


def make(connection: Any) -> list[str]:
    """Run the statements in one transaction; returns them."""
    found = told(connection)
    connection.execute("BEGIN")
    for statement in found:
        connection.raw.execute(statement)
    connection.execute("COMMIT")
    return found


def told(connection: Any) -> list[str]:
    """The statements for the schema a connection works in."""
    return statements(connection.execute("SELECT current_schema()::text").fetchone()[0])
