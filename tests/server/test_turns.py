"""Turns that are gone: two commands could have decided side by side, and `grants check` says where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from store.office import HIROSHIMA, YOKOHAMA, Office, elsewhere, new, project_of

from lifecycle.checks import commands
from lifecycle.store.log import open_log
from lifecycle.store.restoring import restore


def missing(office: Office) -> list[str]:
    """What the check says of turns."""
    found = office.tell("check", names=["chain"])
    return [finding["message"] for finding in found if "turns are missing" in finding["message"]]


def without(office: Office, where: str, *values: Any) -> list[tuple[Any, ...]]:
    """Take turns out as the tables' owner can; the turns."""
    office.connection.execute("ALTER TABLE turns DISABLE TRIGGER ALL")
    gone = office.rows(f"DELETE FROM turns WHERE {where} RETURNING scope, turn", *values)
    office.connection.execute("ALTER TABLE turns ENABLE TRIGGER ALL")
    return gone


def put_back(office: Office, turns: list[tuple[Any, ...]]) -> None:
    """All is well again."""
    for turn in turns:
        office.connection.execute("INSERT INTO turns VALUES (?, ?)", turn)
    assert missing(office) == []


@pytest.fixture
def decided(office: Office) -> str:
    """A project in which seven commands have written."""
    return project_of(office.approved(new(soft=1_000, infrastructure=1_000)))


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("turn = 1", "6 stand, from 2 to 7"),
        ("turn = 3", "6 stand, from 1 to 7"),
        ("turn = 7", "7 commands wrote there, and 6 stand"),
        ("turn > 0", "7 commands wrote there, and 0 stand"),
    ],
)
def test_a_turn_of_a_project_that_is_gone_is_found(
    office: Office, decided: str, where: str, told: str
) -> None:
    gone = without(office, f"scope = ? AND {where}", decided)
    assert missing(office) == [f"turns are missing in {decided}: {told}"]
    put_back(office, gone)


@pytest.mark.parametrize("scope", ["officer", "round", f"{HIROSHIMA}/plans"])
def test_turns_of_every_kind_of_scope_are_counted(office: Office, decided: str, scope: str) -> None:
    """Officers, rounds, and the plan windows that the entries of a project's grants name."""
    gone = without(
        office, "scope = ? AND turn = (SELECT max(turn) FROM turns AS t WHERE t.scope = turns.scope)", scope
    )
    (last,) = [turn for _, turn in gone]
    assert missing(office) == [
        f"turns are missing in {scope}: {last} commands wrote there, and {last - 1} stand"
    ]
    put_back(office, gone)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_command_whose_events_lie_in_two_pages_took_one_turn(
    office: Office, decided: str, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(commands, "PAGE", page)
    assert missing(office) == []
    gone = without(office, "scope = ? AND turn = 7", decided)
    assert missing(office) == [f"turns are missing in {decided}: 7 commands wrote there, and 6 stand"]
    put_back(office, gone)


def test_a_turn_too_many_is_no_finding(office: Office, decided: str) -> None:
    """Only what is missing could have let two commands decide side by side."""
    office.connection.execute("INSERT INTO turns VALUES (?, 8)", (decided,))
    assert office.findings() == []


def test_the_commands_of_a_restored_log_took_no_turn_and_later_ones_do(
    tmp_path: Path, office: Office
) -> None:
    office.approved(new(soft=1_000, infrastructure=1_000))
    there = Office(tmp_path / "there")
    with open_log(office.grants.store) as log:
        restore(there.grants.store, [entry for _, entry in log.entries()])
    assert there.rows("SELECT * FROM turns") == []
    assert there.findings() == []
    grant = there.approved(new(soft=2_000))
    there.do("withdraw", grant=there.submitted(new(YOKOHAMA, soft=1)))
    assert there.findings() == []
    gone = without(there, "scope = ? AND turn = 7", project_of(grant))
    assert missing(there) == [
        f"turns are missing in {project_of(grant)}: 7 commands wrote there, and 6 stand"
    ]
    put_back(there, gone)
    there.close()


def test_commands_whose_events_lie_between_one_anothers_are_no_finding_in_a_restored_store(
    tmp_path: Path, office: Office
) -> None:
    """Writers draw their places at the same time, so a server's log may hold them so."""
    before = office.events()
    for authority in (HIROSHIMA, YOKOHAMA):
        office.do("import_decision", **elsewhere(authority, 2025, soft=1))
    with open_log(office.grants.store) as log:
        lines = [entry for _, entry in log.entries()]
    lines[before + 1 : before + 3] = lines[before + 2], lines[before + 1]
    moments = sorted(msgspec.json.decode(line)["recorded_at"] for line in lines)
    told = [msgspec.json.decode(line) | {"recorded_at": at} for line, at in zip(lines, moments, strict=True)]
    there = Office(tmp_path / "there")
    restore(there.grants.store, [msgspec.json.encode(entry, order="sorted") for entry in told])
    assert there.findings() == []
    there.close()
