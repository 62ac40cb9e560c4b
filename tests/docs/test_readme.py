"""README is executed: every block, in order, as a newcomer would type it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
INSTALL, TEST, *WALK = BLOCKS


def lines_of(block: str) -> list[str]:
    return [line for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, int, str]]:
    """Every line of the walk: the line, its exit code, the one it says it has, and what it printed."""
    folder = tmp_path_factory.mktemp("readme")
    application = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert application
    (folder / "application.toml").write_text(application.group(1), encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GRANTS_")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    told = []
    for line in (line for block in WALK for line in lines_of(block)):
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            environment[name] = value
            continue
        said = re.search(r"# exit (\d)", line)
        ran = subprocess.run(
            ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        told.append((line, ran.returncode, int(said.group(1)) if said else 0, ran.stdout + ran.stderr))
    return told


def test_every_line_of_the_walk_ends_as_it_says(walked):
    assert len(walked) > 25
    assert [(line, code, output) for line, code, said, output in walked if code != said] == []


def test_the_refusal_shown_is_the_one_named(walked):
    refused = [(line, output) for line, _, said, output in walked if said]
    assert refused
    for line, output in refused:
        named = line.rpartition("exit 1: ")[2].strip()
        assert f"refused: {named}" in output


def test_the_walk_settles_what_the_actual_cost_bears(walked):
    settled = next(output for line, _, _, output in walked if line.startswith("grants settle"))
    assert "151,000,000 yen" in settled
    assert "5,172,000 yen" in settled


def test_ci_installs_and_tests_exactly_as_the_readme_says():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "pip install -e '.[dev]'" in INSTALL
    assert "-e '.[dev]'" in script
    assert lines_of(TEST) == ["pytest"]
    assert script.rstrip().endswith("\npytest")
