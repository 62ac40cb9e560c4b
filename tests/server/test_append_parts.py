"""The append is put together from the parts that a command needs; the server understands each such statement."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from store.office import Office

from lifecycle.store import append, find_command

PARTS = ("move", "moves", "slot_moves", "seen", "known_caps", "rows", "slot_rows", "turns", "events")
ALONE = {"moves", "slot_moves"}
"""What no command asks for that moves one cap by itself."""

ASKED = [c for n in range(10) for c in combinations(PARTS, n) if "move" not in c or not ALONE & set(c)]
MOVING = {"move", "moves", "slot_moves"}
"""Parts that must find a row. Here it is nobody's."""


def value(column: str, place: int) -> Any:
    """A value of a column, of a row that nobody has."""
    kind = append._type(column)
    if kind == "text":
        return None if column == "freed_on" else f"nobody/{place}"
    return b"" if kind == "bytea" else int(column in ("turn", "version"))


def rows(name: str, count: int) -> list[tuple[Any, ...]]:
    """So many rows of a part."""
    if name == "seen":
        return [(f"nobody/{place}", 0) for place in range(count)]
    return [tuple(value(column, place) for column in append.COLUMNS[name]) for place in range(count)]


@pytest.mark.parametrize("count", [1, 2])
def test_the_server_understands_the_append_with_any_of_its_parts(office: Office, count: int) -> None:
    for names in ASKED:
        values = {name: rows(name, 1 if name == "move" else count) for name in names}
        sql, told = append.statement(values | {"command": [("parts", "", b'{"id":"parts"}')]})
        put = {name for name, table in append.PUT_INTO.items() if f"INTO {table} " in sql}
        assert put == set(append.PUT_INTO) & {*names, "command"}
        with office.connection.raw.transaction(force_rollback=True):
            assert office.connection.execute(sql, told).rowcount == (not MOVING & set(names)), names
            assert (find_command(office.connection, "parts") is None) == bool(MOVING & set(names)), names
        assert find_command(office.connection, "parts") is None
