"""An id reads as it is written: officers, rounds and commands that look the same are the same."""

from __future__ import annotations

from typing import Any

import pytest
from store.office import R7, Office, new

from lifecycle.errors import BadInput
from lifecycle.values import as_seen, marked

from .telling import refused

GA, GA_IN_PARTS = "\u304c", "\u304b\u3099"
"""が as one character, and as か with its voicing mark: NFC and NFD."""

READS_AS_WRITTEN = [
    *("suzuki", "2025-1", "a b", "..", "鈴木", "佐々木", "令和7年度第1回", "カトウ", GA, "髙﨑", "\u845b"),
]
OTHERWISE = {
    "suzuki\u200b": "suzuki",
    "suzuki\u00ad": "suzuki",
    "suzuki\u2060": "suzuki",
    "\u202esuzuki": "suzuki",
    "suzuki ": "suzuki",
    "\u3000suzuki": "suzuki",
    "su\tzuki": "suzuki",
    "\uff53\uff55\uff5a\uff55\uff4b\uff49": "suzuki",
    "\uff76\uff84\uff73": "カトウ",
    "令和\uff17年度": "令和7年度",
    GA_IN_PARTS: GA,
    "\u845b\U000e0100": "\u845b",
    "\ufa19": "\u795e",
    " ": "",
    "\u200b": "",
    "\u3164": "",
    "\u2800": "",
}
"""Ids that would be taken for another one, and for which."""


@pytest.mark.parametrize("identifier", READS_AS_WRITTEN)
def test_an_id_of_letters_that_are_seen_is_what_it_looks_like(identifier: str) -> None:
    assert as_seen(identifier) == identifier


@pytest.mark.parametrize("identifier", OTHERWISE)
def test_an_id_that_is_seen_as_another_one_is_told_from_it(identifier: str) -> None:
    assert as_seen(identifier) == OTHERWISE[identifier]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a b ", "a b<U+0020>"),
        (" \u3000a", "<U+0020><U+3000>a"),
        (" ", "<U+0020>"),
        ("a\u3000b\nc", "a<U+3000>b<U+000A>c"),
        (f"鈴木{GA_IN_PARTS}", "鈴木か<U+3099>"),
    ],
)
def test_every_character_that_is_not_what_it_looks_like_is_named(text: str, told: str) -> None:
    assert marked(text) == told


ROUND = {"programme": R7, "opens_on": "2025-04-01", "closes_on": "2025-06-30"}


def registering(identifier: str) -> tuple[str, dict[str, Any]]:
    return "register_officer", {"officer": identifier, "name": "x", "roles": ["approver"]}


def opening(identifier: str) -> tuple[str, dict[str, Any]]:
    return "open_round", {"round": identifier, **ROUND}


def commanding(identifier: str) -> tuple[str, dict[str, Any]]:
    return "open_round", {"round": "2025-2", **ROUND, "id": identifier}


MAKING = {"officer": registering, "round": opening, "command id": commanding}


@pytest.mark.parametrize("what", ["officer", "round"])
@pytest.mark.parametrize("written", [full for full in OTHERWISE if as_seen(full, "NFC") == full])
def test_another_form_of_a_letter_is_no_id_of_an_officer_or_a_round(
    office: Office, what: str, written: str
) -> None:
    do, fields = MAKING[what](written)
    assert OTHERWISE[written] in refused(office, "bad_input", do, **fields).message


@pytest.mark.parametrize(
    "identifier", ["採択\uff08第\uff11回\uff09", "港町\u3000直売所", "\uff76\uff84\uff73"]
)
def test_a_command_id_that_a_program_makes_of_a_title_is_taken(office: Office, identifier: str) -> None:
    do, fields = commanding(identifier)
    assert office.do(do, **fields)["id"] == identifier


@pytest.mark.parametrize("what", MAKING)
@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("suzuki\u200b", "suzuki<U+200B> would be taken for another one; write it as it is read: suzuki"),
        (GA_IN_PARTS, "か<U+3099> would be taken for another one; write it as it is read: が"),
        ("\u2060", "<U+2060> would be taken for another one; nothing of it is seen"),
    ],
)
def test_a_new_id_that_looks_like_another_is_refused(
    office: Office, what: str, identifier: str, told: str
) -> None:
    do, fields = MAKING[what](identifier)
    assert refused(office, "bad_input", do, **fields).message == f"{what} {told}"


@pytest.mark.parametrize("identifier", [" ", "I1 ", " I1", "I\n1"])
def test_a_command_id_has_no_spaces_around_it_and_no_line_in_it(office: Office, identifier: str) -> None:
    do, fields = commanding(identifier)
    refused(office, "bad_input", do, **fields)
    refused(office, "bad_input", do, **fields, dry_run=True)


@pytest.mark.parametrize("what", MAKING)
@pytest.mark.parametrize("identifier", ["鈴木", "令和7年度第1回", GA])
def test_japanese_ids_are_taken(office: Office, what: str, identifier: str) -> None:
    do, fields = MAKING[what](identifier)
    assert office.do(do, **fields)["ok"]


# ---------------------------------------------------------------------- case, and letters drawn alike


def told(answer: dict[str, Any]) -> list[str]:
    """The warnings about ids that look alike."""
    assert answer["ok"]
    return [w["message"] for w in answer["warnings"] if w["rule"] == "look_alike"]


@pytest.mark.parametrize("what", ["officer", "round"])
@pytest.mark.parametrize(("written", "named"), [("g-001", "g-001"), ("G-00\u0399", "G-00<U+0399>")])
def test_a_new_officer_or_round_that_is_easily_taken_for_another_is_recorded_and_told_of(
    office: Office, what: str, written: str, named: str
) -> None:
    make = MAKING[what]
    there = "G-001" if named == "g-001" else "g-00i"
    assert told(office.do(make(there)[0], **make(there)[1])) == []
    answer = office.do(make(written)[0], **make(written)[1])
    assert told(answer) == [f"{what} {named} is easily taken for {there}, which is there already"]
    assert told(office.do(make("g-002")[0], **make("g-002")[1])) == []


def test_an_officer_who_is_registered_again_is_told_of_no_more(office: Office) -> None:
    for officer in ("g-001", "G-001"):
        office.do("register_officer", officer=officer, name="x", roles=["approver"])
    assert told(office.do("register_officer", officer="G-001", name="x", roles=["auditor"])) == []


def test_a_sub_grant_or_asset_that_is_easily_taken_for_another_of_its_grant_is_told_of(
    office: Office,
) -> None:
    first, second = (office.approved(new(soft=10_000)) for _ in range(2))
    sub_grant = {"payee": "西条酒造", "amount_yen": 1_000}
    assert told(office.do("commit_sub_grant", grant=first, sub_grant="g-001", **sub_grant)) == []
    assert told(office.do("commit_sub_grant", grant=second, sub_grant="G-001", **sub_grant)) == []
    assert told(office.do("commit_sub_grant", grant=first, sub_grant="G-001", **sub_grant)) == [
        "sub-grant G-001 is easily taken for g-001, which is there already"
    ]
    asset = {"name": "車両", "unit_cost_yen": 1_000, "acquired_on": "2025-04-01", "useful_life_years": 5}
    assert told(office.do("register_asset", grant=first, asset="A1", **asset)) == []
    assert told(office.do("register_asset", grant=first, asset="\u03911", **asset)) == [
        "asset <U+0391>1 is easily taken for A1, which is there already"
    ]


def test_a_look_alike_of_an_officer_is_not_registered(office: Office) -> None:
    grant = office.decidable(new(soft=1_000))
    refusal = refused(office, "role_missing", "approve", grant=grant, by="approver\u200b")
    assert "not registered" in refusal.message


@pytest.fixture
def recorded(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A store that an earlier program wrote, which took such ids."""
    with monkeypatch.context() as earlier:
        earlier.setattr("lifecycle.service.desk.as_seen", lambda text, form="NFKC": text)
        office.do("register_officer", officer="suzuki\u200b", name="鈴木", roles=["approver"])
        office.do("open_round", round=GA_IN_PARTS, **ROUND, id="I1 ")
    return office


def test_an_officer_recorded_under_such_an_id_goes_on_acting(recorded: Office) -> None:
    grant = recorded.decidable(new(soft=1_000))
    assert recorded.do("approve", grant=grant, by="suzuki\u200b")["ok"]
    told = {"officer": "suzuki\u200b", "name": "鈴木", "roles": ["auditor"]}
    assert recorded.do("register_officer", **told)["ok"]


def test_a_round_recorded_under_such_an_id_takes_applications(recorded: Office) -> None:
    application = new(soft=1_000) | {"round": GA_IN_PARTS}
    assert recorded.do("submit", application=application)["ok"]
    refused(recorded, "already_recorded", "open_round", round=GA_IN_PARTS, **ROUND)


def test_a_command_recorded_under_such_an_id_is_answered_again(recorded: Office) -> None:
    before = recorded.events()
    again = recorded.do("open_round", round=GA_IN_PARTS, **ROUND, id="I1 ")
    assert (again["ok"], again["id"], recorded.events()) == (True, "I1 ", before)
    other = {"round": "2025-3", **ROUND, "id": "I1 "}
    refused(recorded, "command_id_reused", "open_round", **other)


@pytest.mark.parametrize("fields", [{"admin": "sato\u200b"}, {"admin": "sato", "id": " "}])
@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.embedded
def test_a_store_is_not_begun_under_such_an_id(tmp_path: Any, fields: dict[str, Any], dry_run: bool) -> None:
    path = tmp_path / "new.db"
    office = Office(path)
    with pytest.raises(BadInput):
        office.do("init", **fields, dry_run=dry_run)
    office.close()
    assert not path.exists()
