"""One definition of the tables: what is declared is what the migrations make, and what the database itself refuses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import StaticPool, create_engine, inspect

from lifecycle.errors import IntegrityFailure
from lifecycle.store import sqlite
from lifecycle.store.read_schema import READ_METADATA
from lifecycle.store.schema import EMBEDDED_METADATA

from .office import Office

pytestmark = pytest.mark.embedded

DECLARED = {**EMBEDDED_METADATA.tables, **READ_METADATA.tables}


def words(sql: str) -> str:
    """A condition without its line breaks."""
    return re.sub(r"\s+", " ", sql).strip()


def test_the_declared_tables_are_those_the_migrations_made(lived: Office) -> None:
    engine = create_engine(
        "sqlite://", creator=lambda: lived.connection, module=sqlite.driver, poolclass=StaticPool
    )
    found = inspect(engine)
    assert set(found.get_table_names()) - {"alembic_version"} == set(DECLARED)
    for name, declared in DECLARED.items():
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
    lived.close()  # or it would remember the row as it was
    lived.connection.execute("UPDATE cap_usage SET requested_yen = 0 WHERE window LIKE '011002/soft/%'")
    grant = "011002-2025-04/2025"
    with pytest.raises(IntegrityFailure) as refusal:
        lived.do("withdraw", grant=grant)
    assert (refusal.value.code, refusal.value.exit) == ("integrity", 5)
    assert {finding["rule"] for finding in lived.findings()} == {"caps"}
    lived.close()
