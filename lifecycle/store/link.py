"""The link to a server: one statement or several sent at once, each prepared the second time it is asked for.

psycopg's cursors take a statement apart and look up how each value is written, each time anew; that takes longer than
a command's own thinking. Here a value goes as text whose type the statement says, and an answer is read by psycopg.
psycopg prepares nothing itself on this link: it would forget all there is after each ROLLBACK.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from psycopg import generators
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Asked = tuple[str, Sequence[Any]]
"""A statement, and its values."""

MOST_PREPARED = 200
PAGE = 1000
"""Rows that are read of an answer at once."""

DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY, ExecStatus.PIPELINE_SYNC)
LAST_WORDS = (b"FATAL", b"PANIC")
"""Severities after which the other end closes the link, a pooler as well as a server."""


class Answer:
    """What the server answered: rows, as from a cursor."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Iterable[tuple[Any, ...]], rowcount: int) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows that are left."""
        return list(self._rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows


class Connection:
    """psycopg's connection, spoken to as SQLite's driver is: `?` for a value, `execute` on the connection."""

    recorder: type
    memory: Any
    """What the recorder remembers from one command to the next."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw
        self._link = raw.pgconn
        self._adapting = Transformer.from_context(raw)
        self._prepared: dict[str, tuple[bytes, list[int]]] = {}
        self._once: set[str] = set()
        self._number = count()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Answer:
        """Run one statement, whose values are `?` in order."""
        self._send(sql, values)
        return self._answer(self.raw.wait(generators.execute(self._link)))

    def together(self, *asked: Asked) -> list[Answer]:
        """Run statements that are sent at once: there and back is waited for once.

        In no transaction of their own making they are one.
        """
        for sql, values in asked:
            if sql in self._once and sql not in self._prepared:
                self._prepare(sql, values)
        self._link.enter_pipeline_mode()
        try:
            for sql, values in asked:
                self._send(sql, values, alone=False)
            self._link.pipeline_sync()
            found = self.raw.wait(_answers(self._link))
        finally:
            self._end_together()
        *answers, _ = [self._answer(results) for results in found]
        return answers

    def executemany(self, sql: str, rows: Any) -> None:
        """Run one statement for each row of values."""
        with self.raw.cursor() as cursor:
            cursor.executemany(sql.replace("?", "%s"), rows)

    @property
    def in_transaction(self) -> bool:
        """True between BEGIN and its end."""
        return self._link.transaction_status != TransactionStatus.IDLE

    @property
    def is_lost(self) -> bool:
        """True once the link to the server is cut."""
        return self.raw.closed

    @property
    def backend(self) -> int | None:
        """The server's process at the other end; None where each transaction may have another one."""
        return self._link.backend_pid

    def lent(self) -> psycopg.Connection[Any]:
        """The driver's connection, for SQLAlchemy: it begins by itself, and prepares what is sent twice."""
        self.raw.autocommit, self.raw.prepare_threshold = False, 1
        return self.raw

    def close(self) -> None:
        """Close it; what was not committed is taken back by the server."""
        self.raw.close()

    # ------------------------------------------------------------------ the way there and back

    def _send(self, sql: str, values: Sequence[Any], *, alone: bool = True) -> None:
        if prepared := self._prepared.get(sql):
            self._link.send_query_prepared(prepared[0], self._written(values), prepared[1])
        elif alone and not values and not sql.startswith("SELECT"):
            self._link.send_query(sql.encode())
        else:
            self._first(sql, values, alone=alone)

    def _first(self, sql: str, values: Sequence[Any], *, alone: bool) -> None:
        """A statement that is not prepared yet; it will be, if it is asked for again."""
        if alone and sql in self._once and len(self._prepared) < MOST_PREPARED:
            self._prepare(sql, values)
            self._send(sql, values)
            return
        self._once.add(sql)
        self._unprepared(sql, values)

    def _unprepared(self, sql: str, values: Sequence[Any]) -> None:
        self._link.send_query_params(numbered(sql), self._written(values), param_formats=_formats(values))

    def _prepare(self, sql: str, values: Sequence[Any]) -> None:
        name = f"grants_{next(self._number)}".encode()
        self._link.send_prepare(name, numbered(sql))
        self._answer(self.raw.wait(generators.execute(self._link)))
        self._prepared[sql] = name, _formats(values)

    def _end_together(self) -> None:
        """Say that no more comes; a link that still waits for an answer is out of step, and of no use any more."""
        try:
            self._link.exit_pipeline_mode()
        except psycopg.Error:
            self.close()

    def _written(self, values: Sequence[Any]) -> list[Any]:
        """Values as they go over the wire: bytes as they are, all else as text."""
        return [
            value.encode()
            if type(value) is str
            else b"%d" % value
            if type(value) is int
            else value
            if value is None or type(value) is bytes
            else self._dumped(value)
            for value in values
        ]

    def _dumped(self, value: Any) -> Any:
        return self._adapting.get_dumper(value, PyFormat.TEXT).dump(value)

    def _answer(self, results: list[PGresult]) -> Answer:
        for result in results:
            if result.status not in DONE:
                if _severity(result) in LAST_WORDS:
                    self.close()  # before it is seen to be: what was sent may have taken effect
                raise psycopg.errors.error_from_result(result, encoding="utf-8")
        last = results[-1]
        return Answer(self._rows(last) if last.ntuples else (), last.command_tuples or 0)

    def _rows(self, result: PGresult) -> Iterable[tuple[Any, ...]]:
        if (rows := result.ntuples) > PAGE:
            return self._paged(result, rows)
        self._adapting.set_pgresult(result)
        return self._adapting.load_rows(0, rows, tuple)

    def _paged(self, result: PGresult, rows: int) -> Iterator[tuple[Any, ...]]:
        for first in range(0, rows, PAGE):
            self._adapting.set_pgresult(result)
            yield from self._adapting.load_rows(first, min(first + PAGE, rows), tuple)


def _formats(values: Sequence[Any]) -> list[int]:
    """A place for bytes is one each time: the statement says so."""
    return [int(type(value) is bytes) for value in values]


def _answers(link: Any) -> PQGen[list[list[PGresult]]]:
    yield from generators.send(link)
    found: list[list[PGresult]] = []
    while not found or not _is_end(found[-1][-1]):  # which comes after the commit, or instead of it
        if not (results := (yield from generators.fetch_many(link))):
            raise psycopg.OperationalError("the server has not answered everything")
        found.append(results)
    return found


def _is_end(result: PGresult) -> bool:
    return result.status == ExecStatus.PIPELINE_SYNC or _severity(result) in LAST_WORDS


def _severity(result: PGresult) -> bytes | None:
    return result.error_field(DiagnosticField.SEVERITY_NONLOCALIZED)


@lru_cache(maxsize=512)
def numbered(sql: str) -> bytes:
    """A statement in the server's words, whose values are `$1`, `$2` and so on."""
    first, *rest = sql.split("?")
    return "".join([first, *(f"${n}{part}" for n, part in enumerate(rest, 1))]).encode()
