"""An office whose store is a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store.office import Office, office_at
from store.racers import Racers


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office. What a test did in it adds up in the end."""
    office = office_at(tmp_path / "grants")
    try:
        yield office
        assert office.findings() == []
    finally:
        office.close()


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Four processes."""
    racing = Racers(4)
    yield racing
    racing.close()
