"""What a process knows from its last commands, for as long as the log says that it still stands.

A list of a thousand decisions reads the same officer and the same caps a thousand times, and each grant once more
than it has to: whoever submitted it has it in hand. What another process has recorded since is read from the log
before every command, under its lock, and all that it touched is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from lifecycle.aggregates import Aggregate
from lifecycle.projections.cap_usage import Rows
from lifecycle.store.chain import BEGINNING
from lifecycle.values import authority_of

End = tuple[int, Any]
"""Number of a log's last event, and the digest that stands there over all before it (`chain.py`)."""

NOWHERE: End = (0, BEGINNING)

MOST = 256
"""Streams, and authorities, that are kept in mind."""


class Remembers(Protocol):
    """What a command may know before it asks."""

    def take(self, stream: str) -> Aggregate | None:
        """The aggregate of a stream, for one command: it may change it, and only `keep` brings it back."""

    def caps(self, authority: str) -> Rows | None:
        """Every cap row of one authority; not to be written into."""

    def keep(self, aggregates: Mapping[str, Aggregate], caps: Mapping[str, Rows]) -> None:
        """What a command read and wrote, once it stands in the log."""


class Nothing:
    """A command that reads everything it judges by."""

    def take(self, stream: str) -> None:
        """See `Remembers`."""

    def caps(self, authority: str) -> None:
        """See `Remembers`."""

    def keep(self, aggregates: Mapping[str, Aggregate], caps: Mapping[str, Rows]) -> None:
        """See `Remembers`."""


class Remembered:
    """記憶: aggregates by stream and cap rows by authority, as they stood when the log ended with `end`.

    The digest tells this log from one that a backup was put back into, and that has come as far again.
    """

    def __init__(self) -> None:
        self.end: End = NOWHERE
        self._aggregates: dict[str, Aggregate] = {}
        self._caps: dict[str, Rows] = {}

    def take(self, stream: str) -> Aggregate | None:
        """The aggregate of a stream, for one command: it may change it, and only `keep` brings it back."""
        return self._aggregates.pop(stream, None)

    def caps(self, authority: str) -> Rows | None:
        """Every cap row of one authority; not to be written into."""
        return self._caps.get(authority)

    def keep(self, aggregates: Mapping[str, Aggregate], caps: Mapping[str, Rows]) -> None:
        """What a command read and wrote, once it stands in the log."""
        self._aggregates |= aggregates
        self._caps |= caps
        if len(self._aggregates) > MOST or len(self._caps) > MOST:
            shorten(self._aggregates)
            shorten(self._caps)

    def forget(self, end: End, streams: Iterable[str]) -> None:
        """These streams have events of others, up to `end`."""
        self.end = end
        for stream in streams:
            self._aggregates.pop(stream, None)
            self._caps.pop(authority_of(stream), None)

    def clear(self) -> None:
        """Forget everything."""
        self.end = NOWHERE
        self._aggregates.clear()
        self._caps.clear()


def shorten(known: dict[Any, Any]) -> None:
    """Let go of what was kept first, where it is more than can be kept in mind."""
    while len(known) > MOST:
        del known[next(iter(known))]
