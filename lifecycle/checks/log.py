"""`grants check log`: the log is gapless, its streams too, and its columns say what its entries say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lifecycle.checks.commands import CHANGED, Commands
from lifecycle.errors import Finding, IntegrityFailure
from lifecycle.store import Store
from lifecycle.store.entries import Entry, columns, later, read_entry, to_event
from lifecycle.store.log import AsOf

ROWS = """
SELECT n, known_at, stream, version, type, recorded_at, effective_on, entry FROM log
WHERE n <= coalesce(?, n) AND known_at < coalesce(?, '~') ORDER BY n
"""

UNLIKE = (
    "it, the answer of its command, or what stands before it is not what was written: "
    "they were changed from outside, whatever they say now"
)


def check_log(store: Store, point: AsOf) -> Iterator[Finding]:
    """台帳の点検. Yields a finding per event that is out of place, unreadable or not what was written.

    As of a point on the recorded clock the log up to there is looked at; its order knows no business dates.
    """
    store.seal()
    with store.reading() as connection:
        commands = Commands(connection, store.turns(connection))
        unlike = set(store.unlike_written(connection))
        reached = Reached()
        for row in connection.execute(ROWS, (point.n, point.recorded_before)):
            n, known_at, stream, version, _, recorded_at, _, entry = row
            stored = entry.encode() if isinstance(entry, str) else bytes(entry)
            event = _read(stored)
            found = [*reached.take(n, known_at, stream, version, recorded_at)]
            found += _entry_findings(n, entry, stored, event, row)
            yield from found
            if not found and n in unlike:
                yield _finding(n, UNLIKE)
            if event is not None:
                yield from commands.take(event)
        is_whole = point.n is None and point.recorded_before is None
        yield from commands.rest(is_whole=is_whole)
        if is_whole:
            yield from commands.without_turns()
            yield from commands.without_events(store.answers_without_events(connection))
            yield from _outside_findings(store.outside_the_log(connection))
            yield from _end_findings(store, connection, reached.n)


class Reached:
    """How far the log was read: its number, each stream's version, and the moment it knew last."""

    def __init__(self) -> None:
        self.n = 0
        self._known_at = ""
        self._versions: dict[str, int] = {}

    def take(self, n: int, known_at: str, stream: str, version: int, recorded_at: str) -> Iterator[Finding]:
        """Go one event on; yields a finding where it does not follow on what was read before."""
        expected, last, before = self.n + 1, self._known_at, self._versions.get(stream, 0)
        self.n, self._known_at, self._versions[stream] = n, known_at, version
        if n != expected:
            yield _finding(n, f"number {expected} is missing before it")
        if version != before + 1:
            yield _finding(n, f"{stream} has version {version} after {before}")
        if known_at <= last:
            yield _finding(n, f"recorded at {known_at}, not after {last}")
        if recorded_at > known_at:
            yield _finding(n, f"recorded at {recorded_at}, which the log knew at {known_at} already")
        elif known_at > last and not _follows(known_at, recorded_at, last):
            yield _finding(
                n, f"known from {known_at} on, though it was recorded at {recorded_at} after {last}"
            )


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
    n: int, entry: bytes | str, stored: bytes, event: Entry | None, row: tuple[Any, ...]
) -> Iterator[Finding]:
    if isinstance(entry, str):
        yield _finding(n, "its entry is stored as text, and was recorded as bytes")
    try:
        to_event(stored)
    except IntegrityFailure as error:
        yield _finding(n, error.message)
        return
    if event is not None and (told := columns(event)) != (said := row[2:7]):
        yield _finding(n, f"its columns say {said}, its entry {told}")


def _end_findings(store: Store, connection: Any, last: int) -> Iterator[Finding]:
    """What stands on a later event than the log has: its end was cut off, or an older copy was put in its place.

    A read table that somebody was at tells nothing of the log; doctor and the night tell of it.
    """
    from lifecycle.store.read_schema import READ_TABLES
    from lifecycle.store.read_tables import half_of, is_sealed

    names = [column.name for column in READ_TABLES.columns]
    if READ_TABLES.name not in store.tables(connection):
        return
    rows = connection.execute(f"SELECT {', '.join(names)} FROM read_tables").fetchall()
    halves = (half_of(dict(zip(names, row, strict=True))) for row in rows)
    stood_on = max((half.n for half in halves if half and is_sealed(half)), default=0)
    if stood_on > last:
        yield _finding(
            last, f"the log ends with it, and the reports stand on event {stood_on}: events after it are gone"
        )


def _finding(n: int, message: str) -> Finding:
    return Finding(
        rule="chain",
        strength="hard",
        source="reliability.md I13, I21",
        message=f"event {n}: {message}",
        remedy=CHANGED,
    )
