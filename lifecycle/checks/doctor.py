"""`grants doctor`: what this program runs on, what was decided about it, and whether the store is in order."""

from __future__ import annotations

from typing import Any

from lifecycle import programme
from lifecycle.errors import Refusal
from lifecycle.store import SCHEMA, Store


def doctor(store: Store) -> dict[str, Any]:
    """診断. `problems` is empty when all is well."""
    report: dict[str, Any] = {
        "store": store.place,
        "schema": None,
        "schema_expected": SCHEMA[-1],
        store.kind: store.foundation(),
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
        report["schema"] = store.schema_of(connection)
        report["events"] = connection.execute("SELECT coalesce(max(n), 0) FROM log").fetchone()[0]
        report["problems"] += store.examine(connection, report[store.kind])
