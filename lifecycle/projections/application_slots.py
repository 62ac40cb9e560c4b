"""申請件数: slots of new applications used per authority and round (seed G40, G41, 注3).

A withdrawn application frees its slot; one that was not adopted or was rejected keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lifecycle.aggregates.grant import application
from lifecycle.values import authority_of


@dataclass(frozen=True, slots=True)
class Slots:
    """How many ordinary and outside-limit new applications of an authority stand in a round, and may."""

    authority: str
    round: str
    ordinary: int = 0
    outside: int = 0
    ordinary_limit: int = 0
    outside_limit: int = 0

    def plus(self, slot: str, count: int) -> Slots:
        """These slots with `count` more of one sort."""
        if slot == "outside":
            return replace(self, outside=self.outside + count)
        return replace(self, ordinary=self.ordinary + count)


SlotRows = dict[tuple[str, str], Slots]
"""Slots by authority and round."""


def apply(rows: Mapping[tuple[str, str], Slots], event: object) -> SlotRows:
    """Fold one event; returns the rows that changed."""
    if isinstance(event, application.Submitted) and event.slot:
        key = (authority_of(event.originator_id), event.round)
        slots = replace(
            rows.get(key) or Slots(*key),
            ordinary_limit=event.slot_limits["ordinary"],
            outside_limit=event.slot_limits["outside"],
        )
        return {key: slots.plus(event.slot, 1)}
    if isinstance(event, application.Withdrawn) and event.slot:
        key = (authority_of(event.originator_id), event.round)
        return {key: rows[key].plus(event.slot, -1)}
    return {}
