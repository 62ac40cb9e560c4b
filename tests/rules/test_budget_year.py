"""会計年度独立の原則 (I10; 財政法 42条; 予決令 4条): what a carry-over could cover, and what none can."""

from datetime import date

import pytest

from lifecycle.programme import version
from lifecycle.rules.budget_year import CarriedOver, commitment_findings, payment_findings

R7 = version("R7-dai2sedai")
NOTHING = CarriedOver(0, 0, 0)


def strengths(findings):
    assert {finding.rule for finding in findings} <= {"budget_year"}
    return [finding.strength for finding in findings]


def paid(on, yen=1, carried=NOTHING):
    return strengths(payment_findings(R7, 2025, date.fromisoformat(on), yen, carried))


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("2026-03-31", []),
        ("2026-04-01", ["warning"]),
        ("2028-03-31", ["warning"]),
        ("2028-04-01", ["hard"]),
    ],
)
def test_money_is_committed_in_its_year_or_in_the_two_to_which_it_may_be_carried(on, told):
    assert strengths(commitment_findings(R7, 2025, date.fromisoformat(on))) == told


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("2026-04-30", []),
        ("2026-05-01", ["warning"]),
        ("2028-04-30", ["warning"]),
        ("2028-05-01", ["hard"]),
    ],
)
def test_an_advance_is_paid_while_a_budget_is_open_that_may_hold_its_money(on, told):
    assert paid(on) == told


@pytest.mark.parametrize(("on", "told"), [("2025-03-31", ["warning"]), ("2025-04-01", [])])
def test_an_advance_before_its_budget_begins_is_told_of(on, told):
    assert paid(on) == told


def test_what_is_to_be_done_names_the_first_day_or_the_last_one_to_ask_for_a_carry_over():
    before, after = (
        payment_findings(R7, 2025, day, 1, NOTHING)[0] for day in (date(2025, 3, 31), date(2026, 5, 1))
    )
    assert before.remedy == "pay on 2025-04-01 or later, or make sure that an earlier budget bears it"
    assert "is asked for by 2026-03-31: grants request-carry-over" in after.remedy
    assert "no request carried any of it over" in after.message


def test_what_was_carried_over_is_paid_while_the_next_budget_is_open():
    once, twice = CarriedOver(1, 10, 0), CarriedOver(2, 10, 0)
    assert (paid("2027-04-30", 10, once), paid("2027-05-01", 10, once)) == ([], ["warning"])
    assert (paid("2028-04-30", 10, twice), paid("2028-05-01", 10, twice)) == ([], ["hard"])


def test_no_more_than_was_carried_over_passes_unsaid():
    assert paid("2026-05-01", 10, CarriedOver(1, 10, 0)) == []
    assert paid("2026-05-01", 11, CarriedOver(1, 10, 0)) == ["warning"]
    assert paid("2026-05-01", 6, CarriedOver(1, 10, 4)) == []
    assert paid("2026-05-01", 7, CarriedOver(1, 10, 4)) == ["warning"]


def test_a_version_without_settings_says_nothing():
    closed = version("R6-digiden")
    assert closed.is_closed
    assert commitment_findings(closed, 2024, date(2030, 1, 1)) == []
    assert payment_findings(closed, 2024, date(2030, 1, 1), 1, NOTHING) == []
