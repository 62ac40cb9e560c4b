"""`grants doctor`: what this program runs on, what was decided about it, and whether the store is in order."""

from __future__ import annotations

from typing import Any

from lifecycle import programme
from lifecycle.errors import Refusal
from lifecycle.store import SCHEMA, Store, schema_of, sqlite

TRIGGERS = {
    "events_only_next",
    "events_no_update",
    "events_no_delete",
    "commands_once",
    "commands_no_update",
    "commands_no_delete",
}


def doctor(store: Store) -> dict[str, Any]:
    """診断. `problems` is empty when all is well."""
    linked = sqlite.linked()
    report: dict[str, Any] = {
        "store": str(store.path),
        "schema": None,
        "schema_expected": SCHEMA[-1],
        "sqlite": {"version": linked.version, "package": linked.package, "verdict": linked.verdict},
        "events": None,
        "programmes": [],
        "problems": [],
    }
    _examine_programmes(report)
    try:
        _examine_store(store, report)
    except Refusal as refusal:
        report["problems"].append(refusal.message)
    return report


def _examine_programmes(report: dict[str, Any]) -> None:
    try:
        for version in programme.validate().values():
            report["programmes"].append(
                {"id": version.id, "status": version.status, "sha256": version.sha256}
            )
    except Refusal as refusal:
        report["problems"].append(refusal.message)


def _examine_store(store: Store, report: dict[str, Any]) -> None:
    with store.reading() as connection:
        report["schema"] = schema_of(connection)
        report["sqlite"]["journal_mode"] = connection.execute("PRAGMA journal_mode").fetchone()[0]
        level = connection.execute("PRAGMA synchronous").fetchone()[0]
        report["sqlite"]["synchronous"] = {0: "off", 1: "normal", 2: "full", 3: "extra"}[level]
        report["events"] = connection.execute("SELECT coalesce(max(n), 0) FROM events").fetchone()[0]
        names = {
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        }
        if missing := TRIGGERS - names:
            report["problems"].append(f"triggers are missing: {', '.join(sorted(missing))}")
        for (problem,) in connection.execute("PRAGMA integrity_check"):
            if problem != "ok":
                report["problems"].append(f"SQLite: {problem}")
