"""What a contributor's editor says, as tests: lint, format, types, and imports that point down only."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .source import PRODUCT, ROOT

FOLDERS = [*PRODUCT, "tests", "benchmarks"]
TOOLS = {
    "lint": ["-m", "ruff", "check", "--quiet", *FOLDERS],
    "format": ["-m", "ruff", "format", "--check", "--quiet", *FOLDERS],
    "types": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_finds_nothing(tool):
    found = subprocess.run(
        [sys.executable, *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_contracts_of_imports_are_these():
    """A contract that somebody drops would be kept by everyone."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts] == [
        "imports point down",
        "judging is pure",
        "aggregates know the event library only",
    ]
    assert project["tool"]["mypy"]["strict"] is True
