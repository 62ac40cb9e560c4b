"""`grants doctor`: what this program runs on, what was decided about it, and whether the store is in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lifecycle import programme
from lifecycle.errors import Refusal
from lifecycle.store import SCHEMA, Store, read_guards
from lifecycle.store.read_guards import changed, left_by
from lifecycle.store.read_tables import Half, ReadTables, open_tables
from lifecycle.store.unanswered import LinkCut

NOTED = {"marks", "served"}
"""What a run notes for the next one: it tells a person nothing."""


def doctor(store: Store) -> dict[str, Any]:
    """診断. `problems` is empty when all is well. A store whose link is cut meanwhile is looked at once more."""
    try:
        return _told(store)
    except LinkCut:
        return _told(store, is_last=True)


def _told(store: Store, *, is_last: bool = False) -> dict[str, Any]:
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
        if isinstance(refusal, LinkCut) and not is_last:
            raise
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
    """The last run, how far behind the log the read tables are, whether they hold, and what runs found or met."""
    with open_tables(store) as tables:
        if missing := read_guards.missing(tables):
            report["problems"].append(
                f"the tables {', '.join(missing)} of the reports are missing: grants nightly makes them again"
            )
            return
        served, runs, done = tables.served(), tables.runs(1), tables.last_ended("done")
        report["problems"] += _unsound(tables, served, done)
    stands_on = min((half.n for half in served.values()), default=None)
    last = {name: value for name, value in runs[0].items() if name not in NOTED} if runs else None
    behind = None if stands_on is None else report["events"] - stands_on
    report["nightly"] = {"tables": len(served), "stands_on": stands_on, "behind": behind, "last_run": last}
    if last and last["state"] == "failed":
        report["problems"].append(f"run {last['run']} ({last['kind']}) failed: {last['message']}")
    if last and last["tampered"]:
        report["problems"].append(
            f"run {last['run']} found read tables changed from outside, and built them again: {last['tampered']}"
        )


def _unsound(tables: ReadTables, served: dict[str, Half], done: dict[str, Any]) -> Iterator[str]:
    """Read tables that were taken out or changed, and triggers that are not those of this program."""
    if lost := sorted(left_by(done) - set(served)):
        yield (
            f"read tables that run {done['run']} left were taken out from outside: {', '.join(lost)}; "
            "grants nightly builds them again"
        )
    elif done and not served:
        yield f"run {done['run']} is done, but no read table is served: grants nightly builds them"
    there = set(read_guards.there(tables))
    if unlike := [name for name in read_guards.unlike(tables) if name in there]:
        yield (
            f"triggers are not those of this program: {', '.join(unlike)}; until they are, every night reads all rows"
        )
    for half in served.values():
        if not tables.holds(half):
            yield changed(tables, half)


def _examine_store(store: Store, report: dict[str, Any]) -> None:
    with store.reading() as connection:
        report["schema"] = store.schema_of(connection)
        report["events"] = connection.execute("SELECT coalesce(max(n), 0) FROM log").fetchone()[0]
        report["problems"] += store.examine(connection, report[store.kind])
    if kept := store.kept_from_sealing():
        report["problems"].append(kept)
