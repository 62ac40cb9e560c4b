"""Who may do what in the database: every role with every statement, by privilege and by trigger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import places
import psycopg
import pytest
from store.office import Office, elsewhere, new

from lifecycle.errors import Refusal
from lifecycle.nightly import nightly, rebuild
from lifecycle.store import roles
from lifecycle.store.roles import APP, OWNER, READ, RECORDED

DENIED, TRIGGER, DONE = "42501", "23001", ""

SET = {"events": "type", "commands": "body_sha256", "turns": "turn", "seals": "known_at"}
"""A column of each table that only grows."""

KEPT = {
    "events": "stream, version, type, recorded_at, effective_on, entry",
    "commands": "command_id, body_sha256, result",
    "turns": "scope, turn",
    "seals": "n, stream, version, known_at",
}
"""The columns that are given a value."""

REWRITES = {
    f"{verb} {table}": statement
    for table, column in SET.items()
    for verb, statement in {
        "update": f"UPDATE {table} SET {column} = {column}",
        "delete": f"DELETE FROM {table}",
        "truncate": f"TRUNCATE {table}",
        "upsert": f"INSERT INTO {table} ({KEPT[table]}) SELECT {KEPT[table]} FROM {table} ON CONFLICT DO NOTHING",
        "drop": f"DROP TABLE {table}",
        "alter": f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        "trigger": f"DROP TRIGGER {table}_no_update ON {table}",
        "replace": f"COPY {table} FROM STDIN",
    }.items()
}
OTHERS = {
    "read events": "SELECT * FROM events",
    "read log": "SELECT * FROM log",
    "read caps": "SELECT * FROM cap_usage",
    "move a cap": "UPDATE cap_usage SET requested_yen = requested_yen + 1",
    "delete a cap": "DELETE FROM cap_usage",
    "delete slots": "DELETE FROM application_slots",
    "take from the queue": "DELETE FROM unsealed",
    "change the schema's version": "UPDATE alembic_version SET version_num = version_num",
    "make a table": "CREATE TABLE mine (a int)",
    "change the log": "UPDATE log SET type = 'x'",
    "turn triggers off": "SET session_replication_role = replica",
    "become the owner": f"SET ROLE {OWNER}",
}
APP_MAY = {"read events", "read log", "read caps", "move a cap", "take from the queue"}
READ_MAY = {"read events", "read log", "read caps"}
OWNER_MAY = {
    *APP_MAY, "delete a cap", "delete slots", "change the schema's version", "make a table", "become the owner",
    *(f"{verb} {table}" for verb in ("alter", "trigger") for table in SET),
}  # fmt: skip
DEPENDED_ON = "2BP01"
NOT_THIS_WAY = "55000"
"""A view of two tables takes no update from anyone."""


@pytest.fixture(scope="module")
def made(store_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A store whose database has its roles."""
    from store.office import office_at

    office = office_at(tmp_path_factory.mktemp("roles") / "grants")
    office.approved(new(soft=1_000))
    office.grants.roles(apply=True)
    yield office
    office.close()


@pytest.fixture(params=[OWNER, APP, READ])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def tried(url: str, role: str, statement: str) -> str:
    """The state a statement of this role ends in; nothing of it stays."""
    with psycopg.connect(url) as connection:
        connection.execute(f"SET SESSION AUTHORIZATION {role}")  # type: ignore[arg-type]
        try:
            if statement.startswith("COPY"):
                with connection.cursor() as cursor, cursor.copy(statement):  # type: ignore[arg-type]
                    pass
            else:
                connection.execute(statement)  # type: ignore[arg-type]
        except psycopg.Error as error:
            connection.rollback()
            return str(error.sqlstate)
        connection.rollback()
    return DONE


@pytest.mark.parametrize("what", [*REWRITES, *OTHERS])
def test_a_role_may_do_what_it_is_for_and_nothing_else(made: Office, role: str, what: str) -> None:
    found = tried(made.path, role, {**REWRITES, **OTHERS}[what])
    may = {OWNER: OWNER_MAY, APP: APP_MAY, READ: READ_MAY}[role]
    verb = what.partition(" ")[0]
    if what in may or (role == APP and verb == "replace"):  # an empty COPY is an empty INSERT
        assert found == DONE
    elif role == OWNER and verb in ("update", "delete", "truncate"):
        assert found == TRIGGER
    elif role in (OWNER, APP) and verb == "upsert":
        assert found in (DONE, TRIGGER)  # nothing is new, so nothing is written
    elif role == OWNER and verb == "drop":
        assert found in (DONE, DEPENDED_ON)  # whoever owns the tables can drop them: `check` and proofs tell
    elif role == OWNER and verb == "replace":
        assert found == DONE
    elif what == "change the log":
        assert found in (DENIED, NOT_THIS_WAY)
    else:
        assert found == DENIED, what


def test_even_the_servers_owner_meets_the_triggers(made: Office) -> None:
    for table in RECORDED:
        for verb in ("update", "delete", "truncate"):
            with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
                made.connection.execute(REWRITES[f"{verb} {table}"])


def login(office: Office, role: str) -> str:
    """A URL whose sessions are of this role."""
    join = "&" if "?" in office.path else "?"
    return f"{office.path}{join}options=-c%20role%3D{role}"


def test_the_application_role_runs_every_command_and_seals(made: Office) -> None:
    office = Office(login(made, APP), made.clock)
    grant = office.approved(new("011002", soft=1_000, facility=1_000, infrastructure=1_000))
    office.do("withdraw", grant=grant)
    assert office.rows("SELECT count(*) FROM unsealed") == [(0,)]
    assert office.findings() == []
    assert office.grants.doctor()["problems"] == []
    assert office.grants.doctor()["postgresql"]["may_rewrite"] is False
    office.close()


FORGED = {
    **dict.fromkeys(("authority", "rule", "kind", "period", "source", "project"), "forged"),
    **dict.fromkeys(("limit_yen", "fiscal_year", "first_year", "last_year", "seq"), 2031),
    **dict.fromkeys(("own_requested_yen", "own_reserved_yen", "own_used_yen"), 77),
    "strength": "guideline",
    "freed_on": "2099-01-01",
}
"""What a login of the application may write into each column of a cap row, past every command."""


@pytest.mark.parametrize("column", FORGED)
def test_a_cap_row_that_the_application_role_rewrote_is_told_of(made: Office, column: str) -> None:
    window = "340006/soft/fiscal_year/2025"
    write = f'UPDATE cap_usage SET {column} = ? WHERE "window" = ?'
    ((before,),) = made.rows(f'SELECT {column} FROM cap_usage WHERE "window" = ?', window)
    office = Office(login(made, APP), made.clock)
    office.connection.execute(write, (FORGED[column], window))
    try:
        (found,) = office.tell("check", names=["caps"])
        told = f"{FORGED[column]:,}" if column.endswith("_yen") else FORGED[column]
        assert f"the stored row of {window} says {column} {told}; the log says {column} " in found["message"]
    finally:
        office.connection.execute(write, (before, window))
    assert office.findings() == []
    office.close()


def test_the_reading_role_reads_everything_and_writes_nothing(made: Office) -> None:
    office = Office(login(made, READ), made.clock)
    assert list(office.tell("list"))
    assert list(office.tell("log"))
    assert office.findings() == []
    with pytest.raises(Refusal) as refused:
        office.do("import_decision", **elsewhere("011002", 2025, soft=1))
    assert (refused.value.code, refused.value.exit) == ("database_role", 7)
    assert "nothing was written" in refused.value.message
    office.close()


@pytest.mark.parametrize("run", [nightly, rebuild])
def test_the_reading_role_builds_no_read_tables_and_is_told_who_does(
    made: Office, run: Callable[..., object]
) -> None:
    office = Office(login(made, READ), made.clock)
    with pytest.raises(Refusal) as refused:
        run(office.grants.store, made.clock)
    assert (refused.value.code, refused.value.exit) == ("database_role", 7)
    assert "Connect as a role that may; `grants roles` tells which" in refused.value.message
    assert office.rows("SELECT count(*) FROM read_runs") == [(0,)]
    office.close()


def test_a_reader_sees_what_is_sealed_and_a_writer_seals_what_a_dead_one_left(
    made: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lifecycle.store.server import ServerStore

    reader = Office(login(made, READ), made.clock)
    before = len(list(reader.tell("log")))
    with monkeypatch.context() as dead:
        dead.setattr(ServerStore, "_seal_quietly", lambda *_: None)
        made.do("import_decision", **elsewhere("011002", 2025, soft=1))
    assert len(list(reader.tell("log"))) == before
    assert len(list(made.tell("log"))) == before + 2
    assert len(list(reader.tell("log"))) == before + 2
    reader.close()


def test_the_owner_migrates(made: Office) -> None:
    office = Office(login(made, OWNER), made.clock)
    assert office.do("init", admin="root")["events"] == []
    office.close()


def test_the_statements_run_again_change_nothing(made: Office) -> None:
    def privileges() -> list[Any]:
        return made.rows(
            "SELECT relname, relowner::regrole::text, relacl::text FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
        )

    before = privileges()
    assert made.grants.roles(apply=True) == made.grants.roles(apply=False)
    assert privileges() == before


def test_every_table_of_the_store_has_its_place_among_the_roles(made: Office) -> None:
    found = made.rows(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
    )
    assert {row[0] for row in found} == {*roles.TABLES, *roles.VIEWS}


def test_a_login_that_may_not_make_roles_is_told_so(made: Office) -> None:
    office = Office(login(made, APP), made.clock)
    with pytest.raises(Refusal) as refused:
        office.grants.roles(apply=True)
    assert refused.value.code == "database_role"
    office.close()


def test_whom_the_server_does_not_let_in_is_told_so(made: Office) -> None:
    places.administer("DROP ROLE IF EXISTS nobody_at_all")
    told = made.path.replace("postgres@", "nobody_at_all@")
    with pytest.raises(Refusal) as refused:
        Office(told, made.clock).show("root")
    assert (refused.value.code, refused.value.exit) == ("unreachable", 4)
