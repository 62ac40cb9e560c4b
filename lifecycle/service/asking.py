"""Questions (照会): one whose link to the server is cut half-way is asked once more, on a new link.

What was told of an answer that comes row by row is not told again: the second answer must begin with the same rows, or
the question is refused as cut. Nothing is cut in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from copy import copy
from functools import wraps
from hashlib import sha256
from inspect import isgeneratorfunction
from itertools import islice
from typing import Any, TypeVar

import msgspec

from lifecycle.service.desk import Office
from lifecycle.store import Store, is_server
from lifecycle.store.unanswered import LinkCut

Ask = TypeVar("Ask", bound=Callable[..., Any])
Answer = TypeVar("Answer")
Row = TypeVar("Row")
Rows = Generator[Row, None, None]


def read(ask: Ask) -> Ask:
    """Make a service method of a question, whose answer is whole, or comes row by row from a generator.

    Raises:
        LinkCut: the link was cut again, or what had been told by then is no longer so.
    """
    is_by_rows = isgeneratorfunction(ask)

    @wraps(ask)
    def asked(room: Office, *given: Any, **named: Any) -> Any:
        kept = [copy(one) for one in given]  # whoever asks may word the next question meanwhile

        def once() -> Any:
            return ask(room, *kept, **named)

        return told_once(room.store, once) if is_by_rows else asked_whole(once)

    return asked  # type: ignore[return-value]  # the same method


def asked_whole(ask: Callable[[], Answer]) -> Answer:
    """An answer of which nothing is told before it is whole, asked for again where its link is cut.

    Raises:
        LinkCut: the link was cut again.
    """
    try:
        return ask()
    except LinkCut:
        return ask()


def told_once(store: Store, rows: Callable[[], Rows[Row]]) -> Rows[Row]:
    """Rows that are asked for again where their link is cut, and go on after the last one that was told.

    Raises:
        LinkCut: as `read`.
    """
    return _resumed(rows) if is_server(store.url) else rows()


def _resumed(rows: Callable[[], Rows[Row]]) -> Rows[Row]:
    told, count = sha256(), 0
    try:
        for row in rows():
            told.update(_bytes(row))
            count += 1
            yield row
        return
    except LinkCut as cut:
        lost = cut
    again = sha256()
    with closing(rows()) as rest:
        for row in islice(rest, count):
            again.update(_bytes(row))
        if again.digest() != told.digest():
            raise lost
        yield from rest


def _bytes(row: object) -> bytes:
    return (row if isinstance(row, bytes) else msgspec.json.encode(row)) + b"\n"
