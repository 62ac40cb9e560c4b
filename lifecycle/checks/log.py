"""`grants check log`: the log is gapless, its streams too, and its columns say what its entries say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lifecycle.errors import Finding, IntegrityFailure
from lifecycle.store import Store
from lifecycle.store.entries import columns, later, read_entry, to_event

PAGE = 500
ROWS = "SELECT n, known_at, stream, version, type, recorded_at, effective_on, entry FROM log ORDER BY n"


def check_log(store: Store) -> Iterator[Finding]:
    """台帳の点検. Yields a finding per event that is out of place or unreadable."""
    versions: dict[str, int] = {}
    commands: dict[str, set[str]] = {}
    expected, last = 1, ""
    store.seal()
    with store.reading() as connection:
        for n, known_at, stream, version, name, recorded_at, effective_on, entry in connection.execute(ROWS):
            if n != expected:
                yield _finding(n, f"number {expected} is missing before it")
            if version != versions.get(stream, 0) + 1:
                yield _finding(n, f"{stream} has version {version} after {versions.get(stream, 0)}")
            if known_at <= last:
                yield _finding(n, f"recorded at {known_at}, not after {last}")
            if recorded_at > known_at:
                yield _finding(n, f"recorded at {recorded_at}, which the log knew at {known_at} already")
            elif known_at > last and not _follows(known_at, recorded_at, last):
                yield _finding(
                    n, f"known from {known_at} on, though it was recorded at {recorded_at} after {last}"
                )
            row = (stream, version, name, recorded_at, effective_on)
            if isinstance(entry, str):
                yield _finding(n, "its entry is stored as text, and was recorded as bytes")
            stored = entry.encode() if isinstance(entry, str) else bytes(entry)
            yield from _entry_findings(n, stored, row)
            if command := _command_of(stored):
                commands.setdefault(command, set()).add(name)
            if len(commands) >= PAGE:
                yield from _lost_commands(connection, commands)
                commands.clear()
            expected, last = n + 1, known_at
            versions[stream] = version
        yield from _lost_commands(connection, commands)
        yield from _outside_findings(store.outside_the_log(connection))


def _follows(known_at: str, recorded_at: str, last: str) -> bool:
    """True when the log knows an event from its recording on, or else from right after the event before it."""
    try:
        return known_at == later(recorded_at, last or None)
    except (ValueError, TypeError, OverflowError):  # what stands there is no moment
        return False


def _command_of(entry: bytes) -> str:
    try:
        return read_entry(entry).command
    except IntegrityFailure:
        return ""


def _lost_commands(connection: Any, commands: dict[str, set[str]]) -> Iterator[Finding]:
    """Every event's command is on record with its answer, or the same id could act a second time (I14)."""
    wanted = sorted(commands)
    marks = ", ".join("?" * len(wanted))
    sql = f"SELECT command_id, result FROM commands WHERE command_id IN ({marks})"
    known = dict(connection.execute(sql, wanted)) if wanted else {}
    for command in wanted:
        if command not in known:
            yield _answer_finding(f"command {command} has events in the log, and its answer is not on record")
        elif not _tells_of(known[command], command, commands[command]):
            yield _answer_finding(f"command {command} has events in the log that its answer does not tell of")


def _tells_of(result: bytes | str, command: str, events: set[str]) -> bool:
    """True for an answer that names the command, and these types of events."""
    try:
        told = json.loads(result if isinstance(result, str) else bytes(result))
        return told["id"] == command and events <= set(told["events"])
    except (ValueError, KeyError, TypeError):
        return False


def _answer_finding(message: str) -> Finding:
    return Finding(
        rule="chain",
        strength="hard",
        source="reliability.md I14",
        message=message,
        remedy="the store was changed from outside; restore it from a backup and compare",
    )


def _outside_findings(rows: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """Events that were recorded and will never get a number."""
    for stream, version in rows:
        yield Finding(
            rule="chain",
            strength="hard",
            source="reliability.md I22",
            message=f"{stream} version {version} is recorded, and stands neither in the log nor before its seal",
            remedy="the queue before the seal was changed from outside; `grants seal --lost` puts the event back there",
        )


def _entry_findings(n: int, entry: bytes, stored: tuple[str, int, str, str, str]) -> Iterator[Finding]:
    try:
        event = read_entry(entry)
        to_event(entry)
    except IntegrityFailure as error:
        yield _finding(n, error.message)
        return
    if (told := columns(event)) != stored:
        yield _finding(n, f"its columns say {stored}, its entry {told}")


def _finding(n: int, message: str) -> Finding:
    return Finding(
        rule="chain",
        strength="hard",
        source="reliability.md I13, I21",
        message=f"event {n}: {message}",
        remedy="the store was changed from outside; restore it from a backup and compare",
    )
