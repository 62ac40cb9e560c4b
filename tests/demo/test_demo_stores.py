"""Where the demo writes: a store of its own, never one that is there."""

from __future__ import annotations

import shlex

import pytest


def test_a_second_run_plays_in_a_store_of_another_name(folder):
    assert folder.run("demo").exit == 0
    first = (folder.path / "grants-demo.db").read_bytes()
    second = folder.run("demo")
    assert second.exit == 0
    assert "This ledger is sqlite:///grants-demo-2.db" in second.out
    assert folder.files == ["grants-demo-2.db", "grants-demo.db"]
    assert (folder.path / "grants-demo.db").read_bytes() == first


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_what_an_older_store_left_behind_takes_its_name(folder, ending):
    (folder.path / f"grants-demo.db{ending}").write_bytes(b"left")
    assert "sqlite:///grants-demo-2.db" in folder.run("demo").out


@pytest.mark.parametrize(
    "words", [["demo", "--store", "sqlite:///my.db"], ["--store", "sqlite:///my.db", "demo"]]
)
def test_a_store_that_is_named_is_used(folder, words):
    answer = folder.run(*words)
    assert answer.exit == 0
    assert "This ledger is sqlite:///my.db" in answer.out
    assert folder.files == ["my.db"]


@pytest.mark.parametrize(
    "words", [["demo", "--store", "sqlite:///my.db"], ["--store", "sqlite:///my.db", "demo"]]
)
def test_a_store_that_is_named_and_exists_is_refused_in_a_line(folder, words):
    (folder.path / "my.db").write_bytes(b"somebody's ledger")
    answer = folder.run(*words)
    assert (answer.exit, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert "my.db exists" in answer.err
    assert (folder.path / "my.db").read_bytes() == b"somebody's ledger"


def test_the_ledger_of_the_environment_is_left_alone(folder, monkeypatch):
    monkeypatch.setenv("GRANTS_STORE", "sqlite:///office.db")
    monkeypatch.setenv("GRANTS_BY", "nobody")
    assert folder.run("demo").exit == 0
    assert folder.files == ["grants-demo.db"]


def test_a_folder_that_takes_no_store_is_refused_with_the_commands_own_words(folder):
    answer = folder.run("demo", "--store", "sqlite:///none/my.db")
    assert answer.exit == 3
    assert "refused: not_found — no folder none to create the store in" in answer.err


def test_as_json_each_command_is_one_object(folder):
    answer = folder.run("demo", "--json")
    assert answer.exit == 0
    steps = [Answer(line) for line in answer.out.splitlines()]
    assert [step.exit for step in steps if step.exit] == [1]
    assert all(step.words[:3] == ["grants", "--store", "sqlite:///grants-demo.db"] for step in steps)
    assert len([step for step in steps if "caps" in step.words]) == 14 + 1 + 3
    refused = next(step.output for step in steps if step.exit)
    assert (refused["code"], refused["findings"][0]["room"]) == ("cap_exceeded", 371_124_000)
    assert next(step.output for step in steps if "import" in step.words)["total_yen"] == 2_183_197_000
    assert steps[-1].output == []


class Answer:
    """One line of the demo's JSON."""

    def __init__(self, line: str) -> None:
        import msgspec

        step = msgspec.json.decode(line)
        self.exit, self.output, self.words = step["exit"], step["output"], shlex.split(step["command"])


@pytest.mark.parametrize(
    ("terminal", "no_colour", "coloured"), [(False, "", False), (True, "", True), (True, "1", False)]
)
def test_colour_is_for_terminals_without_no_color(folder, monkeypatch, terminal, no_colour, coloured):
    monkeypatch.setenv("NO_COLOR", no_colour)
    assert ("\x1b[" in folder.run("demo", terminal=terminal).out) is coloured
