"""What the demo prints can be typed: a real shell reads every command, and the same happens in a fresh folder."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.demo_story import APPLICATION, NEXT
from cli.folding import folded, typed
from cli.plain import width

STUB = r"""
n=0
grants() {
  n=$((n + 1)); name="$CALLS/$(printf %03d $n)"
  printf '%s\0' "$@" > "$name"
  case " $* " in *" - "*) cat > "$name.stdin" ;; esac
}
"""
"""A shell function that notes how it is called, in the place of the program."""


def script_of(out: str) -> str:
    """Everything after a `$`, with the lines that continue it."""
    lines, rest = [], iter(out.splitlines())
    for line in rest:
        if line.startswith("$ "):
            lines.append(line[2:])
            while lines[-1].endswith(("\\", " do")):
                lines.append(next(rest))
            if lines[-1].endswith("<<'TOML'"):
                lines.extend(iter(lambda: next(rest), "TOML"))
                lines.append("TOML")
    return "\n".join(lines)


def calls_of(script: str, folder: Path) -> Iterator[tuple[list[str], bytes]]:
    """The words and the standard input of each call, as bash understands the script."""
    folder.mkdir()
    subprocess.run(["bash", "-euc", STUB + script], env={"CALLS": str(folder)}, check=True)
    for file in sorted(path for path in folder.iterdir() if path.suffix != ".stdin"):
        stdin = file.with_suffix(".stdin")
        words = file.read_bytes().decode().split("\0")[:-1]
        yield words, stdin.read_bytes() if stdin.exists() else b""


@pytest.fixture
def parts(played) -> tuple[str, str]:
    """The commands of the story, and those to try next."""
    story, _, suggestions = played.out.partition("What to try next:")
    return script_of(story), script_of(suggestions)


def test_typed_as_printed_the_same_happens(parts, folder, tmp_path_factory, stage):
    calls = list(calls_of(parts[0], tmp_path_factory.mktemp("calls") / "story"))
    assert len(calls) > 50
    ends = [folder.run(*words, stdin=stdin).exit for words, stdin in calls]
    assert [end for end in ends if end] == [1]
    words = ["--store", "sqlite:///grants-demo.db", "--json", "caps", "342076", "--fiscal-year", "2026"]
    assert folder.run(*words).json == stage.run(*words).json


def test_what_to_try_next_works_on_the_demos_store(parts, played, folder, tmp_path_factory):
    folder.run("demo")
    (folder.path / "application.toml").write_text(APPLICATION, encoding="utf-8")
    calls = calls_of(parts[1], tmp_path_factory.mktemp("calls") / "next")
    ends = {words[2]: folder.run(*words).exit for words, _ in calls}
    assert ends == {"log": 0, "show": 0, "list": 0, "import": 0, "approve": 7, "submit": 0}
    assert len(NEXT) == len(ends)


def test_every_command_names_the_store(parts, tmp_path_factory):
    for part, script in enumerate(parts):
        for words, _ in calls_of(script, tmp_path_factory.mktemp("calls") / str(part)):
            assert words[:2] == ["--store", "sqlite:///grants-demo.db"]


# ---------------------------------------------------------------------- folding


def test_a_line_that_fits_stays_as_it_is():
    line = "  limit (上限)   " + "x" * 63
    assert width(line) == 80
    assert list(folded(line, 80)) == [line]
    assert len(list(folded(line + "x", 80))) == 2


def test_a_line_is_broken_at_spaces_and_set_in():
    assert list(folded("  one two three", 12)) == ["  one two", "      three"]


def test_japanese_is_broken_where_it_has_to_be():
    lines = list(folded("源: " + "あ" * 30, 20))
    assert all(width(line) <= 20 for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == "源:" + "あ" * 30


def test_colours_take_no_room_and_are_kept():
    coloured = "\x1b[31mone two four\x1b[0m"
    assert list(folded(coloured, 12)) == [coloured]
    assert list(folded(coloured, 8)) == ["\x1b[31mone two", "    four\x1b[0m"]


def test_a_command_is_quoted_and_an_option_stays_with_its_value():
    lines = list(typed(["grants", "score", "--reason", "it's clear", "--by", "tanaka"], 30))
    assert lines == ["$ grants score \\", """    --reason 'it'"'"'s clear' \\""", "    --by tanaka"]


def test_a_document_follows_its_command():
    assert list(typed(["grants", "submit", "-"], 80, document='a = "$b"\n')) == [
        "$ grants submit - <<'TOML'",
        'a = "$b"',
        "TOML",
    ]
