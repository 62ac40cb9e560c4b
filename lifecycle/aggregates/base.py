"""What all aggregates share: string ids, and an `Act` on every event (who, when, why, by which command).

Judging happens in the methods of an aggregate; an event's `apply` only assigns. `apply` runs again at
every replay, so a refusal in it would make old history unloadable under a later rule.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

import msgspec
from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    MetaDomainEvent,
)
from eventsourcing.utils import resolve_topic

from lifecycle.errors import TooEarly

UNRECORDED = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in the event library's own timestamp: the store alone gives an event its `recorded_at`."""


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """処理: the officer, the business date in Japan, the written reason, and the command's id."""

    by: str
    on: date
    reason: str = ""
    command_id: str = ""


class Event(CanMutateAggregate[str], metaclass=MetaDomainEvent):
    """A fact in the past tense. `TOPIC` is its stored name; `VERSION` that of its stored form."""

    TOPIC: ClassVar[str]
    VERSION: ClassVar[int] = 1

    originator_id: str
    originator_version: int
    timestamp: datetime
    act: Act


class Created(Event, CanInitAggregate[str]):
    """The first fact of a stream."""

    originator_topic: str

    def mutate(self, aggregate: Any) -> Any:
        """A new aggregate with this fact applied: none of ours takes arguments, so none are looked for."""
        aggregate_class: type[Aggregate] = resolve_topic(self.originator_topic)
        aggregate = aggregate_class.__new__(aggregate_class)
        aggregate.__base_init__(self.originator_id, self.originator_version, self.timestamp)
        aggregate.__init__()
        self.apply(aggregate)
        return aggregate


class Aggregate(BaseAggregate[str]):
    """One stream of events and the state they add up to."""

    TOPIC: ClassVar[str] = ""

    def trigger(self, event_class: type[Event], act: Act, **facts: Any) -> None:
        """Append one fact and apply it."""
        make: Any = event_class  # a dataclass made by the library's metaclass, which mypy does not see
        event: Event = make(
            originator_id=self.id,
            originator_version=self.version + 1,
            timestamp=UNRECORDED,
            act=act,
            **facts,
        )
        event.mutate(self)
        self.pending_events.append(event)

    @classmethod
    def begin(cls, event_class: type[Created], act: Act, identifier: str, **facts: Any) -> Any:
        """Start a stream with its first fact."""
        make: Any = event_class
        event: Created = make(
            originator_topic=cls.TOPIC,
            originator_id=identifier,
            originator_version=cls.INITIAL_VERSION,
            timestamp=UNRECORDED,
            act=act,
            **facts,
        )
        aggregate: Any = event.mutate(None)
        aggregate.pending_events.append(event)
        return aggregate


def refuse_before(earliest: date, on: date, what: str) -> None:
    """No act may take effect before the act it builds on, or a read on the effective clock would tear.

    Raises:
        TooEarly: `on` lies before `earliest`.
    """
    if on < earliest:
        raise TooEarly(f"{on} lies before {what} on {earliest}; give a business date from {earliest} on")
