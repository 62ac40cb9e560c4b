"""A cap that was fought over is held through the decision, let go at the commit, and told of once it is on the disk."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from store.office import YOKOHAMA, Office, elsewhere, open_office

from lifecycle.store import postgres
from lifecycle.store.link import Connection
from lifecycle.store.server import ServerStore

from .own_server import CRASHES, own_server
from .proxy import POINTS, Proxy

WINDOW = f"{YOKOHAMA}/soft/fiscal_year/2025"
FAILS = ("SELECT 1 / ?::integer", (0,))


def fought_over(office: Office) -> None:
    """What a race leaves behind."""
    office.connection.memory.contended = {WINDOW}


def use(office: Office, **fields: Any) -> Any:
    """Use one more yen of the cap."""
    return office.tell("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), **fields)


def used_yen(office: Office) -> int:
    """What is in use of the cap."""
    return int(office.rows('SELECT used_yen FROM cap_usage WHERE "window" = ?', WINDOW)[0][0])


@pytest.fixture
def fought(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose cap was fought over; no seal waits for the disk in its place."""
    monkeypatch.setattr(ServerStore, "_seal_quietly", lambda *_: None)
    use(office)
    fought_over(office)
    return office


def test_whoever_writes_under_a_held_cap_waits_for_the_disk_after_the_commit_before_it_tells(
    fought: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    flights, together = list[list[str]](), Connection.together

    def kept(connection: Connection, *asked: Any) -> Any:
        flights.append([sql for sql, _ in asked])
        return together(connection, *asked)

    monkeypatch.setattr(Connection, "together", kept)
    use(fought)
    first, last = flights
    assert first[:2] == [postgres.BEGIN[0], postgres.LETS_GO[0]]
    assert last[1:] == ["COMMIT", postgres.ON_DISK[0]]
    assert fought.connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    assert used_yen(fought) == 2


def test_what_the_disk_was_waited_for_with_is_in_the_log_of_the_server(fought: Office) -> None:
    """All that was written before is flushed: nothing of it is left in memory."""
    where = "SELECT pg_current_wal_insert_lsn()"
    with psycopg.connect(fought.path, autocommit=True) as other:
        before = other.execute(where).fetchone()
        use(fought)
        flushed = "SELECT pg_current_wal_flush_lsn() > %s::pg_lsn"
        assert other.execute(flushed, before).fetchone() == (True,)


@pytest.mark.parametrize("do", ["caps", "show"])
def test_what_a_read_tells_is_on_the_disk(fought: Office, do: str) -> None:
    """Whoever committed it may be waiting still, and a server that is killed would forget what was told."""
    fields = {"caps": {"authority": YOKOHAMA}, "show": {"target": "officer/root"}}[do]
    for _ in range(5):
        with psycopg.connect(fought.path, autocommit=True) as other:
            other.execute("SET synchronous_commit = off")
            other.execute("SELECT pg_logical_emit_message(true, 'grants', '')")
            before = other.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
            list(fought.tell(do, **fields))
            assert other.execute("SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", before).fetchone() == (
                True,
            )


@pytest.mark.parametrize("fails", ["ON_DISK", "LETS_GO"])
def test_a_wait_that_fails_is_no_command_that_failed(
    fought: Office, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """After the commit the outcome is asked for; before it there is none."""
    known = getattr(postgres, fails)
    asked = []

    def once(connection: Connection, *all_of_it: Any) -> Any:
        if not asked and known in all_of_it:
            asked.append(1)
            all_of_it = tuple(FAILS if one == known else one for one in all_of_it)
        return together(connection, *all_of_it)

    together = Connection.together
    monkeypatch.setattr(Connection, "together", once)
    if fails == "ON_DISK":
        assert b'"ok":true' in use(fought, id="held")
        assert use(fought, id="held") == use(fought, id="held")
    else:
        with pytest.raises(Exception, match="nothing was written"):
            use(fought, id="held")
        use(fought, id="held")
    assert asked
    assert used_yen(fought) == 2


def test_what_is_told_again_is_on_the_disk_too(fought: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another connection may have committed it a moment ago, and be waiting still."""
    first = use(fought, id="told")
    waited, execute = list[str](), Connection.execute

    def kept(connection: Connection, sql: str, *values: Any) -> Any:
        waited.append(sql)
        return execute(connection, sql, *values)

    monkeypatch.setattr(Connection, "execute", kept)
    for again in (lambda: use(fought, id="told"), lambda: fought.tell("outcome", command_id="told")):
        waited.clear()
        assert again()
        assert waited[-1] == postgres.ON_DISK[0]
    assert use(fought, id="told") == first


@pytest.mark.parametrize("point", POINTS)
def test_a_link_that_is_cut_while_a_cap_is_held_is_no_different(office: Office, point: str) -> None:
    use(office)
    proxy = Proxy(office.path)
    far = Office(proxy.url, office.clock)
    for turn in range(4):
        fought_over(far)
        proxy.cut = point
        first = use(far, id=f"cut-{turn}")
        assert use(office, id=f"cut-{turn}") == first
        assert used_yen(office) == turn + 2
    assert proxy.cuts == 4
    far.close()
    proxy.close()


def test_the_next_in_the_queue_has_the_cap_as_the_one_before_left_it(office: Office) -> None:
    other = Office(office.path, office.clock)
    use(office)
    for one in (office, other) * 5:
        fought_over(one)
        use(one)
    assert used_yen(office) == 11
    assert office.grants.store.decided_again == other.grants.store.decided_again == 0
    other.close()


def test_what_was_told_is_there_though_the_server_is_killed_that_very_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ServerStore, "_seal_quietly", lambda *_: None)
    with own_server() as own:
        office = Office(own.url)
        open_office(office)
        use(office)
        office.close()
        for turn, what in enumerate(CRASHES * 2):
            before, after = Office(own.url), Office(own.url)
            fought_over(before)
            use(before, id=f"told-{turn}")
            own.crash(what)
            own.start()
            assert after.tell("outcome", command_id=f"told-{turn}")
            assert used_yen(after) == turn + 2
            assert after.findings() == []
            before.close()
            after.close()
