"""特例と訂正: a rule lifted for one authority until a day; a word put right by a later event."""

from __future__ import annotations

import pytest
from store.office import YOKOHAMA, new

from .telling import OKU, refused

P = f"{YOKOHAMA}-2025-01"
CAP = {
    "rule": "soft_fy_municipality",
    "authority": YOKOHAMA,
    "until": "2026-03-31",
    "document": "府地創第123号",
}
COUNT = {"rule": "kpi_count", "authority": YOKOHAMA, "until": "2026-03-31", "document": "府地創第124号"}


def limit_shown(office, **point):
    """The limit that caps shows for soft money of FY2025."""
    rows = office.tell("caps", authority=YOKOHAMA, fiscal_year=2025, **point)["windows"]
    return next(row["limit_yen"] for row in rows if row["rule"] == CAP["rule"])


# ---------------------------------------------------------------------- a cap


def test_a_waived_cap_holds_at_its_new_limit_and_not_a_yen_above(office):
    office.do("waive", **CAP, limit_yen=12 * OKU, by="approver")
    figures = refused(
        office, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=12 * OKU + 1)
    ).findings[0]
    assert (figures.limit, figures.excess) == (12 * OKU, 1)
    assert "府地創第123号" in figures.source
    office.approved(new(YOKOHAMA, soft=12 * OKU))


def test_a_waiver_is_of_one_authority_and_of_one_rule(office):
    office.do("waive", **CAP, limit_yen=12 * OKU, by="approver")
    refused(office, "cap_exceeded", "submit", application=new("342122", soft=10 * OKU + 1))
    other = new(YOKOHAMA, soft=1_000, infrastructure=10 * OKU + 1)
    refused(office, "cap_exceeded", "submit", application=other)


@pytest.mark.parametrize(("on", "code"), [("2026-03-31", None), ("2026-04-01", "cap_exceeded")])
def test_a_waiver_holds_on_its_last_day_and_not_after_it(office, on, code):
    office.do("waive", **CAP, limit_yen=12 * OKU, by="approver")
    application = new(YOKOHAMA, soft=11 * OKU)
    if code:
        refused(office, code, "submit", application=application, on=on)
    else:
        office.do("submit", application=application, on=on)


def test_a_waiver_does_not_reach_back_before_its_own_day(office):
    office.do("waive", **CAP, limit_yen=12 * OKU, by="approver", on="2025-06-01")
    refused(office, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=11 * OKU), on="2025-05-31")


def test_the_later_of_two_waivers_holds(office):
    office.do("waive", **CAP, limit_yen=12 * OKU, by="approver")
    office.do("waive", **CAP, limit_yen=11 * OKU, by="approver")
    refused(office, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=11 * OKU + 1))


def test_what_was_decided_under_a_waiver_stays_when_it_is_over(office):
    office.do("waive", **CAP, limit_yen=12 * OKU, by="approver")
    grant = office.approved(new(YOKOHAMA, soft=12 * OKU))
    refused(office, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=1), on="2026-04-01")
    office.do("request_change", grant=grant, deltas={"soft": -1}, on="2026-04-01")
    office.do("approve_change", change=f"{grant}/c1", on="2026-04-01")
    assert office.show(grant)["committed_yen"] == 12 * OKU - 1


def test_caps_shows_a_waived_limit_as_long_as_it_holds(office):
    assert limit_shown(office) == 10 * OKU
    office.do("waive", **CAP, limit_yen=12 * OKU, by="approver")
    assert limit_shown(office) == 12 * OKU
    office.approved(new(YOKOHAMA, soft=11 * OKU))
    assert limit_shown(office, as_of="2026-03-31") == 12 * OKU
    assert limit_shown(office, as_of="2026-04-01") == 10 * OKU


# ---------------------------------------------------------------------- another rule


def test_a_waived_count_does_not_stop_and_is_warned_of(office):
    refused(office, "kpi_missing", "submit", application=new(YOKOHAMA, soft=1_000, kpis=[]))
    office.do("waive", **COUNT, by="approver")
    answer = office.do("submit", application=new(YOKOHAMA, soft=1_000, kpis=[]))
    assert [warning["rule"] for warning in answer["warnings"]] == ["kpi_count"]


@pytest.mark.parametrize(
    "wrong",
    [
        CAP,
        COUNT | {"limit_yen": 1},
        COUNT | {"rule": "certified_plan"},
        COUNT | {"rule": "weather"},
        COUNT | {"until": "2025-03-31"},
    ],
    ids=["cap without limit", "count with limit", "condition of the law", "no rule", "over already"],
)
def test_a_waiver_names_a_rule_that_can_be_waived_until_a_day_to_come(office, wrong):
    refused(office, "bad_input", "waive", **wrong, by="approver")


# ---------------------------------------------------------------------- 訂正


def event_of(office, name):
    """The number of the last event of this name."""
    return [event["n"] for event in office.tell("log") if event["type"] == name][-1]


def test_a_correction_puts_a_word_right_and_the_log_keeps_both(office):
    grant = office.submitted(new(YOKOHAMA, soft=1_000))
    n = event_of(office, "grant.submitted")
    told = {"event": n, "replacement": {"title": "正しい題"}, "reason": "誤記"}
    answer = office.do("correct", **told, by="approver")
    assert answer["result"] == {
        "was": {"title": "観光周遊の仕組みづくり"},
        "replacement": {"title": "正しい題"},
    }
    assert office.show(grant)["title"] == "正しい題"
    assert office.show(grant, as_of_event=office.events() - 1)["title"] == "観光周遊の仕組みづくり"
    first, *_, last = office.tell("log", target=grant)
    assert (first["data"]["title"], last["data"]["event"]) == ("観光周遊の仕組みづくり", n)


@pytest.mark.parametrize(
    ("name", "field"),
    [("grant.submitted", "fiscal_year"), ("grant.scored", "score"), ("officer.registered", "name")],
)
def test_money_dates_and_scores_are_not_corrected_so(office, name, field):
    office.decidable(new(YOKOHAMA, soft=1_000))
    told = {"event": event_of(office, name), "replacement": {field: "5"}, "reason": "誤記"}
    refused(office, "bad_input", "correct", **told, by="approver")


def test_a_correction_needs_a_reason_an_event_and_another_officer(office):
    office.submitted(new(YOKOHAMA, soft=1_000), by="both")
    told = {"event": event_of(office, "grant.submitted"), "replacement": {"title": "正"}}
    refused(office, "reason_missing", "correct", **told, by="approver")
    refused(office, "same_officer", "correct", **told, reason="誤記", by="both")
    refused(office, "not_found", "correct", **told | {"event": 10_000}, reason="誤記", by="approver")


def test_a_kpi_value_is_corrected_by_a_decimal_until_it_is_verified(office):
    office.approved(new(YOKOHAMA, soft=1_000))
    year = {"project": P, "fiscal_year": 2025}
    office.do("measure", **year, kpi="k1", actual="78")
    told = {"event": event_of(office, "project_year.measured"), "reason": "誤記", "by": "both"}
    refused(office, "bad_input", "correct", **told, replacement={"actual": "many"})
    office.do("correct", **told, replacement={"actual": "105"})
    assert office.show(P)["years"][0]["kpis"][0]["actual"] == "105"
    meeting = {"body": "external", "meeting": "会議", "held_on": "2025-04-01", "opinion": "順調"}
    refused(office, "same_officer", "verify_effect", **year, **meeting, by="both")
    office.do("verify_effect", **year, **meeting)
    refused(office, "wrong_status", "correct", **told, replacement={"actual": "1"})
