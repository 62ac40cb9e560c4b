"""`grants check log`: the log is gapless, its streams too, and its columns say what its entries say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lifecycle.checks.commands import CHANGED, Commands
from lifecycle.errors import Finding, IntegrityFailure
from lifecycle.store import Store
from lifecycle.store.entries import Entry, columns, later, read_entry, to_event

ROWS = "SELECT n, known_at, stream, version, type, recorded_at, effective_on, entry FROM log ORDER BY n"


def check_log(store: Store) -> Iterator[Finding]:
    """台帳の点検. Yields a finding per event that is out of place or unreadable."""
    versions: dict[str, int] = {}
    expected, last = 1, ""
    store.seal()
    with store.reading() as connection:
        commands = Commands(connection, store.turns(connection))
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
            event = _read(stored)
            yield from _entry_findings(n, stored, event, row)
            if event is not None:
                yield from commands.take(event)
            expected, last = n + 1, known_at
            versions[stream] = version
        yield from commands.rest()
        yield from commands.without_turns()
        yield from _outside_findings(store.outside_the_log(connection))


def _follows(known_at: str, recorded_at: str, last: str) -> bool:
    """True when the log knows an event from its recording on, or else from right after the event before it."""
    try:
        return known_at == later(recorded_at, last or None)
    except (ValueError, TypeError, OverflowError):  # what stands there is no moment
        return False


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


def _read(stored: bytes) -> Entry | None:
    try:
        return read_entry(stored)
    except IntegrityFailure:
        return None


def _entry_findings(
    n: int, stored: bytes, event: Entry | None, row: tuple[str, int, str, str, str]
) -> Iterator[Finding]:
    try:
        to_event(stored)
    except IntegrityFailure as error:
        yield _finding(n, error.message)
        return
    if event is not None and (told := columns(event)) != row:
        yield _finding(n, f"its columns say {row}, its entry {told}")


def _finding(n: int, message: str) -> Finding:
    return Finding(
        rule="chain",
        strength="hard",
        source="reliability.md I13, I21",
        message=f"event {n}: {message}",
        remedy=CHANGED,
    )
