"""The office of a file's tests, and the authorities that apply to it.

All tests of a file share one office, and each takes authorities that nobody has used: caps, slots and projects
are an authority's own, so every test stands alone, in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import places
import pytest

from .world import Office


@pytest.fixture(scope="session")
def opened_store(store_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its officers and rounds, and nothing else."""
    store = tmp_path_factory.mktemp("opened") / "grants.db"
    office = Office(store)
    try:
        office.open()
    finally:
        office.close()
    return store


@pytest.fixture(scope="module")
def office(store_kind: str, opened_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office of a file. Whatever was done in it, its log and caps check in the end."""
    yield from checked_office(opened_store, tmp_path_factory.mktemp("office") / "grants.db")


def checked_office(opened_store: Path, store: Path) -> Iterator[Office]:
    """An office on a copy of the opened store, checked when it is left."""
    places.copied(opened_store, store)
    office = Office(store)
    try:
        yield office
        assert office.do("check").done().result == []
    finally:
        office.close()


@pytest.fixture
def prefecture(office: Office) -> str:
    """A prefecture with nothing on record."""
    return office.unused("prefecture")


@pytest.fixture
def core_hub(office: Office) -> str:
    """A core hub city with nothing on record."""
    return office.unused("core_hub")


@pytest.fixture
def town(office: Office) -> str:
    """A municipality, no core hub, with nothing on record."""
    return office.unused("municipality")


@pytest.fixture(scope="module")
def of_all_trades(office: Office) -> str:
    """An officer who holds every role: only the separation of duties is left to stop them."""
    roles = ["preparer", "head", "officer", "approver", "disbursing_officer", "revenue_officer", "verifier"]
    office.do("register_officer", officer="x", name="X", roles=roles).done()
    return "x"
