"""Stores, and the exports of their logs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .logs import World, world


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """A store and its export for each log; exports that are to be changed are copied first."""
    return {which: world(which, tmp_path_factory.mktemp(which)) for which in ("golden", "longer")}


@pytest.fixture
def golden_export(worlds: dict[str, World], tmp_path: Path) -> Path:
    """A copy of the export of the golden life."""
    return copied(worlds["golden"].export, tmp_path / "golden-parquet")


@pytest.fixture
def longer_export(worlds: dict[str, World], tmp_path: Path) -> Path:
    """A copy of the export of the longer log."""
    return copied(worlds["longer"].export, tmp_path / "longer-parquet")


def copied(folder: Path, target: Path) -> Path:
    """A copy of an export, without a night."""
    return shutil.copytree(folder, target, ignore=shutil.ignore_patterns("night"))
