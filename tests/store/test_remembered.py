"""A process remembers what it read and wrote, and nothing that others have moved since.

Every use of something remembered, in all tests, is compared with what is stored (tests/remembering.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from remembering import Comparisons

from lifecycle.errors import CapExceeded, IntegrityFailure, OverDisbursed, Refusal, RoleMissing, WrongStatus
from lifecycle.store import embedded, remembered, sqlite

from .office import HIROSHIMA, Office, new, office_at


@pytest.fixture
def beside(office: Office) -> Iterator[Office]:
    """Another process on the same store."""
    other = Office(office.path, office.clock)
    yield other
    other.close()


def test_what_was_read_is_not_read_again(office: Office) -> None:
    grant = office.decidable(new(soft=1_000))
    before = Comparisons.aggregates, Comparisons.caps
    office.do("approve", grant=grant)
    office.do("disburse", grant=grant, amount_yen=500, payment="advance")
    assert Comparisons.aggregates > before[0]
    if office.grants.store.kind == "sqlite":  # on a server caps are remembered for a moment only
        assert Comparisons.caps > before[1]


def test_a_grant_that_another_process_moved_is_read_anew(office: Office, beside: Office) -> None:
    grant = office.decidable(new(soft=1_000))
    beside.do("withdraw", grant=grant)
    with pytest.raises(WrongStatus):
        office.do("approve", grant=grant)
    assert office.show(grant)["status"] == "withdrawn"


def test_room_that_another_process_took_is_gone_and_what_it_gave_back_is_there(
    office: Office, beside: Office
) -> None:
    limit_yen = office.tell("caps", authority=HIROSHIMA, fiscal_year=2025)["windows"][0]["limit_yen"]
    office.submitted(new(soft=1_000))
    theirs = beside.approved(new(soft=limit_yen - 1_000))
    with pytest.raises(CapExceeded):
        office.submitted(new(soft=1_000))
    beside.do("withdraw", grant=theirs)
    office.submitted(new(soft=1_000))


def test_a_refusal_by_what_is_remembered_is_told_word_for_word_as_by_what_is_read(
    office: Office, beside: Office
) -> None:
    """Findings come in the order of the windows, whichever was opened last."""
    for first in (2027, 2026, 2025):
        office.submitted(new(first=first, last=2027, soft=1, infrastructure=1))
    told = []
    for one in (office, beside):
        with pytest.raises(CapExceeded) as refused:
            one.submitted(new(last=2027, soft=1, infrastructure=5_000_000_000))
        told.append([finding.message for finding in refused.value.findings])
    assert told[0] == told[1]
    assert len(told[0]) == 4
    assert told[0] == sorted(told[0], key=lambda message: message.rpartition("over the plan ")[2])


def test_roles_that_another_process_took_away_are_gone(office: Office, beside: Office) -> None:
    grant = office.approved(new(soft=1_000))
    office.do("disburse", grant=grant, amount_yen=100, payment="advance")
    beside.do("register_officer", by="root", officer="payer", name="出納", roles=["auditor"])
    with pytest.raises(RoleMissing):
        office.do("disburse", grant=grant, amount_yen=100, payment="advance")


def test_a_dry_run_and_a_refusal_leave_nothing_behind(office: Office) -> None:
    grant = office.approved(new(soft=1_000))
    pay = {"grant": grant, "payment": "advance"}
    office.do("disburse", amount_yen=600, dry_run=True, **pay)
    with pytest.raises(Refusal):
        office.do("disburse", amount_yen=1_001, **pay)
    office.do("disburse", amount_yen=600, **pay)
    with pytest.raises(Refusal):
        office.do("disburse", amount_yen=401, **pay)
    office.do("disburse", amount_yen=400, **pay)
    assert office.show(grant)["disbursed_yen"] == 1_000


@pytest.mark.embedded
def test_memory_is_bounded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    grants = [office.approved(new(soft=1_000)) for _ in range(3)]
    for grant in grants:
        office.do("disburse", grant=grant, amount_yen=100, payment="advance")
    assert len(office.grants.store._remembered._aggregates) == 2


@pytest.mark.embedded
@pytest.mark.parametrize("behind", [0, 2, 1_000])
def test_much_that_others_have_recorded_is_all_seen(
    office: Office, beside: Office, monkeypatch: pytest.MonkeyPatch, behind: int
) -> None:
    monkeypatch.setattr(embedded, "MOST_BEHIND", behind)
    grants = [office.decidable(new(soft=1_000)) for _ in range(3)]
    for grant in grants:
        beside.do("withdraw", grant=grant)
    for grant in grants:
        with pytest.raises(WrongStatus):
            office.do("approve", grant=grant)


def test_a_store_that_was_closed_is_read_anew(office: Office) -> None:
    grant = office.decidable(new(soft=1_000))
    office.close()
    before = Comparisons.aggregates
    office.do("approve", grant=grant)
    assert Comparisons.aggregates == before


def _moved_away(path: Path) -> None:
    path.rename(path.with_name("away.db"))


def _copied_over(path: Path) -> None:
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    copy.rename(path)


@pytest.mark.embedded
@pytest.mark.parametrize("done", [Path.unlink, _moved_away, _copied_over])
def test_nothing_is_told_as_recorded_that_goes_into_a_file_without_its_name(
    tmp_path: Path, done: Callable[[Path], None]
) -> None:
    with closing(office_at(tmp_path / "own.db")) as office:
        grant = office.approved(new(soft=1_000))
        advance = {"grant": grant, "amount_yen": 1, "payment": "advance"}
        office.do("disburse", **advance)
        done(office.path)
        with pytest.raises(IntegrityFailure, match="moved, deleted or replaced"):
            office.do("disburse", **advance)
        with pytest.raises(IntegrityFailure, match="moved, deleted or replaced"):
            office.show(grant)


@pytest.mark.embedded
def test_a_file_that_is_copied_away_is_the_same_one(office: Office, tmp_path: Path) -> None:
    grant = office.approved(new(soft=1_000))
    (tmp_path / "copy.db").write_bytes(office.path.read_bytes())
    office.do("disburse", grant=grant, amount_yen=1, payment="advance")


@pytest.mark.embedded
@pytest.mark.parametrize("late", [timedelta(), timedelta(days=1)], ids=["on time", "behind the log"])
@pytest.mark.parametrize("since", [0, 1, 2], ids=["less than", "as much as", "more than"])
def test_after_a_backup_was_put_back_nothing_of_what_it_does_not_hold_is_gone_by(
    office: Office, beside: Office, since: int, late: timedelta
) -> None:
    """SQLite puts a backup back under whoever has the file open; others have recorded this much since, or that lost.

    A clock that is behind the log gives what is recorded instead of something else the very same moment.
    """
    grant = office.approved(new(soft=1_000))
    office.clock.at -= late
    advance = {"grant": grant, "payment": "advance"}
    office.do("disburse", amount_yen=1, **advance)
    with (
        closing(sqlite.driver.connect(":memory:")) as backup,
        closing(sqlite.driver.connect(office.path)) as file,
    ):
        file.backup(backup)
        office.do("disburse", amount_yen=400, **advance)
        backup.backup(file)
    for _ in range(since):
        beside.do("disburse", amount_yen=450, **advance)
    left_yen = 999 - 450 * since
    with pytest.raises(OverDisbursed):
        office.do("disburse", amount_yen=left_yen + 1, **advance)
    office.do("disburse", amount_yen=left_yen, **advance)
    assert office.show(grant)["disbursed_yen"] == 1_000
