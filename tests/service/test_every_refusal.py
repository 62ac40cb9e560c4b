"""One way to every refusal there is: each code of `lifecycle/errors.py`, with its exit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import places
import psycopg
import pytest
from store.office import CRITERIA, HIROSHIMA, R7, R8, SAPPORO, Office, continuing, elsewhere, new, part

from lifecycle.errors import Refusal
from lifecycle.store import Store, sqlite
from lifecycle.store.embedded import EmbeddedStore
from lifecycle.store.server import ServerStore

from .later_refusals import LATER_WAYS
from .telling import OKU

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
YEAR = {"project": P, "fiscal_year": 2025}

BY_NO_COMMAND = {
    "bad_programme_data": "a faulty rule file, which no command can cause: tests/programme/test_loading.py",
    "database_role": "a role of the server's that may not write: tests/server/test_roles.py",
    "system": "a disk that is full or may only be read: tests/store/test_disk.py",
    "outcome_unknown": "a server that is lost: tests/server/test_cut_links.py",
}
"""Codes that no command gives, and why."""

EXITS = {
    2: {"bad_input", "unknown_authority", "bad_check_digit", "bad_programme_data"},
    3: {"not_found"},
    4: {"command_id_reused", "busy", "unreachable"},
    5: {"integrity", "store_version"},
    7: {"same_officer", "role_missing", "conflict_of_interest", "database_role"},
    8: {"outcome_unknown"},
    74: {"system"},
}
"""Codes by exit; every other code exits 1."""


# ---------------------------------------------------------------------- the ways


def bad_input(office: Office) -> None:
    office.do("submit", application=new(soft=1_000, first=2026, last=2025))


def unknown_authority(office: Office) -> None:
    office.do("submit", application=new("990001", soft=1_000))


def bad_check_digit(office: Office) -> None:
    office.do("submit", application=new("340007", soft=1_000))


def not_found(office: Office) -> None:
    office.do("withdraw", grant=G)


def cap_exceeded(office: Office) -> None:
    office.do("submit", application=new(soft=15 * OKU + 1))


def guideline_unjustified(office: Office) -> None:
    office.do("submit", application=new(soft=1_000, last=2028, justifications={}))


def period_too_long(office: Office) -> None:
    office.do("submit", application=new(soft=1_000, last=2030))


def application_limit(office: Office) -> None:
    for _ in range(11):
        office.do("submit", application=new(soft=1_000))


def combination_required(office: Office) -> None:
    office.do("submit", application=new(infrastructure=1_000))


def strategy_missing(office: Office) -> None:
    office.do("submit", application=new(soft=1_000, strategy=" "))


def plan_not_certified(office: Office) -> None:
    grant = office.submitted(new(soft=1_000))
    for criterion in CRITERIA:
        office.do("score", grant=grant, criterion=criterion, score=3, reason="可")
    office.do("approve", grant=grant)


def criteria_incomplete(office: Office) -> None:
    grant = office.submitted(new(soft=1_000))
    office.do("certify_plan", project=P, certificate_no="1")
    office.do("approve", grant=grant)


def kpi_missing(office: Office) -> None:
    office.do("submit", application=new(soft=1_000, kpis=[]))


def kpi_target_missing(office: Office) -> None:
    kpi = {"id": "k1", "name": "満足度", "baseline": "60", "targets": {"2025": "80"}}
    office.do("submit", application=new(soft=1_000, last=2026, kpis=[kpi]))


def class_undecided(office: Office) -> None:
    office.approved(new(soft=1_000))
    office.do("measure", **YEAR, kpi="k1", actual="60")
    meeting = {"body": "external", "meeting": "会議", "held_on": "2025-04-01", "opinion": "横ばい"}
    office.do("verify_effect", **YEAR, **meeting)
    office.do("evaluate", **YEAR, cause="横ばい")


def programme_closed(office: Office) -> None:
    office.do("submit", application=new(soft=1_000, programme="R6-digiden"))


def programme_undetermined(office: Office) -> None:
    grant = office.decidable(new(soft=1_000, first=2026, programme=R8))
    office.do("approve", grant=grant)


def round_closed(office: Office) -> None:
    office.do("submit", application=new(soft=1_000), on="2027-04-01")


def wrong_status(office: Office) -> None:
    office.do("settle", grant=office.submitted(new(soft=1_000)))


def same_officer(office: Office) -> None:
    office.do("adopt", grant=office.submitted(new(soft=1_000), by="both"), by="both")


def role_missing(office: Office) -> None:
    office.do("adopt", grant=office.submitted(new(soft=1_000)), by="officer")


def withdrawal_late(office: Office) -> None:
    office.do("withdraw", grant=office.approved(new(soft=1_000)), on="2025-04-17")


def publication_missing(office: Office) -> None:
    office.approved(new(soft=1_000))
    office.do("close_year", **YEAR)


def earlier_year_unpublished(office: Office) -> None:
    office.approved(new(soft=1_000, last=2027))
    office.do("submit", application=continuing(P, 2027))


def over_disbursed(office: Office) -> None:
    office.do("disburse", grant=office.approved(new(soft=1_000)), amount_yen=1_001, payment="advance")


def over_returned(office: Office) -> None:
    grant = office.approved(new(soft=1_000))
    office.do("disburse", grant=grant, amount_yen=1_000, payment="advance")
    office.settled(grant, {"soft": 1_800})
    due = {"basis": "overpayment", "due_on": "2025-05-01"}
    office.do("order_return", grant=grant, amount_yen=101, **due)


def above_request(office: Office) -> None:
    modest = part("soft", 1_000) | {
        "years": [{"fiscal_year": 2025, "eligible_cost_yen": 4_000, "grant_yen": 1_000}]
    }
    office.do("approve", grant=office.decidable(new(components=[modest])), amounts={"soft": 1_001})


def rate_too_high(office: Office) -> None:
    office.do("submit", application=new(components=[part("soft", 1_000) | {"rate": "2/3"}]))


def reason_missing(office: Office) -> None:
    office.do("revoke", grant=office.approved(new(soft=1_000)), amount_yen="all", fault="recipient")


def too_early(office: Office) -> None:
    office.do("adopt", grant=office.submitted(new(soft=1_000), on="2025-04-10"), on="2025-04-09")


def already_recorded(office: Office) -> None:
    office.do("open_round", round="2025-1", programme=R7, opens_on="2025-04-01", closes_on="2025-06-30")


def command_id_reused(office: Office) -> None:
    office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=1_000), id="once")
    office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=2_000), id="once")


@contextmanager
def on_store(office: Office, store: Store) -> Iterator[None]:
    """The office looks at another store for a while."""
    own, office.grants.store = office.grants.store, store
    try:
        yield
    finally:
        store.close()
        office.grants.store = own


def busy(office: Office) -> None:
    if places.is_server():
        busy_server(office)
    other = sqlite.connect(office.path)
    other.execute("BEGIN IMMEDIATE")
    try:
        with on_store(office, EmbeddedStore(f"sqlite:///{office.path}", office.clock, wait_ms=1)):
            office.do("submit", application=new(soft=1_000))
    finally:
        other.close()


def busy_server(office: Office) -> None:
    """Somebody holds the very cap that the command moves, and does not let go."""
    office.do("submit", application=new(soft=1_000))
    office.connection.execute("SET lock_timeout = 1")
    with psycopg.connect(office.path) as other:
        other.execute("SELECT 1 FROM cap_usage FOR UPDATE")
        office.do("submit", application=new(soft=1_000))


def integrity(office: Office) -> None:
    if places.is_server():  # somebody gave a cap back that was in use
        grant = office.submitted(new(soft=1_000))
        office.close()  # nor does this process remember it
        office.connection.execute("UPDATE cap_usage SET requested_yen = 0")
        try:
            office.do("withdraw", grant=grant)
        finally:
            office.connection.execute("UPDATE cap_usage SET requested_yen = 1000")
    stranger = Path(office.path).with_name("stranger.db")
    stranger.write_bytes(b"no database at all " * 100)
    with on_store(office, EmbeddedStore(f"sqlite:///{stranger}", office.clock)):
        office.do("submit", application=new(soft=1_000))


def store_version(office: Office) -> None:
    if places.is_server():
        office.connection.execute("CREATE SCHEMA empty")
        with on_store(office, ServerStore(places.setting(office.path, "-csearch_path=empty"), office.clock)):
            office.do("submit", application=new(soft=1_000))
    empty = Path(office.path).with_name("empty.db")
    sqlite.connect(empty, create=True).close()
    with on_store(office, EmbeddedStore(f"sqlite:///{empty}", office.clock)):
        office.do("submit", application=new(soft=1_000))


def unreachable(office: Office) -> None:
    with on_store(office, ServerStore("postgresql://nobody@127.0.0.1:1/grants", office.clock)):
        office.do("submit", application=new(soft=1_000))


WAYS: tuple[Callable[[Office], None], ...] = (
    *(bad_input, unknown_authority, bad_check_digit, not_found, cap_exceeded, guideline_unjustified),
    *(period_too_long, application_limit, combination_required, strategy_missing, plan_not_certified),
    *(criteria_incomplete, kpi_missing, kpi_target_missing, class_undecided, programme_closed),
    *(programme_undetermined, round_closed, wrong_status, same_officer, role_missing, withdrawal_late),
    *(publication_missing, earlier_year_unpublished, over_disbursed, over_returned, above_request),
    *(rate_too_high, reason_missing, too_early, already_recorded, command_id_reused, busy, integrity),
    *(store_version, unreachable),
    *LATER_WAYS,
)


# ---------------------------------------------------------------------- the tests


def codes() -> dict[str, type[Refusal]]:
    """Every refusal of the ledger, by its code; the shell has refusals of its own."""

    def below(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
        for each in refusal.__subclasses__():
            yield each
            yield from below(each)

    ours = (refusal for refusal in below(Refusal) if refusal.__module__.startswith("lifecycle."))
    return {refusal.code: refusal for refusal in ours}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_refusal_is_reached_and_leaves_no_event(office, way):
    with pytest.raises(Refusal) as refused:
        way(office)
    assert refused.value.code == way.__name__
    assert refused.value.exit == exit_of(way.__name__)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_refusal_by_a_rule_says_where_it_is_written_and_what_to_do(office, way):
    with pytest.raises(Refusal) as refused:
        way(office)
    assert refused.value.message
    found = refused.value.findings
    assert found or refused.value.exit not in (1, 7)
    assert all(finding.source and finding.remedy and finding.message for finding in found)
    assert [finding.remedy for finding in found if re.search(r"\b(ID|GRANT|PROJECT)\b", finding.remedy)] == []


def exit_of(code: str) -> int:
    """The exit of a code (contract section 2)."""
    return next((number for number, listed in EXITS.items() if code in listed), 1)


def test_every_code_is_reached_or_said_to_be_out_of_reach():
    assert {way.__name__ for way in WAYS} | set(BY_NO_COMMAND) == set(codes())
    assert not {way.__name__ for way in WAYS} & set(BY_NO_COMMAND)


def test_every_code_exits_as_the_contract_says():
    assert {code: refusal.exit for code, refusal in codes().items()} == {
        code: exit_of(code) for code in codes()
    }


CONTRACT = {
    *("cap_exceeded", "guideline_unjustified", "period_too_long", "application_limit"),
    *("combination_required", "strategy_missing", "plan_not_certified", "criteria_incomplete"),
    *("kpi_missing", "kpi_target_missing", "programme_closed", "programme_undetermined", "round_closed"),
    *("wrong_status", "same_officer", "role_missing", "withdrawal_late", "objection_late"),
    *("sub_grant_unpaid", "double_funding", "publication_missing", "earlier_year_unpublished"),
    *("over_disbursed", "carry_over_repeated", "prior_approval_needed", "reason_missing", "retention"),
    *("cost_kind", "rate_too_high", "too_early", "too_late", "donation_too_small", "head_office"),
    *("unknown_authority", "bad_check_digit", "command_id_reused", "busy", "not_found", "bad_input"),
}
"""Codes of contract section 2: to be added to, never renamed."""


def test_no_code_of_the_contract_was_renamed():
    assert set(codes()) >= CONTRACT


def test_a_refused_command_is_judged_anew_when_its_cause_is_gone(office):
    grant = office.submitted(new(soft=1_000))
    for criterion in CRITERIA:
        office.do("score", grant=grant, criterion=criterion, score=3, reason="可")
    with pytest.raises(Refusal):
        office.do("approve", grant=grant, id="once")
    office.do("certify_plan", project=P, certificate_no="1")
    assert office.do("approve", grant=grant, id="once")["events"] == ["grant.approved"]
