"""What a connection remembers is asked for no more, and what has moved since makes the append decide again.

That whatever is remembered is what is stored, is compared at every use in all tests (tests/remembering.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from store.office import OPENED_ON, YOKOHAMA, Office, continuing, elsewhere, new, project_of

from lifecycle.errors import BadInput, CapExceeded, OverDisbursed, Refusal, RoleMissing, WrongStatus
from lifecycle.store import remembered, server_memory, server_recorder
from lifecycle.store.recorder import BEGUN, STREAMS
from lifecycle.store.server import ServerStore
from lifecycle.store.server_recorder import CAPS

CAP_YEN = 1_000_000_000  # a municipality's for soft projects, in a fiscal year


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory fades with time: here it does not, however busy the machine."""
    monkeypatch.setattr(server_memory, "CAPS_MS", 3_600_000)
    monkeypatch.setattr(server_recorder, "HEARD_SECONDS", 3_600)
    monkeypatch.setattr(ServerStore, "_seal_quietly", lambda *_: None)


@pytest.fixture
def beside(office: Office) -> Iterator[Office]:
    """Another process on the same store."""
    other = Office(office.path, office.clock)
    yield other
    other.close()


def pay(office: Office, grant: str, amount_yen: int = 1) -> Any:
    """An advance."""
    return office.do("disburse", grant=grant, amount_yen=amount_yen, payment="advance")


def again(office: Office) -> int:
    """How many commands were decided again."""
    return office.grants.store.decided_again


# ---------------------------------------------------------------------- what is not asked


def test_a_grant_and_an_officer_that_are_known_are_not_asked_for(
    office: Office, flights: list[list[str]]
) -> None:
    grant = office.approved(new(soft=1_000))
    pay(office, grant)
    flights.clear()
    pay(office, grant)
    assert [len(flight) for flight in flights] == [1]
    assert "INSERT INTO events" in flights[0][0]


def test_an_approval_of_what_this_process_has_just_certified_asks_for_no_event_and_no_cap(
    office: Office, flights: list[list[str]]
) -> None:
    """Nor for waivers, nor the programme: only which grants and effects the new project has."""
    for _ in range(2):
        grant = office.decidable(new(soft=1_000))
        flights.clear()
        office.do("approve", grant=grant)
    *asked, written = flights
    assert asked == [[STREAMS]] * 2
    assert "UPDATE cap_usage" in written[0]


def test_caps_come_along_while_they_are_used_and_no_longer(office: Office, flights: list[list[str]]) -> None:
    def brought(grant: str) -> bool:
        flights.clear()
        office.do("return_for_correction", grant=grant, message="x")
        return CAPS in flights[-1]

    one, two, three = (office.submitted(new(YOKOHAMA, soft=1)) for _ in range(3))
    office.connection.memory.caps.clear()
    office.connection.memory.goes_on = True
    assert brought(one)
    assert brought(two) is False  # nobody asked for them
    assert brought(three) is False


def test_a_rehearsed_command_goes_by_nothing_but_what_it_reads(
    office: Office, flights: list[list[str]]
) -> None:
    grant = office.approved(new(soft=1_000))
    flights.clear()
    office.do("disburse", grant=grant, amount_yen=1, payment="advance", dry_run=True)
    assert len(flights) > 2


def test_a_new_project_is_not_looked_for_before_it_is_begun(office: Office, flights: list[list[str]]) -> None:
    office.submitted(new(soft=1))
    flights.clear()
    office.submitted(new(soft=1))
    assert BEGUN not in {sql for flight in flights for sql in flight}


def done_twice(office: Office) -> None:
    """A file that is run a second time: whoever finds a command done already looks first at the next one, too."""
    for _ in range(2):
        office.do("register_officer", officer="yamada", name="山田", roles=["auditor"], id="yamada")


def test_what_was_begun_on_a_try_that_looks_is_known_to_the_next_command(office: Office) -> None:
    """Which streams there are is asked before one more is begun: that answer must not be gone by any more."""
    grant = office.approved(new(soft=1_000, last=2027))
    done_twice(office)
    office.submitted(continuing(project_of(grant), 2026))
    with pytest.raises(BadInput, match="lies before fiscal year 2026"):
        office.do("request_change", grant=grant, last_year=2025)
    office.do("request_change", grant=grant, last_year=2026)


def test_a_project_does_not_end_while_a_grant_waits_that_was_applied_for_on_a_second_try(
    office: Office, beside: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = office.settled(office.approved(new(soft=1_000, last=2026)), {"soft": 2_000})
    project = project_of(grant)
    office.do("disburse", grant=grant, amount_yen=1_000, payment="final")
    office.published(project, 2025)
    office.do("close_year", project=project, fiscal_year=2025)
    told = {"project": project, "held_on": OPENED_ON, "content": "伴走支援"}
    write = ServerStore._write

    def overtaken(*given: Any) -> None:
        monkeypatch.undo()
        beside.do("record_support", **told)
        write(*given)

    before = again(office)
    monkeypatch.setattr(ServerStore, "_write", overtaken)
    office.submitted(continuing(project, 2026))
    assert again(office) == before + 1
    with pytest.raises(WrongStatus):
        office.do("end_project", project=project)


def test_memory_has_an_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    for _ in range(4):
        office.approved(new(soft=1_000))
    memory = office.connection.memory
    assert len(memory.scopes) == 2
    assert all(len(known.aggregates) <= 2 for known in memory.scopes.values())


# ---------------------------------------------------------------------- what others have moved


def test_a_grant_that_another_process_moved_is_decided_again_on_what_it_is(
    office: Office, beside: Office
) -> None:
    grant = office.approved(new(soft=1_000))
    pay(office, grant, 400)
    pay(beside, grant, 500)
    before = again(office)
    pay(office, grant, 100)
    assert again(office) == before + 1
    assert office.show(grant)["disbursed_yen"] == 1_000


def test_a_refusal_by_what_is_remembered_is_none_if_it_has_moved(office: Office, beside: Office) -> None:
    grant = office.decidable(new(soft=1_000))
    beside.do("approve", grant=grant)
    pay(office, grant)
    beside.do("disburse", grant=grant, amount_yen=999, payment="advance")
    with pytest.raises(Refusal) as refused:
        pay(office, grant)
    assert refused.value.code != "wrong_status"


def test_an_officer_whose_role_is_gone_is_refused_and_one_who_has_it_now_is_not(
    office: Office, beside: Office
) -> None:
    grant = office.approved(new(soft=1_000))
    pay(office, grant)
    roles = {"by": "root", "officer": "payer", "name": "出納"}
    beside.do("register_officer", **roles, roles=["auditor"])
    with pytest.raises(RoleMissing):
        pay(office, grant)
    beside.do("register_officer", **roles, roles=["disbursing_officer"])
    pay(office, grant)


def test_a_cap_that_another_process_moved_is_judged_as_it_is(office: Office, beside: Office) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    beside.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN - 2))
    before = again(office)
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    assert again(office) == before + 1
    beside_room = beside.tell("caps", authority=YOKOHAMA, fiscal_year=2025)["windows"][0]
    assert beside_room["used_yen"] == CAP_YEN
    with pytest.raises(CapExceeded):
        beside.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))


def test_room_that_another_process_gave_back_is_room(office: Office, beside: Office) -> None:
    grant = office.approved(new(YOKOHAMA, soft=CAP_YEN))
    beside.do("withdraw", grant=grant)
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN))


def test_a_cap_of_another_year_that_moved_makes_the_command_decide_again(
    office: Office, beside: Office
) -> None:
    """Whatever of an authority's caps a command knows, it may have judged by."""
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    beside.do("import_decision", **elsewhere(YOKOHAMA, 2026, soft=1))
    before = again(office)
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    assert again(office) == before + 1


def test_a_project_that_another_process_began_is_numbered_past(office: Office, beside: Office) -> None:
    first = office.submitted(new(soft=1))
    second = beside.submitted(new(soft=1))
    third = office.submitted(new(soft=1))
    assert len({project_of(grant) for grant in (first, second, third)}) == 3


def test_caps_that_moved_under_what_was_remembered_are_held_from_then_on(
    office: Office, beside: Office, flights: list[list[str]]
) -> None:
    """Two who take turns at one cap decide again once each, and then wait for each other."""
    for one in (office, beside) * 4:
        one.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    assert again(office) + again(beside) <= 2
    flights.clear()
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    assert any("FOR UPDATE" in sql for flight in flights for sql in flight)


def test_caps_that_were_fought_over_are_held_and_not_remembered(
    office: Office, flights: list[list[str]]
) -> None:
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    office.connection.memory.contended = {f"{YOKOHAMA}/soft/fiscal_year/2025"}
    for _ in range(2):
        flights.clear()
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
        assert any("FOR UPDATE" in sql for flight in flights for sql in flight)
    assert office.connection.memory.caps == {}


def test_a_connection_that_was_cut_has_nothing_in_mind(office: Office, flights: list[list[str]]) -> None:
    grant = office.approved(new(soft=1_000))
    office.close()
    flights.clear()
    pay(office, grant)
    assert len(flights) > 2


def test_a_waiver_that_another_process_gave_is_found(office: Office, beside: Office) -> None:
    """Which streams there are is known as well, and which there are not."""
    waived = {"rule": "soft_fy_municipality", "authority": YOKOHAMA, "limit_yen": CAP_YEN + 1}
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN))
    assert list(office.connection.memory.scopes[f"{YOKOHAMA}-waiver"].answers.values()) == [[]]
    with pytest.raises(CapExceeded):
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    beside.do("waive", **waived, until="2025-06-30", document="府地創第200号")
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    with pytest.raises(CapExceeded):
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))


def test_a_scope_whose_turns_were_taken_out_is_read_anew(office: Office, beside: Office) -> None:
    """Whoever owns the tables can do that; a command that remembers more turns than there are must not go by them."""
    grant = office.approved(new(soft=1_000))
    pay(office, grant, 400)
    office.rows("ALTER TABLE turns DISABLE TRIGGER USER")
    kept = office.rows("DELETE FROM turns WHERE scope = ? RETURNING turn", project_of(grant))
    pay(beside, grant, 500)
    with pytest.raises(Refusal):
        pay(office, grant, 200)
    office.rows("DELETE FROM turns WHERE scope = ?", project_of(grant))
    for (turn,) in [*kept, (len(kept) + 1,)]:
        office.rows("INSERT INTO turns VALUES (?, ?) RETURNING 1", project_of(grant), turn)
    office.rows("ALTER TABLE turns ENABLE TRIGGER USER")
    pay(office, grant, 100)


TABLES = ("events", "seals", "unsealed", "turns", "commands", "cap_usage", "application_slots")


def backup_of(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a store."""
    return {table: office.rows(f"SELECT * FROM {table}") for table in TABLES}


def put_back(office: Office, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """As a restore does, under whoever is connected."""
    with psycopg.connect(office.path) as owner:
        owner.execute("SET session_replication_role = replica")
        for table in TABLES:
            owner.execute(f"TRUNCATE {table}")
            for row in rows[table]:
                marks = ", ".join(["%s"] * len(row))
                owner.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE VALUES ({marks})", row)


@pytest.mark.parametrize("late", [timedelta(), timedelta(days=1)], ids=["on time", "behind the log"])
def test_after_a_backup_was_put_back_nothing_of_what_it_does_not_hold_is_gone_by(
    office: Office, beside: Office, monkeypatch: pytest.MonkeyPatch, late: timedelta
) -> None:
    """Others have taken as many turns since as were lost, in the same streams.

    A clock that is behind the log gives what is recorded instead of something else the very same moment.
    """
    grant = office.approved(new(soft=1_000))
    office.clock.at -= late
    pay(office, grant, 1)
    backup = backup_of(office)
    pay(office, grant, 400)
    put_back(office, backup)
    pay(beside, grant, 900)
    monkeypatch.setattr(server_recorder, "HEARD_SECONDS", 0)  # a moment has passed since it looked
    with pytest.raises(OverDisbursed, match="1,001 yen would be paid"):
        pay(office, grant, 100)
    pay(office, grant, 99)
    assert office.show(grant)["disbursed_yen"] == 1_000


def test_whoever_looks_around_and_finds_its_last_event_goes_by_what_it_remembers(
    office: Office, beside: Office, flights: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = office.approved(new(soft=1_000))
    pay(office, grant)
    monkeypatch.setattr(server_recorder, "HEARD_SECONDS", 0)
    beside.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    flights.clear()
    pay(office, grant)
    assert [flight[0][:6] for flight in flights] == ["SELECT", "WITH f"]
