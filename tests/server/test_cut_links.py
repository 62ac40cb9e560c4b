"""The link is cut while a command is written: it takes effect once or not at all, and somebody can tell which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from store.office import YOKOHAMA, Office, elsewhere, new

from lifecycle.errors import NotFound, Refusal
from lifecycle.store import server
from lifecycle.store.unanswered import OutcomeUnknown

from .proxy import ANSWERED, BEFORE, HALF, POINTS, SENT, Proxy

ROUNDS = range(6)
CUT_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
HELD = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
def proxy(office: Office) -> Iterator[Proxy]:
    proxy = Proxy(office.path)
    yield proxy
    proxy.close()


@pytest.fixture
def far(office: Office, proxy: Proxy) -> Iterator[Office]:
    """The same office, at the other end of a link that can be cut."""
    far = Office(proxy.url, office.clock)
    yield far
    far.close()


def used_yen(office: Office) -> int:
    """What is in use of the cap."""
    (row,) = office.rows("SELECT coalesce(sum(used_yen), 0) FROM cap_usage WHERE authority = ?", YOKOHAMA)
    return int(row[0])


@pytest.mark.parametrize("point", POINTS)
def test_a_command_whose_link_is_cut_is_done_once_and_says_so(
    office: Office, far: Office, proxy: Proxy, point: str
) -> None:
    for turn in ROUNDS:
        proxy.cut = point
        first = far.tell("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), id=f"cut-{turn}")
        assert json.loads(first)["events"] == ["project.imported", "grant.decision_imported"]
        assert office.tell("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), id=f"cut-{turn}") == first
        assert used_yen(office) == turn + 1
    assert proxy.cuts == len(ROUNDS)


@pytest.mark.parametrize("point", POINTS)
def test_what_its_own_first_try_did_is_no_reason_to_refuse(
    office: Office, far: Office, proxy: Proxy, point: str
) -> None:
    """A grant is approved once: the second try finds it approved, by this very command."""
    grant = office.decidable(new(soft=1_000))
    proxy.cut = point
    assert far.do("approve", grant=grant, id="cut")["events"] == ["grant.approved"]
    assert office.tell("outcome", command_id="cut")["grant"] == grant


@pytest.mark.parametrize(
    ("point", "took_effect"), [(BEFORE, False), (SENT, None), (ANSWERED, True), (HALF, True)]
)
def test_when_the_server_can_no_longer_be_asked_the_outcome_is_unknown_and_told_later(
    office: Office,
    far: Office,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    took_effect: bool | None,
) -> None:
    monkeypatch.setattr(server, "RECONNECT_SECONDS", 0)
    proxy.cut = point
    lose_the_server(far, proxy, monkeypatch)
    with pytest.raises(OutcomeUnknown, match="grants outcome cut") as refused:
        far.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), id="cut")
    assert (refused.value.code, refused.value.exit) == ("outcome_unknown", 8)
    used = used_yen(office)
    done = outcome(office) is not None
    assert took_effect in (done, None)
    assert used == done or (took_effect is None and done)  # it took effect between the two questions
    proxy.is_open = True
    assert far.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), id="cut")["ok"]
    assert used_yen(office) == 1


def lose_the_server(far: Office, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first write on, nobody is let in any more."""
    write = server.ServerStore._write

    def last(store: Any, *args: Any) -> None:
        if store is far.grants.store:
            proxy.is_open = False
        write(store, *args)

    monkeypatch.setattr(server.ServerStore, "_write", last)


def outcome(office: Office) -> Any:
    """What became of the command."""
    try:
        return office.tell("outcome", command_id="cut")
    except NotFound:
        return None


def test_the_shell_says_that_it_does_not_know_and_how_to_learn_it(
    office: Office, far: Office, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from cli.main import main

    office.submitted(new(soft=1_000))
    monkeypatch.setattr(server, "RECONNECT_SECONDS", 0)
    write = server.ServerStore._write
    monkeypatch.setattr(
        server.ServerStore,
        "_write",
        lambda store, *args: (setattr(proxy, "is_open", False), write(store, *args))[1],
    )
    proxy.cut = ANSWERED
    words = ["withdraw", "340006-2025-01/2025", "--by", "head", "--on", "2025-04-02", "--id", "w1"]
    assert main(["--store", proxy.url, *words]) == 8
    told = capsys.readouterr().err
    assert "grants outcome w1" in told
    assert "nothing was written" not in told
    assert main(["--store", office.path, "outcome", "w1"]) == 0
    assert capsys.readouterr().out.startswith("took effect: withdraw")


def test_a_read_whose_server_is_gone_is_refused_in_one_line(
    office: Office, far: Office, proxy: Proxy
) -> None:
    grant = office.submitted(new(soft=1_000))
    assert far.show(grant)["status"] == "submitted"
    office.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
        "pg_backend_pid()"
    )
    proxy.is_open = False
    with pytest.raises(Refusal) as refused:
        far.show(grant)
    assert (refused.value.code, refused.value.exit) == ("unreachable", 4)
    assert "\n" not in refused.value.message
    proxy.is_open = True
    assert far.show(grant)["status"] == "submitted"


def test_a_link_that_is_cut_as_soon_as_it_stands_is_no_defect(
    office: Office, far: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the connection and the first question on it: for a command as for a read nothing has happened."""
    connect = server.ServerStore.connect

    def cut(store: server.ServerStore, **how: bool) -> Any:
        connection = connect(store, **how)
        if store is far.grants.store:
            with psycopg.connect(office.path, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 10000)", (connection.backend,))
        return connection

    monkeypatch.setattr(server.ServerStore, "connect", cut)
    for tell in (
        lambda: far.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1)),
        lambda: list(far.tell("log")),
        lambda: far.tell("caps", authority=YOKOHAMA),
    ):
        with pytest.raises(Refusal) as refused:
            tell()
        assert (refused.value.code, refused.value.exit) == ("unreachable", 4)
        assert "\n" not in refused.value.message


def test_a_command_whose_last_try_was_cut_is_never_said_to_have_written_nothing(
    office: Office, far: Office, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every try was cut, the last one after its commit; then the server is gone, and nobody can be asked."""
    reconnect = server.ServerStore._reconnect
    monkeypatch.setattr(server, "TRIES", 1)

    def last(store: server.ServerStore, command_id: str, backend: int) -> None:
        reconnect(store, command_id, backend)
        store.close()
        proxy.is_open = False

    monkeypatch.setattr(server.ServerStore, "_reconnect", last)
    proxy.cut = ANSWERED
    with pytest.raises(OutcomeUnknown, match="grants outcome cut"):
        far.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), id="cut")
    assert outcome(office)


def test_a_refusal_whose_link_was_cut_before_it_was_judged_again_is_the_refusal(
    office: Office, far: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = office.submitted(new(soft=1_000))
    read_again = server.ServerStore._read_again

    def cut(store: server.ServerStore, *args: Any) -> Any:
        office.connection.execute(CUT_OTHERS)
        return read_again(store, *args)

    monkeypatch.setattr(server.ServerStore, "_read_again", cut)
    with pytest.raises(Refusal) as refused:
        far.do("settle", grant=grant)
    assert refused.value.code == "wrong_status"


def test_whoever_seals_for_others_takes_it_on_again_when_the_link_was_cut(
    office: Office, far: Office
) -> None:
    assert far.grants.holds_seal()
    office.connection.execute(CUT_OTHERS)
    far.grants.seal()
    assert not office.connection.execute(HELD).fetchone()[0]
    assert far.grants.holds_seal()
    assert office.connection.execute(HELD).fetchone()[0] == 1
