"""The short form of the long races (python -m tests.soak --races 10000): no overshoot, no yen that all were refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from store.racers import Racers

from .last_yen import FORMS, race

RACES = 25


@pytest.mark.parametrize("form", FORMS)
def test_the_last_yen_of_each_cap_is_given_once(tmp_path: Path, racers: Racers, form: str) -> None:
    counts = race(tmp_path, form, RACES, racers)
    assert counts["races"] == RACES
    assert counts["won"] + counts["refused"] == 4 * RACES
    assert RACES <= counts["won"] <= 2 * RACES
