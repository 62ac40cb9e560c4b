"""Transcripts: each `*.txt` beside this file is a session at the shell, and what it has to print.

A line `$ grants …` is run; the lines `< …` after it are its standard input. Then stands what it prints: standard
output as it is, standard error after `! `, and `[exit N]` unless it is 0. `# ` begins a remark. A first line
`store: office` begins with the officers and the round of conftest.py, `store: granted` with two grants beside them.
Each file runs in an empty folder with the files of `files/`. To write what is printed now into the files:
`UPDATE_TRANSCRIPTS=1 pytest tests/cli`.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import places
import pytest

from cli.labels import LABELS
from lifecycle.commands import WRITES
from lifecycle.rules import waivable

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("*.txt"))
STORES = {"store: none": None, "store: office": "opened_store", "store: granted": "granted_store"}
"""By a transcript's first line: the fixture that makes the store it begins with."""


class Step(NamedTuple):
    """One command line of a transcript, with the remarks before it, its input, and its output."""

    remarks: list[str]
    command: str
    stdin: list[str]
    printed: list[str]


def steps(lines: list[str]) -> Iterator[Step]:
    """The steps of a transcript."""
    remarks: list[str] = []
    step: Step | None = None
    for line in lines:
        if line.startswith("$ "):
            if step:
                yield step
            step, remarks = Step(remarks, line[2:], [], []), []
        elif line.startswith("# ") or step is None:
            remarks.append(line)
        elif line[:2] in ("< ", "<") and not step.printed:
            step.stdin.append(line[2:])
        else:
            step.printed.append(line)
    if step:
        yield step


def printed(answer: Any) -> list[str]:
    """An answer as a transcript has it."""
    lines = answer.out.splitlines()
    lines += [f"! {line}".rstrip() for line in answer.err.splitlines()]
    return lines + ([f"[exit {answer.exit}]"] if answer.exit else [])


class Noting(dict[str, str]):
    """Labels that note what they are asked for and do not have. Amounts by rule stand under the rules' own ids."""

    missed: set[str]

    def get(self, field: str, default: Any = None) -> Any:
        """As a dict's; `each_yen` is the value of an object whose keys are its labels."""
        if field not in self and field not in ("each_yen", "sha256", "") and waivable(field) is None:
            self.missed.add(field)
        return super().get(field, default)


@pytest.fixture
def labels(monkeypatch) -> Noting:
    """The labels of the shell, noting the fields that they leave to be shown by their bare name."""
    noting = Noting(LABELS)
    noting.missed = set()
    for room in ("cli.labels", "cli.objects"):  # both, whichever transcript is the first to import them
        monkeypatch.setattr(f"{room}.LABELS", noting)
    return noting


@pytest.mark.parametrize("file", TRANSCRIPTS, ids=lambda file: file.stem)
def test_transcript(file: Path, shell, labels, request, tmp_path):
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    if fixture := STORES[header]:
        places.copied(request.getfixturevalue(fixture), tmp_path / "grants.db")
    played = []
    for step in steps(lines):
        program, *words = shlex.split(step.command)
        assert program == "grants", step.command
        stdin = "".join(line + "\n" for line in step.stdin).encode()
        played.append(step._replace(printed=printed(shell(*words, stdin=stdin))))
    assert labels.missed == set(), "fields that are shown without the term of the notices"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        file.write_text("\n".join([header, *(line for step in played for line in written(step))]) + "\n")
        return
    for step, now in zip(steps(lines), played, strict=True):
        assert strip(now.printed) == strip(step.printed), step.command


def written(step: Step) -> list[str]:
    """A step as it stands in its file."""
    return [
        *step.remarks,
        f"$ {step.command}",
        *(f"< {line}".rstrip() for line in step.stdin),
        *step.printed,
        "",
    ]


def strip(lines: list[str]) -> list[str]:
    """Lines without blank ones at the end, which only separate steps."""
    text = "\n".join(lines)
    return re.sub(r"\n+\Z", "", text).splitlines()


def test_every_command_that_writes_is_typed_in_a_transcript():
    typed = set()
    for file in TRANSCRIPTS:
        _, *lines = file.read_text(encoding="utf-8").splitlines()
        for step in steps(lines):
            words = [word for word in shlex.split(step.command)[1:] if not word.startswith("-")]
            succeeds = not any(line.startswith("[exit ") for line in step.printed)
            typed |= {words[0].replace("-", "_")} if succeeds and words else set()
    assert set(WRITES) - typed == set()
