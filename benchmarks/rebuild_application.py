"""The workload's application with all eight of its events, as entries of the product's log, and its read model.

The events of WORKLOAD.md, field for field (`class` is `class_`: the other is a word of the language). A stream is
`MUNICIPALITY-UUID`, so that the municipality is its authority, as with every grant.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from lifecycle.aggregates import EVENTS, Act, Aggregate
from lifecycle.aggregates.base import UNRECORDED, Created, Event
from lifecycle.store.entries import to_entry

Json = dict[str, Any]


class Facts(msgspec.Struct):
    """A KPI of the workload."""

    code: str
    value: int


class Submitted(Created):
    """ApplicationSubmitted."""

    TOPIC = "bench.application_submitted"

    application_id: str
    municipality: str
    class_: str
    fy: int
    amount: int
    actor: str
    ref: str
    kpi: list[Facts]
    note: str

    def apply(self, aggregate: Any) -> None:
        aggregate.status, aggregate.amounts = "submitted", {"requested": self.amount}


class Later(Event):
    """What the other seven have in common: everything but what they do."""

    application_id: str
    municipality: str
    class_: str
    fy: int
    amount: int
    actor: str
    ref: str
    kpi: list[Facts]
    note: str


class Reviewed(Later):
    """ApplicationReviewed."""

    TOPIC = "bench.application_reviewed"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "under_review"


class Approved(Later):
    """ApplicationApproved."""

    TOPIC = "bench.application_approved"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "approved"
        aggregate.add("approved", self.amount)


class Rejected(Later):
    """ApplicationRejected."""

    TOPIC = "bench.application_rejected"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "rejected"


class Disbursed(Later):
    """Disbursed."""

    TOPIC = "bench.disbursed"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "disbursing"
        aggregate.add("disbursed", self.amount)


class KpiReported(Later):
    """KpiReported."""

    TOPIC = "bench.kpi_reported"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "kpi_reported"


class KpiVerified(Later):
    """KpiVerified."""

    TOPIC = "bench.kpi_verified"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "kpi_verified"


class Closed(Later):
    """ApplicationClosed."""

    TOPIC = "bench.application_closed"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "closed"


class ApplicationState:
    """What an application's events add up to."""

    status: str
    amounts: dict[str, int]

    def add(self, what: str, amount: int) -> None:
        """Add to one of its sums (called by events only)."""
        self.amounts[what] = self.amounts.get(what, 0) + amount


class Application(ApplicationState, Aggregate):
    """An application of the workload."""

    TOPIC = "bench.application"
    Event = Event


BY_NAME: dict[str, type[Any]] = {
    "ApplicationSubmitted": Submitted,
    "ApplicationReviewed": Reviewed,
    "ApplicationApproved": Approved,
    "ApplicationRejected": Rejected,
    "Disbursed": Disbursed,
    "KpiReported": KpiReported,
    "KpiVerified": KpiVerified,
    "ApplicationClosed": Closed,
}
EVENTS.update({event.TOPIC: (Application, event) for event in BY_NAME.values()})


def row_of(line: Json) -> tuple[int, str, int, str, str, str, bytes]:
    """The row of the product's log for one line of the workload's events."""
    facts, event_class = dict(line["data"]), BY_NAME[line["type"]]
    facts["class_"] = facts.pop("class")
    facts["kpi"] = [Facts(**kpi) for kpi in facts["kpi"]]
    if issubclass(event_class, Created):
        facts["originator_topic"] = Application.TOPIC
    stream, at = f"{facts['municipality']}-{facts['application_id']}", f"{line['ts'][:-1]}000Z"
    event = event_class(
        originator_id=stream,
        originator_version=line["ver"],
        timestamp=UNRECORDED,
        act=Act(facts["actor"], date.fromisoformat(line["ts"][:10]), "", f"{line['pos']:07}"),
        **facts,
    )
    entry = to_entry(event, at, {})
    return line["pos"], stream, line["ver"], event_class.TOPIC, at, line["ts"][:10], entry
