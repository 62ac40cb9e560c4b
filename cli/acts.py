"""Run one command and say what came of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from cli.plain import visible
from cli.session import Session
from lifecycle.commands.fields import Command, Reading
from lifecycle.commands.reading import Log
from lifecycle.errors import Refusal

FINDINGS = 6
"""Exit: a check ran and has findings."""


def name_of(command: Command | Reading) -> str:
    """The word of contract section 4: `approve`."""
    return str(command.__struct_config__.tag)


def write(session: Session, command: Command) -> bytes:
    """Run a command that writes; its result, the exact bytes kept for its id.

    An id is given here when there is none, so that a refusal and a cut line can name it too.
    """
    command.id = command.id or str(uuid4())
    session.begin(name_of(command), command)
    result: bytes = getattr(session.ledger, name_of(command))(command)
    return result


def read(session: Session, command: Reading) -> Any:
    """Run a read: an object, or an iterator of rows."""
    session.begin(name_of(command), command)
    return getattr(session.ledger, name_of(command))(command)


def act(session: Session, command: Command | Reading) -> int:
    """Run one command of the shell and print its answer; returns the exit code."""
    from cli import say

    if isinstance(command, Command):
        say.done(session, write(session, command))
        return 0
    if isinstance(command, Log) and command.follow:
        from cli.following import follow

        session.begin("log", command)
        return follow(session, command)
    found = read(session, command)
    if name_of(command) == "check":
        return FINDINGS if say.findings(session, found) else 0
    say.answer(session, name_of(command), found)
    return 0


def refusal_object(refusal: Refusal, do: str | None, command_id: str | None) -> dict[str, Any]:
    """A refusal as contract section 2 has it."""
    return {
        "ok": False,
        "do": do,
        "id": command_id,
        "exit": refusal.exit,
        "code": refusal.code,
        "message": visible(refusal.message),
        "findings": refusal.findings,
    }
