"""A store on a server is created and migrated in one transaction, by one at a time, or left as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import places
import psycopg
import pytest
from alembic import command as alembic_command
from alembic.ddl.impl import DefaultImpl
from store.office import YOKOHAMA, Office, elsewhere, new, office_at
from store.test_migrations import config, some

from lifecycle.commands import ALL
from lifecycle.errors import Refusal, StoreVersion
from lifecycle.store import SCHEMA, migrate, server_recorder
from lifecycle.store.recorder import recorder_on
from lifecycle.store.server import ServerStore

TABLES = ("events", "commands", "turns", "unsealed", "seals", "cap_usage", "application_slots")
NAMES = """
SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace
UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1
"""
END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Doom:
    """Ends the migrator's process on the server before its n-th statement."""

    def __init__(self, patch: pytest.MonkeyPatch, url: str) -> None:
        self.count, self.at = 0, -1
        execute = DefaultImpl._exec

        def counted(impl: Any, *args: Any, **named: Any) -> Any:
            self.count += 1
            if self.count == self.at:
                with psycopg.connect(url, autocommit=True) as other:
                    other.execute(END)
            return execute(impl, *args, **named)

        patch.setattr(DefaultImpl, "_exec", counted)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Office]:
    """A database without a table."""
    office = Office(tmp_path / "empty")
    yield office
    office.close()


def names(url: str) -> list[str]:
    """Everything the schema holds."""
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(NAMES)]


def store_at(office: Office, version: str) -> None:
    """A store of an earlier schema version, empty."""
    with office.grants.store.migrating() as (_, database):
        alembic_command.upgrade(config(database), version)


def copied(source_url: str, target_url: str, tables: Iterable[str]) -> None:
    """Put one database's rows into another one."""
    with psycopg.connect(source_url) as source, psycopg.connect(target_url) as target:
        for name in tables:
            with source.cursor().copy(f"COPY {name} TO STDOUT") as out:  # type: ignore[arg-type]
                rows = [bytes(data) for data in out]
            with target.cursor().copy(f"COPY {name} FROM STDIN") as into:  # type: ignore[arg-type]
                for data in rows:
                    into.write(data)


def test_a_database_without_a_store_says_so_and_stays_empty(empty: Office) -> None:
    with pytest.raises(StoreVersion, match="grants init"):
        empty.submitted(new(soft=1_000))
    assert empty.do("init", admin="root", dry_run=True)["dry_run"]
    assert names(empty.path) == []


def test_a_store_at_an_earlier_version_is_migrated_with_its_caps_and_slots(
    empty: Office, tmp_path: Path
) -> None:
    lived = office_at(tmp_path / "lived")
    lived.approved(new(soft=1_000, infrastructure=1_000))
    kept = {name: lived.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in TABLES}
    lived.close()
    store_at(empty, "0001")
    copied(lived.path, empty.path, TABLES[:5])
    told = empty.do("init", admin="root")["result"]
    assert (told["schema_before"], told["schema"]) == ("0001", SCHEMA[-1])
    for name in TABLES[5:]:
        assert empty.rows(f"SELECT * FROM {name} ORDER BY 1, 2") == kept[name]
        assert kept[name]
    assert empty.findings() == []


@pytest.mark.parametrize("version", [None, "0001"], ids=["a new store", "a store at 0001"])
def test_a_migration_that_is_cut_at_any_statement_leaves_the_database_as_it_was(
    empty: Office, monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    if version:
        store_at(empty, version)
    before = names(empty.path)
    doom = Doom(monkeypatch, empty.path)
    cuts = 0
    while refused := refusal_of(empty, doom, cuts + 1):
        assert (refused.code, refused.exit) == ("unreachable", 4)
        assert names(empty.path) == before
        cuts += 1
    assert cuts > (3 if version else 20)
    assert empty.do("init", admin="root", id="opened")["events"] == ["officer.registered"]
    assert empty.grants.doctor()["problems"] == []
    assert empty.events() == 1


def refusal_of(office: Office, doom: Doom, at: int) -> Refusal | None:
    """The refusal of a migration that is cut at this statement; None when it has no such statement."""
    doom.count, doom.at = 0, at
    office.close()
    try:
        office.do("init", admin="root", id="opened")
    except Refusal as refused:
        return refused
    return None


@pytest.mark.parametrize("version", [f"{int(SCHEMA[-1]) + 1:04}", "9999"], ids=["the next", "a far one"])
def test_a_store_of_a_newer_version_is_refused_by_every_command_and_read(
    office: Office, version: str
) -> None:
    office.connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    later = Office(office.path, office.clock)
    for do in ALL:
        with pytest.raises(StoreVersion, match=f"{version}, newer") as refusal:
            list(getattr(later.grants, do)(some(do)))
        assert (do, refusal.value.code, refusal.value.exit) == (do, "store_version", 5)
    later.close()
    office.connection.execute("UPDATE alembic_version SET version_num = ?", (SCHEMA[-1],))


def test_another_programs_database_is_refused_and_left_as_it_is(empty: Office) -> None:
    with psycopg.connect(empty.path) as stranger:
        stranger.execute("CREATE TABLE recipes (name text)")
    for do in ("init", "submit", "show"):
        with pytest.raises(StoreVersion):
            getattr(empty.grants, do)(some(do))
    assert names(empty.path) == ["recipes"]


def test_a_store_may_have_a_schema_of_its_own_beside_other_programs(empty: Office) -> None:
    with psycopg.connect(empty.path) as stranger:
        stranger.execute("CREATE TABLE recipes (name text)")
        stranger.execute("CREATE SCHEMA grants")
    office = Office(places.setting(empty.path, "-csearch_path=grants"), empty.clock)
    assert office.do("init", admin="root")["events"] == ["officer.registered"]
    assert office.findings() == []
    assert office.grants.doctor()["problems"] == []
    office.close()


def test_a_database_that_is_not_there_is_not_found(empty: Office) -> None:
    missing = Office(empty.path.replace("/t", "/missing_t", 1), empty.clock)
    with pytest.raises(Refusal, match="createdb") as refused:
        missing.do("init", admin="root")
    assert (refused.value.code, refused.value.exit) == ("not_found", 3)


def test_a_database_that_keeps_no_utf8_is_refused(empty: Office) -> None:
    import places

    places.administer("DROP DATABASE IF EXISTS in_ascii")
    places.administer("CREATE DATABASE in_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    office = Office(places.url("in_ascii"), empty.clock)
    with pytest.raises(StoreVersion, match="UTF"):
        office.do("init", admin="root")
    places.administer("DROP DATABASE in_ascii")


def test_what_waits_for_its_number_is_given_one_after_a_migration(
    empty: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived = office_at(tmp_path / "lived")
    with monkeypatch.context() as dead:
        dead.setattr(ServerStore, "_seal_quietly", lambda *_: None)
        lived.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    store_at(empty, "0004")
    copied(lived.path, empty.path, TABLES[:5])
    assert empty.do("init", admin="root", dry_run=True)["result"]["schema_before"] == "0004"
    waiting = "SELECT count(*) FROM unsealed"
    assert lived.connection.execute(waiting).fetchone() == (2,)
    empty.do("init", admin="root")
    assert len(list(empty.tell("log"))) == empty.events() == lived.events()
    assert empty.connection.execute(waiting).fetchone() == (0,)
    assert empty.findings() == []
    lived.close()


@pytest.mark.parametrize("begin", ["BEGIN", ""], ids=["in a transaction", "by itself"])
def test_what_the_rules_read_is_rebuilt_from_pages_that_the_server_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: str
) -> None:
    """Whatever the log's length: a client that asked for all at once would hold all of it."""
    office = office_at(tmp_path / "grants")
    office.approved(new(soft=1_000))
    before = [table(office, name) for name in ("cap_usage", "application_slots")]
    monkeypatch.setattr(server_recorder, "PAGE", 2)
    connection = office.connection
    if begin:
        connection.execute(begin)
    read = recorder_on(connection).all_entries()
    first = [next(read)]
    assert connection.execute("SELECT name FROM pg_cursors WHERE name <> ''").fetchall() == [("all_entries",)]
    stored = [row[0] for row in connection.execute("SELECT entry FROM events ORDER BY pos")]
    assert first + list(read) == stored
    migrate.rebuild_inline(connection)
    if begin:
        connection.execute("COMMIT")
    assert [table(office, name) for name in ("cap_usage", "application_slots")] == before
    assert office.findings() == []
    office.close()


def table(office: Office, name: str) -> list[tuple[Any, ...]]:
    """Every row of a table, sorted."""
    return sorted(office.rows(f"SELECT * FROM {name}"), key=repr)
