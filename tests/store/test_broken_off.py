"""A command refused in the middle of a read leaves nothing open behind it."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from lifecycle.errors import WrongStatus
from lifecycle.store import sqlite

from .office import Office, new


@pytest.mark.embedded
def test_a_read_that_was_broken_off_holds_nothing_back(office: Office) -> None:
    office.decidable(new(soft=600_000_000))

    def decide(transaction: Any) -> NoReturn:
        assert transaction.connection.execute("SELECT n FROM events").fetchone()
        raise WrongStatus("after the first of many rows")

    with pytest.raises(WrongStatus):
        office.grants.store.run("a", "digest", decide)
    other = sqlite.connect(office.path)
    before = other.execute("SELECT max(n) FROM events").fetchone()
    assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    office.decidable(new(soft=1_000_000))
    assert other.execute("SELECT max(n) FROM events").fetchone() > before
    other.close()
