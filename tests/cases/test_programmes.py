"""制度の年度版: old records stay under their rules, new ones never fall back on them (C49, C65)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import checked_office
from .world import CRITERIA, R6, R7, R8, YOKOHAMA, Office, continuing, new, project_of, soft

SOFT_CAP = "soft_fy_municipality"


@pytest.fixture
def office(opened_store: Path, tmp_path: Path) -> Iterator[Office]:
    """An office of the test's own: confirming a programme is felt by every authority."""
    yield from checked_office(opened_store, tmp_path / "grants.db")


# ---------------------------------------------------------------------- C49


@pytest.mark.parametrize("on", ["2025-04-10", "2026-05-01"])
def test_c49_the_abolished_telework_type_takes_no_new_application(office: Office, on: str) -> None:
    year = int(on[:4])
    application = new(YOKOHAMA, soft(1_000_000, year), programme=R6)
    office.do("submit", application=application, on=on).refused("programme_closed")


def test_c49_old_records_of_the_abolished_type_stay_readable(office: Office) -> None:
    decision = {"authority": YOKOHAMA, "title": "テレワーク拠点", "fiscal_year": 2024, "programme": R6}
    paper = {"decided_on": "2024-04-01", "source": "採択一覧", "row": 7}
    told = office.do("import_decision", **decision, **paper, amounts={"soft": 30_000_000}, on="2026-05-01")

    shown = office.show(told.done()["grant"])
    assert (shown["status"], shown["programme"], shown["committed_yen"]) == ("approved", R6, 30_000_000)
    assert shown["imported_from"] == "採択一覧 7"
    [line] = office.do("list", authority=YOKOHAMA, fiscal_year=2024).done().result
    assert line["grant"] == shown["grant"]


# ---------------------------------------------------------------------- C65


@pytest.fixture
def round_of_2026(office: Office) -> str:
    """A round of the successor programme, its caps not confirmed by anyone."""
    days = {"opens_on": "2026-04-01", "closes_on": "2027-03-31"}
    office.do("open_round", round="R8-1", programme=R8, **days, on="2026-04-01").done()
    return "R8-1"


def test_c65_a_new_application_of_fy2026_falls_under_the_successor_and_waits_for_its_caps(
    office: Office, round_of_2026: str
) -> None:
    application = new(YOKOHAMA, soft(1_000_000, 2026), programme=None, round=round_of_2026)
    submitted = office.do("submit", application=application).done()
    assert (submitted.result["programme"], submitted.warnings) == (R8, ["programme_undetermined"])

    for criterion in CRITERIA:
        office.scored(submitted["grant"], criterion)
    office.do("certify_plan", project=submitted["project"], certificate_no="第76回-1").done()
    office.do("approve", grant=submitted["grant"]).refused("programme_undetermined")
    assert office.window(YOKOHAMA, SOFT_CAP, 2026)["limit_yen"] is None


def test_c65_once_a_named_person_has_confirmed_its_caps_the_successor_decides(
    office: Office, round_of_2026: str
) -> None:
    grant = office.ready(new(YOKOHAMA, soft(1_000_000, 2026), programme=None, round=round_of_2026))
    word = {"programme": R8, "basis": "inherited", "document": "事務連絡 2026-04-10"}
    office.do("confirm_programme", **word, on="2026-04-10").done()

    decided = office.do("approve", grant=grant).done()
    assert (decided.result["programme"], decided.warnings) == (R8, [])
    assert office.window(YOKOHAMA, SOFT_CAP, 2026)["limit_yen"] == 1_000_000_000


def test_c65_before_april_2026_a_new_application_falls_under_the_second_generation(office: Office) -> None:
    application = new(YOKOHAMA, soft(1_000_000), programme=None)
    done = office.do("submit", application=application, on="2026-03-31").done()
    assert done.result["programme"] == R7


def test_c65_an_old_decision_keeps_the_rules_it_was_judged_by(office: Office, round_of_2026: str) -> None:
    grant = office.decided(new(YOKOHAMA, soft(1_000_000_000)))
    before = office.show(grant)
    [approved] = [e for e in office.do("log", target=grant).result if e["type"] == "grant.approved"]

    word = {"programme": R8, "basis": "inherited", "document": "事務連絡 2026-04-10"}
    office.do("confirm_programme", **word, on="2026-04-10").done()
    assert office.do("check").done().result == []
    assert office.show(grant) == before
    assert approved["data"]["programme"] == R7
    assert approved["data"]["rules_sha256"] == office.show(R7)["sha256"]
    [window] = approved["data"]["windows"]
    assert (window["rule"], window["limit_yen"]) == (SOFT_CAP, 1_000_000_000)


def test_c65_a_plan_decided_under_the_second_generation_continues_under_it(office: Office) -> None:
    project = project_of(office.decided(new(YOKOHAMA, soft(1_000_000, 2025, 2026))))
    office.do("submit", application=continuing(project, 2026, programme=R8)).refused("bad_input")
    decided = office.decided(continuing(project, 2026))
    assert office.show(decided)["programme"] == R7


# ---------------------------------------------------------------------- a window of two versions


def test_a_decision_under_an_unconfirmed_version_is_held_against_the_limit_the_window_has(
    office: Office,
) -> None:
    def told(programme: str, amount_yen: int):
        decision = {"authority": YOKOHAMA, "title": "取込み", "fiscal_year": 2026, "programme": programme}
        paper = {"decided_on": "2026-04-01", "source": "採択一覧", "row": amount_yen}
        return office.do(
            "import_decision", **decision, **paper, amounts={"soft": amount_yen}, on="2026-05-01"
        )

    told(R7, 900_000_000).done()
    refused = told(R8, 100_000_001).refused("cap_exceeded")
    assert refused.figures(SOFT_CAP)["room"] == 100_000_000
    told(R8, 100_000_000).done()

    caps = office.do("caps", authority=YOKOHAMA, fiscal_year=2026).done().result
    [window] = [window for window in caps["windows"] if window["rule"] == SOFT_CAP]
    assert (window["limit_yen"], window["used_yen"]) == (1_000_000_000, 1_000_000_000)
