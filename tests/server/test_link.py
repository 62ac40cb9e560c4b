"""The link to a server: what goes over it comes back as it was, alone or together, and is prepared once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from store.office import Office

from lifecycle.store.link import PAGE, Connection

VALUES = [
    "",
    "字 ' \" \\ %s ?",
    0,
    -1,
    10**15,
    True,
    None,
    b"",
    b"\x00\xff",
    date(2026, 3, 31),
    [1, 2],
    ["a,b", '"'],
]
PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'grants%'"
TYPES = {str: "text", int: "bigint", bool: "boolean", bytes: "bytea", date: "date", type(None): "text"}


@pytest.fixture
def link(office: Office) -> Iterator[Connection]:
    """A connection of its own."""
    link: Connection = office.grants.store.connect()
    yield link
    link.close()


def type_of(value: Any) -> str:
    """The server's name of a value's type."""
    return f"{type_of(value[0])}[]" if isinstance(value, list) else TYPES[type(value)]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was(link: Connection, value: Any) -> None:
    sql = f"SELECT ?::{type_of(value)}"
    for _ in range(3):  # as it comes, prepared, prepared before
        assert link.execute(sql, (value,)).fetchone() == (value,)
        assert [answer.fetchone() for answer in link.together((sql, (value,)), (sql, (None,)))] == [
            (value,),
            (None,),
        ]


def test_a_statement_is_prepared_when_it_is_asked_for_again_and_stays_so(link: Connection) -> None:
    for prepared in (0, 1, 1):
        link.execute("SELECT ?::text", ("x",))
        assert link.raw.execute(PREPARED).fetchone() == (prepared,)
    link.execute("BEGIN")
    link.execute("ROLLBACK")
    assert link.execute("SELECT ?::text", ("x",)).fetchone() == ("x",)
    assert link.raw.execute(PREPARED).fetchone() == (1,)


@pytest.mark.parametrize("count", [0, 1, PAGE, PAGE + 1, 3 * PAGE])
def test_rows_come_in_their_order_however_many(link: Connection, count: int) -> None:
    answer = link.execute("SELECT n, n::text FROM generate_series(1, ?) AS n", (count,))
    rows = answer.fetchall()
    assert rows == [(n, str(n)) for n in range(1, count + 1)]
    assert (answer.rowcount, answer.fetchone()) == (count, None)


def test_a_long_answer_that_is_read_by_and_by_lets_others_in_between(link: Connection) -> None:
    long = link.execute("SELECT n FROM generate_series(1, ?) AS n", (2 * PAGE + 1,))
    found = [(row[0], link.execute("SELECT ?::text", (str(row[0]),)).fetchone()) for row in long]
    assert found == [(n, (str(n),)) for n in range(1, 2 * PAGE + 2)]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_of_statements_sent_together_the_one_that_fails_is_told_and_none_took_effect(
    link: Connection, place: int
) -> None:
    turns = [("INSERT INTO turns VALUES (?, ?)", (f"here/{n}", 1)) for n in range(2)]
    fails = ("SELECT 1 / ?::integer", (0,))
    with pytest.raises(psycopg.errors.DivisionByZero):
        link.together(*turns[:place], fails, *turns[place:])
    assert not link.in_transaction
    assert link.execute("SELECT count(*) FROM turns WHERE scope LIKE 'here/%'").fetchone() == (0,)


def test_what_began_together_is_held_until_it_ends(link: Connection) -> None:
    link.together(("BEGIN", ()), ("INSERT INTO turns VALUES ('here/x', 1)", ()))
    assert link.in_transaction
    with pytest.raises(psycopg.errors.DivisionByZero):
        link.together(("SELECT 1 / ?::integer", (0,)), ("COMMIT", ()))
    assert link.in_transaction
    link.execute("ROLLBACK")
    assert link.execute("SELECT count(*) FROM turns WHERE scope = 'here/x'").fetchone() == (0,)


def test_statements_sent_together_that_fail_at_their_commit_have_failed(link: Connection) -> None:
    link.execute("CREATE TEMP TABLE once (n integer UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    twice = [("INSERT INTO once VALUES (1)", ())] * 2
    with pytest.raises(psycopg.errors.UniqueViolation):
        link.together(*twice)
    assert link.execute("SELECT count(*) FROM once").fetchone() == (0,)
