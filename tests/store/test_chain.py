"""連鎖: each row's digest follows on the one before, whoever wrote it, and whatever came to nothing in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecycle.errors import Refusal
from lifecycle.store.chain import BEGINNING, broken, link, linked
from lifecycle.store.rehearsal import rehearsal

from .office import HIROSHIMA, Office, elsewhere, new, office_at

pytestmark = pytest.mark.embedded

COMMAND = ("id", "digest", b"{}")


def test_a_digest_is_of_all_parts_and_of_their_order() -> None:
    told = {
        link(BEGINNING, b"ab"),
        link(BEGINNING, b"a"),
        link(b"b", b"a"),
        link(b"a", b"b"),
        link(BEGINNING, b"a", COMMAND),
        link(BEGINNING, b"a", ("i", "ddigest", b"{}")),
        link(BEGINNING, b"a", ("id", "digest{", b"}")),
        link(BEGINNING, b"ai", ("d", "digest", b"{}")),
    }
    assert len(told) == 8
    assert {len(digest) for digest in told} == {32}


def test_rows_that_are_linked_hold_and_a_row_between_them_does_not() -> None:
    rows = [(n, f"entry {n}".encode()) for n in (1, 2, 3, 4)]
    chained = [(n, entry, None, None, None, chain) for n, entry, chain in linked(rows)]
    assert list(broken(chained)) == []
    assert list(broken([chained[0], *chained[2:]])) == [3]
    assert list(broken([chained[0], chained[2], chained[1], chained[3]])) == [3, 2, 4]
    assert list(broken([*chained[:2], (3, b"entry 5", *chained[2][2:]), chained[3]])) == [3]


def holds(office: Office) -> bool:
    """What `check` says of the chain, and whether every row has a digest."""
    rows = office.connection.execute("SELECT count(*), count(chain) FROM events").fetchone()
    return office.findings() == [] and rows[0] == rows[1] > 0


def test_the_digests_of_two_processes_that_take_turns_are_one_chain(office: Office) -> None:
    other = Office(office.path, office.clock)
    for turn in range(3):
        office.submitted(new(soft=1_000 + turn))
        other.do("import_decision", **{**elsewhere(HIROSHIMA, 2025, soft=1_000), "row": turn})
    assert holds(office)
    assert holds(other)
    other.close()


def test_what_came_to_nothing_stands_in_no_chain(office: Office) -> None:
    """A refusal, a rehearsal, and an append that the database refuses as the last thing."""
    grant = office.approved(new(soft=1_000_000))
    pay = {"grant": grant, "payment": "advance"}
    with pytest.raises(Refusal):
        office.do("disburse", **pay, amount_yen=1_000_001)
    office.do("disburse", **pay, amount_yen=1, dry_run=True)
    refusing = "CREATE TRIGGER x BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'not now'); END"
    office.connection.execute(refusing)
    with pytest.raises(Refusal, match="not now"):
        office.do("disburse", **pay, amount_yen=2)
    office.connection.execute("DROP TRIGGER x")
    other = Office(office.path, office.clock)
    other.do("disburse", **pay, amount_yen=3)
    other.close()
    office.do("disburse", **pay, amount_yen=4)
    assert holds(office)


def test_a_rehearsal_of_many_leaves_the_chain_as_it_was(office: Office) -> None:
    office.submitted(new(soft=1_000))
    before = office.connection.execute("SELECT chain FROM events ORDER BY n").fetchall()
    store, office.grants.store = office.grants.store, rehearsal(f"sqlite:///{office.path}", office.clock)
    for turn in range(2):
        office.submitted(new(soft=2_000 + turn))
    assert list(office.grants.store.unlike_written(office.connection)) == []
    office.grants.store.close()
    office.grants.store = store
    assert office.connection.execute("SELECT chain FROM events ORDER BY n").fetchall() == before
    office.submitted(new(soft=3_000))
    assert holds(office)


def test_the_first_event_of_a_store_is_linked_to_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path / "grants.db")
    office.do("init", admin="root")
    entry, *command, chain = office.connection.execute(
        "SELECT entry, command_id, body_sha256, result, chain FROM events"
    ).fetchone()
    assert chain == link(BEGINNING, entry, (command[0], command[1], command[2]))
    office.close()


def test_a_store_whose_last_event_lost_its_digest_takes_commands_and_says_so(tmp_path: Path) -> None:
    """The next event is linked to what it found; the digest put back, it is that one which does not follow."""
    office = office_at(tmp_path / "grants.db")
    n = office.events()
    (chain,) = office.connection.execute("SELECT chain FROM events WHERE n = ?", (n,)).fetchone()
    office.connection.execute("DROP TRIGGER events_no_update")
    for stored, told in ((None, n), (chain, n + 1)):
        office.connection.execute("UPDATE events SET chain = ? WHERE n = ?", (stored, n))
        if stored is None:
            office.submitted(new(soft=2_000))
        assert [finding["message"].partition(":")[0] for finding in office.findings()] == [f"event {told}"]
    office.close()
