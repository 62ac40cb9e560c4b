"""目録: what a Parquet export holds: every file with its rows and its sha256, and the digest of the log in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import file_digest
from pathlib import Path

import msgspec
from msgspec import Struct

from lifecycle.errors import BadInput, IntegrityFailure, NotFound
from lifecycle.values import has_code_form

NAME = "manifest.json"
FORM = 1
"""Counts the changes of what an export looks like."""

PLACE = re.compile(r"events/authority=([0-9]{6})/fiscal_year=[0-9]{1,4}/part-0\.parquet")


class Listed(Struct, frozen=True):
    """A file of the export: where it is in the folder, how many rows it has, its sha256."""

    path: str
    rows: int
    sha256: str

    @property
    def prefecture(self) -> str:
        """都道府県: the first two digits of the authority's code; 00 for events of no authority."""
        found = PLACE.fullmatch(self.path)
        return found[1][:2] if found else ""


class Manifest(Struct, frozen=True):
    """The whole export. `events` is the number of its last event, `log_sha256` the digest that `audit_trail` prints."""

    form: int
    clock: str
    events: int
    last_recorded_at: str
    log_sha256: str
    files: tuple[Listed, ...]

    def of_events(self) -> list[Listed]:
        """The files that hold the log."""
        return [file for file in self.files if file.path.startswith("events/")]


def digest_of(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def listed(folder: Path, path: Path, rows: int) -> Listed:
    """A file that was written, as the manifest has it."""
    return Listed(path.relative_to(folder).as_posix(), rows, digest_of(path))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it, in a form that people can read."""
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export that holds a whole log.

    Raises:
        NotFound: the folder is no export.
        BadInput: the export does not hold the log up to a point of the recorded clock.
        IntegrityFailure: the manifest can't be read, or names a file that no export writes.
    """
    path = folder / NAME
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise NotFound(
            f"{path} can't be read ({error.strerror}): a night is made over the folder of a whole "
            "`grants export parquet`"
        ) from None
    except msgspec.DecodeError as error:
        raise IntegrityFailure(f"{path} is no manifest of an export: {error}") from None
    if manifest.form != FORM:
        raise BadInput(f"{path} has form {manifest.form}; this program reads form {FORM}: export again")
    if manifest.clock != "recorded":
        raise BadInput(
            "this export was made on the effective clock and leaves events out; a night needs the whole log up to "
            "a point: grants export parquet without --clock effective"
        )
    if not manifest.of_events() and manifest.events:
        raise BadInput("this export holds no events: grants export parquet --only events -o FOLDER")
    for file in manifest.of_events():
        if not PLACE.fullmatch(file.path):
            raise IntegrityFailure(f"{path} names {file.path}, which no export writes")
    return manifest


def refuse_incomplete(folder: Path, manifest: Manifest) -> None:
    """Every file of the log is there, none beside them, and together they have as many rows as the log has events.

    Raises:
        IntegrityFailure: otherwise.
    """
    named = {file.path for file in manifest.of_events()}
    there = {path.relative_to(folder).as_posix() for path in folder.glob("events/**/*") if path.is_file()}
    _refuse(folder, "is missing", named - there)
    _refuse(folder, f"is not in {NAME}", there - named)
    rows = sum(file.rows for file in manifest.of_events())
    if rows != manifest.events:
        raise IntegrityFailure(f"{folder / NAME} lists {rows:,} events of a log of {manifest.events:,}")


def _refuse(folder: Path, what: str, paths: Iterable[str]) -> None:
    named = sorted(paths)
    if named:
        more = f", and {len(named) - 1:,} more" if named[1:] else ""
        raise IntegrityFailure(f"{folder / named[0]} {what}{more}; copy the export again")


def unchanged(folder: Path, files: Iterable[Listed]) -> Iterator[Path]:
    """The paths of files whose bytes are those that were exported.

    Raises:
        IntegrityFailure: a file is missing, or was changed.
    """
    for file in files:
        path = folder / file.path
        try:
            found = digest_of(path)
        except OSError as error:
            raise IntegrityFailure(f"{path} can't be read: {error.strerror}") from None
        if found != file.sha256:
            raise IntegrityFailure(f"{path} was changed since it was exported; copy the export again")
        yield path


def refuse_changed(folder: Path, manifest: Manifest) -> None:
    """Every file of the log has the bytes that were exported. A night that is made folds them, and finds it by that.

    Raises:
        IntegrityFailure: a file is missing, or was changed.
    """
    for _ in unchanged(folder, manifest.of_events()):
        pass


def holding(manifest: Manifest, beginning: str) -> list[Listed]:
    """The files that hold the streams of an authority, or of a project or grant; all of them for anything else."""
    code = beginning[:6]
    if not has_code_form(code):
        return manifest.of_events()
    return [file for file in manifest.of_events() if f"/authority={code}/" in file.path]
