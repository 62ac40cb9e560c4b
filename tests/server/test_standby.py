"""A standby: everything is read there, and what would write is refused and told where it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from store.office import Office, elsewhere, new, open_office

from lifecycle.errors import Refusal
from lifecycle.nightly import nightly, rebuild, verify_rebuild

from .own_server import own_server, standby_of

PATIENCE_SECONDS = 60
NIGHT = datetime(2025, 4, 2, 18, tzinfo=UTC)


class Pair(NamedTuple):
    """An office on a primary, and its reader on the standby."""

    primary: Office
    standby: Office

    def arrive(self) -> None:
        """Until everything that the primary holds is here, too."""
        (there,) = self.primary.rows("SELECT pg_current_wal_flush_lsn()::text")
        until = time.monotonic() + PATIENCE_SECONDS
        asked = f"SELECT pg_last_wal_replay_lsn() >= '{there[0]}'"
        while self.standby.rows(asked) != [(True,)]:
            assert time.monotonic() < until, "it does not arrive"
            time.sleep(0.02)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Both, with a decided grant and its read tables."""
    with own_server() as first:
        primary = Office(first.url)
        open_office(primary)
        primary.approved(new(soft=1_000))
        nightly(primary.grants.store, at_night)
        with standby_of(first) as second:
            found = Pair(primary, Office(second.url))
            found.arrive()
            yield found
            found.standby.close()
        primary.close()


def at_night() -> datetime:
    """The hour of a nightly run."""
    return NIGHT


def stood(office: Office) -> list[Any]:
    """Where its read tables stand, and the runs that are written down."""
    tables = office.rows("SELECT projection, half, n, digest, is_served FROM read_tables ORDER BY 1, 2")
    return [tables, office.rows("SELECT run, state FROM read_runs ORDER BY run")]


WRITING: dict[str, Callable[[Office], Any]] = {
    "nightly": lambda office: nightly(office.grants.store, at_night),
    "rebuild": lambda office: rebuild(office.grants.store, at_night),
    "rebuild --only": lambda office: rebuild(office.grants.store, at_night, "grant_register"),
    "a command": lambda office: office.do("import_decision", **elsewhere("011002", 2025, soft=1)),
    "roles --apply": lambda office: office.grants.roles(apply=True),
}


@pytest.mark.parametrize("what", WRITING)
def test_what_writes_is_refused_and_told_to_go_to_the_primary(pair: Pair, what: str) -> None:
    pair.primary.do("import_decision", **elsewhere("131130", 2025, soft=1))
    pair.arrive()
    before = stood(pair.standby)
    with pytest.raises(Refusal) as refused:
        WRITING[what](pair.standby)
    assert (refused.value.code, refused.value.exit) == ("database_role", 7)
    assert (
        "This server is a standby, or set to read only: give the command on the primary"
        in refused.value.message
    )
    assert stood(pair.standby) == before


@pytest.mark.parametrize(("words", "do"), [(["nightly"], "nightly"), (["rebuild"], "rebuild")])
def test_the_shell_says_so_in_a_line(pair: Pair, capsys: Any, words: list[str], do: str) -> None:
    from cli.main import main

    assert main(["--store", pair.standby.path, *words]) == 7
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("refused: database_role — postgresql://")
    assert "give the command on the primary" in err


def test_everything_is_read_there(pair: Pair) -> None:
    nightly(pair.primary.grants.store, at_night)
    pair.arrive()
    for tell in (
        lambda office: list(office.tell("log")),
        lambda office: list(office.tell("list")),
        lambda office: office.tell("caps", authority="340006"),
        lambda office: office.tell("report", name="decisions"),
        lambda office: office.tell("report", name="decisions", as_of_event=3),
        lambda office: office.findings(),
        lambda office: verify_rebuild(office.grants.store),
    ):
        assert tell(pair.standby) == tell(pair.primary)


def test_a_standby_sees_what_the_primary_numbers(pair: Pair) -> None:
    before = len(list(pair.standby.tell("log")))
    pair.primary.do("import_decision", **elsewhere("141003", 2025, soft=1))
    pair.primary.grants.seal()
    pair.arrive()
    assert len(list(pair.standby.tell("log"))) == before + 2
