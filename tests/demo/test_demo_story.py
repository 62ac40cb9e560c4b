"""What the demo tells: real decisions, every step of a grant's life, one refusal, and the caps as they once stood."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest

import cli
from cli.plain import width

LIST = Path(cli.__file__).with_name("data") / "adopted_projects_hiroshima_2026.csv"
GRANT = "342076-2026-12/2026"
LISTED_YEN = 878_876_000
APPROVED_YEN = 250_000_000
SETTLED_YEN = 220_617_283
"""Soft: of the list for 福山市, of the application, and what its settlement leaves: 441,234,567 / 2."""


def shown(answer) -> str:
    """The text without line breaks."""
    return " ".join(answer.out.split())


def test_it_ends_well_and_names_its_store(played, stage):
    assert (played.exit, played.err) == (0, "")
    assert "sqlite:///grants-demo.db" in played.out.splitlines()[0]
    assert "This ledger is sqlite:///grants-demo.db. What to try next:" in played.out
    assert stage.files == ["grants-demo.db"]


def test_it_takes_in_the_published_decisions_and_says_what_it_assumes(played):
    assert "46 decisions on 14 authorities, 2,183,197,000 yen" in shown(played)
    assert "kind (区分): soft (ソフト); 46 rows" in played.out
    assert "does not say the kind of project, so it is assumed to be soft" in shown(played)
    assert "ASSUMPTION OF THIS DEMO" in played.out


def test_each_authority_is_shown_with_the_caps_its_decisions_leave(played):
    used_yen: Counter[str] = Counter()
    for row in csv.DictReader(io.StringIO(LIST.read_text(encoding="utf-8"))):
        used_yen[row["code"]] += int(row["amount_yen"])
    line = r"^(\d{6})  \S+ +(中枢中核都市|市区町村) +([\d,]+) +([\d,]+) +([\d,]+)$"
    rows = re.findall(line, played.out, re.MULTILINE)
    assert {code: yen_of(used) for code, _, _, used, _ in rows} == used_yen
    for _, tier, limit, used, room in rows:
        assert yen_of(limit) == (1_500_000_000 if tier == "中枢中核都市" else 1_000_000_000)
        assert yen_of(room) == yen_of(limit) - yen_of(used)


def yen_of(figure: str) -> int:
    """A figure as printed."""
    return int(figure.replace(",", ""))


def test_the_application_goes_through_every_step_of_its_life(played, stage):
    events = stage.run("--store", "sqlite:///grants-demo.db", "--json", "log").json
    ours = [event["type"] for event in events if event["stream"].startswith(GRANT.partition("/")[0])]
    assert ours == [
        "project.planned",
        "grant.submitted",
        *["grant.scored"] * 4,
        "project.plan_certified",
        "grant.approved",
        "grant.disbursed",
        "grant.change_requested",
        "grant.change_approved",
        "grant.disbursed",
        "project_year.begun",
        "project_year.measured",
        "project_year.measured",
        "grant.completion_reported",
        "grant.settled",
        "grant.return_ordered",
        "grant.return_recorded",
        "project_year.effect_verified",
        "project_year.evaluated",
        "project_year.improvement_planned",
        *["project_year.published"] * 3,
        "project_year.closed",
        "grant.closed",
    ]


def test_the_over_payment_comes_back_and_the_grant_is_square(played, stage):
    grant = stage.run("--store", "sqlite:///grants-demo.db", "--json", "show", GRANT).json
    assert grant["settled_yen"] == SETTLED_YEN + 440_000_000
    assert grant["disbursed_yen"] - grant["returned_yen"] == grant["settled_yen"]
    assert (grant["returned_yen"], grant["status"]) == (9_382_717, "closed")


def test_the_second_application_is_refused_by_the_cap_with_its_figures(played):
    refused = played.out.partition("refused: cap_exceeded")[2].partition("(exit 1)")[0]
    used_yen, asked_yen = LISTED_YEN + APPROVED_YEN, 400_000_000
    for figure in (used_yen, asked_yen, used_yen + asked_yen - 1_500_000_000, 1_500_000_000 - used_yen):
        assert f"{figure:,} yen" in refused
    assert "soft_fy_core_hub" in refused
    assert "nothing was written" in refused


def test_the_caps_are_shown_as_they_stood_at_earlier_points(played):
    look_back = played.out.partition("Look back")[2].partition("Check (点検)")[0]
    answers = look_back.split("caps of 福山市 342076")[1:]
    soft_yen = [yen_of(re.search(r"^soft, FY2026 +[\d,]+ +([\d,]+)", a, re.MULTILINE)[1]) for a in answers]
    assert soft_yen == [LISTED_YEN, LISTED_YEN + APPROVED_YEN, LISTED_YEN + SETTLED_YEN]
    assert "--as-of 2026-06-30 --clock effective" in look_back
    assert re.search(r"--as-of-event \d+", look_back)


def test_the_check_at_its_end_is_silent(played):
    told = played.out.partition("grants-demo.db check\n")[2]
    assert told.startswith("\nThis ledger is")


def test_no_line_is_wider_than_80_columns(played):
    assert [line for line in played.out.splitlines() if width(line) > 80] == []


@pytest.mark.parametrize("number", range(1, 15))
def test_each_scene_has_a_title_and_says_why(played, number):
    title, sentence = re.search(rf"^{number}\. (.+)\n(.+)$", played.out, re.MULTILINE).groups()
    assert re.search(r"[\u3040-\u9fff]", title)
    assert sentence[0].isupper()
