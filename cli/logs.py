"""Log lines for machines: JSON on standard error; about commands only with `--verbose`."""

from __future__ import annotations

import sys
from typing import Any

import structlog


def log_command(**fields: Any) -> None:
    """Write one line about one command."""
    log_line("command", **fields)


def log_line(event: str, **fields: Any) -> None:
    """Write one line."""
    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    log.info(event, **fields)
