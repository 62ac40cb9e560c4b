"""The long runs on a server: a crowd that is killed at random for so many minutes, and races for the last yen.

python -m tests.soak --minutes 15 --seed 1      writers, sealers and readers; clients, links and the server are killed
python -m tests.soak --races 10000              of one cap, and of two caps in opposite orders, so often each

Both print counts. Their short forms are tests/server/test_crowds.py, tests/server/test_crashes.py and
tests/server/test_last_yen.py. The crowd has a server of its own, because that is killed, too; the races
take the tests'.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import places
from server.crowd import crowd, stands
from server.last_yen import FORMS, race
from server.own_server import CRASHES, own_server
from store.office import Office, open_office
from store.racers import Racers

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


def races(folder: Path, form: str, count: int) -> dict[str, int]:
    """So many races of four officers for the last yen of one cap, or of two; see `server.last_yen`."""
    racers = Racers(4)
    try:
        return dict(race(folder, form, count, racers))
    finally:
        racers.close()


def main() -> None:
    """Both, one after the other."""
    parser = argparse.ArgumentParser(description="The long run on a server.")
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--races", type=int, default=0)
    parser.add_argument("--form", choices=FORMS, action="append", help="of the races; default both")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    places.Current.kind = "postgresql"
    with tempfile.TemporaryDirectory() as folder:
        try:
            if told.minutes:
                print(
                    f"crowd, {told.minutes} minutes, seed {told.seed}: {soak(Path(folder), told.minutes, told.seed)}"
                )
            for form in told.form or FORMS if told.races else ():
                began = time.monotonic()
                counts = races(Path(folder), form, told.races)
                print(f"{form}: {counts}, {time.monotonic() - began:.0f} s", flush=True)
        finally:
            places.left()


if __name__ == "__main__":
    main()
