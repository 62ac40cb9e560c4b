"""特例: a rule lifted for one authority, until a day, on a document's word; the only way past a hard limit."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, SAPPORO, YOKOHAMA, continuing, elsewhere, new

from lifecycle.rules import RULES, WAIVABLE

from .tampering import messages
from .telling import OKU, refused

CAP = {
    "rule": "soft_fy_municipality",
    "authority": YOKOHAMA,
    "until": "2025-06-30",
    "document": "府地創第200号",
    "limit_yen": 12 * OKU,
}
"""12億円 instead of 10億円, from 1 April to 30 June 2025."""


@pytest.fixture
def waived(office):
    """An office in which Yokohama may use 12億円."""
    office.do("waive", **CAP)
    return office


def ask(office, yen, *, on="2025-04-01"):
    """A grant of Yokohama that is submitted."""
    return office.submitted(new(YOKOHAMA, soft=yen), on=on)


def decidable(office, yen):
    """A grant of Yokohama that waits for its decision only."""
    return office.decidable(new(YOKOHAMA, soft=yen))


def soft_cap(office, **point):
    """The limit of Yokohama's soft window, as `caps` tells it."""
    windows = office.tell("caps", authority=YOKOHAMA, fiscal_year=2025, **point)["windows"]
    return next(row["limit_yen"] for row in windows if row["rule"] == "soft_fy_municipality")


# ---------------------------------------------------------------------- a cap lifted to a limit


def test_a_waiver_is_recorded_with_its_document_and_last_day(office):
    answer = office.do("waive", **CAP)
    assert answer["waiver"] == f"{YOKOHAMA}-waiver/soft_fy_municipality/1"
    assert (answer["result"]["until"], answer["result"]["limit_yen"]) == ("2025-06-30", 12 * OKU)
    assert office.do("waive", **CAP)["waiver"] == f"{YOKOHAMA}-waiver/soft_fy_municipality/2"


def test_a_request_is_held_against_the_limit_in_the_caps_place(waived):
    ask(waived, 12 * OKU)
    found = refused(waived, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=1)).findings[0]
    assert (found.rule, found.limit, found.used, found.excess) == (
        *("soft_fy_municipality", 12 * OKU, 12 * OKU, 1),
    )
    assert found.source.startswith("seed G12: ")
    assert found.source.endswith("; waived until 2025-06-30: 府地創第200号")


@pytest.mark.parametrize("do", ["adopt", "approve"])
@pytest.mark.parametrize(("on", "taken"), [("2025-06-30", True), ("2025-07-01", False)])
def test_a_decision_uses_it_on_its_last_day_and_not_on_the_next(waived, do, on, taken):
    grant = decidable(waived, 11 * OKU)
    if taken:
        waived.do(do, grant=grant, on=on)
    else:
        assert refused(waived, "cap_exceeded", do, grant=grant, on=on).findings[0].limit == 10 * OKU


def test_a_change_uses_it_too(waived):
    grant = decidable(waived, 9 * OKU)
    waived.do("approve", grant=grant)
    waived.do("request_change", grant=grant, deltas={"soft": 2 * OKU}, on="2025-06-30")
    refused(waived, "cap_exceeded", "approve_change", change=f"{grant}/c1", on="2025-07-01")
    waived.do("approve_change", change=f"{grant}/c1", on="2025-06-30")


def test_a_decision_from_elsewhere_uses_the_waiver_of_the_day_it_was_taken(office):
    office.do("waive", **CAP, on="2025-04-02")
    decided = elsewhere(YOKOHAMA, 2025, soft=11 * OKU)
    told = {"on": "2025-07-01"}
    refused(office, "cap_exceeded", "import_decision", **decided | {"decided_on": "2025-04-01"}, **told)
    refused(office, "cap_exceeded", "import_decision", **decided | {"decided_on": "2025-07-01"}, **told)
    office.do("import_decision", **decided | {"decided_on": "2025-06-30"}, **told)


def test_it_does_not_hold_before_the_day_it_was_granted(office):
    office.do("waive", **CAP, on="2025-04-02")
    refused(office, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=11 * OKU), on="2025-04-01")
    ask(office, 11 * OKU, on="2025-04-02")


def test_it_lifts_the_cap_of_no_other_authority_and_no_other_kind(waived):
    refused(waived, "cap_exceeded", "submit", application=new("342122", soft=10 * OKU + 1))
    other = new(YOKOHAMA, soft=1_000, infrastructure=10 * OKU + 1)
    refused(waived, "cap_exceeded", "submit", application=other)


def test_the_latest_waiver_of_a_rule_holds(waived):
    waived.do("waive", **{**CAP, "limit_yen": 11 * OKU})
    refused(waived, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=11 * OKU + 1))
    ask(waived, 11 * OKU)


def test_the_tenth_waiver_comes_after_the_second(office):
    for number in range(1, 11):
        office.do("waive", **{**CAP, "limit_yen": (10 + number) * OKU})
    ask(office, 20 * OKU)


def test_what_was_decided_under_it_stays_decided_when_it_has_ended(waived):
    grant = decidable(waived, 11 * OKU)
    waived.do("approve", grant=grant, on="2025-06-30")
    refused(waived, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=1), on="2025-07-01")
    waived.do("request_change", grant=grant, deltas={"soft": -OKU // 2}, on="2025-07-01")
    waived.do("approve_change", change=f"{grant}/c1", on="2025-07-01")
    assert waived.show(grant)["committed_yen"] == 11 * OKU - OKU // 2


def test_caps_show_the_limit_that_may_be_used_on_a_day(waived):
    assert soft_cap(waived) == 12 * OKU
    assert soft_cap(waived, as_of="2025-06-30", clock="effective") == 12 * OKU
    assert soft_cap(waived, as_of="2025-07-01", clock="effective") == 10 * OKU
    assert soft_cap(waived, as_of_event=1) == 10 * OKU
    waived.do("approve", grant=decidable(waived, 11 * OKU))
    assert soft_cap(waived, as_of="2025-06-30") == 12 * OKU
    assert soft_cap(waived, as_of="2025-07-01") == 10 * OKU


@pytest.mark.parametrize(
    ("authority", "name", "published"),
    [
        (YOKOHAMA, "soft_fy_municipality", 10 * OKU),
        (SAPPORO, "soft_fy_core_hub", 15 * OKU),
        (YOKOHAMA, "infrastructure_plan_municipality", 10 * OKU),
        (YOKOHAMA, "infrastructure_fy_municipality", 2 * OKU),
    ],
)
def test_a_waiver_below_the_published_limit_is_refused_for_it_lifts_nothing(
    office, authority, name, published
):
    told = {**CAP, "authority": authority, "rule": name}
    refusal = refused(office, "bad_input", "waive", **{**told, "limit_yen": published - 1})
    assert refusal.exit == 2
    assert f"published are {published:,} yen" in refusal.message
    office.do("waive", **{**told, "limit_yen": published})


def test_a_waiver_is_taken_back_to_the_published_limit_and_no_further(waived):
    refused(waived, "bad_input", "waive", **{**CAP, "limit_yen": 10 * OKU - 1})
    waived.do("waive", **{**CAP, "limit_yen": 10 * OKU})
    refused(waived, "cap_exceeded", "submit", application=new(YOKOHAMA, soft=10 * OKU + 1))
    ask(waived, 10 * OKU)


@pytest.mark.parametrize(
    ("reason", "told"), [("", ["reason_missing"]), (" ", ["reason_missing"]), ("災害", [])]
)
def test_a_waiver_without_its_reason_is_told_of(office, reason, told):
    for waiver in (CAP, rule("kpi_count")):
        answer = office.do("waive", **waiver, reason=reason)
        assert [warning["rule"] for warning in answer["warnings"]] == told


# ---------------------------------------------------------------------- a waiver and the decision of one hand


def own(answer):
    """The waivers that the deciding officer granted too, as the answer warns of them."""
    found = [warning for warning in answer["warnings"] if warning["rule"] == "same_officer"]
    assert {warning["strength"] for warning in found} <= {"warning"}
    return [warning["message"] for warning in found]


BY_IT = (
    f"{YOKOHAMA}-waiver/soft_fy_municipality/1, which the same officer granted; "
    "without it the limit would be passed"
)


def decided_by(event, what):
    """What `check duties` says of it."""
    return f"event {event}: grant.{what} of {YOKOHAMA}-2025-01/2025 by approver stands by {BY_IT}"


@pytest.mark.parametrize(("do", "what"), [("adopt", "adopted"), ("approve", "approved")])
def test_a_decision_that_needs_its_own_officers_waiver_says_so(waived, do, what):
    grant = decidable(waived, 10 * OKU + 1)
    assert own(waived.do(do, grant=grant)) == [f"approver decides by {BY_IT}"]
    assert messages(waived, "duties") == [decided_by(waived.events(), what)]
    (found,) = waived.tell("check", names=["duties"])
    assert (found["rule"], found["strength"]) == ("same_officer", "warning")
    assert messages(waived) == []
    assert "same_officer" in [line["rule"] for line in waived.tell("check", strict=True)]


@pytest.mark.parametrize("do", ["adopt", "approve"])
def test_a_decision_within_the_published_limit_needs_no_waiver(waived, do):
    assert own(waived.do(do, grant=decidable(waived, 10 * OKU))) == []
    assert messages(waived, "duties") == []


@pytest.mark.parametrize("do", ["adopt", "approve"])
def test_a_decision_by_another_officers_waiver_is_nobodys_own(waived, do):
    assert own(waived.do(do, grant=decidable(waived, 11 * OKU), by="both")) == []
    assert messages(waived, "duties") == []


def test_a_waiver_granted_again_by_another_officer_is_the_other_ones(waived):
    waived.do("waive", **CAP, by="both")
    assert own(waived.do("approve", grant=decidable(waived, 11 * OKU))) == []
    assert messages(waived, "duties") == []


def test_a_change_that_needs_its_own_officers_waiver_says_so_and_one_that_takes_nothing_more_does_not(waived):
    grant = decidable(waived, 10 * OKU)
    waived.do("approve", grant=grant)
    for number, (delta, told) in enumerate(((1, True), (-1, False), (1, True)), 1):
        waived.do("request_change", grant=grant, deltas={"soft": delta})
        answer = waived.do("approve_change", change=f"{grant}/c{number}")
        assert own(answer) == ([f"approver decides by {BY_IT}"] if told else [])
    last = waived.events()
    assert messages(waived, "duties") == [decided_by(n, "change_approved") for n in (last - 4, last)]


def test_a_change_within_a_grant_that_stands_above_the_cap_needs_the_waiver_no_more(waived):
    grant = decidable(waived, 12 * OKU)
    waived.do("approve", grant=grant, by="both")
    waived.do("request_change", grant=grant, deltas={"soft": -1})
    assert own(waived.do("approve_change", change=f"{grant}/c1")) == []
    assert messages(waived, "duties") == []


def test_a_plan_lengthened_by_its_own_officers_waiver_says_so(office):
    grant = office.approved(new(soft=1_000, last=2029))
    office.do("waive", **rule("soft_years_max"))
    office.do("request_change", grant=grant, last_year=2030, content="延長")
    answer = office.do("approve_change", change=f"{grant}/c1")
    (told,) = own(answer)
    assert told.startswith(
        f"approver decides by {HIROSHIMA}-waiver/soft_years_max/1, which the same officer "
    )


# ---------------------------------------------------------------------- another rule lifted


def rule(name, authority=HIROSHIMA):
    """The fields of a waiver of a rule that is no cap."""
    return {"rule": name, "authority": authority, "until": "2025-04-30", "document": "府地創第201号"}


NO_LATER_TARGET = {"id": "k1", "name": "満足度", "baseline": "60", "targets": {"2025": "80"}}
BEYOND = {
    "soft_years_max": ("period_too_long", new(soft=1_000, last=2030)),
    "facility_years_max": ("period_too_long", new(facility=1_000, last=2030)),
    "infrastructure_years_max": ("period_too_long", new(soft=1_000, infrastructure=1_000, last=2032)),
    "kpi_count": ("kpi_missing", new(soft=1_000, kpis=[])),
    "kpi_target_each_year": ("kpi_target_missing", new(soft=1_000, last=2026, kpis=[NO_LATER_TARGET])),
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_a_rule_refuses_is_a_warning_while_it_is_waived(office, name):
    code, application = BEYOND[name]
    if name == "infrastructure_years_max":
        office.do("waive", **rule("soft_years_max"))
    refused(office, code, "submit", application=application)
    office.do("waive", **rule(name))
    answer = office.do("submit", application=application, on="2025-04-30")
    assert name in [warning["rule"] for warning in answer["warnings"]]
    refused(office, code, "submit", application=application, on="2025-05-01")


def test_an_earlier_year_unpublished_is_a_warning_while_it_is_waived(office):
    office.approved(new(soft=1_000, last=2027))
    application = continuing(f"{HIROSHIMA}-2025-01", 2027)
    refused(office, "earlier_year_unpublished", "submit", application=application)
    office.do("waive", **rule("earlier_year_published"))
    (warning,) = office.do("submit", application=application)["warnings"]
    assert (warning["rule"], warning["strength"]) == ("earlier_year_published", "hard")


def test_an_objection_may_be_filed_until_the_last_day_of_the_extension(office):
    grant = office.approved(new(soft=1_000))
    objection = {"grant": grant, "notified_on": "2025-04-01", "grounds": "事実誤認"}
    refused(office, "objection_late", "file_objection", **objection, on="2025-05-02")
    office.do("waive", **{**rule("objection_days"), "until": "2025-05-10"}, on="2025-05-02")
    late = refused(office, "objection_late", "file_objection", **objection, on="2025-05-11")
    assert "until 2025-05-01" in late.message
    answer = office.do("file_objection", **objection, on="2025-05-10")
    assert answer["result"]["until"] == "2025-05-10"


def test_an_extension_shortens_no_period(office):
    grant = office.approved(new(soft=1_000))
    office.do("waive", **{**rule("objection_days"), "until": "2025-04-10"})
    objection = {"grant": grant, "notified_on": "2025-04-01", "grounds": "事実誤認"}
    assert office.do("file_objection", **objection, on="2025-04-05")["result"]["until"] == "2025-05-01"


# ---------------------------------------------------------------------- what can't be waived


def _no_caps():
    return [name for name, _ in RULES if not name.endswith("_")]


@pytest.mark.parametrize("name", sorted({*_no_caps(), "retention", "weather"} - set(WAIVABLE)))
def test_a_condition_of_the_law_is_not_waived(office, name):
    for limit in ({}, {"limit_yen": 1}):
        told = refused(office, "bad_input", "waive", **rule(name), **limit)
        assert told.message == f"{name} is no rule that can be waived"


@pytest.mark.parametrize("name", WAIVABLE)
def test_a_rule_that_is_no_cap_takes_no_limit(office, name):
    refused(office, "bad_input", "waive", **rule(name), limit_yen=1_000)


def test_a_cap_needs_the_limit_in_its_place(office):
    refused(office, "bad_input", "waive", **{**CAP, "limit_yen": None})


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        (YOKOHAMA, "soft_fy_prefecture"),
        (YOKOHAMA, "infrastructure_plan_core_hub"),
        (SAPPORO, "soft_fy_municipality"),
        (HIROSHIMA, "facility_fy_municipality"),
        (YOKOHAMA, "soft_fy_town"),
        (YOKOHAMA, "soft_fy_"),
    ],
)
def test_a_cap_that_is_not_the_authoritys_own_is_not_waived(office, authority, name):
    """Nobody would notice a waiver that lifts nothing."""
    refused(office, "bad_input", "waive", **{**CAP, "authority": authority, "rule": name})


def test_a_waiver_ends_on_its_own_day_at_the_earliest(office):
    refused(office, "bad_input", "waive", **{**CAP, "until": "2025-03-31"})
    office.do("waive", **{**CAP, "until": "2025-04-01"})


@pytest.mark.parametrize(
    ("authority", "code"), [("990001", "unknown_authority"), ("340007", "bad_check_digit")]
)
def test_only_an_authority_gets_a_waiver(office, authority, code):
    refused(office, code, "waive", **{**CAP, "authority": authority})
