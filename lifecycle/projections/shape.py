"""What a read table looks like: its columns with their Japanese and English headings, and the history it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from lifecycle.aggregates.base import Aggregate, Event

TEXT, YEN, COUNT, DECIMAL, DAY, FLAG = "text", "yen", "count", "decimal", "day", "flag"
"""Forms of a column: words, whole yen, a whole number, a number written out with its fraction, a date, yes or no."""

Row = Mapping[str, Any]
"""One row of a read table or report, by column."""


class Column(NamedTuple):
    """A column: its name, its headings, its form. `sums`: whether its figures add up to a total."""

    name: str
    ja: str
    en: str
    form: str = TEXT
    sums: bool = False


def text(name: str, ja: str, en: str) -> Column:
    """A column of words."""
    return Column(name, ja, en)


def money(name: str, ja: str, en: str, *, sums: bool = True) -> Column:
    """A column of whole yen."""
    return Column(name, ja, en, YEN, sums)


def count(name: str, ja: str, en: str, *, sums: bool = False) -> Column:
    """A column of whole numbers."""
    return Column(name, ja, en, COUNT, sums)


def decimal(name: str, ja: str, en: str) -> Column:
    """A column of rates or measured values: numbers that are written out, so that none is rounded."""
    return Column(name, ja, en, DECIMAL)


def day(name: str, ja: str, en: str) -> Column:
    """A column of dates."""
    return Column(name, ja, en, DAY)


def flag(name: str, ja: str, en: str) -> Column:
    """A column of yes or no."""
    return Column(name, ja, en, FLAG)


class Told(NamedTuple):
    """An event as the log has it: its number, when it was recorded, the event, and its stored bytes."""

    n: int
    recorded_at: str
    event: Event
    entry: bytes

    @property
    def on(self) -> date:
        """The business date it took effect on."""
        return self.event.act.on


@dataclass(frozen=True, slots=True)
class History:
    """経過: everything told of one stream up to a point, and the aggregate it adds up to (None: it has not begun)."""

    stream: str
    told: tuple[Told, ...]
    aggregate: Aggregate | None


class ByStream(Protocol):
    """A projection whose rows follow from the history of one stream alone."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """Its name in the read tables."""

    @property
    def VERSION(self) -> int:  # noqa: N802
        """Counts the changes of what its rows say; a table of another version is built again."""

    @property
    def COLUMNS(self) -> tuple[Column, ...]:  # noqa: N802
        """Its columns, in their order."""

    def rows(self, history: History) -> Iterator[Row]:
        """Its rows for one stream; none for a stream it does not tell of."""


class Held(dict[str, Any]):
    """What is held of each subject while events are added to it; a subject is looked up when it is first asked for."""

    def __init__(self, look_up: Callable[[str], Any]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, subject: str) -> Any:
        self[subject] = held = self._look_up(subject)
        return held


Add = Callable[[Held, str, Any], None]
"""Adds an event to what is held, given its stream and its facts by name. What it touches lies within one authority."""


class ByEvent(Protocol):
    """A projection that adds up: each event of some types changes what is held of a subject, in the log's order."""

    @property
    def NAME(self) -> str:  # noqa: N802
        """Its name in the read tables."""

    @property
    def VERSION(self) -> int:  # noqa: N802
        """As above."""

    @property
    def COLUMNS(self) -> tuple[Column, ...]:  # noqa: N802
        """As above."""

    @property
    def READS(self) -> Mapping[type[Event], Add]:  # noqa: N802
        """The types of events it reads, and what each does. No other is decoded for it."""

    @property
    def ACTS(self) -> bool:  # noqa: N802
        """True when it is given whole events: it asks who acted, when or why, or which type it is."""

    def held(self, rows: list[Row]) -> Any:
        """What the rows of one subject hold; of no rows: what it begins with."""

    def lines(self, subject: str, held: Any) -> list[Row]:
        """The rows of one subject."""


Projection = ByStream | ByEvent
