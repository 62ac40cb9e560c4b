"""kill -9 at every statement of a command, and at any moment: all of a command stands, or nothing of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lifecycle.store import sqlite

from .doomed import Nursery, every_moment
from .office import HIROSHIMA, Office, elsewhere, new, office_at, project_of, restored

pytestmark = pytest.mark.embedded

Json = dict[str, Any]

KILLS = 40
TABLES = ("events", "commands", "cap_usage", "application_slots")


def everything(office: Office) -> list[list[Any]]:
    """Every row of every table."""
    return [sorted(office.connection.execute(f"SELECT * FROM {table}")) for table in TABLES]


# ---------------------------------------------------------------------- commands that do much


def submit(office: Office) -> Json:
    """A project, a grant, a slot and four windows."""
    return {"application": new(soft=1_000, facility=1_000, infrastructure=1_000, last=2026)}


def resubmit(office: Office) -> Json:
    """Another plan, and other demand, beside a plan it comes to overlap."""
    office.approved(new(first=2027, soft=1_000, infrastructure=1_000))
    grant = office.submitted(new(soft=1_000, infrastructure=1_000))
    office.do("return_for_correction", grant=grant, message="積算")
    return {"grant": grant, "application": new(soft=2_000, infrastructure=2_000, last=2027)}


def withdraw(office: Office) -> Json:
    """Everything given back: a slot, and room in two plans."""
    office.approved(new(last=2026, soft=1_000, infrastructure=1_000))
    return {"grant": office.approved(new(soft=1_000, infrastructure=1_000))}


def approve(office: Office) -> Json:
    """Demand and reservation turned into use, in windows of three kinds."""
    grant = office.decidable(new(soft=1_000, facility=1_000, infrastructure=1_000))
    office.do("adopt", grant=grant)
    return {"grant": grant}


def approve_change(office: Office) -> Json:
    """A project's period and a grant's amounts, in two streams."""
    office.approved(new(first=2027, soft=1_000, infrastructure=1_000))
    grant = office.approved(new(soft=1_000, infrastructure=1_000))
    fields = {"deltas": {"soft": 5, "infrastructure": -5}, "last_year": 2027}
    return {"change": office.do("request_change", grant=grant, **fields)["change"]}


def settle(office: Office) -> Json:
    """The amount fixed; what was committed beyond it is free."""
    grant = office.approved(new(soft=1_000, infrastructure=1_000))
    office.do("report_completion", grant=grant, actuals={"soft": 1_000, "infrastructure": 500})
    return {"grant": grant}


def close_year(office: Office) -> Json:
    """A year, and the grant that is square with it."""
    grant = office.settled(office.approved(new(soft=1_000)), {"soft": 1_000})
    office.do("disburse", grant=grant, amount_yen=500, payment="final")
    office.published(project_of(grant), 2025)
    return {"project": project_of(grant), "fiscal_year": 2025}


def import_decision(office: Office) -> Json:
    """A project and a grant in use from the start."""
    return elsewhere(HIROSHIMA, 2025, soft=1_000, facility=1_000, infrastructure=1_000)


def register_officer(office: Office) -> Json:
    """One event."""
    return {"officer": "new", "name": "新任", "roles": ["officer"]}


COMMANDS = [
    submit,
    resubmit,
    withdraw,
    approve,
    approve_change,
    settle,
    close_year,
    import_decision,
    register_officer,
]


@pytest.fixture
def scene(tmp_path: Path) -> Callable[..., tuple[bytes, Json]]:
    """Makes the bytes of a store before a command, and the command."""

    def make(prepare: Callable[[Office], Json]) -> tuple[bytes, Json]:
        office = office_at(tmp_path / "scene.db")
        fields = {"do": prepare.__name__, "id": "doomed", **prepare(office)}
        office.close()
        return office.path.read_bytes(), fields

    return make


def outcome(
    nursery: Nursery, store: Path, command: Json, **doom: Any
) -> tuple[Json, list[list[Any]], Office]:
    """What a child left behind it."""
    left = nursery.child(store, command, **doom)
    office = Office(store)
    return left, everything(office), office


@pytest.mark.parametrize("prepare", COMMANDS, ids=lambda prepare: prepare.__name__)
def test_a_command_killed_at_any_statement_stands_whole_or_not_at_all(
    tmp_path: Path, nursery: Nursery, scene: Any, prepare: Callable[[Office], Json]
) -> None:
    every_point(nursery, tmp_path / "doomed.db", *scene(prepare), prepared=True)


@pytest.mark.parametrize("prepare", [submit, approve_change], ids=lambda prepare: prepare.__name__)
def test_with_a_rollback_journal_it_is_the_same(
    tmp_path: Path, nursery: Nursery, scene: Any, monkeypatch: pytest.MonkeyPatch, prepare: Any
) -> None:
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda version: False)
    before, command = scene(prepare)
    every_point(nursery, tmp_path / "doomed.db", before, command, prepared=True, journal="delete")


def test_a_connection_killed_while_it_is_set_up_leaves_the_store_alone(
    tmp_path: Path, nursery: Nursery, scene: Any
) -> None:
    every_point(nursery, tmp_path / "doomed.db", *scene(register_officer))


def every_point(nursery: Nursery, store: Path, before: bytes, command: Json, **doom: Any) -> None:
    """Kill a child at each of its statements; look at what is left, and try again."""
    as_it_was = opened_at(restored(store, before))
    whole, as_it_becomes, office = outcome(nursery, restored(store, before), command, **doom)
    office.close()
    assert (whole["killed"], len(whole["acked"])) == (False, 1)
    seen = set()
    for moment in every_moment(whole["statements"]):
        left, found, office = outcome(nursery, restored(store, before), command, **moment, **doom)
        assert (left["killed"], left["acked"]) == (True, []), moment
        assert found in (as_it_was, as_it_becomes), moment
        seen.add(found == as_it_becomes)
        tried_again(office, command, as_it_becomes)
    assert seen == {False, True}


def opened_at(store: Path) -> list[list[Any]]:
    """The rows of a store."""
    office = Office(store)
    rows = everything(office)
    office.close()
    return rows


def tried_again(office: Office, command: Json, as_it_becomes: list[list[Any]]) -> None:
    """The same id acts once, however often it is sent, and everything adds up."""
    assert office.findings() == []
    first = office.tell(**command)
    assert everything(office) == as_it_becomes
    assert office.tell(**command) == first
    assert everything(office) == as_it_becomes
    office.close()


# ---------------------------------------------------------------------- at any moment


def writings(turn: int) -> list[Json]:
    """More commands than a child has time for; the money of each is one yen."""
    return [
        {"do": "import_decision", "id": f"{turn}-{n}", **elsewhere(HIROSHIMA, 2025, soft=1)}
        if n % 2
        else {"do": "record_participation", "id": f"{turn}-{n}", **meeting(f"{turn}-{n}")}
        for n in range(200)
    ]


def meeting(body: str) -> Json:
    """Somebody took part."""
    return {"project": "340006-2025-01", "stage": "consideration", "sector": "media", "body": body}


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_nothing_that_was_acknowledged_is_lost_whenever_the_process_dies(
    tmp_path: Path, nursery: Nursery, monkeypatch: pytest.MonkeyPatch, journal: str
) -> None:
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda version: journal == "wal")
    moments = random.Random(20250401)  # noqa: S311 - moments, no secrets
    office = office_at(tmp_path / "grants.db")
    office.submitted(new(soft=1_000))
    office.close()
    papers: dict[str, list[str]] = {}
    killed = 0
    for turn in range(KILLS // 2):
        left = nursery.child(office.path, *writings(turn), after_ms=moments.uniform(0, 25), journal=journal)
        killed += left["killed"]
        papers |= {paper["id"]: paper["events"] for paper in left["acked"]}
        reopened = Office(office.path)
        stands(reopened, papers)
        reopened.close()
    assert killed == KILLS // 2
    assert len(papers) >= killed


def stands(office: Office, papers: dict[str, list[str]]) -> None:
    """Every paper is in the log; every command has all its events; the caps hold what the log adds up to."""
    logged: dict[str, list[str]] = {}
    for line in office.tell("log"):
        logged.setdefault(line["command"], []).append(line["type"])
    known = {row[0] for row in office.connection.execute("SELECT command_id FROM commands")}
    assert papers.items() <= logged.items()
    assert set(logged) == known
    assert {tuple(types) for command, types in logged.items() if "-" in command and len(command) < 12} <= {
        ("project.imported", "grant.decision_imported"),
        ("project.participation_recorded",),
    }
    imported = sum("grant.decision_imported" in types for types in logged.values())
    used = "SELECT coalesce(sum(used_yen), 0) FROM cap_usage WHERE kind = 'soft'"
    assert office.connection.execute(used).fetchone()[0] == imported
    assert office.findings() == []
