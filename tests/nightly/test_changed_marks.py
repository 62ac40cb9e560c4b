"""集計表の印: where a read table stands, and which run left it so, may say anything after somebody was at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store.office import Office, new, office_at

from lifecycle.nightly import nightly, verify_rebuild

pytestmark = pytest.mark.embedded

SERVED = "projection = 'grant_register' AND is_served = 1"
ROW = f"projection = 'grant_register' AND line = 0 AND half = (SELECT half FROM read_tables WHERE {SERVED})"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a decision, and a night behind it."""
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=10_000, facility=5_000))
    nightly(office.grants.store, office.clock)
    yield office
    office.close()


def tampered(office: Office) -> list[str]:
    """What a night finds changed from outside."""
    return list(nightly(office.grants.store, office.clock).tampered)


NO_MARKS = [("half", "'x'"), ("half", "-1"), ("half", "1.5"), ("n", "'x'"), ("n", "n || 'x'"), ("n", "n + 1")]
NO_MARKS += [("projection", "x'ff'"), ("version", "'x'"), ("rows", "'x'"), ("total", "5")]


@pytest.mark.parametrize(("column", "value"), NO_MARKS)
def test_a_mark_that_no_run_has_made_is_told_of_and_made_again(
    office: Office, column: str, value: str
) -> None:
    """Anything may stand in a column of a file; a night does not stumble over it, and blames no log for it."""
    office.connection.execute(f"UPDATE read_tables SET {column} = {value} WHERE {SERVED}")
    problems = office.grants.doctor()["problems"]
    assert any("grant_register" in problem for problem in problems)
    assert office.findings() == []
    differing = [one.projection for one in verify_rebuild(office.grants.store) if one.difference]
    assert differing == ["grant_register"]
    assert tampered(office) == ["grant_register"]
    assert tampered(office) == []
    assert office.grants.doctor()["problems"] == []
    assert [one for one in verify_rebuild(office.grants.store) if one.difference] == []
    assert office.tell("report", name="decisions")["footing"]["totals"]["decided_yen"] == 15_000


@pytest.mark.parametrize(
    ("column", "value"), [("run", "'x'"), ("run", "1.5"), ("served", "'['"), ("served", "x'ff'")]
)
def test_a_run_that_nobody_ran_keeps_no_night_from_going_on(office: Office, column: str, value: str) -> None:
    last = "(SELECT max(run) FROM read_runs)"
    office.connection.execute(f"UPDATE read_runs SET {column} = {value} WHERE run = {last}")
    assert tampered(office) == []
    assert office.grants.doctor()["nightly"]["last_run"]["state"] == "done"
    assert office.grants.doctor()["problems"] == []


@pytest.mark.parametrize("line", ["'x'", "x'ff'", "7"])
def test_a_row_in_no_place_differs_from_what_is_rebuilt(office: Office, line: str) -> None:
    office.connection.execute(f"UPDATE read_rows SET line = {line} WHERE {ROW}")
    (told,) = [one for one in verify_rebuild(office.grants.store) if one.difference]
    assert told.difference.startswith("340006-2025-01/2025, row 0: served")
