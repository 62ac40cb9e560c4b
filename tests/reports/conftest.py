"""One fixed history for every report: the golden life, in which every type of event stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nightly.logs import Growing, golden
from store.office import Office


@pytest.fixture(scope="session")
def folded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the golden life, and a night behind it."""
    path = tmp_path_factory.mktemp("reports") / "golden.db"
    growing = Growing(path, golden())
    growing.grow(len(golden()))
    growing.nightly()
    growing.close()
    return path


@pytest.fixture
def office(folded: Path) -> Iterator[Office]:
    """The office of that store."""
    office = Office(folded)
    yield office
    office.close()
