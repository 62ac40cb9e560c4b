"""What the log tells of its commands: each has its answer on record, which tells what its events tell, and took a
turn in every scope it wrote in.

An answer names every event of its command, so a command is through once as many were met; only those that are not are
kept in mind, however long the log is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lifecycle.checks.answers import contradictions
from lifecycle.errors import Finding
from lifecycle.store import Turns
from lifecycle.store.append import plans_of, scope_of
from lifecycle.store.entries import Entry
from lifecycle.store.restoring import UNKNOWN_BODY

PAGE = 500
"""Commands whose answers are asked for at once."""

CHANGED = "the store was changed from outside; restore it from a backup and compare"


@dataclass
class Written:
    """What was met of a command's events, and what its answer tells of them.

    One that came with a restored log took no turn here, and its answer names only what stood together in that log.
    """

    events: list[Entry] = field(default_factory=list)
    scopes: set[str] = field(default_factory=set)
    answer: dict[str, Any] = field(default_factory=dict)
    is_restored: bool = False

    @property
    def told(self) -> list[str]:
        """The events that the answer names."""
        return list(map(str, self.answer.get("events", ())))

    @property
    def is_told(self) -> bool:
        """True when the answer is this command's, and names what it wrote."""
        untold = Counter(entry.type for entry in self.events) - Counter(self.told)
        return bool(self.told) if self.is_restored else not untold


class Commands:
    """処理の点検: takes the log's entries in its order; `turns` are those that stand, None where none are taken."""

    def __init__(self, connection: Any, turns: Turns | None) -> None:
        self._connection = connection
        self._turns = turns
        self._new: dict[str, Written] = {}
        self._begun: dict[str, Written] = {}
        self._wrote: Counter[str] = Counter()

    def take(self, entry: Entry) -> Iterator[Finding]:
        """Take in an event; yields findings of commands that are through by now."""
        written = self._begun.get(entry.command) or self._new.setdefault(entry.command, Written())
        written.events.append(entry)
        if self._turns is not None:
            written.scopes |= scopes_of(entry)
        if entry.command in self._begun:
            yield from self._through(entry.command)
        elif len(self._new) >= PAGE:
            yield from self._look_up()

    def rest(self, *, is_whole: bool) -> Iterator[Finding]:
        """Findings of the commands left at the log's end; where the reading ends before it, one may be cut in two."""
        yield from self._look_up()
        for command in list(self._begun) if is_whole else ():
            yield from self._through(command, ended=True)

    def without_turns(self) -> Iterator[Finding]:
        """Findings of scopes in which turns are missing; what is not in the log yet may have taken further ones."""
        turns = self._turns or {}
        for scope in sorted(turns.keys() | self._wrote.keys()):
            stand, first, last = turns.get(scope, (0, 1, 0))
            if (first, last) != (1, stand):
                yield _finding("F8", f"turns are missing in {scope}: {stand} stand, from {first} to {last}")
            elif stand < (wrote := self._wrote[scope]):
                yield _finding(
                    "F8", f"turns are missing in {scope}: {wrote} commands wrote there, and {stand} stand"
                )

    def without_events(self, answers: Iterable[tuple[str, Any, bool]]) -> Iterator[Finding]:
        """Findings of answers that stand by themselves, as only those of commands do that recorded nothing."""
        for command, result, has_events in answers:
            told = _answer_of(result, command).get("events")
            if told != [] or has_events:
                yield _finding("I14, I15", f"command {command} has an answer on record, and not its events")

    def _look_up(self) -> Iterator[Finding]:
        """Every event's command is on record with its answer, or the same id could act a second time (I14)."""
        wanted, self._new = dict(sorted(self._new.items())), {}
        marks = ", ".join("?" * len(wanted))
        sql = f"SELECT command_id, body_sha256, result FROM commands WHERE command_id IN ({marks})"
        known = {row[0]: row[1:] for row in self._connection.execute(sql, list(wanted))} if wanted else {}
        for command, written in wanted.items():
            if command not in known:
                yield _finding(
                    "I14", f"command {command} has events in the log, and its answer is not on record"
                )
                continue
            body_sha256, result = known[command]
            written.answer, written.is_restored = _answer_of(result, command), body_sha256 == UNKNOWN_BODY
            self._begun[command] = written
            yield from self._through(command)

    def _through(self, command: str, *, ended: bool = False) -> Iterator[Finding]:
        written = self._begun[command]
        if len(written.events) < len(written.told) and not ended:
            return
        del self._begun[command]
        if not written.is_told:
            yield _finding("I14", f"command {command} has events in the log that its answer does not tell of")
        elif (
            ended and self._turns is None and not written.is_restored
        ):  # in a file all have their numbers at once
            lost = Counter(written.told) - Counter(entry.type for entry in written.events)
            yield _finding(
                "I16", f"command {command} has recorded {', '.join(lost)}, which is not in the log"
            )
        elif not written.is_restored:
            self._wrote.update(written.scopes)
        for told in contradictions(written.answer, written.events):
            yield _finding("I14, I15", f"command {command}: {told}")


def scopes_of(entry: Entry) -> set[str]:
    """The scopes in which the command of an entry took a turn for it."""
    found = {scope for scope in (scope_of(entry.stream),) if scope}
    windows = (window.split("/") for window in entry.caps)
    return found | {plans_of(authority) for authority, *period in windows if period[1:2] == ["plan"]}


def _answer_of(result: bytes | str, command: str) -> dict[str, Any]:
    """A command's answer; empty where what stands there is no answer, or another command's."""
    try:
        told = json.loads(result if isinstance(result, str) else bytes(result))
        is_its_own = told["id"] == command and isinstance(told["events"], list)
    except (ValueError, KeyError, TypeError):
        return {}
    return told if is_its_own else {}


def _finding(promise: str, message: str) -> Finding:
    return Finding(
        rule="chain", strength="hard", source=f"reliability.md {promise}", message=message, remedy=CHANGED
    )
