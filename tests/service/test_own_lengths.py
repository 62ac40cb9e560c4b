"""特例 of a plan's length and the change that needs it, of one hand: told by answer, `show` and `check duties`."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, new

from .tampering import messages
from .test_waivers import own, rule

LONGER = f"{HIROSHIMA}-2025-01/2025/c1"
BY_THE_LENGTH = (
    f"{HIROSHIMA}-waiver/soft_years_max/1, which the same officer granted; "
    "without it the limit would be passed"
)


def lengthened(office, *, last_year=2030, granted="approver", approved="approver"):
    """A soft plan of five years, its maximum, that a change lets end later or earlier."""
    grant = office.approved(new(soft=1_000, last=2029))
    office.do("waive", **rule("soft_years_max"), by=granted)
    office.do("request_change", grant=grant, last_year=last_year, content="期間の変更")
    office.do("approve_change", change=LONGER, by=approved)
    return grant


def test_a_plan_lengthened_by_its_own_officers_waiver_says_so_wherever_it_is_shown(office):
    grant = lengthened(office)
    told = f"the approval of {LONGER} by approver stands by {BY_THE_LENGTH}"
    assert own(office.show(LONGER)) == [told]
    assert own(office.show(grant)["changes"][0]) == [told]
    at = office.events()
    office.do("waive", **rule("soft_years_max"), by="both")
    assert own(office.show(LONGER, as_of_event=at)) == own(office.show(LONGER)) == [told]
    last = next(e["n"] for e in office.tell("log", target=grant) if e["type"] == "grant.change_approved")
    assert messages(office, "duties") == [f"event {last}: {told}"]
    assert messages(office) == []


@pytest.mark.parametrize(
    "who",
    [
        {"granted": "both"},
        {"approved": "both"},
        {"last_year": 2028},  # within the published length the waiver was not needed
    ],
)
def test_a_plan_that_needed_no_waiver_of_its_own_officer_tells_nothing(office, who):
    grant = lengthened(office, **who)
    assert "warnings" not in office.show(LONGER)
    assert "warnings" not in office.show(grant)["changes"][0]
    assert messages(office, "duties") == []


def test_the_waiver_that_was_granted_last_is_the_one_that_counts(office):
    grant = office.approved(new(soft=1_000, last=2029))
    for granted in ("approver", "both"):
        office.do("waive", **rule("soft_years_max"), by=granted)
    office.do("request_change", grant=grant, last_year=2030, content="延長")
    answer = office.do("approve_change", change=LONGER)
    assert own(answer) == []
    assert "warnings" not in office.show(LONGER)


def test_a_change_that_waits_or_was_refused_tells_of_no_waiver(office):
    grant = office.approved(new(soft=1_000, last=2029))
    office.do("waive", **rule("soft_years_max"))
    office.do("request_change", grant=grant, last_year=2030, content="延長")
    assert "warnings" not in office.show(LONGER)
    office.do("refuse_change", change=LONGER)
    assert "warnings" not in office.show(LONGER)
