"""帳票 over an export: the reports of a store, read from a night's read tables and from the Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lifecycle.commands.reading import Report
from lifecycle.errors import BadInput, IntegrityFailure, NotFound
from lifecycle.large import engine
from lifecycle.large.manifest import Manifest, holding, read_manifest, unchanged
from lifecycle.large.night import tables_path
from lifecycle.large.tables import new_log, standing, tables_in
from lifecycle.programme.authorities import check_code
from lifecycle.reports import report_named
from lifecycle.reports.shape import Sheet
from lifecycle.reports.view import Limits, View, heading_of, limits_for, refuse_unknown_round
from lifecycle.store.histories import Stored
from lifecycle.store.log import AsOf
from lifecycle.store.read_tables import ReadTables
from lifecycle.values import business_date


class NightView(View):
    """Read tables of a night over an export; its log is the Parquet files."""

    def __init__(self, export: Export, tables: ReadTables, point: AsOf, on: date) -> None:
        super().__init__(tables, tables.served(), None, export.manifest.events, point, on)
        self._export = export
        self.log = _OwnLog(export, self)

    @property
    def behind(self) -> int:
        """0: an export does not grow."""
        return 0

    def stored(self) -> Iterator[Stored]:
        """The events themselves, in the order of the log."""
        return self._export.by_number()


class _OwnLog:
    """The log of the authority that a report is limited to, loaded when the report asks for it."""

    def __init__(self, export: Export, view: View) -> None:
        self._export, self._view = export, view
        self._database: Any = None

    def execute(self, query: Any) -> Any:
        """What a database answers."""
        if self._database is None:
            self._database = self._export.log_of(self._view.limits.authority or "")
        return self._database.execute(query)


class Export:
    """The Parquet files of an export, opened when something is read of them."""

    def __init__(self, folder: Path, manifest: Manifest, opened: ExitStack) -> None:
        self.folder, self.manifest = folder, manifest
        self._opened = opened

    @cached_property
    def _spill(self) -> Path:
        return Path(self._opened.enter_context(TemporaryDirectory(prefix="grants-")))

    @cached_property
    def _engine(self) -> engine.Engine:
        return self._opened.enter_context(engine.opened(engine.USUAL_MB, self._spill))

    def by_number(self) -> Iterator[Stored]:
        """Every event, in the order of the log.

        Raises:
            BadInput: DuckDB is not installed.
            IntegrityFailure: a file was changed since it was exported.
        """
        return self._engine.by_number(unchanged(self.folder, self.manifest.of_events()))

    def by_stream(self, beginning: str) -> Iterator[Stored]:
        """The events of streams that begin so, stream by stream.

        Raises:
            as `by_number`.
        """
        files = holding(self.manifest, beginning)
        for one in self._engine.by_stream(unchanged(self.folder, files)):
            if one.stream.startswith(beginning):
                yield one

    def rounds(self) -> Iterator[str]:
        """Rounds that were opened."""
        streams = {one.stream for one in self.by_stream("round/")}
        return (stream.partition("/")[2] for stream in sorted(streams))

    def log_of(self, beginning: str) -> Any:
        """A database with the streams that begin so, until the report is closed."""
        return self._opened.enter_context(new_log(self._spill / "log.db", self.by_stream(beginning)))


@contextmanager
def open_report(folder: Path, command: Report, today: Callable[[], date]) -> Iterator[Sheet]:
    """A report to be read row by row, to the byte as a store with this log gives it after its night.

    Raises:
        NotFound: no export, no night over it yet, or no such grant or round in it.
        BadInput: no report of this name, or another point than the night's.
        IntegrityFailure: a read table or a file was changed from outside.
        UnknownAuthority, BadCheckDigit.
    """
    report = report_named(command.name)
    if command.authority:
        check_code(command.authority)
    manifest = read_manifest(folder)
    point = _point(command, manifest)
    with ExitStack() as opened:
        tables = opened.enter_context(_night(folder, manifest, report.NEEDS))
        export = Export(folder, manifest, opened)
        if command.grant and not any(export.by_stream(command.grant)):
            raise NotFound(f"no grant or project {command.grant} in this export; give its whole id")
        view = NightView(export, tables, point, _day(manifest, point, today))
        if point.is_now and report.NEEDS:
            view.told_as_of = "the last nightly run"
        asked = Limits(command.authority, command.fiscal_year, command.round, command.grant)
        view.limits = limits_for(report, asked)
        refuse_unknown_round(view, report, export.rounds)
        yield Sheet(report, heading_of(report, view, None), view)


def _point(command: Report, manifest: Manifest) -> AsOf:
    """The night's own point, as now or by its number: there is no other in an export."""
    if command.as_of is not None or command.clock != "recorded":
        raise BadInput(
            f"this night stands on event {manifest.events}; for another date export up to it: --as-of"
        )
    if command.as_of_event not in (None, manifest.events):
        raise BadInput(
            f"this night stands on event {manifest.events}; for another one export up to it: --as-of-event"
        )
    return AsOf(n=command.as_of_event)


def _day(manifest: Manifest, point: AsOf, today: Callable[[], date]) -> date:
    if point.is_now or not manifest.events:
        return today()
    return business_date(datetime.fromisoformat(manifest.last_recorded_at))


@contextmanager
def _night(folder: Path, manifest: Manifest, needs: tuple[str, ...]) -> Iterator[ReadTables]:
    path = tables_path(folder, manifest)
    if not path.exists():
        raise NotFound(f"there is no night over {folder} yet: grants nightly --over {folder}")
    with tables_in(path) as tables:
        sound, changed = standing(tables, manifest.events, needs)
        if changed:
            raise IntegrityFailure(
                f"read table {changed[0]} was changed from outside; `grants nightly --over {folder}` builds it again"
            )
        if len(sound) < len(needs):
            raise NotFound(
                f"the night was made by another version: grants nightly --over {folder} makes it again"
            )
        yield tables
