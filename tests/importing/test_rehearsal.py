"""A rehearsal on a store: its commands see one another, a refused one leaves nothing, and in the end none stays."""

from __future__ import annotations

from datetime import date

import places
import pytest

from lifecycle.aggregates import Act, Officer
from lifecycle.store import open_store
from lifecycle.store.embedded import EmbeddedStore
from lifecycle.store.rehearsal import rehearsal as rehearsal_on


@pytest.fixture
def url(office) -> str:
    """A store with its officers."""
    return places.store_url(office.folder / "grants.db")


@pytest.fixture
def rehearsal(office, url):
    """A rehearsal on it."""
    store = rehearsal_on(url, lambda: office.now)
    yield store
    store.close()


TRACE = "INSERT INTO application_slots VALUES ('trace', '1', 0, 0, 0, 0)"


def answer(command_id: str) -> bytes:
    """The least that answers a command: its id."""
    return b'{"id":"%s"}' % command_id.encode()


def keep(command_id: str):
    """A command that registers an officer."""

    def decide(transaction):
        act = Act("root", date(2025, 4, 1), "", command_id)
        facts = {"name": "", "roles": ["scorer"], "authority": None}
        transaction.add(Officer.begin(Officer.Registered, act, f"officer/{command_id}", **facts))
        return lambda recorded: answer(command_id)

    return command_id, "digest", decide


def fail(command_id: str):
    """A command that writes and is refused after it."""

    def decide(transaction):
        keep(command_id)[2](transaction)
        transaction.connection.execute(TRACE)
        raise ValueError(command_id)

    return command_id, "digest", decide


def test_a_command_sees_those_before_it(rehearsal):
    assert rehearsal.run(*keep("a")) == answer("a")
    assert rehearsal.find_command("a") is not None
    with rehearsal.reading() as connection:
        assert connection.execute("SELECT count(*) FROM commands WHERE command_id = 'a'").fetchone() == (1,)


def test_a_refused_command_leaves_nothing_and_takes_nothing_with_it(rehearsal):
    rehearsal.run(*keep("a"))
    with pytest.raises(ValueError, match="b"):
        rehearsal.run(*fail("b"))
    rehearsal.run(*keep("c"))
    found = {name: rehearsal.find_command(name) is not None for name in ("a", "b", "c")}
    assert found == {"a": True, "b": False, "c": True}
    with rehearsal.reading() as connection:
        traces = "SELECT count(*) FROM application_slots WHERE authority = 'trace'"
        assert connection.execute(traces).fetchone() == (0,)


def test_in_the_end_nothing_stays_and_others_may_write(rehearsal, office, url):
    rehearsal.run(*keep("a"))
    rehearsal.close()
    store = open_store(url, lambda: office.now)
    assert store.find_command("a") is None
    assert store.run(*keep("a")) == answer("a")
    store.close()


@pytest.mark.embedded
def test_while_it_lasts_nobody_else_writes(rehearsal, office, url):
    from lifecycle.errors import Busy

    rehearsal.run(*keep("a"))
    other = EmbeddedStore(url, lambda: office.now, wait_ms=0)
    with pytest.raises(Busy):
        other.run(*keep("b"))
    other.close()
