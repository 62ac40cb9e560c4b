"""An auditor who trusts nobody: reads the raw log and the tables, and names every invariant that does not hold.

The numbers are those of the invariants in the reliability design: I1 paid within what was granted, I2 caps, I4
conservation, I6 whole yen, I7 rate, I8 states, I9 four eyes, I10 payment after decision, I13 streams, I14 and
I15 commands and receipts, I16 atomicity, I21 clocks; and the effective clock never tears.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from store.office import Office

from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows
from lifecycle.projections.cap_usage import Rows
from lifecycle.store.entries import to_event
from lifecycle.store.transaction import fold

MOST_YEN = 10**13
ROWS = "SELECT n, stream, version, type, recorded_at, effective_on, entry FROM events ORDER BY n"
DATES = 12
"""On so many days of the effective clock the log is read again."""

OPEN = {"submitted", "adopted"}
DECIDED = {"approved", "suspended", "abolished", "reported", "settled", "closed", "revoked"}
BEFORE = {
    "returned_for_correction": {"submitted"},
    "resubmitted": {"returned"},
    "scored": OPEN,
    "withdrawn": {"submitted", "returned", "adopted", "approved"},
    "adopted": {"submitted"},
    "not_adopted": {"submitted"},
    "approved": OPEN,
    "rejected": OPEN,
    "change_requested": {"approved"},
    "change_approved": {"approved"},
    "change_refused": {"approved"},
    "disbursed": {"approved", "settled"},
    "payment_set_off": {"approved", "settled"},
    "completion_reported": {"approved", "abolished"},
    "correction_ordered": {"reported"},
    "settled": {"reported"},
    "closed": {"settled"},
    "input_tax_reported": {"settled", "closed"},
    "suspended": {"approved"},
    "resumed": {"suspended"},
    "abolished": {"approved", "suspended"},
    "revoked": {"approved", "suspended", "abolished", "reported", "settled", "closed"},
    "return_ordered": DECIDED,
    "return_recorded": DECIDED,
    "return_set_off": DECIDED,
}
"""The states in which each event may happen."""
AFTER = {
    "submitted": "submitted",
    "decision_imported": "approved",
    "returned_for_correction": "returned",
    "resubmitted": "submitted",
    "withdrawn": "withdrawn",
    "adopted": "adopted",
    "not_adopted": "not_adopted",
    "approved": "approved",
    "rejected": "rejected",
    "completion_reported": "reported",
    "correction_ordered": "approved",
    "suspended": "suspended",
    "resumed": "approved",
    "abolished": "abolished",
    "settled": "settled",
    "closed": "closed",
}
"""The state each event leads to; others leave it as it is."""
DECIDES = {
    "adopted",
    "not_adopted",
    "approved",
    "rejected",
    "settled",
    "return_ordered",
    "revoked",
    "abolished",
}
DECIDES |= {"suspended", "resumed", "correction_ordered"}


@dataclass
class Account:
    """The money of one grant, from bare JSON."""

    status: str = ""
    preparers: set[str] = field(default_factory=set)
    requesters: dict[str, str] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    granted: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, int] | None = None
    paid: int = 0
    ordered: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    decider: str = ""
    decided_on: str = "9999"
    reporter: str = ""

    def take(self, name: str, entry: dict[str, Any]) -> Iterator[str]:
        """Follow one event; yields what is wrong with it."""
        by, data = entry["by"], entry["data"]
        if name in BEFORE and self.status not in BEFORE[name]:
            yield f"I8: {name} of a grant that is {self.status or 'not there'}"
        if name in DECIDES and by in self.preparers | {self.reporter}:
            yield f"I9: {by} prepared the grant and decides it: {name}"
        yield from getattr(self, f"_{name}", self._other)(by, data, entry["effective_on"])
        whole = name == "revoked" and data["whole"]
        self.status = "revoked" if whole else AFTER.get(name, self.status)
        if not 0 <= sum(self.returned.values()) <= self.paid:
            yield f"I1: paid {self.paid}, returned {self.returned}"

    @property
    def stands(self) -> int:
        """What the recipient may keep."""
        return sum((self.granted if self.fixed is None else self.fixed).values())

    def _other(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        yield from ()

    def _submitted(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.preparers.add(by)
        parts = data["components"]
        self.most = {p["id"]: int(p["eligible_cost_yen"] * Fraction(p["rate"])) for p in parts}
        yield from ()

    _resubmitted = _submitted

    def _scored(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.preparers.add(by)
        yield from ()

    def _decision_imported(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.granted = {part["id"]: part["requested_yen"] for part in data["components"]}
        self.preparers.add(by)
        self.decided_on = on
        yield from ()

    def _approved(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.granted = {share["component"]: share.get("committed_yen", 0) for share in data["shares"]}
        self.decider, self.decided_on = by, on
        for name, yen in self.granted.items():
            if yen > self.most[name]:
                yield f"I7: {yen} for {name}, where the rate bears {self.most[name]}"

    def _change_requested(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.requesters[data["change"]] = by
        yield from ()

    def _change_approved(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        if by == self.requesters.get(data["change"]):
            yield f"I9: {by} requested the change and approves it"
        self.granted = {share["component"]: share.get("committed_yen", 0) for share in data["after"]}

    def _abolished(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        before = dict(self.granted)
        self.granted = {share["component"]: share.get("committed_yen", 0) for share in data["after"]}
        yield from self._not_more(before, self.granted)

    def _revoked(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        before, name = self.stands, "settled_yen" if data["after_settlement"] else "committed_yen"
        after = {share["component"]: share.get(name, 0) for share in data["after"]}
        yield from self._not_more(self.granted if self.fixed is None else self.fixed, after)
        if self.fixed is None:
            self.granted = after
        else:
            self.fixed = after
        if before - self.stands != data["amount_yen"]:
            yield f"I4: {data['amount_yen']} revoked of {before}, and {self.stands} stand"

    def _input_tax_reported(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        before = dict(self.fixed or {})
        self.fixed = {share["component"]: share.get("settled_yen", 0) for share in data["after"]}
        yield from self._not_more(before, self.fixed)

    def _not_more(self, before: dict[str, int], after: dict[str, int]) -> Iterator[str]:
        if not all(0 <= yen <= before[name] for name, yen in after.items()):
            yield f"I4: {before} became {after}, where nothing may grow or fall below 0"

    def _disbursed(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        yield from self._payment_set_off(by, data, on)
        if by == self.decider:
            yield f"I9: {by} decided on the grant and pays it"

    def _payment_set_off(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.paid += data["amount_yen"]
        if on < self.decided_on:
            yield f"I10: paid on {on}, decided on {self.decided_on}"
        if self.paid - sum(self.returned.values()) > self.stands:
            yield f"I1: {self.paid} paid, {self.returned} returned, and {self.stands} stand"

    def _completion_reported(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.reporter = by
        yield from ()

    def _settled(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.fixed = {share["component"]: share.get("settled_yen", 0) for share in data["shares"]}
        for share in data["shares"]:
            if not 0 <= share.get("settled_yen", 0) <= self.granted.get(share["component"], 0):
                yield f"I4: settled {share}, granted {self.granted}"

    def _return_ordered(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        self.ordered[data["order"]] = data["amount_yen"]
        if sum(self.ordered.values()) > self.paid - self.stands:
            yield f"I4: {self.ordered} ordered back, paid {self.paid}, and {self.stands} stand"

    def _return_set_off(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        yield from self._return_recorded(by, data, on)

    def _return_recorded(self, by: str, data: dict[str, Any], on: str) -> Iterator[str]:
        order = data["order"]
        self.returned[order] = self.returned.get(order, 0) + data["amount_yen"]
        if self.ordered.get(order, 0) - self.returned[order] != data["principal_left_yen"]:
            yield f"I4: {data}, ordered {self.ordered}, returned {self.returned}"

    def is_square(self) -> bool:
        """Paid less returned is what was fixed."""
        return self.paid - sum(self.returned.values()) == self.stands


def audited(office: Office, receipts: dict[str, bytes]) -> Iterator[str]:
    """Every invariant that does not hold, by its number."""
    log = [(*columns, bytes(entry)) for *columns, entry in office.connection.execute(ROWS)]
    yield from _in_order(log)
    yield from _whole_commands(office, log, receipts)
    yield from _money(log)
    yield from _caps(log)
    yield from torn(office)


def _in_order(log: list[tuple[Any, ...]]) -> Iterator[str]:
    versions: dict[str, int] = {}
    last, seqs = "", {}  # type: ignore[var-annotated]
    for expected, (n, stream, version, _, recorded_at, _, entry) in enumerate(log, 1):
        if n != expected or version != versions.get(stream, 0) + 1:
            yield f"I13: event {n}, version {version} of {stream}"
        if recorded_at <= last:
            yield f"I21: event {n} recorded at {recorded_at}, after one at {last}"
        for window, seq in json.loads(entry).get("caps", {}).items():
            if seq != seqs.get(window, 0) + 1:
                yield f"I2: event {n} is number {seq} of {window}, after {seqs.get(window, 0)}"
            seqs[window] = seq
        last, versions[stream] = recorded_at, version


def _whole_commands(office: Office, log: list[tuple[Any, ...]], receipts: dict[str, bytes]) -> Iterator[str]:
    types: dict[str, list[str]] = {}
    seen, last = set(), ""
    for n, *_, entry in log:
        command = json.loads(entry)["command"]
        if command != last and command in seen:
            yield f"I16: event {n} of {command} stands apart from the others of that command"
        seen.add(command)
        last = command
        types.setdefault(command, []).append(json.loads(entry)["type"])
    stored = {
        i: bytes(result) for i, result in office.connection.execute("SELECT command_id, result FROM commands")
    }
    if stored.keys() != types.keys():
        yield f"I16: commands without events or events without commands: {stored.keys() ^ types.keys()}"
    for command, receipt in receipts.items():
        if stored.get(command) != receipt:
            yield f"I14: the stored result of {command} is not the one that was given"
        if types.get(command) != json.loads(receipt)["events"]:
            yield f"I15: the receipt of {command} is not in the log"


def _money(log: list[tuple[Any, ...]]) -> Iterator[str]:
    accounts: dict[str, Account] = {}
    for n, stream, _, type_, *_, entry in log:
        told = json.loads(entry)
        for yen in _amounts(told):
            if type(yen) is not int or not -MOST_YEN <= yen <= MOST_YEN:
                yield f"I6: event {n} holds {yen!r}"
        kind, _, name = type_.partition(".")
        if kind == "grant":
            account = accounts.setdefault(stream, Account())
            yield from (f"{wrong} (event {n}, {stream})" for wrong in account.take(name, told))
            if name == "closed" and not account.is_square():
                yield f"I4: event {n} closes {stream}, which is not square"


def _amounts(value: Any, name: str = "") -> Iterator[Any]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _amounts(part, name if name.endswith("_yen") else key)
    elif isinstance(value, list):
        for part in value:
            yield from _amounts(part, name)
    elif name.endswith("_yen") and value is not None:
        yield value


def _caps(log: list[tuple[Any, ...]]) -> Iterator[str]:
    rows: Rows = {}
    commands = [json.loads(entry)["command"] for *_, entry in log]
    for (n, *_, entry), command, following in zip(log, commands, [*commands[1:], ""], strict=True):
        rows |= cap_usage.apply(rows, to_event(entry))
        if command == following:
            continue  # a command is one step: it may make room with one event and take it with the next
        for name, row in rows.items():
            taken, limit = row.total.used_yen + row.total.reserved_yen, row.window.limit_yen
            if taken < 0 or row.total.requested_yen < 0:
                yield f"I2: {name} holds {row.total} after event {n}"
            if row.window.strength == "hard" and limit is not None and taken > limit:
                yield f"I2: {name} holds {taken} of {limit} after event {n}"


def torn(office: Office, dates: int = DATES) -> Iterator[str]:
    """Read the log as of so many days on the effective clock: nothing raises, and no sum is absurd."""
    entries = [bytes(row[0]) for row in office.connection.execute("SELECT entry FROM events ORDER BY n")]
    days = sorted({json.loads(entry)["effective_on"] for entry in entries})
    for day in days[:: max(1, len(days) // dates)]:
        try:
            yield from (f"effective {day}: {wrong}" for wrong in _as_of_day(entries, day))
        except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
            yield f"effective {day}: {type(error).__name__}: {error}"


def _as_of_day(entries: list[bytes], day: str) -> Iterator[str]:
    streams: dict[str, list[Any]] = {}
    rows: Rows = {}
    slots: SlotRows = {}
    for entry in entries:
        if json.loads(entry)["effective_on"] > day:
            continue
        event = to_event(entry)
        streams.setdefault(event.originator_id, []).append(event)
        rows |= cap_usage.apply(rows, event)
        slots |= application_slots.apply(slots, event)
    for stream, events in streams.items():
        found = fold(events)
        if type(found).__name__ == "Grant" and not 0 <= found.returned_yen <= found.disbursed_yen:
            yield f"I1: {stream}: paid {found.disbursed_yen}, returned {found.returned_yen}"
    for name, row in rows.items():
        if min(row.total.requested_yen, row.total.reserved_yen, row.total.used_yen) < 0:
            yield f"I2: {name} holds {row.total}"
