"""The long run: writers, sealers and readers on a server for so many minutes, killed at random; prints counts.

python -m tests.soak --minutes 10 [--seed 1] [--races 1000]

Its short form is `tests/server/test_crowds.py` and `tests/store/test_races.py`. The server is that of the tests.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import places
from server.crowd import crowd, stands
from store.office import SAPPORO, YOKOHAMA, elsewhere, new, office_at
from store.racers import Racers

CAP_YEN = 1_000_000_000
PLAN_CAP_YEN = 2_000_000_000
WRITERS, SEALERS, READERS = 4, 3, 2


def soak(folder: Path, minutes: float, seed: int) -> dict[str, int]:
    """Let a crowd work, kill one of it or its link a few times a second, and see that everything stands."""
    office = office_at(folder / "soak")
    office.close()
    parts = {"writer": WRITERS, "sealer": SEALERS, "reader": READERS}
    with crowd(office.path, folder / "papers", seed, **parts) as working:
        until = time.monotonic() + minutes * 60
        turn = 0
        while time.monotonic() < until:
            working.pause(0.5)
            working.kill_one() if turn % 2 else working.cut_one()
            turn += 1
        done = len(working.lines("writer"))
        working.waited("writer", done + 10)
    return stands(working, office.path)


def race(folder: Path, rounds: int) -> dict[str, int]:
    """Races for the last yen of one cap, and of two plans' cap in opposite orders: one winner, always."""
    racers = Racers(4)
    counts: Counter[str] = Counter()
    try:
        for turn in range(rounds):
            office = office_at(folder / f"test_race-{turn}")
            office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=CAP_YEN - 1))
            grants = [office.decidable(new(YOKOHAMA, first=2026, soft=1)) for _ in range(2)]
            early = office.decidable(new(SAPPORO, first=2025, last=2026, soft=1_000, infrastructure=1))
            late = office.decidable(new(SAPPORO, first=2026, last=2027, soft=1_000, infrastructure=1))
            office.do("import_decision", **elsewhere(SAPPORO, 2026, infrastructure=PLAN_CAP_YEN - 1))
            office.do("import_decision", **elsewhere(YOKOHAMA, 2026, soft=CAP_YEN - 1))
            first, second = (early, late) if turn % 2 else (late, early)
            wishes = [*grants, first, second]
            answers = racers.race(office.path, *({"do": "approve", "grant": grant} for grant in wishes))
            for pair in (answers[:2], answers[2:]):
                assert sorted(answer["ok"] for answer in pair) == [False, True], answers
                assert [a["code"] for a in pair if not a["ok"]] == ["cap_exceeded"], answers
            assert office.findings() == []
            counts["races"] += 2
            office.close()
            places.drop_those_of_tests()
    finally:
        racers.close()
    return dict(counts)


def main() -> None:
    """Both, one after the other."""
    parser = argparse.ArgumentParser(description="The long run on a server.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--races", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    places.Current.kind = "postgresql"
    with tempfile.TemporaryDirectory() as folder:
        try:
            print(
                f"crowd, {told.minutes} minutes, seed {told.seed}: {soak(Path(folder), told.minutes, told.seed)}"
            )
            print(f"races: {race(Path(folder), told.races)}")
        finally:
            places.left()


if __name__ == "__main__":
    main()
