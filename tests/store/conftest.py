"""What tests of the store ask for: an office on a store of its own, and a process whose children are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .doomed import Nursery
from .office import HIROSHIMA, SAPPORO, Office, continuing, elsewhere, new, office_at, project_of


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


@pytest.fixture
def lived(tmp_path: Path) -> Office:
    """A store in which much has happened: plans that overlap, changes, settlements, withdrawals, imports."""
    office = office_at(tmp_path / "lived.db")
    grant = office.approved(new(soft=600_000_000, infrastructure=900_000_000, last=2026))
    change = office.do("request_change", grant=grant, deltas={"soft": -1}, last_year=2028)["change"]
    office.do("approve_change", change=change)
    office.submitted(continuing(project_of(grant), 2026))
    other = office.approved(new(first=2027, infrastructure=400_000_000, facility=1_700_000_000))
    office.settled(other, {"infrastructure": 500_000_000, "facility": 1_700_000_000})
    for _ in range(3):
        office.do("withdraw", grant=office.submitted(new(SAPPORO, soft=5_000)))
    office.submitted(new(SAPPORO, soft=5_000, outside_limit="議会の議決"))
    office.do("import_decision", **elsewhere(HIROSHIMA, 2026, infrastructure=7_000_000))
    assert office.findings() == []
    return office
