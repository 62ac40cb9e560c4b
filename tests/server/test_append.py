"""The append: what a command read is what it stands on, or it is decided again; and it holds no more than it moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from store.office import HIROSHIMA, SAPPORO, YOKOHAMA, Office, continuing, elsewhere, new, project_of

from lifecycle.errors import Busy, CapExceeded, Refusal, WrongStatus
from lifecycle.store.server import TRIES, ServerStore
from lifecycle.store.server_rehearsal import ServerRehearsal

CAP_YEN = 1_000_000_000  # a municipality's for soft projects, in a fiscal year
LOCKS = """
SELECT DISTINCT locktype, relation::regclass::text, mode FROM pg_locks
WHERE pid = %s AND locktype NOT IN ('virtualxid', 'transactionid') AND relation::regclass::text NOT LIKE 'pg_%%'
"""


@pytest.fixture
def meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Let others do something each time a command of the office has decided, and is about to write."""

    def set_up(work: Callable[[], object], times: int = 1) -> list[int]:
        write, decided = ServerStore._write, list[int]()

        def later(store: ServerStore, *args: Any) -> None:
            if store is office.grants.store:
                decided.append(1)
                if len(decided) <= times:
                    work()
            write(store, *args)

        monkeypatch.setattr(ServerStore, "_write", later)
        return decided

    return set_up


@pytest.fixture
def other(office: Office) -> Any:
    """Another officer's session."""
    other = Office(office.path, office.clock)
    yield other
    other.close()


def test_a_cap_that_was_moved_meanwhile_is_judged_again_and_has_room(
    office: Office, other: Office, meanwhile: Any
) -> None:
    decided = meanwhile(lambda: other.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=7)))
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN - 8))
    assert len(decided) >= 2


def test_two_decisions_that_share_a_cap_and_nothing_else_are_counted_one_after_the_other(
    office: Office, other: Office, meanwhile: Any
) -> None:
    ours, theirs = (office.decidable(new(YOKOHAMA, soft=1_000)) for _ in range(2))
    decided = meanwhile(lambda: other.do("approve", grant=theirs))
    office.do("approve", grant=ours)
    assert len(decided) == 2
    window = f"{YOKOHAMA}/soft/fiscal_year/2025"
    seqs = [
        json.loads(bytes(row[0])).get("caps", {}).get(window)
        for row in office.rows("SELECT entry FROM log ORDER BY n")
    ]
    assert [seq for seq in seqs if seq] == [1, 2, 3, 4]


def test_a_cap_that_was_filled_meanwhile_refuses_with_the_figures_that_are_true(
    office: Office, other: Office, meanwhile: Any
) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    meanwhile(lambda: other.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN - 1)))
    with pytest.raises(CapExceeded) as refused:
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    assert [(f.used, f.asked, f.room) for f in refused.value.findings] == [(CAP_YEN, 1, 0)]


def test_a_cap_that_was_given_back_meanwhile_is_no_reason_to_refuse(
    office: Office, other: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room was taken when the command read it, and free when it was refused: that is no refusal."""
    grant = office.approved(new(YOKOHAMA, soft=CAP_YEN))
    draft, done = ServerStore._drafted, []

    def later(store: ServerStore, *args: Any) -> Any:
        try:
            return draft(store, *args)
        finally:
            if store is office.grants.store and not done:
                done.append(other.do("withdraw", grant=grant))

    monkeypatch.setattr(ServerStore, "_drafted", later)
    assert office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN))["ok"]


def test_what_is_moved_at_every_try_is_busy_and_nothing_is_written(
    office: Office, other: Office, meanwhile: Any
) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    names = iter(range(99))

    def renamed() -> None:
        other.do("register_officer", officer="officer", name=f"{next(names)}", roles=["officer"])

    decided = meanwhile(renamed, 99)
    before = office.events()
    with pytest.raises(Busy, match="nothing was written") as refused:
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), id="i1")
    assert (refused.value.exit, len(decided)) == (4, TRIES)
    assert office.events() == before + TRIES
    assert office.grants.store.find_command("i1") is None


def test_an_officer_who_lost_the_role_meanwhile_is_refused(
    office: Office, other: Office, meanwhile: Any
) -> None:
    """Only read, not written: it must stand all the same."""
    grant = office.decidable(new(soft=1_000))
    meanwhile(lambda: other.do("register_officer", officer="approver", name="x", roles=["auditor"]))
    with pytest.raises(Refusal) as refused:
        office.do("approve", grant=grant)
    assert refused.value.code == "role_missing"


def test_a_project_does_not_end_while_a_grant_of_it_is_submitted(
    office: Office, other: Office, meanwhile: Any
) -> None:
    """Neither writes what the other reads: the project's turn keeps them apart."""
    grant = office.settled(office.approved(new(soft=1_000, last=2026)), {"soft": 1_000})
    project = project_of(grant)
    office.published(project, 2025)
    office.do("close_year", project=project, fiscal_year=2025)
    meanwhile(lambda: other.submitted(continuing(project, 2026)))
    with pytest.raises(WrongStatus, match="not closed: fiscal year 2026"):
        office.do("end_project", project=project)


def test_two_plans_that_know_nothing_of_one_another_share_one_cap(
    office: Office, other: Office, meanwhile: Any
) -> None:
    """Each opens a row of its own, so no row is fought over: the authority's turn keeps them apart."""
    wish = elsewhere(SAPPORO, 2026, infrastructure=1_200_000_000)
    meanwhile(lambda: other.do("import_decision", **wish))
    with pytest.raises(CapExceeded):
        office.do("import_decision", **wish)


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
@pytest.mark.parametrize(("times", "ok"), [(1, True), (TRIES - 1, True), (TRIES, False)])
def test_what_the_server_says_to_try_again_is_decided_again(
    office: Office, meanwhile: Any, state: str, times: int, ok: bool
) -> None:
    def fail() -> None:
        raise psycopg.errors.lookup(state)

    grant = office.decidable(new(soft=1_000))
    decided = meanwhile(fail, times)
    if ok:
        assert office.do("approve", grant=grant)["ok"]
    else:
        with pytest.raises(Busy):
            office.do("approve", grant=grant)
    assert len(decided) == min(times + 1, TRIES)


def test_a_command_on_another_cap_does_not_wait(office: Office) -> None:
    """Another session holds a cap of the same authority, and every cap of another one."""
    for authority in (HIROSHIMA, SAPPORO):
        office.do("import_decision", **elsewhere(authority, 2025, soft=1, facility=1))
    office.connection.execute("SET lock_timeout = 1")
    with psycopg.connect(office.path) as holding:
        holding.execute(
            "SELECT 1 FROM cap_usage WHERE authority = %s OR kind = 'facility' FOR UPDATE", (SAPPORO,)
        )
        assert office.do("import_decision", **elsewhere(HIROSHIMA, 2025, soft=1))["ok"]
        with pytest.raises(Busy):
            office.do("import_decision", **elsewhere(HIROSHIMA, 2025, facility=1))


def test_an_append_holds_rows_and_no_table_and_no_lock_of_ours(office: Office) -> None:
    grant = office.decidable(new(soft=1_000, infrastructure=1_000))
    rehearsal = ServerRehearsal(office.path, office.clock)
    office.grants.store, own = rehearsal, office.grants.store
    try:
        office.do("approve", grant=grant)
        backend = rehearsal.connection.backend
        found = own.connection.raw.execute(LOCKS, (backend,)).fetchall()
    finally:
        rehearsal.close()
        office.grants.store = own
    assert {row[0] for row in found} <= {"relation"}
    assert {row[2] for row in found} <= {"AccessShareLock", "RowShareLock", "RowExclusiveLock"}
    assert any(row[1] == "events" for row in found)


def test_everything_a_command_writes_is_one_statement_prepared_once(office: Office) -> None:
    for _ in range(4):
        office.submitted(new(soft=1_000))
    office.do("register_officer", officer="x", name="x", roles=["auditor"])
    prepared = office.connection.raw.execute(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%INSERT INTO commands%'"
    ).fetchone()
    assert prepared == (1,)
