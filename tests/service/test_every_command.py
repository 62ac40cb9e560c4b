"""Every command that writes: what it answers, what a dry run tells, which role it needs, for whom it acts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import places
import pytest
from store.office import DOES, OFFICERS, Office, office_at

from lifecycle.aggregates import EVENTS
from lifecycle.commands import WRITES

from .life import LIFE
from .step import Step
from .telling import refused
from .words import ANSWERS, IDS, NEEDS

ALL_ROLES = [
    *("admin", "preparer", "head", "officer", "approver", "disbursing_officer"),
    *("revenue_officer", "line_ministry", "verifier", "auditor"),
]

each_step = pytest.mark.parametrize("step", LIFE, ids=lambda step: step.name)
each_applicants_step = pytest.mark.parametrize(
    "step", [step for step in LIFE if NEEDS[step.do] in ("head", "preparer")], ids=lambda step: step.name
)


@pytest.fixture(scope="module")
def lives(store_kind: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The store as it was before each step of the life."""
    folder = tmp_path_factory.mktemp("life")
    path = folder / "life.db"
    office_at(path).close()
    before = {}
    for step in LIFE:
        before[step.name] = folder / f"{step.name}.db"
        places.copied(path, before[step.name])
        office = Office(path)
        office.do(step.do, **step.told(office))
        office.close()
    return before


@pytest.fixture
def office(lives: dict[str, Path], step: Step, tmp_path: Path) -> Iterator[Office]:
    """An office in which everything before the step has happened."""
    places.copied(lives[step.name], tmp_path / "grants.db")
    office = Office(tmp_path / "grants.db")
    yield office
    office.close()


def test_the_life_tells_of_every_command_and_of_every_event():
    assert {step.do for step in LIFE} == set(WRITES) - {"init"} == set(NEEDS) == set(ANSWERS)
    assert {event for step in LIFE for event in step.events} == set(EVENTS)


@each_step
def test_a_command_answers_with_its_ids_events_and_result(office, step):
    answer = office.do(step.do, **step.told(office, id=f"id-{step.name}"))
    ids = IDS.get(step.do, ("grant", "project"))
    assert set(answer) == {"ok", "do", "id", "events", "warnings", "result", *ids}
    assert (answer["ok"], answer["do"], answer["id"]) == (True, step.do, f"id-{step.name}")
    assert tuple(answer["events"]) == step.events
    assert set(answer["result"]) == set(ANSWERS[step.do])
    assert office.findings() == []


@each_step
def test_a_dry_run_writes_nothing_and_tells_what_the_command_then_writes(office, step):
    events = office.events()
    told = step.told(office, id="once")
    dry = office.do(step.do, **told, dry_run=True)
    assert (office.events(), office.grants.store.find_command("once")) == (events, None)
    done = office.do(step.do, **told)
    assert office.events() == events + len(step.events)
    assert {**done, "dry_run": True, "would_write": dry["would_write"]} == dry
    logged = list(office.tell("log", since=str(events)))
    assert dry["would_write"] == [
        {name: event[name] for name in ("stream", "type", "data")} for event in logged
    ]


@each_step
def test_a_command_needs_its_role(office, step):
    roles = NEEDS[step.do].split(" or ")
    without = [role for role in ALL_ROLES if role not in roles]
    told = step.told(office, by="other")
    office.do("register_officer", officer="other", name="他の担当者", roles=without)
    assert refused(office, "role_missing", step.do, **told).exit == 7
    for role in roles:
        office.do("register_officer", officer="other", name="他の担当者", roles=[role])
        office.do(step.do, **told, dry_run=True)


@each_step
def test_an_officer_whom_nobody_registered_does_nothing(office, step):
    assert refused(office, "role_missing", step.do, **step.told(office, by="stranger")).exit == 7


@each_applicants_step
def test_an_applicants_officer_acts_for_their_own_authority(office, step):
    applicant = {"officer": "kato", "name": "加藤", "roles": ["head", "preparer"]}
    told = step.told(office, by="kato")
    office.do("register_officer", **applicant, authority="141003")
    assert refused(office, "role_missing", step.do, **told).exit == 7
    office.do("register_officer", **applicant, authority="340006")
    office.do(step.do, **told)


@pytest.mark.parametrize("step", [step for step in LIFE if step.do == "approve"], ids=lambda step: step.name)
def test_an_authority_binds_applicants_roles_only(office, step):
    office.do("register_officer", officer="sano", name="佐野", roles=["approver"], authority="141003")
    office.do(step.do, **step.told(office, by="sano"))


@pytest.mark.parametrize("step", LIFE[:1], ids=lambda step: step.name)
def test_nobody_acts_when_nobody_is_named(office, step):
    refused(office, "bad_input", step.do, **step.fields, by=None)


@pytest.mark.parametrize("step", LIFE[:1], ids=lambda step: step.name)
def test_the_office_may_have_an_officer_who_acts_when_nobody_is_named(office, step):
    office.grants.by = DOES[step.do]
    assert office.do(step.do, **step.fields, by=None)["ok"]
    assert next(office.tell("log", since=str(office.events() - 1)))["by"] == DOES[step.do]


@pytest.mark.parametrize("step", LIFE[:1], ids=lambda step: step.name)
def test_the_business_date_is_today_in_japan_unless_it_is_given(office, step):
    office.do(step.do, **step.fields, on=None)
    assert next(office.tell("log", since=str(office.events() - 1)))["effective_on"] == "2025-04-01"


def test_init_makes_the_store_and_its_first_officer(tmp_path):
    office = Office(tmp_path / "grants.db")
    answer = office.do("init", admin="sato")
    assert answer["events"] == ["officer.registered"]
    assert office.show("sato") == {"officer": "sato", "name": "sato", "roles": ["admin"], "authority": None}
    office.close()


def test_a_dry_init_makes_no_store(tmp_path):
    office = Office(tmp_path / "grants.db")
    assert office.do("init", admin="sato", dry_run=True)["ok"]
    assert office.grants.store.is_new()


def test_init_on_a_store_that_has_officers_changes_nothing(office_again):
    before = office_again.events()
    assert office_again.do("init")["events"] == []
    assert office_again.do("init", admin="root")["events"] == []
    refused(office_again, "already_recorded", "init", admin="sato")
    assert office_again.events() == before


@pytest.fixture
def office_again(tmp_path: Path) -> Iterator[Office]:
    """An office that was opened before."""
    office = office_at(tmp_path / "grants.db")
    yield office
    office.close()


def test_the_office_knows_an_officer_for_every_role_that_acts():
    held = {role for roles in OFFICERS.values() for role in roles} | {"admin"}
    assert {role for needed in NEEDS.values() for role in needed.split(" or ")} <= held
