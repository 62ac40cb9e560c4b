"""Every key begins with an authority, and a command is about one: what a division by authority stands on.

What a distributed PostgreSQL would refuse all the same is told in docs/scale.md, and here held to what is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from golden.chronicle import Chronicle
from golden.life import live

from lifecycle.store import append, sealing, server_recorder
from lifecycle.store.link import Connection

SCALE = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
AUTHORITY = re.compile(r"[0-9]{6}(?=[-/]|\Z)")
OFFICES_OWN = {"officer", "round", "programme", "telework"}
"""Streams of no authority: who works here, what is open, which rules are confirmed, whom telework is agreed with."""

PARTITIONED = ("events", "cap_usage", "application_slots", "turns")
UNIQUE = """
SELECT relname::text, attname::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
WHERE relnamespace = current_schema()::regnamespace AND indisunique AND relname = ANY (?)
"""
TRIGGERS = "SELECT DISTINCT proname::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"
IDENTITIES = """
SELECT attname::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = current_schema()::regnamespace AND attidentity <> ''
"""
UNWELCOME = re.compile(
    r"advisory|LOCK\s+TABLE|nextval|currval|NOTIFY|LISTEN|SERIALIZABLE|CREATE|TEMP|DO\s+\$|ctid|xmin",
    re.IGNORECASE,
)

PARTS = [name for name in append.COLUMNS if name != "move"]
WHOLE = append.whole((*PARTS, *[2] * len(PARTS)))
"""An append with every part that one may have."""

Lived = tuple[Chronicle, list[Any], set[str]]


@pytest.fixture(scope="module")
def lived(store_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """A whole life on a server, every type of event in it; what it appended, and the statements it took."""
    appended: list[Any] = []
    statements: set[str] = set()
    values, send = append.values, Connection._send

    def kept(draft: Any, *told: Any) -> Any:
        found = values(draft, *told)
        appended.append(found | {"read": [(stream,) for stream in draft.recorder._last]})
        return found

    def told(connection: Any, sql: str, *rest: Any, **how: Any) -> None:
        statements.add(sql)
        send(connection, sql, *rest, **how)

    office = Chronicle(tmp_path_factory.mktemp("partitions") / "life")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(append, "values", kept)
        patch.setattr(Connection, "_send", told)
        live(office)
    yield office, appended, statements
    office.close()


def keys(told: Any) -> set[str]:
    """Everything that one command read, and its append looks at or writes, by the key it is found under."""
    columns = append.COLUMNS | {"read": ("stream",)}
    keyed = {"window", "scope", "stream", "authority"}
    return {
        row[place]
        for name, rows in told.items()
        for place, column in enumerate(columns[name])
        if column in keyed
        for row in rows
    }


def authority_of(key: str) -> str | None:
    """The authority a key begins with."""
    found = AUTHORITY.match(key)
    return found.group() if found else None


def test_each_key_of_what_grows_begins_with_the_stream_or_the_authority(lived: Lived) -> None:
    office, _, _ = lived
    assert set(office.rows(UNIQUE, list(PARTITIONED))) == {
        ("events", "stream"),
        ("cap_usage", "window"),
        ("application_slots", "authority"),
        ("turns", "scope"),
    }


@pytest.mark.parametrize(
    ("table", "key"),
    [("events", "stream"), ("turns", "scope"), ("cap_usage", '"window"'), ("application_slots", "authority")],
)
def test_each_row_begins_with_an_authority_or_is_the_offices_own(lived: Lived, table: str, key: str) -> None:
    office, _, _ = lived
    found = {row[0] for row in office.rows(f"SELECT {key} FROM {table}")}
    own = {one.partition("/")[0] for one in found if not authority_of(one)}
    assert found
    assert own == (OFFICES_OWN if table in ("events", "turns") else set())


def test_a_command_looks_at_and_writes_rows_of_one_authority(lived: Lived) -> None:
    """So it never spans two shards, if the office's own few streams are on each."""
    _, appended, _ = lived
    owners = [{authority_of(key) for key in keys(told)} - {None} for told in appended]
    assert [keys(told) for told, of in zip(appended, owners, strict=True) if len(of) > 1] == []
    assert [len(of) for of in owners].count(1) > len(owners) // 2
    assert len(set().union(*owners)) > 1


def test_what_is_written_to_the_offices_own_streams_is_all_that_is_written(lived: Lived) -> None:
    """No command writes in an authority and in the office's own streams at once."""
    _, appended, _ = lived
    for told in appended:
        written = {event[0] for event in told["events"]}
        assert len({authority_of(stream) for stream in written}) == 1, written


def test_the_statements_of_a_command_ask_for_nothing_but_rows(lived: Lived) -> None:
    """Of all statements of a whole life, the sealer's alone take a lock of ours, and it is no part of the append."""
    _, _, statements = lived
    assert {statement for statement in statements if "INSERT INTO events" in statement}
    assert {s for s in statements if UNWELCOME.search(s)} == {sealing.TRY}


@pytest.mark.parametrize("statement", [WHOLE, server_recorder.LOCK])
def test_rows_are_held_by_the_key_that_begins_with_the_authority(statement: str) -> None:
    held = re.findall(r"FROM (\w+)\s+WHERE (.+?) ORDER BY [^)]*? FOR UPDATE", statement, re.DOTALL)
    assert len(held) == statement.count("FOR UPDATE")
    assert not UNWELCOME.search(statement)
    for table, where in held:
        key = {"cap_usage": '"window" = ANY', "application_slots": "(authority, round) IN"}[table]
        assert where.startswith(key)


@pytest.mark.parametrize("sql", [TRIGGERS, IDENTITIES])
def test_what_a_distributed_database_may_refuse_is_told_of(lived: Lived, sql: str) -> None:
    office, _, _ = lived
    names = [row[0] for row in office.rows(sql)]
    assert names
    assert [name for name in names if f"`{name}`" not in SCALE] == []
