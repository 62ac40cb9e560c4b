"""`grants demo`, played in an empty folder; once for all tests that only look at what it left."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest


class Answer(NamedTuple):
    """What one run gave."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return msgspec.json.decode(self.out)


class Kept(io.TextIOWrapper):
    """Output that is kept."""

    is_terminal = False

    def isatty(self) -> bool:
        return self.is_terminal

    def text(self) -> str:
        """Everything that was written."""
        self.flush()
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


class Folder:
    """A folder in which `grants` is run."""

    def __init__(self, path: Path, patch: pytest.MonkeyPatch) -> None:
        self.path = path
        self._patch = patch

    def run(self, *words: str, stdin: bytes = b"", terminal: bool = False) -> Answer:
        """Run one command line in this process."""
        from cli.main import main

        streams = [Kept(io.BytesIO(), encoding="utf-8") for _ in range(2)]
        for stream in streams:
            stream.is_terminal = terminal
        with self._patch.context() as patch:
            patch.chdir(self.path)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            patch.setattr(sys, "stdout", streams[0])
            patch.setattr(sys, "stderr", streams[1])
            exit_code = main(list(words))
            return Answer(exit_code, *(stream.text() for stream in streams))

    @property
    def files(self) -> list[str]:
        """The names of all files in it."""
        return sorted(path.name for path in self.path.iterdir())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty folder, and an environment that says nothing."""
    for name in ("GRANTS_STORE", "GRANTS_BY", "NO_COLOR", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return Folder(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """The folder in which the demo was played."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GRANTS_STORE", "GRANTS_BY"):
            patch.delenv(name, raising=False)
        yield Folder(tmp_path_factory.mktemp("stage"), patch)


@pytest.fixture(scope="session")
def played(stage: Folder) -> Answer:
    """What the demo printed there."""
    return stage.run("demo")
