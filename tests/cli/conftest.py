"""A shell for every test: the program runs in this process, on a store and a clock of the test's own."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import places
import pytest

from lifecycle.store.postgres import place_of

HERE = Path(__file__).parent
OFFICE = """
init --admin sato --on 2025-04-01
register-officer tanaka --name 田中 --roles officer --by sato --on 2025-04-01
register-officer kato --name 加藤 --roles preparer,head --authority 340006 --by sato --on 2025-04-01
register-officer suzuki --name 鈴木 --roles approver --by sato --on 2025-04-01
register-officer mori --name 森 --roles disbursing_officer --by sato --on 2025-04-01
register-officer ito --name 伊藤 --roles revenue_officer --by sato --on 2025-04-01
register-officer hara --name 原 --roles verifier --by sato --on 2025-04-01
open-round 2025-1 --programme R7-dai2sedai --opens-on 2025-04-01 --closes-on 2025-06-30 --by tanaka --on 2025-04-01
"""

CRITERIA = ("vision", "kpi", "self_reliance", "participation")
GRANTED = (("340006-2025-01", "granted.toml"), ("340006-2025-02", "like.toml"))
"""Two grants of one authority, with the application that each began with."""


class Answer(NamedTuple):
    """What one run gave."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return msgspec.json.decode(self.out)


class Shell:
    """Runs command lines in this process; the clock moves one second at each look."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self._now = datetime(2025, 4, 1, 0, 0, tzinfo=UTC)
        patch.setattr("cli.session.now", self._tick)

    def _tick(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def __call__(self, *words: str, stdin: bytes = b"") -> Answer:
        """Run one command line, given as words."""
        from cli.main import main

        streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
        with self._patch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            exit_code = main(list(words))
            texts = {name: self._plain(_text(stream)) for name, stream in streams.items()}
        return Answer(exit_code, texts["stdout"], texts["stderr"])

    def _plain(self, text: str) -> str:
        """What is printed, with the one name that a store has in these tests."""
        return text.replace(place_of(os.environ["GRANTS_STORE"]), "grants.db") if places.is_server() else text

    def ok(self, *words: str, stdin: bytes = b"") -> Answer:
        """Run one command line that has to succeed."""
        answer = self(*words, stdin=stdin)
        assert answer.exit == 0, answer
        return answer


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """A shell in an empty folder, with no store yet."""
    monkeypatch.chdir(tmp_path)
    for name in ("GRANTS_STORE", "GRANTS_BY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    if places.is_server():
        monkeypatch.setenv("GRANTS_STORE", places.store_url(tmp_path / "grants.db"))
    for file in (HERE / "files").iterdir():
        shutil.copy(file, tmp_path)
    return Shell(monkeypatch)


@pytest.fixture(scope="session")
def opened_store(store_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its officers and a round, made once."""
    store = tmp_path_factory.mktemp("office") / "grants.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRANTS_STORE", places.store_url(store))
        shell = Shell(patch)
        for line in OFFICE.strip().splitlines():
            shell.ok(*line.split())
    return store


@pytest.fixture(scope="session")
def granted_store(store_kind: str, opened_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office's store with two grants that are decided and not paid, made once."""
    store = tmp_path_factory.mktemp("granted") / "grants.db"
    places.copied(opened_store, store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRANTS_STORE", places.store_url(store))
        shell = Shell(patch)
        for project, file in GRANTED:
            for line in granting(project, HERE / "files" / file):
                shell.ok(*line.split())
    return store


def granting(project: str, application: Path) -> Iterator[str]:
    """The command lines that lead to a decision."""
    grant = f"{project}/2025"
    yield f"submit {application} --by kato --on 2025-05-01"
    for criterion in CRITERIA:
        yield f"score {grant} --criterion {criterion} --score 4 --reason 妥当 --by tanaka --on 2025-05-15"
    yield f"certify-plan {project} --certificate-no 第76回-1 --by suzuki --on 2025-05-20"
    yield f"approve {grant} --by suzuki --on 2025-06-10"


@pytest.fixture
def office(shell: Shell, opened_store: Path, tmp_path: Path) -> Shell:
    """A shell in a folder with an office's store."""
    places.copied(opened_store, tmp_path / "grants.db")
    return shell
