"""Many officers at once, each a process that may be killed: writers, sealers and readers of one database.

`python -m server.crowd PART URL PAPER NUMBER` is one of them. What a writer was answered, and what a reader saw, it
writes to its paper at once: that is what somebody outside the database holds in hand.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from store.office import YOKOHAMA, Office, elsewhere

from lifecycle.errors import Refusal
from lifecycle.store.entries import read_entry
from lifecycle.store.log import open_log

TESTS = Path(__file__).parent.parent
PATIENCE_SECONDS = 240
OWN = ("340006", "011002", "141003", "131130")
"""Authorities that a writer has for itself, by its number; the hot one is everybody's."""

OURS = """
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'grants'
"""
BACKENDS = f"SELECT pg_terminate_backend(pid) {OURS} ORDER BY random() LIMIT 1"
OTHERS = f"SELECT count(*) {OURS}"


# ---------------------------------------------------------------------- the parts


def write(url: str, paper: int, number: int) -> None:
    """Take decisions, one yen each, on a cap of one's own and on one that all want; each until it is answered."""
    office = Office(url)
    turn = 0
    while True:
        turn += 1
        authority = YOKOHAMA if turn % 2 else OWN[number % len(OWN)]
        fields = {**elsewhere(authority, 2025, soft=1), "id": f"{number}-{os.getpid()}-{turn}"}
        while not _answered(office, fields, paper):
            time.sleep(0.01)


def _answered(office: Office, fields: dict[str, object], paper: int) -> bool:
    try:
        receipt = office.tell("import_decision", **fields)
    except Refusal as refusal:
        os.write(paper, f"refused {refusal.code}\n".encode())
        return False
    body = f"{fields['authority']} {hashlib.sha256(receipt).hexdigest()}"
    os.write(paper, f"done {fields['id']} {body}\n".encode())
    return True


def seal(url: str, paper: int, number: int) -> None:
    """Give numbers, as fast as one can."""
    del number
    store = Office(url).grants.store
    while True:
        try:
            os.write(paper, f"sealed {store.seal()}\n".encode())
        except Refusal:
            store.close()
        time.sleep(0.002)


def read(url: str, paper: int, number: int) -> None:
    """Follow the log by its numbers, and tell each that is seen."""
    del number
    store = Office(url).grants.store
    last = 0
    while True:
        try:
            with open_log(store) as log:
                for n, entry in log.entries(after=last):
                    os.write(paper, f"saw {n} {hashlib.sha256(entry).hexdigest()}\n".encode())
                    last = n
        except Refusal:  # its link is cut in every way there is; it is told so, and goes on
            store.close()


PARTS = {"writer": write, "sealer": seal, "reader": read}


# ---------------------------------------------------------------------- the crowd


class Crowd:
    """The processes, and the papers they leave."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self._url, self._folder = url, folder
        self._random = random.Random(seed)  # noqa: S311 - who is killed when, no secret
        self._alive: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._papers: list[tuple[str, Path]] = []
        self.counts: Counter[str] = Counter()

    def start(self, part: str) -> None:
        """One more."""
        paper = self._folder / f"paper-{len(self._papers)}"
        words = [sys.executable, "-m", "server.crowd", part, self._url, str(paper), str(len(self._papers))]
        path = os.pathsep.join([str(TESTS), *filter(None, sys.path)])
        self._alive.append((part, subprocess.Popen(words, env={**os.environ, "PYTHONPATH": path})))
        self._papers.append((part, paper))

    def kill_one(self) -> None:
        """SIGKILL for one of them, and another in its place."""
        part, process = self._alive.pop(self._random.randrange(len(self._alive)))
        self.counts["died by itself"] += process.poll() is not None
        process.kill()
        process.wait(PATIENCE_SECONDS)
        self.counts[f"killed {part}"] += 1
        self.start(part)

    def cut_one(self) -> None:
        """The server's process of one of them is ended."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            self.counts["killed backend"] += len(connection.execute(BACKENDS).fetchall())

    def pause(self, longest_seconds: float) -> None:
        """Let them be for a while."""
        time.sleep(self._random.uniform(0, longest_seconds))

    def waited(self, part: str, count: int) -> None:
        """Until all papers of a part together have so many lines."""
        until = time.monotonic() + PATIENCE_SECONDS
        while len(self.lines(part)) < count:
            assert time.monotonic() < until, f"{part}: {len(self.lines(part))} of {count}"
            time.sleep(0.05)

    def lines(self, part: str) -> list[str]:
        """What all of a part wrote down."""
        return [line for kind, paper in self._papers if kind == part for line in _whole_lines(paper)]

    def papers(self, part: str) -> list[list[str]]:
        """The same, paper by paper."""
        return [_whole_lines(paper) for kind, paper in self._papers if kind == part]

    def end(self) -> None:
        """All of them end; nobody has before."""
        self.counts["died by itself"] += sum(process.poll() is not None for _, process in self._alive)
        for _, process in self._alive:
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE_SECONDS)
        self._alive = []


def _whole_lines(paper: Path) -> list[str]:
    if not paper.exists():
        return []
    return [line for line in paper.read_text().splitlines(keepends=True) if line.endswith("\n")]


@contextmanager
def crowd(url: str, folder: Path, seed: int, **parts: int) -> Iterator[Crowd]:
    """So many of each part, at work."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Crowd(url, folder, seed)
    try:
        for part, count in parts.items():
            for _ in range(count):
                found.start(part)
        yield found
    finally:
        found.end()


RESENT = 1_000
"""How many of the acknowledged commands are sent again, at the end; all, if there are fewer."""


def stands(crowd: Crowd, url: str) -> dict[str, int]:
    """Nothing acknowledged is lost, nothing is written twice or by half, numbers are gapless, readers missed none.

    The invariants of a crowd: each cap within its limit and the sum of its events, at every event (I2); a stream's
    versions without a gap, in the log's order (I13); a command that is sent again answers the same bytes and writes
    nothing (I14); what was acknowledged is there (I15), and whole (I16); one number for each event, gapless (I22).
    """
    _all_gone(url)
    office = Office(url)
    try:
        logged, size = _logged(office, crowd)
        acknowledged = [line.split()[1:] for line in crowd.lines("writer") if line.startswith("done ")]
        assert {name for name, *_ in acknowledged} <= set(logged)
        ours = {name: types for name, types in logged.items() if name.count("-") == 2}
        assert {tuple(types) for types in ours.values()} <= {("project.imported", "grant.decision_imported")}
        (used,) = office.rows("SELECT sum(used_yen) FROM cap_usage WHERE kind = 'soft'")
        assert used[0] == len(ours)
        resent = _resent(office, acknowledged)
        assert office.rows("SELECT count(*) FROM unsealed") == [(0,)]
        assert (office.rows("SELECT count(*) FROM log"), office.events()) == ([(size,)], size)
        assert office.findings() == []
        assert crowd.counts.pop("died by itself", 0) == 0
        refused = Counter(line.split()[1] for line in crowd.lines("writer") if line.startswith("refused "))
        counts = {"acknowledged": len(acknowledged), "logged": size, "sent again": resent}
        return {**counts, **refused, **crowd.counts}
    finally:
        office.close()


def _all_gone(url: str) -> None:
    """The server's processes of those who were killed end what they have begun: only then the log stands still."""
    until = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(OTHERS).fetchone() != (0,):
            assert time.monotonic() < until, "somebody is connected still"
            time.sleep(0.02)


def _logged(office: Office, crowd: Crowd) -> tuple[dict[str, list[str]], int]:
    """The types of events by command, and how many events; every reader has seen these very events, none left out."""
    logged: dict[str, list[str]] = {}
    versions: Counter[str] = Counter()
    digests = []
    with open_log(office.grants.store) as log:
        for n, stored in log.entries():
            entry = read_entry(stored)
            digests.append(hashlib.sha256(stored).hexdigest())
            versions[entry.stream] += 1
            assert (n, entry.version) == (len(digests), versions[entry.stream])
            logged.setdefault(entry.command, []).append(entry.type)
    for seen in crowd.papers("reader"):
        told = [line.split()[1:] for line in seen]
        assert told == [[str(n), digest] for n, digest in enumerate(digests[: len(told)], 1)]
    return logged, len(digests)


def _resent(office: Office, acknowledged: list[list[str]]) -> int:
    step = len(acknowledged) // RESENT + 1
    for name, authority, digest in acknowledged[::step]:
        receipt = office.tell("import_decision", **elsewhere(authority, 2025, soft=1), id=name)
        assert hashlib.sha256(receipt).hexdigest() == digest, name
    return len(acknowledged[::step])


def _end_with(parent: int) -> None:
    """Nobody goes on for ever when the tests themselves were killed."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    part, url, name, number = sys.argv[1:]
    PARTS[part](url, os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), int(number))
