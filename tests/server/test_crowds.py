"""Writers, sealers and readers at once, killed in every way: nothing acknowledged is lost, no number given twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from store.office import Office, elsewhere

from .crowd import crowd, stands

KILLS = 8


def test_those_who_are_let_work_lose_nothing_and_readers_miss_nothing(office: Office, tmp_path: Path) -> None:
    with crowd(office.path, tmp_path / "papers", 1, writer=3, sealer=2, reader=1) as working:
        working.waited("writer", 300)
        working.waited("reader", 200)
    told = stands(working, office.path)
    assert set(told) == {"acknowledged", "logged", "sent again"}, told


def test_those_who_are_killed_lose_nothing_that_was_acknowledged(
    office: Office, tmp_path: Path, capsys: Any
) -> None:
    with crowd(office.path, tmp_path / "papers", 2, writer=3, sealer=2, reader=1) as working:
        working.waited("writer", 50)
        for turn in range(KILLS):
            working.pause(0.4)
            working.kill_one() if turn % 2 else working.cut_one()
        working.waited("writer", len(working.lines("writer")) + 50)
        working.waited("reader", 50)
    told = stands(working, office.path)
    assert told["acknowledged"] >= 100
    assert sum(count for what, count in told.items() if what.startswith("killed")) == KILLS
    with capsys.disabled():
        print(f"\n{told}")


def test_a_command_that_commits_late_is_seen_after_those_that_overtook_it(office: Office) -> None:
    """Its place was drawn first. A reader that had gone past it would never come back."""
    from lifecycle.store.server_rehearsal import ServerRehearsal

    late = ServerRehearsal(office.path, office.clock)
    own, office.grants.store = office.grants.store, late
    office.do("import_decision", **elsewhere("011002", 2025, soft=1), id="late")
    office.grants.store = own
    office.do("import_decision", **elsewhere("340006", 2025, soft=1), id="early")
    before = [line["command"] for line in office.tell("log")]
    assert before[-1] == "early"
    late.connection.execute("COMMIT")
    late.close()
    lines = list(office.tell("log", since=str(len(before))))
    assert [(line["n"], line["command"]) for line in lines] == [
        (len(before) + 1, "late"),
        (len(before) + 2, "late"),
    ]
    drawn = dict(office.rows("SELECT stream, pos FROM events WHERE version = 1"))
    assert drawn["011002-2025-01"] < drawn["340006-2025-01"]
    recorded = office.rows("SELECT recorded_at, known_at FROM log ORDER BY n")
    known = [row[1] for row in recorded]
    assert known == sorted(set(known))
    assert recorded[-1][0] < recorded[-1][1]


def test_what_was_told_as_of_a_moment_stays_when_a_late_command_of_before_it_comes_in(office: Office) -> None:
    from lifecycle.store.server_rehearsal import ServerRehearsal

    late = ServerRehearsal(office.path, office.clock)
    own, office.grants.store = office.grants.store, late
    office.do("import_decision", **elsewhere("011002", 2025, soft=1), id="late")
    office.grants.store = own
    office.do("import_decision", **elsewhere("340006", 2025, soft=1), id="early")
    moment = office.rows("SELECT known_at FROM log ORDER BY n DESC LIMIT 1")[0][0]
    before = list(office.tell("list", as_of=moment))
    late.connection.execute("COMMIT")
    late.close()
    assert list(office.tell("list", as_of=moment)) == before
    assert len(list(office.tell("list"))) == len(before) + 1
