"""特例 of a plan's length and the change that needs it, of one hand (reliability.md section 4 no. 2), from the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from lifecycle.aggregates import Grant, Project
from lifecycle.errors import Finding
from lifecycle.programme import version
from lifecycle.rules.dispositions import own_waiver
from lifecycle.rules.periods import lengthened_findings
from lifecycle.store import Store
from lifecycle.store.log import AsOf, Log, open_log
from lifecycle.store.transaction import fold
from lifecycle.values import authority_of

Json = dict[str, Any]
Entries = Iterable[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Lengthened:
    """A change of a plan's last year, approved while its own officer's waivers of lengths held: rule, waiver."""

    n: int
    change: str
    grant: str
    by: str
    last_year: int
    waivers: dict[str, str]


@dataclass(slots=True)
class Hands:
    """Waivers of plan lengths and requests for a later last year, as far as the log was read."""

    granted: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    wanted: dict[str, int] = field(default_factory=dict)

    def take(self, n: int, event: Json) -> Iterator[Lengthened]:
        """Go one event on; yields a change that its own officer may have waived the length for."""
        data = event["data"]
        if event["type"] == "waiver.waived" and data["rule"].endswith("_years_max"):
            self.granted.setdefault((data["authority"], data["rule"]), []).append(event)
        elif event["type"] == "grant.change_requested" and data["last_year"] is not None:
            self.wanted[data["change"]] = data["last_year"]
        elif event["type"] == "grant.change_approved" and data["change"] in self.wanted:
            change, own = data["change"], self._own(event)
            yield Lengthened(n, change, event["stream"], event["by"], self.wanted[change], own)

    def _own(self, event: Json) -> dict[str, str]:
        """The waivers that held for a decision, each the last of its rule, and that its officer had granted."""
        own, authority = {}, authority_of(event["stream"])
        for (of, rule), granted in self.granted.items():
            holding = [w for w in granted if w["effective_on"] <= event["effective_on"] <= w["data"]["until"]]
            if of == authority and holding and holding[-1]["by"] == event["by"]:
                own[rule] = holding[-1]["stream"]
        return own


def own_length_findings(store: Store, point: AsOf) -> Iterator[Finding]:
    """A warning for each change that is beyond a plan's published length by its own officer's waiver."""
    with open_log(store) as log:
        for lengthened in list(_lengthened(log.entries(point))):
            for told in _told(log, lengthened):
                yield msgspec.structs.replace(told, message=f"event {lengthened.n}: {told.message}")


def own_lengths_of(log: Log, grant: Grant) -> dict[str, list[Finding]]:
    """The same of one grant, by change, as the log stands: what a change was judged by stays whatever comes later."""
    entries = sorted([*log.entries(beginning=f"{grant.authority}-waiver/"), *log.entries(stream=grant.id)])
    return {found.change: list(_told(log, found)) for found in _lengthened(entries)}


def _lengthened(entries: Entries) -> Iterator[Lengthened]:
    hands = Hands()
    for n, entry in entries:
        yield from (found for found in hands.take(n, json.loads(entry)) if found.waivers)


def _told(log: Log, lengthened: Lengthened) -> Iterator[Finding]:
    """What its own answer told: the lengths that the plan of then would have passed."""
    then = AsOf(n=lengthened.n)
    grant = fold(log.events(then, stream=lengthened.grant))
    project = fold(log.events(then, stream=lengthened.grant.rpartition("/")[0]))
    if not isinstance(grant, Grant) or not isinstance(project, Project):
        return
    kinds = [component.kind for component in grant.components.values()]
    found = lengthened_findings(
        version(grant.programme), project.first_year, lengthened.last_year, project.components, kinds
    )
    passed = {finding.rule for finding in found if finding.strength == "hard"}
    for rule, waiver in sorted(lengthened.waivers.items()):
        if rule in passed:
            yield own_waiver(f"the approval of {lengthened.change} by {lengthened.by} stands by", waiver)
