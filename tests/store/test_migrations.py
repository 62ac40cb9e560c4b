"""A store is created and migrated in one step, from any version this program knows, and by no other program."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic_command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import StaticPool, create_engine

import migrations
from lifecycle.commands import ALL, READS, WRITES
from lifecycle.errors import NotFound, Refusal, StoreVersion
from lifecycle.nightly import nightly
from lifecycle.store import SCHEMA, embedded, migrate, sqlite

from .doomed import Nursery, every_moment
from .office import (
    HIROSHIMA,
    Office,
    command,
    new,
    office_at,
    open_office,
    restored,
)

pytestmark = pytest.mark.embedded


QUIET = b'{"ok":true,"do":"init","id":"quiet","events":[],"warnings":[],"result":{}}'
"""The answer of a command that recorded nothing."""


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


def as_of_0001(old: Any, lived: Office) -> None:
    """Write a store's log and commands into one of the first version."""
    for name, columns in (("events", embedded.COLUMNS), ("commands", embedded.COMMAND_COLUMNS)):
        rows = sorted(lived.connection.execute(f"SELECT {columns} FROM {name}"))
        old.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)


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
    as_of_0001(old, lived)
    old.execute("INSERT INTO commands VALUES ('quiet', 'digest', ?)", (QUIET,))
    old.close()
    office = Office(tmp_path / "old.db")
    told = office.do("init", admin="root")["result"]
    assert (told["schema_before"], told["schema"]) == ("0001", SCHEMA[-1])
    assert ("quiet", "digest", QUIET) in table(office.connection, "answers")
    found = set(table(office.connection, "commands"))
    assert found > set(table(lived.connection, "commands"))
    for name in ("cap_usage", "application_slots", "events"):
        assert table(office.connection, name) == table(lived.connection, name)
        assert table(office.connection, name)
    assert office.findings() == []
    office.close()
    lived.close()


def test_a_store_of_the_first_days_is_migrated_which_had_no_day_on_which_room_came_back(
    tmp_path: Path, lived: Office
) -> None:
    old = store_at(tmp_path / "old.db", "0002")
    as_of_0001(old, lived)
    old.execute("ALTER TABLE cap_usage DROP COLUMN freed_on")
    old.close()
    office = Office(tmp_path / "old.db")
    office.do("init", admin="root")
    assert table(office.connection, "cap_usage") == table(lived.connection, "cap_usage")
    assert office.findings() == []
    office.close()
    lived.close()


def test_a_store_that_says_it_is_older_than_it_is_does_not_hold(lived: Office) -> None:
    """Somebody changed its version: migrating it again fails at the first thing that is there already."""
    before = lived.connection.execute("SELECT * FROM sqlite_master").fetchall()
    lived.connection.execute("UPDATE alembic_version SET version_num = '0007'")
    lived.close()
    with pytest.raises(Refusal, match="duplicate column name: marks; nothing was written") as refusal:
        lived.do("init", admin="root")
    assert (refusal.value.code, refusal.value.exit) == ("integrity", 5)
    connection = sqlite.connect(lived.path)
    assert connection.execute("SELECT * FROM sqlite_master").fetchall() == before
    connection.close()


def test_read_tables_of_an_earlier_version_are_left_to_the_next_night(tmp_path: Path, lived: Office) -> None:
    """They have no sums; until that night reports are folded from the log, as before the first one."""
    old = store_at(tmp_path / "old.db", "0006")
    old.execute("INSERT INTO read_rows VALUES ('grant_register', 0, 'a', 0, '[]')")
    old.execute("INSERT INTO read_tables VALUES ('grant_register', 0, 1, '[]', 0, 1, 'digest', 1, 1)")
    old.close()
    office = Office(tmp_path / "old.db")
    office.do("init", admin="root")
    assert table(office.connection, "read_rows") == table(office.connection, "read_tables") == []
    assert office.tell("report", name="decisions")["rows"] == []
    run = nightly(office.grants.store, office.clock)
    assert run.tampered == []
    assert run.events == run.to_n > 0
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


READ_FIELDS: dict[str, dict[str, str]] = {
    "show": {"target": "340006-2025-01/2025"},
    "caps": {"authority": HIROSHIMA},
    "outcome": {"command_id": "x"},
    "diff": {"from": "1", "to": "2"},
    "report": {"name": "decisions"},
}


def some(do: str) -> Any:
    """A command of which nothing is read before the store is: what it asks is left blank."""
    if do in READS:
        return command(do, **READ_FIELDS.get(do, {}))
    blank = dict.fromkeys(ALL[do].__struct_fields__)
    told = {"by": "root", "reason": "", "dry_run": False} | ({"admin": "root"} if do == "init" else {})
    return ALL[do](**{**blank, **told})


@pytest.mark.parametrize("version", [f"{int(SCHEMA[-1]) + 1:04}", "9999"], ids=["the next", "a far one"])
def test_a_store_of_a_newer_version_is_refused_by_every_command_and_read(
    tmp_path: Path, version: str
) -> None:
    office = office_at(tmp_path / "grants.db")
    office.connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    office.close()
    before = office.path.read_bytes()
    for do in ALL:
        with pytest.raises(StoreVersion, match=f"{version}, newer") as refusal:
            list(getattr(office.grants, do)(some(do)))
        assert (do, refusal.value.code, refusal.value.exit) == (do, "store_version", 5)
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
            getattr(office.grants, do)(some(do))
        assert (refusal.value.code in ("integrity", "store_version"), refusal.value.exit) == (True, 5)
        assert "\n" not in refusal.value.message
        office.close()
    assert path.read_bytes() == before


def test_a_store_that_is_not_there_is_not_found_and_not_made(tmp_path: Path) -> None:
    office = Office(tmp_path / "grants.db")
    with pytest.raises(NotFound, match="init") as refusal:
        office.submitted(new(soft=1_000))
    assert (refusal.value.code, refusal.value.exit, office.path.exists()) == ("not_found", 3, False)


def test_an_empty_file_is_no_store(tmp_path: Path) -> None:
    office = Office(tmp_path / "grants.db")
    office.path.touch()
    for do in WRITES.keys() - {"init"}:
        with pytest.raises(StoreVersion, match="no grants store"):
            getattr(office.grants, do)(some(do))
    office.close()


def test_init_of_a_dry_run_makes_no_file(tmp_path: Path) -> None:
    office = Office(tmp_path / "grants.db")
    assert office.do("init", admin="root", dry_run=True)["dry_run"]
    assert not office.path.exists()


# ---------------------------------------------------------------------- killed half-way


def rows_of(path: Path) -> dict[str, list[Any]]:
    """Every row of every table, read by a stranger."""
    connection = sqlite3.connect(path)
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    names |= {"commands"} & {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    rows = {name: table(connection, name) for name in sorted(names - {"events"})}
    rows["events"] = (
        sorted(connection.execute(f"SELECT {embedded.COLUMNS} FROM events")) if "events" in names else []
    )
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
    for doom in every_moment(statements):
        left = nursery.child(restored(store, before), init, **doom)
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


def test_an_older_program_that_has_the_file_open_breaks_no_chain(tmp_path: Path, lived: Office) -> None:
    """It asked for the version before the migration, and goes on writing rows as they were then."""
    older = store_at(tmp_path / "grants.db", "0009")
    values = f"({embedded.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    rows = lived.connection.execute(f"SELECT {embedded.COLUMNS} FROM events ORDER BY n").fetchall()
    older.execute(f"INSERT INTO events {values}", rows[0])
    office = Office(tmp_path / "grants.db")
    office.do("init", admin="root")
    with pytest.raises(sqlite.driver.IntegrityError, match="a newer program has migrated it") as refusal:
        older.execute(f"INSERT INTO events {values}", rows[1])
    assert sqlite.refusal_of(refusal.value, office.path).exit == 5
    older.close()
    assert office.connection.execute("SELECT n FROM events").fetchall() == [(1,)]
    assert list(office.grants.store.unlike_written(office.connection)) == []
    office.close()
    lived.close()


def test_triggers_of_an_earlier_form_are_made_anew(tmp_path: Path) -> None:
    old = store_at(tmp_path / "grants.db", "0007")
    old.execute("DROP TRIGGER read_rows_updated")
    old.execute(
        "CREATE TRIGGER read_rows_updated AFTER UPDATE ON read_rows FOR EACH ROW BEGIN "
        "UPDATE read_tables SET digest = '' WHERE projection = OLD.projection; END"
    )
    old.close()
    office = Office(tmp_path / "grants.db")
    office.do("init", admin="root")
    assert office.grants.doctor()["problems"] == []
    office.close()
