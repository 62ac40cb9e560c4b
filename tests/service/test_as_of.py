"""二つの時計: every read as of an event, a date or an instant, by when we learned it or when it took effect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from store.office import HIROSHIMA, new

from lifecycle.errors import Refusal
from lifecycle.values import JAPAN

from .telling import refusal_of, refused, windows

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
SOFT = "soft_fy_prefecture 2025"
EFFECTIVE = {"clock": "effective"}


@pytest.fixture
def told_late(office):
    """Paid on 1 July and told on 20 July; a change of 10 July told on that day."""

    def at(month, day, hour=12):
        office.clock.at = datetime(2025, month, day, hour, tzinfo=JAPAN)

    at(5, 1)
    office.approved(new(soft=10_000))
    at(7, 10)
    office.do("request_change", grant=G, deltas={"soft": -1_000}, on="2025-07-10")
    at(7, 20)
    office.do("disburse", grant=G, amount_yen=4_000, payment="advance", on="2025-07-01")
    office.do("approve_change", change=f"{G}/c1", on="2025-07-20")
    return office


def paid(office, **point):
    """Yen paid on the grant as of a point."""
    return office.show(G, **point)["disbursed_yen"]


# ---------------------------------------------------------------------- when we learned it


@pytest.mark.parametrize(("as_of", "expected"), [("2025-07-01", 0), ("2025-07-19", 0), ("2025-07-20", 4_000)])
def test_on_the_recorded_clock_a_payment_is_known_from_the_day_it_was_told(told_late, as_of, expected):
    assert paid(told_late, as_of=as_of) == expected


def test_a_recorded_date_means_the_end_of_that_day_in_japan(office):
    office.clock.step = timedelta(0)
    office.clock.at = datetime(2025, 5, 1, 23, 59, 59, tzinfo=JAPAN)
    office.do("submit", application=new(soft=1_000))
    office.clock.at = datetime(2025, 5, 2, 0, 0, 0, tzinfo=JAPAN)
    office.do("return_for_correction", grant=G, message="積算", on="2025-05-02")
    assert office.show(G, as_of="2025-05-01")["status"] == "submitted"
    assert office.show(G, as_of="2025-05-02")["status"] == "returned"


def test_the_end_of_the_day_in_japan_is_three_in_the_afternoon_of_utc(office):
    office.clock.step = timedelta(0)
    office.clock.at = datetime(2025, 5, 1, 14, 59, 59, tzinfo=UTC)
    office.do("submit", application=new(soft=1_000))
    office.clock.at = datetime(2025, 5, 1, 15, 0, 0, tzinfo=UTC)
    office.do("return_for_correction", grant=G, message="積算", on="2025-05-02")
    assert office.show(G, as_of="2025-05-01")["status"] == "submitted"


def test_an_instant_includes_what_was_recorded_at_it_and_nothing_after(told_late):
    at = next(e["recorded_at"] for e in told_late.tell("log", target=G) if e["type"] == "grant.disbursed")
    before = datetime.fromisoformat(at) - timedelta(microseconds=1)
    assert paid(told_late, as_of=at) == 4_000
    assert paid(told_late, as_of=before.isoformat()) == 0


def test_an_instant_without_an_offset_is_in_japan(told_late):
    assert paid(told_late, as_of="2025-07-20T11:59:59") == 0
    assert paid(told_late, as_of="2025-07-20T12:00:30") == 4_000


def test_an_event_number_is_the_last_event_that_counts(told_late):
    n = next(e["n"] for e in told_late.tell("log", target=G) if e["type"] == "grant.disbursed")
    assert paid(told_late, as_of_event=n - 1) == 0
    assert paid(told_late, as_of_event=n) == 4_000


READS = {
    "show": {"target": G},
    "list": {},
    "log": {},
    "caps": {"authority": HIROSHIMA},
    "todo": {},
    "schemes": {},
    "replay": {},
    "report": {"name": "decisions"},
    "check": {"strict": True},
}


@pytest.mark.parametrize("read", READS)
def test_a_point_that_the_log_has_not_reached_is_refused_whatever_is_read(told_late, read):
    """Its answer would be another one after the next event; an auditor quotes the number."""

    def told(**fields):
        found = told_late.tell(read, **fields)
        return found if isinstance(found, dict) else list(found)

    last = told_late.events()
    assert told(**READS[read], as_of_event=last)
    refusal = refusal_of(told, **READS[read], as_of_event=last + 1)
    assert (refusal.code, refusal.exit) == ("not_found", 3)
    assert f"there is no event {last + 1} yet: the log ends with event {last}" in refusal.message


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_difference_ends_where_the_log_does(told_late, side):
    last = told_late.events()
    points = {"from": "1", "to": str(last)}
    assert told_late.tell("diff", **points)["to"]["event"] == last
    refusal = refusal_of(told_late.tell, "diff", **points | {side: str(last + 1)})
    assert (refusal.code, refusal.exit) == ("not_found", 3)


def test_a_recorded_answer_never_changes_whatever_is_told_later(told_late):
    before = [told_late.show(G, as_of="2025-07-19"), windows(told_late, HIROSHIMA, as_of="2025-07-19")]
    told_late.do("disburse", grant=G, amount_yen=1_000, payment="advance", on="2025-07-20")
    told_late.do("report_completion", grant=G, actuals={"soft": 1}, on="2025-07-20")
    after = [told_late.show(G, as_of="2025-07-19"), windows(told_late, HIROSHIMA, as_of="2025-07-19")]
    assert after == before


# ---------------------------------------------------------------------- when it took effect


@pytest.mark.parametrize(("as_of", "expected"), [("2025-06-30", 0), ("2025-07-01", 4_000)])
def test_on_the_effective_clock_a_payment_counts_from_the_day_it_was_made(told_late, as_of, expected):
    assert paid(told_late, as_of=as_of, **EFFECTIVE) == expected


def test_a_back_dated_event_is_seen_without_the_later_one_told_before_it(told_late):
    shown = told_late.show(G, as_of="2025-07-05", **EFFECTIVE)
    assert (shown["disbursed_yen"], shown["changes"], shown["committed_yen"]) == (4_000, [], 10_000)


def test_caps_follow_both_clocks(told_late):
    assert windows(told_late, HIROSHIMA, as_of="2025-07-19") == {SOFT: (10_000, 0, 0)}
    assert windows(told_late, HIROSHIMA, as_of="2025-07-20") == {SOFT: (9_000, 0, 0)}
    assert windows(told_late, HIROSHIMA, as_of="2025-04-01", **EFFECTIVE) == {SOFT: (10_000, 0, 0)}
    assert windows(told_late, HIROSHIMA, as_of="2025-07-20", **EFFECTIVE) == {SOFT: (9_000, 0, 0)}


def test_caps_as_of_the_last_event_are_the_caps_of_now(told_late):
    now = windows(told_late, HIROSHIMA)
    assert windows(told_late, HIROSHIMA, as_of_event=told_late.events()) == now


def test_at_every_event_the_caps_are_what_the_grant_shows(told_late):
    first = next(told_late.tell("log", target=G))["n"]
    for n in range(first, told_late.events() + 1):
        grant = told_late.show(G, as_of_event=n)
        expected = (grant["committed_yen"], grant["reserved_yen"], grant["requested_yen"])
        assert windows(told_late, HIROSHIMA, as_of_event=n) == {SOFT: expected}


def test_lists_and_log_follow_both_clocks(told_late):
    def types(**point):
        return [event["type"] for event in told_late.tell("log", target=G, **point)]

    assert "grant.disbursed" not in types(as_of="2025-07-19")
    assert types(as_of="2025-07-05", **EFFECTIVE)[-1] == "grant.disbursed"
    (line,) = told_late.tell("list", as_of="2025-07-05", **EFFECTIVE)
    assert (line["committed_yen"], line["disbursed_yen"]) == (10_000, 4_000)
    assert list(told_late.tell("list", as_of="2025-03-31", **EFFECTIVE)) == []


def test_a_project_is_shown_with_the_grants_and_years_of_that_point(office):
    office.approved(new(soft=1_000))
    before = office.events()
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78")
    assert office.show(P, as_of_event=before)["years"] == []
    assert [year["fiscal_year"] for year in office.show(P)["years"]] == [2025]
    assert office.show(P, as_of_event=before)["grants"][0]["status"] == "approved"


# ---------------------------------------------------------------------- no such point


def test_before_its_first_event_nothing_is_recorded(told_late):
    with pytest.raises(Refusal) as refusal:
        told_late.show(G, as_of="2025-03-31")
    assert refusal.value.code == "not_found"
    assert windows(told_late, HIROSHIMA, as_of="2025-03-31") == {}


@pytest.mark.parametrize(
    "point",
    [
        {"as_of": "2025-07-20", "as_of_event": 3},
        {"as_of": "yesterday"},
        {"as_of": "2025-02-29"},
        {"as_of": "2025-07-20T12:00:00", "clock": "effective"},
    ],
    ids=["two points", "no date", "no such day", "an instant on the effective clock"],
)
def test_a_point_is_one_date_one_instant_or_one_number(told_late, point):
    with pytest.raises(Refusal) as refusal:
        told_late.show(G, **point)
    assert refusal.value.code == "bad_input"


# ---------------------------------------------------------------------- no act before what it builds on


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("request_change", {"grant": G, "content": "内容"}),
        ("disburse", {"grant": G, "amount_yen": 1, "payment": "advance"}),
        ("report_completion", {"grant": G, "actuals": {"soft": 1}}),
        ("withdraw", {"grant": G}),
    ],
)
def test_nothing_takes_effect_before_the_decision_it_follows_from(office, do, fields):
    grant = office.decidable(new(soft=10_000))
    office.do("approve", grant=grant, on="2025-05-01")
    refused(office, "too_early", do, **fields, on="2025-04-30")
    office.do(do, **fields, on="2025-05-01")


def test_a_change_approved_later_holds_back_what_would_be_dated_before_it(told_late):
    refused(
        told_late,
        "too_early",
        "disburse",
        grant=G,
        amount_yen=1,
        payment="advance",
        on="2025-07-19",
    )
