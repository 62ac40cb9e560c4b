"""An office that imports lists: a store with its officers, a shell on it, and lists made as files."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import openpyxl
import places
import pytest

OFFICE = (
    "init --admin sato --on 2025-04-01",
    "register-officer tanaka --name 田中 --roles officer --by sato --on 2025-04-01",
    "register-officer suzuki --name 鈴木 --roles approver --by sato --on 2025-04-01",
    "confirm-programme R8-mirai-suishin --basis inherited --document 事務連絡 --by suzuki --on 2026-04-01",
)
NOON = datetime(2026, 6, 1, 3, tzinfo=UTC)
"""Noon in Japan of the day on which these tests play."""


class Answer(NamedTuple):
    """What one run gave."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return msgspec.json.decode(self.out)


class Importer:
    """Runs `grants` in this process, in a folder of the test's own."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self._patch = patch
        self.folder = folder
        self.now = NOON

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def run(self, *words: str, stdin: bytes = b"", terminal: bool = False) -> Answer:
        """Run one command line."""
        from cli.main import main

        streams = [Kept(io.BytesIO(), encoding="utf-8") for _ in range(2)]
        streams[1].is_terminal = terminal
        with self._patch.context() as patch:
            patch.chdir(self.folder)
            if places.is_server():
                patch.setenv("GRANTS_STORE", places.store_url(self.folder / "grants.db"))
            patch.setattr("cli.session.now", self._tick)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            patch.setattr(sys, "stdout", streams[0])
            patch.setattr(sys, "stderr", streams[1])
            exit_code = main(list(words))
            return Answer(exit_code, *(stream.text() for stream in streams))

    def take(self, file: str, *options: str, **settings: Any) -> Answer:
        """`grants import decisions FILE`, by the officer, on the day after the decisions."""
        return self.run(
            "import", "decisions", file, "--by", "tanaka", "--on", "2026-04-02", *options, **settings
        )

    def taken(self, file: str, *options: str) -> Any:
        """The same, as JSON."""
        return self.take(file, "--json", *options).json

    @property
    def events(self) -> int:
        """How many events the log holds."""
        return len(self.run("log", "--json").json)

    def used_yen(self, authority: str, kind: str = "soft", year: int = 2026) -> int:
        """What `caps` shows as used in a fiscal year."""
        caps = self.run("caps", authority, "--fiscal-year", str(year), "--json").json
        return next(
            w["used_yen"] for w in caps["windows"] if w["kind"] == kind and w["period"] == "fiscal_year"
        )


class Kept(io.TextIOWrapper):
    """Output that is kept."""

    is_terminal = False

    def isatty(self) -> bool:
        return self.is_terminal

    def text(self) -> str:
        """Everything that was written."""
        self.flush()
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def opened(store_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with its officers and confirmed caps, made once."""
    folder = tmp_path_factory.mktemp("importing")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GRANTS_STORE", "GRANTS_BY"):
            patch.delenv(name, raising=False)
        for line in OFFICE:
            assert Importer(patch, folder).run(*line.split()).exit == 0
        yield folder / "grants.db"


@pytest.fixture
def office(opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Importer:
    """A shell in a folder with that store."""
    for name in ("GRANTS_STORE", "GRANTS_BY"):
        monkeypatch.delenv(name, raising=False)
    places.copied(opened, tmp_path / "grants.db")
    return Importer(monkeypatch, tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Write a list into the folder; returns its name."""

    def write_file(content: str | bytes, name: str = "list.csv") -> str:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        return name

    return write_file


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., str]:
    """Make a workbook of one sheet, as a person would type it, then change it; returns its name."""

    def make(
        rows: list[list[Any]],
        change: Callable[[openpyxl.Workbook], None] = lambda _: None,
        name: str = "list.xlsx",
    ) -> str:
        book = openpyxl.Workbook()
        book.active.title = "採択一覧"
        for row in rows:
            book.active.append(row)
        change(book)
        book.save(tmp_path / name)
        return name

    return make
