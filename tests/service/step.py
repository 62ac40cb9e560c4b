"""A step of a life: one command, its fields, and the events that it writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A command, its fields, and the events that it writes."""

    do: str
    fields: Json
    events: tuple[str, ...]


def step(do: str, *events: str, **fields: Any) -> Step:
    """A step of the life."""
    return Step(do, fields, events)
