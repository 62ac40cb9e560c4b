"""The queue before the seal, as the application's role may write it: whatever stands there, every event is numbered."""

from __future__ import annotations

import json

import pytest
from store.office import YOKOHAMA, Office, elsewhere, new

from cli.main import main
from lifecycle.store.server import ServerStore

SEALED = "SELECT pos, stream, version, recorded_at FROM events WHERE stream = 'officer/officer'"
OTHERS = "SELECT 0, 'officer/nobody', 1, '2025-04-01T03:00:00.000000Z'"
TWICE = "SELECT pos, stream, version, recorded_at FROM unsealed"
ELSEWHERE = "SELECT pos + 1000000, stream, version, recorded_at FROM unsealed"
BACKWARDS = "SELECT -pos, stream, version, recorded_at FROM unsealed"
FUTURE = "SELECT pos, stream, version + 7, recorded_at FROM unsealed"


@pytest.fixture
def waiting(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Two commands have committed, and nobody has sealed."""
    with monkeypatch.context() as dead:
        dead.setattr(ServerStore, "_seal_quietly", lambda *_: None)
        for _ in range(2):
            office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    assert unsealed(office)
    return office


def unsealed(office: Office) -> int:
    """How many rows wait."""
    return int(office.connection.execute("SELECT count(*) FROM unsealed").fetchone()[0])


def outside(office: Office) -> list[str]:
    """What `check` says of events outside the log."""
    found = office.tell("check", names=["chain"])
    return [finding["remedy"] for finding in found if "neither in the log" in finding["message"]]


@pytest.mark.parametrize("row", [SEALED, OTHERS, TWICE, ELSEWHERE, BACKWARDS, FUTURE])
def test_a_row_that_does_not_belong_in_the_queue_stops_nobody(waiting: Office, row: str) -> None:
    waiting.connection.execute(f"INSERT INTO unsealed (pos, stream, version, recorded_at) {row}")
    waiting.do("import_decision", **elsewhere("340006", 2025, soft=1))
    waiting.grants.store.seal()
    assert unsealed(waiting) == 0
    assert outside(waiting) == []
    assert len(list(waiting.tell("log"))) == waiting.events()


@pytest.mark.parametrize(
    "moment",
    ["9999-12-31T23:59:59.999999Z", "2099-01-01T00:00:00.000000Z", "2000-01-01T00:00:00.000000Z", "soon", ""],
)
def test_a_row_that_tells_of_another_moment_than_its_event_moves_no_event_in_time(
    waiting: Office, moment: str
) -> None:
    """Whoever may seal may write the queue; from when an event is known, its entry alone says."""
    row = waiting.connection.execute("SELECT min(pos) FROM unsealed").fetchone()
    taken = "DELETE FROM unsealed WHERE pos = ? RETURNING pos, stream, version"
    (told,) = waiting.connection.execute(taken, row)
    waiting.connection.execute("INSERT INTO unsealed VALUES (?, ?, ?, ?::text)", (*told, moment))
    waiting.grants.store.seal()
    assert unsealed(waiting) == 0
    assert (
        waiting.rows("SELECT stream, version, recorded_at, known_at FROM log WHERE recorded_at <> known_at")
        == []
    )
    assert len(list(waiting.tell("log"))) == waiting.events()


def test_an_event_that_a_later_one_of_its_stream_waits_for_is_put_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dead:
        dead.setattr(ServerStore, "_seal_quietly", lambda *_: None)
        grant = office.submitted(new(soft=1_000))
        assert office.connection.execute("DELETE FROM unsealed WHERE stream LIKE ?", (f"%{grant}",)).rowcount
        office.do("withdraw", grant=grant)
    office.grants.store.seal()
    assert unsealed(office) == 0
    assert outside(office) == []


def test_an_event_that_was_taken_out_of_the_queue_is_told_of_and_put_back_when_asked(
    waiting: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = unsealed(waiting)
    waiting.connection.execute("DELETE FROM unsealed")
    waiting.do("import_decision", **elsewhere("340006", 2025, soft=1))
    waiting.grants.store.seal()
    remedies = outside(waiting)
    assert len(remedies) == lost
    assert all("grants seal --lost" in remedy for remedy in remedies)
    store = str(waiting.path)
    assert main(["--store", store, "seal"]) == 0
    assert capsys.readouterr().out.startswith("sealed 0;")
    assert main(["--store", store, "seal", "--lost"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"put back {lost} recorded events that stood neither in the log nor before their seal"
    assert second == f"sealed {lost}; the log holds {waiting.events()} events"
    assert outside(waiting) == []
    assert main(["--store", store, "seal", "--lost", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"sealed": 0, "events": waiting.events(), "put_back": 0}


def test_what_waits_for_its_seal_is_not_put_back_a_second_time(waiting: Office) -> None:
    before = unsealed(waiting)
    assert waiting.grants.store.put_back() == 0
    assert unsealed(waiting) == before
