"""突合: every read table says what a second, naive derivation says, at every number of the log that is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lifecycle.nightly.folding import row_of
from lifecycle.projections.nightly import COLUMNS, NIGHTLY
from lifecycle.store import Store
from lifecycle.store.read_tables import open_tables

from . import naive, naive_lists
from .logs import Growing, Rows, golden, played

NAMES = [projection.NAME for projection in NIGHTLY]
DERIVED = {name: naive if hasattr(naive, name) else naive_lists for name in NAMES}


@pytest.fixture(scope="session")
def growings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Growing, tuple[bytes, ...]]]:
    folder: Path = tmp_path_factory.mktemp("parity")
    logs = {"golden": golden(), "story": played("story", folder), "life": played("life", folder)}
    growings = {}
    for which, log in logs.items():
        growing = Growing(folder / f"{which}-grown.db", log)
        growing.grow(len(log))
        growings[which] = growing, log
    return growings


def told(rows: Rows, name: str) -> list[tuple[Any, ...]]:
    """The columns of a read table that the naive derivation has too."""
    wanted = getattr(DERIVED[name], name.upper())
    found = [row_of(COLUMNS[name], cells) for _, _, cells in rows[name]]
    lines = [tuple(row[column] for column in wanted) for row in found]
    if name == "cap_board":
        lines = [line for line in lines if any(line[1:])]
    return sorted(lines, key=str if name == "effect_board" else None)


def told_by(store: Store, name: str) -> list[tuple[Any, ...]]:
    """The same, of what is served."""
    with open_tables(store) as tables:
        return told({name: list(tables.rows(name, tables.served()[name].half))}, name)


def naive_of(name: str, log: naive.Log) -> list[tuple[Any, ...]]:
    """What the naive derivation says of a read table."""
    found: list[tuple[Any, ...]] = getattr(DERIVED[name], name)(log)
    return found


@pytest.mark.parametrize("which", ["golden", "story", "life"])
@pytest.mark.parametrize("name", NAMES)
def test_a_read_table_says_what_the_naive_derivation_says(growings, which, name):
    growing, log = growings[which]
    for upto in sorted({len(log), *range(len(log) - 1, 0, -len(log) // 9)}):
        _, rows = growing.rebuilt(upto)
        assert told(rows, name) == naive_of(name, naive.Log(log[:upto])), f"up to event {upto}"


def test_both_derivations_see_a_yen_that_is_moved(growings):
    """The comparison can fail: one yen more in the log is one yen more in the naive sums only."""
    growing, log = growings["golden"]
    _, rows = growing.rebuilt(len(log))
    moved = tuple(entry.replace(b'"amount_yen":', b'"amount_yen":1', 1) for entry in log)
    differing = [name for name in NAMES if told(rows, name) != naive_of(name, naive.Log(moved))]
    assert {"grant_register", "return_register", "carry_over_sheet", "audit_points"} <= set(differing)


@pytest.mark.parametrize("which", ["golden", "story", "life"])
def test_what_was_decided_and_what_became_of_it_add_up_to_what_stands(growings, which):
    growing, log = growings[which]
    _, rows = growing.rebuilt(len(log))
    for _, _, cells in rows["grant_register"]:
        row = row_of(COLUMNS["grant_register"], cells)
        taken = ("cancelled_yen", "void_yen", "decommitted_yen", "input_tax_yen")
        left_yen = row["decided_yen"] + row["changed_yen"] - sum(row[name] for name in taken)
        assert left_yen == row["standing_yen"], row["grant"]
