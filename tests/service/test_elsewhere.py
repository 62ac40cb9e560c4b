"""既決定の取込みと上限額の確認: decisions from elsewhere count in the caps; unconfirmed caps stop a decision."""

from __future__ import annotations

import pytest
from store.office import R7, R8, SAPPORO, YOKOHAMA, elsewhere, new

from .tampering import messages
from .telling import OKU, refused, slots, windows

CONFIRM = {"programme": R8, "basis": "inherited", "document": "事務連絡 2026-04-10"}


def rules(answer):
    """Rules that were warned of."""
    return [warning["rule"] for warning in answer["warnings"]]


# ---------------------------------------------------------------------- 既決定の取込み


def test_an_imported_decision_uses_the_cap_and_no_slot(office):
    answer = office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=76_041_000, facility=5_000_000))
    assert answer["result"]["committed_yen"] == 81_041_000
    assert windows(office, SAPPORO) == {
        "soft_fy_core_hub 2025": (76_041_000, 0, 0),
        "facility_fy_core_hub 2025": (5_000_000, 0, 0),
        f"facility_project_core_hub {SAPPORO}-2025-01": (5_000_000, 0, 0),
    }
    assert slots(office, SAPPORO) == (0, 0)


def test_an_imported_decision_says_where_it_was_taken_wherever_it_is_shown(office):
    grant = office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=1_000))["grant"]
    assert office.show(grant)["imported_from"] == "採択一覧 1"
    assert [line["imported_from"] for line in office.tell("list")] == ["採択一覧 1"]
    assert office.show(grant.partition("/")[0])["imported"] is True


def test_an_imported_decision_took_effect_when_it_was_decided(office):
    told = elsewhere(SAPPORO, 2025, soft=1_000) | {"decided_on": "2025-04-09"}
    grant = office.do("import_decision", **told, on="2025-11-01")["grant"]
    assert office.show(grant)["decided_on"] == "2025-04-09"
    assert {event["effective_on"] for event in office.tell("log", target=grant)} == {"2025-04-09"}


def test_a_decision_of_tomorrow_is_not_imported(office):
    told = elsewhere(SAPPORO, 2025, soft=1_000) | {"decided_on": "2025-11-02"}
    refused(office, "bad_input", "import_decision", **told, on="2025-11-01")


def test_an_imported_decision_is_held_against_hard_caps(office):
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=10 * OKU))
    refused(office, "cap_exceeded", "import_decision", **elsewhere(YOKOHAMA, 2025, soft=1))


def test_a_guideline_that_an_imported_decision_passes_is_warned_of(office):
    answer = office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1, infrastructure=2 * OKU + 1))
    assert rules(answer) == ["infrastructure_fy_municipality"]


def test_infrastructure_decided_alone_elsewhere_is_a_fact_that_is_told_of(office):
    answer = office.do("import_decision", **elsewhere(YOKOHAMA, 2025, infrastructure=1_000))
    (warning,) = answer["warnings"]
    assert (warning["rule"], warning["strength"]) == ("infrastructure_combination", "warning")
    assert (warning["asked"], "注4" in warning["source"]) == (1_000, True)
    assert "1,000 yen" in warning["message"]
    assert "combination_required" in warning["remedy"]
    assert f"grants revoke {answer['grant']} --amount-yen all" in warning["remedy"]
    change = {"grant": answer["grant"], "deltas": {"infrastructure": 1_000}}
    refused(office, "combination_required", "request_change", **change)


@pytest.mark.parametrize("beside", ["soft", "facility"])
def test_infrastructure_decided_elsewhere_beside_one_yen_of_another_kind_is_not_told_of(office, beside):
    amounts = {"infrastructure": 1_000, beside: 1}
    assert rules(office.do("import_decision", **elsewhere(YOKOHAMA, 2025, **amounts))) == []
    assert messages(office, "combination") == []


def test_a_closed_programme_knows_of_no_combination(office):
    told = elsewhere(YOKOHAMA, 2024, "R6-digiden", infrastructure=1) | {"decided_on": "2024-05-01"}
    assert rules(office.do("import_decision", **told)) == []
    assert messages(office, "combination") == []


def test_infrastructure_alone_is_found_named_or_strictly_for_as_long_as_it_stands(office):
    grant = office.do("import_decision", **elsewhere(YOKOHAMA, 2025, infrastructure=1_000))["grant"]
    told = (
        "infrastructure of 1,000 yen was decided elsewhere with no soft and no facility component beside it"
    )
    assert messages(office) == []
    assert messages(office, "combination") == [f"event {office.events()}: {grant}: {told}"]
    (found,) = office.tell("check", names=["combination"])
    assert (found["rule"], found["strength"]) == ("infrastructure_combination", "warning")
    assert found["source"]
    assert grant in found["remedy"]
    office.do("revoke", grant=grant, amount_yen=999, fault="circumstances", reason="一括で取り込む")
    assert "of 1 yen" in messages(office, "combination")[0]
    assert "infrastructure_combination" in [line["rule"] for line in office.tell("check", strict=True)]
    office.do("revoke", grant=grant, amount_yen="all", fault="circumstances", reason="一括で取り込む")
    assert messages(office, "combination") == []


def test_infrastructure_alone_is_found_when_it_is_settled_too(office):
    grant = office.do("import_decision", **elsewhere(YOKOHAMA, 2025, infrastructure=1_000))["grant"]
    office.settled(grant, {"infrastructure": 1_800})
    assert "of 900 yen" in messages(office, "combination")[0]


def test_a_decision_of_a_closed_programme_is_kept_without_caps(office):
    told = elsewhere(YOKOHAMA, 2024, "R6-digiden", soft=100 * OKU) | {"decided_on": "2024-05-01"}
    grant = office.do("import_decision", **told)["grant"]
    assert office.show(grant)["committed_yen"] == 100 * OKU
    assert windows(office, YOKOHAMA) == {}


def test_a_year_lies_within_the_life_of_its_programme(office):
    refused(office, "bad_input", "import_decision", **elsewhere(YOKOHAMA, 2024, R7, soft=1))
    told = elsewhere(YOKOHAMA, 2025, "R6-digiden", soft=1)
    refused(office, "programme_closed", "import_decision", **told)


def test_an_imported_decision_is_settled_like_any_other(office):
    grant = office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=10_000))["grant"]
    office.do("disburse", grant=grant, amount_yen=10_000, payment="advance")
    office.do("report_completion", grant=grant, actuals={"soft": 18_000})
    answer = office.do("settle", grant=grant)["result"]
    assert (answer["settled_yen"], answer["overpaid_yen"]) == (9_000, 1_000)


def test_only_a_programme_that_exists_is_named(office):
    refused(office, "bad_input", "import_decision", **elsewhere(YOKOHAMA, 2025, "R9", soft=1))


# ---------------------------------------------------------------------- 上限額の確認


def of_2026(authority=YOKOHAMA, **fields):
    """An application for FY2026 under its own programme."""
    return new(authority, first=2026, programme=R8, **fields)


def test_an_application_under_unconfirmed_caps_is_taken_with_a_warning(office):
    answer = office.do("submit", application=of_2026(soft=100 * OKU))
    assert "programme_undetermined" in rules(answer)


@pytest.mark.parametrize("do", ["adopt", "approve"])
def test_a_decision_under_unconfirmed_caps_is_refused(office, do):
    grant = office.decidable(of_2026(soft=1_000))
    refused(office, "programme_undetermined", do, grant=grant)


def test_confirmed_caps_are_those_of_the_version_before(office):
    grant = office.decidable(of_2026(soft=10 * OKU))
    over = office.decidable(of_2026(soft=1_000))
    office.do("confirm_programme", **CONFIRM)
    office.do("approve", grant=grant)
    assert refused(office, "cap_exceeded", "approve", grant=over).findings[0].limit == 10 * OKU


def test_what_was_imported_before_the_confirmation_counts_after_it(office):
    answer = office.do("import_decision", **elsewhere(YOKOHAMA, 2026, R8, soft=6 * OKU))
    assert rules(answer) == ["programme_undetermined"]
    grant = office.decidable(of_2026(soft=4 * OKU + 1))
    office.do("confirm_programme", **CONFIRM)
    figures = refused(office, "cap_exceeded", "approve", grant=grant).findings[0]
    assert (figures.used, figures.asked, figures.room) == (6 * OKU, 4 * OKU + 1, 4 * OKU)


def test_limits_are_shown_from_the_confirmation_on(office):
    def limits(**point):
        rows = office.tell("caps", authority=YOKOHAMA, fiscal_year=2026, **point)["windows"]
        return {row["rule"]: row["limit_yen"] for row in rows if row["period"] == "fiscal_year"}

    before = office.events()
    assert set(limits().values()) == {None}
    office.do("confirm_programme", **CONFIRM)
    assert limits()["soft_fy_municipality"] == 10 * OKU
    assert set(limits(as_of_event=before).values()) == {None}


def test_a_version_is_confirmed_once(office):
    office.do("confirm_programme", **CONFIRM)
    refused(office, "already_recorded", "confirm_programme", **CONFIRM)


def test_a_version_that_states_its_caps_needs_no_confirmation(office):
    refused(office, "wrong_status", "confirm_programme", **CONFIRM | {"programme": R7})


def test_the_confirmation_keeps_who_when_and_on_what_paper(office):
    office.do("confirm_programme", **CONFIRM, on="2026-04-10")
    shown = office.show(R8)
    assert (shown["confirmed_by"], shown["confirmed_on"]) == ("approver", "2026-04-10")
    assert (shown["basis"], shown["document"]) == ("inherited", "事務連絡 2026-04-10")


# ---------------------------------------------------------------------- the version in force (C65)


@pytest.mark.parametrize(("on", "programme"), [("2026-03-31", R7), ("2026-04-01", R8)])
def test_a_new_application_falls_under_the_version_in_force_on_its_day(office, on, programme):
    application = new(soft=1_000, first=2026, programme=None)
    assert office.do("submit", application=application, on=on)["result"]["programme"] == programme


def test_a_project_stays_under_the_version_it_was_planned_under(office):
    office.approved(new(soft=1_000, last=2026))
    told = {"kind": "continuing", "round": "2025-1", "project": "340006-2025-01", "fiscal_year": 2026}
    answer = office.do("submit", application=told, on="2026-05-01")
    assert answer["result"]["programme"] == R7


def test_no_application_falls_under_a_version_before_its_time(office):
    refused(office, "bad_input", "submit", application=new(soft=1_000, first=2025, programme=R8))


def test_a_closed_version_takes_no_application_and_stays_readable(office):
    refused(office, "programme_closed", "submit", application=new(soft=1_000, programme="R6-digiden"))
    assert office.show("R6-digiden")["status"] == "closed"
