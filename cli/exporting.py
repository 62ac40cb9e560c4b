"""`grants export`: the ledger in other people's forms; and `grants import log`, which makes a store of its copy."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from cli.helptext import LedgerCommand, SectionOption
from cli.options import OneOf
from cli.outputs import output_of, refuse_store, whole_file
from cli.say import put_json
from cli.session import Session
from cli.switches import with_switches
from lifecycle.commands.fields import Reading
from lifecycle.errors import BadInput

KINDS = ("log", "360giving", "iati", "commongrants", "parquet")
UNREGISTERED = {
    "360giving": "360G-unregistered",
    "iati": "JP-unregistered",
    "commongrants": "JP-unregistered",
}
POINT = "Up to which point"


class Point(Reading, tag="export", tag_field="do", kw_only=True):
    """The point an export stands on, as any read takes it."""


def _option(name: str, metavar: str, text: str) -> Any:
    return click.option(f"--{name}", cls=SectionOption, section=POINT, metavar=metavar, help=text)


@with_switches
@click.command("export", cls=LedgerCommand)
@click.argument("kind", metavar="KIND", type=OneOf(KINDS))
@click.option("-o", "--output", cls=SectionOption, metavar="PATH", help="file, or for parquet a new folder")
@click.option(
    "--publisher", cls=SectionOption, metavar="ID", help="registered identifier of who publishes the data"
)
@click.option(
    "--only", cls=SectionOption, metavar="TABLE", help="parquet: one table alone; `events` is the whole log"
)
@_option("as-of", "DATE", "date YYYY-MM-DD (or instant, recorded clock only)")
@_option("as-of-event", "EVENT", "number of the last event to count")
@_option("clock", "CLOCK", "recorded or effective: which clock --as-of reads")
@click.pass_obj
def export(
    session: Session, kind: str, output: str | None, publisher: str | None, only: str | None, **point: Any
) -> int:
    """Write the ledger in another form (引渡し).

    KIND is `log` (JSON Lines, the exact stored bytes; its sha256 is the digest of the log), `360giving` (JSON),
    `iati` (XML 2.03), `commongrants` (JSON) or `parquet` (every read table and the events, partitioned by
    authority and fiscal year; an extra). A file is written whole or not at all. `grants nightly --over FOLDER`
    makes the night of a large log over such a folder.

    Example:
        grants export log -o ledger.jsonl
        grants export iati -o iati.xml --publisher JP-GOV-0000
        grants export parquet -o ledger-parquet
        grants export parquet --only events -o log-parquet
    """
    session.begin("export")
    read = _point(point)
    if kind == "parquet":
        return _partitions(session, read, output, only)
    if only is not None:
        raise BadInput("--only names a table of the parquet export")
    target = output_of(session, output)
    with session.ledger.open_export(kind, read, publisher or UNREGISTERED.get(kind, "")) as pieces:
        if target is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return 0
        counted = _Counted(pieces)
        with whole_file(target) as path, path.open("wb") as file:
            file.writelines(counted)
    return _told(
        session, {"export": kind, "output": output, "bytes": counted.bytes, "sha256": counted.sha256}
    )


def _partitions(session: Session, read: Point, output: str | None, only: str | None) -> int:
    from cli.nightly import progress
    from cli.printing.partitions import write_partitions
    from lifecycle.projections.nightly import COLUMNS
    from lifecycle.service.asking import asked_whole

    if output is None or output == "-":
        raise BadInput("parquet is written into a folder; name one: -o FOLDER")
    refuse_store(session, output)
    tables = (*COLUMNS, "events")
    if only not in (None, *tables):
        raise BadInput(f"--only: no table {only}; tables: {', '.join(tables)}")
    wanted = tables if only is None else (only,)
    needs = tuple(name for name in wanted if name != "events")

    def write() -> dict[str, int]:
        with session.ledger.open_tables(read, needs) as view, progress(session, "export") as tell:
            return write_partitions(view, Path(output), wanted, tell)

    return _told(session, {"export": "parquet", "output": output, **asked_whole(write)})


def _point(given: dict[str, Any]) -> Point:
    n = given["as_of_event"]
    if n is not None and not (n.isascii() and n.isdigit()):
        raise BadInput(f"--as-of-event: {n!r} is no event number")
    clock = given["clock"] or "recorded"
    if clock not in ("recorded", "effective"):
        raise BadInput(f"--clock: {clock!r} is none of recorded, effective")
    return Point(as_of=given["as_of"], as_of_event=None if n is None else int(n), clock=clock)


class _Counted:
    """Pieces that are counted and digested as they pass."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._digest = hashlib.sha256()
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._digest.update(piece)
            self.bytes += len(piece)
            yield piece

    @property
    def sha256(self) -> str:
        """The digest of everything that has passed."""
        return self._digest.hexdigest()


def _told(session: Session, told: dict[str, Any]) -> int:
    if session.json:
        put_json(told)
    else:
        sums = ", ".join(f"{name} {value:,}" for name, value in told.items() if isinstance(value, int))
        digest = f", sha256 {told['sha256']}" if "sha256" in told else ""
        click.echo(f"{told['output']}: {sums}{digest}", err=True)
    return 0


def restore_log(session: Session, file: str, sha256: str | None, *, dry_run: bool) -> int:
    """`grants import log FILE`: a new store of the events of a file; in a dry run it is made, proved and taken back.

    Raises:
        AlreadyRecorded: the store exists.
        BadInput: the file can't be read, or a line of it is no stored event.
        IntegrityFailure: events are missing or out of order, or the digest is another one.
    """
    from cli.parse import unreadable
    from lifecycle.store.restoring import restore

    store = session.ledger.store
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as lines:
            count = restore(store, lines, sha256, dry_run=dry_run)
    except OSError as error:
        raise unreadable(file, error) from None
    told = {"import": "log", "store": store.place, "events": count}
    if session.json:
        put_json({**told, "dry_run": True} if dry_run else told)
    elif dry_run:
        click.echo(f"{store.place}: would be a new store with {count:,} events; nothing was written")
    else:
        click.echo(f"{store.place}: a new store with {count:,} events; compare: grants export log, sha256")
    return 0
