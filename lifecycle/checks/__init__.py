"""Named checks: silent when all is well; each finding names the event and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lifecycle.checks.caps import check_caps
from lifecycle.checks.log import check_log
from lifecycle.errors import Finding
from lifecycle.store import Store

CHECKS: dict[str, Callable[[Store], Iterator[Finding]]] = {"log": check_log, "caps": check_caps}
"""Every check, in the order in which they run."""
