"""A second derivation of the caps: plain sums over what each grant holds, from the bare JSON of the log.

It shares no code with the cap projection. The projection adds deltas to windows that events name; this one
keeps what every grant has asked, reserved, been given and had settled, and adds it all up again each time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Totals = tuple[int, int, int]
"""Yen requested, reserved, used."""


IN_USE = {
    "grant.approved": ("shares", "committed_yen"),
    "grant.change_approved": ("after", "committed_yen"),
    "grant.abolished": ("after", "committed_yen"),
    "grant.settled": ("shares", "settled_yen"),
    "grant.input_tax_reported": ("after", "settled_yen"),
}
"""Events that say what is in use from then on: where, and under which name."""


@dataclass
class NaiveGrant:
    """What one grant holds, by component: [kind, requested, reserved, used]; and every kind it ever asked for."""

    authority: str
    project: str
    fiscal_year: int
    capped: bool
    lines: dict[str, list[Any]] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)

    def ask(self, components: list[dict[str, Any]]) -> None:
        """An application, or its correction."""
        self.lines = {c["id"]: [c["kind"], c["requested_yen"], 0, 0] for c in components}
        self.kinds |= {c["kind"] for c in components}

    def drop(self) -> None:
        """It came to nothing."""
        for line in self.lines.values():
            line[1:] = [0, 0, 0]

    def decide(self, shares: list[dict[str, Any]], amount: str) -> None:
        """A decision, a change or a settlement: this amount is in use, nothing waits."""
        for share in shares:
            self.lines[share["component"]][1:] = [0, 0, share.get(amount, 0)]


class NaiveCaps:
    """All grants and plans of the log so far."""

    def __init__(self) -> None:
        self.grants: dict[str, NaiveGrant] = {}
        self.plans: dict[str, tuple[int, int]] = {}

    def take(self, entry: bytes) -> str | None:
        """Take in one entry; returns the authority it belongs to, if any."""
        event = json.loads(entry)
        stream, name, data = event["stream"], event["type"], event["data"]
        if name in ("project.planned", "project.plan_revised", "project.period_changed"):
            self.plans[stream] = (data["first_year"], data["last_year"])
        elif name == "project.imported":
            self.plans[stream] = (data["fiscal_year"], data["fiscal_year"])
        elif name in ("grant.submitted", "grant.decision_imported"):
            self._begin(stream, name, data)
        elif name.startswith("grant."):
            self._go_on(self.grants[stream], name, data)
        return str(stream[:6]) if name.startswith(("grant.", "project.")) else None

    def _begin(self, stream: str, name: str, data: dict[str, Any]) -> None:
        grant = NaiveGrant(data["authority"], data["project"], data["fiscal_year"], bool(data["windows"]))
        grant.ask(data["components"])
        if name == "grant.decision_imported":
            for line in grant.lines.values():
                line[1:] = [0, 0, line[1]]
        self.grants[stream] = grant

    def _go_on(self, grant: NaiveGrant, name: str, data: dict[str, Any]) -> None:
        if name == "grant.resubmitted":
            grant.ask(data["components"])
        elif name in ("grant.withdrawn", "grant.not_adopted", "grant.rejected"):
            grant.drop()
        elif name == "grant.adopted":
            for share in data["shares"]:
                grant.lines[share["component"]][2] = share.get("reserved_yen", 0)
        elif name == "grant.revoked":
            if data["frees_room"]:
                grant.decide(data["after"], "settled_yen" if data["after_settlement"] else "committed_yen")
        elif name in IN_USE:
            shares, amount = IN_USE[name]
            grant.decide(data[shares], amount)

    def totals(self, authority: str) -> dict[str, Totals]:
        """Every window of an authority in which anything stands, added up from nothing."""
        sums: dict[str, list[int]] = {}
        for grant in self.grants.values():
            if grant.authority != authority or not grant.capped:
                continue
            for kind, *amounts in grant.lines.values():
                for window in self._windows(grant, kind):
                    held = sums.setdefault(window, [0, 0, 0])
                    held[:] = [one + other for one, other in zip(held, amounts, strict=True)]
        return {window: (a, b, c) for window, (a, b, c) in sums.items() if (a, b, c) != (0, 0, 0)}

    def _windows(self, grant: NaiveGrant, kind: str) -> list[str]:
        head = f"{grant.authority}/{kind}"
        if kind == "soft":
            return [f"{head}/fiscal_year/{grant.fiscal_year}"]
        if kind == "facility":
            return [f"{head}/fiscal_year/{grant.fiscal_year}", f"{head}/project/{grant.project}"]
        first, last = self.plans[grant.project]
        plans = [
            project
            for project in self._infrastructure_projects(grant.authority)
            if first <= self.plans[project][1] and self.plans[project][0] <= last
        ]
        return [
            f"{head}/fiscal_year/{grant.fiscal_year}",
            *(f"{head}/plan/{project}" for project in plans),
        ]

    def _infrastructure_projects(self, authority: str) -> set[str]:
        return {
            grant.project
            for grant in self.grants.values()
            if grant.authority == authority and grant.capped and "infrastructure" in grant.kinds
        }
