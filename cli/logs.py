"""Log lines for machines: JSON on standard error, only with `--verbose`."""

from __future__ import annotations

import sys
from typing import Any

import structlog


def log_command(**fields: Any) -> None:
    """Write one line about one command."""
    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    log.info("command", **fields)
