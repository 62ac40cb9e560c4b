"""Through a pooler that gives each transaction another process of the server: slower, and otherwise the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import pairwise
from typing import Any

import places
import psycopg
import pytest
from store.office import YOKOHAMA, Office, elsewhere, new

from lifecycle.errors import BadInput, Busy, Refusal
from lifecycle.nightly import nightly
from lifecycle.nightly.lock import exclusive
from lifecycle.store import server
from lifecycle.store.link import Connection
from lifecycle.store.read_tables import open_tables
from lifecycle.store.unanswered import OutcomeUnknown

from .pooler import Pooler
from .proxy import BEFORE, POINTS, Proxy

LINKS = 5
TURNS = range(7)
"""More than the pooler has processes."""

PROCESS = "SELECT pg_backend_pid()"
ON_DISK = "SELECT current_setting('synchronous_commit')"
HELD = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
LEFT = "SELECT count(*) FROM pg_prepared_statements UNION ALL SELECT count(*) FROM pg_cursors"


@pytest.fixture
def pooler(office: Office) -> Iterator[Pooler]:
    pooler = Pooler(office.path, LINKS)
    yield pooler
    pooler.close()


@pytest.fixture
def far(office: Office, pooler: Pooler) -> Iterator[Office]:
    """The same office, behind the pooler."""
    far = Office(pooler.url, office.clock)
    yield far
    far.close()


@pytest.fixture
def link(far: Office) -> Iterator[Connection]:
    with closing(far.grants.store.connect()) as link:
        yield link


def test_transactions_after_one_another_have_different_processes(link: Connection) -> None:
    processes = [link.execute(PROCESS).fetchone() for _ in TURNS]
    assert len(set(processes)) == LINKS
    assert all(one != other for one, other in pairwise(processes))


def test_a_direct_link_is_none(office: Office) -> None:
    (process,) = office.connection.execute(PROCESS).fetchone()
    assert office.connection.backend == process


def test_what_an_office_does_is_recorded_numbered_and_sound(office: Office, far: Office) -> None:
    grant = far.approved(new(soft=1_000))
    far.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    nightly(far.grants.store, far.clock)
    with open_tables(far.grants.store) as tables:
        assert tables.last_ended("done")
    assert far.findings() == []
    assert far.show(grant) == office.show(grant)
    assert list(far.tell("log")) == list(office.tell("log"))
    assert [n for (n,) in office.rows("SELECT n FROM log ORDER BY n")] == list(range(1, office.events() + 1))


def test_a_store_is_made_through_it(office: Office, far: Office) -> None:
    office.close()
    with psycopg.connect(office.path, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    far.do("init", admin="root")
    assert far.findings() == []


def test_every_transaction_is_told_the_settings_and_keeps_them_to_itself(
    office: Office, link: Connection
) -> None:
    commits = (("BEGIN", ()), ("SET LOCAL synchronous_commit = off", ()), ("COMMIT", ()), (ON_DISK, ()))
    for _ in TURNS:
        assert link.execute(ON_DISK).fetchone() == ("on",)
        assert link.together(*commits)[-1].fetchone() == ("on",)
        link.execute("BEGIN")
        assert link.execute(ON_DISK).fetchone() == ("on",)
        link.execute("ROLLBACK")
        assert link.raw.execute(ON_DISK).fetchone() == ("off",)


@pytest.fixture(autouse=True)
def _off(office: Office) -> None:
    """A database whose owner would rather be fast than sure; the pooler connects after that."""
    with psycopg.connect(office.path, autocommit=True) as owner:
        (name,) = owner.execute("SELECT current_database()").fetchone() or ("",)
        owner.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')


def test_the_read_tables_are_told_them_too(far: Office) -> None:
    with open_tables(far.grants.store) as tables:
        for _ in TURNS:
            assert tables.database.exec_driver_sql(ON_DISK).scalar() == "on"
            tables.database.rollback()


def test_no_client_is_answered_what_another_one_asked(far: Office) -> None:
    with closing(far.grants.store.connect()) as one, closing(far.grants.store.connect()) as other:
        for turn in map(str, TURNS):
            assert one.execute("SELECT 'one ' || ?::text", (turn,)).fetchone() == (f"one {turn}",)
            assert other.execute("SELECT 'other ' || ?::text", (turn,)).fetchone() == (f"other {turn}",)
            assert one.together(("SELECT 'both ' || ?::text", (turn,)))[0].fetchone() == (f"both {turn}",)


def test_nothing_is_left_in_a_process_for_whoever_has_it_next(far: Office, link: Connection) -> None:
    far.approved(new(soft=1_000))
    nightly(far.grants.store, far.clock)
    assert far.grants.holds_seal()
    far.close()
    for _ in TURNS:
        assert list(link.raw.execute(LEFT)) == [(0,), (0,)]
        assert link.execute(HELD).fetchone() == (0,)


def test_whoever_seals_for_others_keeps_nobody_from_it(office: Office, far: Office) -> None:
    assert far.grants.holds_seal()
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))
    office.grants.seal()
    assert office.connection.execute("SELECT count(*) FROM unsealed").fetchone() == (0,)
    assert office.grants.holds_seal()


def test_one_night_at_a_time(office: Office, far: Office) -> None:
    with exclusive(far.grants.store):
        for _ in TURNS:
            for store in (office.grants.store, far.grants.store):
                with pytest.raises(Busy, match="another nightly or rebuild"), exclusive(store):
                    pass
    with exclusive(office.grants.store):
        pass


@pytest.mark.parametrize("options", ["-csearch_path=elsewhere", "--statement-timeout=600000 -c jit=on"])
def test_settings_of_the_url_that_a_pooler_drops_are_refused(
    office: Office, pooler: Pooler, options: str
) -> None:
    far = Office(places.setting(pooler.url, options), office.clock)
    with pytest.raises(BadInput, match=r"pooler in between drops .*(search_path|statement_timeout)"):
        far.events()


def test_settings_of_the_url_that_are_in_force_anyway_are_not(office: Office, pooler: Pooler) -> None:
    far = Office(places.setting(pooler.url, r'-csearch_path="$user",\ public'), office.clock)
    with closing(far):
        assert far.events() == office.events()


@pytest.fixture
def proxy(pooler: Pooler) -> Iterator[Proxy]:
    """Cuts links to the pooler."""
    proxy = Proxy(pooler.url)
    yield proxy
    proxy.close()


@pytest.mark.parametrize("point", POINTS)
def test_a_command_whose_link_is_cut_is_done_once_and_says_so(
    office: Office, proxy: Proxy, point: str
) -> None:
    with closing(Office(proxy.url, office.clock)) as far:
        for turn in TURNS:
            proxy.cut = point
            told = {**elsewhere(YOKOHAMA, 2025, soft=1), "id": f"cut-{turn}"}
            first = far.tell("import_decision", **told)
            assert json.loads(first)["events"] == ["project.imported", "grant.decision_imported"]
            assert office.tell("import_decision", **told) == first
    (row,) = office.rows("SELECT sum(used_yen) FROM cap_usage WHERE authority = ?", YOKOHAMA)
    assert (int(row[0]), proxy.cuts) == (len(TURNS), len(TURNS))


@pytest.mark.parametrize("point", POINTS)
def test_a_command_whose_server_is_lost_to_the_pooler_is_done_once_and_says_so(
    office: Office, point: str
) -> None:
    with ExitStack() as stack:
        proxy = stack.enter_context(closing(Proxy(office.path)))
        pooler = stack.enter_context(closing(Pooler(proxy.url, LINKS)))
        far = stack.enter_context(closing(Office(pooler.url, office.clock)))
        for turn in TURNS:
            proxy.cut = point
            told = {**elsewhere(YOKOHAMA, 2025, soft=1), "id": f"cut-{turn}"}
            assert far.tell("import_decision", **told) == office.tell("import_decision", **told)
    (row,) = office.rows("SELECT sum(used_yen) FROM cap_usage WHERE authority = ?", YOKOHAMA)
    assert (int(row[0]), proxy.cuts) == (len(TURNS), len(TURNS))


def test_a_refusal_after_a_cut_does_not_say_that_nothing_was_written(
    office: Office, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that has the first try can't be told: the try may come after the second one is refused."""
    grant = office.decidable(new(soft=1_000))
    reconnect = server.ServerStore._reconnect

    def later(store: Any, *args: Any) -> None:
        office.do("reject", grant=grant, reason="事業の熟度")
        reconnect(store, *args)

    monkeypatch.setattr(server.ServerStore, "_reconnect", later)
    proxy.cut = BEFORE
    far = Office(proxy.url, office.clock)
    with closing(far), pytest.raises(OutcomeUnknown, match="grants outcome cut"):
        far.do("approve", grant=grant, id="cut")


def test_a_refusal_after_a_cut_that_nothing_was_sent_over_is_the_refusal(office: Office, far: Office) -> None:
    grant = office.submitted(new(soft=1_000))
    far.events()
    far.grants.store.connection.raw.pgconn.finish()
    with pytest.raises(Refusal) as refused:
        far.do("settle", grant=grant)
    assert refused.value.code == "wrong_status"
