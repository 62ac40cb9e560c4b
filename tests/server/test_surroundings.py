"""What stands around a store on a server: its schema's name, the role's settings, and hands from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from store.office import YOKOHAMA, Office, new, open_office

from lifecycle.errors import BadInput, NotFound
from lifecycle.store import open_store, postgres, roles, soundness
from lifecycle.store.pooled import Pooled
from lifecycle.store.server import ServerStore
from lifecycle.store.server_recorder import holding
from lifecycle.store.unwritable import Unwritable


def within(url: str, **options: str) -> str:
    """A store's URL with settings of its own for each connection."""
    told = quote(" ".join(f"-c{name}={value}" for name, value in options.items()), safe="")
    return f"{url}{'&' if '?' in url else '?'}options={told}"


WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
PATIENCE_SECONDS = 60


def until(holds: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def problems(office: Office) -> list[str]:
    """What `doctor` finds wrong."""
    return list(office.grants.doctor()["problems"])


def as_owner(office: Office, sql: str) -> None:
    """What the server's owner does."""
    with psycopg.connect(office.path, autocommit=True) as owner:
        owner.execute(sql)


@pytest.mark.parametrize("name", ["Office2", "a-b", "r\u0026d", "地方"])
def test_a_schema_may_have_any_name(office: Office, name: str) -> None:
    as_owner(office, f'CREATE SCHEMA "{name}"')
    there = Office(within(office.path, search_path=f'"{name}"'), office.clock)
    open_office(there)
    there.approved(new(soft=1_000))
    assert problems(there) == []
    assert there.findings() == []
    there.close()


def test_a_schema_that_is_not_there_is_not_found(office: Office) -> None:
    there = Office(within(office.path, search_path="nowhere"), office.clock)
    with pytest.raises(NotFound, match="no schema nowhere; create it"):
        there.do("init", admin="root")
    there.close()


def test_the_functions_are_those_that_the_migrations_made(office: Office) -> None:
    assert dict(office.connection.execute(soundness.BODIES)) == soundness.MADE
    assert set(roles.FUNCTIONS) == set(soundness.MADE)


REPLACED = "CREATE OR REPLACE FUNCTION {} () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"


@pytest.mark.parametrize("function", sorted(soundness.MADE))
def test_doctor_names_a_function_that_was_replaced(office: Office, function: str) -> None:
    as_owner(office, REPLACED.format(function))
    assert any(told.endswith(f"other than the migrations made them: {function}") for told in problems(office))


def test_doctor_says_when_no_trigger_is_in_force(office: Office) -> None:
    there = Office(within(office.path, session_replication_role="replica"))
    assert any("no trigger keeps" in told for told in problems(there))
    there.close()


def test_the_owners_role_owns_every_function(office: Office) -> None:
    office.grants.store.roles(apply=True)
    owners = "SELECT DISTINCT pg_get_userbyid(proowner) FROM pg_proc WHERE prorettype = 'trigger'::regtype"
    found = office.rows(f"{owners} AND pronamespace = current_schema()::regnamespace")
    assert found == [(roles.OWNER,)]


def test_what_the_servers_time_limit_ends_is_told_as_such(office: Office) -> None:
    office.approved(new(soft=1_000))
    there = Office(within(office.path, statement_timeout="1"))

    def goes_on() -> None:
        for _ in range(50):
            list(there.tell("check", names=[]))

    with pytest.raises(Unwritable, match="statement_timeout") as refusal:
        goes_on()
    assert (refusal.value.code, refusal.value.exit) == ("system", 74)
    there.close()


@pytest.mark.parametrize("word", ["sslmode=bogus", "port=99999"])
def test_a_url_that_no_server_is_asked_about_is_bad_input(word: str) -> None:
    with pytest.raises(BadInput, match="invalid"):
        open_store(f"postgresql://localhost/x?{word}", lambda: None).connect()  # type: ignore[arg-type, return-value]


ANSWERS = {
    "emptied": "'{}'",
    "no JSON": "'x'",
    "another's": "(SELECT result FROM commands ORDER BY 1 DESC LIMIT 1)",
}


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_that_was_changed_is_found(tmp_path: Path, what: str) -> None:
    """A command sent again would be told it."""
    office = Office(tmp_path / "tampered")
    open_office(office)
    as_owner(office, f"SET session_replication_role = replica; UPDATE commands SET result = {ANSWERS[what]}")
    found = list(office.tell("check", names=["chain"]))
    assert found
    assert all("its answer" in finding["message"] for finding in found)
    office.close()


@pytest.mark.parametrize("isolation", ["serializable", "repeatable\\ read"])
def test_whoever_waits_for_a_cap_has_it_next_whatever_isolation_is_the_default(
    office: Office, monkeypatch: pytest.MonkeyPatch, isolation: str
) -> None:
    """At a higher one, whoever waits is turned away by the commit that was waited for, and decides again."""
    url = within(office.path, default_transaction_isolation=isolation)
    first, second = (office.decidable(new(YOKOHAMA, soft=1)) for _ in range(2))
    one, other = Office(url, office.clock), Office(url, office.clock)
    for there in (one, other):
        there.connection.memory.contended = {f"{YOKOHAMA}/soft/fiscal_year/2025"}
    write, waiting = ServerStore._write, Thread(target=other.do, args=("approve",), kwargs={"grant": second})

    def writes_when_the_other_waits(store: ServerStore, *given: Any) -> None:
        if store is one.grants.store:
            waiting.start()
            until(lambda: bool(office.connection.execute(WAITS).fetchall()))
        write(store, *given)

    monkeypatch.setattr(ServerStore, "_write", writes_when_the_other_waits)
    one.do("approve", grant=first)
    waiting.join()
    assert other.grants.store.decided_again == 0
    assert [office.show(grant)["status"] for grant in (first, second)] == ["approved"] * 2
    one.close()
    other.close()


@pytest.mark.parametrize("isolation", ["serializable", "repeatable\\ read"])
def test_each_statement_sees_what_was_committed_before_it_through_a_pooler_too(
    office: Office, isolation: str
) -> None:
    url = within(office.path, default_transaction_isolation=isolation)
    raw = psycopg.connect(url, autocommit=True, prepare_threshold=None)
    for link in (postgres.connect(url, "here"), Pooled(raw, postgres.THIS_TRANSACTION)):
        link.together(*holding([]))
        assert link.execute("SHOW transaction_isolation").fetchone() == ("read committed",)
        link.execute("ROLLBACK")
        link.close()
