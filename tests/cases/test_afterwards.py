"""不服の申出・財産処分・証拠書類: what follows the decision and the money (C62, C63, C64)."""

from __future__ import annotations

import pytest

from .world import PARTS, Answer, Office, new, project_of, soft

MILLION = 1_000_000

# ---------------------------------------------------------------------- C62


def objection(office: Office, grant: str, notified_on: str, on: str) -> Answer:
    return office.do("file_objection", grant=grant, notified_on=notified_on, grounds="事実誤認", on=on)


@pytest.mark.parametrize(
    ("notified_on", "last_day", "too_late"),
    [
        ("2026-06-01", "2026-07-01", "2026-07-02"),
        ("2026-06-03", "2026-07-03", "2026-07-04"),  # a Friday
        ("2026-06-04", "2026-07-06", "2026-07-07"),  # the thirtieth day is a Saturday
        ("2026-06-05", "2026-07-06", "2026-07-07"),  # a Sunday
        ("2026-06-20", "2026-07-21", "2026-07-22"),  # 海の日
        ("2026-11-28", "2026-12-28", "2026-12-29"),
        ("2026-11-29", "2027-01-04", "2027-01-05"),  # 29 December, offices open again on 4 January
        ("2028-01-30", "2028-02-29", "2028-03-01"),
    ],
)
def test_c62_an_objection_is_filed_within_thirty_days_of_the_notice_or_on_the_next_open_day(
    office: Office, town: str, notified_on: str, last_day: str, too_late: str
) -> None:
    grant = office.granted(town, MILLION)
    objection(office, grant, notified_on, too_late).refused("objection_late")
    assert objection(office, grant, notified_on, last_day).done().result["until"] == last_day


def extended(office: Office, authority: str, until: str) -> None:
    """The minister extends the days for objections of an authority."""
    told = {"rule": "objection_days", "authority": authority, "document": "府地創第123号"}
    office.do("waive", **told, until=until, on="2026-06-25").done()


def test_c62_the_ministers_extension_admits_a_later_objection_until_its_own_last_day(
    office: Office, town: str
) -> None:
    grant = office.granted(town, MILLION)
    extended(office, town, "2026-07-10")
    objection(office, grant, "2026-06-01", "2026-07-11").refused("objection_late")
    assert objection(office, grant, "2026-06-01", "2026-07-10").done().result["until"] == "2026-07-10"


def test_c62_an_extension_for_one_authority_is_none_for_another(
    office: Office, town: str, core_hub: str
) -> None:
    extended(office, core_hub, "2026-07-10")
    objection(office, office.granted(town, MILLION), "2026-06-01", "2026-07-02").refused("objection_late")


def test_c62_an_extension_shortens_nothing(office: Office, town: str) -> None:
    extended(office, town, "2026-06-26")
    objection(office, office.granted(town, MILLION), "2026-06-01", "2026-07-01").done()


# ---------------------------------------------------------------------- C63

MACHINE = {"asset": "a1", "name": "自動運転バス", "acquired_on": "2025-11-01", "useful_life_years": 5}


def with_machine(office: Office, town: str, unit_cost_yen: int = 800_000) -> str:
    """A settled grant of 10,000,000 with a machine of a useful life until 1 November 2030."""
    grant = office.decided(new(town, soft(10 * MILLION)))
    office.advance(grant, 10 * MILLION).done()
    office.do("register_asset", grant=grant, **MACHINE, unit_cost_yen=unit_cost_yen).done()
    office.settled(grant, 20 * MILLION)
    return grant


def disposed(office: Office, grant: str, disposal: str, on: str) -> Answer:
    return office.do("dispose_asset", grant=grant, asset="a1", disposal=disposal, on=on).done()


def test_c63_a_sale_without_approval_is_recorded_and_is_a_breach(office: Office, town: str) -> None:
    grant = with_machine(office, town)
    sold = disposed(office, grant, "sale", "2028-06-10")
    assert (sold.result["breach"], sold.warnings) == (True, ["asset_disposal"])
    assert sold.finding("asset_disposal")["strength"] == "hard"


def test_c63_a_breach_lets_the_decision_be_revoked_with_return_and_add_on(office: Office, town: str) -> None:
    grant = with_machine(office, town)
    disposed(office, grant, "sale", "2028-06-10")
    office.revoke(grant, 400_000, on="2028-07-03").done()
    order = office.ordered(grant, "revocation", 400_000, "2028-07-24", on="2028-07-03")
    office.paid_back(order, 400_000, "2028-07-24")
    charges = office.do("assess_return", order=order, on="2028-07-25").done().result
    # 400,000 from 15 December 2025 to 24 July 2028: 953 days at 3/10,000, the leap day among them.
    assert (charges["addon_yen"], charges["late_yen"]) == (114_360, 0)


def test_c63_a_sale_as_approved_is_no_breach_and_what_the_approval_asks_comes_back(
    office: Office, town: str
) -> None:
    grant = with_machine(office, town)
    approval = {"asset": "a1", "disposal": "sale", "repay_yen": 200_000, "on": "2028-06-01"}
    office.do("approve_disposal", grant=grant, **approval).done()
    sold = disposed(office, grant, "sale", "2028-06-10")
    assert (sold.result["breach"], sold.warnings) == (False, [])

    due = {"basis": "revenue", "due_on": "2028-07-10", "on": "2028-06-20"}
    office.do("order_return", grant=grant, amount_yen=200_001, **due).refused("over_returned")
    order = office.do("order_return", grant=grant, amount_yen=200_000, **due).done()["order"]
    assert office.paid_back(order, 200_000, "2028-07-10")["principal_left_yen"] == 0
    charges = office.do("assess_return", order=order, on="2028-07-11").done().result
    assert (charges["addon_yen"], charges["late_yen"]) == (0, 0)


def test_c63_an_approval_of_one_disposal_covers_no_other(office: Office, town: str) -> None:
    grant = with_machine(office, town)
    office.do("approve_disposal", grant=grant, asset="a1", disposal="lending", repay_yen=0).done()
    assert disposed(office, grant, "sale", "2028-06-10").result["breach"] is True


# ---------------------------------------------------------------------- C64


def ended(office: Office, town: str, on: str) -> str:
    """A project of FY2026 whose year is published and closed, and which ended on a day."""
    project = project_of(office.decided(new(town, soft(10 * MILLION, 2026))))
    office.evaluated(project, 2026)
    for part in PARTS:
        office.publish(project, 2026, part).done()
    office.do("close_year", project=project, fiscal_year=2026).done()
    office.do("end_project", project=project, on=on).done()
    return project


@pytest.mark.parametrize(
    ("ended_on", "kept_until", "free_on"),
    [("2028-03-31", "2033-03-31", "2033-04-01"), ("2028-04-01", "2034-03-31", "2034-04-01")],
)
def test_c64_papers_are_kept_for_five_years_from_the_fiscal_year_after_the_end(
    office: Office, town: str, ended_on: str, kept_until: str, free_on: str
) -> None:
    project = ended(office, town, ended_on)
    for on in ("2032-12-01", kept_until):
        office.do("dispose_evidence", project=project, on=on).refused("retention")
    done = office.do("dispose_evidence", project=project, on=free_on).done()
    assert done.result["kept_until"] == kept_until


def test_c64_papers_of_a_project_that_has_not_ended_are_kept_without_limit(office: Office, town: str) -> None:
    project = project_of(office.decided(new(town, soft(10 * MILLION, 2026))))
    office.do("dispose_evidence", project=project, on="2060-04-01").refused("wrong_status")
