"""What a person meant: a refusal names it, with the command to go on with; nothing is taken by guess."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lifecycle
from cli.meant import amount_meant, date_meant, file_meant, last_day
from lifecycle.commands import READS, WRITES
from lifecycle.nearest import named, near
from lifecycle.service.unfound import what_there_is

FUKUYAMA = ["342076-2026-12", "342076-2026-12/2026", "342076-2026-12/effect-2026"]
SOURCES = sorted(Path(lifecycle.__path__[0]).rglob("*.py"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2027/3/31", "2027-03-31"),
        ("２０２７－０３－３１", "2027-03-31"),
        ("20270331", "2027-03-31"),
        ("R9.3.31", "2027-03-31"),
        ("令和元年5月1日", "2019-05-01"),
        ("平成31年4月30日", "2019-04-30"),
    ],
)
def test_a_date_written_in_another_way_is_named(text, meant):
    assert date_meant(text) == f"; did you mean {meant}?"


@pytest.mark.parametrize("text", ["", "31 March", "2027-13-01", "9-3-31", "令和99年13月1日"])
def test_what_may_be_any_date_is_not_guessed_at(text):
    assert date_meant(text) == ""


@pytest.mark.parametrize(("text", "told"), [("2027-02-30", "2027-02-28"), ("2028-02-30", "2028-02-29")])
def test_a_day_that_its_month_does_not_have_is_answered_with_the_last_that_it_has(text, told):
    assert last_day(text).endswith(told)
    assert last_day("2027-13-01") == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [("１０００", 1000), ("1,00", 100), ("¥1,000円", 1000), ("300万", 3_000_000), ("２億円", 200_000_000)],
)
def test_an_amount_written_in_another_way_is_named(text, meant):
    assert amount_meant(text) == f"; did you mean {meant}?"


@pytest.mark.parametrize("text", ["", "-5", "1.5", "1e9", "円"])
def test_what_is_no_whole_amount_is_not_guessed_at(text):
    assert amount_meant(text) == ""


def test_a_file_of_nearly_this_name_is_named(tmp_path):
    (tmp_path / "application.toml").touch()
    assert file_meant(str(tmp_path / "aplication.toml")) == "; did you mean application.toml?"
    assert file_meant(str(tmp_path / "nowhere.toml")) == ""
    assert file_meant(str(tmp_path / "papers" / "a.toml")) == f"; there is no folder {tmp_path / 'papers'}"


def test_a_remedy_names_what_its_message_is_about():
    message = "grant 342076-2026-12/2026 is closed"
    assert named("grants show ID; grants log GRANT; PROJECT", message) == (
        "grants show 342076-2026-12/2026; grants log 342076-2026-12/2026; 342076-2026-12"
    )
    assert named("grants show GRANT", "342076-2026-12 has none") == "grants show GRANT"
    assert near("aproved", ["approved", "closed"]) == "; did you mean approved?"
    assert near("xyz", ["approved", "closed"]) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("342076-2026-12/２０２６", "; an id is written in half-width characters: 342076-2026-12/2026"),
        ("342077-2026-12", "; 342077: check digit is wrong; 34207 takes 6: 342076 福山市"),
        ("342076-2026-12/2062", f"; there is {', '.join(FUKUYAMA)}: grants show 342076-2026-12"),
        (
            "342076-2026-13",
            "; see all of 福山市: grants list --authority 342076; did you mean 342076-2026-12?",
        ),
        ("342076-2026-12/2026", "; it came later: grants log 342076-2026-12/2026"),
        ("officer/suzukii", "; did you mean suzuki?"),
        ("donation/d9", ""),
    ],
)
def test_an_id_of_which_nothing_is_recorded_is_answered_with_what_there_is(text, told):
    recorded = [*FUKUYAMA, "officer/suzuki"]
    assert what_there_is(text, lambda beginning: [s for s in recorded if s.startswith(beginning)]) == told


def commands_told() -> list[tuple[str, str]]:
    """Every `grants COMMAND …` in the texts of the rules and the service, as far as its line goes."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    text = re.sub(r'"\s*\n\s*f?"', "", text)
    return re.findall(r"grants ([a-z][a-z-]+[a-z])((?: +[^\s\"`;()]+)*)", text)


def test_a_remedy_is_a_whole_command_with_options_that_it_has():
    forms = {do.replace("_", "-"): form for do, form in {**WRITES, **READS}.items()}
    told = [(name, words) for name, words in commands_told() if name in forms]
    assert len(told) > 30
    assert [(name, words) for name, words in told if "…" in words] == []
    for name, words in told:
        options = {word.removeprefix("--").replace("-", "_") for word in re.findall(r"--[a-z-]+", words)}
        assert options - set(forms[name].__struct_encode_fields__) == set(), (name, words)
