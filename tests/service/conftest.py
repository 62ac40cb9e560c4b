"""An office on a store of its own; what a test did in it adds up in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from store.office import Office, office_at

from .life import LIFE
from .tampering import run_well, tamper


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The store has officers and a round, and the clock stands in the afternoon of 1 April 2025, in Japan."""
    office = office_at(tmp_path / "grants.db")
    try:
        yield office
        assert office.findings() == []
    finally:
        office.close()


@pytest.fixture(scope="session")
def well(store_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of an office that has done everything in time, and closed its one year."""
    path = tmp_path_factory.mktemp("well") / "grants.db"
    run_well(path)
    return path


@pytest.fixture(scope="session")
def lived(store_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of an office that has lived the whole life of `life.py`."""
    path = tmp_path_factory.mktemp("lived") / "grants.db"
    office = office_at(path)
    for step in LIFE:
        office.do(step.do, **step.told(office))
    office.close()
    return path


@pytest.fixture
def tampered(well: Path, tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """An office (in which all is well, or another) after somebody has been at a copy of its file."""
    opened: list[Office] = []

    def at(work: Callable[[Any], object], store: Path = well) -> Office:
        opened.append(tamper(store, tmp_path / "tampered.db", work))
        return opened[-1]

    yield at
    for office in opened:
        office.close()
