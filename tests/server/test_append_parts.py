"""The append is put together from the parts that a command needs; the server understands each such statement."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from store.office import Office

from lifecycle.store import append, find_command

PARTS = ("windows", "slot_moves", "seen", "rows", "slot_rows", "turns")
LISTS: dict[str, Any] = dict.fromkeys(PARTS[1:], "[]")
EMPTY = LISTS | {"moves": "[]", "windows": [], "events": "[]", "entries": []}
ASKED = dict.fromkeys(PARTS[1:], "[ ]") | {"windows": ["nobody/none"]}
"""Values that ask for a part, and then hold nothing."""

DRIVER_KEEPS = 4096
"""psycopg takes a longer statement apart anew each time it is run."""


@pytest.mark.parametrize("names", [c for count in range(7) for c in combinations(PARTS, count)], ids="+".join)
def test_the_server_understands_the_append_with_any_of_its_parts(
    office: Office, names: tuple[str, ...]
) -> None:
    values = EMPTY | {name: ASKED[name] for name in names}
    values |= {"command_id": "parts", "body_sha256": "", "result": b""}
    told = append.statement(values)
    raw = office.connection.raw
    assert [f"%({name})s" in told for name in PARTS] == [name in names for name in PARTS]
    with raw.transaction(force_rollback=True):
        assert raw.execute(told, values).fetchone() == (True,)
        assert find_command(office.connection, "parts")
    assert find_command(office.connection, "parts") is None


def test_the_driver_keeps_the_longest_append_as_it_read_it() -> None:
    assert len(append.statement(EMPTY | ASKED)) <= DRIVER_KEEPS
