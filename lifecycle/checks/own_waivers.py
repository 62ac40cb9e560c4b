"""特例 and decision of one hand (reliability.md section 4 no. 2): told, as the decision's own answer tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from lifecycle.errors import Finding
from lifecycle.programme import version
from lifecycle.projections import cap_usage
from lifecycle.projections.cap_usage import Rows
from lifecycle.rules.caps import published_limit_yen
from lifecycle.rules.dispositions import own_waiver
from lifecycle.store import Store
from lifecycle.store.entries import to_event
from lifecycle.store.log import AsOf, open_log
from lifecycle.values import authority_of

DECISIONS = ("grant.adopted", "grant.approved", "grant.change_approved")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A decision in a window whose limit its own officer had set; whether it needed that, the sums tell."""

    n: int
    event: Json
    window: str
    waiver: Json
    published_yen: int

    def finding(self) -> Finding:
        """The answer's own words, with the event."""
        what = f"{self.event['type']} of {self.event['stream']} by {self.event['by']} stands by"
        told = own_waiver(what, self.waiver["stream"])
        return msgspec.structs.replace(told, message=f"event {self.n}: {told.message}")


@dataclass(slots=True)
class Waivers:
    """Waivers of caps, and the programme of each grant, as far as the log was read."""

    granted: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    programmes: dict[str, str] = field(default_factory=dict)

    def take(self, n: int, event: Json) -> Iterator[Suspect]:
        """Go one event on; yields the windows of a decision that were its own officer's to lift."""
        data, stream = event["data"], event["stream"]
        if "programme" in data:
            self.programmes[stream] = data["programme"]
        if event["type"] == "waiver.waived" and data["limit_yen"] is not None:
            self.granted.setdefault((data["authority"], data["rule"]), []).append(event)
        for window in data["windows"] if self.granted and event["type"] in DECISIONS else ():
            waiver = self._holding(authority_of(stream), window["rule"], event["effective_on"])
            if waiver and (waiver["by"], waiver["data"]["limit_yen"]) == (event["by"], window["limit_yen"]):
                published_yen = published_limit_yen([version(self.programmes[stream])], window["rule"])
                yield Suspect(n, event, window["window"], waiver, published_yen)

    def _holding(self, authority: str, rule: str, on: str) -> Json | None:
        held = [
            waiver
            for waiver in self.granted.get((authority, rule), ())
            if waiver["effective_on"] <= on <= waiver["data"]["until"]
        ]
        return held[-1] if held else None


def own_waiver_findings(store: Store, point: AsOf) -> Iterator[Finding]:
    """A warning for each decision that is above a published cap by its own officer's waiver.

    The sums are added up only where there is a decision to hold against them: whoever has none pays nothing for it.
    """
    waivers = Waivers()
    with open_log(store) as log:
        suspects = [
            suspect for n, entry in log.entries(point) for suspect in waivers.take(n, json.loads(entry))
        ]
    if suspects:
        yield from _above_the_published(store, point, suspects)


def _above_the_published(store: Store, point: AsOf, suspects: list[Suspect]) -> Iterator[Finding]:
    rows: Rows = {}
    waiting = iter(suspects)
    suspect = next(waiting, None)
    with open_log(store) as log:
        for n, entry in log.entries(point):
            changed = cap_usage.apply(rows, to_event(entry))
            while suspect and suspect.n == n:
                if _needs(suspect, rows, changed):
                    yield suspect.finding()
                suspect = next(waiting, None)
            if suspect is None:
                return
            rows |= changed


def _needs(suspect: Suspect, before: Rows, changed: Rows) -> bool:
    """A change that takes nothing more needs no waiver, whatever stands there already."""
    window = suspect.window
    if window not in changed or changed[window].taken_yen <= suspect.published_yen:
        return False
    grows = window not in before or changed[window].taken_yen > before[window].taken_yen
    return grows or suspect.event["type"] != "grant.change_approved"
