"""分割: the night's work in parts, a prefecture each, and one part folded by the code of the store's own night."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from lifecycle.errors import BadInput, IntegrityFailure
from lifecycle.large import engine
from lifecycle.large.manifest import Listed, Manifest, unchanged
from lifecycle.large.tables import new_tables, standing, tables_in
from lifecycle.nightly.folding import build_of, fresh
from lifecycle.projections.nightly import NIGHTLY
from lifecycle.store.histories import Stored
from lifecycle.values import authority_of, has_code_form

NIGHT, PARTS = "night", "parts"
"""Folders: of the night within the export, and of the parts within the night."""

NOBODY = "00"
"""Stands for the prefecture of what belongs to no authority: officers, rounds, programmes."""

SHARE = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


class Part(NamedTuple):
    """The events of one prefecture: their files, how many they are, and a key of all that its rows follow from."""

    prefecture: str
    files: tuple[Listed, ...]
    events: int
    key: str

    @property
    def file(self) -> str:
        """The name of the file of its read tables."""
        return f"{self.prefecture}-{self.key}.db"


class Job(NamedTuple):
    """What a job needs to know of the whole: the export's folder, the log's last event, its memory, where it writes."""

    folder: Path
    upto: int
    memory_mb: int
    writing: Path


class Share(NamedTuple):
    """One machine's share of the parts: the `number`-th of so many."""

    number: int
    of: int

    @classmethod
    def told(cls, text: str) -> Share:
        """A share as `2/3`.

        Raises:
            BadInput: it is none.
        """
        found = SHARE.fullmatch(text)
        if found is None or int(found[1]) > int(found[2]):
            raise BadInput(f"--share: {text!r} is no share like 2/3")
        return cls(int(found[1]), int(found[2]))


def parts_of(manifest: Manifest) -> list[Part]:
    """Every part of an export, the largest first, so that no job is left with a large one at the end."""
    by_prefecture: dict[str, list[Listed]] = {}
    for file in manifest.of_events():
        by_prefecture.setdefault(file.prefecture, []).append(file)
    parts = [
        Part(prefecture, tuple(files), sum(file.rows for file in files), _key(manifest, files))
        for prefecture, files in by_prefecture.items()
    ]
    return sorted(parts, key=lambda part: (-part.events, part.prefecture))


def _key(manifest: Manifest, files: Iterable[Listed]) -> str:
    told = sha256(f"{manifest.events}\n".encode())
    for projection in NIGHTLY:
        half = fresh(projection, 0)
        told.update(f"{half.projection} {half.version} {half.columns}\n".encode())
    for file in files:
        told.update(f"{file.path} {file.sha256}\n".encode())
    return told.hexdigest()[:16]


def share_of(parts: list[Part], share: Share) -> list[Part]:
    """The parts of one share: each part, largest first, goes to whoever has the fewest events by then."""
    loads = [(0, number) for number in range(1, share.of + 1)]
    own = []
    for part in parts:
        events, number = min(loads)
        loads[loads.index((events, number))] = (events + part.events, number)
        if number == share.number:
            own.append(part)
    return own


def place_of(folder: Path, part: Part) -> Path:
    """Where a part's read tables are, once they are whole."""
    return folder / NIGHT / PARTS / part.file


def is_ready(folder: Path, part: Part, upto: int) -> bool:
    """True for a part that stands, whole and as it was written; one that was broken is folded again."""
    path = place_of(folder, part)
    if not path.exists():
        return False
    try:
        with tables_in(path) as tables:
            sound, _ = standing(tables, upto)
    except IntegrityFailure:
        return False
    return len(sound) == len(NIGHTLY)


def fold_part(job: Job, part: Part) -> int:
    """Fold a part into read tables of its own, which appear whole or not at all. Returns how many events.

    Raises:
        BadInput: there is not enough memory.
        IntegrityFailure: a file was changed, or an event can't be read.
    """
    paths = list(unchanged(job.folder, part.files))
    with TemporaryDirectory(dir=job.writing, prefix=f"{part.prefecture}-") as name:
        place = Path(name)
        with engine.opened(job.memory_mb, place) as found:
            events = _own(part, found.by_stream(paths))
            with new_tables(place / "tables.db") as tables:
                halves = build_of(tables, events, [fresh(each, 0) for each in NIGHTLY], job.upto)
                with tables.writing():
                    tables.serve(halves)
        appear(place / "tables.db", place_of(job.folder, part))
    return part.events


def _own(part: Part, events: Iterable[Stored]) -> Iterator[Stored]:
    """The events, each of which must be of the part's prefecture: else a stream would be folded in two places."""
    for one in events:
        code = authority_of(one.stream)
        if (code[:2] if has_code_form(code) else NOBODY) != part.prefecture:
            raise IntegrityFailure(
                f"event {one.n} of {one.stream} stands among those of {part.prefecture}; the export was changed"
            )
        yield one


def appear(path: Path, target: Path) -> None:
    """Let a whole file take its place, once the disk has it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)


def check_log(job: Job, manifest: Manifest) -> int:
    """The events of all files, in the order of their numbers, are the log of the manifest's digest. Folds nothing.

    Raises:
        BadInput: there is not enough memory.
        IntegrityFailure: an event is missing, or there is another digest.
    """
    told, last, at = sha256(), 0, ""
    paths = list(unchanged(job.folder, manifest.of_events()))
    with engine.opened(job.memory_mb, job.writing) as found:
        for one in found.by_number(paths):
            if one.n != last + 1:
                raise IntegrityFailure(f"after event {last} the export goes on with {one.n}; export again")
            last, at = one.n, one.recorded_at
            told.update(one.entry + b"\n")
    if (last, at, told.hexdigest()) != (manifest.events, manifest.last_recorded_at, manifest.log_sha256):
        raise IntegrityFailure(
            f"the events of the export end at {last} with sha256 {told.hexdigest()}; its manifest says "
            f"{manifest.events} and {manifest.log_sha256}"
        )
    return 0
