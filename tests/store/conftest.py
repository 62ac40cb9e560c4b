"""What tests of the store ask for: an office on a store of its own, and a process whose children are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .doomed import Nursery
from .office import Office, office_at


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office. What a test did in it adds up in the end."""
    office = office_at(tmp_path / "grants.db")
    try:
        yield office
        assert office.findings() == []
    finally:
        office.close()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """The process whose children are killed."""
    nursery = Nursery()
    yield nursery
    nursery.close()
