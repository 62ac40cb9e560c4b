"""A longer log than a life: the golden life lived again by other authorities of many prefectures, in turn."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
from nightly.logs import Growing, golden
from reports.shell import Shell
from store.office import HIROSHIMA, SAPPORO, YOKOHAMA

from lifecycle.programme.authorities import all_authorities
from lifecycle.store.entries import instant

LIVES = 6
"""How often the life is lived: by three authorities each time, no two of them the same."""

_encode = msgspec.json.Encoder(order="sorted").encode


@cache
def longer() -> tuple[bytes, ...]:
    """The stored bytes of the golden life, and of others like it, woven into each other event by event."""
    codes = [found.code for found in all_authorities() if found.code not in (HIROSHIMA, SAPPORO, YOKOHAMA)]
    chosen = codes[:: len(codes) // (3 * LIVES)]
    own = [line for line in golden() if json.loads(line)["stream"][:6].isdigit()]
    told = list(golden())
    for line in own:
        for turn in range(LIVES):
            theirs = dict(zip((HIROSHIMA, SAPPORO, YOKOHAMA), chosen[3 * turn :], strict=False))
            told.append(_renamed(line, theirs))
    return tuple(_recorded(line, n) for n, line in enumerate(told))


def _renamed(line: bytes, codes: dict[str, str]) -> bytes:
    for old, new in codes.items():
        line = line.replace(old.encode(), new.encode())
    return line


def _recorded(line: bytes, n: int) -> bytes:
    at = datetime(2025, 4, 1, tzinfo=UTC) + timedelta(seconds=n)
    return bytes(_encode(json.loads(line) | {"recorded_at": instant(at)}))


LOGS = {"golden": golden, "longer": longer}


class World(NamedTuple):
    """A store with a night behind it, the export of its log, and the program in the folder of both."""

    store: Path
    export: Path
    entries: tuple[bytes, ...]

    @property
    def shell(self) -> Shell:
        """The program, on that store."""
        return Shell(self.store, self.store.parent)


def world(which: str, folder: Path) -> World:
    """The store of a log, and its export."""
    entries = LOGS[which]()
    growing = Growing(folder / "grants.db", entries)
    growing.grow(len(entries))
    growing.nightly()
    growing.close()
    made = World(folder / "grants.db", folder / "log-parquet", entries)
    done = made.shell("export", "parquet", "--only", "events", "-o", "log-parquet")
    assert done.exit == 0, done.err
    return made
