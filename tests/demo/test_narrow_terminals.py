"""On a narrow terminal lines are broken between words and columns, and an amount is never broken at all."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.demo_story import ONE_TOO_MANY
from cli.folding import folded
from cli.plain import cut, width, wrap
from cli.tables import Column, Fact, facts, grid
from lifecycle.commands import ALL

GRANT = "342076-2026-12/2026"
STORE = ["--store", "sqlite:///grants-demo.db"]
READS = [
    ["caps", "342076", "--fiscal-year", "2026"],
    ["show", GRANT],
    ["show", f"{GRANT}/r1"],
    ["show", "342076-2026-12"],
    ["list"],
    ["log"],
    ["schemes"],
    ["replay", GRANT],
    ["diff", "--from", "60", "--to", "112"],
    ["report", "cap_use", "--as-of-event", "120"],
    ["report", "decisions", "--as-of-event", "120"],
    ["report", "execution", "--as-of-event", "120"],
    ["submit", "-", "--by", "kato", "--on", "2026-06-15"],
    ["import", "decisions", "LIST", "--by", "tanaka", "--dry-run"],
]
TOO_MUCH = ONE_TOO_MANY.replace("800_000_000", "1_800_000_000")
AMOUNT = re.compile(r"[0-9][0-9,]*[0-9]|[0-9]")


@pytest.mark.parametrize("columns", [40, 57, 80])
@pytest.mark.parametrize("words", READS, ids=lambda words: words[0])
def test_no_line_is_too_wide_and_no_amount_is_broken(stage, played, monkeypatch, words, columns):
    import cli

    listed = f"{cli.__path__[0]}/data/adopted_projects_hiroshima_2026.csv"
    words = [*STORE, *(word if word != "LIST" else listed for word in words)]
    answers = {}
    for wide in (columns, 1_000):
        monkeypatch.setenv("COLUMNS", str(wide))
        monkeypatch.setenv("NO_COLOR", "1")
        told = stage.run(*words, terminal=True, stdin=TOO_MUCH.encode())
        answers[wide] = told.out + told.err
    narrow, whole = answers[columns], answers[1_000]
    assert [line for line in narrow.splitlines() if width(line) > columns] == []
    amounts = {amount for amount in AMOUNT.findall(whole) if "," in amount}
    seen = {amount for amount in AMOUNT.findall(narrow) if "," in amount}
    assert amounts
    assert seen <= amounts, "these are parts of amounts"


HEADINGS = {"authority", "title", "stream", "event", "what", "unit", "id"}
"""Of columns that go below a row, where what they say needs none."""


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize(
    "words",
    [["todo"], *(words for words in READS if words[0] not in ("submit", "diff"))],
    ids=lambda words: words[0],
)
def test_what_a_wide_terminal_says_a_narrow_one_says_too(stage, played, monkeypatch, words, columns):
    import cli

    listed = f"{cli.__path__[0]}/data/adopted_projects_hiroshima_2026.csv"
    words = [*STORE, *(word if word != "LIST" else listed for word in words)]
    monkeypatch.setenv("NO_COLOR", "1")
    answers = {}
    for wide in (columns, 1_000):
        monkeypatch.setenv("COLUMNS", str(wide))
        answers[wide] = stage.run(*words, terminal=True).out
    narrow = "".join(answers[columns].split())
    said = {word.strip(",:") for word in answers[1_000].split()}
    assert len(said) > 10
    assert [
        word for word in said - HEADINGS if not any(_stand(word, at, narrow) for at in range(len(word)))
    ] == []
    assert answers[columns].count("…") == answers[1_000].count("…")


def _stand(word: str, at: int, text: str) -> bool:
    """True for a word that stands in a text, or that is broken once, where other columns stand in between."""
    return word[:at] in text and word[at:] in text


def test_columns_that_do_not_fit_go_to_a_line_of_their_own_and_figures_stay_together(monkeypatch):
    monkeypatch.setattr("cli.tables.room", lambda: 31)
    columns = [
        Column("name", lambda row: row["name"]),
        Column("limit", lambda row: f"{row['limit']:,}", right=True),
        Column("used", lambda row: f"{row['used']:,}", right=True),
    ]
    rows = [
        {"name": "ソフト", "limit": 1_500_000_000, "used": 5},
        {"name": "x", "limit": 7, "used": 12_345_678},
    ]
    assert list(grid(columns, rows)) == [
        "name",
        "            limit        used",
        "ソフト",
        "    1,500,000,000           5",
        "x",
        "                7  12,345,678",
    ]


def test_a_figure_that_does_not_fit_beside_its_label_stands_below_it(monkeypatch):
    monkeypatch.setattr("cli.tables.room", lambda: 30)
    rows = [Fact("committed (交付決定額)", "1,500,000,000 yen", is_figure=True), Fact("by", "suzuki")]
    assert list(facts(rows)) == [
        "  committed (交付決定額)",
        "             1,500,000,000 yen",
        "  by                    suzuki",
    ]


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("上限1,500,000,000円を超える", 18, ["上限1,500,000,000", "円を超える"]),
        ("1,500,000,000 yen", 14, ["1,500,000,000", "yen"]),
        ("1,500,000,000", 5, ["1,500", ",000,", "000"]),
    ],
)
def test_a_figure_is_whole_wherever_a_line_has_room_for_it(text, columns, lines):
    assert wrap(text, columns) == lines


@pytest.mark.parametrize(
    ("columns", "left"),
    [(16, "committed 1,500…"), (15, "committed …"), (13, "committed …"), (9, "committe…")],
)
def test_a_figure_is_cut_off_whole(columns, left):
    assert cut("committed 1,500 yen", columns) == left


@given(st.integers(0, 10**15), st.text("あ aA、", max_size=30), st.integers(24, 60))
def test_an_amount_among_any_words_stays_whole(amount_yen, words, columns):
    text = f"  {words}{amount_yen:,}{words} yen"
    for lines in (wrap(text, columns), list(folded(text, columns))):
        assert any(f"{amount_yen:,}" in line for line in lines)
        assert all(width(line) <= columns for line in lines)


def test_what_to_do_next_stays_a_command_that_can_be_copied(stage, played, folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    told = folder.run("init", "--admin", "sato", terminal=True)
    assert told.out.partition("next: ")[2].splitlines() == [
        "grants register-officer OFFICER \\",
        "    --name NAME --roles ROLE --by sato",
    ]


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_help_keeps_within_the_terminal_and_its_examples_stay_commands(stage, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    for name in ("", *(do.replace("_", "-") for do in ALL), "batch", "nightly", "seal", "completion"):
        words = [*name.split(), "--help"]
        about, _, example = stage.run(*words, terminal=True).out.partition("\nExample:\n")
        _, _, as_it_stands = stage.run(*words).out.partition("\nExample:\n")
        assert [line for line in about.splitlines() if width(line.rstrip()) > columns] == [], name
        typed = [shlex.split(line) for line in example.replace("\\\n", "").splitlines()]
        assert typed == [shlex.split(line) for line in as_it_stands.splitlines()], name
