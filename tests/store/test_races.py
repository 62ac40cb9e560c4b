"""Officers in processes of their own want the last yen at the same moment: one gets it, always exactly one.

Each race is run again and again; nobody is ever put off with `busy`, because each only waits its turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .office import HIROSHIMA, R8, SAPPORO, YOKOHAMA, Office, elsewhere, new, office_at
from .racers import Answer, Racers

SOFT_CAP_YEN = 1_000_000_000  # a municipality's, in a fiscal year
PLAN_CAP_YEN = 2_000_000_000  # a core hub city's infrastructure, over every plan that overlaps
ROUNDS = range(20)
FEW_ROUNDS = range(8)


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Four processes."""
    racing = Racers(4)
    yield racing
    racing.close()


def approve(grant: str, **fields: Any) -> Answer:
    """One approver's wish."""
    return {"do": "approve", "grant": grant, **fields}


def one_winner(answers: list[Answer], code: str) -> list[Answer]:
    """Exactly one was accepted, and the others refused for this reason. The others."""
    losers = [answer for answer in answers if not answer["ok"]]
    assert [answer["code"] for answer in losers] == [code] * (len(answers) - 1), answers
    return losers


def lost_the_last(yen: int, rule: str, limit_yen: int) -> dict[str, Any]:
    """What somebody is told who wanted the last `yen` of a cap and came second."""
    figures = {"limit": limit_yen, "used": limit_yen, "asked": yen, "excess": yen, "room": 0}
    return {"rule": rule, **figures}


def used_yen(office: Office, authority: str, rule: str) -> list[int]:
    """What stands in each window of an authority under a rule."""
    sql = "SELECT used_yen + reserved_yen FROM cap_usage WHERE authority = ? AND rule = ?"
    rows = office.rows(sql, authority, rule)
    return [row[0] for row in rows]


def left(office: Office) -> None:
    """What was raced for adds up, and the store is closed."""
    assert office.findings() == []
    office.close()


@pytest.mark.parametrize("racing", [2, 3, 4])
@pytest.mark.parametrize("yen", [1, 250_000_000], ids=["the last yen", "a quarter of the cap"])
def test_one_of_those_who_approve_the_last_yen_gets_it(
    tmp_path: Path, racers: Racers, racing: int, yen: int
) -> None:
    for turn in ROUNDS if yen == 1 else FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        grants = [office.decidable(new(YOKOHAMA, soft=yen)) for _ in range(racing)]
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=SOFT_CAP_YEN - yen))
        answers = racers.race(office.path, *map(approve, grants))
        for loser in one_winner(answers, "cap_exceeded"):
            assert loser["findings"] == [lost_the_last(yen, "soft_fy_municipality", SOFT_CAP_YEN)]
        assert used_yen(office, YOKOHAMA, "soft_fy_municipality") == [SOFT_CAP_YEN]
        left(office)


@pytest.mark.parametrize(
    ("yen", "winners"),
    [(1, 1), (SOFT_CAP_YEN - 1, 1), (SOFT_CAP_YEN, 1), (SOFT_CAP_YEN + 1, 0)],
    ids=["1", "cap - 1", "cap", "cap + 1"],
)
def test_a_decision_from_elsewhere_races_as_any_other(
    tmp_path: Path, racers: Racers, yen: int, winners: int
) -> None:
    for turn in FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        if yen < SOFT_CAP_YEN:
            office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=SOFT_CAP_YEN - yen))
        wish = {"do": "import_decision", **elsewhere(YOKOHAMA, 2025, soft=yen)}
        answers = racers.race(office.path, wish, wish, wish)
        assert [answer.get("code") for answer in answers].count("cap_exceeded") == 3 - winners, answers
        assert sum(answer["ok"] for answer in answers) == winners
        assert used_yen(office, YOKOHAMA, "soft_fy_municipality") == [SOFT_CAP_YEN] * winners
        left(office)


def test_whatever_kind_of_decision_wants_the_last_yen_one_gets_it(tmp_path: Path, racers: Racers) -> None:
    """An approval, an adoption, a change and a decision from elsewhere, all for the same yen."""
    for turn in ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        approved, adopted = (office.decidable(new(YOKOHAMA, soft=1)) for _ in range(2))
        changed = office.approved(new(YOKOHAMA, soft=1_000))
        change = office.do("request_change", grant=changed, deltas={"soft": 1})["change"]
        office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=SOFT_CAP_YEN - 1_001))
        answers = racers.race(
            office.path,
            approve(approved),
            {"do": "adopt", "grant": adopted},
            {"do": "approve_change", "change": change},
            {"do": "import_decision", **elsewhere(YOKOHAMA, 2025, soft=1)},
        )
        one_winner(answers, "cap_exceeded")
        assert used_yen(office, YOKOHAMA, "soft_fy_municipality") == [SOFT_CAP_YEN]
        left(office)


@pytest.mark.parametrize("yen", [1, 600_000_000])
def test_two_plans_that_overlap_share_one_hard_cap(tmp_path: Path, racers: Racers, yen: int) -> None:
    """FY2025-26 and FY2026-27 meet in FY2026, where a third plan has used all but `yen`."""
    for turn in ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        early = office.decidable(new(SAPPORO, first=2025, last=2026, soft=1_000, infrastructure=yen))
        late = office.decidable(new(SAPPORO, first=2026, last=2027, soft=1_000, infrastructure=yen))
        office.do("import_decision", **elsewhere(SAPPORO, 2026, infrastructure=PLAN_CAP_YEN - yen))
        wishes = [approve(early), approve(late)]
        for loser in one_winner(racers.race(office.path, *wishes[:: 1 - 2 * (turn % 2)]), "cap_exceeded"):
            hard = [finding for finding in loser["findings"] if "plan" in finding["rule"]]
            rule = "infrastructure_plan_core_hub"
            assert lost_the_last(yen, rule, PLAN_CAP_YEN) in hard
        assert max(used_yen(office, SAPPORO, "infrastructure_plan_core_hub")) == PLAN_CAP_YEN
        left(office)


@pytest.mark.parametrize("racing", [2, 4])
def test_one_of_those_who_submit_gets_the_tenth_slot(tmp_path: Path, racers: Racers, racing: int) -> None:
    for turn in FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        for _ in range(9):
            office.submitted(new(YOKOHAMA, soft=1_000))
        wish = {"do": "submit", "application": new(YOKOHAMA, soft=1_000)}
        losers = one_winner(racers.race(office.path, *[wish] * racing), "application_limit")
        figures = {"limit": 10, "used": 10, "asked": 1, "excess": 1, "room": 0}
        assert [loser["findings"] for loser in losers] == [
            [{"rule": "new_applications", **figures}] for _ in losers
        ]
        left(office)


def test_one_of_those_who_ask_for_the_last_yen_has_asked(tmp_path: Path, racers: Racers) -> None:
    """Demand is held against the hard cap too: an authority may not ask for more than it may get."""
    for turn in FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        wish = {"do": "submit", "application": new(YOKOHAMA, soft=SOFT_CAP_YEN)}
        one_winner(racers.race(office.path, wish, wish, wish), "cap_exceeded")
        left(office)


@pytest.mark.parametrize("racing", [2, 4])
def test_a_grant_is_approved_once(tmp_path: Path, racers: Racers, racing: int) -> None:
    for turn in FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        grant = office.decidable(new(YOKOHAMA, soft=1_000))
        wishes = [approve(grant, by=("approver", "both")[turn % 2]) for turn in range(racing)]
        one_winner(racers.race(office.path, *wishes), "wrong_status")
        assert used_yen(office, YOKOHAMA, "soft_fy_municipality") == [1_000]
        left(office)


def test_the_same_command_sent_by_all_at_once_acts_once_and_answers_all_alike(
    tmp_path: Path, racers: Racers
) -> None:
    for turn in FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        grant = office.decidable(new(YOKOHAMA, soft=1_000))
        before = office.events()
        first, *others = racers.race(office.path, *[approve(grant, id="a1")] * 4)
        assert first["ok"]
        assert others == [first] * 3
        assert office.events() == before + 1
        left(office)


def test_one_id_for_two_bodies_acts_once(tmp_path: Path, racers: Racers) -> None:
    for turn in FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        one, other = (office.decidable(new(YOKOHAMA, soft=1_000)) for _ in range(2))
        wishes = [approve(one, id="a1"), approve(other, id="a1")]
        one_winner(racers.race(office.path, *wishes), "command_id_reused")
        left(office)


def test_the_last_advance_is_paid_once(tmp_path: Path, racers: Racers) -> None:
    for turn in FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        grant = office.approved(new(YOKOHAMA, soft=1_000))
        pay = {"do": "disburse", "grant": grant, "amount_yen": 600, "payment": "advance"}
        one_winner(racers.race(office.path, pay, pay, pay), "over_disbursed")
        assert office.show(grant)["disbursed_yen"] == 600
        left(office)


def test_a_programme_is_confirmed_once(tmp_path: Path, racers: Racers) -> None:
    office = office_at(tmp_path / "grants.db")
    confirm = {"do": "confirm_programme", "programme": R8, "basis": "document", "document": "事務連絡"}
    one_winner(racers.race(office.path, confirm, confirm), "already_recorded")
    left(office)


def test_those_who_want_nothing_of_one_another_all_get_it(tmp_path: Path, racers: Racers) -> None:
    """Three authorities, and two projects of one of them that are numbered at the same moment."""
    for turn in FEW_ROUNDS:
        office = office_at(tmp_path / f"{turn}.db")
        wishes = [
            {"do": "submit", "application": new(authority, soft=1_000)}
            for authority in (HIROSHIMA, SAPPORO, YOKOHAMA, YOKOHAMA)
        ]
        answers = racers.race(office.path, *wishes)
        assert sorted(answer["grant"] for answer in answers) == [
            "011002-2025-01/2025",
            "141003-2025-01/2025",
            "141003-2025-02/2025",
            "340006-2025-01/2025",
        ]
        left(office)


@pytest.mark.parametrize("there", [False, True], ids=["no file", "an empty file"])
def test_a_store_is_created_once_by_those_who_create_it_at_once(
    tmp_path: Path, racers: Racers, there: bool
) -> None:
    for turn in FEW_ROUNDS:
        store = tmp_path / f"{turn}.db"
        if there:
            store.touch()
        answers = racers.race(store, *[{"do": "init", "admin": "root"}] * 4)
        assert [answer["ok"] for answer in answers] == [True] * 4, answers
        assert sorted(len(answer["events"]) for answer in answers) == [0, 0, 0, 1]
        office = Office(store)
        assert office.grants.doctor()["problems"] == []
        assert office.events() == 1
        left(office)


def test_a_new_store_has_one_first_officer(tmp_path: Path, racers: Racers) -> None:
    for turn in FEW_ROUNDS:
        wishes = [{"do": "init", "admin": name} for name in ("root", "sato", "kato")]
        one_winner(racers.race(tmp_path / f"{turn}.db", *wishes), "already_recorded")
        left(Office(tmp_path / f"{turn}.db"))
