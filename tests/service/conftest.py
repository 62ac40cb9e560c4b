"""An office on a store of its own; what a test did in it adds up in the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store.office import Office, office_at


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The store has officers and a round, and the clock stands in the afternoon of 1 April 2025, in Japan."""
    office = office_at(tmp_path / "grants.db")
    try:
        yield office
        assert office.findings() == []
    finally:
        office.close()
