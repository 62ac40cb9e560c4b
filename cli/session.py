"""What one run of the program knows: where the store is, how to answer, who acts, what was asked last."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from lifecycle.commands import WRITES

if TYPE_CHECKING:
    from lifecycle.service import Grants

STORE = "GRANTS_STORE"
"""The variable that names an office's store."""

DEFAULT_STORE = "sqlite:///grants.db"


def now() -> datetime:
    """The current instant. Only this room reads the clock; everything below is told the time."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Session:
    """Settings of one run, and the ledger once a command needs it."""

    store: str = field(default_factory=lambda: os.environ.get(STORE) or DEFAULT_STORE)
    by: str | None = field(default_factory=lambda: os.environ.get("GRANTS_BY") or None)
    json: bool = False
    verbose: bool = False
    do: str | None = None
    command: Any = None
    _ledger: Grants | None = None
    _began: float = field(default_factory=perf_counter)

    @property
    def ledger(self) -> Grants:
        """The service on this session's store; imported only now, because `--help` does without."""
        if self._ledger is None:
            from lifecycle.service import Grants

            self._ledger = Grants(self.store, now, self.by)
        return self._ledger

    def close(self) -> None:
        """Close the store, if it was opened."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def acting(self, do: str, mapping: dict[str, Any]) -> dict[str, Any]:
        """The fields of a command that writes, with the officer who acts when none is named."""
        return {"by": self.by, **mapping} if do in WRITES and self.by else mapping

    def begin(self, do: str | None, command: Any = None) -> None:
        """Note which command runs, for refusals and logs."""
        self.do, self.command, self._began = do, command, perf_counter()

    @property
    def command_id(self) -> str | None:
        """Id of the command that runs."""
        found: str | None = getattr(self.command, "id", None)
        return found

    def log(self, exit_code: int) -> None:
        """With `--verbose`, one JSON line to standard error about the command that ran."""
        if not self.verbose:
            return
        from cli.logs import log_command

        log_command(
            id=self.command_id,
            do=self.do,
            grant=getattr(self.command, "grant", None),
            officer=getattr(self.command, "by", None) or self.by,
            exit=exit_code,
            milliseconds=round((perf_counter() - self._began) * 1000, 3),
        )
