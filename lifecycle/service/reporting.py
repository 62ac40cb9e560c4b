"""Reports, replay and differences: what the ledger tells auditors and readers, as of any point."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from lifecycle.commands.reading import Diff, Replay, Report
from lifecycle.errors import BadInput
from lifecycle.programme.authorities import check_code
from lifecycle.service.asking import read, told_once
from lifecycle.service.reading import ReadingRoom
from lifecycle.service.views import Json, plain
from lifecycle.store.log import AsOf, as_of, open_log
from lifecycle.store.transaction import Transaction

if TYPE_CHECKING:
    from lifecycle.commands.fields import Reading
    from lifecycle.reports.shape import Sheet
    from lifecycle.reports.view import View

LIST = "list"


class ReportingRoom(ReadingRoom):
    """帳票・再現・差分."""

    @read
    def replay(self, command: Replay) -> Iterator[Json]:
        """再現: event by event, with the money after each.

        Raises:
            NotFound: nothing begins so.
            BadInput: more than one thing does, or no point in the log.
        """
        from lifecycle.reports.replaying import replay
        from lifecycle.store.read_tables import open_tables

        point = self.point(command)
        target = self._stream(command.target) if command.target else ""
        with open_log(self.store) as log, open_tables(self.store) as tables:
            for line in replay(log, tables.database, point, target):
                yield plain(line)

    @read
    def diff(self, command: Diff) -> Json:
        """差分 between two points.

        Raises:
            BadInput: no points, or in the wrong order.
            UnknownAuthority, BadCheckDigit.
        """
        from lifecycle.reports.comparing import Compared
        from lifecycle.store.read_tables import open_tables

        if command.as_of is not None or command.as_of_event is not None:
            raise BadInput("diff compares --from with --to; --as-of has no meaning here")
        if command.authority:
            check_code(command.authority)
        start, end = (self.reached(_point(text, command.clock)) for text in (command.from_, command.to))
        with open_tables(self.store) as tables:
            told = Compared(tables.database, start, end, command.authority, self.today).told()
        told["from"] = {"as_of": command.from_, **told["from"]}
        told["to"] = {"as_of": command.to, **told["to"]}
        return {"clock": command.clock, **told}

    @read
    def report(self, command: Report) -> Json:
        """帳票, whole. `list` lists the reports. `open_report` gives the same row by row.

        Raises:
            BadInput: no report of this name, a limit that it does not know, or no point in the log.
            NotFound: no such round.
            IntegrityFailure: a read table was changed from outside.
            UnknownAuthority, BadCheckDigit.
        """
        if command.name == LIST:
            return {"reports": list(reports())}
        with self.open_report(command) as sheet:
            rows = [dict(row) for row in sheet.rows()]
            return dict(plain({**sheet_head(sheet), "rows": rows, "footing": sheet_foot(sheet)}))

    @contextmanager
    def open_report(self, command: Report) -> Iterator[Sheet]:
        """A report to be read row by row; its footing is right once all rows are read.

        Raises:
            as `report`.
        """
        from lifecycle.reports import report_named
        from lifecycle.reports.shape import Sheet
        from lifecycle.reports.view import Limits, heading_of, limits_for, open_view, refuse_unknown_round

        report = report_named(command.name)
        point = self.point(command)
        if command.authority:
            check_code(command.authority)
        grant = self._stream(command.grant) if command.grant else None
        with open_view(self.store, point, report.NEEDS, self.today) as view:
            asked = Limits(command.authority, command.fiscal_year, command.round, grant)
            view.limits = limits_for(report, asked)
            refuse_unknown_round(view, report, self._rounds)
            yield Sheet(report, heading_of(report, view, command.as_of), view)

    def _rounds(self) -> Iterator[str]:
        """Rounds that were opened."""
        with self.store.reading() as connection:
            for stream in Transaction(connection, self.now).streams("round/"):
                yield stream.partition("/")[2]

    @contextmanager
    def open_export(self, kind: str, command: Reading, publisher: str) -> Iterator[Iterator[bytes]]:
        """引渡し: a document in another form, piece by piece, as of the point that the read names.

        Raises:
            BadInput: no export of this kind, or no point in the log.
            IntegrityFailure: a read table was changed from outside.
        """
        with closing(told_once(self.store, lambda: self._pieces(kind, command, publisher))) as pieces:
            yield pieces

    def _pieces(self, kind: str, command: Reading, publisher: str) -> Generator[bytes, None, None]:
        from lifecycle.exports import kind_named
        from lifecycle.reports.view import open_view

        pieces, needs = kind_named(kind)
        point = self.point(command)
        with open_view(self.store, point, needs, self.today) as view:
            yield from pieces(view, publisher)
            view.refuse_moved()

    @contextmanager
    def open_tables(self, command: Reading, needs: tuple[str, ...]) -> Iterator[View]:
        """These read tables, and the log, as of a point, for whoever writes them out.

        Raises:
            BadInput: no point in the log.
            IntegrityFailure: a read table was changed from outside.
        """
        from lifecycle.reports.view import open_view

        point = self.point(command)
        with open_view(self.store, point, needs, self.today) as view:
            yield view


def reports() -> Iterator[Json]:
    """Every report: its name, its titles, who asks for it, and the read tables it needs."""
    from lifecycle.reports import ALL

    for report in ALL:
        titles = {"title_ja": report.JA, "title_en": report.EN}
        yield {"report": report.NAME, **titles, "reader": report.READER, "tables": list(report.NEEDS)}


def sheet_head(sheet: Sheet) -> Json:
    """Heading and columns of a report, as JSON."""
    columns = [
        {"name": column.name, "ja": column.ja, "en": column.en, "form": column.form}
        for column in sheet.columns
    ]
    return {"heading": plain(sheet.heading), "columns": columns}


def sheet_foot(sheet: Sheet) -> Json:
    """The footing of a report that was read, as JSON."""
    footing = sheet.footing()
    return {
        "rows": footing.rows,
        "totals": footing.totals,
        "ties": [{**plain(tie), "difference_yen": tie.difference_yen} for tie in footing.ties],
        "notes": [{"ja": note.ja, "en": note.en, "text": note.text} for note in footing.notes],
        "rows_digest": footing.rows_digest,
    }


def _point(text: str, clock: str) -> AsOf:
    """A point of `diff`: an event number on the recorded clock, a date or an instant."""
    if re.fullmatch(r"[0-9]{1,15}", text):
        return AsOf(n=int(text))
    return as_of(text, None, clock)
