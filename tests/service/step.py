"""A step of a life: one command, its fields, and the events that it writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.office import Office

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A command, its fields, and the events that it writes."""

    do: str
    fields: Json
    events: tuple[str, ...]
    number: int = 0

    @property
    def name(self) -> str:
        """The command, with its number in the life."""
        return f"{self.number:03d}-{self.do}"

    def told(self, office: Office, **fields: Any) -> Json:
        """Its fields, with others in their place; an event named by its type is the last of it in the log."""
        told = {**self.fields, **fields}
        if "event" in told:
            told["event"] = max(line["n"] for line in office.tell("log") if line["type"] == told["event"])
        return told


def step(do: str, *events: str, **fields: Any) -> Step:
    """A step of the life."""
    return Step(do, fields, events)
