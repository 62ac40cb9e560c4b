"""申請: how many, and of which parts together (C15, C16, C18, C19, C20, C21)."""

from __future__ import annotations

import pytest

from .world import (
    TIERS,
    Answer,
    Json,
    Office,
    continuing,
    facility,
    infrastructure,
    new,
    project_of,
    soft,
)

LIMIT, OUTSIDE = "new_applications", "new_applications_outside"
ELEVENTH = {"limit": 10, "used": 10, "asked": 1, "excess": 1, "room": 0}
THIRTEENTH = {"limit": 2, "used": 2, "asked": 1, "excess": 1, "room": 0}
EVIDENCE = "地方創生推進事務局 事務連絡 令和7年4月"


def one_more(office: Office, authority: str, **fields: object) -> Answer:
    return office.do("submit", application=new(authority, soft(1_000_000), **fields))


def ten_new(office: Office, authority: str) -> None:
    for _ in range(10):
        one_more(office, authority).done()


def slots(office: Office, authority: str, round_: str = "2025") -> tuple[int, int]:
    """Ordinary and outside-limit new applications of an authority in a round."""
    rows = office.do("caps", authority=authority).done().result["slots"]
    return next((row["ordinary"], row["outside"]) for row in rows if row["round"] == round_)


# ---------------------------------------------------------------------- C15


@pytest.mark.parametrize("tier", TIERS)
def test_c15_the_eleventh_new_application_is_refused_whatever_the_size_of_the_authority(
    office: Office, tier: str
) -> None:
    authority = office.unused(tier)
    ten_new(office, authority)
    assert one_more(office, authority).refused("application_limit").figures(LIMIT) == ELEVENTH
    assert slots(office, authority) == (10, 0)


def test_c15_a_withdrawn_application_gives_its_slot_back(office: Office, town: str) -> None:
    ten_new(office, town)
    office.do("withdraw", grant=f"{town}-2025-07/2025").done()
    one_more(office, town).done()
    one_more(office, town).refused("application_limit")


def test_c15_an_application_that_was_not_adopted_keeps_its_slot(office: Office, town: str) -> None:
    ten_new(office, town)
    grant = f"{town}-2025-07/2025"
    office.do("not_adopt", grant=grant, reason="自立性が認められない").done()
    one_more(office, town).refused("application_limit")


# ---------------------------------------------------------------------- C16


def test_c16_two_more_are_accepted_with_evidence_and_a_thirteenth_is_refused(
    office: Office, town: str
) -> None:
    ten_new(office, town)
    one_more(office, town, outside_limit=EVIDENCE).done()
    one_more(office, town, outside_limit=EVIDENCE).done()
    refusal = one_more(office, town, outside_limit=EVIDENCE).refused("application_limit")
    assert refusal.figures(OUTSIDE) == THIRTEENTH
    assert slots(office, town) == (10, 2)


@pytest.mark.parametrize("evidence", ["", "   "])
def test_c16_an_eleventh_application_without_evidence_is_refused(
    office: Office, town: str, evidence: str
) -> None:
    ten_new(office, town)
    refusal = one_more(office, town, outside_limit=evidence).refused("application_limit")
    assert refusal.figures(LIMIT) == ELEVENTH


# ---------------------------------------------------------------------- C18


def test_c18_continuing_applications_do_not_count_in_the_limit_of_new_ones(office: Office, town: str) -> None:
    projects = [project_of(office.submitted(new(town, soft(1_000_000, 2025, 2026)))) for _ in "ABC"]
    this_year = new(town, soft(1_000_000, 2026))
    for _ in range(5):
        office.do("submit", application=this_year).done()
    for project in projects:
        office.do("submit", application=continuing(project, 2026)).done()
    for _ in range(5):
        office.do("submit", application=this_year).done()

    assert slots(office, town, "2026") == (10, 0)
    assert len(office.do("list", authority=town, fiscal_year=2026).result) == 13
    office.do("submit", application=this_year).refused("application_limit")


# ---------------------------------------------------------------------- C19, C21


def test_c19_infrastructure_alone_is_refused(office: Office, prefecture: str) -> None:
    refusal = office.do("submit", application=new(prefecture, infrastructure(300_000_000)))
    refusal.refused("combination_required")
    assert refusal.finding("infrastructure_combination")["strength"] == "hard"


@pytest.mark.parametrize("beside", [soft(1_000_000), facility(1_000_000)], ids=["soft", "facility"])
def test_c19_infrastructure_beside_a_soft_or_a_facility_part_is_accepted(
    office: Office, prefecture: str, beside: Json
) -> None:
    done = office.do("submit", application=new(prefecture, infrastructure(300_000_000), beside)).done()
    assert done.result["requested_yen"] == 301_000_000


def test_c19_a_soft_part_without_money_does_not_make_a_combination(office: Office, prefecture: str) -> None:
    application = new(prefecture, infrastructure(300_000_000), soft(0))
    office.do("submit", application=application).refused("combination_required")


def test_c21_a_facility_alone_is_accepted(office: Office, prefecture: str) -> None:
    done = office.do("submit", application=new(prefecture, facility(300_000_000))).done()
    assert (done.result["requested_yen"], done.warnings) == (300_000_000, [])


# ---------------------------------------------------------------------- C20


def soft_beside_infrastructure(office: Office, prefecture: str) -> str:
    return office.decided(new(prefecture, soft(20_000_000), infrastructure(300_000_000)))


@pytest.mark.parametrize(
    "change",
    [{"drop": ["soft"]}, {"deltas": {"soft": -20_000_000}}],
    ids=["given up", "reduced to nothing"],
)
def test_c20_a_change_that_would_leave_infrastructure_alone_is_refused(
    office: Office, prefecture: str, change: Json
) -> None:
    grant = soft_beside_infrastructure(office, prefecture)
    office.do("request_change", grant=grant, **change).refused("combination_required")
    assert office.show(grant)["committed_yen"] == 320_000_000


def test_c20_both_parts_are_given_up_together_by_abolition_and_not_by_a_change(
    office: Office, prefecture: str
) -> None:
    grant = soft_beside_infrastructure(office, prefecture)
    refusal = office.do("request_change", grant=grant, drop=["soft", "infrastructure"]).refused("bad_input")
    assert f"grants abolish {grant}" in refusal["message"]

    abolished = office.do("abolish", grant=grant, reason="事業者の撤退").done().result
    assert (abolished["released_yen"], abolished["committed_yen"]) == (320_000_000, 0)
    assert office.used_yen(prefecture, "infrastructure_plan_prefecture") == 0
    assert office.used_yen(prefecture, "soft_fy_prefecture") == 0


def test_c20_another_part_may_stand_in_for_the_soft_one(office: Office, prefecture: str) -> None:
    parts = [soft(20_000_000), facility(5_000_000), infrastructure(300_000_000)]
    grant = office.decided(new(prefecture, *parts))
    change = office.do("request_change", grant=grant, drop=["soft"]).done()["change"]
    assert office.do("approve_change", change=change).done().result["committed_yen"] == 305_000_000


def test_c20_two_changes_that_together_leave_infrastructure_alone_are_not_both_approved(
    office: Office,
    prefecture: str,
) -> None:
    parts = [soft(20_000_000), facility(5_000_000), infrastructure(300_000_000)]
    grant = office.decided(new(prefecture, *parts))
    first = office.do("request_change", grant=grant, drop=["soft"]).done()["change"]
    second = office.do("request_change", grant=grant, drop=["facility"]).done()["change"]
    office.do("approve_change", change=first).done()
    office.do("approve_change", change=second).refused("combination_required")


def test_c20_a_decision_that_cuts_the_soft_part_to_nothing_is_refused(
    office: Office, prefecture: str
) -> None:
    grant = office.ready(new(prefecture, soft(20_000_000), infrastructure(300_000_000)))
    office.do("approve", grant=grant, amounts={"soft": 0}).refused("combination_required")
    office.do("approve", grant=grant, amounts={"soft": 1_000}).done()
