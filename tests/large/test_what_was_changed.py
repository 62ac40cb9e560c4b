"""What was changed, lost or added is found before a figure is printed, and the sentence says where and what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from reports.shell import Shell
from store.office import HIROSHIMA, SAPPORO, Clock

from lifecycle.errors import BadInput, IntegrityFailure, NotFound, Refusal
from lifecycle.large import fold_share, night_over
from lifecycle.large.manifest import NAME, digest_of, read_manifest
from lifecycle.large.night import Means, joined, tables_path
from lifecycle.large.parts import Share, is_ready, parts_of, place_of
from lifecycle.large.tables import new_tables
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store import sqlite

from .logs import World

ONE = Means(jobs=1, memory_mb=200)
FILE = f"events/authority={HIROSHIMA}/fiscal_year=2025/part-0.parquet"
OTHER = f"events/authority={SAPPORO}/fiscal_year=2026/part-0.parquet"
Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def refused(folder: Path, refusal: type[Refusal] = IntegrityFailure) -> str:
    """What a night over it is refused for; and nothing of it is left that a report could read."""
    with pytest.raises(refusal) as told:
        night_over(folder, Clock(), ONE)
    assert list(folder.glob("night/*.db")) == []
    return told.value.message


def forge(folder: Path, file: str, change: Change) -> None:
    """Change a file's rows, and let the manifest agree with it: whoever may write the one may write the other."""
    path = folder / file
    table = pyarrow.parquet.read_table(path, partitioning=None)
    rows = change(table.to_pylist())
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=table.schema), path)
    amend(folder, lambda told: _listed_anew(told, file, len(rows), digest_of(path)))


def _listed_anew(told: dict[str, Any], file: str, rows: int, sha256: str) -> None:
    for each in told["files"]:
        if each["path"] == file:
            told["events"] += rows - each["rows"]
            each.update(rows=rows, sha256=sha256)


def amend(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change the manifest."""
    told = json.loads((folder / NAME).read_bytes())
    change(told)
    (folder / NAME).write_text(json.dumps(told))


# ---------------------------------------------------------------------- the files


def test_a_flipped_bit_is_found(golden_export: Path) -> None:
    path = golden_export / FILE
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "was changed since it was exported; copy the export again" in refused(golden_export)


def test_a_missing_file_is_found(golden_export: Path) -> None:
    (golden_export / FILE).unlink()
    assert refused(golden_export) == f"{golden_export / FILE} is missing; copy the export again"


def test_a_missing_authority_is_found_and_counted(golden_export: Path) -> None:
    there = len(list((golden_export / FILE).parents[1].rglob("*.parquet")))
    shutil.rmtree((golden_export / FILE).parents[1])
    assert f"is missing, and {there - 1} more" in refused(golden_export)


def test_a_file_that_nobody_exported_is_found(golden_export: Path) -> None:
    shutil.copy(golden_export / FILE, (golden_export / FILE).with_name("part-1.parquet"))
    assert f"part-1.parquet is not in {NAME}" in refused(golden_export)


def test_a_file_that_is_no_parquet_is_said_to_be_none(golden_export: Path) -> None:
    (golden_export / FILE).write_bytes(b"no parquet")
    amend(golden_export, lambda told: _listed_anew(told, FILE, 0, digest_of(golden_export / FILE)))
    amend(golden_export, lambda told: told["files"].sort(key=lambda each: each["rows"]))
    assert "the export can't be read" in refused(golden_export)


# ---------------------------------------------------------------------- files and manifest alike


def test_an_amount_that_was_changed_everywhere_has_another_digest(golden_export: Path) -> None:
    def more(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row | {"entry": row["entry"].replace('_yen":1', '_yen":9')} for row in rows]

    forge(golden_export, FILE, more)
    assert "its manifest says" in refused(golden_export)


def test_an_event_that_was_taken_out_leaves_a_gap(golden_export: Path) -> None:
    forge(golden_export, FILE, lambda rows: rows[:-1])
    assert "the export goes on with" in refused(golden_export)


def test_an_event_that_was_doubled_is_found(golden_export: Path) -> None:
    forge(golden_export, FILE, lambda rows: [*rows, rows[0]])
    assert "the export goes on with" in refused(golden_export)


@pytest.mark.parametrize(
    ("column", "value"),
    [("stream", f"{HIROSHIMA}-2025-09"), ("version", 77), ("recorded_at", "2025-04-01T00:00:00.000000Z")],
)
def test_a_column_that_says_something_else_than_its_entry_is_found(
    golden_export: Path, column: str, value: Any
) -> None:
    forge(golden_export, FILE, lambda rows: [rows[0] | {column: value}, *rows[1:]])
    share = next(
        n for n, part in enumerate(parts_of(read_manifest(golden_export)), 1) if part.prefecture == "34"
    )
    with pytest.raises(IntegrityFailure, match="its columns say"):
        fold_share(golden_export, Share(share, 4), ONE)
    refused(golden_export)


def test_events_among_those_of_another_prefecture_are_found(golden_export: Path) -> None:
    moved = pyarrow.parquet.read_table(golden_export / OTHER, partitioning=None).to_pylist()
    forge(golden_export, OTHER, lambda rows: rows[: len(rows) // 2])
    forge(golden_export, FILE, lambda rows: [*rows, *moved[len(moved) // 2 :]])
    assert f"{SAPPORO}-" in refused(golden_export)


def test_an_event_that_no_program_knows_stops_the_night(golden_export: Path) -> None:
    def unknown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [rows[0] | {"entry": rows[0]["entry"].replace('"type":"', '"type":"Later.')}, *rows[1:]]

    forge(golden_export, FILE, unknown)
    share = next(
        n for n, part in enumerate(parts_of(read_manifest(golden_export)), 1) if part.prefecture == "34"
    )
    with pytest.raises(IntegrityFailure, match="unknown event"):
        fold_share(golden_export, Share(share, 4), ONE)


# ---------------------------------------------------------------------- the manifest


@pytest.mark.parametrize(
    ("change", "refusal", "said"),
    [
        (lambda told: told.update(form=2), BadInput, "this program reads form 1: export again"),
        (lambda told: told.update(clock="effective"), BadInput, "effective clock and leaves events out"),
        (
            lambda told: told.update(files=[]),
            BadInput,
            "holds no events: grants export parquet --only events",
        ),
        (lambda told: told.update(events=told["events"] + 1), IntegrityFailure, "of a log of 194"),
        (lambda told: told.update(log_sha256="0" * 64), IntegrityFailure, "its manifest says 193 and 0000"),
        (lambda told: told.update(last_recorded_at=""), IntegrityFailure, "its manifest says"),
        (lambda told: told["files"][0].update(path="events/../x"), IntegrityFailure, "no export writes"),
        (lambda told: told.pop("log_sha256"), IntegrityFailure, "is no manifest of an export"),
    ],
)
def test_a_manifest_that_does_not_hold_is_refused(
    golden_export: Path, change: Callable[[dict[str, Any]], Any], refusal: type[Refusal], said: str
) -> None:
    amend(golden_export, change)
    assert said in refused(golden_export, refusal)


def test_a_folder_that_is_no_export_is_refused(tmp_path: Path) -> None:
    assert "folder of a whole `grants export parquet`" in refused(tmp_path, NotFound)
    assert "folder of a whole `grants export parquet`" in refused(tmp_path / "nowhere", NotFound)


def test_a_digest_that_was_kept_elsewhere_must_be_that_of_the_export(
    worlds: dict[str, World], golden_export: Path
) -> None:
    trail = json.loads(worlds["golden"].shell("report", "audit_trail", "--json").out)
    with pytest.raises(IntegrityFailure, match="not 00ff"):
        night_over(golden_export, Clock(), ONE, sha256="00ff")
    with pytest.raises(IntegrityFailure, match="not 00ff"):
        fold_share(golden_export, Share(1, 2), ONE, sha256="00ff")
    night_over(golden_export, Clock(), ONE, sha256=trail["heading"]["digest"].upper())


def test_the_manifest_names_every_file_with_its_digest(worlds: dict[str, World], tmp_path: Path) -> None:
    assert worlds["golden"].shell("export", "parquet", "-o", str(tmp_path / "all")).exit == 0
    manifest = read_manifest(tmp_path / "all")
    there = {path.relative_to(tmp_path / "all").as_posix() for path in tmp_path.rglob("*.parquet")}
    assert {file.path for file in manifest.files} == there
    for file in manifest.files:
        assert digest_of(tmp_path / "all" / file.path) == file.sha256
        assert pyarrow.parquet.read_metadata(tmp_path / "all" / file.path).num_rows == file.rows
    assert sum(file.rows for file in manifest.of_events()) == manifest.events == 193


# ---------------------------------------------------------------------- what was folded


def tamper(path: Path, statement: str) -> None:
    """Change read tables from outside."""
    connection = sqlite.driver.connect(str(path))
    connection.execute(statement)
    connection.commit()
    connection.close()


GIVE_MORE = "UPDATE read_rows SET cells = replace(cells, '0', '9') WHERE projection = 'payment_book'"


def test_a_read_table_that_was_changed_is_not_printed_and_is_built_again(golden_export: Path) -> None:
    first = night_over(golden_export, Clock(), ONE)
    tamper(tables_path(golden_export, read_manifest(golden_export)), GIVE_MORE)
    shell = Shell(golden_export / "no-store.db", golden_export.parent)
    over = ("--over", str(golden_export))
    done = shell("report", "execution", *over)
    assert (done.exit, done.out) == (5, "")
    assert "payment_book was changed from outside; `grants nightly --over" in done.err
    done = shell("nightly", *over)
    assert done.exit == 5
    assert "payment_book was changed from outside" in done.out
    again = night_over(golden_export, Clock(), ONE)
    assert (again.digest, again.tampered) == (first.digest, [])
    assert shell("report", "execution", *over).exit == 0


def test_read_tables_that_are_no_database_any_more_are_built_again(golden_export: Path) -> None:
    first = night_over(golden_export, Clock(), ONE)
    tables_path(golden_export, read_manifest(golden_export)).write_bytes(b"no database" * 100)
    shell = Shell(golden_export / "no-store.db", golden_export.parent)
    assert shell("report", "execution", "--over", str(golden_export)).exit == 5
    again = night_over(golden_export, Clock(), ONE)
    assert again.digest == first.digest
    assert again.tampered == [projection.NAME for projection in NIGHTLY]


@pytest.mark.parametrize(
    "breaking",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-5_000]),
        lambda path: path.write_bytes(b""),
        lambda path: tamper(path, "DELETE FROM read_rows WHERE projection = 'grant_register'"),
        lambda path: tamper(path, "UPDATE read_rows SET cells = replace(cells, '0', '9')"),
    ],
)
def test_a_part_that_was_broken_on_its_way_is_folded_again(
    golden_export: Path, breaking: Callable[[Path], Any]
) -> None:
    manifest = read_manifest(golden_export)
    part = next(part for part in parts_of(manifest) if part.prefecture == "34")
    fold_share(golden_export, Share(1, 1), ONE)
    breaking(place_of(golden_export, part))
    assert not is_ready(golden_export, part, manifest.events)
    run = night_over(golden_export, Clock(), ONE)
    assert (run.to_n, run.tampered) == (193, [])
    assert {half.projection: half.rows for half in run.tables}["grant_register"] > 0


def test_events_that_were_changed_after_the_night_are_not_printed(golden_export: Path) -> None:
    night_over(golden_export, Clock(), ONE)
    (golden_export / FILE).write_bytes((golden_export / OTHER).read_bytes())
    shell = Shell(golden_export / "no-store.db", golden_export.parent)
    for words in (("audit_trail",), ("own_agenda", "--authority", HIROSHIMA)):
        done = shell("report", *words, "--over", str(golden_export))
        assert done.exit == 5
        assert "was changed since it was exported" in done.err


def test_parts_that_tell_of_one_subject_are_not_joined(golden_export: Path, tmp_path: Path) -> None:
    fold_share(golden_export, Share(1, 1), ONE)
    manifest = read_manifest(golden_export)
    part = next(part for part in parts_of(manifest) if part.prefecture == "34")
    twice = place_of(golden_export, part).with_name("35-again.db")
    shutil.copy(place_of(golden_export, part), twice)
    with (
        new_tables(tmp_path / "tables.db") as tables,
        pytest.raises(IntegrityFailure, match="of one subject"),
    ):
        joined(tables, [place_of(golden_export, part), twice], manifest.events)


@pytest.mark.parametrize(
    "change",
    [
        lambda path, other: path.write_bytes(path.read_bytes()[:-7]),
        lambda path, other: shutil.copy(other, path),
        lambda path, other: path.unlink(),
    ],
    ids=["truncated", "swapped", "gone"],
)
def test_a_night_that_is_made_already_looks_at_the_files_before_it_says_that_all_is_well(
    golden_export: Path, change: Callable[[Path, Path], Any]
) -> None:
    first = night_over(golden_export, Clock(), ONE)
    change(golden_export / FILE, golden_export / OTHER)
    with pytest.raises(IntegrityFailure, match="copy the export again"):
        night_over(golden_export, Clock(), ONE)
    assert tables_path(golden_export, read_manifest(golden_export)).exists()
    assert first.tampered == []
