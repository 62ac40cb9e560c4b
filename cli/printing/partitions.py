"""Read tables and events as Parquet, in folders by authority and fiscal year, with a manifest of all files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from cli.printing.parquet_out import arrow, schema_of, table_of
from lifecycle.errors import BadInput
from lifecycle.large.manifest import FORM, Listed, Manifest, listed, write_manifest
from lifecycle.nightly.running import Progress
from lifecycle.projections.nightly import COLUMNS
from lifecycle.projections.shape import Column, count, day, text
from lifecycle.reports.view import View
from lifecycle.store import histories
from lifecycle.store.entries import read_entry
from lifecycle.values import authority_of, fiscal_year_of, has_code_form

EVENTS = (
    count("n", "記録番号", "event"),
    text("authority", "団体コード", "authority"),
    count("fiscal_year", "処理日の年度", "fiscal year of the business date"),
    text("stream", "記録", "stream"),
    count("version", "版", "version"),
    text("type", "種別", "type"),
    text("recorded_at", "記録日時", "recorded at"),
    day("effective_on", "処理日", "effective on"),
    text("entry", "記録の全文", "the exact stored bytes"),
)
NOBODY, NO_YEAR = "000000", 0
"""What belongs to no authority (officers, rounds), or to no single year (plans)."""


def write_partitions(
    view: View, folder: Path, tables: tuple[str, ...], progress: Progress = lambda *_: None
) -> dict[str, int]:
    """Write these tables into a new folder; it appears whole or not at all. Returns how many files and rows.

    `progress` is told how many events of how many are written.

    Raises:
        BadInput: the folder exists or can't be written, or pyarrow is not installed.
    """
    arrow()
    if folder.exists():
        raise BadInput(f"{folder} exists; name a new folder")
    if not folder.parent.is_dir():
        raise BadInput(f"there is no folder {folder.parent} to write {folder.name} into")
    beside = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        files = []
        for name in tables:
            of_table = 0
            for file in _files(view, beside, name):
                files.append(file)
                of_table += file.rows
                if name == "events":
                    progress(of_table, view.n)
        view.refuse_moved()
        beside.mkdir(exist_ok=True)
        write_manifest(beside, _manifest(view, files, has_events="events" in tables))
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return {"files": len(files), "rows": sum(file.rows for file in files)}


def _files(view: View, folder: Path, name: str) -> Iterator[Listed]:
    columns, found = (EVENTS, _events(view)) if name == "events" else (COLUMNS[name], view.rows(name))
    for authority, year, part in _parts(found):
        place = folder / name / f"authority={authority}" / f"fiscal_year={year}"
        place.mkdir(parents=True)
        _write(place / "part-0.parquet", columns, part)
        yield listed(folder, place / "part-0.parquet", len(part))


def _manifest(view: View, files: list[Listed], *, has_events: bool) -> Manifest:
    """What the export holds; the digest of a whole log is that of its bytes in the order of their numbers."""
    has_log = has_events and view.point.effective_on is None
    told, last = sha256(), ""
    for stored in view.stored() if has_log else ():
        told.update(stored.entry + b"\n")
        last = stored.recorded_at
    return Manifest(
        form=FORM,
        clock="effective" if view.point.effective_on else "recorded",
        events=view.n,
        last_recorded_at=last,
        log_sha256=told.hexdigest() if has_log else "",
        files=tuple(files),
    )


def _events(view: View) -> Iterator[dict[str, Any]]:
    for one in histories.by_stream(view.log, view.n, effective_on=view.point.effective_on):
        entry = read_entry(one.entry)
        code = authority_of(one.stream)
        yield {
            "n": one.n,
            "authority": code if has_code_form(code) else NOBODY,
            "fiscal_year": fiscal_year_of(entry.effective_on),
            "stream": one.stream,
            "version": one.version,
            "type": entry.type,
            "recorded_at": one.recorded_at,
            "effective_on": entry.effective_on,
            "entry": one.entry.decode(),
        }


def _parts(rows: Iterator[Any]) -> Iterator[tuple[str, int, list[Any]]]:
    """One authority at a time is held in memory; its rows by year."""
    for authority, own in groupby(rows, lambda row: row.get("authority") or NOBODY):
        by_year: dict[int, list[Any]] = {}
        for row in own:
            by_year.setdefault(row.get("fiscal_year") or NO_YEAR, []).append(row)
        for year, part in sorted(by_year.items()):
            yield authority, year, part


def _write(path: Path, columns: tuple[Column, ...], rows: list[Any]) -> None:
    """The partition's own columns stand in its path; they are not repeated in the file."""
    pa = arrow()
    kept = tuple(column for column in columns if column.name not in ("authority", "fiscal_year"))
    pa.parquet.write_table(table_of(kept, rows, schema_of(kept)), path)
