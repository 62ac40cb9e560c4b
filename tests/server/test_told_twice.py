"""A random life, told to a file by one process, and to a server by three who remember and get in one another's way.

Whatever any of them remembers or has to decide again, every answer and every stored byte is the file's. On the server
a command may be overtaken when it has decided, or is refused and about to be judged again; the file is told the two
in the order in which they took effect.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import places
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stateful.doings import NaiveBook
from stateful.drawing import LAST_DAY, RARELY
from stateful.later_lives import Actions
from store.office import (
    DOES,
    HIROSHIMA,
    NOON,
    OFFICERS,
    OPENED_ON,
    R7,
    Clock,
    Office,
    continuing,
    elsewhere,
    new,
)

from lifecycle.errors import Refusal
from lifecycle.store import server_memory
from lifecycle.store.server import ServerStore

Told = tuple[str, dict[str, Any]]

LIVES, STEPS, PROCESSES = 4, 25, 3
HOUR_MS = 3_600_000
SOMETIMES = st.sampled_from([False, False, True])
DAYS = st.sampled_from([0, 0, 0, 1, 7, 30])
ROUND = {"programme": R7, "opens_on": OPENED_ON, "closes_on": "2027-03-31"}
ROWS = (
    "SELECT n, stream, version, type, recorded_at, known_at, effective_on, entry FROM log ORDER BY n",
    "SELECT command_id, body_sha256, result FROM commands WHERE command_id <> 'open' ORDER BY command_id",
    'SELECT * FROM cap_usage ORDER BY "window"',
    "SELECT * FROM application_slots ORDER BY authority, round",
)
"""All that is stored; what `init` answered names the place."""


@contextmanager
def of_kind(kind: str) -> Iterator[None]:
    """Paths stand for stores of this kind."""
    before, places.Current.kind = places.Current.kind, kind
    try:
        yield
    finally:
        places.Current.kind = before


def opened(folder: Path) -> Office:
    """An office whose every command has an id of its own, at a moment of its own."""
    office = Office(folder / "grants")
    office.do("init", admin="root", id="open")
    for officer, roles in OFFICERS.items():
        office.do("register_officer", officer=officer, name=officer, roles=roles, id=f"officer {officer}")
    bound = {"officer": "hiroshima", "name": "広島", "roles": ["head", "preparer"], "authority": HIROSHIMA}
    office.do("register_officer", **bound, id="officer hiroshima")
    office.do("open_round", round="2025-1", **ROUND, id="round")
    return office


def answer(office: Office, told: Told, at: timedelta) -> Any:
    """What a command is answered at a moment: the result's bytes, or its refusal in full."""
    office.clock = office.grants.now = lambda: NOON + at  # type: ignore[assignment]
    office.grants.store._now = office.clock
    do, fields = told
    try:
        return bytes(office.tell(do, **fields))
    except Refusal as refusal:
        return refusal.code, refusal.exit, refusal.message, refusal.findings


@contextmanager
def overtaken(office: Office, overtake: Callable[[], None]) -> Iterator[None]:
    """Whenever a command of this office has decided or is refused, and holds nothing that others wait for."""
    store = office.grants.store
    moments = {name: getattr(ServerStore, name) for name in ("_write", "_refused")}

    def after(moment: Callable[..., Any]) -> Callable[..., Any]:
        def happen(one: ServerStore, *given: Any) -> Any:
            if one is store and not one.connection.in_transaction:
                overtake()
            return moment(one, *given)

        return happen

    with pytest.MonkeyPatch.context() as patch:
        for name, moment in moments.items():
            patch.setattr(ServerStore, name, after(moment))
        yield


class Twice:
    """A file and a server; what `Actions` draw by, and have performed."""

    def __init__(self, folder: Path, draw: Callable[..., Any]) -> None:
        self.book, self.draw = NaiveBook(), draw
        self.at, self.count, self.overtakings = timedelta(days=1), 0, 0
        self.done: list[tuple[Told, Any]] = []
        with of_kind("sqlite"):
            self.file = opened(folder)
        first = opened(folder)
        self.processes = [first, *(Office(first.path, Clock()) for _ in range(PROCESSES - 1))]

    def close(self) -> None:
        """All stores closed."""
        for office in (self.file, *self.processes):
            office.close()

    def perform(self, do: str, **fields: Any) -> None:
        """A command by some process; others may overtake it, send an earlier one again, or start anew."""
        told = self._told(do, fields)
        one, other, *_ = self.draw(st.permutations(self.processes))
        self.at += timedelta(seconds=2)
        if fields.get("dry_run") or not self.draw(SOMETIMES, "overtaken"):
            self._both(told, answer(one, told, self.at))
        else:
            self._overtaken(told, one, other)
        if self.done and self.draw(RARELY, "sent again"):
            earlier, first = self.draw(st.sampled_from(self.done))
            assert answer(other, earlier, self.at) == first
        if self.draw(RARELY, "started anew"):
            one.close()

    def _overtaken(self, told: Told, one: Office, other: Office) -> None:
        beside, later = self._beside(told[1]), self.at + timedelta(seconds=1)
        answers: list[Any] = []
        with overtaken(one, lambda: answers or answers.append(answer(other, beside, self.at))):
            last = answer(one, told, later)
        if answers:
            self.overtakings += 1
            self._both(beside, answers[0])
        self._both(told, last, later)

    def _told(self, do: str, fields: dict[str, Any]) -> Told:
        self.count += 1
        return do, {**fields, "id": f"command {self.count}"}

    def _both(self, told: Told, answered: Any, at: timedelta | None = None) -> None:
        """The file is told the same, and answers the same."""
        do, fields = told
        with of_kind("sqlite"):
            assert answer(self.file, told, at or self.at) == answered, told
        if isinstance(answered, bytes) and not fields.get("dry_run"):
            self.done.append((told, answered))
            with suppress(AttributeError, KeyError):  # nothing is drawn by what the book does not know
                self.book.take(do, {"by": DOES[do], "on": OPENED_ON, **fields}, json.loads(answered))

    def _beside(self, fields: dict[str, Any]) -> Told:
        """What is done at that moment to the same grant, its project, its authority, or an officer."""
        on = {"on": fields.get("on", OPENED_ON)}
        grant = fields.get("grant") or next(reversed(self.book.matters), "")
        authority, officer = grant[:6] or HIROSHIMA, {"officer": "payer", "name": "出納"}
        found: list[Told] = [
            ("import_decision", {**elsewhere(authority, 2025, soft=1_000), **on, "decided_on": on["on"]}),
            ("submit", {"application": new(authority, soft=1_000), **on}),
            ("open_round", {"round": f"round-{self.count}", **ROUND}),
            ("register_officer", {**officer, "roles": ["auditor"]}),
            ("register_officer", {**officer, "roles": ["disbursing_officer"]}),
        ]
        if grant:
            project, _, year = grant.partition("/")
            media = {"stage": "verification", "sector": "media", "body": "新聞"}
            found += [
                ("disburse", {"grant": grant, "amount_yen": 1, "payment": "advance", **on}),
                ("withdraw", {"grant": grant, **on}),
                ("request_change", {"grant": grant, "last_year": int(year), "content": "短縮", **on}),
                ("submit", {"application": continuing(project, int(year) + 1), **on}),
                ("record_participation", {"project": project, **media, **on}),
            ]
        return self._told(*self.draw(st.sampled_from(found), "beside"))

    def finish(self) -> None:
        """Every stored byte is the same, and all adds up."""
        for sql in ROWS:
            server = plain(self.processes[0].rows(sql))
            with of_kind("sqlite"):
                assert server == plain(self.file.rows(sql)), sql
        assert self.processes[0].findings() == self.file.findings() == []


def plain(rows: list[Any]) -> list[list[Any]]:
    """Rows as either driver gives them."""
    return [[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in rows]


@pytest.fixture(autouse=True)
def _remember_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Caps are in mind as long as anything else, however busy the machine."""
    monkeypatch.setattr(server_memory, "CAPS_MS", HOUR_MS)


def test_every_answer_and_every_stored_byte_is_that_of_a_file(tmp_path: Path) -> None:
    overtakings = []

    @settings(
        max_examples=LIVES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def live(data: st.DataObject) -> None:
        twice = Twice(Path(tempfile.mkdtemp(dir=tmp_path)), data.draw)
        actions = Actions(twice)  # type: ignore[arg-type]
        try:
            for _ in range(STEPS):
                actions.today = min(actions.today + timedelta(days=data.draw(DAYS)), LAST_DAY)
                actions.act(data.draw)
            twice.finish()
        finally:
            twice.close()
        overtakings.append(twice.overtakings)

    live()
    assert sum(overtakings) > LIVES
