"""Words for what a test of the service says more than once."""

from __future__ import annotations

from typing import Any

import pytest
from store.office import Office

from lifecycle.errors import Refusal

OKU = 100_000_000


def refused(office: Office, code: str, do: str, **fields: Any) -> Refusal:
    """The command is refused for this reason, and neither log nor caps nor its id know of it."""
    before, rows = office.events(), _rows(office)
    with pytest.raises(Refusal) as caught:
        office.do(do, **fields)
    assert caught.value.code == code, f"{caught.value.code}: {caught.value.message}"
    assert (office.events(), _rows(office)) == (before, rows)
    return caught.value


def refusal_of(read: Any, *args: Any, **fields: Any) -> Refusal:
    """The refusal of a read."""
    with pytest.raises(Refusal) as caught:
        list(read(*args, **fields))
    return caught.value


def _rows(office: Office) -> list[list[tuple[Any, ...]]]:
    tables = ("cap_usage", "application_slots", "commands")
    return [office.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def windows(office: Office, authority: str, **point: Any) -> dict[str, tuple[int, int, int]]:
    """Yen used, reserved and requested per window in which anything stands, by rule and year or project."""
    found = office.tell("caps", authority=authority, **point)["windows"]
    held = {
        f"{row['rule']} {row.get('fiscal_year') or row.get('project', '')}": (
            row["used_yen"],
            row["reserved_yen"],
            row["requested_yen"],
        )
        for row in found
    }
    return {name: amounts for name, amounts in held.items() if any(amounts)}


def slots(office: Office, authority: str, round_: str = "2025-1") -> tuple[int, int]:
    """Ordinary and outside-limit new applications of an authority in a round."""
    for row in office.tell("caps", authority=authority)["slots"]:
        if row["round"] == round_:
            return row["ordinary"], row["outside"]
    return 0, 0
