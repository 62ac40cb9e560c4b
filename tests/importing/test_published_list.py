"""The published list of the authorities in Hiroshima Prefecture: 46 decisions, 2,183,197,000 yen."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

import cli

LIST = Path(cli.__file__).with_name("data") / "adopted_projects_hiroshima_2026.csv"
ROWS = list(csv.reader(io.StringIO(LIST.read_text(encoding="utf-8"))))
TOTAL_YEN = 2_183_197_000


@pytest.fixture
def imported(office):
    """The office after the list was taken in."""
    assert office.take(str(LIST)).exit == 0
    return office


def test_the_package_says_where_its_list_comes_from():
    told = LIST.with_suffix(".source.md").read_text(encoding="utf-8")
    assert "r8_suishin_1.pdf" in told
    assert f"{TOTAL_YEN:,}" in told


def test_every_decision_of_the_list_is_taken_in(office):
    answer = office.taken(str(LIST))
    assert (answer["exit"], answer["imported"], answer["refused"]) == (0, 46, 0)
    assert answer["imported_yen"] == answer["total_yen"] == TOTAL_YEN
    assert answer["authorities"] == 14
    assert len(office.run("list", "--json").json) == 46


def test_what_was_taken_in_uses_the_caps_and_says_where_it_was_decided(imported):
    assert imported.used_yen("342076") == 878_876_000
    assert imported.used_yen("343684") == 441_017_000
    grant = imported.run("show", "343684-2026-01/2026", "--json").json
    assert grant["status"] == "approved"
    assert "r8_suishin_1.pdf" in grant["imported_from"]
    page = next(row[9] for row in ROWS if row[0] == "343684")
    assert f"p. {page}" in grant["imported_from"]
    assert imported.run("check").exit == 0


def test_each_assumption_is_said_once(office):
    shown = office.take(str(LIST)).out
    assert shown.count("soft (ソフト)") == 1
    assert shown.count("2026-04-01, the first day of fiscal year 2026") == 1
    assert shown.count("地域未来交付金 地域未来推進型") == 1
    assert "2,183,197,000" in shown


def test_the_same_list_again_writes_nothing_again(imported):
    before = imported.events
    answer = imported.taken(str(LIST))
    assert (answer["imported"], answer["known"], answer["known_yen"]) == (0, 46, TOTAL_YEN)
    assert imported.events == before


def test_the_rows_in_another_order_write_nothing_again(imported, write):
    heading, *rows = ROWS
    random.Random(7).shuffle(rows)  # noqa: S311 - an order, not a secret
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    before = imported.events
    assert imported.taken(write(text.getvalue()))["known"] == 46
    assert imported.events == before


@pytest.mark.parametrize(
    "options", [["--kind", "facility"], ["--decided-on", "2026-04-02"], ["--reason", "再取込"]]
)
def test_other_options_make_no_other_decision_of_a_row(imported, options):
    before = imported.events
    assert imported.taken(str(LIST), *options)["known"] == 46
    assert imported.events == before


def test_another_officer_on_another_day_writes_nothing_again(imported):
    before = imported.events
    again = imported.run(
        "import", "decisions", str(LIST), "--by", "suzuki", "--on", "2026-05-01", "--json"
    ).json
    assert (again["exit"], again["known"]) == (0, 46)
    assert imported.events == before


def test_the_list_as_a_workbook_is_the_same_list(imported, workbook):
    rows = [[int(cell) if cell.isascii() and cell.isdigit() else cell for cell in row] for row in ROWS]
    before = imported.events
    assert imported.taken(workbook(rows))["known"] == 46
    assert imported.events == before


def test_the_list_in_cp932_is_the_same_list(imported, write):
    file = write(LIST.read_text(encoding="utf-8").encode("cp932"))
    answer = imported.taken(file)
    assert answer["known"] == 46
    assert any("cp932" in note for note in answer["notes"])


def test_a_list_with_a_mark_before_it_is_the_same_list(imported, write):
    assert imported.taken(write(b"\xef\xbb\xbf" + LIST.read_bytes()))["known"] == 46


def test_a_list_on_standard_input_is_the_same_list(imported):
    answer = imported.run(
        "import", "decisions", "-", "--by", "tanaka", "--on", "2026-04-02", "--json", stdin=LIST.read_bytes()
    )
    assert answer.json["known"] == 46


def test_a_row_that_was_added_is_taken_in_alone(imported, write):
    heading, *rows = ROWS
    added = [
        "342050",
        "尾道市",
        "広島県",
        "2026",
        *rows[0][4:6],
        "新しい事業",
        "1000000",
        "追加.pdf",
        "1",
        "",
    ]
    text = io.StringIO()
    csv.writer(text).writerows([heading, added, *rows])
    answer = imported.taken(write(text.getvalue()))
    assert (answer["imported"], answer["imported_yen"], answer["known"]) == (1, 1_000_000, 46)


def test_a_dry_run_lists_all_and_writes_nothing(office):
    before = office.events
    shown = office.take(str(LIST), "--dry-run").out
    assert shown.count("to be imported") == 46
    assert "nothing was written" in shown
    assert office.events == before
    assert office.taken(str(LIST))["imported"] == 46


def test_progress_is_silent_in_a_pipe_and_on_a_short_list(office, write):
    assert office.take(str(LIST), terminal=True).err == ""


def test_a_long_list_counts_its_rows_on_a_terminal_alone(office, write):
    headings = "authority,title,fiscal_year,amount_yen"
    lines = [f"342050,事業{number},2026,1000" for number in range(101)]
    file = write("\n".join([headings, *lines]))
    assert "101 of 101" in office.take(file, "--dry-run", terminal=True).err
    assert office.take(file, "--dry-run").err == ""
