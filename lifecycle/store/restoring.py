"""台帳の復元: a new store from the stored bytes of a log, event by event, with the same numbers and the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from lifecycle.aggregates import UNRECORDED
from lifecycle.errors import AlreadyRecorded, BadInput, IntegrityFailure
from lifecycle.store import FIND_COMMAND, Store, sqlite
from lifecycle.store.chain import BEGINNING, link, linked
from lifecycle.store.embedded import INSERT, INSERT_FIRST, EmbeddedStore
from lifecycle.store.entries import Entry, columns, entry_bytes, read_entry, to_event
from lifecycle.store.migrate import migrate, rebuild_inline

UNKNOWN_BODY = "restored from a log"
"""Stands for the digest of a command's body, which the log does not hold: the id is taken, whatever is sent again."""


def restore(store: Store, lines: Iterable[bytes], sha256: str | None = None, *, dry_run: bool = False) -> int:
    """Write a store of these events; returns how many. All of them, or no store; a dry run does it and takes it back.

    A log whose end is missing looks whole: `sha256`, kept elsewhere, tells.

    Raises:
        AlreadyRecorded: there is a store already.
        BadInput: no event, or a line that is no stored event; the line is named.
        IntegrityFailure: events out of order, or ones that this program cannot read, or another digest.
    """
    if not isinstance(store, EmbeddedStore):
        return _on_server(store, _Digested(lines), sha256, dry_run=dry_run)
    path = store.path
    if path.exists():
        raise AlreadyRecorded(f"{path} exists; a log is restored into a new store")
    beside = path.with_name(path.name + ".restoring")
    for ending in ("", "-journal", "-wal", "-shm"):
        beside.with_name(beside.name + ending).unlink(missing_ok=True)
    try:
        migrate(EmbeddedStore(f"sqlite:///{beside}", lambda: UNRECORDED))
        digested = _Digested(lines)
        count = _write(beside, digested)
        _refuse(count, digested, sha256)
        if not dry_run:
            beside.replace(path)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            beside.with_name(beside.name + ending).unlink(missing_ok=True)
    return count


class TakenBack(Exception):
    """Ends the transaction of a dry run, in which so many events stood."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def _on_server(store: Store, digested: _Digested, sha256: str | None, *, dry_run: bool) -> int:
    from lifecycle.store import restoring_server
    from lifecycle.store.server_database import ServerDatabase

    assert isinstance(store, ServerDatabase)  # noqa: S101 - there is no third kind
    events = (
        (one, _answer(command, [entry.type for _, entry, _ in of_command]) if place == 0 else None)
        for command, of_command in _by_command(digested)
        for place, one in enumerate(of_command)
    )

    def check(count: int) -> None:
        _refuse(count, digested, sha256)
        if dry_run:
            raise TakenBack(count)

    try:
        return restoring_server.write(store, events, check)
    except TakenBack as taken_back:
        return taken_back.count


def _refuse(count: int, digested: _Digested, sha256: str | None) -> None:
    """What was written is a log, and the one that was meant.

    Raises:
        BadInput: there was no event in it.
        IntegrityFailure: it has another digest.
    """
    if not count:
        raise BadInput("there is no event in it, so no store was made; a log begins with the first officer")
    if sha256 is not None and digested.hexdigest != sha256.lower():
        raise IntegrityFailure(f"the log has sha256 {digested.hexdigest}, not {sha256}; no store was made")


def _by_command(lines: Iterable[bytes]) -> Iterator[tuple[str, list[tuple[int, Entry, bytes]]]]:
    for command, of_command in groupby(_entries(lines), lambda one: one[1].command):
        yield command, list(of_command)


class _Digested:
    """Lines that are digested as they pass."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self._digest.update(line)
            yield line

    @property
    def hexdigest(self) -> str:
        """The digest of all lines that have passed."""
        return self._digest.hexdigest()


def _write(path: Path, lines: Iterable[bytes]) -> int:
    connection = sqlite.connect(path)
    try:
        connection.execute("PRAGMA journal_mode=delete")  # one file, so that it can take its place at once
        connection.execute("BEGIN IMMEDIATE")
        count = _insert(connection, lines)
        rebuild_inline(connection)
        connection.execute("COMMIT")
    except sqlite.driver.IntegrityError as error:
        raise IntegrityFailure(f"the log does not hold: {error}") from None
    finally:
        connection.close()
    return count


def _insert(connection: Any, lines: Iterable[bytes]) -> int:
    count, chain = 0, BEGINNING
    for command, numbered in _by_command(lines):
        rows = [(n, *columns(entry), stored) for n, entry, stored in numbered]
        count += len(rows)
        if not connection.execute(
            FIND_COMMAND, (command,)
        ).fetchone():  # else its events stand apart in the log
            answer = _answer(command, [entry.type for _, entry, _ in numbered])
            first = rows.pop(0)
            chain = link(chain, first[-1], answer)
            connection.execute(INSERT_FIRST, (*first, *answer, chain))
        others = list(linked(rows, chain))
        connection.executemany(INSERT, others)
        chain = others[-1][-1] if others else chain
    return count


def _entries(lines: Iterable[bytes]) -> Iterator[tuple[int, Entry, bytes]]:
    reached: dict[str, int] = {}
    for n, line in enumerate(lines, 1):
        stored = line.rstrip(b"\r\n")
        try:
            entry = read_entry(stored)
            to_event(stored)
        except IntegrityFailure as failure:
            raise BadInput(f"line {n}: {failure.message}") from None
        if entry_bytes(entry) != stored:
            raise BadInput(f"line {n}: not the exact bytes of a stored event (canonical JSON)")
        _refuse_gap(n, entry, reached)
        yield n, entry, stored


def _refuse_gap(n: int, entry: Entry, reached: dict[str, int]) -> None:
    """A stream's versions, and the events of a cap window, follow one another; what does not leaves events out.

    Raises:
        IntegrityFailure: events are missing before this one.
    """
    steps = {f"stream {entry.stream}": entry.version}
    steps |= {f"cap window {window}": count for window, count in entry.caps.items()}
    for place, number in steps.items():
        before = reached.get(place, 0)
        if number != before + 1:
            raise IntegrityFailure(
                f"the log does not hold at line {n}: {place} goes on with its event {number} after {before}, so "
                "events are missing or out of order; no store was made. A store is restored from the whole log: "
                "`grants export log` without --clock effective, which leaves events out"
            )
        reached[place] = number


def _answer(command: str, events: list[str]) -> tuple[str, str, bytes]:
    """The id of a command that took effect stays taken: sent again, it is refused and does nothing twice."""
    result = {"ok": True, "do": "", "id": command, "events": events, "warnings": [], "result": {}}
    return command, UNKNOWN_BODY, msgspec.json.encode(result)
