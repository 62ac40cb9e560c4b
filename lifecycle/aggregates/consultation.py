"""事前相談 with an authority, before there is any application."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Aggregate, Created, Event


class ConsultationHeld(Created):
    """事前相談: topics, advice, attendees (lifecycle.md event 1)."""

    TOPIC = "consultation.held"

    authority: str
    held_on: date
    topics: str
    advice: str
    attendees: list[str]

    def apply(self, aggregate: Any) -> None:
        aggregate.authority, aggregate.held_on = self.authority, self.held_on
        aggregate.topics, aggregate.advice, aggregate.attendees = self.topics, self.advice, self.attendees


class Consultation(Aggregate):
    """事前相談. Stream `AUTHORITY-consultation/N`."""

    TOPIC = "consultation"
    Event = Event
    Held = ConsultationHeld

    def __init__(self) -> None:
        self.authority = self.topics = self.advice = ""
        self.held_on = date.min
        self.attendees: list[str] = []
