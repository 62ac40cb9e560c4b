"""A command id acts once, for ever: the same body gives the first result again, byte for byte."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lifecycle.errors import CommandIdReused, NotFound, Refusal

from .office import NOON, Clock, Office, elsewhere, new, office_at, project_of


def everything(office: Office) -> list[Any]:
    """Every row of the store."""
    tables = ("events", "commands", "cap_usage", "application_slots")
    return [row for table in tables for row in office.rows(f"SELECT * FROM {table} ORDER BY 1, 2")]


@pytest.fixture
def grant(office: Office) -> str:
    """A grant that waits for its decision."""
    return office.decidable(new(soft=600_000_000))


def test_the_same_id_and_body_give_the_same_bytes_and_write_nothing(office: Office, grant: str) -> None:
    first = office.tell("approve", grant=grant, id="a1")
    before = everything(office)
    assert office.tell("approve", grant=grant, id="a1") == first
    assert everything(office) == before


def test_the_first_result_is_given_whatever_has_happened_since(office: Office, grant: str) -> None:
    first = office.tell("approve", grant=grant, id="a1")
    office.do("withdraw", grant=grant)
    assert office.tell("approve", grant=grant, id="a1") == first
    assert office.show(grant)["status"] == "withdrawn"


def test_a_resend_is_answered_though_the_officer_lost_the_role(office: Office, grant: str) -> None:
    first = office.tell("approve", grant=grant, id="a1")
    office.do("register_officer", officer="approver", name="approver", roles=["auditor"])
    assert office.tell("approve", grant=grant, id="a1") == first


def test_another_process_gets_the_same_bytes(office: Office, grant: str) -> None:
    first = office.tell("approve", grant=grant, id="a1")
    later = Office(office.path, Clock(NOON + timedelta(days=400)))
    assert later.tell("approve", grant=grant, id="a1") == first
    later.close()


@pytest.mark.parametrize(
    "other",
    [
        {"reason": "別の理由"},
        {"by": "both"},
        {"on": "2025-04-02"},
        {"on": None},
        {"conditions": ["帳簿の保存"]},
        {"amounts": {"soft": 599_999_999}},
        {"decision_no": "第1号"},
        {"decision_no": " "},
    ],
    ids=str,
)
def test_the_same_id_with_another_body_is_refused(office: Office, grant: str, other: dict[str, Any]) -> None:
    office.tell("approve", grant=grant, id="a1")
    before = everything(office)
    with pytest.raises(CommandIdReused) as refusal:
        office.tell("approve", **{"grant": grant, "id": "a1", **other})
    assert (refusal.value.code, refusal.value.exit) == ("command_id_reused", 4)
    assert everything(office) == before


def test_the_same_id_with_another_command_is_refused(office: Office, grant: str) -> None:
    office.tell("approve", grant=grant, id="a1")
    with pytest.raises(CommandIdReused):
        office.tell("withdraw", grant=grant, id="a1")


def test_the_same_words_in_another_order_are_the_same_body(office: Office) -> None:
    first = office.tell("import_decision", **elsewhere("340006", 2025, soft=1, facility=2), id="i1")
    turned = elsewhere("340006", 2025, facility=2, soft=1)
    assert office.tell("import_decision", **turned, id="i1") == first


def test_composed_and_decomposed_letters_are_different_bodies(office: Office, grant: str) -> None:
    """Text is kept as it was written, so what looks alike is not taken for the same."""
    office.tell("not_adopt", grant=grant, reason="が", id="n1")
    with pytest.raises(CommandIdReused):
        office.tell("not_adopt", grant=grant, reason="か\u3099", id="n1")


def test_a_date_left_out_stays_out_so_a_retry_after_midnight_is_the_same(tmp_path: Path) -> None:
    clock = Clock()
    office = office_at(tmp_path / "grants.db", clock)
    first = office.tell("submit", application=new(soft=1_000), on=None, id="s1")
    clock.at += timedelta(days=1)
    assert office.tell("submit", application=new(soft=1_000), on=None, id="s1") == first
    assert office.show(json.loads(first)["grant"])["submitted_on"] == "2025-04-01"
    office.close()


def test_a_command_without_an_id_gets_one_of_its_own(office: Office) -> None:
    ids = {office.do("submit", application=new(soft=1_000))["id"] for _ in range(3)}
    assert len(ids) == 3
    assert {office.tell("outcome", command_id=known)["id"] for known in ids} == ids


def test_a_refused_command_leaves_its_id_free(office: Office, grant: str) -> None:
    with pytest.raises(Refusal) as refusal:
        office.tell("approve", grant=grant, by="head", id="a1")
    assert refusal.value.code == "role_missing"
    with pytest.raises(NotFound):
        office.tell("outcome", command_id="a1")
    assert office.do("approve", grant=grant, id="a1")["ok"]


def test_a_dry_run_leaves_its_id_free_and_writes_nothing(office: Office, grant: str) -> None:
    before = everything(office)
    judged = office.do("approve", grant=grant, id="a1", dry_run=True)
    assert (judged["dry_run"], judged["would_write"][0]["type"]) == (True, "grant.approved")
    assert everything(office) == before
    assert office.do("approve", grant=grant, id="a1")["events"] == ["grant.approved"]


def test_a_dry_run_of_what_was_done_tells_what_was_answered(office: Office, grant: str) -> None:
    first = office.tell("approve", grant=grant, id="a1")
    assert office.tell("approve", grant=grant, id="a1", dry_run=True) == first


def test_the_outcome_of_an_id_is_what_was_answered(office: Office, grant: str) -> None:
    first = office.do("approve", grant=grant, id="a1")
    assert office.tell("outcome", command_id="a1") == first


def test_every_event_carries_the_id_of_its_command(office: Office, grant: str) -> None:
    office.do("approve", grant=grant, id="a1")
    change = office.do("request_change", grant=grant, last_year=2026, id="a2")["change"]
    result = office.do("approve_change", change=change, id="a3")
    logged = [(line["command"], line["type"]) for line in office.tell("log")]
    assert [name for command, name in logged if command == "a3"] == result["events"]
    assert result["events"] == ["project.period_changed", "grant.change_approved"]


def test_an_opened_store_is_opened_again_without_effect(office: Office) -> None:
    before = everything(office)
    first = office.tell("init", admin="root", id="o1")
    assert office.tell("init", admin="root", id="o1") == first
    (known,) = [row for row in everything(office) if row not in before]
    assert (known[0], bytes(known[2])) == ("o1", first)


def test_ids_do_not_meet_across_projects(office: Office, grant: str) -> None:
    """One id, one command, whatever it is about."""
    other = office.decidable(new(soft=1_000))
    office.do("approve", grant=grant, id="a1")
    with pytest.raises(CommandIdReused):
        office.do("approve", grant=other, id="a1")
    assert office.show(project_of(other))["grants"][0]["status"] == "submitted"
