"""I18: any time zone, locale and hash seed gives the same bytes; and the tables say so themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .logs import Growing, golden

PLACES = [
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/Los_Angeles", "LC_ALL": "POSIX", "PYTHONHASHSEED": "424242", "PYTHONUTF8": "0"},
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place["TZ"])
def test_a_night_gives_the_same_bytes_wherever_it_falls(tmp_path: Path, place: dict[str, str]) -> None:
    growing = Growing(tmp_path / "grants.db", golden())
    growing.grow(len(golden()))
    expected, _ = growing.rebuilt(len(golden()))
    growing.close()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GRANTS_")
    } | place
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from cli.main import main; sys.exit(main())",
            "nightly",
            "--json",
        ],
        env=environment | {"GRANTS_STORE": f"sqlite:///{tmp_path}/grants.db"},
        capture_output=True,
        check=True,
    )
    told = {table["projection"]: table["digest"] for table in json.loads(ran.stdout)["tables"]}
    assert told == {name: half.digest for name, half in expected.items()}
