"""`grants doctor`: what this program runs on, what was decided about it, and whether the store is in order."""

from __future__ import annotations

from typing import Any

from lifecycle import programme
from lifecycle.errors import Refusal
from lifecycle.store import SCHEMA, Store
from lifecycle.store.read_tables import open_tables


def doctor(store: Store) -> dict[str, Any]:
    """診断. `problems` is empty when all is well."""
    report: dict[str, Any] = {
        "store": store.place,
        "schema": None,
        "schema_expected": SCHEMA[-1],
        store.kind: store.foundation(),
        "events": None,
        "programmes": [],
        "nightly": None,
        "problems": [],
    }
    _examine_programmes(report)
    try:
        _examine_store(store, report)
        _examine_read_tables(store, report)
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


def _examine_read_tables(store: Store, report: dict[str, Any]) -> None:
    """The last run, how far behind the log the read tables are, and runs that found or met something."""
    with open_tables(store) as tables:
        served, runs = tables.served(), tables.runs(1)
    stands_on = min((half.n for half in served.values()), default=None)
    last = runs[0] if runs else None
    behind = None if stands_on is None else report["events"] - stands_on
    report["nightly"] = {"tables": len(served), "stands_on": stands_on, "behind": behind, "last_run": last}
    if last and last["state"] == "failed":
        report["problems"].append(f"run {last['run']} ({last['kind']}) failed: {last['message']}")
    if last and last["tampered"]:
        report["problems"].append(
            f"run {last['run']} found read tables changed from outside, and built them again: {last['tampered']}"
        )


def _examine_store(store: Store, report: dict[str, Any]) -> None:
    with store.reading() as connection:
        report["schema"] = store.schema_of(connection)
        report["events"] = connection.execute("SELECT coalesce(max(n), 0) FROM log").fetchone()[0]
        report["problems"] += store.examine(connection, report[store.kind])
