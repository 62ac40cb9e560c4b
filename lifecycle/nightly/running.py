"""`grants nightly`: check what is served, bring the other halves up to the log's end, swap them all at once.

Until the swap everybody reads the old halves. Killed anywhere, the next run begins from what is whole. A read table
that does not hold its own digest was changed from outside: it is built again from event one, and told of.

Every night asks each half whether its seal is broken, which the database breaks when a row is written from outside, and
a reader when it finds a half that does not hold. What comes past the triggers breaks no seal: a night reads every row
when it finds marks of somebody who took them off (store/read_guards.py), once a week, and when it is asked to.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lifecycle.errors import IntegrityFailure, Refusal
from lifecycle.nightly.folding import Projection, build, fresh, go_on
from lifecycle.nightly.lock import exclusive
from lifecycle.nightly.looking import Found, is_due, look
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store import Store, histories, read_guards
from lifecycle.store.entries import instant
from lifecycle.store.read_tables import Half, ReadTables, combined, is_sealed, open_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

Progress = Callable[[int, int], None]
"""Told how many events of how many are folded."""


class Run(Struct, frozen=True):
    """夜間処理の記録: one run as it ended. `tampered`: read tables that did not hold and were built again."""

    run: int
    kind: str
    from_n: int
    to_n: int
    events: int
    rows: int
    milliseconds: int
    digest: str
    tampered: list[str]
    tables: list[Half]


@dataclass(slots=True)
class Work:
    """What a run is about to do, and has done."""

    tables: ReadTables
    upto: int
    progress: Progress
    projections: tuple[Projection, ...] = NIGHTLY
    reads_through: bool = True
    found: Found | None = None
    tampered: list[str] = field(default_factory=list)
    folded: int = 0
    total: int = 0

    def tell(self, events: int) -> None:
        """Some more events were folded."""
        self.folded += events
        self.progress(min(self.folded, self.total), self.total)

    def marks(self) -> str:
        """What the next run is to find, if nobody is at the rows until then; "" where this one leaves a doubt.

        Known from what was found at the beginning, so that what others do meanwhile is found too.
        """
        if self.found is None or (self.found.is_hinted and not self.reads_through):
            return ""
        written = 0 if self.tables.is_file else self.tables.written
        return str(self.found.mark._replace(written=self.found.mark.written + written))


def nightly(
    store: Store,
    now: Callable[[], datetime],
    progress: Progress = lambda *_: None,
    *,
    read_through: bool = False,
    projections: tuple[Projection, ...] = NIGHTLY,
) -> Run:
    """夜間処理 of every read table; with `read_through`, every row of them is read whatever the night before did.

    Raises:
        Busy: another run is under way, or the store is in use for too long.
        IntegrityFailure: the log can't be read, or is shorter than what the read tables stand on.
    """
    with exclusive(store), open_tables(store) as tables:
        upto, found = histories.last_number(tables.database), look(tables)
        reads = read_through or found.is_hinted or is_due(tables, now())
        work = Work(tables, upto, progress, projections, reads, found, tampered=found.lost)
        served = tables.served()
        reached = min((half.n for half in served.values()), default=0)
        with recorded(work, "nightly", reached, now) as record:
            _refuse_shorter_log(served, work.upto)
            record(_advance(work, served))
        return record.run


def _refuse_shorter_log(served: dict[str, Half], upto: int) -> None:
    for half in served.values():
        if half.n > upto and is_sealed(half):  # else it is the half that somebody was at, and not the log
            raise IntegrityFailure(
                f"the read tables stand on event {half.n}, but the log ends at {upto}: was an older copy restored? "
                "`grants check chain` tells; `grants rebuild` builds them on the log as it is"
            )


def _advance(work: Work, served: dict[str, Half]) -> list[Half]:
    """The halves to be served from now on."""
    known = work.tables.halves()
    building: list[Half] = []
    advancing: dict[int, list[Half]] = {}
    standing: list[Half] = []
    for projection in work.projections:
        half = _ground(work, projection, served.get(projection.NAME), known)
        if half.is_served and half.n == work.upto:
            standing.append(half)
        elif half.is_whole:
            advancing.setdefault(half.n, []).append(half)
        else:
            building.append(half)
    work.total = (work.upto if building else 0) + sum(work.upto - n for n in advancing)
    done = list(standing)
    for halves in advancing.values():
        done += go_on(
            work.tables, work.tables.database, halves, work.upto, work.tell, projections=work.projections
        )
    if building:
        done += build(
            work.tables, work.tables.database, building, work.upto, work.tell, projections=work.projections
        )
    return done


def _ground(
    work: Work, projection: Projection, served: Half | None, known: dict[tuple[str, int], Half]
) -> Half:
    """What to go on from: the served half when nothing is new, else the other one, made whole or emptied."""
    name = projection.NAME
    if served is None and name in work.tampered:
        return emptied(work.tables, projection, 0)
    is_sound = served is not None and _holds(work, projection, served)
    if served and not is_sound:
        with work.tables.writing():  # nobody is told of it twice
            work.tables.mark(replace(served, is_whole=False, digest=""))
    number = 1 - served.half if served else 0
    other = known.get((name, number))
    if served and is_sound and served.n == work.upto:
        if work.reads_through and other and other.is_whole and not _holds(work, projection, other):
            emptied(work.tables, projection, number)
        return served
    if other and other.is_whole and _holds(work, projection, other):
        return other
    blank = emptied(work.tables, projection, number)
    if served is None or not is_sound:
        return blank
    work.tables.copy(name, served.half, number)
    copied = replace(served, half=number, is_served=False)
    with work.tables.writing():
        work.tables.mark(copied)
    return copied


def _holds(work: Work, projection: Projection, half: Half) -> bool:
    """True for a half of this very version that holds its digest; one that does not is told of."""
    wanted = fresh(projection, half.half)
    if (half.version, half.columns) != (wanted.version, wanted.columns):
        return False
    if work.tables.holds(half) if work.reads_through else is_sealed(half):
        return True
    if half.projection not in work.tampered:
        work.tampered.append(half.projection)
    return False


def emptied(tables: ReadTables, projection: Projection, number: int) -> Half:
    """A half with nothing in it; it stays unserved until it is whole."""
    blank = fresh(projection, number)
    with tables.writing():
        tables.mark(blank)
    tables.empty(projection.NAME, number)
    return blank


class Record:
    """Takes the halves that a run has made ready, serves them, and tells of the run: all in one transaction."""

    def __init__(self, work: Work, number: int, kind: str, from_n: int, now: Callable[[], datetime]) -> None:
        self._work, self._number, self._kind, self._from_n, self._now = work, number, kind, from_n, now
        self._began = now()
        self.run: Run

    def __call__(self, halves: list[Half]) -> None:
        """The swap."""
        work = self._work
        ended = self._now()
        self.run = Run(
            run=self._number,
            kind=self._kind,
            from_n=self._from_n,
            to_n=work.upto,
            events=work.folded,
            rows=sum(half.rows for half in halves),
            milliseconds=(ended - self._began) // timedelta(milliseconds=1),
            digest=combined(halves),
            tampered=work.tampered,
            tables=sorted(halves, key=lambda half: half.projection),
        )
        with work.tables.writing():
            work.tables.serve(halves)
            self._end("done", ended, digest=self.run.digest, rows=self.run.rows, **self._left())

    def fail(self, refusal: Refusal) -> None:
        """The run came to nothing; what was served before is served still."""
        with self._work.tables.writing():
            self._end("failed", self._now(), message=refusal.message)

    def _left(self) -> dict[str, str]:
        """What the next run in this store has to find."""
        if self._work.found is None:
            return {}
        read_guards.flush(self._work.tables)
        names = sorted(self._work.tables.served())
        return {"served": msgspec.json.encode(names).decode(), "marks": self._work.marks()}

    def _end(self, state: str, ended: datetime, **facts: object) -> None:
        self._work.tables.end_run(
            self._number,
            state=state,
            ended_at=instant(ended),
            read_through=int(self._work.reads_through and state == "done"),
            events=self._work.folded,
            milliseconds=(ended - self._began) // timedelta(milliseconds=1),
            tampered=", ".join(self._work.tampered),
            **facts,
        )


@contextmanager
def recorded(work: Work, kind: str, from_n: int, now: Callable[[], datetime]) -> Iterator[Record]:
    """A run with its record: begun, and done or failed. One that is killed stays `running` until the next begins."""
    started = instant(now())
    number = work.tables.begin_run(kind=kind, started_at=started, from_n=from_n, to_n=work.upto)
    record = Record(work, number, kind, from_n, now)
    try:
        yield record
    except Refusal as refusal:
        record.fail(refusal)
        raise
