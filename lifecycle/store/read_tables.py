"""The read tables (集計表): rows in two halves, where each half stands, which one is served, and the runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    Engine,
    NullPool,
    StaticPool,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError

from lifecycle.store import Store, gaps, sqlite
from lifecycle.store.read_schema import READ_METADATA, READ_ROWS, READ_RUNS, READ_TABLES
from lifecycle.store.row_sums import as_text, digest_of, sum_of, sum_of_all

PAGE = 5_000
MOST_NAMES = 400

Cells = tuple[str, int, str]
"""A row as it is kept: subject, line, cells."""


class Half(msgspec.Struct, frozen=True):
    """One half of a read table: the projection's version and columns, the event it stands on, its digest.

    `total` is the sum of its rows (row_sums.py). While it is whole, whatever writes a row from outside takes its
    digest away: the database does that (migration 0007).
    """

    projection: str
    half: int
    version: int
    columns: str
    n: int = 0
    rows: int = 0
    digest: str = ""
    total: str = ""
    is_whole: bool = False
    is_served: bool = False


class Change(NamedTuple):
    """What a write did to a half: so many rows more or less, and what is to be added to the sum of its rows."""

    rows: int
    total: int


class ReadTables:
    """Read tables in one database."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.written = 0
        """Rows written and taken out so far, as a server counts them."""
        self._is_writing = False
        self.is_file = database.dialect.name == "sqlite"
        self._is_run = func.typeof(READ_RUNS.c.run) == "integer" if self.is_file else true()
        """A file takes anything in a column; a run whose number is none was written by nobody of ours."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One short transaction: all that is written in it is kept, or nothing."""
        self.database.rollback()
        if self.is_file:
            gaps.begin(self.database)
        else:
            self.database.begin()
        self._is_writing = True
        try:
            yield
            self.database.commit()
        except BaseException:
            self.database.rollback()
            raise
        finally:
            self._is_writing = False

    # ------------------------------------------------------------------ where they stand

    def halves(self) -> dict[tuple[str, int], Half]:
        """Every half there is, by projection and number."""
        halves = (half_of(row._mapping) for row in self.read(select(READ_TABLES)))
        return {(half.projection, half.half): half for half in halves if half}

    def served(self) -> dict[str, Half]:
        """The halves that reports read, by projection."""
        return {half.projection: half for half in self.halves().values() if half.is_served}

    def mark(self, half: Half) -> None:
        """Write down where a half stands (within `writing`)."""
        place = (READ_TABLES.c.projection == half.projection) & (READ_TABLES.c.half == half.half)
        values = msgspec.to_builtins(half) | {
            "is_whole": int(half.is_whole),
            "is_served": int(half.is_served),
        }
        if not self.database.execute(update(READ_TABLES).where(place).values(**values)).rowcount:
            self.database.execute(insert(READ_TABLES).values(**values))

    def serve(self, halves: Iterable[Half]) -> None:
        """Let reports read these halves from now on, all at once (within `writing`)."""
        for half in halves:
            same = READ_TABLES.c.projection == half.projection
            self.database.execute(update(READ_TABLES).where(same).values(is_served=0))
            self.database.execute(
                update(READ_TABLES).where(same, READ_TABLES.c.half == half.half).values(is_served=1)
            )

    # ------------------------------------------------------------------ rows

    def rows(self, projection: str, half: int, *, beginning: str = "") -> Iterator[Cells]:
        """Rows in their order, of subjects that begin so; page by page, each a short read."""
        columns = READ_ROWS.c
        subject, line = beginning, -1
        while True:
            query = (
                select(columns.subject, columns.line, columns.cells)
                .where(columns.projection == projection, columns.half == half)
                .where(tuple_(columns.subject, columns.line) > (subject, line))
                .order_by(columns.subject, columns.line)
                .limit(PAGE)
            )
            if beginning:
                query = query.where(columns.subject < beginning + "\U0010ffff")
            page = self._read_as_they_come(query)
            yield from page
            if len(page) < PAGE:
                return
            subject, line, _ = page[-1]

    def of_subjects(self, projection: str, half: int, subjects: Iterable[str]) -> dict[str, list[str]]:
        """Cells of some subjects, each in the order of their lines."""
        columns, names = READ_ROWS.c, sorted(subjects)
        found: dict[str, list[str]] = {name: [] for name in names}
        for start in range(0, len(names), MOST_NAMES):
            query = (
                select(columns.subject, columns.cells)
                .where(columns.projection == projection, columns.half == half)
                .where(columns.subject.in_(names[start : start + MOST_NAMES]))
                .order_by(columns.subject, columns.line)
            )
            for row in self.read(query):
                found[row.subject].append(row.cells)
        return found

    def put(self, projection: str, half: int, rows: Mapping[str, list[str]]) -> Change:
        """Let these subjects have exactly these rows (within `writing`)."""
        columns, names = READ_ROWS.c, sorted(rows)
        place = (columns.projection == projection) & (columns.half == half)
        count = total = 0
        for start in range(0, len(names), MOST_NAMES):
            some = place & columns.subject.in_(names[start : start + MOST_NAMES])
            query = select(columns.subject, columns.line, columns.cells).where(some)
            before = self.read(query.order_by(columns.subject, columns.line))
            if before:
                count, total = count - len(before), total - sum_of_all(before)
                self._write(delete(READ_ROWS).where(some))
        added = self.add(projection, half, rows)
        return Change(added.rows + count, added.total + total)

    def add(self, projection: str, half: int, rows: Mapping[str, list[str]]) -> Change:
        """Add the rows of subjects that have none (within `writing`)."""
        added = [
            (projection, half, subject, line, cells)
            for subject, lines in rows.items()
            for line, cells in enumerate(lines)
        ]
        if added:
            self._insert(added)
        return Change(len(added), sum(sum_of(subject, enumerate(lines)) for subject, lines in rows.items()))

    def _insert(self, rows: list[tuple[str, int, str, int, str]]) -> None:
        """Add rows as the driver does it fastest."""
        self.written += len(rows)
        if self.is_file:
            self.database.exec_driver_sql("INSERT INTO read_rows VALUES (?, ?, ?, ?, ?)", rows)
            return
        with self.database.connection.cursor() as cursor, cursor.copy("COPY read_rows FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _write(self, statement: Any) -> None:
        counted = statement.execution_options(preserve_rowcount=True)
        self.written += self.database.execute(counted).rowcount

    def empty(self, projection: str, half: int) -> None:
        """Take every row out of a half, page by page, each in a transaction of its own."""
        columns = READ_ROWS.c
        place = (columns.projection == projection) & (columns.half == half)
        while page := self.read(
            select(columns.subject).where(place).order_by(columns.subject).offset(PAGE).limit(1)
        ):
            with self.writing():
                self._write(delete(READ_ROWS).where(place, columns.subject < page[0].subject))
                self._write(delete(READ_ROWS).where(place, columns.subject == page[0].subject))
        with self.writing():
            self._write(delete(READ_ROWS).where(place))

    def copy(self, projection: str, source: int, target: int) -> None:
        """Copy a half into the empty other one, page by page, each in a transaction of its own."""
        columns = READ_ROWS.c
        key = tuple_(columns.subject, columns.line)
        rest = (columns.projection == projection) & (columns.half == source)
        ends = select(columns.subject, columns.line).order_by(columns.subject, columns.line)
        copied = select(columns.projection, literal(target), columns.subject, columns.line, columns.cells)
        names = [column.name for column in columns]
        while end := self.read(ends.where(rest).offset(PAGE - 1).limit(1)):
            last = (end[0].subject, end[0].line)
            with self.writing():
                page = copied.where(rest, key <= last)
                self._write(insert(READ_ROWS).from_select(names, page))
            rest = (columns.projection == projection) & (columns.half == source) & (key > last)
        with self.writing():
            self._write(insert(READ_ROWS).from_select(names, copied.where(rest)))

    def holds(self, half: Half) -> bool:
        """True when every row is as it was written: all of them are read for it."""
        return is_sealed(half) and self.digest(half) == (half.rows, half.digest)

    def break_seal(self, half: Half) -> bool:
        """Note that a half does not hold, so that the very next run builds it again; False where it can't be noted.

        A half that a run has written to meanwhile is left alone: it is another one by now.
        """
        same = [
            READ_TABLES.c[name] == getattr(half, name)
            for name in ("projection", "half", "n", "rows", "digest", "total")
        ]
        try:
            self.database.rollback()
            self.database.execute(update(READ_TABLES).where(*same).values(digest=""))
            self.database.commit()
        except DBAPIError:
            self.database.rollback()
            return False
        return True

    def digest(self, half: Half) -> tuple[int, str]:
        """How many rows a half has, and the digest it has to have, by its rows as they are found."""
        count, total = self.counted(half)
        return count, digest_of(replace(half, rows=count, total=total))

    def counted(self, half: Half) -> tuple[int, str]:
        """How many rows a half has, and their sum, as they are found."""
        count = total = 0
        for _, rows in groupby(self.rows(half.projection, half.half), key=itemgetter(0)):
            found = list(rows)
            count, total = count + len(found), total + sum_of_all(found)
        return count, as_text(total)

    # ------------------------------------------------------------------ runs

    def runs(self, limit: int = 10) -> list[dict[str, Any]]:
        """The last runs, newest first."""
        query = select(READ_RUNS).where(self._is_run).order_by(READ_RUNS.c.run.desc()).limit(limit)
        found = self.read(query)
        return [dict(row._mapping) for row in found]

    def read_through_at(self) -> str | None:
        """When the last run began that read or wrote every row; None when none did."""
        query = select(func.max(READ_RUNS.c.started_at)).where(
            self._is_run, READ_RUNS.c.read_through == 1, READ_RUNS.c.state == "done"
        )
        found: str | None = self.read(query)[0][0]
        return found

    def last_ended(self, *states: str) -> dict[str, Any]:
        """The last run that ended so; empty when none did."""
        ended = select(READ_RUNS).where(self._is_run, READ_RUNS.c.state.in_(states))
        query = ended.order_by(READ_RUNS.c.run.desc()).limit(1)
        found = self.read(query)
        return dict(found[0]._mapping) if found else {}

    def begin_run(self, **facts: Any) -> int:
        """Write down that a run has begun; those that never ended were interrupted. Returns its number."""
        with self.writing():
            running = update(READ_RUNS).where(READ_RUNS.c.state == "running")
            self.database.execute(running.values(state="interrupted"))
            last_run = select(func.coalesce(func.max(READ_RUNS.c.run), 0)).where(self._is_run)
            last = self.database.execute(last_run).scalar_one()
            blank: dict[str, Any] = dict.fromkeys(("digest", "tampered", "message"), "")
            blank |= dict.fromkeys(("events", "rows", "milliseconds", "read_through"), 0)
            self.database.execute(insert(READ_RUNS).values(run=last + 1, state="running", **blank, **facts))
        return int(last) + 1

    def end_run(self, run: int, **facts: Any) -> None:
        """Write down how a run ended (within `writing`)."""
        self.database.execute(update(READ_RUNS).where(READ_RUNS.c.run == run).values(**facts))

    def _read_as_they_come(self, query: Any) -> list[Cells]:
        """The same, as the driver has them: a row of SQLAlchemy's own costs more than to read it."""
        rows: list[Cells] = self.database.execute(query).cursor.fetchall()
        if not self._is_writing:
            self.database.rollback()
        return rows

    def read(self, query: Any) -> list[Any]:
        """All rows of one statement; outside of `writing` the read ends with it."""
        rows: list[Any] = self.database.execute(query).all()
        if not self._is_writing:
            self.database.rollback()
        return rows


def half_of(row: Mapping[str, Any]) -> Half | None:
    """A half as it was marked; None for what no run has written, whose read table counts as taken out."""
    told = {name: row[name] for name in Half.__struct_fields__}
    told |= {name: bool(told[name]) for name in ("is_whole", "is_served")}
    try:
        half = msgspec.convert(told, Half)
    except msgspec.ValidationError:
        return None
    return half if half.half in (0, 1) else None


def is_sealed(half: Half) -> bool:
    """True for a half that is whole, and that nothing has been written to since: told without reading its rows."""
    return half.is_whole and bool(half.digest) and half.digest == digest_of(half)


def combined(halves: Iterable[Half]) -> str:
    """One digest for several read tables: sha256 over their names, numbers and digests."""
    lines = sorted(f"{half.projection} {half.n} {half.digest}\n" for half in halves)
    return sha256("".join(lines).encode()).hexdigest()


@contextmanager
def open_tables(store: Store) -> Iterator[ReadTables]:
    """The store's read tables, and its log, on a connection of their own.

    Raises:
        NotFound, IntegrityFailure, StoreVersion, Busy; on a server DatabaseRole, Unreachable; else Unwritable.
    """
    store.connection  # noqa: B018 - refuses a store that is not ours before a second connection is made
    store.seal()
    try:
        with _engine(store).connect() as database:
            yield ReadTables(database)
    except DBAPIError as error:
        raise store.refusal_of(error.orig) from None


def _engine(store: Store) -> Engine:
    """SQLAlchemy on connections as the store opens them. Each statement sees what is committed when it begins."""
    if store.kind == "sqlite":
        return create_engine("sqlite://", creator=store.connect, module=sqlite.driver, poolclass=NullPool)

    from lifecycle.store.postgres import THIS_TRANSACTION

    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: store.connect().lent(),
        poolclass=NullPool,
        isolation_level="READ COMMITTED",
        use_native_hstore=False,
    )
    if store.connection.backend is None:
        event.listen(engine, "begin", lambda database: database.exec_driver_sql(THIS_TRANSACTION))
    return engine


@contextmanager
def temporary_tables() -> Iterator[ReadTables]:
    """Read tables of one read alone, in a database that is gone with it: as-of answers are folded into one."""
    connection = sqlite.driver.connect("", isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA journal_mode=MEMORY")
    engine = create_engine(
        "sqlite://", creator=lambda: connection, module=sqlite.driver, poolclass=StaticPool
    )
    READ_METADATA.create_all(engine, checkfirst=False)
    try:
        with engine.connect() as database:
            yield ReadTables(database)
    finally:
        connection.close()
