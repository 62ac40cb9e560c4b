"""What a report is: its name, its headings, the read tables it needs, its columns, its rows, and what must tie out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec
from msgspec import Struct

from lifecycle.projections.shape import COUNT, YEN, Column, Row

if TYPE_CHECKING:
    from lifecycle.reports.view import View

Totals = Mapping[str, int]
"""Sums by column."""

_encode = msgspec.json.Encoder().encode


class Tie(NamedTuple):
    """突合: sums that must be equal. A name with a minus before it is taken off."""

    ja: str
    en: str
    left: tuple[str, ...]
    right: tuple[str, ...]


class Note(NamedTuple):
    """A line of the footer that says more than a sum: a share, a count."""

    ja: str
    en: str
    text: str


class Groups(NamedTuple):
    """Rows that hold the same money in more than one way: added up apart, by a column, each under its name."""

    by: str
    names: Mapping[str, tuple[str, str]]
    columns: tuple[Column, ...]


class Report(Protocol):
    """A report's module."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """Its name on the command line."""

    @property
    def JA(self) -> str:  # noqa: N802
        """Its title."""

    @property
    def EN(self) -> str:  # noqa: N802
        """Its title in English."""

    @property
    def READER(self) -> str:  # noqa: N802
        """Who asks for it: ministry, municipality, board_of_audit, public."""

    @property
    def NEEDS(self) -> tuple[str, ...]:  # noqa: N802
        """The read tables it is made of."""

    @property
    def COLUMNS(self) -> tuple[Column, ...]:  # noqa: N802
        """Its columns, in their order."""

    def rows(self, view: View) -> Iterator[Row]:
        """Its rows, in their order."""


class Tied(Struct, frozen=True):
    """A tie as it came out."""

    ja: str
    en: str
    left_yen: int
    right_yen: int

    @property
    def difference_yen(self) -> int:
        """0 when it ties out."""
        return self.left_yen - self.right_yen


class Footing(Struct, frozen=True):
    """末尾: how many rows, their totals, what ties out, and the digest of the rows as they were printed."""

    rows: int
    totals: dict[str, int]
    ties: list[Tied]
    notes: list[Note]
    rows_digest: str


class Heading(Struct, frozen=True):
    """見出し: which report, of which point in the log, standing on which digest and rules, for whom it was limited."""

    report: str
    title_ja: str
    title_en: str
    reader: str
    as_of: str
    clock: str
    event: int
    day: str
    digest: str
    source: str
    rules: dict[str, str]
    limited_to: dict[str, str]


class Sheet:
    """A report being read: its heading, its rows one by one, and its footing once they are all read."""

    def __init__(self, report: Report, heading: Heading, view: View) -> None:
        self.report = report
        self.heading = heading
        self.columns = report.COLUMNS
        self.view = view
        self._count = 0
        self._digest = sha256()
        self._totals = {column.name: 0 for column in report.COLUMNS if column.sums}
        self._apart = Apart(getattr(report, "APART", None))

    def rows(self) -> Iterator[Row]:
        """The rows, added up as they pass."""
        names = [column.name for column in self.columns]
        for found in self.report.rows(self.view):
            row = {name: found[name] for name in names}
            self._count += 1
            for name in self._totals:
                self._totals[name] += row[name] or 0
            self._apart.add(row)
            self._digest.update(_encode(list(row.values())) + b"\n")
            yield row
        self.view.refuse_moved()

    def footing(self) -> Footing:
        """The footing of the rows that were read."""
        ties: Sequence[Tie] = getattr(self.report, "TIES", ())
        notes: Callable[[Totals, int], list[Note]] = getattr(self.report, "notes", _no_notes)
        return Footing(
            rows=self._count,
            totals=dict(self._totals),
            ties=[
                Tied(t.ja, t.en, total_of(t.left, self._totals), total_of(t.right, self._totals))
                for t in ties
            ],
            notes=[*notes(self._totals, self._count), *self._apart.notes()],
            rows_digest=self._digest.hexdigest(),
        )


class Apart:
    """小計: sums of a report whose rows may not be added up over all, one note for each group and column."""

    def __init__(self, groups: Groups | None) -> None:
        self._groups = groups
        self._sums: dict[str, dict[str, int]] = {}

    def add(self, row: Row) -> None:
        """Add a row to its group."""
        if self._groups:
            names = [column.name for column in self._groups.columns]
            sums = self._sums.setdefault(row[self._groups.by], dict.fromkeys(names, 0))
            for name in names:
                sums[name] += row[name] or 0

    def notes(self) -> list[Note]:
        """Their sums, in yen; groups in the order of their names, nothing of a group without rows."""
        if not self._groups:
            return []
        return [
            Note(f"{ja}・{column.ja}", f"{en}: {column.en}", f"{self._sums[group][column.name]:,}")
            for group, (ja, en) in self._groups.names.items()
            if group in self._sums
            for column in self._groups.columns
        ]


def total_of(names: Sequence[str], totals: Totals) -> int:
    """The sum of some totals; those with a minus before their name are taken off."""
    return sum(-totals[name[1:]] if name.startswith("-") else totals[name] for name in names)


def _no_notes(totals: Totals, rows: int) -> list[Note]:
    del totals, rows
    return []


def percent(part: int, whole: int) -> str:
    """A share in percent to one decimal, rounded down: `97.3`; "" of nothing."""
    if not whole:
        return ""
    if part < 0:
        return f"-{percent(-part, whole)}"
    thousandths = part * 1000 // whole
    return f"{thousandths // 10}.{thousandths % 10}"


def is_figure(column: Column) -> bool:
    """True for a column of yen or counts."""
    return column.form in (YEN, COUNT)
