"""The golden life, exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from nightly.logs import Growing, golden
from reports.shell import Shell


@pytest.fixture(scope="session")
def folded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the golden life, and a night behind it."""
    path = tmp_path_factory.mktemp("exports") / "golden.db"
    growing = Growing(path, golden())
    growing.grow(len(golden()))
    growing.nightly()
    growing.close()
    return path


@pytest.fixture
def shell(folded: Path, tmp_path: Path) -> Shell:
    """The program, on that store."""
    return Shell(folded, tmp_path)
