"""What a report reads: read tables that stand on one event, the day it is told on, and for whom it is limited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from lifecycle.errors import BadInput, Busy, IntegrityFailure, NotFound
from lifecycle.nightly.folding import build, fresh, row_of
from lifecycle.programme import known, version
from lifecycle.programme.authorities import find
from lifecycle.projections.nightly import COLUMNS, NIGHTLY
from lifecycle.projections.shape import Row
from lifecycle.reports.shape import Heading, Report
from lifecycle.store import Store, histories
from lifecycle.store.log import AsOf
from lifecycle.store.read_guards import changed
from lifecycle.store.read_tables import Half, ReadTables, combined, open_tables, temporary_tables
from lifecycle.values import business_date, fiscal_year_of

LIMITS = ("authority", "fiscal_year", "round", "grant")
"""What a report may be limited by."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader limits a report to; None is everything."""

    authority: str | None = None
    fiscal_year: int | None = None
    round: str | None = None
    grant: str | None = None

    def told(self) -> dict[str, str]:
        """The limits that are set, for the heading."""
        limits = {name: getattr(self, name) for name in LIMITS}
        return {name: str(value) for name, value in limits.items() if value is not None}


def limits_for(report: Report, asked: Limits) -> Limits:
    """The same limits, all of which the report knows: those in its first read table, or told by `LIMITED_BY`.

    Raises:
        BadInput: it does not know one of them, so its rows would not be what its heading says.
    """
    columns = [column.name for column in COLUMNS[report.NEEDS[0]]] if report.NEEDS else []
    known_to_it = {"authority", *columns, *getattr(report, "LIMITED_BY", ())}
    for name in asked.told():
        if name not in known_to_it:
            usable_ones = [f"--{one.replace('_', '-')}" for one in LIMITS if one in known_to_it]
            raise BadInput(
                f"{report.NAME} can't be limited by --{name.replace('_', '-')}, only by {', '.join(usable_ones)}"
            )
    return asked


def refuse_unknown_round(view: View, report: Report, opened: Callable[[], Iterable[str]]) -> None:
    """A round that was never opened, and in which nothing was applied for, is a slip.

    Raises:
        NotFound: the report is limited to such a round; the known ones are named.
    """
    wanted = view.limits.round
    if wanted is None:
        return
    applied = {row["round"] for row in view.all_rows(report.NEEDS[0])} - {""}
    if wanted not in applied and wanted not in (rounds := applied | set(opened())):
        raise NotFound(f"no round {wanted}; rounds: {', '.join(sorted(rounds)) or 'none yet'}")


class View:
    """Read tables as of one point."""

    def __init__(
        self, tables: ReadTables, halves: Mapping[str, Half], log: Any, n: int, point: AsOf, on: date
    ) -> None:
        self.tables = tables
        self.halves = halves
        self.log = log
        self.n = n
        self.point = point
        self.on = on
        self.limits = Limits()
        self.told_as_of = "now" if point.is_now else ""
        self._of = lru_cache(maxsize=2_000)(self._lookup)

    @property
    def fiscal_year(self) -> int:
        """The fiscal year of the day the report is told on."""
        return fiscal_year_of(self.on)

    def rows(self, name: str, authority: str | None = None) -> Iterator[Row]:
        """Rows of a read table within the limits, in the order of their subjects."""
        columns = COLUMNS[name]
        beginning = authority or self.limits.authority or ""
        if self.limits.grant and any(column.name == "grant" for column in columns):
            beginning = self.limits.grant
        for _, _, cells in self.tables.rows(name, self.halves[name].half, beginning=beginning):
            row = row_of(columns, cells)
            if self.is_within(row):
                yield row

    def all_rows(self, name: str, beginning: str = "") -> Iterator[Row]:
        """Every row, whatever the report is limited to: what a rank is taken over, or a window held against."""
        columns = COLUMNS[name]
        for _, _, cells in self.tables.rows(name, self.halves[name].half, beginning=beginning):
            yield row_of(columns, cells)

    def of(self, name: str, subject: str) -> tuple[Row, ...]:
        """The rows of one subject."""
        return self._of(name, subject)

    def _lookup(self, name: str, subject: str) -> tuple[Row, ...]:
        cells = self.tables.of_subjects(name, self.halves[name].half, [subject])[subject]
        return tuple(row_of(COLUMNS[name], one) for one in cells)

    def is_within(self, row: Row) -> bool:
        """True for a row of what the report is limited to."""
        limits = self.limits
        if limits.authority and row.get("authority", limits.authority) != limits.authority:
            return False
        if limits.fiscal_year and row.get("fiscal_year", limits.fiscal_year) != limits.fiscal_year:
            return False
        if limits.round and row.get("round", limits.round) != limits.round:
            return False
        return not limits.grant or row.get("grant", limits.grant).startswith(limits.grant)

    @property
    def behind(self) -> int:
        """Events that were recorded since, for a view of what the last nightly run left; 0 for any other."""
        return histories.last_number(self.log) - self.n if self.point.is_now else 0

    def refuse_moved(self) -> None:
        """What was read must still stand as it stood: after two nights in one reading it does not.

        Raises:
            Busy: a half that was read has been built anew meanwhile.
        """
        now = self.tables.halves()
        for half in self.halves.values():
            found = now.get((half.projection, half.half))
            if found is None or (found.n, found.digest) != (half.n, half.digest):
                raise Busy(
                    f"read table {half.projection} was built anew while it was read; what was printed so far is "
                    "of no use, print it again"
                )

    def stored(self) -> Iterator[histories.Stored]:
        """The events themselves up to this point, in the order of the log."""
        reached = 0
        while page := histories.after(self.log, reached, self.n):
            yield from page
            reached = page[-1].n


@lru_cache(maxsize=4_000)
def name_of(authority: str) -> str:
    """団体名, or "" for a code that nobody holds."""
    found = find(authority)
    return found.name_ja if found else ""


@contextmanager
def open_view(store: Store, point: AsOf, needs: tuple[str, ...], today: Callable[[], date]) -> Iterator[View]:
    """A view of what the last nightly run left, or, for a point in the log, of what is folded for it alone.

    Raises:
        NotFound, IntegrityFailure, StoreVersion, Busy.
    """
    with open_tables(store) as tables:
        served = usable(tables, needs) if point.is_now else {}
        if served:
            n = next(iter(served.values())).n
            view = View(tables, served, tables.database, n, point, today())
            view.told_as_of = "the last nightly run"
            yield view
            return
        upto = histories.number_at(tables.database, point)
        with temporary_tables() as beside:
            blank = [fresh(each, 0) for each in NIGHTLY if each.NAME in needs]
            effective_on = point.effective_on
            built = build(beside, tables.database, blank, upto, effective_on=effective_on) if needs else []
            halves = {half.projection: half for half in built}
            yield View(
                beside, halves, tables.database, upto, point, day_of(tables.database, point, upto, today)
            )


def usable(tables: ReadTables, needs: tuple[str, ...]) -> dict[str, Half]:
    """The served halves a report needs, if all are there, of this version, on one event; each holds its digest.

    Raises:
        IntegrityFailure: one was changed from outside, or they do not stand on one event.
    """
    served = {name: half for name, half in tables.served().items() if name in needs}
    wanted = {each.NAME: fresh(each, 0) for each in NIGHTLY if each.NAME in needs}
    for name, blank in wanted.items():
        half = served.get(name)
        if half is None or (half.version, half.columns) != (blank.version, blank.columns):
            return {}
    if len({half.n for half in served.values()}) > 1:
        raise IntegrityFailure(
            "the read tables stand on different events; bring them together: grants nightly"
        )
    for half in served.values():
        if not tables.holds(half):
            raise IntegrityFailure(f"{changed(tables, half)}, --as-of-event reads past it")
    return served


def day_of(log: Any, point: AsOf, n: int, today: Callable[[], date]) -> date:
    """The day in Japan that an answer for this point is told on, so that it is told so for ever."""
    if point.is_now:
        return today()
    if point.effective_on:
        return date.fromisoformat(point.effective_on)
    if point.recorded_before:
        return business_date(datetime.fromisoformat(point.recorded_before) - timedelta(microseconds=1))
    last = histories.after(log, n - 1, n)
    return business_date(datetime.fromisoformat(last[0].recorded_at)) if last else today()


def heading_of(report: Report, view: View, as_of: str | None) -> Heading:
    """The heading of a report on a view."""
    point = view.point
    clock = "effective" if point.effective_on else "recorded"
    halves = [view.halves[name] for name in report.NEEDS]
    if not halves:
        digest, source = log_digest(view), "the log itself"
    else:
        digest = halves[0].digest if len(halves) == 1 else combined(halves)
        source = ", ".join(f"{half.projection} {half.digest[:16]}" for half in halves)
    return Heading(
        report=report.NAME,
        title_ja=report.JA,
        title_en=report.EN,
        reader=report.READER,
        as_of=as_of or view.told_as_of or f"event {point.n}",
        clock=clock,
        event=view.n,
        day=view.on.isoformat(),
        digest=digest,
        source=source,
        rules={name: version(name).sha256 for name in known()},
        limited_to=view.limits.told(),
    )


def log_digest(view: View) -> str:
    """sha256 over the stored bytes of every event up to the view's number, each ended by a line feed."""
    told = sha256()
    for stored in view.stored():
        told.update(stored.entry + b"\n")
    return told.hexdigest()
