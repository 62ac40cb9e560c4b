"""An office whose store is a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from store.office import Office, office_at
from store.racers import Racers

from lifecycle.store.link import Connection


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office. What a test did in it adds up in the end."""
    office = office_at(tmp_path / "grants")
    try:
        yield office
        assert office.findings() == []
    finally:
        office.close()


@pytest.fixture
def flights(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The statements of each way to the server and back, since the office was opened."""
    flights: list[list[str]] = []
    execute, together = Connection.execute, Connection.together

    def alone(connection: Connection, sql: str, *values: Any) -> Any:
        flights.append([sql])
        return execute(connection, sql, *values)

    def bundled(connection: Connection, *asked: Any) -> Any:
        flights.append([sql for sql, _ in asked])
        return together(connection, *asked)

    monkeypatch.setattr(Connection, "execute", alone)
    monkeypatch.setattr(Connection, "together", bundled)
    return flights


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Four processes."""
    racing = Racers(4)
    yield racing
    racing.close()
