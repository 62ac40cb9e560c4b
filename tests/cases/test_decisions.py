"""交付決定: what it needs, what it gives, how it changes, and until when it may be withdrawn from
(C22, C23, C24, C38, C41, C48)."""

from __future__ import annotations

import pytest

from .world import (
    CRITERIA,
    Office,
    costing,
    new,
    project_of,
    soft,
)

SOFT_CAP = "soft_fy_municipality"

# ---------------------------------------------------------------------- C22


@pytest.mark.parametrize("missing", CRITERIA)
def test_c22_no_decision_is_made_on_three_of_the_four_criteria(
    office: Office, town: str, missing: str
) -> None:
    grant = office.submitted(new(town, soft(1_000_000)))
    office.do("certify_plan", project=project_of(grant), certificate_no="第76回-1").done()
    for criterion in CRITERIA:
        if criterion != missing:
            office.scored(grant, criterion)

    refusal = office.do("approve", grant=grant).refused("criteria_incomplete")
    assert refusal.figures("four_criteria") == {"limit": 4, "used": 3}
    office.scored(grant, missing)
    office.do("approve", grant=grant).done()


@pytest.mark.parametrize("reason", ["", "  "])
def test_c22_a_score_without_a_reason_does_not_count(office: Office, town: str, reason: str) -> None:
    grant = office.submitted(new(town, soft(1_000_000)))
    score = {"grant": grant, "criterion": "vision", "score": 4}
    office.do("score", **score, reason=reason).refused("reason_missing")
    assert office.show(grant)["scores"] == {}


# ---------------------------------------------------------------------- C23


@pytest.mark.parametrize("strategy", ["", "  "])
def test_c23_an_application_without_reference_to_the_strategy_is_refused(
    office: Office, town: str, strategy: str
) -> None:
    application = new(town, soft(1_000_000), strategy=strategy)
    office.do("submit", application=application).refused("strategy_missing")


def test_c23_nothing_is_decided_without_a_certified_plan(office: Office, town: str) -> None:
    grant = office.submitted(new(town, soft(1_000_000)))
    for criterion in CRITERIA:
        office.scored(grant, criterion)

    office.do("approve", grant=grant).refused("plan_not_certified")
    office.do("certify_plan", project=project_of(grant), certificate_no="第76回-1").done()
    office.do("approve", grant=grant).done()


# ---------------------------------------------------------------------- C24


def test_c24_half_of_the_cost_is_cut_to_a_thousand_yen_and_the_rest_is_local(
    office: Office, town: str
) -> None:
    grant = office.ready(new(town, costing("soft", 12_345_678, rate="1/2")))
    assert office.show(grant)["components"][0]["requested_yen"] == 6_172_000

    decided = office.do("approve", grant=grant).done().result
    assert decided["committed_yen"] == 6_172_000
    [component] = decided["components"]
    assert (component["committed_yen"], component["local_yen"]) == (6_172_000, 6_173_678)


# ---------------------------------------------------------------------- C38


def decided_beside_650_million(office: Office, town: str) -> str:
    """A grant of 300,000,000 in FY2026, beside others of 650,000,000."""
    office.decided(new(town, soft(650_000_000, 2026)))
    return office.decided(new(town, soft(300_000_000, 2026)))


def requested(office: Office, grant: str, delta_yen: int) -> str:
    return str(office.do("request_change", grant=grant, deltas={"soft": delta_yen}).done()["change"])


def test_c38_an_increase_beyond_the_cap_is_refused(office: Office, town: str) -> None:
    grant = decided_beside_650_million(office, town)
    refusal = office.do("approve_change", change=requested(office, grant, 60_000_000)).refused("cap_exceeded")
    assert refusal.figures(SOFT_CAP) == {
        "limit": 1_000_000_000,
        "used": 650_000_000,
        "asked": 360_000_000,
        "excess": 10_000_000,
        "room": 350_000_000,
    }
    assert office.show(grant)["committed_yen"] == 300_000_000
    assert office.used_yen(town, SOFT_CAP, 2026) == 950_000_000


def test_c38_an_increase_to_exactly_the_cap_is_approved(office: Office, town: str) -> None:
    grant = decided_beside_650_million(office, town)
    office.do("approve_change", change=requested(office, grant, 50_000_000)).done()
    window = office.window(town, SOFT_CAP, 2026)
    assert (window["used_yen"], window["room_yen"]) == (1_000_000_000, 0)


def test_c38_a_reduction_frees_its_room(office: Office, town: str) -> None:
    grant = decided_beside_650_million(office, town)
    office.do("approve_change", change=requested(office, grant, -40_000_000)).done()
    window = office.window(town, SOFT_CAP, 2026)
    assert (window["used_yen"], window["room_yen"]) == (910_000_000, 90_000_000)


def test_c38_the_room_a_reduction_frees_can_be_asked_for_to_the_yen(office: Office, town: str) -> None:
    grant = decided_beside_650_million(office, town)
    office.do("approve_change", change=requested(office, grant, -40_000_000)).done()
    too_much = new(town, soft(90_000_001, 2026))
    office.do("submit", application=too_much).refused("cap_exceeded")
    office.decided(new(town, soft(90_000_000, 2026)), on="2026-06-10")


# ---------------------------------------------------------------------- C41


def decided_on_9_april_2026(office: Office, town: str) -> str:
    application = new(town, soft(300_000_000, 2026))
    grant = office.submitted(application, on="2026-04-02")
    for criterion in CRITERIA:
        score = {"grant": grant, "criterion": criterion, "score": 4, "reason": "課題が明確"}
        office.do("score", **score, on="2026-04-06").done()
    certificate = {"project": project_of(grant), "certificate_no": "第76回-1"}
    office.do("certify_plan", **certificate, on="2026-04-08").done()
    decided = office.do("approve", grant=grant, on="2026-04-09").done()
    assert decided.result["withdrawable_until"] == "2026-04-24"
    return grant


@pytest.mark.parametrize("on", ["2026-04-20", "2026-04-24"])
def test_c41_withdrawn_within_fifteen_days_the_decision_is_deemed_never_made(
    office: Office, town: str, on: str
) -> None:
    grant = decided_on_9_april_2026(office, town)
    assert office.used_yen(town, SOFT_CAP, 2026) == 300_000_000

    office.do("withdraw", grant=grant, on=on).done()
    shown = office.show(grant)
    assert (shown["status"], shown["committed_yen"]) == ("withdrawn", 0)
    window = office.window(town, SOFT_CAP, 2026)
    assert (window["used_yen"], window["requested_yen"], window["room_yen"]) == (0, 0, 1_000_000_000)


def test_c41_on_the_sixteenth_day_it_is_too_late_to_withdraw(office: Office, town: str) -> None:
    grant = decided_on_9_april_2026(office, town)
    office.do("withdraw", grant=grant, on="2026-04-25").refused("withdrawal_late")
    shown = office.show(grant)
    assert (shown["status"], shown["committed_yen"]) == ("approved", 300_000_000)
    assert office.used_yen(town, SOFT_CAP, 2026) == 300_000_000


# ---------------------------------------------------------------------- C48


def test_c48_who_submitted_an_application_may_not_approve_it(
    office: Office, town: str, of_all_trades: str
) -> None:
    grant = office.ready(new(town, soft(1_000_000)), by=of_all_trades)
    office.do("approve", grant=grant, by=of_all_trades).refused("same_officer")
    office.do("approve", grant=grant).done()


def test_c48_who_scored_an_application_may_not_approve_it(
    office: Office, town: str, of_all_trades: str
) -> None:
    grant = office.ready(new(town, soft(1_000_000)))
    score = {"grant": grant, "criterion": "kpi", "score": 5, "reason": "指標が適切"}
    office.do("score", **score, by=of_all_trades).done()
    office.do("approve", grant=grant, by=of_all_trades).refused("same_officer")
    office.do("approve", grant=grant).done()


def test_c48_who_requested_a_change_may_not_approve_it(office: Office, town: str, of_all_trades: str) -> None:
    grant = office.decided(new(town, soft(2_000_000)))
    ask = {"grant": grant, "deltas": {"soft": -1_000_000}}
    change = office.do("request_change", **ask, by=of_all_trades).done()["change"]
    office.do("approve_change", change=change, by=of_all_trades).refused("same_officer")
    office.do("approve_change", change=change).done()


def test_c48_who_approved_a_grant_may_not_pay_it(office: Office, town: str, of_all_trades: str) -> None:
    grant = office.decided(new(town, soft(1_000_000)), by=of_all_trades)
    money = {"grant": grant, "amount_yen": 1_000_000, "payment": "advance"}
    office.do("disburse", **money, by=of_all_trades).refused("same_officer")
    office.do("disburse", **money).done()


def test_c48_who_reported_completion_may_not_settle(office: Office, town: str, of_all_trades: str) -> None:
    grant = office.decided(new(town, soft(1_000_000)))
    report = {"grant": grant, "actuals": {"soft": 2_000_000}}
    office.do("report_completion", **report, by=of_all_trades).done()
    office.do("settle", grant=grant, by=of_all_trades).refused("same_officer")
    office.do("settle", grant=grant).done()


def test_c48_without_the_role_nobody_decides_at_all(office: Office, town: str) -> None:
    grant = office.ready(new(town, soft(1_000_000)))
    for officer in ("head", "preparer", "officer", "payer", "receiver", "verifier", "root"):
        office.do("approve", grant=grant, by=officer).refused("role_missing")
