"""`grants rebuild`: read tables from event one; with `--verify` beside the served ones, compared byte by byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest
from typing import Any

from msgspec import Struct

from lifecycle.errors import BadInput
from lifecycle.nightly.folding import Projection, build, fresh
from lifecycle.nightly.lock import exclusive
from lifecycle.nightly.looking import look, lost
from lifecycle.nightly.running import Progress, Run, Work, emptied, recorded
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store import Store, histories
from lifecycle.store.read_tables import Half, ReadTables, open_tables, temporary_tables

GONE = "it was taken out from outside: the last run left it, and none is served"


class Compared(Struct, frozen=True):
    """再構築の突合: a read table beside one built from event one. `difference` is the first one, "" for none."""

    projection: str
    n: int
    rows: int
    digest: str
    served_digest: str
    difference: str


def rebuild(
    store: Store,
    now: Callable[[], datetime],
    only: str | None = None,
    progress: Progress = lambda *_: None,
    *,
    projections: tuple[Projection, ...] = NIGHTLY,
) -> Run:
    """再構築 of every read table, or one, from event one. One alone is built up to where the others stand.

    Raises:
        BadInput: no read table of this name.
        Busy: another run is under way.
        IntegrityFailure: the log can't be read.
    """
    refuse_unknown(only)
    with exclusive(store), open_tables(store) as tables:
        found = look(tables)
        work = Work(
            tables, histories.last_number(tables.database), progress, projections, only is None, found
        )
        served = tables.served()
        others = [half for name, half in served.items() if name != only]
        if only and others:
            work.upto = min(work.upto, *(half.n for half in others))
        work.total = work.upto
        with recorded(work, "rebuild", 0, now) as record:
            halves = [
                emptied(tables, projection, _other(served.get(projection.NAME)))
                for projection in projections
                if only in (None, projection.NAME)
            ]
            record(build(tables, tables.database, halves, work.upto, work.tell, projections=projections))
        return record.run


def _other(served: Half | None) -> int:
    return 1 - served.half if served else 0


def refuse_unknown(only: str | None) -> None:
    """A read table is named as the table of contents has it.

    Raises:
        BadInput: there is none of this name.
    """
    names = [projection.NAME for projection in NIGHTLY]
    if only is not None and only not in names:
        raise BadInput(f"no read table {only}; read tables: {', '.join(names)}")


def verify_rebuild(
    store: Store, only: str | None = None, progress: Progress = lambda *_: None
) -> list[Compared]:
    """再構築の突合: build beside, up to where the served tables stand, and compare. Nothing is changed.

    Raises:
        BadInput: no read table of this name.
        Busy: another run is under way.
        IntegrityFailure: the log can't be read.
    """
    refuse_unknown(only)
    with exclusive(store), open_tables(store) as tables, temporary_tables() as beside:
        served = {name: half for name, half in tables.served().items() if only in (None, name)}
        gone = [name for name in lost(tables) if only in (None, name)]
        compared = [Compared(name, 0, 0, "", "", GONE) for name in gone]
        for n in sorted({half.n for half in served.values()}):
            work = Work(beside, n, progress, total=n)
            chosen = [p for p in NIGHTLY if p.NAME in served and served[p.NAME].n == n]
            blank = [fresh(projection, 0) for projection in chosen]
            for half in build(beside, tables.database, blank, n, work.tell):
                compared.append(_compared(tables, served[half.projection], beside, half))
        return compared


def _compared(tables: ReadTables, served: Half, beside: ReadTables, built: Half) -> Compared:
    return Compared(
        projection=built.projection,
        n=built.n,
        rows=built.rows,
        digest=built.digest,
        served_digest=served.digest,
        difference=_first_difference(tables, served, beside, built),
    )


def _first_difference(tables: ReadTables, served: Half, beside: ReadTables, built: Half) -> str:
    pairs = zip_longest(
        tables.rows(served.projection, served.half), beside.rows(built.projection, built.half)
    )
    for found, expected in pairs:
        if found != expected:
            subject, line = min((one[:2] for one in (found, expected) if one), key=_place)
            return f"{subject}, row {line}: served {_cells(found)}, rebuilt {_cells(expected)}"
    if (served.rows, served.digest) != (built.rows, built.digest):
        return f"its rows are right, its digest is not: served {served.digest}, rebuilt {built.digest}"
    return ""


def _place(key: tuple[Any, Any]) -> tuple[str, bool, Any]:
    """Where a row stands; in a file somebody may have put anything into its number, which comes last then."""
    subject, line = key
    return str(subject), not isinstance(line, int), line


def _cells(row: tuple[str, int, str] | None) -> str:
    return row[2] if row else "nothing"
