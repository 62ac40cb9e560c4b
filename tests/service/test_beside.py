"""Beside the grant: consultation and support, talent cases, donations, the telework registry, tags and targets."""

from __future__ import annotations

import pytest
from store.office import HIROSHIMA, SAPPORO, YOKOHAMA, new

from .later_refusals import CASE, DONATION
from .telling import OKU, refused, windows

P = f"{HIROSHIMA}-2025-01"
TOMORROW = "2025-04-02"


def warned(answer):
    """The rules an answer warns of."""
    return [warning["rule"] for warning in answer["warnings"]]


# ---------------------------------------------------------------------- 事前相談・伴走支援


def test_consultations_of_an_authority_are_numbered(office):
    held = {
        "authority": HIROSHIMA,
        "held_on": "2025-03-20",
        "topics": "自動運転バス",
        "advice": "KPIを年度別に",
    }
    assert [office.do("record_consultation", **held)["record"] for _ in range(2)] == [
        f"{HIROSHIMA}-consultation/{number}" for number in (1, 2)
    ]
    assert office.do("record_consultation", **{**held, "authority": SAPPORO})["record"].endswith("/1")


@pytest.mark.parametrize(
    ("authority", "code"), [("990001", "unknown_authority"), ("340007", "bad_check_digit")]
)
def test_only_an_authority_is_consulted_with(office, authority, code):
    held = {"held_on": "2025-03-20", "topics": "自動運転バス", "advice": "KPIを年度別に"}
    refused(office, code, "record_consultation", authority=authority, **held)


def test_a_donation_that_is_yet_to_come_is_told_of(office):
    answers = [
        office.do("record_donation", **{**DONATION, "donated_on": day}) for day in ("2025-04-01", TOMORROW)
    ]
    assert ["donation_ahead" in warned(answer) for answer in answers] == [False, True]


def test_what_is_yet_to_come_is_not_recorded_as_held(office):
    office.submitted(new(soft=1_000))
    told = {"topics": "自動運転バス", "advice": "KPIを年度別に"}
    refused(office, "bad_input", "record_consultation", authority=HIROSHIMA, held_on=TOMORROW, **told)
    refused(office, "bad_input", "record_support", project=P, held_on=TOMORROW, content="現地での助言")
    refused(office, "bad_input", "record_hub_event", title="マッチング会", held_on=TOMORROW)


def test_a_project_shows_the_support_it_was_given(office):
    office.submitted(new(soft=1_000))
    office.do("record_support", project=P, held_on="2025-04-01", content="現地での助言")
    assert office.show(P)["supports"] == [{"held_on": "2025-04-01", "content": "現地での助言"}]


# ---------------------------------------------------------------------- プロ人材


def case(office, **fields):
    told = {**CASE, "match": "side_job", "costs": {"referral_fee": 250_000, "pay": 380_000}, **fields}
    return office.do("submit_talent_case", **told)


def test_a_talent_case_goes_on_as_a_grant_without_scores_certificate_or_caps(office):
    grant = case(office)["grant"]
    office.do("approve", grant=grant)
    office.do("disburse", grant=grant, amount_yen=500_000, payment="advance")
    office.settled(grant, {"side_job": 630_000})
    shown = office.show(grant)
    assert (shown["application"], shown["status"], shown["settled_yen"]) == ("talent", "settled", 500_000)
    assert windows(office, HIROSHIMA) == {}


def test_a_talent_case_takes_no_room_of_a_full_cap(office):
    office.approved(new(soft=15 * OKU))
    office.do("approve", grant=case(office)["grant"])


def test_a_talent_case_lives_in_the_fiscal_year_of_its_cost(office):
    assert case(office, cost_on="2026-03-31")["grant"].endswith("/2025")
    assert case(office, cost_on="2026-04-01")["grant"].endswith("/2026")


@pytest.mark.parametrize("do", ["register_talent_hub", "submit_talent_case"])
def test_the_scheme_runs_through_prefectures_and_asks_about_tokyo(office, do):
    told = {"register_talent_hub": {"operator": "産業振興機構"}}.get(
        do, {**CASE, "costs": {"referral_fee": 2}}
    )
    refused(office, "bad_input", do, **{**told, "prefecture": YOKOHAMA})
    refused(office, "bad_check_digit", do, **{**told, "prefecture": "340007"})
    assert warned(office.do(do, **{**told, "prefecture": "130001"})) == ["talent_prefectures"]
    assert warned(office.do(do, **{**told, "prefecture": HIROSHIMA})) == []


def test_a_prefecture_has_one_hub(office):
    hub = {"prefecture": HIROSHIMA, "operator": "産業振興機構"}
    office.do("register_talent_hub", **hub)
    refused(office, "already_recorded", "register_talent_hub", **hub)


# ---------------------------------------------------------------------- 企業版ふるさと納税


def test_a_donation_to_a_project_of_this_ledger_is_taken_without_a_word(office):
    office.submitted(new(soft=1_000))
    assert warned(office.do("record_donation", **DONATION)) == []


@pytest.mark.parametrize("project", [P, f"{SAPPORO}-2025-01"])
def test_a_donation_to_a_project_nobody_knows_or_of_another_authority_is_warned_of(office, project):
    office.submitted(new(SAPPORO, soft=1_000))
    assert warned(office.do("record_donation", **{**DONATION, "project": project})) == ["donation_project"]


def test_donations_to_an_authority_are_numbered(office):
    assert [office.do("record_donation", **DONATION)["donation"] for _ in range(2)] == [
        f"{HIROSHIMA}-donation/{number}" for number in (1, 2)
    ]


@pytest.mark.parametrize("named", ["head_office", "authority"])
@pytest.mark.parametrize(("value", "code"), [("990001", "unknown_authority"), ("340007", "bad_check_digit")])
def test_a_donation_names_two_authorities(office, named, value, code):
    refused(office, code, "record_donation", **{**DONATION, named: value})


# ---------------------------------------------------------------------- テレワーク


REGISTRY = {
    "register_office": ("office", {"authority": HIROSHIMA, "name": "西条テレワークセンター"}),
    "join_hub": ("member", {"member": "西条酒造", "kind": "firm"}),
    "record_match": ("match", {"firm": "西条酒造", "authority": HIROSHIMA}),
    "record_award": (
        "award",
        {
            "fiscal_year": 2025,
            "category": "support_for_telework",
            "winner": "西条酒造",
            "partners": [SAPPORO],
        },
    ),
    "record_hub_event": ("event", {"title": "マッチング会", "held_on": "2025-04-01"}),
}


@pytest.mark.parametrize("do", REGISTRY)
def test_records_of_the_registry_are_numbered_by_kind(office, do):
    kind, told = REGISTRY[do]
    assert [office.do(do, **told)["record"] for _ in range(2)] == [f"telework/{kind}/{n}" for n in (1, 2)]


@pytest.mark.parametrize("do", ["register_office", "record_match", "record_award"])
def test_the_registry_names_authorities_that_there_are(office, do):
    told = REGISTRY[do][1]
    named = {"partners": ["340007"]} if do == "record_award" else {"authority": "340007"}
    refused(office, "bad_check_digit", do, **{**told, **named})


# ---------------------------------------------------------------------- 地方創生2.0


def test_tags_replace_those_before_and_are_told_once(office):
    office.submitted(new(soft=1_000))
    office.do("tag_project", project=P, tags=["strong_economy"])
    office.do("tag_project", project=P, tags=["ai_digital", "wide_area", "ai_digital"])
    assert office.show(P)["tags"] == ["ai_digital", "wide_area"]
    refused(office, "already_recorded", "tag_project", project=P, tags=["ai_digital", "wide_area"])
    refused(office, "bad_input", "tag_project", project=P, tags=["ai_digital", "weather"])


def test_a_kpi_points_to_one_national_target(office):
    office.submitted(new(soft=1_000))
    for target in ("young_flow", "productivity"):
        office.do("link_target", project=P, kpi="k1", target=target)
    assert office.show(P)["national_targets"] == {"k1": "productivity"}
    refused(office, "already_recorded", "link_target", project=P, kpi="k1", target="productivity")
    refused(office, "not_found", "link_target", project=P, kpi="k9", target="productivity")
    refused(office, "bad_input", "link_target", project=P, kpi="k1", target="weather")


def test_a_new_target_is_for_years_that_are_not_measured_yet(office):
    office.approved(new(soft=1_000, last=2026))
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78")
    told = {"project": P, "kpi": "k1", "reason": "需要の増加"}
    refused(office, "wrong_status", "revise_target", **told, targets={"2025": "60", "2026": "110"})
    office.do("revise_target", **told, targets={"2026": "110"})
    assert office.show(P)["kpis"][0]["targets"] == {"2025": "100", "2026": "110"}
    refused(office, "bad_input", "revise_target", **told, targets={"2027": "120"})
