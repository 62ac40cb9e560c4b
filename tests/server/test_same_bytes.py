"""The same commands at the same moments are the same ledger on a server as in a file, to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import places
import pytest
from service.life import LIFE
from store.office import NOON, OFFICERS, OPENED_ON, R7, Clock, Office

READS: list[tuple[str, dict[str, Any]]] = [
    ("log", {}),
    ("list", {}),
    ("todo", {"as_of": "2027-06-30"}),
    ("caps", {"authority": "340006"}),
    ("caps", {"authority": "340006", "as_of_event": 40}),
    ("check", {"strict": True, "as_of": None}),
]
LOG = "SELECT n, stream, version, type, recorded_at, known_at, effective_on, entry FROM log ORDER BY n"
TABLES = {
    "commands": "SELECT command_id, body_sha256, result FROM commands ORDER BY command_id",
    "cap_usage": 'SELECT * FROM cap_usage ORDER BY "window"',
    "application_slots": "SELECT * FROM application_slots ORDER BY authority, round",
}


@pytest.fixture(
    params=[timedelta(seconds=1), timedelta(0), -timedelta(hours=1)], ids=["goes", "stands", "goes back"]
)
def step_of_the_clock(request: pytest.FixtureRequest) -> timedelta:
    return timedelta(seconds=request.param.total_seconds())


@pytest.fixture
def told(tmp_path: Path, step_of_the_clock: timedelta) -> Iterator[dict[str, Any]]:
    """What a store holds and answers after the whole life, by kind of store."""
    found = {}
    for kind in places.KINDS:
        places.Current.kind = kind
        office = Office(tmp_path / "grants.db", Clock(NOON, step_of_the_clock))
        live(office)
        rows = {name: plain(office.rows(sql)) for name, sql in TABLES.items()}
        reads = [[do, fields, read(office, do, fields)] for do, fields in READS]
        found[kind] = {"log": plain(office.rows(LOG)), **rows, "reads": reads}
        office.close()
    yield found
    places.Current.kind = "postgresql"


def live(office: Office) -> None:
    """Every command there is, each with an id of its own."""
    office.do("init", admin="root", id="open")
    for officer, roles in OFFICERS.items():
        office.do("register_officer", officer=officer, name=officer, roles=roles, id=f"officer {officer}")
    days = {"opens_on": OPENED_ON, "closes_on": "2027-03-31"}
    office.do("open_round", round="2025-1", programme=R7, **days, id="round")
    for step in LIFE:
        office.do(step.do, **step.told(office, id=step.name))


def read(office: Office, do: str, fields: dict[str, Any]) -> Any:
    """What a read answers."""
    found = office.tell(do, **{name: value for name, value in fields.items() if value is not None})
    return found if isinstance(found, dict) else list(found)


def plain(rows: list[Any]) -> list[list[Any]]:
    """Rows as either driver gives them."""
    return [[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in rows]


def test_the_log_the_answers_and_the_caps_are_the_same(told: dict[str, Any]) -> None:
    file, server = told["sqlite"], told["postgresql"]
    assert len(file["log"]) > len(LIFE)
    for part in file:
        if part == "commands":  # what `init` answers names the place
            file[part], server[part] = (
                [row for row in told if row[0] != "open"] for told in (file[part], server[part])
            )
        assert file[part] == server[part], part
