"""A process whose children are killed: each does its commands on a store until SIGKILL takes it.

It reads one JSON line per child and answers one: `{"acked": [ids], "killed": true, "statements": 17}`. A child
dies before or after its n-th SQL statement (`at`, counted over every connection it opens, the setting-up
included), or whenever its parent kills it (`after_ms`). What it was answered, it writes to a pipe at once: that
pipe is the paper in the officer's hand, outside the store.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import alembic.command
import jpholiday
import sqlalchemy

from lifecycle.errors import Refusal
from lifecycle.nightly import nightly, rebuild
from lifecycle.store import sqlite

from .office import Clock, Office, command

LAZY = (alembic.command, jpholiday, sqlalchemy)
"""Imported here, so that a child does not spend its short life on it."""

PATIENCE_SECONDS = 240
RUNS: dict[str, Any] = {"nightly": nightly, "rebuild": rebuild}


class Nursery:
    """The process that forks the children, seen from the test."""

    def __init__(self) -> None:
        tests = Path(__file__).parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.doomed"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), *filter(None, sys.path)])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def child(self, store: Path, *commands: dict[str, Any], **doom: Any) -> dict[str, Any]:
        """Bear a child, let it live as long as it may; how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        line = json.dumps({"store": str(store), "commands": commands, **doom}).encode() + b"\n"
        self._process.stdin.write(line)
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the nursery by ending its input."""
        self._process.communicate(timeout=PATIENCE_SECONDS)


def every_moment(statements: int) -> list[dict[str, Any]]:
    """Before each statement, which is after the one before it; and after the last."""
    return [{"at": at, "when": "before"} for at in range(1, statements + 1)] + [
        {"at": statements, "when": "after"}
    ]


# ---------------------------------------------------------------------- in the child


class Doom:
    """Counts statements, and kills this process at one of them."""

    def __init__(self, at: int | None, when: str) -> None:
        self.at, self.when, self.count = at, when, 0

    def before(self) -> None:
        """A statement is about to be executed."""
        self.count += 1
        self._strike("before")

    def after(self) -> None:
        """It was executed."""
        self._strike("after")

    def _strike(self, when: str) -> None:
        if self.count == self.at and when == self.when:
            os.kill(os.getpid(), signal.SIGKILL)


class DoomedDriver:
    """The driver, with every statement of every cursor counted."""

    def __init__(self, real: Any, doom: Doom) -> None:
        self._real = real

        class DoomedCursor(real.Cursor):  # type: ignore[misc]
            def execute(self, *args: Any) -> Any:
                doom.before()
                done = super().execute(*args)
                doom.after()
                return done

            def executemany(self, *args: Any) -> Any:
                doom.before()
                done = super().executemany(*args)
                doom.after()
                return done

        class DoomedConnection(real.Connection):  # type: ignore[misc]
            def cursor(self, factory: Any = DoomedCursor) -> Any:
                return super().cursor(factory)

        self._connection = DoomedConnection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def connect(self, *args: Any, **options: Any) -> Any:
        return self._real.connect(*args, **options, factory=self._connection)


def live(told: dict[str, Any], paper: int) -> None:
    """A child's life."""
    doom = Doom(None if told.get("prepared") else told.get("at"), told.get("when", "before"))
    sqlite.driver = DoomedDriver(sqlite.driver, doom)
    if told.get("journal") == "delete":
        sqlite.wal_is_safe = lambda version: False
    office = Office(Path(told["store"]), Clock())
    if told.get("prepared"):
        office.connection  # noqa: B018 - opened before the count begins
        doom.count, doom.at = 0, told.get("at")
    for fields in told["commands"]:
        try:
            result = perform(office, fields)
            os.write(paper, json.dumps({"id": result["id"], "events": result["events"]}).encode() + b"\n")
        except Refusal as refusal:
            os.write(paper, json.dumps({"code": refusal.code, "message": refusal.message}).encode() + b"\n")
    os.write(paper, json.dumps({"statements": doom.count}).encode() + b"\n")


def perform(office: Office, fields: dict[str, Any]) -> Any:
    """One command, or one nightly run or rebuild."""
    if fields["do"] in RUNS:
        return {"id": RUNS[fields["do"]](office.grants.store, office.clock).run, "events": []}
    return json.loads(getattr(office.grants, fields["do"])(command(**fields)))


def bear(told: dict[str, Any]) -> dict[str, Any]:
    """Fork a child, wait for its end; what it left."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        if told.get("as_nobody") and os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        try:
            live(told, writing)
        finally:
            os._exit(0)
    os.close(writing)
    if "after_ms" in told:
        paper = os.read(reading, 1)  # it lives from its first answer on
        time.sleep(told["after_ms"] / 1000)
        os.kill(child, signal.SIGKILL)
    else:
        paper = b""
    with os.fdopen(reading, "rb") as rest:
        paper += rest.read()
    _, status = os.waitpid(child, 0)
    lines = [json.loads(line) for line in paper.splitlines() if line.endswith(b"}")]
    return {
        "acked": [line for line in lines if "id" in line],
        "refused": [line for line in lines if "code" in line],
        "statements": next((line["statements"] for line in lines if "statements" in line), None),
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
    }


if __name__ == "__main__":
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(bear(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()
