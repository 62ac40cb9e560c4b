"""W1 in turns: every peer is there at once, and each writes a few commands at a time.

Whatever else the machine does meanwhile, it does to each of them. GRANTS_BENCH is the folder of the peers' benchmark.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from multiprocessing.connection import Connection as Line
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

sys.path[:0] = [os.environ["GRANTS_BENCH"], os.environ["GRANTS_BENCH"] + "/peers"]
common: Any = import_module("common")

VARIANTS = ("spread-1", "spread-4", "hot-1", "hot-4")
RUNS = int(os.environ.get("RUNS", "3"))
TURN = int(os.environ.get("TURN", "20"))
"""Pairs of commands that a writer has in one turn."""

PAIRS = int(os.environ.get("PAIRS", "0"))
"""Only so many pairs of the workload, on a machine too busy for all of it; WORKLOAD.md checks whole runs only."""

WARM = 10
"""Pairs that each writer does before the first turn, as WORKLOAD.md says."""


class Peer(NamedTuple):
    """One of those that are measured: how it starts empty, writes, and tells what it holds in the end."""

    reset: Callable[[dict[str, int]], None]
    writer: Callable[[int, str], Any]
    stored: Callable[[], tuple[list[tuple[str, str, str, int, int]], int]]


# ---------------------------------------------------------------------- writers that wait for their turn


class Turn(NamedTuple):
    """What one writer did in one turn."""

    approved: list[str]
    approve_seconds: list[float]
    processor_seconds: float
    conflicts: int
    resident_mb: float


class Crowd:
    """The writers of one peer, each a process with a connection of its own."""

    def __init__(self, peer: Peer, name: str, count: int) -> None:
        fork = multiprocessing.get_context("fork")
        self.turns: list[list[Turn]] = []
        self.seconds: list[float] = []
        self._lines: list[Line] = []
        self._processes = []
        for number in range(count):
            line, end = fork.Pipe()
            process = fork.Process(target=_write, args=(end, peer.writer, name, number, count))
            process.start()
            self._lines.append(line)
            self._processes.append(process)

    def ready(self) -> None:
        """Wait until each has written what warms it."""
        for line in self._lines:
            line.recv()

    def turn(self) -> bool:
        """Each writes its next few commands, all at once; False when there were none left."""
        begun = perf_counter()
        for line in self._lines:
            line.send(TURN)
        done = [line.recv() for line in self._lines]
        if not any(turn.approve_seconds for turn in done):
            return False
        self.seconds.append(perf_counter() - begun)
        self.turns.append(done)
        return True

    def close(self) -> None:
        """End them."""
        for line in self._lines:
            line.send(0)
        for process in self._processes:
            process.join()


def _write(line: Line, make: Callable[[int, str], Any], name: str, number: int, count: int) -> None:
    writer = make(number, name)
    for command in common.cmds("warm")[number * WARM : (number + 1) * WARM]:
        writer.submit(command)
        writer.approve(command)
    writer.conflicts = 0
    mine = common.cmds(name)[: PAIRS or None][number::count]
    line.send("ready")
    while size := line.recv():
        line.send(_turn(writer, mine[:size]))
        del mine[:size]
    writer.close()


def _turn(writer: Any, commands: list[dict[str, Any]]) -> Turn:
    approved, seconds, begun = [], [], process_time()
    for command in commands:
        writer.submit(command)
        asked = perf_counter()
        if writer.approve(command):
            approved.append(command["app"])
        seconds.append(perf_counter() - asked)
    return Turn(approved, seconds, process_time() - begun, writer.conflicts, common.rss_mb())


# ---------------------------------------------------------------------- rounds


def measure(variant: str, peers: dict[str, Peer], beside: AbstractContextManager[None]) -> dict[str, Crowd]:
    """One round: all peers do the whole workload in turns; each has to pass its checks."""
    name, count = variant.split("-")
    for peer in peers.values():
        peer.reset(common.caps(name))
    crowds = {title: Crowd(peer, name, int(count)) for title, peer in peers.items()}
    for crowd in crowds.values():
        crowd.ready()
    with beside:
        order = list(crowds.values())
        while all(crowd.turn() for crowd in order):
            order.append(order.pop(0))
    for title, crowd in crowds.items():
        crowd.close()
        if not PAIRS:
            check(title, peers[title], name, int(count), crowd)
    return crowds


def check(title: str, peer: Peer, name: str, count: int, crowd: Crowd) -> None:
    """What WORKLOAD.md asks of a run that is to count."""
    by_writer = zip(*crowd.turns, strict=True)
    accepted = [app for turns in by_writer for turn in turns for app in turn.approved]
    found = common.check_w1(name, count, peer.stored(), accepted)
    assert found == "ok", f"{title} {name}-{count}: {found}"


def compare(
    variant: str,
    peers: dict[str, Peer],
    others: Iterable[str],
    beside: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """RUNS rounds; prints what each peer did, and its share of `others`: in all, and in the middle half of turns.

    `beside` is what runs during a round.
    """
    rounds = [measure(variant, peers, beside()) for _ in range(RUNS)]
    for title in peers:
        crowds = [crowds[title] for crowds in rounds]
        print(f"{variant}w  {title:26} {_told(crowds)}", end="")
        for other in others:
            if other != title:
                print(_share(crowds, [by_title[other] for by_title in rounds], other), end="")
        print(flush=True)


def _told(crowds: list[Crowd]) -> str:
    turns = [turn for crowd in crowds for done in crowd.turns for turn in done]
    rate = median(_approved(crowd) / sum(crowd.seconds) for crowd in crowds)
    seconds = sorted(one for turn in turns for one in turn.approve_seconds)
    p50, p99 = (1000 * seconds[len(seconds) * p // 100] for p in (50, 99))
    conflicts = [sum(turn.conflicts for turn in crowd.turns[-1]) for crowd in crowds]
    of = 100 * max(conflicts) / (2 * len(seconds) // len(crowds))
    processor_us = 1e6 * sum(turn.processor_seconds for turn in turns) / len(seconds)
    resident_mb = max(turn.resident_mb for turn in turns)
    return (
        f"{rate:5.0f}/s  p50 {p50:.2f} p99 {p99:.2f} ms  {processor_us:.0f} us of Python a pair"
        f"  {max(conflicts)} decided again ({of:.2f} %), {resident_mb:.0f} MB"
    )


def _approved(crowd: Crowd) -> int:
    return sum(len(turn.approved) for done in crowd.turns for turn in done)


def _share(crowds: list[Crowd], others: list[Crowd], name: str) -> str:
    shares = sorted(
        _approved(crowd) / sum(crowd.seconds) / (_approved(other) / sum(other.seconds))
        for crowd, other in zip(crowds, others, strict=True)
    )
    by_turn = sorted(
        theirs / own
        for crowd, other in zip(crowds, others, strict=True)
        for own, theirs in zip(crowd.seconds, other.seconds, strict=True)
    )
    quarters = [by_turn[len(by_turn) * quarter // 4] for quarter in (1, 2, 3)]
    told = "{1:.2f} ({0:.2f} to {2:.2f})".format(*quarters)
    return f"  {median(shares):.2f} of {name} ({shares[0]:.2f} to {shares[-1]:.2f}; by turn {told})"
