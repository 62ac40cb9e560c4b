"""Whether a server's store is sound: durability, triggers, what the role may do, events that stand nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lifecycle.store import seal_keepers

TRIGGERS = {
    "events_only_next",
    "seals_only_next",
    *(
        f"{table}_no_{verb}"
        for table in ("events", "commands", "turns", "seals")
        for verb in ("update", "delete", "truncate")
    ),
    *(f"read_rows_{done}" for done in ("inserted", "updated", "deleted", "truncated")),
}
ENABLED = """
SELECT tgname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = current_schema() AND NOT tgisinternal AND tgenabled IN ('O', 'A')
"""
BODIES = """
SELECT proname::text, md5(prosrc) FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
WHERE nspname = current_schema() AND prorettype = 'trigger'::regtype
"""
MADE = {
    "append_only": "e987a1dcc53982d09d309a2a8d92bb42",
    "only_next_event": "74ad2304eaa021dfbfa8b28688a3f706",
    "only_next_seal": "7a82eebd3aba2f05e29b1030ca1fe566",
    "read_rows_deleted": "24ef9d24edc21a5872d59a5951a444b6",
    "read_rows_inserted": "31598035d715fb27f3afd3a3d7b898e5",
    "read_rows_truncated": "38af4e1ad255b3063ecc71c5f921e28f",
    "read_rows_updated": "d595bb4fb9820e64e9aa0f7f63252881",
}
"""Functions of triggers as the migrations make them: md5 of each body."""
OUTSIDE = """
SELECT stream, version FROM events
WHERE NOT EXISTS (SELECT 1 FROM seals WHERE seals.stream = events.stream AND seals.version = events.version)
    AND NOT EXISTS (SELECT 1 FROM unsealed WHERE unsealed.pos = events.pos)
ORDER BY pos
"""
TURNS = "SELECT scope, count(*), min(turn), max(turn) FROM turns GROUP BY scope"
MAY_REWRITE = """
SELECT has_table_privilege('events', 'UPDATE') OR has_table_privilege('events', 'DELETE')
    OR has_table_privilege('events', 'TRUNCATE')
"""


def examine(connection: Any, found: dict[str, Any]) -> Iterator[str]:
    """Version, durability, triggers, what the role may do, and how far sealing is behind."""
    asked = ("server_version", "fsync", "full_page_writes", "synchronous_commit", "data_checksums")
    for name in asked:
        found[name] = connection.execute("SELECT current_setting(?)", (name,)).fetchone()[0]
    found["role"] = connection.execute("SELECT current_user").fetchone()[0]
    found["may_rewrite"] = connection.execute(MAY_REWRITE).fetchone()[0]
    found["unsealed"] = connection.execute("SELECT count(*) FROM unsealed").fetchone()[0]
    found["sealers"] = [str(keeper) for keeper in seal_keepers.keepers(connection)]
    for name in ("fsync", "full_page_writes"):
        if found[name] != "on":
            yield f"{name} is {found[name]}: the server may lose what it acknowledged"
    if (replication := connection.execute("SHOW session_replication_role").fetchone()[0]) != "origin":
        yield f"session_replication_role is {replication}: no trigger keeps what is recorded as it is"
    bodies = dict(connection.execute(BODIES))
    if other := sorted(name for name, body in MADE.items() if bodies.get(name) != body):
        yield f"functions of triggers are missing, or other than the migrations made them: {', '.join(other)}"
    if missing := TRIGGERS - {row[0] for row in connection.execute(ENABLED)}:
        yield f"triggers are missing or disabled: {', '.join(sorted(missing))}"
