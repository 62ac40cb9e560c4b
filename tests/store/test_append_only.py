"""The log and the commands are append-only, whoever holds the file: this program, another, another SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lifecycle.store import embedded, sqlite

from .office import Office, new, office_at

pytestmark = pytest.mark.embedded

DRIVERS = {"the program's SQLite": sqlite.driver, "the standard library's SQLite": sqlite3}
REFUSALS = "append-only|gapless|strictly|stands for one|stands with|links each event|datatype mismatch"
COMMANDS = "append-only|is a view"
COPY = f"SELECT {embedded.COLUMNS}, NULL, NULL, NULL, chain FROM events WHERE n = ?"
INSERT = "INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
ENTRY, COMMAND = 6, 7


@pytest.fixture(params=[True, False], ids=["recursive triggers", "no recursive triggers"])
def recursive(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=DRIVERS.values(), ids=DRIVERS)
def stranger(office: Office, request: pytest.FixtureRequest, recursive: bool) -> Iterator[Any]:
    """A connection from outside to a store with a grant in it."""
    office.approved(new(soft=1_000_000))
    connection = request.param.connect(str(office.path), isolation_level=None)
    connection.execute(f"PRAGMA recursive_triggers={'ON' if recursive else 'OFF'}")
    yield connection
    connection.close()


def everything(connection: Any) -> list[Any]:
    """The log and the commands, byte for byte."""
    return [
        *connection.execute("SELECT * FROM events ORDER BY n"),
        *connection.execute("SELECT * FROM commands ORDER BY command_id"),
    ]


def refused(connection: Any, sql: str, values: tuple[Any, ...] = (), match: str = REFUSALS) -> str:
    """The statement is refused, and nothing has changed; why."""
    before = everything(connection)
    with pytest.raises(Exception, match=match) as refusal:
        connection.execute(sql, values)
    assert everything(connection) == before
    return str(refusal.value)


def event(connection: Any, n: int) -> list[Any]:
    """A row of the log, to be forged from."""
    return list(connection.execute(COPY, (n,)).fetchone())


def insert(connection: Any, row: list[Any], verb: str = "INSERT") -> str:
    """Try to put a row into the log."""
    return refused(connection, f"{verb} {INSERT}", tuple(row))


def last_n(connection: Any) -> int:
    """The number of the last event."""
    return int(connection.execute("SELECT max(n) FROM events").fetchone()[0])


@pytest.mark.parametrize("column", f"{embedded.COLUMNS}, {embedded.COMMAND_COLUMNS}, chain".split(", "))
def test_no_column_of_an_event_is_updated(stranger: Any, column: str) -> None:
    assert "append-only" in refused(stranger, f"UPDATE events SET {column} = {column} WHERE n = 3")


@pytest.mark.parametrize("column", ["command_id", "body_sha256", "result"])
def test_no_column_of_a_command_is_updated(stranger: Any, column: str) -> None:
    refused(stranger, f"UPDATE commands SET {column} = {column}", match=COMMANDS)


@pytest.mark.parametrize("table", ["events", "commands"])
def test_nothing_is_deleted(stranger: Any, table: str) -> None:
    refused(stranger, f"DELETE FROM {table}", match=COMMANDS)


def test_the_last_event_is_not_deleted(stranger: Any) -> None:
    assert "append-only" in refused(stranger, "DELETE FROM events WHERE n = ?", (last_n(stranger),))


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
def test_an_event_is_not_replaced(stranger: Any, verb: str) -> None:
    forged = event(stranger, 3)
    forged[ENTRY] = b"{}"
    assert "gapless" in insert(stranger, forged, verb)


def test_an_event_is_not_replaced_by_its_stream_and_version(stranger: Any) -> None:
    forged = event(stranger, last_n(stranger))
    forged[0], forged[4] = forged[0] + 1, "9999"
    assert "gapless" in insert(stranger, forged, "INSERT OR REPLACE")


def test_an_upsert_updates_nothing(stranger: Any) -> None:
    forged = event(stranger, 3)
    upsert = f"INSERT {INSERT} ON CONFLICT (n) DO UPDATE SET type = 'forged'"
    refused(stranger, upsert, tuple(forged))


def next_event(connection: Any, *command: Any) -> list[Any]:
    """A row that may follow the last one, and stands for a command."""
    row = event(connection, last_n(connection))
    return [
        row[0] + 1,
        "officer/forged",
        1,
        row[3],
        "9999",
        *row[5:COMMAND],
        *(command or row[COMMAND:-1]),
        row[-1],
    ]


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
def test_a_command_is_not_replaced(stranger: Any, verb: str) -> None:
    command_id = stranger.execute("SELECT command_id FROM commands").fetchone()[0]
    assert "one command" in insert(stranger, next_event(stranger, command_id, "forged", b""), verb)


@pytest.mark.parametrize("command", [("new", None, None), ("new", "digest", None), (None, "digest", b"{}")])
def test_a_command_stands_with_its_body_and_its_answer(stranger: Any, command: tuple[Any, ...]) -> None:
    assert "its answer" in insert(stranger, next_event(stranger, *command))


@pytest.mark.parametrize("step", [0, 2, -1, 1_000])
def test_a_number_of_the_log_is_neither_skipped_nor_taken_again(stranger: Any, step: int) -> None:
    row = event(stranger, last_n(stranger))
    row[0], row[1], row[2], row[4] = row[0] + step, "officer/forged", 1, "9999"
    assert "gapless" in insert(stranger, row)


@pytest.mark.parametrize("number", [None, -1, 0, "x", 1.5])
def test_a_number_of_the_log_is_a_number(stranger: Any, number: Any) -> None:
    row = event(stranger, last_n(stranger))
    row[0], row[1], row[2], row[4] = number, "officer/forged", 1, "9999"
    why = "datatype mismatch" if number in ("x", 1.5) else "gapless"
    assert why in insert(stranger, row)


@pytest.mark.parametrize("version", [0, 1, 3, None])
def test_a_version_of_a_stream_is_neither_skipped_nor_taken_again(stranger: Any, version: int | None) -> None:
    row = event(stranger, last_n(stranger))
    stranger_to = ["officer/root", version]  # which has version 1
    insert(stranger, [row[0] + 1, *stranger_to, row[3], "9999", *row[5:]])


def test_an_event_is_not_recorded_before_the_one_before_it(stranger: Any) -> None:
    row = event(stranger, last_n(stranger))
    row[0], row[1], row[2] = row[0] + 1, "officer/forged", 1
    assert "strictly" in insert(stranger, row)


def test_an_event_stands_with_the_digest_that_links_it_to_the_one_before(stranger: Any) -> None:
    assert "links each event" in insert(stranger, [*next_event(stranger)[:-1], None])


@pytest.mark.parametrize("command", [(), ("new", "digest", b"{}")], ids=["none", "a new one"])
def test_the_next_event_is_taken(stranger: Any, command: tuple[Any, ...]) -> None:
    """The other side of every limit above: an append that is exactly the next one is no offence."""
    before = everything(stranger)
    row = next_event(stranger, *command)
    stranger.execute("BEGIN")
    stranger.execute(f"INSERT {INSERT}", tuple(row))
    assert last_n(stranger) == row[0]
    stranger.execute("ROLLBACK")
    assert everything(stranger) == before


def test_a_forged_row_is_found_though_the_triggers_were_dropped(office: Office) -> None:
    """Whoever owns the file can drop the triggers: `doctor` misses them, `check` sees what no longer ties out."""
    office.approved(new(soft=1_000_000))
    office.connection.execute("BEGIN")
    office.connection.execute("DROP TRIGGER events_no_update")
    office.connection.execute("UPDATE events SET effective_on = '2024-04-01' WHERE n = 12")
    office.connection.execute("COMMIT")
    assert [finding["rule"] for finding in office.findings()] == ["chain"]
    assert any("events_no_update" in problem for problem in office.grants.doctor()["problems"])
    office.connection.execute("DROP TRIGGER IF EXISTS events_no_update")
    office.connection.execute("UPDATE events SET effective_on = '2025-04-01' WHERE n = 12")


DOING_NOTHING = "CREATE TRIGGER {0} BEFORE UPDATE ON events BEGIN SELECT 1; END"
HIDING = "CREATE VIEW commands AS SELECT command_id, body_sha256, result FROM answers"


@pytest.mark.parametrize("name", sorted(name for name in embedded.MADE if name != "commands"))
def test_a_trigger_that_was_replaced_by_one_of_its_name_is_told_of(tmp_path: Path, name: str) -> None:
    office = office_at(tmp_path / "grants.db")
    assert office.grants.doctor()["problems"] == []
    office.connection.execute(f"DROP TRIGGER {name}")
    office.connection.execute(DOING_NOTHING.format(name))
    told = f"triggers or views are other than the migrations made them: {name}"
    assert office.grants.doctor()["problems"] == [told]
    office.close()


def test_a_view_that_hides_the_answers_is_told_of(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.connection.execute("DROP VIEW commands")
    office.connection.execute(HIDING)
    told = "triggers or views are other than the migrations made them: commands"
    assert office.grants.doctor()["problems"] == [told]
    office.close()


def test_a_trigger_that_no_migration_made_is_told_of(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.connection.execute(DOING_NOTHING.format("helpful"))
    assert office.grants.doctor()["problems"] == ["triggers are there that no migration made: helpful"]
    office.close()
