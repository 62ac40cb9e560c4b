"""Where a file of output goes: beside its target until it is whole, through a pipe or a device, never onto a store."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cli.session import Session
from lifecycle.errors import BadInput

STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
"""Names of standard output."""

BESIDE = ("", "-wal", "-shm", "-journal", ".nightly")
"""What stands beside a store in a file and is a part of it, or would be taken for one."""

SYSTEM = ("/dev/", "/proc/")
"""Where names stand for what is open, not for a file in a folder."""


class Target(NamedTuple):
    """書出し先: as it was named, and the file it is in truth. `through`: written into, since nothing can replace it."""

    told: str
    path: Path
    through: bool = False


def output_of(session: Session, given: str | None, over: str | None = None) -> Target | None:
    """Where an output goes; None for standard output, also by its names. `over`: the export that is read.

    Raises:
        BadInput: it is a folder, a part of the store or of that export, or can't be looked at.
    """
    return None if given is None or given in STDOUT else target_of(session, given, over)


def target_of(session: Session, given: str, over: str | None = None) -> Target:
    """Where a file goes. A link stays: what it leads to is replaced. A pipe or a device is written through.

    Raises:
        BadInput: as above.
    """
    path = Path(os.path.realpath(given))
    try:
        mode = Path(given).stat().st_mode
    except FileNotFoundError:
        mode = None
    except OSError as error:
        raise BadInput(f"{given} can't be written: {error.strerror}") from None
    if mode is not None and stat.S_ISDIR(mode):
        raise BadInput(f"{given} is a folder; name a file in it")
    refuse_store(session, given)
    if over is not None and Path(over).resolve() in path.parents:
        raise BadInput(f"{given} lies in the export that is read; name a file outside {over}")
    if mode is None or (stat.S_ISREG(mode) and not str(Path.cwd() / given).startswith(SYSTEM)):
        return Target(given, path)
    return Target(given, Path(given), through=True)


def refuse_store(session: Session, given: str) -> None:
    """An output that would take the place of the ledger, or of a file beside it.

    Raises:
        BadInput: it would, by whatever name, link or path.
    """
    from lifecycle.store.sqlite import path_of

    if not session.store.startswith("sqlite:"):
        return
    store = path_of(session.store)
    files = [Path(f"{place}{ending}") for place in (store, store.resolve()) for ending in BESIDE]
    if any(_is_same(Path(given), file) for file in files):
        raise BadInput(
            f"{given} is the ledger itself, or a part of it; name another file. Nothing was written"
        )


def _is_same(one: Path, other: Path) -> bool:
    """By its path once links are followed, or, where both are there, by the file itself."""
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return one.samefile(other)
    except OSError:
        return False


@contextmanager
def whole_file(target: Target) -> Iterator[Path]:
    """A file beside the target that takes its place once it is whole; what was there before stays until then.

    What is written through a pipe or a device is made whole elsewhere first.

    Raises:
        BadInput: the folder is not there, or can't be written.
    """
    folder = None if target.through else target.path.parent
    try:
        number, name = tempfile.mkstemp(dir=folder, prefix=f".{target.path.name}.", suffix=target.path.suffix)
    except OSError as error:
        raise BadInput(f"{target.told} can't be written: {error.strerror}") from None
    os.close(number)
    path = Path(name)
    try:
        yield path
        if target.through:
            _pour(path, target.path)
        else:
            path.chmod(0o644)
            path.replace(target.path)
    except OSError as error:
        if error.filename in (None, name) and not isinstance(error, BrokenPipeError):
            error.filename, error.filename2 = target.told, None
        raise
    finally:
        path.unlink(missing_ok=True)


def _pour(path: Path, target: Path) -> None:
    """Write a file into a pipe or a device, which is neither made anew nor emptied."""
    with path.open("rb") as whole, os.fdopen(os.open(target, os.O_WRONLY | os.O_APPEND), "wb") as out:
        shutil.copyfileobj(whole, out)
