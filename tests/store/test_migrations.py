"""A store is created and migrated in one step, from any version this program knows, and by no other program."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic_command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import StaticPool, create_engine, inspect

import migrations
from lifecycle.commands import ALL, WRITES
from lifecycle.errors import IntegrityFailure, NotFound, Refusal, StoreVersion
from lifecycle.store import SCHEMA, migrate, schema_of, sqlite
from lifecycle.store.schema import METADATA

from .doomed import Nursery
from .office import (
    HIROSHIMA,
    SAPPORO,
    Office,
    continuing,
    elsewhere,
    new,
    office_at,
    open_office,
    project_of,
    restored,
)


def config(connection: Any) -> Config:
    """Alembic on a connection."""
    configured = Config()
    configured.set_main_option("script_location", str(Path(migrations.__file__).parent))
    configured.attributes["connection"] = connection
    return configured


def store_at(path: Path, version: str) -> Any:
    """A store of an earlier schema version, empty; its connection."""
    connection = sqlite.connect(path, create=True)
    engine = create_engine(
        "sqlite://", creator=lambda: connection, module=sqlite.driver, poolclass=StaticPool
    )
    with engine.connect() as database:
        database.exec_driver_sql("BEGIN IMMEDIATE")
        alembic_command.upgrade(config(database), version)
        database.commit()
    return connection


def table(connection: Any, name: str) -> list[Any]:
    """The rows of a table."""
    return sorted(connection.execute(f"SELECT * FROM {name}"))


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


def test_a_new_store_has_the_last_version(tmp_path: Path) -> None:
    office = Office(tmp_path / "grants.db")
    told = office.do("init", admin="root")["result"]
    assert (told["schema_before"], told["schema"]) == (None, SCHEMA[-1])
    assert office.grants.doctor()["problems"] == []
    office.close()


def test_the_versions_are_those_of_the_migrations_in_their_order() -> None:
    script = ScriptDirectory.from_config(config(None))
    assert tuple(reversed([revision.revision for revision in script.walk_revisions()])) == SCHEMA


def test_a_store_of_an_earlier_version_is_migrated_with_its_caps_and_slots(
    tmp_path: Path, lived: Office
) -> None:
    old = store_at(tmp_path / "old.db", "0001")
    for name, places in (("events", 7), ("commands", 3)):
        values = ", ".join("?" * places)
        old.executemany(f"INSERT INTO {name} VALUES ({values})", table(lived.connection, name))
    old.close()
    office = Office(tmp_path / "old.db")
    told = office.do("init", admin="root")["result"]
    assert (told["schema_before"], told["schema"]) == ("0001", SCHEMA[-1])
    for name in ("cap_usage", "application_slots", "events"):
        assert table(office.connection, name) == table(lived.connection, name)
        assert table(office.connection, name)
    assert office.findings() == []
    office.close()
    lived.close()


def test_rebuilding_what_the_rules_read_changes_nothing(lived: Office) -> None:
    before = [table(lived.connection, name) for name in ("cap_usage", "application_slots")]
    lived.connection.execute("BEGIN IMMEDIATE")
    migrate.rebuild_inline(lived.connection)
    lived.connection.execute("COMMIT")
    assert [table(lived.connection, name) for name in ("cap_usage", "application_slots")] == before
    lived.close()


def test_an_older_store_is_not_worked_on_before_it_is_migrated(tmp_path: Path) -> None:
    store_at(tmp_path / "old.db", "0001").close()
    office = Office(tmp_path / "old.db")
    with pytest.raises(StoreVersion, match="init") as refusal:
        office.submitted(new(soft=1_000))
    assert (refusal.value.code, refusal.value.exit) == ("store_version", 5)


FIELDS: dict[str, Any] = {
    "application": new(soft=1_000),
    "grant": "340006-2025-01/2025",
    "change": "340006-2025-01/2025/c1",
    "order": "340006-2025-01/2025/r1",
    "project": "340006-2025-01",
    "target": "340006-2025-01/2025",
    "admin": "root",
    "officer": "new",
    "name": "新任",
    "roles": ["officer"],
    "round": "2025-2",
    "programme": "R8-mirai-suishin",
    "opens_on": "2025-04-01",
    "closes_on": "2025-06-30",
    "basis": "document",
    "document": "事務連絡",
    "fiscal_year": 2025,
    "stage": "consideration",
    "sector": "academia",
    "message": "積算",
    "criterion": "vision",
    "score": 4,
    "certificate_no": "第76回-1",
    "amount_yen": 1,
    "payment": "advance",
    "actuals": {"soft": 1},
    "due_on": "2026-06-20",
    "kpi": "k1",
    "actual": "1",
    "body": "external",
    "meeting": "会議",
    "held_on": "2025-04-01",
    "opinion": "順調",
    "cause": "周知",
    "measures": "周知",
    "owner": "企画課",
    "future": "continue",
    "part": "measures",
    "url": "https://www.example.lg.jp/",
    "digest": "sha256:0",
    "command_id": "x",
}
"""A value for every field a command needs."""

OTHERS: dict[str, Any] = {
    "import_decision": elsewhere(HIROSHIMA, 2025, soft=1),
    "order_return": {"basis": "overpayment"},
    "caps": {"authority": HIROSHIMA},
    "record_participation": {"body": "大学"},
}


def fields_of(do: str) -> dict[str, Any]:
    """What a command needs, in good form."""
    needed = [name for name in ALL[do].__struct_fields__ if name in FIELDS]
    told = {name: FIELDS[name] for name in needed}
    if do == "register_officer":
        told["authority"] = None
    return {**told, **OTHERS.get(do, {})}


@pytest.mark.parametrize("do", ALL)
@pytest.mark.parametrize("version", ["0003", "9999"])
def test_a_store_of_a_newer_version_is_refused_by_every_command(
    tmp_path: Path, do: str, version: str
) -> None:
    office = office_at(tmp_path / "grants.db")
    office.connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    office.close()
    before = office.path.read_bytes()
    with pytest.raises(StoreVersion, match=f"{version}, newer") as refusal:
        list(office.tell(do, **fields_of(do)))
    assert (refusal.value.code, refusal.value.exit) == ("store_version", 5)
    office.close()
    assert office.path.read_bytes() == before


def text(path: Path) -> None:
    path.write_text("団体コード,事業名\n" * 400)


def half(path: Path) -> None:
    open_office(made := Office(path))
    made.close()
    path.write_bytes(path.read_bytes()[:5_000])


def someone_elses(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("made", [text, half, someone_elses])
def test_what_is_no_store_is_refused_and_left_as_it_is(tmp_path: Path, made: Callable[[Path], None]) -> None:
    path = tmp_path / "grants.db"
    made(path)
    before = path.read_bytes()
    for do in ("init", "submit", "show"):
        office = Office(path)
        with pytest.raises(Refusal) as refusal:
            office.tell(do, **fields_of(do))
        assert (refusal.value.code in ("integrity", "store_version"), refusal.value.exit) == (True, 5)
        assert "\n" not in refusal.value.message
        office.close()
    assert path.read_bytes() == before


def test_a_store_that_is_not_there_is_not_found_and_not_made(tmp_path: Path) -> None:
    office = Office(tmp_path / "grants.db")
    with pytest.raises(NotFound, match="init") as refusal:
        office.submitted(new(soft=1_000))
    assert (refusal.value.code, refusal.value.exit, office.path.exists()) == ("not_found", 3, False)


@pytest.mark.parametrize("do", [do for do in WRITES if do != "init"])
def test_an_empty_file_is_no_store(tmp_path: Path, do: str) -> None:
    path = tmp_path / "grants.db"
    path.touch()
    office = Office(path)
    with pytest.raises(StoreVersion):
        office.tell(do, **fields_of(do))
    office.close()


def test_init_of_a_dry_run_makes_no_file(tmp_path: Path) -> None:
    office = Office(tmp_path / "grants.db")
    assert office.do("init", admin="root", dry_run=True)["dry_run"]
    assert not office.path.exists()


# ---------------------------------------------------------------------- killed half-way


def rows_of(path: Path) -> dict[str, list[Any]]:
    """Every row of every table, read by a stranger."""
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: table(connection, name) for name in sorted(names)}
    connection.close()
    return rows


@pytest.mark.parametrize("version", [None, "0001"], ids=["a new store", "a store at 0001"])
def test_a_migration_killed_at_any_statement_leaves_the_store_as_it_was(
    tmp_path: Path, nursery: Nursery, version: str | None
) -> None:
    store = tmp_path / "grants.db"
    if version:
        store_at(store, version).close()
    before = store.read_bytes() if version else b""
    as_it_was = rows_of(store)
    init = {"do": "init", "admin": "root", "id": "opened"}
    statements = nursery.child(restored(store, before), init)["statements"]
    opened = rows_of(store)
    stages = [as_it_was, {**opened, "events": [], "commands": []}, opened]
    seen = []
    for at in range(1, statements + 1):
        for when in ("before", "after"):
            left = nursery.child(restored(store, before), init, at=at, when=when)
            assert (left["killed"], left["acked"]) == (True, [])
            seen.append(stages.index(rows_of(store)))
            finished(store, init, opened)
    assert seen == sorted(seen)
    assert set(seen) == {0, 1, 2}


def finished(store: Path, init: dict[str, Any], opened: dict[str, list[Any]]) -> None:
    """The same command completes what was begun, once."""
    office = Office(store)
    first = office.tell(**init)
    assert office.tell(**init) == first
    assert office.findings() == []
    office.close()
    found = rows_of(store)
    assert [command[:2] for command in found.pop("commands")] == [row[:2] for row in opened["commands"]]
    assert found == {name: rows for name, rows in opened.items() if name != "commands"}


# ---------------------------------------------------------------------- one definition of the tables


def words(sql: str) -> str:
    """A condition without its line breaks."""
    return re.sub(r"\s+", " ", sql).strip()


def test_the_declared_tables_are_those_the_migrations_made(lived: Office) -> None:
    engine = create_engine(
        "sqlite://", creator=lambda: lived.connection, module=sqlite.driver, poolclass=StaticPool
    )
    found = inspect(engine)
    assert set(found.get_table_names()) - {"alembic_version"} == set(METADATA.tables)
    for name, declared in METADATA.tables.items():
        columns = found.get_columns(name)
        assert [c["name"] for c in columns] == [c.name for c in declared.columns], name
        assert [str(c["type"]) for c in columns] == [
            c.type.compile(engine.dialect) for c in declared.columns
        ], name
        assert [c["nullable"] for c in columns] == [bool(c.nullable) for c in declared.columns], name
        keys = found.get_pk_constraint(name)["constrained_columns"]
        assert keys == [c.name for c in declared.primary_key.columns], name
        assert unique(found.get_unique_constraints(name)) == unique(declared.constraints), name
        assert checks(found.get_check_constraints(name)) == checks(declared.constraints), name
        assert indexes(found.get_indexes(name)) == {
            (i.name, tuple(c.name for c in i.columns)) for i in declared.indexes
        }, name
    lived.close()


def unique(constraints: Any) -> set[tuple[str, ...]]:
    """Columns that are unique together."""
    return {
        tuple(c["column_names"]) if isinstance(c, dict) else tuple(column.name for column in c.columns)
        for c in constraints
        if isinstance(c, dict) or type(c).__name__ == "UniqueConstraint"
    }


def checks(constraints: Any) -> set[tuple[str, str]]:
    """Conditions by name."""
    return {
        (c["name"], words(c["sqltext"])) if isinstance(c, dict) else (str(c.name), words(str(c.sqltext)))
        for c in constraints
        if isinstance(c, dict) or type(c).__name__ == "CheckConstraint"
    }


def indexes(found: Any) -> set[tuple[str, tuple[str, ...]]]:
    """Indexes by name, with their columns."""
    return {(i["name"], tuple(i["column_names"])) for i in found}


def test_the_version_is_told_before_anything_is_read(tmp_path: Path) -> None:
    connection = store_at(tmp_path / "old.db", "0001")
    assert schema_of(connection) == "0001"
    connection.close()


def test_the_database_itself_holds_the_hard_caps_and_the_slots(lived: Office) -> None:
    """The last belt: even a statement of our own making can't write a row over a hard limit."""
    over = "UPDATE cap_usage SET used_yen = limit_yen - reserved_yen + 1 WHERE strength = 'hard'"
    below = "UPDATE cap_usage SET requested_yen = -1"
    many = "UPDATE application_slots SET ordinary = ordinary_limit + 1"
    more = "UPDATE application_slots SET outside = outside_limit + 1"
    for sql in (over, below, many, more):
        with pytest.raises(sqlite.driver.IntegrityError, match="CHECK"):
            lived.connection.execute(sql)
    assert isinstance(lived.findings(), list)
    lived.close()


def test_a_row_that_was_moved_from_outside_is_an_integrity_failure_not_a_crash(lived: Office) -> None:
    lived.connection.execute("UPDATE cap_usage SET requested_yen = 0 WHERE window LIKE '011002/soft/%'")
    grant = "011002-2025-04/2025"
    with pytest.raises(IntegrityFailure) as refusal:
        lived.do("withdraw", grant=grant)
    assert (refusal.value.code, refusal.value.exit) == ("integrity", 5)
    assert {finding["rule"] for finding in lived.findings()} == {"caps"}
    lived.close()
