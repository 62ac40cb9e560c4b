"""A shell may close a stream: the answer is one line or none, the exit tells, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

GRANTS = str(Path(sys.executable).parent / "grants")


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("line", "exits"),
    [
        ("register-officer x1 --name x --roles officer --by sato --on 2025-04-01 --id K1 >&-", {8, 74}),
        ("list >&-", {0, 8, 74}),
        ("batch - <&-", {2}),
        ("submit - --by kato --on 2025-04-01 <&-", {2}),
    ],
)
def test_a_closed_stream_is_no_defect(tmp_path: Path, line: str, exits: set[int]) -> None:
    environment = {**os.environ, "GRANTS_STORE": f"sqlite:///{tmp_path}/grants.db"}
    subprocess.run([GRANTS, "init", "--admin", "sato", "--on", "2025-04-01"], env=environment, check=True)
    done = subprocess.run(
        ["sh", "-c", f"{GRANTS} {line}"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in exits
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr


@pytest.mark.embedded
@pytest.mark.parametrize(
    "words", ["report cap_use", "report cap_use --format csv", "show sato", "list --json"]
)
def test_a_closed_output_is_said_to_be_closed(tmp_path: Path, words: str) -> None:
    environment = {**os.environ, "GRANTS_STORE": f"sqlite:///{tmp_path}/grants.db"}
    subprocess.run([GRANTS, "init", "--admin", "sato", "--on", "2025-04-01"], env=environment, check=True)
    done = subprocess.run(
        ["sh", "-c", f"{GRANTS} {words} >&-"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr == "refused: system — standard output is closed, so the answer can't be given\n"


@pytest.mark.embedded
def test_a_command_whose_answer_finds_no_room_is_of_unknown_outcome_as_json_too(tmp_path: Path) -> None:
    environment = {**os.environ, "GRANTS_STORE": f"sqlite:///{tmp_path}/grants.db"}
    subprocess.run([GRANTS, "init", "--admin", "sato", "--on", "2025-04-01"], env=environment, check=True)
    line = "register-officer x1 --name x --roles officer --by sato --on 2025-04-01 --id K1 --json >/dev/full"
    done = subprocess.run(
        ["sh", "-c", f"{GRANTS} {line}"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 8
    assert "No space left on device" in done.stderr
    assert "grants outcome K1" in done.stderr
