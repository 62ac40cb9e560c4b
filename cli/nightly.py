"""`grants nightly` and `grants rebuild`: read tables brought up to date, or built again; progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cli.helptext import LedgerCommand, SectionOption
from cli.ink import ink
from cli.plain import visible
from cli.say import put, put_json
from cli.session import Session, now
from cli.switches import with_switches
from cli.tables import Column, Fact, facts, grid
from lifecycle.errors import BadInput

if TYPE_CHECKING:
    from lifecycle.nightly.running import Progress, Run
    from lifecycle.store.read_tables import Half

INTEGRITY = 5
SECONDS = 5
"""Between two progress lines of a run in a pipe; a short run says nothing."""


OVER = "Over an export (大規模台帳; an extra)"


def _over(name: str, metavar: str, text: str) -> Any:
    return click.option(f"--{name}", cls=SectionOption, section=OVER, metavar=metavar, help=text)


@with_switches
@click.command("nightly", cls=LedgerCommand)
@click.option(
    "--read-through",
    is_flag=True,
    cls=SectionOption,
    help="read every row of the read tables, as one night a week",
)
@_over("over", "FOLDER", "over this Parquet export instead of the store, for a log that has outgrown it")
@_over("jobs", "N", "parts at once; default one for each processor")
@_over("memory", "SIZE", "of all jobs before they write to disk, as 4GB; default 300MB for each")
@_over("share", "I/N", "fold one machine's share of the parts alone; a run without it joins them")
@_over("sha256", "HEX", "the log's digest, kept elsewhere: another one is refused")
@click.pass_obj
def nightly(
    session: Session,
    read_through: bool,  # noqa: FBT001 - click's call
    over: str | None,
    **means: str | None,
) -> int:
    """Bring the read tables of the reports up to date and swap them in at once (夜間処理).

    Goes on from where the last run ended; reports read the old tables until the swap. Safe to run twice, to be
    killed, and to run beside commands. Exit 5 when a read table was changed from outside: it is built again.

    With --over the night is made of a Parquet export, prefecture by prefecture, in several jobs, and kept in that
    folder; `grants report NAME --over FOLDER` reads it. Its digests are those of the store. Killed, it goes on.

    Example:
        grants nightly
        grants nightly --json
        grants nightly --over log-parquet --jobs 8 --memory 16GB
    """
    session.begin("nightly")
    if over is not None:
        from cli.large import night

        return night(session, over, means)
    refuse_means(means)
    from lifecycle.nightly import nightly as run_nightly

    with progress(session, "nightly") as tell:
        run = run_nightly(session.ledger.store, now, tell, read_through=read_through)
    return told(session, run)


def refuse_means(means: dict[str, str | None]) -> None:
    """What is said of a night over an export has no meaning without one.

    Raises:
        BadInput: something is.
    """
    for name, value in means.items():
        if value is not None:
            raise BadInput(f"--{name} is for a night over an export; name its folder: --over FOLDER")


@with_switches
@click.command("rebuild", cls=LedgerCommand)
@click.option("--only", metavar="NAME", cls=SectionOption, help="one read table; default all")
@click.option(
    "--verify", is_flag=True, cls=SectionOption, help="build beside and compare byte by byte; change nothing"
)
@click.pass_obj
def rebuild(session: Session, only: str | None, verify: bool) -> int:  # noqa: FBT001 - click's call
    """Build the read tables again from event one (再構築); with --verify, compare: exit 5 where they part.

    One table alone is built up to where the others stand, so that reports stay of one piece.

    Example:
        grants rebuild
        grants rebuild --only grant_register
        grants rebuild --verify
    """
    from lifecycle.nightly import rebuild as run_rebuild
    from lifecycle.nightly import verify_rebuild

    session.begin("rebuild")
    with progress(session, "rebuild") as tell:
        if not verify:
            return told(session, run_rebuild(session.ledger.store, now, only, tell))
        compared = [msgspec.to_builtins(one) for one in verify_rebuild(session.ledger.store, only, tell)]
    if session.json:
        put_json(compared)
    else:
        put(_compared_lines(compared))
    return INTEGRITY if any(one["difference"] for one in compared) else 0


def told(session: Session, run: Run, **more: Any) -> int:
    """Say how a run ended. Returns the exit code."""
    record = {**msgspec.to_builtins(run), "tables": [_table(half) for half in run.tables], **more}
    if session.json:
        put_json(record)
    else:
        put(run_lines(record))
    return INTEGRITY if run.tampered else 0


def _table(half: Half) -> dict[str, Any]:
    return {"projection": half.projection, "n": half.n, "rows": half.rows, "digest": half.digest}


def run_lines(run: dict[str, Any]) -> Iterator[str]:
    """A run as it ended: what it did, where the tables stand, and what it found."""
    yield ink(f"{run['kind']} {run['run']}: read tables stand on event {run['to_n']:,}", fg="green")
    yield from facts(
        [
            Fact("events folded", f"{run['events']:,}", is_figure=True),
            Fact("rows", f"{run['rows']:,}", is_figure=True),
            Fact("milliseconds", f"{run['milliseconds']:,}", is_figure=True),
            Fact("digest", run["digest"]),
            *([Fact("log sha256", run["log_sha256"])] if "log_sha256" in run else []),
        ]
    )
    yield ""
    yield from grid(
        [
            Column("read table", lambda row: row["projection"]),
            Column("rows", lambda row: f"{row['rows']:,}", right=True),
            Column("digest", lambda row: row["digest"][:16]),
        ],
        run["tables"],
        indent="  ",
    )
    for name in run["tampered"]:
        yield ink(
            f"integrity: {name} was changed from outside; it was built again from the log",
            fg="red",
            bold=True,
        )


def _compared_lines(compared: list[dict[str, Any]]) -> Iterator[str]:
    if not compared:
        yield "nothing to compare: no read table is built yet; grants nightly builds them"
        return
    yield from grid(
        [
            Column("read table", lambda row: row["projection"]),
            Column("event", lambda row: f"{row['n']:,}", right=True),
            Column("rows", lambda row: f"{row['rows']:,}", right=True),
            Column("rebuilt", lambda row: "differs" if row["difference"] else "the same bytes"),
        ],
        compared,
    )
    for one in compared:
        if one["difference"]:
            yield ""
            yield ink(f"integrity: {one['projection']}: {visible(one['difference'])}", fg="red", bold=True)
            yield f"  build it again: grants rebuild --only {one['projection']}"


@contextmanager
def progress(session: Session, what: str) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere nothing, or with `--verbose` a JSON line now and then. Both on standard error."""
    if sys.stderr.isatty():
        with _bar(what) as tell:
            yield tell
        return
    if not session.verbose:
        yield lambda _done, _total: None
        return
    from cli.logs import log_line

    last = perf_counter()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if perf_counter() - last >= SECONDS:
            last = perf_counter()
            log_line(what, done=done, total=total)

    yield tell


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
