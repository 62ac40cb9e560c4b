"""What went wrong, in one place: every failure as text or JSON, and its exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from errno import ENOSPC

import click
import msgspec

from cli.acts import refusal_object
from cli.plain import visible
from cli.session import Session
from cli.streams import is_output_closed
from lifecycle.commands import ALL
from lifecycle.commands.fields import Command
from lifecycle.errors import BadInput, Refusal

OUTCOME_UNKNOWN = 8
DEFECT = 70
SYSTEM = 74
INTERRUPTED = 130
PIPE_CLOSED = 141

REPORT = "hint: run it again with --verbose and report what it prints"


class Defect(Refusal):
    """The program itself failed."""

    code = "defect"
    exit = DEFECT


class Interrupted(Refusal):
    """Stopped from the keyboard."""

    code = "interrupted"
    exit = INTERRUPTED


class SystemFailure(Refusal):
    """The system did not let us read or write, most often our own answer."""

    code = "system"
    exit = SYSTEM


def tell(session: Session, error: BaseException, words: Sequence[str]) -> int:
    """Say what went wrong and give the exit code; nobody ever sees a traceback unless they ask."""
    if isinstance(error, BrokenPipeError):
        return PIPE_CLOSED  # whoever read our output has seen enough
    refusal, hint = as_refusal(session, error)
    session.log(refusal.exit)
    if session.verbose and isinstance(refusal, Defect):
        sys.excepthook(type(error), error, error.__traceback__)
    if session.json or "--json" in words:
        body = refusal_object(refusal, session.do, session.command_id)
        click.echo(msgspec.json.encode(body))
    else:
        _say(session, refusal, hint)
    return refusal.exit


def tell_people(session: Session, error: BaseException) -> int:
    """The same on standard error alone, because standard output takes nothing."""
    refusal, hint = as_refusal(session, error)
    with suppress(OSError):
        _say(session, refusal, hint)
    return refusal.exit


def _say(session: Session, refusal: Refusal, hint: list[str]) -> None:
    from cli import say

    say.put([*say.refused_lines(refusal, _ending(session, refusal)), *hint], err=True)


def as_refusal(session: Session, error: BaseException) -> tuple[Refusal, list[str]]:
    """Any failure as a refusal, and a hint for people."""
    match error:
        case BadInput() if session.command is None and session.do in ALL:
            return error, [f"hint: grants {session.do.replace('_', '-')} --help"]
        case Refusal():
            return error, []
        case click.ClickException():
            return BadInput(visible(error.format_message())), _usage_hint(session, error)
        case click.Abort() | KeyboardInterrupt():
            return Interrupted("stopped from the keyboard" + _still_known(session)), []
        case OSError():
            return _system_failure(session, error), []
        case _:
            what = f"{type(error).__name__}: {error}{_still_known(session)}"
            return Defect(f"this is a defect in the program: {what}"), [REPORT]


def _system_failure(session: Session, error: OSError) -> SystemFailure:
    where = f"{error.filename}: " if error.filename else "reading or writing failed: "
    what = where + (error.strerror or str(error))
    if not error.filename and error.errno == ENOSPC and is_output_closed():
        what = "standard output is closed, so the answer can't be given"
    failure = SystemFailure(what + _still_known(session))
    if isinstance(session.command, Command):
        failure.exit = OUTCOME_UNKNOWN  # type: ignore[misc]
    return failure


def _usage_hint(session: Session, error: click.ClickException) -> list[str]:
    context = getattr(error, "ctx", None)
    if context is None:
        return []
    do = str(context.info_name).replace("-", "_")
    session.do = session.do or (do if do in ALL else None)
    return [f"hint: {context.command_path} --help"]


def _still_known(session: Session) -> str:
    if not isinstance(session.command, Command) or session.command.dry_run:
        return ""
    return f"; a command is kept whole or not at all: grants outcome {session.command_id} tells which"


def _ending(session: Session, refusal: Refusal) -> str:
    """Said after a command that writes, unless its input never became one."""
    is_certain = isinstance(session.command, Command) and refusal.exit < OUTCOME_UNKNOWN
    return "nothing was written" if is_certain and refusal.exit != BadInput.exit else ""
