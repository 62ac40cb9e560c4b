"""The aggregates and, from them, the one registry of stored event names."""

from __future__ import annotations

from lifecycle.aggregates.base import UNRECORDED, Act, Aggregate, Created, Event
from lifecycle.aggregates.consultation import Consultation
from lifecycle.aggregates.grant import Grant
from lifecycle.aggregates.office import Officer, ProgrammeVersion, Round
from lifecycle.aggregates.project import Project
from lifecycle.aggregates.project_year import ProjectYear
from lifecycle.aggregates.schemes import Donation, TalentHub, TeleworkRecord
from lifecycle.aggregates.waiver import Waiver

AGGREGATES: tuple[type[Aggregate], ...] = (
    Officer,
    Round,
    ProgrammeVersion,
    Project,
    Grant,
    ProjectYear,
    Waiver,
    TalentHub,
    Donation,
    TeleworkRecord,
    Consultation,
)


def _events(aggregate: type[Aggregate]) -> dict[str, type[Event]]:
    nested = (value for value in vars(aggregate).values() if isinstance(value, type))
    return {event.TOPIC: event for event in nested if issubclass(event, Event) and "TOPIC" in vars(event)}


EVENTS: dict[str, tuple[type[Aggregate], type[Event]]] = {
    name: (aggregate, event) for aggregate in AGGREGATES for name, event in _events(aggregate).items()
}
"""Every stored event name, with the aggregate it belongs to and its class."""

__all__ = [
    "AGGREGATES",
    "EVENTS",
    "UNRECORDED",
    "Act",
    "Aggregate",
    "Consultation",
    "Created",
    "Donation",
    "Event",
    "Grant",
    "Officer",
    "ProgrammeVersion",
    "Project",
    "ProjectYear",
    "Round",
    "TalentHub",
    "TeleworkRecord",
    "Waiver",
]
