"""A store from which somebody took the schema's version: told apart from no store, and from another program's."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecycle.errors import Refusal

from .office import new, office_at

TAKEN_OUT = {"the table": "DROP TABLE alembic_version", "its row": "DELETE FROM alembic_version"}


@pytest.mark.parametrize("what", TAKEN_OUT)
def test_a_store_whose_version_was_taken_out_is_refused_by_every_command_and_left_as_it_is(
    tmp_path: Path, what: str
) -> None:
    """Made anew over what is there it would be half a store; and it is nobody else's either."""
    lived = office_at(tmp_path / "grants.db")
    lived.submitted(new(soft=1_000))
    events = lived.events()
    lived.connection.execute(TAKEN_OUT[what])
    lived.close()
    for tell in (
        lambda: lived.do("init", admin="root"),
        lambda: lived.do("register_officer", officer="abe", name="阿部", roles=["officer"]),
        lambda: list(lived.tell("list")),
        lambda: lived.tell("caps", authority="340006"),
    ):
        with pytest.raises(Refusal) as refusal:
            tell()
        assert (refusal.value.code, refusal.value.exit) == ("integrity", 5)
        assert "no longer says of which version" in refusal.value.message
        assert "put the table back from a copy" in refusal.value.message
    connection = lived.grants.store.connect()
    assert connection.execute("SELECT count(*) FROM events").fetchone()[0] == events
    connection.close()
