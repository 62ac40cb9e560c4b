"""予定: reports that fall due while the work goes on, and the time of review."""

from __future__ import annotations

from store.office import HIROSHIMA, elsewhere, new

G = f"{HIROSHIMA}-2025-01/2025"


def waits(office):
    """What waits, as (what, role, last day, yen)."""
    told = office.tell("todo")
    return [(wait["what"], wait["role"], wait["due_on"], wait["amount_yen"]) for wait in told]


def test_progress_is_reported_every_half_year_until_the_year_ends(office):
    office.approved(new(soft=10_000))
    assert ("report progress", "preparer", "2025-10-01", None) in waits(office)
    sums = {"percent": 40, "spent_yen": 3_000, "forecast_yen": 9_000, "risks": ""}
    office.do("report_progress", grant=G, **sums, on="2025-09-29")
    assert ("report progress", "preparer", "2026-03-30", None) in waits(office)
    office.do("report_progress", grant=G, **sums, on="2025-10-01")
    assert "report progress" not in [what for what, *_ in waits(office)]


def test_work_that_goes_on_into_the_next_year_is_reported_on_at_the_years_end(office):
    office.approved(new(soft=10_000))
    wish = {"amount_yen": 4_000, "basis": "planned", "cause": "用地交渉の遅れ", "new_end_on": "2026-12-20"}
    office.do("request_carry_over", grant=G, **wish)
    office.do("approve_carry_over", grant=G)
    assert ("report the year's end", "head", "2026-04-30", None) in waits(office)
    sums = {"spent_yen": 3_000, "forecast_yen": 9_000, "content": ""}
    office.do("report_year_end", grant=G, **sums, on="2026-04-01")
    assert "report the year's end" not in [what for what, *_ in waits(office)]


def test_work_that_is_carried_on_once_more_is_reported_on_at_the_end_of_that_year_too(office):
    office.approved(new(soft=10_000))
    for year, basis in ((2026, "planned"), (2027, "accident")):
        wish = {"amount_yen": 4_000, "basis": basis, "cause": "災害", "new_end_on": f"{year}-12-20"}
        office.do("request_carry_over", grant=G, **wish, on=f"{year}-03-20")
        office.do("approve_carry_over", grant=G, on=f"{year}-03-20")
    ends = [due_on for what, _, due_on, _ in waits(office) if what == "report the year's end"]
    assert ends == ["2026-04-30", "2027-04-30"]
    sums = {"spent_yen": 3_000, "forecast_yen": 9_000, "content": ""}
    office.do("report_year_end", grant=G, **sums, on="2027-03-30")
    assert [due_on for what, _, due_on, _ in waits(office) if what == "report the year's end"] == [
        "2027-04-30"
    ]
    office.do("report_year_end", grant=G, **sums, on="2027-03-31")
    assert "report the year's end" not in [what for what, *_ in waits(office)]


def test_the_time_of_a_correction_is_no_time_of_review(office):
    grant = office.submitted(new(soft=10_000))
    assert waits(office)[0][:3] == ("review", "officer", "2025-05-01")
    office.do("return_for_correction", grant=grant, message="積算の内訳が不足", on="2025-04-05")
    office.do("resubmit", grant=grant, application=new(soft=10_000), on="2025-04-15")
    assert waits(office)[0][:3] == ("review", "officer", "2025-05-12")


def test_what_was_decided_elsewhere_is_objected_to_once_this_office_revokes_it(office):
    grant = office.do("import_decision", **elsewhere(HIROSHIMA, 2025, soft=10_000))["grant"]
    assert "may still be objected to" not in [what for what, *_ in waits(office)]
    office.do("revoke", grant=grant, amount_yen="all", fault="recipient", reason="目的外使用")
    assert ("may still be objected to", "head", "2025-05-01", None) in waits(office)
