"""抽出: a report that is limited says of what it shows what the whole report says of it, ranks too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from service.telling import refusal_of
from store.office import CRITERIA, HIROSHIMA, SAPPORO, YOKOHAMA, Office, command, elsewhere, new, office_at

from cli.printing.cells import heading_lines

AUTHORITIES = {HIROSHIMA: 3, SAPPORO: 5, YOKOHAMA: 4}
"""With the score that each application gets from every criterion."""


def grant_of(authority: str) -> str:
    """Its one grant."""
    return f"{authority}-2025-01/2025"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A round with three applications: the second in rank is the first by code, and none is paid."""
    office = office_at(tmp_path / "round.db")
    for authority, score in AUTHORITIES.items():
        grant = office.submitted(new(authority, soft=10_000 * score))
        for criterion in CRITERIA:
            office.do("score", grant=grant, criterion=criterion, score=score, reason="課題が明確")
        project = f"{authority}-2025-01"
        office.do("certify_plan", project=project, certificate_no="第76回-1")
        office.do("approve", grant=grant)
    yield office
    office.close()


def rows(office: Office, name: str, **limits: Any) -> list[dict[str, Any]]:
    """A report's rows."""
    return list(office.tell("report", name=name, **limits)["rows"])


@pytest.mark.parametrize(
    "limit",
    [{"authority": YOKOHAMA}, {"grant": grant_of(YOKOHAMA)}, {"authority": YOKOHAMA, "fiscal_year": 2025}],
)
@pytest.mark.parametrize("name", ["scores", "programme_review"])
def test_a_rank_is_the_same_whatever_part_of_the_report_is_shown(
    office: Office, name: str, limit: dict[str, Any]
) -> None:
    whole = [row for row in rows(office, name) if row["authority"] == YOKOHAMA]
    assert rows(office, name, **limit) == whole
    assert [row["rank"] for row in whole] == [2]


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_the_windows_of_an_authority_differ_by_nothing_in_a_part_of_the_report(
    office: Office, authority: str
) -> None:
    whole = [row for row in rows(office, "differences") if row["authority"] == authority]
    assert rows(office, "differences", authority=authority) == whole
    assert rows(office, "differences", grant=grant_of(authority)) == whole
    assert "cap_use" not in {row["check"] for row in whole}


def test_who_is_paid_nothing_yet_is_ranked_by_what_was_decided(office: Office) -> None:
    found = rows(office, "programme_review")
    assert [row["authority"] for row in found] == [SAPPORO, YOKOHAMA, HIROSHIMA]
    office.do("disburse", grant=grant_of(HIROSHIMA), amount_yen=1_000, payment="advance")
    found = rows(office, "programme_review")
    assert [row["authority"] for row in found] == [HIROSHIMA, SAPPORO, YOKOHAMA]


def many(office: Office) -> list[str]:
    """Twelve prefectures of another year, from the smallest to the largest."""
    codes = [
        *("010006", "020001", "030007", "040002", "050008", "060003"),
        *("070009", "080004", "090000", "100005", "110001", "120006"),
    ]
    for place, code in enumerate(codes, 1):
        office.do("import_decision", **elsewhere(code, 2026, soft=1_000 * place))
    return codes


def test_the_largest_by_decided_yen_never_vanish_among_the_others(office: Office) -> None:
    codes = many(office)
    *named, others = rows(office, "programme_review", fiscal_year=2026)
    assert [row["authority"] for row in named] == codes[:1:-1]
    assert [row["rank"] for row in named] == list(range(1, 11))
    assert (others["rank"], others["recipients"], others["decided_yen"]) == (None, 2, 3_000)


def test_a_small_recipient_that_is_asked_for_is_named_with_its_own_rank(office: Office) -> None:
    codes = many(office)
    (found,) = rows(office, "programme_review", fiscal_year=2026, authority=codes[0])
    assert (found["rank"], found["authority"], found["decided_yen"]) == (12, codes[0], 1_000)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("execution", {"round": "2025-1"}),
        ("returns", {"round": "2025-1"}),
        ("cap_use", {"grant": grant_of(HIROSHIMA)}),
        ("kpi_board", {"grant": grant_of(HIROSHIMA)}),
        ("audit_trail", {"fiscal_year": 2025}),
    ],
)
def test_a_limit_that_a_report_does_not_know_is_refused_not_passed_over(
    office: Office, name: str, limit: dict[str, Any]
) -> None:
    refused = refusal_of(rows, office, name, **limit)
    assert refused.code == "bad_input"
    assert f"{name} can't be limited by --{next(iter(limit)).replace('_', '-')}" in refused.message


@pytest.mark.parametrize("name", ["scores", "adopted", "by_authority", "programme_review"])
def test_a_round_that_there_is_not_is_refused_with_those_there_are(office: Office, name: str) -> None:
    refused = refusal_of(rows, office, name, round="nope")
    assert refused.code == "not_found"
    assert refused.message == "no round nope; rounds: 2025-1"


def test_a_round_in_which_nobody_has_applied_yet_is_an_empty_report(office: Office) -> None:
    office.do(
        "open_round", round="2025-2", programme="R7-dai2sedai", opens_on="2025-07-01", closes_on="2025-07-31"
    )
    assert rows(office, "scores", round="2025-2") == []
    assert len(rows(office, "scores", round="2025-1")) == len(AUTHORITIES)


@pytest.mark.parametrize(
    ("lang", "said"), [("ja", "時点: 記録番号 20 (記録日)"), ("en", "as of: event 20 (recorded)")]
)
def test_the_heading_names_an_event_in_the_words_of_its_language(
    office: Office, lang: str, said: str
) -> None:
    with office.grants.open_report(command("report", name="scores", as_of_event=20)) as sheet:
        lines = [f"{line.label}: {line.value}" for line in heading_lines(sheet.heading, lang)]
    assert said in lines
