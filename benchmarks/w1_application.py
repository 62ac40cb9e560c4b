"""The workload's application on the product's own store: an aggregate with two events, and its two commands.

The product's grants carry an application form of their own; the workload's carry 600 and 300 bytes of its own
making. So the events below are new, and all the rest is the product: aggregates, cap rows, entries, store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import msgspec

from lifecycle.aggregates import EVENTS, Act, Aggregate
from lifecycle.aggregates.facts import Window
from lifecycle.aggregates.grant.state import GrantCreated, GrantEvent
from lifecycle.errors import CapExceeded, WrongStatus
from lifecycle.projections.cap_usage import Amounts, CapRow, Effect, effects
from lifecycle.store import Decide, open_store
from lifecycle.store.transaction import Recorded, Transaction

BUSINESS_DATE = date(2025, 4, 10)
OFFICER = "officer"
YEN = 1000
"""The workload counts in thousand yen."""

Json = dict[str, Any]


class Submitted(GrantCreated):
    """The workload's ApplicationSubmitted: 600 bytes."""

    TOPIC = "bench.submitted"

    application_id: str
    municipality: str
    class_: str
    fy: int
    amount: int
    title: str
    applicant: str
    submitted_at: str
    kpis: list[dict[str, Any]]
    note: str

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "submitted"
        aggregate.window = window_of(self.municipality, self.class_, self.fy)
        aggregate.kind, aggregate.asked_yen = self.class_, self.amount * YEN


class Approved(GrantEvent):
    """The workload's ApplicationApproved: 300 bytes, and the cap it was judged against."""

    TOPIC = "bench.approved"

    application_id: str
    municipality: str
    class_: str
    fy: int
    amount: int
    approved_by: str
    decision: str
    note: str
    windows: list[Window]

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "approved"


class ApplicationState:
    """What an application's events add up to."""

    id: str
    status: str
    window: str
    kind: str
    asked_yen: int


class Application(ApplicationState, Aggregate):
    """An application of the workload. Stream `MUNICIPALITY-UUID`, so that its authority is the municipality."""

    TOPIC = "bench"
    Event = GrantEvent

    Submitted = Submitted
    Approved = Approved

    def approve(self, act: Act, facts: Json, row: CapRow) -> None:
        """Refuses unless submitted and within the cap, as its row stands in this transaction."""
        if self.status != "submitted":
            raise WrongStatus(f"{self.id} is {self.status}")
        limit_yen = row.window.limit_yen or 0
        if row.total.used_yen + row.total.reserved_yen + self.asked_yen > limit_yen:
            raise CapExceeded(
                f"{self.window}: {row.total.used_yen} and {self.asked_yen} exceed {limit_yen}", []
            )
        self.trigger(self.Approved, act, windows=[row.window], **facts)


EVENTS.update({event.TOPIC: (Application, event) for event in (Submitted, Approved)})


@effects.register
def _(event: Approved) -> tuple[list[Effect], list[Window]]:
    return [Effect(event.class_, Amounts(used_yen=event.amount * YEN))], event.windows


def window_of(municipality: str, class_: str, fy: int) -> str:
    """The name of a cap."""
    return f"{municipality}/{class_}/{fy}"


def cap_row(key: str, cap: int) -> CapRow:
    """The empty row of one of the workload's caps, whose key is `MUNICIPALITY|CLASS|FISCALYEAR`."""
    municipality, class_, fy = key.split("|")
    window = Window(
        window=window_of(municipality, class_, int(fy)),
        rule="bench",
        kind=class_,
        period="fiscal_year",
        strength="hard",
        limit_yen=cap * YEN,
        source="WORKLOAD.md",
        fiscal_year=int(fy),
    )
    return CapRow(window)


def id_from_file(command: Json, do: str) -> str:
    """The id a batch file gives its line: it follows the lines, and the file run twice acts once."""
    return f"{command['k']:06}/{command['app']}/{do}"


def random_id(command: Json, do: str) -> str:
    """The id a command gets that was given none."""
    del command, do
    return str(uuid4())


class Writer:
    """What WORKLOAD.md asks of an engine: `submit` and `approve`, each one command in one transaction."""

    conflicts = 0

    def __init__(self, url: str, id_of: Callable[[Json, str], str]) -> None:
        self._store = open_store(url, lambda: datetime.now(UTC))
        self._id_of = id_of

    def submit(self, command: Json) -> None:
        """Record the application; it must be new."""
        stream, facts = _stream(command), _facts(command["submit"])
        command_id = self._id_of(command, "submit")
        act = Act(OFFICER, BUSINESS_DATE, "", command_id)

        def decide(transaction: Transaction) -> Callable[[list[Recorded]], bytes]:
            transaction.add(Application.begin(Submitted, act, stream, **facts))
            return lambda recorded: _result("submit", command_id, stream, recorded)

        self._run(command_id, _body_sha256("submit", command["submit"]), decide)

    def approve(self, command: Json) -> bool:
        """Approve the application if its cap has room; says whether it had."""
        stream, facts = _stream(command), _facts(command["approve"])
        command_id = self._id_of(command, "approve")
        act = Act(OFFICER, BUSINESS_DATE, "", command_id)

        def decide(transaction: Transaction) -> Callable[[list[Recorded]], bytes]:
            application = transaction.find(Application, stream)
            assert application is not None
            row = transaction.cap_rows(command["m"])[application.window]
            application.approve(act, facts, row)
            return lambda recorded: _result("approve", command_id, stream, recorded)

        try:
            self._run(command_id, _body_sha256("approve", command["approve"]), decide)
        except CapExceeded:
            return False
        return True

    def _run(self, command_id: str, body_sha256: str, decide: Decide) -> None:
        before = self._store.decided_again
        try:
            self._store.run(command_id, body_sha256, decide)
        finally:
            self.conflicts += self._store.decided_again - before

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def _stream(command: Json) -> str:
    return f"{command['m']}-{command['app']}"


def _facts(data: Json) -> Json:
    facts = dict(data)
    facts["class_"] = facts.pop("class")
    return facts


def _body_sha256(do: str, body: Json) -> str:
    return hashlib.sha256(msgspec.json.encode({"do": do, "by": OFFICER, **body}, order="sorted")).hexdigest()


def _result(do: str, command_id: str, stream: str, recorded: list[Recorded]) -> bytes:
    result = {"ok": True, "do": do, "id": command_id, "grant": stream}
    result |= {"events": [event.entry.type for event in recorded], "warnings": [], "result": {}}
    return msgspec.json.encode(result)
