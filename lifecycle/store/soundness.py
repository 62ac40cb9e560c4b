"""Whether a server's store is sound: durability, triggers, what the role may do, events that stand nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled IN ('O', 'A')
"""
OUTSIDE = """
SELECT stream, version FROM events
WHERE NOT EXISTS (SELECT 1 FROM seals WHERE seals.stream = events.stream AND seals.version = events.version)
    AND NOT EXISTS (SELECT 1 FROM unsealed WHERE unsealed.pos = events.pos)
ORDER BY pos
"""
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
    for name in ("fsync", "full_page_writes"):
        if found[name] != "on":
            yield f"{name} is {found[name]}: the server may lose what it acknowledged"
    if missing := TRIGGERS - {row[0] for row in connection.execute(ENABLED)}:
        yield f"triggers are missing or disabled: {', '.join(sorted(missing))}"
