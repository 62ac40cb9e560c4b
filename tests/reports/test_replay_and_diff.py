"""再現と差分: the story adds up to what stands; what changed is what the two points say apart, and names its events."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from nightly.logs import golden
from service.telling import refusal_of
from store.office import HIROSHIMA, Office, new, office_at

from lifecycle.reports import REPORTS, replaying
from lifecycle.reports.money import FIELDS
from lifecycle.values import JAPAN, authority_of, has_code_form

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
PAIRS = tuple(itertools.combinations((25, 60, 95, 140, 190), 2))


def story(office: Office, target: str | None = None, **point: Any) -> list[dict[str, Any]]:
    """`replay`."""
    return list(office.tell("replay", target=target, **point))


# ---------------------------------------------------------------------- replay


def test_the_story_of_a_grant_is_its_log_with_its_money_after_each_event(office: Office) -> None:
    told = story(office, G)
    log = list(office.tell("log", target=G))
    assert [line["n"] for line in told] == [line["n"] for line in log]
    assert [line["data"] for line in told] == [line["data"] for line in log]
    for line in told[::3]:
        then = office.show(G, as_of_event=line["n"])
        assert line["money"] == {name: then[name] for name in FIELDS}
        assert line["status"] == then["status"]


def test_the_story_of_a_project_tells_its_grants_and_years_and_sums_up(office: Office) -> None:
    told = story(office, P)
    assert {line["stream"] for line in told} == {P, G, f"{P}/effect-2025", f"{P}/effect-2026"} & {
        line["stream"] for line in office.tell("log")
    }
    assert told[-1]["total"] == {name: office.show(G)[name] for name in FIELDS}


def test_the_story_of_the_ledger_ends_with_the_sum_of_all_grants(office: Office) -> None:
    told = story(office)
    assert [line["n"] for line in told] == list(range(1, len(golden()) + 1))
    shown = [office.show(line["grant"]) for line in office.tell("list")]
    assert told[-1]["total"] == {name: sum(grant[name] for grant in shown) for name in FIELDS}


def test_few_aggregates_in_memory_tell_the_same_story(office: Office, monkeypatch) -> None:
    whole = story(office)
    monkeypatch.setattr(replaying, "KEPT", 1)
    assert story(office) == whole


def test_a_story_up_to_a_point_is_the_beginning_of_the_whole_story(office: Office) -> None:
    whole = story(office, G)
    for line in whole[::4]:
        assert story(office, G, as_of_event=line["n"]) == whole[: whole.index(line) + 1]


def test_the_story_of_nothing_is_refused(office: Office) -> None:
    assert refusal_of(story, office, "999999").code == "not_found"


# ---------------------------------------------------------------------- diff


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_what_changed_is_what_both_points_show_apart(office: Office, start: int, end: int) -> None:
    told = office.tell("diff", **{"from": str(start), "to": str(end)})
    changed = {grant["grant"]: grant for grant in told["grants"]}
    for line in office.tell("list", as_of_event=end):
        after = office.show(line["grant"], as_of_event=end)
        before = shown_at(office, line["grant"], start)
        differing = {name for name in FIELDS if before.get(name, 0) != after[name]}
        said = {c["field"]: c for c in changed.get(line["grant"], {"changes": []})["changes"]}
        assert {name for name in said if name in FIELDS} == differing
        for name in differing:
            assert (said[name]["before"], said[name]["after"]) == (before.get(name, 0), after[name])
        if before.get("status") != after["status"]:
            assert said["status"]["after"] == after["status"]


def shown_at(office: Office, grant: str, n: int) -> dict[str, Any]:
    """`show` at a number; {} before the grant began."""
    listed = {line["grant"] for line in office.tell("list", as_of_event=n)}
    return office.show(grant, as_of_event=n) if grant in listed else {}


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_every_event_between_is_named_once(office: Office, start: int, end: int) -> None:
    told = office.tell("diff", **{"from": str(start), "to": str(end)})
    groups = [*told["grants"], *told["others"]]
    assert sorted(e["n"] for group in groups for e in group["events"]) == list(range(start + 1, end + 1))
    assert told["events"] == end - start


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_caps_differ_by_what_caps_says_at_both_points(office: Office, start: int, end: int) -> None:
    told = office.tell("diff", **{"from": str(start), "to": str(end)})
    for window in told["caps"]:
        for change in window["changes"]:
            if change["field"] == "limit_yen":
                continue
            sides = [used(office, window, change["field"], n) for n in (start, end)]
            assert sides == [change["before"] or 0, change["after"] or 0]


def used(office: Office, window: dict[str, Any], field: str, n: int) -> int:
    """A figure of a window at a number, as `caps` has it."""
    part = window["window"].split("/")[-1]
    found = [
        w[field]
        for w in office.tell("caps", authority=window["authority"], as_of_event=n)["windows"]
        if w["rule"] == window["rule"] and part in (str(w.get("fiscal_year")), w.get("project"))
    ]
    return int(found[0]) if found else 0


@pytest.mark.parametrize(("start", "end"), [*PAIRS[::3], (86, 89), (100, 101), (101, 102), (150, 151)])
@pytest.mark.parametrize("authority", [None, HIROSHIMA])
def test_reports_that_differ_are_exactly_those_whose_rows_differ(
    office: Office, start: int, end: int, authority: str | None
) -> None:
    asked = {"from": str(start), "to": str(end), **({"authority": authority} if authority else {})}
    told = office.tell("diff", **asked)
    expected = [
        name
        for name in REPORTS
        if told["events"]
        and any(differs(office, name, (start, end), code) for code in codes(told, name, authority))
    ]
    assert told["reports"] == expected


def codes(told: dict[str, Any], name: str, authority: str | None) -> list[str | None]:
    """What a report is limited to: nothing, or for the agenda of an authority each that the events touch."""
    if authority or name != "own_agenda":
        return [authority]
    streams = [grant["grant"] for grant in told["grants"]] + [other["stream"] for other in told["others"]]
    return sorted({code for code in (authority_of(stream) for stream in streams) if has_code_form(code)})


def differs(office: Office, name: str, points: tuple[int, int], authority: str | None) -> bool:
    """True when the report's own digest of its rows is another at the second point."""
    limit = {"authority": authority} if authority else {}
    digests = [
        office.tell("report", name=name, as_of_event=n, **limit)["footing"]["rows_digest"] for n in points
    ]
    return digests[0] != digests[1]


def test_nothing_changed_between_a_point_and_itself(office: Office) -> None:
    told = office.tell("diff", **{"from": "95", "to": "95"})
    assert (told["events"], told["grants"], told["caps"], told["reports"]) == (0, [], [], [])


@pytest.fixture
def told_late(tmp_path: Path) -> Iterator[Office]:
    """Paid on 1 July and told on 20 July."""
    office = office_at(tmp_path / "late.db")

    def at(month: int, day: int) -> None:
        office.clock.at = datetime(2025, month, day, 12, tzinfo=JAPAN)

    at(5, 1)
    office.approved(new(soft=10_000))
    at(7, 20)
    office.do("disburse", grant=G, amount_yen=4_000, payment="advance", on="2025-07-01")
    yield office
    office.close()


@pytest.mark.parametrize(
    ("clock", "start", "end", "events"),
    [
        ("recorded", "2025-06-30", "2025-07-10", 0),
        ("recorded", "2025-07-10", "2025-07-31", 1),
        ("effective", "2025-06-30", "2025-07-10", 1),
        ("effective", "2025-07-10", "2025-07-31", 0),
    ],
)
def test_the_same_days_differ_by_the_clock(told_late: Office, clock: str, start: str, end: str, events: int):
    told = told_late.tell("diff", **{"from": start, "to": end, "clock": clock})
    assert told["events"] == events
    changes = [change for grant in told["grants"] for change in grant["changes"]]
    expected = [{"field": "disbursed_yen", "before": 0, "after": 4_000}]
    assert changes == (expected if events else [])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"from": "20", "to": "10"}, "the earlier point first"),
        ({"from": "2025-07-02", "to": "2025-07-01", "clock": "effective"}, "the earlier point first"),
        ({"from": "yesterday", "to": "10"}, "no date"),
        ({"from": "1", "to": "10", "as_of": "2025-07-01"}, "--as-of has no meaning"),
    ],
)
def test_points_that_make_no_sense_are_refused(office: Office, fields: dict[str, str], said: str) -> None:
    refused = refusal_of(office.tell, "diff", **fields)
    assert (refused.code, said in refused.message) == ("bad_input", True)


def test_what_was_granted_revoked_and_given_up_is_named_where_it_differs(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.decidable(new(soft=10_000))
    start = office.events()
    office.do("approve", grant=G)
    office.do("revoke", grant=G, amount_yen=2_000, fault="circumstances", reason="事情の変更")
    office.do("abolish", grant=G, amount_yen=3_000, reason="中止")
    (told,) = office.tell("diff", **{"from": str(start), "to": str(start + 3)})["grants"]
    differ = {change["field"]: (change["before"], change["after"]) for change in told["changes"]}
    assert differ == {
        "status": ("submitted", "abolished"),
        "requested_yen": (10_000, 0),
        "granted_yen": (0, 10_000),
        "committed_yen": (0, 5_000),
        "revoked_yen": (0, 2_000),
        "abolished_yen": (0, 3_000),
    }
    office.close()


def test_diff_of_one_authority_tells_of_that_one_alone(office: Office) -> None:
    told = office.tell("diff", **{"from": "20", "to": "190", "authority": "141003"})
    assert {grant["authority"] for grant in told["grants"]} == {"141003"}
    assert {window["authority"] for window in told["caps"]} == {"141003"}
