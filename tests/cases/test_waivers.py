"""特例: another limit for one authority until a day, on a document's word; and what follows when it has ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .world import TIERS, Answer, Json, Office, continuing, infrastructure, new, part, project_of, soft

SOFT_CAP = "soft_fy_municipality"
MILLION = 1_000_000


def waive(office: Office, authority: str, limit_yen: int | None, until: str, **fields: object) -> Answer:
    """The soft cap of a town is lifted to `limit_yen` until a day, unless another rule is named."""
    told = {"rule": SOFT_CAP, "authority": authority, "until": until, "document": "府地創第123号"}
    limit = {} if limit_yen is None else {"limit_yen": limit_yen}
    return office.do("waive", **{**told, **limit, **fields})


# ---------------------------------------------------------------------- the limit in its place

HARD = [("soft", "soft_fy"), ("infrastructure", "infrastructure_plan")]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(("kind", "rule"), HARD)
def test_a_waived_cap_is_filled_to_its_new_limit_and_not_a_yen_beyond(
    office: Office, kind: str, rule: str, tier: str
) -> None:
    authority, limit_yen = office.unused(tier), 6_000 * MILLION
    waive(office, authority, limit_yen, "2026-03-31", rule=f"{rule}_{tier}").done()
    beside = [soft(1_000)] if kind == "infrastructure" else []
    reasons = {f"infrastructure_fy_{tier}": "緊急性が高い"}

    too_much = new(authority, part(kind, limit_yen + 1), *beside)
    refusal = office.do("submit", application=too_much).refused("cap_exceeded")
    assert refusal.figures(f"{rule}_{tier}") == {
        "limit": limit_yen,
        "used": 0,
        "asked": limit_yen + 1,
        "excess": 1,
        "room": limit_yen,
    }
    office.decided(new(authority, part(kind, limit_yen), *beside), justifications=reasons)
    assert office.used_yen(authority, f"{rule}_{tier}") == limit_yen


def test_a_decision_made_under_a_waiver_names_its_document(office: Office, town: str) -> None:
    waive(office, town, 1_200 * MILLION, "2026-03-31").done()
    grant = office.decided(new(town, soft(1_100 * MILLION)))
    [window] = next(e for e in office.events(grant) if e["type"] == "grant.approved")["data"]["windows"]
    assert window["limit_yen"] == 1_200 * MILLION
    assert "府地創第123号" in window["source"]


def test_a_waiver_of_one_authority_or_rule_is_none_of_another(
    office: Office, town: str, core_hub: str, prefecture: str
) -> None:
    waive(office, town, 1_200 * MILLION, "2026-03-31").done()
    other = office.unused("municipality")
    office.do("submit", application=new(other, soft(1_000 * MILLION + 1))).refused("cap_exceeded")
    roads = new(town, infrastructure(1_000 * MILLION + 1), soft(1_000))
    office.do("submit", application=roads).refused("cap_exceeded")


def test_of_two_waivers_the_later_one_holds(office: Office, town: str) -> None:
    for limit_yen in (1_300 * MILLION, 1_200 * MILLION):
        waive(office, town, limit_yen, "2026-03-31").done()
    office.do("submit", application=new(town, soft(1_200 * MILLION + 1))).refused("cap_exceeded")
    office.submitted(new(town, soft(1_200 * MILLION)))


def test_of_ten_waivers_and_more_the_last_one_holds(office: Office, town: str) -> None:
    for number in range(1, 12):
        waive(office, town, (1_000 + number) * MILLION, "2026-03-31").done()
    office.do("submit", application=new(town, soft(1_011 * MILLION + 1))).refused("cap_exceeded")
    office.submitted(new(town, soft(1_011 * MILLION)))


@pytest.mark.parametrize(
    ("rule", "limit_yen"),
    [
        ("infrastructure_combination", None),
        ("strategy_reference", None),
        ("certified_plan", None),
        ("four_criteria", None),
        ("double_funding", None),
        ("soft_fy_municipality", None),
        ("objection_days", 1),
        ("no_such_rule", None),
        ("soft_fy_municipalty", 1_200_000_000),
    ],
)
def test_no_condition_of_the_law_is_waived_and_a_cap_only_to_a_limit(
    office: Office, town: str, rule: str, limit_yen: int | None
) -> None:
    waive(office, town, limit_yen, "2026-03-31", rule=rule).refused("bad_input")


# ---------------------------------------------------------------------- its last day


def test_a_waiver_holds_on_its_last_day_and_not_on_the_day_after(office: Office, town: str) -> None:
    waive(office, town, 1_200 * MILLION, "2025-05-30").done()
    grant = office.ready(new(town, soft(1_200 * MILLION)))
    refusal = office.do("approve", grant=grant, on="2025-05-31").refused("cap_exceeded")
    assert refusal.figures(SOFT_CAP)["limit"] == 1_000 * MILLION
    office.do("approve", grant=grant, on="2025-05-30").done()


def test_a_waiver_does_not_hold_before_it_was_granted(office: Office, town: str) -> None:
    waive(office, town, 1_200 * MILLION, "2026-03-31", on="2025-04-11").done()
    application = new(town, soft(1_200 * MILLION))
    office.do("submit", application=application, on="2025-04-10").refused("cap_exceeded")
    office.do("submit", application=application, on="2025-04-11").done()


def test_a_waiver_ends_on_the_day_it_is_granted_at_the_earliest(office: Office, town: str) -> None:
    waive(office, town, 1_200 * MILLION, "2025-04-04").refused("bad_input")
    waive(office, town, 1_200 * MILLION, "2025-04-05").done()


def test_a_rule_beside_the_caps_is_lifted_until_its_last_day_too(office: Office, town: str) -> None:
    project = project_of(office.decided(new(town, soft(MILLION, 2025, 2026, 2027))))
    waive(office, town, None, "2027-04-10", rule="earlier_year_published", on="2027-04-01").done()
    third_year = continuing(project, 2027)
    office.do("submit", application=third_year, on="2027-04-11").refused("earlier_year_unpublished")
    done = office.do("submit", application=third_year, on="2027-04-10").done()
    assert done.warnings == ["earlier_year_published"]


# ---------------------------------------------------------------------- releases under a waiver, and after it


def filled(office: Office, town: str) -> str:
    """A grant of 700,000,000 in a year that a waiver until 5 May let grow to 1,200,000,000."""
    grant = office.decided(new(town, soft(700 * MILLION)))
    office.granted(town, 300 * MILLION)
    waive(office, town, 1_200 * MILLION, "2025-05-05").done()
    office.granted(town, 200 * MILLION)
    assert office.used_yen(town, SOFT_CAP) == 1_200 * MILLION
    return grant


def withdrawn(office: Office, grant: str, on: str) -> None:
    office.do("withdraw", grant=grant, on=on).done()


def reduced(office: Office, grant: str, on: str) -> None:
    change = office.do("request_change", grant=grant, deltas={"soft": -1}, on=on).done()["change"]
    office.do("approve_change", change=change, on=on).done()


def reworded(office: Office, grant: str, on: str) -> None:
    change = office.do("request_change", grant=grant, content="会場の変更", on=on).done()["change"]
    office.do("approve_change", change=change, on=on).done()


def abolished(office: Office, grant: str, on: str) -> None:
    office.do("abolish", grant=grant, reason="事業者の撤退", on=on).done()


def revoked_in_part(office: Office, grant: str, on: str) -> None:
    office.revoke(grant, 2, on=on).done()


def revoked(office: Office, grant: str, on: str) -> None:
    office.revoke(grant, "all", on=on).done()


def settled_less(office: Office, grant: str, on: str) -> None:
    office.do("report_completion", grant=grant, actuals={"soft": 1_400 * MILLION - 6}, on=on).done()
    office.do("settle", grant=grant, on=on).done()


def settled_whole_with_input_tax(office: Office, grant: str, on: str) -> None:
    office.do("report_completion", grant=grant, actuals={"soft": 1_400 * MILLION}, on=on).done()
    office.do("settle", grant=grant, on=on).done()
    office.do("report_input_tax", grant=grant, deductible_tax_yen=8, on=on).done()


RELEASES: list[tuple[Callable[[Office, str, str], None], int]] = [
    (withdrawn, 700 * MILLION),
    (reduced, 1),
    (reworded, 0),
    (abolished, 700 * MILLION),
    (revoked_in_part, 2),
    (revoked, 700 * MILLION),
    (settled_less, 3),
    (settled_whole_with_input_tax, 4),
]


@pytest.mark.parametrize("on", ["2025-05-05", "2025-05-06"], ids=["on its last day", "after it"])
@pytest.mark.parametrize(("release", "freed_yen"), RELEASES, ids=[row[0].__name__ for row in RELEASES])
def test_room_is_released_while_a_waiver_holds_and_after_it_has_ended(
    office: Office, town: str, release: Callable[[Office, str, str], None], freed_yen: int, on: str
) -> None:
    release(office, filled(office, town), on)
    assert office.used_yen(town, SOFT_CAP) == 1_200 * MILLION - freed_yen


def test_after_a_waiver_room_is_given_again_only_below_the_cap_itself(office: Office, town: str) -> None:
    withdrawn(office, filled(office, town), "2025-05-06")
    later = {"on": "2025-05-20"}
    too_much = new(town, soft(500 * MILLION + 1))
    refusal = office.do("submit", application=too_much, **later).refused("cap_exceeded")
    assert refusal.figures(SOFT_CAP) == {
        "limit": 1_000 * MILLION,
        "used": 500 * MILLION,
        "asked": 500 * MILLION + 1,
        "excess": 1,
        "room": 500 * MILLION,
    }
    office.do("submit", application=new(town, soft(500 * MILLION)), **later).done()


def test_after_a_waiver_a_release_that_leaves_too_much_gives_no_room_at_all(
    office: Office, town: str
) -> None:
    reduced(office, filled(office, town), "2025-05-06")
    one_yen: Json = new(town, soft(1))
    refusal = office.do("submit", application=one_yen, on="2025-05-20").refused("cap_exceeded")
    assert refusal.figures(SOFT_CAP) == {
        "limit": 1_000 * MILLION,
        "used": 1_200 * MILLION - 1,
        "asked": 1,
        "excess": 200 * MILLION,
        "room": 0,
    }


@pytest.mark.parametrize(
    ("day", "limit_yen", "room_yen"),
    [
        ("2025-05-04", 1_200 * MILLION, 0),
        ("2025-05-05", 1_200 * MILLION, 0),
        ("2025-05-06", 1_000 * MILLION, 0),
    ],
)
def test_caps_shows_the_waived_limit_while_it_holds(
    office: Office, town: str, day: str, limit_yen: int, room_yen: int
) -> None:
    filled(office, town)
    point = {"fiscal_year": 2025, "as_of": day, "clock": "effective"}
    windows = office.do("caps", authority=town, **point).done().result["windows"]
    [window] = [each for each in windows if each["rule"] == SOFT_CAP]
    assert (window["limit_yen"], window["room_yen"]) == (limit_yen, room_yen)
