"""夜間処理 over an export: parts folded at once, joined into one file of read tables, which takes its place whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError

from lifecycle.errors import BadInput, IntegrityFailure
from lifecycle.large import jobs
from lifecycle.large.engine import LEAST_MB, duckdb
from lifecycle.large.manifest import Manifest, read_manifest, refuse_changed, refuse_incomplete
from lifecycle.large.parts import (
    NIGHT,
    PARTS,
    Job,
    Part,
    Share,
    appear,
    check_log,
    fold_part,
    is_ready,
    parts_of,
    place_of,
    share_of,
)
from lifecycle.large.tables import new_tables, standing, tables_in
from lifecycle.nightly.folding import fresh
from lifecycle.nightly.lock import exclusive_file
from lifecycle.nightly.running import Progress, Run, Work, recorded
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store.read_tables import Half, ReadTables
from lifecycle.store.row_sums import as_number, as_text, digest_of

WHOLE = "whole"
UNDER_WAY = "another night is being made over this folder; nothing was done"


class Means(Struct, frozen=True):
    """What a night may take: so many jobs at once, and memory for all of them before they write to disk."""

    jobs: int
    memory_mb: int

    @property
    def of_each(self) -> int:
        """Memory of one job, in MB.

        Raises:
            BadInput: it is too little to sort with.
        """
        each = self.memory_mb // self.jobs
        if each < LEAST_MB:
            raise BadInput(
                f"{self.memory_mb:,}MB for {self.jobs} jobs are less than {LEAST_MB}MB for each; "
                "give more --memory or fewer --jobs"
            )
        return each


class Folded(Struct, frozen=True):
    """A share as it was folded: of how many parts it is made, with how many events; `left` were not there yet."""

    parts: int
    events: int
    left: int


def tables_path(folder: Path, manifest: Manifest) -> Path:
    """The file of the night's read tables; an export of another log has another."""
    return folder / NIGHT / f"tables-{manifest.log_sha256[:16]}.db"


def night_over(
    folder: Path,
    now: Callable[[], datetime],
    means: Means,
    sha256: str | None = None,
    progress: Progress = lambda *_: None,
) -> Run:
    """夜間処理 of every read table over an export; the digests are those of a store with the same log.

    Raises:
        NotFound, BadInput: the folder is no export of a whole log; DuckDB is not installed; too little memory.
        Busy: another night is being made there, or a job was ended from outside.
        IntegrityFailure: the export is not whole, was changed, or has another digest than `sha256`.
    """
    manifest = _sound(folder, sha256)
    target = tables_path(folder, manifest)
    with _place(folder, WHOLE) as writing:
        if target.exists():
            refuse_changed(folder, manifest)  # else it would say that all is well, and have looked at nothing
        again, changed = _again(target, manifest, now, progress)
        if again:
            return again
        with new_tables(writing / "tables.db") as tables:
            work = Work(tables, manifest.events, progress, tampered=changed, total=manifest.events)
            with recorded(work, "nightly", 0, now) as record:
                job = Job(folder, manifest.events, means.of_each, writing)
                parts = parts_of(manifest)
                _fold(job, parts, means.jobs, work.tell, [(check_log, (job, manifest))])
                record(joined(tables, [place_of(folder, part) for part in parts], manifest.events))
        appear(writing / "tables.db", target)
        shutil.rmtree(folder / NIGHT / PARTS, ignore_errors=True)
    return record.run


def fold_share(
    folder: Path, share: Share, means: Means, sha256: str | None = None, progress: Progress = lambda *_: None
) -> Folded:
    """One machine's share of the parts; `night_over` joins them, once all are in one folder.

    Raises:
        as `night_over`.
    """
    manifest = _sound(folder, sha256)
    own = share_of(parts_of(manifest), share)
    total = sum(part.events for part in own)
    done = 0

    def tell(events: int) -> None:
        nonlocal done
        done += events
        progress(done, total)

    with _place(folder, f"{share.number}-of-{share.of}") as writing:
        left = _fold(Job(folder, manifest.events, means.of_each, writing), own, means.jobs, tell, [])
    return Folded(len(own), total, left)


def _sound(folder: Path, sha256: str | None) -> Manifest:
    duckdb()
    manifest = read_manifest(folder)
    refuse_incomplete(folder, manifest)
    if sha256 is not None and manifest.log_sha256 != sha256.lower():
        raise IntegrityFailure(f"the export's log has sha256 {manifest.log_sha256}, not {sha256}")
    return manifest


@contextmanager
def _place(folder: Path, label: str) -> Iterator[Path]:
    """A folder to write in, for whoever holds the lock of this label; what a killed run left there is gone."""
    night = folder / NIGHT
    night.mkdir(exist_ok=True)
    with exclusive_file(night / f"{label}.lock", UNDER_WAY):
        for left in night.glob(f"writing-{label}-*"):
            shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(dir=night, prefix=f"writing-{label}-") as writing:
            yield Path(writing)


def _again(
    target: Path, manifest: Manifest, now: Callable[[], datetime], progress: Progress
) -> tuple[Run | None, list[str]]:
    """The run of a night that stands already, or None and the names of read tables that were changed since."""
    if not target.exists():
        return None, []
    try:
        with tables_in(target, read_only=False) as tables:
            sound, changed = standing(tables, manifest.events)
            if len(sound) < len(NIGHTLY):
                return None, changed
            work = Work(tables, manifest.events, progress)
            with recorded(work, "nightly", manifest.events, now) as record:
                record(list(sound.values()))
            return record.run, []
    except IntegrityFailure:
        return None, [projection.NAME for projection in NIGHTLY]


def _fold(
    job: Job, parts: list[Part], at_once: int, tell: Callable[[int], None], others: list[jobs.Task]
) -> int:
    """Fold the parts that are not there yet, beside other tasks. Returns how many that were."""
    left = []
    for part in parts:
        if is_ready(job.folder, part, job.upto):
            tell(part.events)
        else:
            left.append(part)
    folds: list[jobs.Task] = [(fold_part, (job, part)) for part in left]
    jobs.run([*others, *folds], at_once, tell)
    return len(left)


def joined(tables: ReadTables, paths: list[Path], upto: int) -> list[Half]:
    """The rows of all parts in one place, by subject; the sum of a read table's rows is that of its parts' sums.

    Raises:
        IntegrityFailure: two parts tell of one subject.
    """
    database = tables.database
    database.exec_driver_sql("PRAGMA cache_size=-65536")
    halves = {each.NAME: fresh(each, 0) for each in NIGHTLY}
    for path in sorted(paths):
        with tables_in(path) as part:
            halves = {name: _more(halves[name], half) for name, half in part.served().items()}
        database.exec_driver_sql("ATTACH ? AS part", (str(path),))
        try:
            database.exec_driver_sql("INSERT INTO main.read_rows SELECT * FROM part.read_rows")
        except DBAPIError as error:
            raise IntegrityFailure(f"two parts tell of one subject: {error.orig}") from None
        finally:
            database.exec_driver_sql("DETACH part")
    return [_whole(tables, half, upto) for half in halves.values()]


def _more(half: Half, part: Half) -> Half:
    total = as_text(as_number(half.total) + as_number(part.total))
    return replace(half, rows=half.rows + part.rows, total=total)


def _whole(tables: ReadTables, half: Half, n: int) -> Half:
    reached = replace(half, n=n, total=as_text(as_number(half.total)), is_whole=True)
    done = replace(reached, digest=digest_of(reached))
    with tables.writing():
        tables.mark(done)
    return done
