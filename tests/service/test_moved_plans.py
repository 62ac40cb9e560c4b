"""A plan that is moved, on the effective clock too: no cap is passed on any day, and no order of dates makes one."""

from __future__ import annotations

from store.office import CRITERIA, YOKOHAMA, continuing, new, part

from .telling import OKU, refused

CAP = 10 * OKU


def plan(first, last, *years, yen=CAP):
    """A plan with infrastructure of the whole cap in these years."""
    application = new(YOKOHAMA, first=first, last=last, soft=1_000)
    application["components"].append(part("infrastructure", yen, *years))
    return application


def decidable(office, application, on):
    """A grant that waits for its decision only, all of it dated that day."""
    grant = office.submitted(application, on=on)
    for criterion in CRITERIA:
        office.do("score", grant=grant, criterion=criterion, score=4, reason="課題が明確", on=on)
    if application["kind"] == "new":
        office.do("certify_plan", project=grant[:14], certificate_no="第76回-1", on=on)
    return grant


def approved(office, application, on, *, decided_on):
    """A grant that is approved."""
    grant = decidable(office, application, on)
    office.do("approve", grant=grant, on=decided_on)
    return grant


def moved(office, grant, last_year, on):
    """Its plan ends in another year, from a day on."""
    change = office.do("request_change", grant=grant, last_year=last_year, on="2025-04-10")["change"]
    office.do("approve_change", change=change, on=on)


def reach(office, on):
    """Last year and yen used of each plan, as they stood on a business date."""
    found = office.tell("caps", authority=YOKOHAMA, as_of=on, clock="effective")["windows"]
    return {
        row["project"]: (row["last_year"], row["used_yen"])
        for row in found
        if row["period"] == "plan" and row.get("project")
    }


# ---------------------------------------------------------------------- room that a shorter plan leaves


def beside_a_shortened_plan(office):
    """A plan of FY2025 to 2027 that holds the whole cap and ends in FY2025 from 10 June on; another of FY2026."""
    first = approved(office, plan(2025, 2027, 2025), "2025-04-01", decided_on="2025-04-02")
    moved(office, first, 2025, "2025-06-10")
    return decidable(office, plan(2026, 2027, 2026), "2025-04-03")


def test_the_room_of_a_shortened_plan_is_not_used_before_it_was_shortened(office):
    beside = beside_a_shortened_plan(office)
    for do in ("adopt", "approve"):
        refusal = refused(office, "cap_exceeded", do, grant=beside, on="2025-06-09")
        found = [finding for finding in refusal.findings if finding.strength == "hard"]
        assert {(finding.used, finding.excess) for finding in found} == {(CAP, CAP)}
        assert {finding.remedy for finding in found} == {
            "room came back on 2025-06-10: decide on that business date or later"
        }


def test_it_may_be_used_from_that_day_on(office):
    beside = beside_a_shortened_plan(office)
    office.do("approve", grant=beside, on="2025-06-10")
    assert reach(office, "2025-06-10") == {
        "141003-2025-01": (2025, CAP),
        "141003-2026-01": (2027, CAP),
    }


# ---------------------------------------------------------------------- a plan that is put right


def beside_one_that_was_withdrawn(office):
    """A plan of FY2025 and 2026 that holds the whole cap, sent back; one of FY2027 stood from 2 to 9 April."""
    first = decidable(office, plan(2025, 2026, 2026), "2025-04-01")
    approved(office, continuing(first[:14], 2026), "2025-04-01", decided_on="2025-04-02")
    gone = approved(office, plan(2027, 2027, 2027), "2025-04-01", decided_on="2025-04-02")
    office.do("withdraw", grant=gone, on="2025-04-10")
    office.do("return_for_correction", grant=first, message="期間の誤り", on="2025-04-03")
    return first


def test_a_plan_is_not_put_right_so_that_it_meets_a_full_one_on_its_business_date(office):
    first = beside_one_that_was_withdrawn(office)
    longer = {"grant": first, "application": plan(2025, 2027, 2026)}
    refusal = refused(office, "cap_exceeded", "resubmit", **longer, on="2025-04-09")
    assert {(f.used, f.asked, f.excess) for f in refusal.findings} == {(2 * CAP, 0, CAP)}
    office.do("resubmit", **longer, on="2025-04-10")
    assert reach(office, "2025-04-10")["141003-2025-01"] == (2027, CAP)


# ---------------------------------------------------------------------- dates that run backwards


def two_years(office):
    """Both years of a plan of FY2025 to 2027, the second decided on 2 June."""
    first = approved(office, plan(2025, 2027, 2026), "2025-04-01", decided_on="2025-04-02")
    later = approved(office, continuing(first[:14], 2026), "2025-04-01", decided_on="2025-06-02")
    return first, later


def test_a_plan_is_not_moved_before_it_was_moved_last(office):
    first, later = two_years(office)
    moved(office, first, 2028, "2025-07-10")
    change = office.do("request_change", grant=later, last_year=2026, on="2025-06-03")["change"]
    refused(office, "too_early", "approve_change", change=change, on="2025-07-09")
    office.do("approve_change", change=change, on="2025-07-10")
    assert reach(office, "2025-07-10") == {"141003-2025-01": (2026, CAP)}


def test_a_change_that_leaves_the_years_as_they_are_may_be_dated_before_the_move(office):
    first, later = two_years(office)
    moved(office, first, 2028, "2025-07-10")
    change = office.do("request_change", grant=later, deltas={"soft": -500}, on="2025-06-03")["change"]
    assert office.do("approve_change", change=change, on="2025-07-09")["ok"]


def test_a_decision_that_takes_effect_after_a_move_does_not_take_the_move_back(office):
    """Recorded before the plan was shortened, dated after it: the plan of FY2027 meets none, and no check says so."""
    first, _ = two_years(office)
    moved(office, first, 2026, "2025-05-10")
    approved(office, plan(2027, 2027, 2027), "2025-06-11", decided_on="2025-06-12")
    assert reach(office, "2025-06-12") == {
        "141003-2025-01": (2026, CAP),
        "141003-2027-01": (2027, CAP),
    }


def test_a_continuing_year_is_not_applied_for_before_its_plan(office):
    first = office.submitted(plan(2025, 2026, 2026), on="2025-04-05")
    refused(office, "too_early", "submit", application=continuing(first[:14], 2026), on="2025-04-04")
    assert office.submitted(continuing(first[:14], 2026), on="2025-04-05")


def test_nor_before_the_plan_reached_as_far(office):
    first = approved(office, plan(2025, 2026, 2026), "2025-04-01", decided_on="2025-04-02")
    moved(office, first, 2027, "2025-05-10")
    soft = {"id": "soft", "years": [{"fiscal_year": 2027, "eligible_cost_yen": 2_000, "grant_yen": 1_000}]}
    office.do("waive", rule="earlier_year_published", authority=YOKOHAMA, until="2026-03-31", document="承認")
    third = continuing(first[:14], 2027, components=[soft])
    refused(office, "too_early", "submit", application=third, on="2025-05-09")
    assert office.submitted(third, on="2025-05-10")


# ---------------------------------------------------------------------- one command, two events


def test_a_change_that_gives_up_yen_and_moves_the_plan_passes_no_cap_in_between(office):
    """10億円 given up as the plan reaches to FY2026, where another one holds the whole cap: the checks see no more."""
    approved(office, plan(2026, 2026, 2026), "2025-04-01", decided_on="2025-04-02")
    first = approved(office, plan(2025, 2025, 2025), "2025-04-01", decided_on="2025-04-02")
    given_up = {"deltas": {"infrastructure": -CAP}, "last_year": 2026}
    change = office.do("request_change", grant=first, **given_up, on="2025-04-10")["change"]
    office.do("approve_change", change=change, on="2025-04-10")
    assert reach(office, "2025-04-10") == {"141003-2026-01": (2026, CAP), "141003-2025-01": (2026, CAP)}
    assert office.findings() == []


# ---------------------------------------------------------------------- the plan that is decided on


def shortened_itself(office):
    """The second year of a plan that reached to FY2028 until 20 April, and waits for its decision."""
    first = decidable(office, plan(2025, 2028, 2026), "2025-04-01")
    second = decidable(office, continuing(first[:14], 2026), "2025-04-01")
    office.do("return_for_correction", grant=first, message="期間の誤り", on="2025-04-03")
    office.do("resubmit", grant=first, application=plan(2025, 2026, 2026), on="2025-04-20")
    return second


def test_a_plan_is_decided_on_as_far_as_it_reached_that_day(office):
    second = shortened_itself(office)
    approved(office, plan(2028, 2028, 2028), "2025-04-01", decided_on="2025-04-02")
    refused(office, "cap_exceeded", "approve", grant=second, on="2025-04-19")
    assert office.do("approve", grant=second, on="2025-04-20")["ok"]


def test_also_beside_one_that_was_withdrawn_before_the_plan_was_shortened(office):
    second = shortened_itself(office)
    gone = approved(office, plan(2028, 2028, 2028), "2025-04-01", decided_on="2025-04-02")
    office.do("withdraw", grant=gone, on="2025-04-10")
    refused(office, "cap_exceeded", "approve", grant=second, on="2025-04-09")
    assert office.do("approve", grant=second, on="2025-04-10")["ok"]
