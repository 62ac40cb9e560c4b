"""特例: a rule lifted for one authority until a day. A waiver is the only way past a hard limit."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Aggregate, Created, Event


class Waived(Created):
    """特例の承認 (contract section 4): rule, authority, last day, document, and for a cap the limit in its place."""

    TOPIC = "waiver.waived"

    rule: str
    authority: str
    until: date
    document: str
    limit_yen: int | None

    def apply(self, aggregate: Any) -> None:
        aggregate.rule, aggregate.authority = self.rule, self.authority
        aggregate.since, aggregate.until = self.act.on, self.until
        aggregate.document, aggregate.limit_yen = self.document, self.limit_yen
        aggregate.granted_by = self.act.by


class Waiver(Aggregate):
    """特例. Stream `AUTHORITY-waiver/RULE/N`."""

    TOPIC = "waiver"
    Event = Event
    Waived = Waived

    def __init__(self) -> None:
        self.rule = self.authority = self.document = self.granted_by = ""
        self.since = self.until = date.min
        self.limit_yen: int | None = None

    def holds_on(self, on: date) -> bool:
        """True on its first and last day and between."""
        return self.since <= on <= self.until


def stream_of(authority: str, rule: str, number: int) -> str:
    """The stream of a waiver; it begins with the authority's code."""
    return f"{authority}-waiver/{rule}/{number}"
