"""Events as bytes: one canonical JSON entry per event, decoded by name, up-cast on read, never rewritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, get_type_hints

import msgspec
from msgspec.structs import asdict

from lifecycle.aggregates import EVENTS, UNRECORDED, Act, Event
from lifecycle.aggregates.base import Created, complete
from lifecycle.errors import IntegrityFailure

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""By stored name and stored version: turns that version's data into the next one's. Pure; only ever added to."""

BASE_FIELDS = frozenset(field.name for field in fields(Created))  # type: ignore[arg-type]


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is stored of one event. `caps` counts, per window touched, the events of that window (cap_seq)."""

    by: str
    command: str
    data: msgspec.Raw
    effective_on: date
    recorded_at: str
    stream: str
    type: str
    v: int
    version: int
    reason: str = ""
    caps: dict[str, int] = {}


TICK = timedelta(microseconds=1)

_encode = msgspec.json.Encoder(order="sorted").encode
entry_bytes: Callable[[Entry], bytes] = _encode
"""The exact bytes to store of an entry."""

_decode_entry = msgspec.json.Decoder(Entry).decode
_decode_any = msgspec.json.Decoder().decode


def instant(at: datetime) -> str:
    """`recorded_at` as stored: UTC with microseconds, sorting as text as in time."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    if at.microsecond:
        text: str = msgspec.to_builtins(at)  # the same form; but it leaves out microseconds that are zero
        return text
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def next_instant(now: datetime, last: str | None) -> datetime:
    """The next `recorded_at`: now, or one microsecond after the last when the clock went back."""
    now = now.astimezone(UTC)
    if last is None:
        return now
    return max(now, datetime.fromisoformat(last) + TICK)


def later(at: str, last: str | None) -> str:
    """An instant as stored; one microsecond after the last where it does not come after it anyway."""
    if last is None or at > last:
        return at
    return instant(next_instant(datetime.fromisoformat(at), last))


def entry_of(event: Event, recorded_at: str, caps: dict[str, int]) -> Entry:
    """What is to be stored of an event. A field that was added later is left out where it has its default."""
    data, act = vars(event).copy(), event.act
    base, later = _base_and_later(type(event))
    for name in base:
        del data[name]
    for name, default in later:
        if data[name] == default:
            del data[name]
    return Entry(
        by=act.by,
        command=act.command_id,
        data=msgspec.Raw(_encode(data)),
        effective_on=act.on,
        recorded_at=recorded_at,
        stream=event.originator_id,
        type=event.TOPIC,
        v=event.VERSION,
        version=event.originator_version,
        reason=act.reason,
        caps=caps,
    )


def columns(entry: Entry) -> tuple[str, int, str, str, str]:
    """What the log's columns say of an entry: stream, version, type, recorded_at, effective_on."""
    return entry.stream, entry.version, entry.type, entry.recorded_at, entry.effective_on.isoformat()


def to_entry(event: Event, recorded_at: str, caps: dict[str, int]) -> bytes:
    """The exact bytes to store of an event."""
    return entry_bytes(entry_of(event, recorded_at, caps))


def read_entry(entry: bytes) -> Entry:
    """Open stored bytes.

    Raises:
        IntegrityFailure: they are no entry.
    """
    try:
        return _decode_entry(entry)
    except msgspec.DecodeError as error:
        raise IntegrityFailure(f"a stored entry can't be read: {error}") from None


def to_event(entry: bytes) -> Event:
    """The event in stored bytes, in today's form.

    Raises:
        IntegrityFailure: unknown name or unreadable data: replay stops, nothing is skipped.
    """
    name = name_in(entry)
    return (_readers.get(name) or _reader_met(name))(entry)


def name_in(entry: bytes) -> bytes:
    """The event's name in canonical bytes, which are not read for it; of other bytes, whatever."""
    return entry[entry.rfind(NAME_BEGINS) + 8 : entry.rfind(NAME_ENDS)]


NAME_BEGINS, NAME_ENDS = b'"type":"', b'","v":'
"""What stands around an event's name in canonical bytes. No text in them can look so: its quotes are escaped."""

Reader = Callable[[bytes], Event]


@cache
def reader_of(topic: str) -> Reader:
    """Reads entries of one type: envelope and data by one decoder, and nothing in between but the event.

    Entries of another type or of an older form are read as well, only step by step.
    """
    if topic not in EVENTS:
        return event_in_steps
    aggregate, event_class = EVENTS[topic]
    begun = {"originator_topic": aggregate.TOPIC} if issubclass(event_class, Created) else {}
    decode = _entry_decoder(event_class)

    def read(entry: bytes) -> Event:
        try:
            stored = decode(entry)
        except msgspec.DecodeError:
            return event_in_steps(entry)  # says what is wrong with it, if its form is not just an older one
        if stored.type != topic or stored.v != event_class.VERSION:
            return event_in_steps(entry)
        facts = asdict(stored.data)
        if begun:
            facts |= begun
        facts["originator_id"] = stored.stream
        facts["originator_version"] = stored.version
        facts["timestamp"] = UNRECORDED
        facts["act"] = Act(stored.by, stored.effective_on, stored.reason, stored.command)
        return complete(event_class, facts)

    return read


FactsReader = Callable[[bytes], tuple[str, Any]]


@cache
def facts_reader_of(topic: str) -> FactsReader:
    """Reads of entries of one type the stream and what the event itself says, by name: all but who, when and why.

    What it says is checked as it is for the event, and costs half of it. Entries of another type are refused.
    """
    _, event_class = EVENTS[topic]
    decode = _entry_decoder(event_class)

    def read(entry: bytes) -> tuple[str, Any]:
        try:
            stored = decode(entry)
        except msgspec.DecodeError:
            return of_type(topic, event_in_steps(entry))
        if stored.type != topic or stored.v != event_class.VERSION:
            return of_type(topic, event_in_steps(entry))
        return stored.stream, stored.data

    return read


def of_type(topic: str, event: Event) -> tuple[str, Event]:
    """An event with its stream.

    Raises:
        IntegrityFailure: it is of another type than its bytes looked like.
    """
    if topic != event.TOPIC:
        raise IntegrityFailure(
            f"{event.originator_id} version {event.originator_version}: the bytes of {event.TOPIC} are not canonical"
        )
    return event.originator_id, event


@cache
def _entry_decoder(event_class: type[Event]) -> Any:
    """Decodes entries of one type with their data."""
    name, form = f"{event_class.__name__}Entry", _data_form(event_class)
    return msgspec.json.Decoder(msgspec.defstruct(name, [("data", form)], bases=(Entry,), gc=False)).decode


_readers: dict[bytes, Reader] = {}


def _reader_met(name: bytes) -> Reader:
    """The reader for a name that is met for the first time."""
    read = reader_of(name.decode(errors="replace"))
    if read is not event_in_steps:
        _readers[name] = read
    return read


def event_in_steps(entry: bytes) -> Event:
    """The event in bytes of whatever form, step by step, with up-casters where its form is an older one."""
    stored = read_entry(entry)
    if stored.type not in EVENTS:
        raise IntegrityFailure(f"{stored.stream} version {stored.version}: unknown event {stored.type}")
    aggregate, event_class = EVENTS[stored.type]
    try:
        facts = _data(stored, event_class)
    except msgspec.DecodeError as error:
        raise IntegrityFailure(f"{stored.stream} version {stored.version}: {stored.type}: {error}") from None
    if issubclass(event_class, Created):
        facts["originator_topic"] = aggregate.TOPIC
    return event_class(
        originator_id=stored.stream,
        originator_version=stored.version,
        timestamp=UNRECORDED,
        act=Act(stored.by, stored.effective_on, stored.reason, stored.command),
        **facts,
    )


def _data(stored: Entry, event_class: type[Event]) -> dict[str, Any]:
    if stored.v == event_class.VERSION:
        return asdict(_data_decoder(event_class).decode(stored.data))
    if stored.v > event_class.VERSION:
        raise IntegrityFailure(
            f"{stored.stream}: {stored.type} version {stored.v} is newer than this program"
        )
    data: dict[str, Any] = _decode_any(stored.data)
    for version in range(stored.v, event_class.VERSION):
        if (stored.type, version) not in UPCASTERS:
            raise IntegrityFailure(f"{stored.stream}: no up-caster for {stored.type} version {version}")
        data = UPCASTERS[stored.type, version](data)
    return asdict(msgspec.convert(data, _data_form(event_class)))


@cache
def _base_and_later(event_class: type[Event]) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """Fields that the entry itself holds, and those added later with the default under which they are left out."""
    declared = fields(event_class)  # type: ignore[arg-type]
    base = tuple(field.name for field in declared if field.name in BASE_FIELDS)
    return base, tuple((field.name, field.default) for field in declared if field.default is not MISSING)


@cache
def _data_form(event_class: type[Event]) -> type[msgspec.Struct]:
    hints = get_type_hints(event_class)
    return msgspec.defstruct(
        event_class.__name__ + "Data",
        [
            (field.name, hints[field.name])
            if field.default is MISSING
            else (field.name, hints[field.name], field.default)
            for field in fields(event_class)  # type: ignore[arg-type]
            if field.name not in BASE_FIELDS
        ],
        forbid_unknown_fields=True,
    )


@cache
def _data_decoder(event_class: type[Event]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_data_form(event_class))
