"""`grants log --follow`: what stands in the log, and then each event as it comes in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from cli.say import put, put_json
from cli.session import Session
from cli.stopping import Stop, until_stopped
from cli.views import log_line
from lifecycle.commands.reading import Log
from lifecycle.errors import BadInput
from lifecycle.store.unanswered import Unreachable

PAUSE_MS = 250


def follow(session: Session, command: Log) -> int:
    """Print events until stopped; as JSON, one a line.

    Raises:
        BadInput: up to a point in the log there is nothing to follow.
    """
    if command.as_of is not None or command.as_of_event is not None:
        raise BadInput("--follow goes on for ever; leave --as-of out")
    with until_stopped() as stop:
        for event in _events(session, command, stop):
            put_json(event) if session.json else put([log_line(event)])
            sys.stdout.flush()
    return 0


def _events(session: Session, command: Log, stop: Stop) -> Iterator[dict[str, Any]]:
    seen = 0
    command.follow = False
    while not stop.asked:
        try:
            size = session.ledger.log_size()
            if size > seen:
                command.as_of_event = size
                for event in session.ledger.log(command):
                    if not stop.asked:
                        command.since = str(event["n"])  # told: not again, though the rest is cut off
                        yield event
                seen, command.since = size, str(size)
        except Unreachable:
            session.close()
        stop.pause(PAUSE_MS)
