"""Begin to write on SQLite whenever commands leave a gap: a nightly run waits for them, and nobody waits for it."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from sqlalchemy.exc import DBAPIError

from lifecycle.store import sqlite

PATIENCE_SECONDS = 600
"""How long a nightly run waits for commands that write without a pause."""

PAUSE_MS = 2


def begin(database: Any) -> None:
    """Take the write lock; SQLite's own waiting polls too seldom to find a gap."""
    until = monotonic() + PATIENCE_SECONDS
    database.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                database.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except DBAPIError as error:
                if "locked" not in str(error.orig) or monotonic() >= until:
                    raise
                sleep(PAUSE_MS / 1000)
    finally:
        database.exec_driver_sql(f"PRAGMA busy_timeout={sqlite.WAIT_MS}")
