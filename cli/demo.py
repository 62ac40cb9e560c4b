"""`grants demo`: a grant's whole life in a store of its own; each command is the real one, run in this process."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec
from click.core import ParameterSource

from cli import words
from cli.demo_story import LIST, NEXT, STORY, Step
from cli.failures import DEFECT, INTERRUPTED
from cli.folding import folded, typed
from cli.helptext import LedgerCommand
from cli.ink import ink
from cli.plain import wrap
from cli.say import put, put_json
from cli.session import Session
from cli.switches import with_switches
from cli.tables import Column, grid
from lifecycle.errors import BadInput
from lifecycle.store.sqlite import path_of

WIDE = 80
SIDE_FILES = ("", "-wal", "-shm", "-journal")
"""What a store may leave beside itself; a name is free when none of them is there."""


@with_switches
@click.command("demo", cls=LedgerCommand)
@click.pass_context
def demo(context: click.Context) -> int:
    """Play a grant's whole life in a store of its own (実演).

    46 real decisions, then one invented application from submission to published effect. Needs nothing, asks
    nothing, takes seconds. Each command is printed as it can be typed, with its real answer. The store is
    grants-demo.db in this folder, or grants-demo-2.db and so on where that exists; --store names another, which
    must not exist yet.

    Example:
        grants demo
        grants demo --store sqlite:///try.db
    """
    session: Session = context.obj
    session.begin("demo")
    play = Play(f"sqlite:///{_new_store(context, session.store)}")
    try:
        if session.json:
            for answer in play.as_objects():
                put_json(answer)
        else:
            put(line for whole in play.as_text() for line in folded(whole, WIDE))
    except OtherEnd as other:
        click.echo(other.answer.text, nl=False, err=not session.json)
        return other.answer.exit or DEFECT
    return 0


def _new_store(context: click.Context, store: str) -> Path:
    """A store that is not there yet.

    Raises:
        BadInput: the one that was named is there.
    """
    if _is_typed(context):
        path = path_of(store)
        if _is_taken(path):
            raise BadInput(f"--store: {path} exists; the demo plays in a store of its own, name a new one")
        return path
    names = (Path(f"grants-demo{f'-{number}' if number > 1 else ''}.db") for number in range(1, 10_000))
    return next(path for path in names if not _is_taken(path))


def _is_typed(context: click.Context | None) -> bool:
    """True when --store stands on the command line; one in GRANTS_STORE is somebody's ledger, not ours."""
    while context is not None:
        if context.get_parameter_source("store") is ParameterSource.COMMANDLINE:
            return True
        context = context.parent
    return False


def _is_taken(path: Path) -> bool:
    return any(path.with_name(path.name + ending).exists() for ending in SIDE_FILES)


class Answer(NamedTuple):
    """How a command ended and what it printed."""

    exit: int
    text: str


class OtherEnd(Exception):
    """A command did not end as the story says: the folder can't be written, the disk is full."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


class Play:
    """The story, run step by step on one store."""

    def __init__(self, store: str) -> None:
        self._store = store

    def as_text(self) -> Iterator[str]:
        """Every scene: what happens and why, each command, its answer."""
        yield from _paragraph(
            f"The life of a grant in a ledger of its own, {self._store}. Every command below is run for real, and "
            "is printed as it can be typed."
        )
        for number, scene in enumerate(STORY, start=1):
            yield from ("", ink(f"{number}. {scene.title}", bold=True))
            yield from _paragraph(scene.before)
            for step in scene.steps:
                yield ""
                yield from (self._all(step) if step.each else self._one(step))
        yield from self._ending()

    def as_objects(self) -> Iterator[dict[str, Any]]:
        """One object for each command."""
        for scene in STORY:
            for step in scene.steps:
                for code in step.each or ("",):
                    command = [word if word != "$code" else code for word in self._words(step.command)]
                    answer = self._run([*command, "--json"], step)
                    yield {
                        "scene": scene.title,
                        "command": shlex.join(["grants", *command]),
                        "document": step.document,
                        "exit": answer.exit,
                        "output": msgspec.json.decode(answer.text) if answer.text.strip() else None,
                    }

    def _words(self, command: str) -> list[str]:
        listed = Path(__file__).with_name("data") / LIST
        fill = {"{list}": lambda: str(listed), "{n}": self._last_imported}
        return [
            "--store",
            self._store,
            *(fill[word]() if word in fill else word for word in shlex.split(command)),
        ]

    def _last_imported(self) -> str:
        answer = self._run(self._words("log --json"), Step(""))
        events = msgspec.json.decode(answer.text)
        return str(max(event["n"] for event in events if event["type"] == "grant.decision_imported"))

    # ------------------------------------------------------------------ running

    def _run(self, command: list[str], step: Step) -> Answer:
        """Run one command line in this process.

        Raises:
            OtherEnd: it does not end as the story says.
        """
        from cli.main import main

        with _captured(step.document) as stream:
            exit_code = main(command)
            stream.flush()
            text = stream.buffer.getvalue().decode()
        if exit_code == INTERRUPTED:
            raise KeyboardInterrupt
        if exit_code != step.exit:
            raise OtherEnd(Answer(exit_code, text))
        return Answer(exit_code, text)

    # ------------------------------------------------------------------ text

    def _one(self, step: Step) -> Iterator[str]:
        command = self._words(step.command)
        yield from _typed(command, step)
        answer = self._run(command, step)
        yield from answer.text.splitlines()
        if answer.exit:
            yield ink(f"(exit {answer.exit})", dim=True)

    def _all(self, step: Step) -> Iterator[str]:
        """One command for many authorities; of each answer the line of soft projects."""
        command = self._words(step.command)
        yield from _typed(command, step)
        found = []
        for code in step.each:
            answer = self._run([*(word if word != "$code" else code for word in command), "--json"], step)
            found.append(msgspec.json.decode(answer.text))
        yield ink(f"({len(found)} answers; here the line of soft projects (ソフト) from each)", dim=True)
        yield from grid(ROOM, (_soft(caps) for caps in found))

    def _ending(self) -> Iterator[str]:
        yield from ("", ink(f"This ledger is {self._store}. What to try next:", bold=True))
        for about, command in NEXT:
            yield from (["", *_paragraph(about)] if about else [])
            yield from _typed(self._words(command), Step(""))
        yield ""
        yield from _paragraph(
            "README.md opens a ledger of your own, step by step. `grants --help` lists every command, and "
            "`grants COMMAND --help` ends in an example of it."
        )


def _typed(command: list[str], step: Step) -> Iterator[str]:
    return (
        ink(line, fg="cyan")
        for line in typed(["grants", *command], WIDE, document=step.document, each=step.each)
    )


def _paragraph(text: str) -> Iterator[str]:
    return iter(wrap(text, WIDE))


def _soft(caps: dict[str, Any]) -> dict[str, Any]:
    window = next(window for window in caps["windows"] if window["kind"] == "soft")
    return {**caps, **window}


ROOM = [
    Column("code", lambda row: row["authority"]),
    Column("name", lambda row: row["name"]),
    Column("tier (団体区分)", lambda row: words.TIERS[row["tier"]]),
    Column("limit", lambda row: f"{row['limit_yen']:,}", right=True),
    Column("used", lambda row: f"{row['used_yen']:,}", right=True),
    Column("room", lambda row: f"{row['room_yen']:,}", right=True),
]


class Stream(io.TextIOWrapper):
    """Output that is kept, laid out as on a terminal of WIDE columns."""

    buffer: io.BytesIO

    def isatty(self) -> bool:
        """True: tables give way to the width, long values are wrapped beside their labels."""
        return True


@contextmanager
def _captured(document: str) -> Iterator[Stream]:
    """Standard output and error into one stream, in order; standard input from a document."""
    stream = Stream(io.BytesIO(), encoding="utf-8", newline="\n")
    settings = {"COLUMNS": str(WIDE)} | ({} if sys.stdout.isatty() else {"NO_COLOR": "1"})
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(document.encode()), encoding="utf-8")
    try:
        with _environment(**settings), redirect_stdout(stream), redirect_stderr(stream):
            yield stream
    finally:
        sys.stdin = before


@contextmanager
def _environment(**settings: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
