"""The program in this process, on a store, in a folder."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import NamedTuple

import pytest


class Answer(NamedTuple):
    """How a run ended and what it printed."""

    exit: int
    out: str
    err: str


class Shell:
    """Runs command lines."""

    def __init__(self, store: Path, folder: Path) -> None:
        self._store, self._folder = store, folder

    def __call__(self, *words: str) -> Answer:
        """One command line."""
        from cli.main import main

        streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self._folder)
            patch.setenv("GRANTS_STORE", f"sqlite:///{self._store}")
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            ended = main(list(words))
            told = [_text(stream) for stream in streams.values()]
        return Answer(ended, *told)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
