"""Processes of their own that meet at a barrier and all act at once, round after round."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import places
from places import Place

from lifecycle.errors import Refusal

from .office import Clock, Office

PATIENCE_SECONDS = 60

Answer = dict[str, Any]


class Racers:
    """So many processes, each with a connection of its own to whatever store a round is about."""

    def __init__(self, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._barrier = context.Barrier(count)
        self._lines = []
        self._processes = []
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_race, args=(theirs, self._barrier), daemon=True)
            process.start()
            self._lines.append(ours)
            self._processes.append(process)

    def race(self, store: Place, *commands: dict[str, Any], staying: bool = False) -> list[Answer]:
        """One command for each racer, all at once; the answers in the commands' order.

        `staying`: they keep their connections for the next race on the same store.
        """
        idle = [None] * (len(self._lines) - len(commands))
        for line, told in zip(self._lines, [*commands, *idle], strict=True):
            line.send((places.store_url(store), told, staying))
        return [answer for line in self._lines if (answer := _receive(line))]

    def close(self) -> None:
        """Send the racers home."""
        for line in self._lines:
            line.send(None)
        for process in self._processes:
            process.join(PATIENCE_SECONDS)


def _receive(line: Connection) -> Answer:
    assert line.poll(PATIENCE_SECONDS), "a racer does not answer"
    return dict(line.recv())


def _race(line: Connection, barrier: Any) -> None:
    stays = ""
    office = None
    while (told := line.recv()) is not None:
        store, fields, is_staying = told
        if office is None or stays != store:
            office = Office(located(store), Clock())
            if fields and fields["do"] != "init":
                office.events()  # connected before the start, so that only the command itself is raced
        barrier.wait(PATIENCE_SECONDS)
        line.send(_answer(office, fields) if fields else {})
        stays = store if is_staying else ""
        if not stays:
            office.close()
    if office is not None:
        office.close()


def located(url: str) -> Place:
    """Where a store is, by its URL."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else url


def _answer(office: Office, fields: dict[str, Any]) -> Answer:
    try:
        return {"ok": True, **office.do(**fields)}
    except Refusal as refusal:
        figures = [
            {name: getattr(f, name) for name in ("rule", "limit", "used", "asked", "excess", "room")}
            for f in refusal.findings
        ]
        return {"ok": False, "code": refusal.code, "exit": refusal.exit, "findings": figures}
