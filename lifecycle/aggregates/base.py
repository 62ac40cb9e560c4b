"""What all aggregates share: string ids, and an `Act` on every event (who, when, why, by which command).

Judging happens in the methods of an aggregate; an event's `apply` only assigns. `apply` runs again at
every replay, so a refusal in it would make old history unloadable under a later rule.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from datetime import UTC, date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, TypeVar

import msgspec
from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    EventsourcingType,
)
from eventsourcing.utils import resolve_topic

from lifecycle.errors import TooEarly

UNRECORDED = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in the event library's own timestamp: the store alone gives an event its `recorded_at`."""


class Act(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """処理: the officer, the business date in Japan, the written reason, and the command's id."""

    by: str
    on: date
    reason: str = ""
    command_id: str = ""


class MetaEvent(EventsourcingType):
    """Makes a dataclass of every event, as the library's MetaDomainEvent does, but compiles no methods for it.

    `Event` has the same methods once for all. Compiled for a hundred classes of events they took a quarter of the
    time in which `grants approve` runs, and an event took twice as long to make.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        """The class, with its fields known to `dataclasses.fields`."""
        made: Any = super().__new__(cls, name, bases, namespace)
        return dataclass(init=False, repr=False, eq=False)(made)


class Event(CanMutateAggregate[str], metaclass=MetaEvent):
    """A fact in the past tense. `TOPIC` is its stored name; `VERSION` that of its stored form."""

    TOPIC: ClassVar[str]
    VERSION: ClassVar[int] = 1

    originator_id: str
    originator_version: int
    timestamp: datetime
    act: Act

    def __init__(self, **facts: Any) -> None:
        """Facts by name, each of the event's fields exactly once.

        Raises:
            TypeError: a fact is missing, or is none of this event's.
        """
        _set(self, "__dict__", _checked(type(self), facts))

    def mutate(self, aggregate: Any) -> Any:
        """The aggregate with this fact applied, which must be its next."""
        if self.originator_version != aggregate.version + 1 or self.originator_id != aggregate.id:
            return super().mutate(aggregate)  # refuses it
        self.apply(aggregate)
        aggregate.version = self.originator_version
        return aggregate

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"{type(self).__qualname__}.{name} is a fact and stays as it is")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"{type(self).__qualname__}.{name} is a fact and stays as it is")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # facts hold lists

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__qualname__}({facts})"


E = TypeVar("E", bound=Event)


def complete(event_class: type[E], facts: dict[str, Any]) -> E:
    """An event of facts that are known to be exactly its fields, as those of stored bytes are."""
    event = _new(event_class)
    _set(event, "__dict__", facts)
    return event


_new, _set = object.__new__, object.__setattr__


@cache
def _names(event_class: type[Event]) -> frozenset[str]:
    return frozenset(field.name for field in fields(event_class))  # type: ignore[arg-type]


def _checked(event_class: type[Event], facts: dict[str, Any]) -> dict[str, Any]:
    """Facts that are exactly the event's fields; those it may leave out with their defaults."""
    if facts.keys() == _names(event_class):
        return facts
    declared = fields(event_class)  # type: ignore[arg-type]
    facts = {field.name: field.default for field in declared if field.default is not MISSING} | facts
    if wrong := sorted(facts.keys() ^ _names(event_class)):
        raise TypeError(f"{event_class.__qualname__}: missing, or none of its facts: {', '.join(wrong)}")
    return facts


def _fact(event_class: type[E], act: Act, stream: str, version: int, facts: dict[str, Any]) -> E:
    """A new event; its facts become its own, uncopied.

    Raises:
        TypeError: a fact is missing, or is none of this event's.
    """
    facts["originator_id"], facts["originator_version"] = stream, version
    facts["timestamp"], facts["act"] = UNRECORDED, act
    return complete(event_class, _checked(event_class, facts))


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

    # what the library says in a method for each, which every command calls a dozen times
    version = property(attrgetter("_version"), BaseAggregate.version.fset)  # type: ignore[attr-defined]
    pending_events = property(attrgetter("_pending_events"))

    def trigger(self, event_class: type[Event], act: Act, **facts: Any) -> None:
        """Append one fact and apply it."""
        event = _fact(event_class, act, self.id, self.version + 1, facts)
        event.mutate(self)
        self.pending_events.append(event)

    @classmethod
    def begin(cls, event_class: type[Created], act: Act, identifier: str, **facts: Any) -> Any:
        """Start a stream with its first fact."""
        facts["originator_topic"] = cls.TOPIC
        event = _fact(event_class, act, identifier, cls.INITIAL_VERSION, facts)
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
