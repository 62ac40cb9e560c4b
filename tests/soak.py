"""The long runs on a server: a crowd that is killed at random for so many minutes, and races for the last yen.

python -m tests.soak --minutes 15 --seed 1      writers, sealers and readers; clients, links and the server are killed
python -m tests.soak --races 10000              one cap, and two caps in opposite orders, so often each

Both print counts. Their short forms are tests/server/test_crowds.py, tests/server/test_crashes.py and
tests/store/test_races.py. The crowd has a server of its own, because that is killed, too; the races take the tests'.
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
from server.own_server import CRASHES, own_server
from store.office import SAPPORO, YOKOHAMA, Office, elsewhere, new, office_at, open_office
from store.racers import Racers

CAP_YEN = 1_000_000_000
PLAN_CAP_YEN = 2_000_000_000
WRITERS, SEALERS, READERS = 4, 3, 2
TURN_SECONDS = 2
"""At most so long until the next kill: those who are killed need a second to begin again."""

TURNS_OF_A_SERVER = 15
"""Each so many of the kills is the server's."""


def soak(folder: Path, minutes: float, seed: int) -> dict[str, int]:
    """Let a crowd work; kill one of it, its link, or the whole server, and see that everything stands."""
    parts = {"writer": WRITERS, "sealer": SEALERS, "reader": READERS}
    with own_server() as server:
        office = Office(server.url)
        open_office(office)
        office.close()
        with crowd(server.url, folder / "papers", seed, **parts) as working:
            until = time.monotonic() + minutes * 60
            turn = 0
            while time.monotonic() < until:
                working.pause(TURN_SECONDS)
                turn += 1
                if turn % TURNS_OF_A_SERVER == 0:
                    server.crash(CRASHES[turn // TURNS_OF_A_SERVER % len(CRASHES)])
                    server.start()
                    working.counts["killed server"] += 1
                elif turn % 2:
                    working.kill_one()
                else:
                    working.cut_one()
            working.waited("writer", len(working.lines("writer")) + 10)
        assert server.recoveries() == working.counts["killed server"]
        return stands(working, server.url)


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
