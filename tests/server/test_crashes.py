"""The whole server is killed under writers, sealers and readers, and comes up again: nothing acknowledged is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from store.office import NOON, Clock, Office, elsewhere, open_office

from lifecycle.errors import Refusal
from lifecycle.store import server
from lifecycle.store.unanswered import OutcomeUnknown, Unreachable

from .crowd import crowd, stands
from .own_server import CRASHES, EVERYTHING, OwnServer, own_server

ROUNDS = 4


@pytest.fixture(scope="module")
def own() -> Iterator[OwnServer]:
    """A server that may be killed, with an office on it."""
    with own_server() as found:
        office = Office(found.url)
        open_office(office)
        office.close()
        yield found


def test_a_server_that_is_killed_loses_nothing_that_was_acknowledged(
    own: OwnServer, tmp_path: Path, capsys: Any
) -> None:
    before = own.recoveries()
    with crowd(own.url, tmp_path / "papers", 3, writer=3, sealer=2, reader=1) as working:
        for turn in range(ROUNDS):
            working.waited("writer", len(working.lines("writer")) + 60)
            working.cut_one()
            working.kill_one()
            own.crash(CRASHES[turn % 2])
            own.start()
            working.counts["killed server"] += 1
        working.waited("writer", len(working.lines("writer")) + 60)
        working.waited("reader", 60)
    told = stands(working, own.url)
    assert told["killed server"] == own.recoveries() - before == ROUNDS
    assert told["acknowledged"] > ROUNDS
    with capsys.disabled():
        print(f"\n{told}")


@pytest.mark.parametrize("what", CRASHES)
def test_a_command_after_a_crash_finds_the_server_again(own: OwnServer, what: str) -> None:
    """The connection it holds is dead and does not know it yet."""
    office = Office(own.url)
    own_command = f"before {what}"
    first = office.tell("import_decision", **elsewhere("340006", 2025, soft=1), id=own_command)
    own.crash(what)
    own.start()
    assert office.do("import_decision", **elsewhere("340006", 2025, soft=1), id=f"after {what}")["ok"]
    assert office.tell("import_decision", **elsewhere("340006", 2025, soft=1), id=own_command) == first
    assert office.findings() == []
    office.close()


def test_while_the_server_is_down_nothing_is_claimed(own: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open connection was cut, and what it wrote can't be asked for; a new one is refused: nothing was written."""
    monkeypatch.setattr(server, "RECONNECT_SECONDS", 0)
    office = Office(own.url, Clock(NOON))
    events = office.events()
    own.crash(EVERYTHING)
    try:
        for expected in (OutcomeUnknown, Unreachable):
            with pytest.raises(Refusal) as refused:
                office.do("import_decision", **elsewhere("340006", 2025, soft=1), id="down")
            assert isinstance(refused.value, expected)
            assert refused.value.exit in (4, 8)
    finally:
        own.start()
    assert office.events() == events
    assert office.do("import_decision", **elsewhere("340006", 2025, soft=1), id="down")["ok"]
    office.close()
