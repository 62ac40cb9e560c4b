"""Who acts, when, on which grant, and for how much: drawn at random, mostly so that it makes sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from store.office import DOES, HIROSHIMA, REASONS, SAPPORO, YOKOHAMA, new

from .book import INFRASTRUCTURE_ALL_PLANS, SOFT_A_YEAR, Matter, Plan
from .watch import Watch

RARELY = st.sampled_from([False] * 9 + [True])
OFTEN = st.sampled_from([True] * 6 + [False])
AUTHORITIES = st.sampled_from([HIROSHIMA, SAPPORO, YOKOHAMA])
SIZES = st.sampled_from(["little", "little", "room", "room", "half", "half", "room + 1", "cap", "cap + 1"])
LENGTHS = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7])
KINDS = st.sampled_from(["s", "si", "si", "si", "sfi", "f", "sf", "fi", "i"])
NAMES = {"s": "soft", "f": "facility", "i": "infrastructure"}
FIRST_DAY, LAST_DAY = date(2025, 4, 10), date(2027, 3, 1)

Draw = Callable[..., Any]


class Drawing:
    """What an action needs to be drawn."""

    def __init__(self, watch: Watch) -> None:
        self.watch, self.book = watch, watch.book
        self.today = FIRST_DAY
        self.draw: Draw = lambda strategy, label="": None

    # ------------------------------------------------------------------ who, when, what

    def do(self, command: str, **fields: Any) -> str | None:
        """A command by the officer who does it as a rule, on the day it is as a rule; sometimes neither."""
        by, on = DOES[command], self.today
        if self.draw(RARELY, "another officer"):
            by = self.draw(st.sampled_from(["both", "both", "hiroshima", "head", "officer", "approver"]))
        if self.draw(RARELY, "back-dated"):
            on -= timedelta(days=self.draw(st.sampled_from([1, 20, 200])))
        told = {
            "by": by,
            "on": max(on, date(2025, 4, 1)).isoformat(),
            "dry_run": self.draw(RARELY, "dry run"),
        }
        return self.watch.perform(command, **{**told, **fields})

    def surely(self, command: str, **fields: Any) -> None:
        """A command by the officer who does it, today."""
        told = {"by": DOES[command], "on": self.today.isoformat()}
        self.watch.perform(command, **{**told, **fields})

    def some(self, *states: str) -> list[Matter]:
        """The grants in one of these states; all, when none is named."""
        return [m for m in self.book.matters.values() if not states or m.status in states]

    def matter(self, *states: str) -> Matter:
        """A grant, as a rule in one of these states."""
        matters = self.some(*states)
        if not matters or self.draw(RARELY, "any grant"):
            matters = self.some()
        return self.draw(st.sampled_from(matters), "grant")

    def plan(self) -> Plan:
        """A project."""
        return self.draw(st.sampled_from(list(self.book.plans.values())), "project")

    def yen(self, kind: str, authority: str, year: int, last: int) -> int:
        """An amount near one of the limits."""
        cap = (SOFT_A_YEAR if kind != "infrastructure" else INFRASTRUCTURE_ALL_PLANS)[authority]
        if kind == "infrastructure":
            room = self.book.infrastructure_to_ask(authority, "", (year, last))
        else:
            held = self.book.in_year(authority, kind, year)
            cap = self.book.soft_cap(authority, self.today) if kind == "soft" else cap
            room = cap - held[2] - held[0]
        sizes = {"room": room, "room + 1": room + 1, "half": room // 2, "cap": cap, "cap + 1": cap + 1}
        return max(1, {"little": 1_000, **sizes}[self.draw(SIZES, f"{kind} yen")])

    def application(self, authority: str, first: int, **fields: Any) -> dict[str, Any]:
        """A new application: one to three kinds of component, over the whole plan or in its first year alone."""
        last = first + self.draw(LENGTHS, "years more")
        kinds = [NAMES[letter] for letter in self.draw(KINDS, "kinds")]
        amounts = {kind: self.yen(kind, authority, first, last) for kind in kinds}
        reasons = REASONS if self.draw(st.booleans(), "with reasons") else {}
        application = new(authority, first=first, last=last, **amounts, justifications=reasons, **fields)
        for part in application["components"]:
            whole = part["kind"] == "infrastructure" or self.draw(RARELY, "over the whole plan")
            part["years"] = part["years"][: None if whole else 1]
            for year in part["years"]:
                year["eligible_cost_yen"] += 10
                if year["fiscal_year"] != first:
                    year |= {"eligible_cost_yen": 4_010, "grant_yen": 2_000}
        return application
