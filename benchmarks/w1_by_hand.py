"""W1 written by hand onto the product's own tables: the same rows and bytes, and nothing in between.

No aggregate, no registry of events, no projection, no answer to a second writer but another try: what the rows
themselves cost, and so what is left to save in the program above them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from w1_application import BUSINESS_DATE, OFFICER, YEN, Json, cap_row, id_from_file, window_of

from lifecycle.store import append, inline, postgres, sqlite
from lifecycle.store.chain import link
from lifecycle.store.embedded import INSERT_FIRST, LOOK, NOTHING

ON = BUSINESS_DATE.isoformat()
SUBMITS = append.whole(("events", "command", 1, 1))
APPROVES = append.whole(("move", "events", "command", 1, 1, 1))
ENTRY = "SELECT entry FROM events WHERE stream = ? AND version = 1"

NAMES = [name.strip(' "') for name in inline.CAP_COLUMNS.split(",")]
WINDOW = cap_row("M|C|2025", 0).window.__struct_fields__
LIMIT_YEN, RESERVED_YEN, USED_YEN, SEQ = map(NAMES.index, ("limit_yen", "reserved_yen", "used_yen", "seq"))

_encode = msgspec.json.Encoder(order="sorted").encode

Row = tuple[Any, ...]


def application(command: Json, row: Callable[[], Row]) -> tuple[str, int]:
    """The cap an application falls under, and the yen it asks for."""
    data = json.loads(bytes(row()[0]))["data"]
    assert command["app"] == data["application_id"]
    return window_of(data["municipality"], data["class_"], data["fy"]), data["amount"] * YEN


def submitted(command: Json) -> tuple[Row, Row]:
    """The event's row and the command's."""
    return _rows(command, "submit", 1, {})


def approved(command: Json, cap: Row) -> tuple[Row, Row]:
    """The same of an approval within this cap."""
    window = {name: cap[NAMES.index(name)] for name in WINDOW}
    return _rows(command, "approve", 2, {cap[0]: cap[SEQ] + 1}, windows=[window])


def has_room(cap: Row, asked_yen: int) -> bool:
    """True when the cap can take so much more."""
    return bool(cap[RESERVED_YEN] + cap[USED_YEN] + asked_yen <= cap[LIMIT_YEN])


def _rows(command: Json, do: str, version: int, caps: dict[str, int], **more: Any) -> tuple[Row, Row]:
    stream, body = f"{command['m']}-{command['app']}", command[do]
    command_id = id_from_file(command, do)
    sha256 = hashlib.sha256(_encode({"do": do, "by": OFFICER, **body})).hexdigest()
    topic = "bench.submitted" if do == "submit" else "bench.approved"
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    data = body | more
    data["class_"] = data.pop("class")
    entry = {"by": OFFICER, "command": command_id, "data": data, "effective_on": ON, "recorded_at": now}
    entry |= {"stream": stream, "type": topic, "v": 1, "version": version} | ({"caps": caps} if caps else {})
    result = {"ok": True, "do": do, "id": command_id, "grant": stream, "events": [topic]}
    answer = msgspec.json.encode(result | {"warnings": [], "result": {}})
    return (stream, version, topic, now, ON, _encode(entry)), (command_id, sha256, answer)


def _row(last: Row, event: Row, told: Row) -> Row:
    """A file's row, which comes after the last one."""
    n, chain = last
    return (n + 1, *event, *told, link(chain, event[-1], (told[0], told[1], told[2])))


class EmbeddedWriter:
    """In a file."""

    conflicts = 0

    def __init__(self, path: Any) -> None:
        self._cursor = sqlite.connect(path).cursor()

    def submit(self, command: Json) -> None:
        """Record the application."""
        ask = self._cursor.execute
        ask("BEGIN IMMEDIATE")
        last = self._last(command, "submit")
        ask(INSERT_FIRST, _row(last, *submitted(command)))
        ask("COMMIT")

    def approve(self, command: Json) -> bool:
        """Approve it, if its cap has room."""
        ask = self._cursor.execute
        ask("BEGIN IMMEDIATE")
        last = self._last(command, "approve")
        stream = f"{command['m']}-{command['app']}"
        window, asked_yen = application(command, lambda: ask(ENTRY, (stream,)).fetchone())
        caps = {row[0]: row for row in ask(inline.CAP_SELECT, inline.beginning(command["m"]))}
        if not has_room(cap := caps[window], asked_yen):
            ask("ROLLBACK")
            return False
        moves = (0, 0, asked_yen, 0, 0, asked_yen, cap[SEQ] + 1, None, window, cap[LIMIT_YEN])
        assert ask(inline.CAP_MOVE, moves).rowcount
        ask(INSERT_FIRST, _row(last, *approved(command, cap)))
        ask("COMMIT")
        return True

    def _last(self, command: Json, do: str) -> Row:
        n, _, chain, is_known = self._cursor.execute(LOOK, (id_from_file(command, do),)).fetchone() or NOTHING
        assert not is_known
        return n, chain

    def close(self) -> None:
        """Close the file."""
        self._cursor.connection.close()


class ServerWriter:
    """On a server: one statement for the application and its caps, one for the approval. Nothing is sealed."""

    conflicts = 0

    def __init__(self, url: str) -> None:
        self._link = postgres.connect(url, url)
        self._caps: dict[str, Row] = {}
        self._asked = "", 0

    def submit(self, command: Json) -> None:
        """Record the application."""
        event, told = submitted(command)
        asked = (SUBMITS, (*event, *told)), (inline.CAP_SELECT, inline.beginning(command["m"]))
        _, caps = self._link.together(*asked)
        self._caps = {row[0]: row for row in caps}
        self._asked = application(command, lambda: (event[-1],))

    def approve(self, command: Json) -> bool:
        """Approve it, if its cap has room."""
        window, asked_yen = self._asked
        cap = self._caps[window]
        if not has_room(cap, asked_yen):
            return False
        event, told = approved(command, cap)
        moves = (0, 0, asked_yen, 0, 0, asked_yen, cap[SEQ] + 1, None, window, cap[SEQ])
        bound = (cap[LIMIT_YEN], asked_yen, cap[LIMIT_YEN])
        if self._link.execute(APPROVES, (*moves, *bound, *event, *told)).rowcount:
            return True
        self.conflicts += 1
        self._caps = {
            row[0]: row for row in self._link.execute(inline.CAP_SELECT, inline.beginning(command["m"]))
        }
        return self.approve(command)

    def close(self) -> None:
        """Close the link."""
        self._link.close()
