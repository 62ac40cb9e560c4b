"""Colour, on a terminal only."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import click

COLOURS = {"red": 160, "green": 28, "yellow": 130, "cyan": 30}
"""Of the 256, those that stand out on a light ground as well as on a dark one: the bright ones vanish on white."""


def ink(
    text: str, *, stream: TextIO | None = None, fg: str | None = None, bold: bool = False, dim: bool = False
) -> str:
    """Text in colour where a person sees it; as it is in pipes, on dumb terminals, and with NO_COLOR."""
    stream = stream or sys.stdout
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty()
    return (
        text
        if plain
        else click.style(text, fg=COLOURS[fg] if fg else None, bold=bold or None, dim=dim or None)
    )
