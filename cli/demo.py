"""`grants demo`: a grant's whole life in a store of its own; each command is the real one, run in this process."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

from cli import words
from cli.demo_stage import Stage, stage, surrounded
from cli.demo_story import LIST, NEXT, STORY, Step
from cli.failures import DEFECT, INTERRUPTED
from cli.folding import folded, typed
from cli.helptext import LedgerCommand, SectionOption
from cli.ink import ink
from cli.plain import wrap
from cli.say import put_json
from cli.session import Session
from cli.switches import with_switches
from cli.tables import Column, grid

WIDE = 80


@with_switches
@click.command("demo", cls=LedgerCommand)
@click.option(
    "--postgres",
    is_flag=True,
    cls=SectionOption,
    help="play on a PostgreSQL server: that of GRANTS_TEST_DATABASE_URL, else one started in this folder",
)
@click.pass_context
def demo(context: click.Context, postgres: bool) -> int:  # noqa: FBT001 - click's call
    """Play a grant's whole life in a store of its own (実演).

    46 real decisions, then one invented application from submission to published effect. Needs nothing, asks
    nothing, takes seconds. Each command is printed as it can be typed, with its real answer. The store is
    grants-demo.db in this folder, or grants-demo-2.db and so on where that exists; --store names another, which
    must not exist yet. A ledger that GRANTS_STORE names is never touched.

    With --postgres the store is a database of its own, grants_demo or grants_demo_2 and so on, on a server; so is
    --store postgresql://HOST/NAME, which must not exist yet. A server that the demo starts runs on, and the demo
    ends by saying how to stop it.

    Example:
        grants demo
        grants demo --store sqlite:///try.db
        grants demo --postgres
    """
    session: Session = context.obj
    session.begin("demo")
    found = stage(context, session.store, on_server=postgres)
    play = Play(found)
    try:
        with surrounded(found.surroundings):
            _show(play, as_objects=session.json)
    except BaseException as error:
        if found.server:
            found.server.give_up()
        if not isinstance(error, OtherEnd):
            raise
        click.echo(error.answer.text, nl=False, err=not session.json)
        return error.answer.exit or DEFECT
    if session.json and found.server:
        click.echo(f"the server runs on; to stop it: {shlex.join(found.server.stopping)}", err=True)
    return 0


def _show(play: Play, *, as_objects: bool) -> None:
    if as_objects:
        for answer in play.as_objects():
            put_json(answer)
    else:
        for line in play.as_text():
            click.echo(line)


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

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def as_text(self) -> Iterator[str]:
        """Every scene: what happens and why, each command, its answer."""
        yield from _paragraph(
            f"The life of a grant in a ledger of its own, {self._stage.store}. Every command below is run for real, "
            "and is printed as it can be typed."
        )
        for text in self._stage.told_before():
            yield ""
            yield from _paragraph(text)
        for command in self._stage.commands_before():
            yield ""
            yield _shell_line(command)
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
                        **({"environment": dict(settings)} if (settings := self._stage.settings) else {}),
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
            self._stage.store,
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
        for line in answer.text.splitlines():
            yield from folded(line, WIDE)
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
        for line in grid(ROOM, (_soft(caps) for caps in found)):
            yield from folded(line, WIDE)

    def _ending(self) -> Iterator[str]:
        yield from ("", ink(f"This ledger is {self._stage.store}. What to try next:", bold=True))
        for about, command in NEXT:
            yield from (["", *_paragraph(about)] if about else [])
            yield from _typed(self._words(command), Step(""))
        for told in self._stage.told_after():
            yield from ([_shell_line(told)] if isinstance(told, list) else ["", *_paragraph(told)])
        yield ""
        yield from _paragraph(
            "README.md opens a ledger of your own, step by step. `grants --help` lists every command, and "
            "`grants COMMAND --help` ends in an example of it."
        )


def _shell_line(words: list[str]) -> str:
    """A command of the shell's own on one line, however long: what is copied must work."""
    return ink(f"$ {shlex.join(words)}", fg="cyan")


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
    settings: dict[str, str | None] = {"COLUMNS": str(WIDE)}
    settings |= {} if sys.stdout.isatty() else {"NO_COLOR": "1"}
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(document.encode()), encoding="utf-8")
    try:
        with surrounded(settings), redirect_stdout(stream), redirect_stderr(stream):
            yield stream
    finally:
        sys.stdin = before
