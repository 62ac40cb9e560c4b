"""連鎖: in a file each event's row holds a digest over its bytes, its command's answer and the digest before it.

Whoever edits, deletes, inserts or moves a row past the triggers breaks it there, whatever the row says. Only the end
can be cut off unseen, or a whole end rewritten: what is kept outside the file tells of that (an exported log's digest).
A server has no chain, for its writers would wait for one another: there, logins cannot write to the log's rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

Command = tuple[Any, Any, Any]
"""Id, digest of the body and answer, as the row of a command's first event holds them; all None in the others."""

NO_COMMAND: Command = (None, None, None)
BEGINNING = b""
"""What stands before the first event."""


def link(before: Any, entry: Any, command: Command = NO_COMMAND) -> bytes:
    """The digest of a row, 32 bytes; no two rows have the same parts, whatever is moved from one into the next.

    `before`: the digest of the row before; what is none counts as none.
    """
    told = [before if isinstance(before, bytes) else BEGINNING]
    for part in (entry, *command):
        stored = part if isinstance(part, bytes) else b"" if part is None else str(part).encode()
        told += (len(stored).to_bytes(8, "big"), stored)
    return hashlib.sha256(b"".join(told)).digest()


def linked(rows: Iterable[tuple[Any, ...]], before: bytes = BEGINNING) -> Iterator[tuple[Any, ...]]:
    """Rows that end with an entry, each with its digest; of events that begin no command, or of whom none is kept."""
    for row in rows:
        before = link(before, row[-1])
        yield (*row, before)


def broken(rows: Iterable[tuple[Any, ...]]) -> Iterator[int]:
    """Numbers of rows (number, entry, command's three, digest) that are not what was written after the one before."""
    before: Any = BEGINNING
    for n, entry, *command, stood in rows:
        if not _holds(before, entry, (command[0], command[1], command[2]), stood):
            yield n
        before = stood


def _holds(before: Any, entry: Any, command: Command, stood: Any) -> bool:
    answer = command[2]
    if not isinstance(entry, bytes) or not isinstance(answer, bytes | None):
        return False
    return bool(link(before, entry, command) == stood)
