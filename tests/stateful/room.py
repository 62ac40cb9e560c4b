"""Room under the caps: of what stands now for a request; of every day from its own on for a decision dated back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .book import (
    FACILITY_A_PROJECT,
    FACILITY_A_YEAR,
    INFRASTRUCTURE_A_YEAR,
    INFRASTRUCTURE_ALL_PLANS,
    Book,
    Matter,
    meet,
)

Span = tuple[int, int]
ENDLESS = 10**13


@dataclass
class Move:
    """Yen reserved or used more (or less) by a grant from a day on."""

    on: date
    authority: str
    kind: str
    year: int
    plan: str
    yen: int


class Room(Book):
    """The book, and how full every window stood on every day."""

    def __init__(self) -> None:
        super().__init__()
        self.moves: list[Move] = []
        self.spans: list[tuple[date, str, Span]] = []
        """From which day on a plan with infrastructure has which years."""

    # ------------------------------------------------------------------ for a request

    def soft_to_ask(self, authority: str, year: int, on: date, but: Matter | None) -> int:
        """What may still be asked for in a fiscal year."""
        requested, _, used = self.in_year(authority, "soft", year, but=but)
        return self.soft_cap(authority, on) - requested - used

    def infrastructure_to_ask(self, authority: str, plan: str, years: Span, but: Matter | None = None) -> int:
        """What may still be asked for over a plan and every plan it overlaps: the least of them."""
        spans = {other.id: (other.first, other.last) for other in self.overlapping(authority, 0, 9999)}
        spans[plan] = years
        held = {name: self.in_project(name, "infrastructure", but=but) for name in spans}
        sums = {name: requested + used for name, (requested, _, used) in held.items()}
        full = [whole for name, whole in overlapped(spans, sums).items() if meet(spans[name], years)]
        return INFRASTRUCTURE_ALL_PLANS[authority] - max(full, default=0)

    # ------------------------------------------------------------------ for a decision

    def fullest(self, moves: Iterable[Move], on: date, but: Matter | None = None) -> int:
        """The most that is reserved and used on a day or any later one, without what a grant holds itself now."""
        moves = list(moves)
        days = {on, *(move.on for move in moves if move.on > on)}
        most = max(sum(move.yen for move in moves if move.on <= day) for day in days)
        kinds = {move.kind for move in moves}
        return most - sum(
            reserved + used for kind, _, reserved, used in (but.holds() if but else ()) if kind in kinds
        )

    def of(self, authority: str, kind: str) -> list[Move]:
        """The moves of an authority and kind."""
        return [move for move in self.moves if (move.authority, move.kind) == (authority, kind)]

    def in_fiscal_year(
        self, authority: str, kind: str, year: int, on: date, but: Matter | None = None
    ) -> int:
        """The most that stands in a fiscal year from a day on."""
        return self.fullest((move for move in self.of(authority, kind) if move.year == year), on, but)

    def infrastructure_to_decide(
        self,
        authority: str,
        plan: str,
        years: Span,
        on: date,
        *,
        limited: bool = True,
        but: Matter | None = None,
    ) -> int:
        """What may be decided over a plan and every plan it overlaps, from a day on: the least of them."""
        moves = self.of(authority, "infrastructure")
        days = {on, *(m.on for m in moves if m.on > on), *(day for day, _, _ in self.spans if day > on)}
        full = [self._fullest_plan(authority, plan, years, day, limited) for day in days]
        own = sum(r + u for kind, _, r, u in (but.holds() if but else ()) if kind == "infrastructure")
        rooms = [INFRASTRUCTURE_ALL_PLANS[authority] - yen + own for yen in full if yen is not None]
        return min(rooms, default=ENDLESS)

    def _fullest_plan(self, authority: str, plan: str, years: Span, day: date, limited: bool) -> int | None:
        """The fullest of the plans that meet these years, as they stood on a day; None if none has a limit."""
        spans = {name: span for on, name, span in self.spans if on <= day and name.startswith(authority)}
        known_now = self.plans.get(plan)
        if known_now is None or plan not in spans or (known_now.first, known_now.last) != years:
            spans[plan] = years
        years = spans[plan]
        sums = dict.fromkeys(spans, 0)
        for move in self.of(authority, "infrastructure"):
            if move.on <= day and move.plan in sums:
                sums[move.plan] += move.yen
        known = [n for n in spans if limited or (n != plan and self.plans[n].limited)]
        full = [
            whole
            for name, whole in overlapped(spans, sums).items()
            if name in known and meet(spans[name], years)
        ]
        return max(full, default=None)

    def passes_a_guideline(self, matter: Matter, asked: dict[str, int], on: date) -> bool:
        """Whether amounts by kind go beyond 目安."""
        authority, year = matter.authority, matter.year
        facility, infrastructure = asked.get("facility", 0), asked.get("infrastructure", 0)
        of_project = [move for move in self.of(authority, "facility") if move.plan == matter.project]
        judged = [
            (facility, self.in_fiscal_year(authority, "facility", year, on, matter), FACILITY_A_YEAR),
            (facility, self.fullest(of_project, on, matter), FACILITY_A_PROJECT),
            (
                infrastructure,
                self.in_fiscal_year(authority, "infrastructure", year, on, matter),
                INFRASTRUCTURE_A_YEAR,
            ),
        ]
        return any(yen and stands + yen > guideline[authority] for yen, stands, guideline in judged)


def overlapped(spans: dict[str, Span], sums: dict[str, int]) -> dict[str, int]:
    """For every plan the sum over those that share a year with it."""
    return {
        name: sum(sums[other] for other, its in spans.items() if meet(span, its))
        for name, span in spans.items()
    }
