"""The three streams, when a shell has closed one (`>&-`) or nobody reads the other end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FULL = Path("/dev/full")
"""A file that takes nothing: whoever asked for an answer and closed the way to it is told that it was not given."""


def open_what_is_closed() -> None:
    """From a closed stream nothing can be read, and what is written to it fails."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open()  # noqa: SIM115 - for the whole run
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = (FULL if FULL.exists() else Path(os.devnull)).open("w")


def is_output_closed() -> bool:
    """True when the shell closed standard output."""
    return str(getattr(sys.stdout, "name", "")) == str(FULL)


def drop_output() -> None:
    """Keep the interpreter from complaining, at its end, about output that can't be written."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
