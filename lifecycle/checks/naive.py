"""A second derivation of the caps: plain sums over what each grant holds, from the bare JSON of the log.

It shares no code with the cap projection. The projection adds deltas to windows that events name; this one
keeps what every grant has asked, reserved, been given and had settled, and adds it all up again each time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Totals = tuple[int, int, int]
"""Yen requested, reserved, used."""

Row = dict[str, Any]
"""A cap row by the names of its columns."""

NONE = (0, 0, 0)

IN_USE = {
    "grant.approved": ("shares", "committed_yen"),
    "grant.change_approved": ("after", "committed_yen"),
    "grant.abolished": ("after", "committed_yen"),
    "grant.settled": ("shares", "settled_yen"),
    "grant.input_tax_reported": ("after", "settled_yen"),
}
"""Events that say what is in use from then on: where, and under which name."""

DROPPED = ("grant.withdrawn", "grant.not_adopted", "grant.rejected")
"""Events by which a grant comes to nothing."""


@dataclass
class NaiveGrant:
    """What one grant holds, by component: [kind, requested, reserved, used]; and the kinds it ever held a yen of."""

    authority: str
    project: str
    fiscal_year: int
    capped: bool
    lines: dict[str, list[Any]] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)

    def ask(self, components: list[dict[str, Any]]) -> None:
        """An application, or its correction."""
        self.lines = {c["id"]: [c["kind"], c["requested_yen"], 0, 0] for c in components}

    def given(self, components: list[dict[str, Any]]) -> None:
        """A decision taken elsewhere: what was asked for is in use."""
        self.lines = {c["id"]: [c["kind"], 0, 0, c["requested_yen"]] for c in components}

    def drop(self) -> None:
        """It came to nothing."""
        for line in self.lines.values():
            line[1:] = NONE

    def reserve(self, shares: list[dict[str, Any]]) -> None:
        """An adoption: this waits, and what was asked stays asked."""
        for share in shares:
            self.lines[share["component"]][2] = share.get("reserved_yen", 0)

    def decide(self, shares: list[dict[str, Any]], amount: str) -> None:
        """A decision, a change or a settlement: this amount is in use, nothing waits."""
        for share in shares:
            self.lines[share["component"]][1:] = [0, 0, share.get(amount, 0)]

    def by_kind(self) -> dict[str, list[int]]:
        """What it holds of each kind."""
        sums: dict[str, list[int]] = {}
        for kind, *amounts in self.lines.values():
            sums[kind] = _plus(sums.get(kind, NONE), amounts)
        return sums


class NaiveCaps:
    """All grants and plans of the log so far, and what it said last of each window."""

    def __init__(self) -> None:
        self.grants: dict[str, NaiveGrant] = {}
        self.plans: dict[str, tuple[int, int]] = {}
        self._of: dict[str, list[NaiveGrant]] = {}
        self._terms: dict[str, dict[str, Row]] = {}
        self._sums: dict[str, dict[str, list[int]]] = {}
        self._counts: dict[str, int] = {}
        self._freed_on: dict[str, str] = {}

    def take(self, entry: bytes) -> str | None:
        """Take in one entry; returns the authority of whose windows it may have moved something."""
        event = json.loads(entry)
        for window in event.get("caps", ()):
            self._counts[window] = self._counts.get(window, 0) + 1
        if not self._takes(event["stream"], event["type"], event["data"]):
            return None
        authority = str(event["stream"][:6])
        self._add_up(authority, event["effective_on"])
        return authority

    def totals(self, authority: str) -> dict[str, Totals]:
        """Every window of an authority in which anything stands, added up from nothing."""
        sums = self._sums.get(authority, {})
        return {window: (held[0], held[1], held[2]) for window, held in sums.items() if any(held[:3])}

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every window in which anything ever stood, as its stored row should be."""
        for authority, terms in self._terms.items():
            for window, told in terms.items():
                held = self._sums[authority].get(window, [*NONE, *NONE])
                yield (
                    window,
                    {
                        "authority": authority,
                        **dict.fromkeys(("fiscal_year", "project", "first_year", "last_year")),
                        **told,
                        **dict(zip(("requested_yen", "reserved_yen", "used_yen"), held[:3], strict=True)),
                        **dict(
                            zip(
                                ("own_requested_yen", "own_reserved_yen", "own_used_yen"),
                                held[3:],
                                strict=True,
                            )
                        ),
                        "seq": self._counts.get(window, 0),
                        "freed_on": self._freed_on.get(window),
                    },
                )

    # ------------------------------------------------------------------ what an event says

    def _takes(self, stream: str, name: str, data: dict[str, Any]) -> bool:
        if name in ("project.planned", "project.plan_revised", "project.period_changed"):
            self._plan(stream, data["first_year"], data["last_year"])
        elif name == "project.imported":
            self._plan(stream, data["fiscal_year"], data["fiscal_year"])
        elif name in ("grant.submitted", "grant.decision_imported"):
            self._begin(stream, name, data)
        elif name == "grant.resubmitted":
            grant = self.grants[stream]
            self._move(grant, data["replaced_windows"], grant.drop)
            self._move(grant, data["windows"], lambda: grant.ask(data["components"]))
        elif change := _change(name, data):
            grant = self.grants[stream]
            self._move(grant, data["windows"], lambda: change(grant))
        else:
            return False
        return True

    def _plan(self, project: str, first_year: int, last_year: int) -> None:
        self.plans[project] = (first_year, last_year)
        for told in self._terms.get(project[:6], {}).values():
            if told.get("project") == project:
                told["last_year"] = last_year

    def _begin(self, stream: str, name: str, data: dict[str, Any]) -> None:
        grant = NaiveGrant(data["authority"], data["project"], data["fiscal_year"], bool(data["windows"]))
        self.grants[stream] = grant
        self._of.setdefault(grant.authority, []).append(grant)
        begin = grant.ask if name == "grant.submitted" else grant.given
        self._move(grant, data["windows"], lambda: begin(data["components"]))

    def _move(self, grant: NaiveGrant, windows: list[Row], change: Callable[[], None]) -> None:
        """Let a grant hold something else. A window is what its last increase under a known limit said it is."""
        before = grant.by_kind()
        change()
        after = grant.by_kind()
        grant.kinds |= {kind for kind, held in after.items() if any(held)}
        terms = self._terms.setdefault(grant.authority, {})
        for told in windows:
            held, had = after.get(told["kind"], NONE), before.get(told["kind"], NONE)
            grows = held[0] > had[0] or held[1] + held[2] > had[1] + had[2]
            is_new = told["window"] not in terms and list(held) != list(had)
            if is_new or (told["window"] in terms and grows and told["limit_yen"] is not None):
                terms[told["window"]] = dict(told)

    # ------------------------------------------------------------------ adding up

    def _add_up(self, authority: str, on: str) -> None:
        """Each window's yen, and those of its own plan, from nothing; and the last day on which room came back."""
        before = self._sums.get(authority, {})
        sums = self._sums[authority] = self._added_up(authority)
        for window, held in before.items():
            now = sums.get(window, NONE)
            if now[1] + now[2] < held[1] + held[2]:
                self._freed_on[window] = max(self._freed_on.get(window, ""), on)

    def _added_up(self, authority: str) -> dict[str, list[int]]:
        sums: dict[str, list[int]] = {}
        for grant in self._of.get(authority, ()):
            if grant.capped:
                for kind, *amounts in grant.lines.values():
                    if any(amounts):
                        for window in _own_windows(grant, kind):
                            sums[window] = _plus(sums.get(window, (*NONE, *NONE)), [*amounts, *amounts])
        return sums | self._plans_added_up(authority, sums)

    def _plans_added_up(self, authority: str, sums: dict[str, list[int]]) -> dict[str, list[int]]:
        """Each plan window with what stands in every plan that overlaps it, itself among them."""
        head = f"{authority}/infrastructure/plan"
        projects = {
            grant.project
            for grant in self._of.get(authority, ())
            if grant.capped and "infrastructure" in grant.kinds
        }
        by_years: dict[tuple[int, int], list[int]] = {}
        for project in projects:
            own = sums.get(f"{head}/{project}", [*NONE, *NONE])
            years = self.plans[project]
            by_years[years] = _plus(by_years.get(years, NONE), own[3:])
        totals = {years: _overlapping(years, by_years) for years in by_years}
        return {
            f"{head}/{project}": [
                *totals[self.plans[project]],
                *sums.get(f"{head}/{project}", [*NONE, *NONE])[3:],
            ]
            for project in projects
        }


def _own_windows(grant: NaiveGrant, kind: str) -> Iterator[str]:
    """The windows in which its money of a kind is their own."""
    head = f"{grant.authority}/{kind}"
    yield f"{head}/fiscal_year/{grant.fiscal_year}"
    if kind == "facility":
        yield f"{head}/project/{grant.project}"
    if kind == "infrastructure":
        yield f"{head}/plan/{grant.project}"


def _overlapping(years: tuple[int, int], by_years: dict[tuple[int, int], list[int]]) -> list[int]:
    total = list(NONE)
    for (first, last), held in by_years.items():
        if years[0] <= last and first <= years[1]:
            total = _plus(total, held)
    return total


def _change(name: str, data: dict[str, Any]) -> Callable[[NaiveGrant], None] | None:
    """What an event does to a grant that stands already; None when it moves nothing."""
    if name in DROPPED:
        return NaiveGrant.drop
    if name == "grant.adopted":
        return lambda grant: grant.reserve(data["shares"])
    if name == "grant.revoked" and data["frees_room"]:
        amount = "settled_yen" if data["after_settlement"] else "committed_yen"
        return lambda grant: grant.decide(data["after"], amount)
    if name in IN_USE:
        shares, amount = IN_USE[name]
        return lambda grant: grant.decide(data[shares], amount)
    return None


def _plus(one: Iterable[int], other: Iterable[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]
