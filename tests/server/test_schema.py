"""The tables on a server: as they are declared, in byte order, and refusing what is not the next thing."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine, inspect
from store.office import Office, new

from lifecycle.store.entries import later
from lifecycle.store.schema import METADATA

REFUSED = (psycopg.errors.RestrictViolation, psycopg.errors.IntegrityError, psycopg.errors.DataError)
MOMENT = "2030-04-01T03:00:00.000000Z"
EVENT = "INSERT INTO events (stream, version, type, recorded_at, effective_on, entry) VALUES ({})"


def test_the_columns_are_those_that_are_declared(office: Office) -> None:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(office.path), poolclass=NullPool
    )
    found = inspect(engine)
    for name, declared in METADATA.tables.items():
        columns = {column["name"]: column for column in found.get_columns(name)}
        expected = {column.name: column for column in declared.columns if column.name != "n"}
        assert columns.keys() - {"pos"} == expected.keys(), name
        assert {n: c["nullable"] for n, c in columns.items() if n != "pos"} == {
            n: bool(c.nullable) for n, c in expected.items()
        }, name
        assert {check["name"] for check in found.get_check_constraints(name)} == {
            str(c.name) for c in declared.constraints if type(c).__name__ == "CheckConstraint"
        }, name


def test_keys_are_in_byte_order(office: Office) -> None:
    """Whatever the database's language is: ranges of keys are those of a file."""
    sql = (
        "SELECT attrelid::regclass::text, attname::text FROM pg_attribute JOIN pg_index ON indrelid = attrelid "
        "AND attnum = ANY (indkey) JOIN pg_class ON pg_class.oid = attrelid JOIN pg_collation "
        "ON pg_collation.oid = attcollation WHERE relnamespace = current_schema()::regnamespace "
        "AND collname <> 'C' AND relname <> 'alembic_version'"
    )
    assert office.rows(sql) == []


@pytest.mark.parametrize("version", [0, 1, 3, -1])
def test_a_version_of_a_stream_is_neither_skipped_nor_taken_again(office: Office, version: int) -> None:
    with pytest.raises(REFUSED):
        office.connection.execute(EVENT.format(f"'officer/root', {version}, 'x', '9999', '2025-04-01', 'x'"))


@pytest.mark.parametrize(
    ("n", "stream", "version", "known_at"),
    [
        ("max(n)", "officer/late", 1, MOMENT),
        ("max(n) + 2", "officer/late", 1, MOMENT),
        ("0", "officer/late", 1, MOMENT),
        ("max(n) + 1", "officer/late", 1, "2000"),
        ("max(n) + 1", "officer/late", 1, "9999"),
        ("max(n) + 1", "officer/root", 1, MOMENT),
        ("max(n) + 1", "officer/late", 2, MOMENT),
        ("max(n) + 1", "officer/nobody", 1, MOMENT),
    ],
)
def test_a_number_of_the_log_is_given_once_in_order_to_what_is_recorded(
    office: Office, n: str, stream: str, version: int, known_at: str
) -> None:
    late(office)
    sql = f"INSERT INTO seals SELECT {n}, '{stream}', {version}, '{known_at}' FROM seals"
    with office.connection.raw.transaction(force_rollback=True):
        with pytest.raises(REFUSED), office.connection.raw.transaction():
            office.connection.execute(sql)
        office.connection.execute(
            f"INSERT INTO seals SELECT max(n) + 1, 'officer/late', 1, '{MOMENT}' FROM seals"
        )
    forget(office)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2030-04-01T03:00:00.000000Z", "2030-04-01T03:00:00.000001Z"),
        ("2030-12-31T23:59:59.999999Z", "2031-01-01T00:00:00.000000Z"),
        ("2031-03-09T06:59:59.999999Z", "2031-03-09T07:00:00.000000Z"),
    ],
)
def test_an_event_that_was_recorded_before_the_last_seal_is_known_one_microsecond_after_it(
    office: Office, before: str, after: str, zone: str
) -> None:
    """As the sealer gives it where clocks differ; nothing earlier, nothing later, whatever the server's time zone."""
    late(office, before, "2030-01-01T00:00:00.000000Z")
    sealed = "INSERT INTO seals SELECT max(n) + 1, 'officer/late', ?::integer, ?::text FROM seals"
    with office.connection.raw.transaction(force_rollback=True):
        office.connection.execute(f"SET LOCAL TIME ZONE '{zone}'")
        office.connection.execute(sealed, (1, before))
        for known_at in ("2030-01-01T00:00:00.000000Z", before, later(later(after, after), None), "9999"):
            with pytest.raises(REFUSED), office.connection.raw.transaction():
                office.connection.execute(sealed, (2, known_at))
        assert later("2030-01-01T00:00:00.000000Z", before) == after
        office.connection.execute(sealed, (2, after))
    forget(office)


def late(office: Office, *moments: str) -> None:
    """Two events that are not sealed yet."""
    for version, moment in enumerate(moments or (MOMENT, MOMENT), 1):
        office.connection.execute(
            EVENT.format(f"'officer/late', {version}, 'x', '{moment}', '2025-04-01', 'x'")
        )


def forget(office: Office) -> None:
    """They were never there."""
    office.connection.execute("ALTER TABLE events DISABLE TRIGGER events_no_delete")
    office.connection.execute("DELETE FROM events WHERE stream = 'officer/late'")
    office.connection.execute("ALTER TABLE events ENABLE TRIGGER events_no_delete")


def test_the_database_itself_holds_the_hard_caps_and_the_slots(office: Office) -> None:
    office.approved(new(soft=1_000))
    statements = (
        "UPDATE cap_usage SET used_yen = limit_yen - reserved_yen + 1 WHERE strength = 'hard'",
        "UPDATE cap_usage SET requested_yen = -1",
        "UPDATE application_slots SET ordinary = ordinary_limit + 1",
        "UPDATE application_slots SET outside = outside_limit + 1",
    )
    for sql in statements:
        with pytest.raises(psycopg.errors.CheckViolation):
            office.connection.execute(sql)


def test_a_row_that_was_moved_from_outside_is_an_integrity_failure_not_a_crash(office: Office) -> None:
    grant = office.submitted(new(soft=1_000))
    office.close()
    office.connection.execute("UPDATE cap_usage SET requested_yen = 0")
    with pytest.raises(Exception, match="does not hold") as refusal:
        office.do("withdraw", grant=grant)
    told: Any = refusal.value
    assert (told.code, told.exit) == ("integrity", 5)
    office.connection.execute("UPDATE cap_usage SET requested_yen = 1000")
