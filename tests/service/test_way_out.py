"""何をすればよいか: a remedy is a command about this very matter, not about a GRANT or a PROJECT."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from store.office import HIROSHIMA, R7, R8, Office, new

from lifecycle.errors import Refusal

from . import later_refusals, test_every_refusal
from .test_every_refusal import G, P


def remedies(ask: Callable[[], object]) -> list[str]:
    with pytest.raises(Refusal) as caught:
        ask()
    return [finding.remedy for finding in caught.value.findings]


def refused_ways() -> dict[str, str]:
    """Ways to a refusal, and what its remedy says of the matter."""
    publish = f"grants publish {P} --fiscal-year 2025 --part verification "
    return {
        "criteria_incomplete": f"grants score {G} --criterion vision ",
        "earlier_year_unpublished": publish,
        "publication_missing": f"grants publish {P} --fiscal-year ",
        "withdrawal_late": f"grants request-change {G}",
        "above_request": f"grants return-for-correction {G} ",
        "already_recorded": "grants log round/2025-1",
        "carry_over_repeated": f"grants request-change {G}",
        "prior_approval_needed": f"grants request-change {G}; ",
        "objection_late": f"grants waive objection_days --authority {HIROSHIMA} ",
    }


@pytest.mark.parametrize(("way", "remedy"), refused_ways().items())
def test_a_refusal_names_the_matter_in_its_way_out(office: Office, way: str, remedy: str) -> None:
    module = test_every_refusal if hasattr(test_every_refusal, way) else later_refusals
    assert [found for found in remedies(lambda: getattr(module, way)(office)) if remedy in found]


def test_a_meeting_without_all_sectors_names_the_project_and_the_first_that_was_missing(office):
    office.approved(new(soft=1_000))
    office.do("measure", project=P, fiscal_year=2025, kpi="k1", actual="78")
    meeting = {"body": "external", "meeting": "会議", "held_on": "2025-04-01", "opinion": "順調"}
    sectors = ["industry", "academia"]
    answer = office.do("verify_effect", project=P, fiscal_year=2025, sectors=sectors, **meeting)
    (warning,) = answer["warnings"]
    assert (
        f"grants record-participation {P} --stage verification --sector government --body BODY"
        in warning["remedy"]
    )


def test_what_is_recorded_already_is_named_as_a_shell_takes_it(office):
    opened = {"round": "第2回&追加", "programme": R7, "opens_on": "2025-04-01", "closes_on": "2025-06-30"}
    office.do("open_round", **opened)
    assert remedies(lambda: office.do("open_round", **opened)) == ["see it: grants log 'round/第2回&追加'"]
    same = {"officer": "木村", "name": "木村 花", "roles": ["officer"]}
    office.do("register_officer", **same)
    assert remedies(lambda: office.do("register_officer", **same)) == ["see it: grants log 'officer/木村'"]


def test_a_programme_that_needs_no_confirmation_or_had_it_is_named(office):
    confirmation = {"basis": "document", "document": "要綱"}
    asked = remedies(lambda: office.do("confirm_programme", programme=R7, **confirmation))
    assert asked == [f"see what it says: grants show {R7}"]
    office.do("confirm_programme", programme=R8, **confirmation)
    asked = remedies(lambda: office.do("confirm_programme", programme=R8, **confirmation))
    assert asked == [f"see it: grants log programme/{R8}"]


def test_a_store_with_officers_tells_how_another_admin_is_registered(office):
    (asked,) = remedies(lambda: office.do("init", admin="kimura"))
    assert (
        asked == "an admin registers it: grants register-officer kimura --name NAME --roles ROLE --by ADMIN"
    )


def test_a_word_that_was_said_anew_is_looked_for_in_its_own_log(office):
    grant = office.submitted(new(soft=1_000))
    office.do("return_for_correction", grant=grant, message="誤記")
    office.do("resubmit", grant=grant, application=new(soft=1_000, title="改題"))
    n = next(e["n"] for e in office.tell("log", target=grant) if e["type"] == "grant.submitted")
    correction = {"event": n, "replacement": {"title": "三たび"}, "reason": "誤記"}
    assert remedies(lambda: office.do("correct", **correction)) == [f"see it: grants log {grant}"]
