"""The naive book: what every grant holds, in plain Python, added up from nothing whenever it is asked.

It knows the caps as the Cabinet Office's table states them, and neither events nor projections. It is told
each command that was accepted (`doings.py`) and says for which reasons a command must be refused (`reasons.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from store.office import HIROSHIMA, OFFICERS, R8, SAPPORO, YOKOHAMA

OKU = 100_000_000
"""億."""

SOFT_A_YEAR = {HIROSHIMA: 15 * OKU, SAPPORO: 15 * OKU, YOKOHAMA: 10 * OKU}
FACILITY_A_YEAR = FACILITY_A_PROJECT = SOFT_A_YEAR  # the same figures, and only 目安
INFRASTRUCTURE_ALL_PLANS = {HIROSHIMA: 50 * OKU, SAPPORO: 20 * OKU, YOKOHAMA: 10 * OKU}
INFRASTRUCTURE_A_YEAR = {HIROSHIMA: 10 * OKU, SAPPORO: 4 * OKU, YOKOHAMA: 2 * OKU}  # 目安
YEARS = {"soft": (3, 5), "facility": (3, 5), "infrastructure": (5, 7)}
"""In principle, and at most."""
NEW_APPLICATIONS = {"ordinary": 10, "outside": 2}

OPEN = ("submitted", "returned", "adopted")
DEAD = ("withdrawn", "not_adopted", "rejected")

BOUND = {"hiroshima": HIROSHIMA}
"""Officers who act for one authority alone."""
ROLES = {**OFFICERS, "hiroshima": ["head", "preparer"]}


@dataclass
class Line:
    """One component of one grant."""

    kind: str
    cost: int
    asked: int
    reserved: int = 0
    given: int = 0
    fixed: int = 0
    actual: int = 0


@dataclass
class Change:
    """A change that was asked for."""

    by: str
    on: date
    deltas: dict[str, int]
    drop: list[str]
    last: int | None
    status: str = "requested"


@dataclass
class Order:
    """Money that was ordered back."""

    basis: str
    amount: int
    on: date
    paid: int = 0


@dataclass
class Matter:
    """A grant."""

    id: str
    authority: str
    project: str
    year: int
    application: str
    round: str
    slot: str
    programme: str
    since: date
    by: set[str]
    lines: dict[str, Line]
    justified: bool
    status: str = "submitted"
    scored: dict[str, date] = field(default_factory=dict)
    deciders: set[str] = field(default_factory=set)
    abolished: bool = False
    until: date | None = None
    paid: int = 0
    paid_on: date = date.min
    settled: bool = False
    decommitted: int = 0
    overpaid: int = 0
    taxed: str = ""
    tax: int = 0
    revoked: dict[str, int] = field(default_factory=dict)
    unpaid_sub_grants: set[str] = field(default_factory=set)
    reporters: set[str] = field(default_factory=set)
    changes: dict[str, Change] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)

    def of(self, what: str) -> int:
        """The sum of one amount over its lines."""
        return sum(int(getattr(line, what)) for line in self.lines.values())

    @property
    def returned(self) -> int:
        """Paid back."""
        return sum(order.paid for order in self.orders.values())

    @property
    def stands(self) -> int:
        """What the recipient may keep."""
        return self.of("fixed" if self.settled else "given")

    @property
    def kept(self) -> int:
        """Paid and not returned."""
        return self.paid - self.returned

    @property
    def excess(self) -> int:
        """Paid beyond what the recipient may keep, and not yet ordered back."""
        return max(0, self.paid - self.stands - sum(order.amount for order in self.orders.values()))

    def due_back(self, basis: str) -> int:
        """What can still be ordered back: of what the basis itself has made an excess, and of all that is one."""
        sums = {
            "overpayment": self.overpaid,
            "input_tax": self.tax,
            "revocation": self.revoked.get("recipient", 0) + self.revoked.get("circumstances", 0),
            "sub_grantee": self.revoked.get("sub_grantee", 0),
        }
        ordered = sum(order.amount for order in self.orders.values() if order.basis == basis)
        return max(0, min(sums[basis] - ordered, self.excess))

    def holds(self) -> Iterator[tuple[str, int, int, int]]:
        """Kind, and yen requested, reserved, used, of every line."""
        for line in self.lines.values():
            used = line.fixed if self.settled else line.given
            yield line.kind, line.asked if self.status in OPEN else 0, line.reserved, used


@dataclass
class Effect:
    """A project's year, looked back upon."""

    targets: set[int]
    measured: set[str] = field(default_factory=set)
    verified: bool = False
    evaluators: set[str] = field(default_factory=set)
    improved: bool = False
    published: dict[str, date] = field(default_factory=dict)
    closed: bool = False
    days: dict[str, date] = field(default_factory=dict)
    """The last day of each step."""

    def done(self, step: str, on: date) -> None:
        """Write down the day of a step."""
        self.days[step] = max(on, self.days.get(step, on))


@dataclass
class Plan:
    """A project: its years, and what each component asks for in each of them."""

    id: str
    authority: str
    programme: str
    first: int
    last: int
    parts: dict[str, tuple[str, dict[int, tuple[int, int]]]]
    planners: set[str]
    planned_on: date
    targets: set[int]
    certified: date | None = None
    ended: bool = False
    infrastructure: bool = False
    limited: bool = True
    moved_on: date = date.min
    """When it was put right, or moved to another last year."""
    effects: dict[int, Effect] = field(default_factory=dict)


class Book:
    """Everything that was done, as sums."""

    def __init__(self) -> None:
        self.plans: dict[str, Plan] = {}
        self.matters: dict[str, Matter] = {}
        self.rounds = {"2025-1": (date(2025, 4, 1), date(2027, 3, 31))}
        self.taken_part: set[tuple[str, ...]] = set()
        self.waivers: dict[str, list[tuple[date, date, int]]] = {}
        self.soft_limits: dict[tuple[str, int], int] = {}
        self.confirmed: date | None = None

    # ------------------------------------------------------------------ sums

    def of_authority(self, authority: str, *, but: Matter | None = None) -> list[Matter]:
        """The grants of an authority, without one of them."""
        return [m for m in self.matters.values() if m.authority == authority and m is not but]

    def in_year(self, authority: str, kind: str, year: int, *, but: Matter | None = None) -> list[int]:
        """Yen requested, reserved, used of one kind in a fiscal year."""
        matters = [m for m in self.of_authority(authority, but=but) if m.year == year]
        return total(held for m in matters for held in m.holds() if held[0] == kind)

    def in_project(self, plan: str, kind: str, *, but: Matter | None = None) -> list[int]:
        """Yen requested, reserved, used of one kind in a project."""
        matters = [m for m in self.matters.values() if m.project == plan and m is not but]
        return total(held for m in matters for held in m.holds() if held[0] == kind)

    def overlapping(self, authority: str, first: int, last: int, *, but: str = "") -> list[Plan]:
        """The authority's plans with infrastructure that share a fiscal year with these."""
        return [
            plan
            for plan in self.plans.values()
            if plan.authority == authority and plan.infrastructure and plan.id != but
            if plan.first <= last and first <= plan.last
        ]

    def windows(self, authority: str) -> dict[str, list[int]]:
        """Every window of an authority in which anything stands: yen requested, reserved, used."""
        found: dict[str, list[int]] = {}
        for matter in self.of_authority(authority):
            for kind in {line.kind for line in matter.lines.values()}:
                year = f"{authority}/{kind}/fiscal_year/{matter.year}"
                found[year] = self.in_year(authority, kind, matter.year)
                if kind == "facility":
                    found[f"{authority}/{kind}/project/{matter.project}"] = self.in_project(
                        matter.project, kind
                    )
        for plan in self.overlapping(authority, 0, 9999):
            others = self.overlapping(authority, plan.first, plan.last)
            sums = [self.in_project(other.id, "infrastructure") for other in others]
            found[f"{authority}/infrastructure/plan/{plan.id}"] = [
                sum(column) for column in zip(*sums, strict=True)
            ]
        return {window: sums for window, sums in found.items() if any(sums)}

    def slots(self, authority: str, round_: str, slot: str) -> int:
        """Applications of one sort that take a slot: all but those withdrawn."""
        return sum(
            (m.round, m.slot) == (round_, slot) and m.status != "withdrawn"
            for m in self.of_authority(authority)
        )

    def is_limited(self, programme: str, on: date) -> bool:
        """Whether the caps of a programme version are known on a day."""
        return programme != R8 or (self.confirmed is not None and self.confirmed <= on)

    def live_years(self, plan: str) -> list[int]:
        """Fiscal years of a project with a grant that did not come to nothing."""
        return [m.year for m in self.matters.values() if m.project == plan and m.status not in DEAD]

    # ------------------------------------------------------------------ room under the caps

    def soft_cap(self, authority: str, on: date) -> int:
        """The cap on a day: what the last waiver that holds puts in its place."""
        held = [limit for first, last, limit in self.waivers.get(authority, []) if first <= on <= last]
        return held[-1] if held else SOFT_A_YEAR[authority]


def spread(amount: int, over: dict[str, int]) -> dict[str, int]:
    """An amount over parts in proportion: whole yen, and what is left from the first on, never more than a part."""
    whole = sum(over.values())
    parts = {name: amount * part // whole if whole else 0 for name, part in over.items()}
    for name, part in over.items():
        parts[name] += min(amount - sum(parts.values()), part - parts[name])
    return parts


def meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two spans share a year."""
    return one[0] <= other[1] and other[0] <= one[1]


def total(holdings: Iterable[tuple[str, int, int, int]]) -> list[int]:
    """Holdings added up."""
    sums = [0, 0, 0]
    for _, *amounts in holdings:
        sums = [one + other for one, other in zip(sums, amounts, strict=True)]
    return sums


def by_kind(lines: Mapping[str, Line], amounts: Mapping[str, int]) -> dict[str, int]:
    """Yen by component, added up by kind."""
    found: dict[str, int] = {}
    for name, amount in amounts.items():
        found[lines[name].kind] = found.get(lines[name].kind, 0) + amount
    return found


def parts_of(application: dict[str, Any]) -> dict[str, tuple[str, dict[int, tuple[int, int]]]]:
    """The components of an application: kind, and cost and share of every year."""
    return {
        part["id"]: (
            part.get("kind", ""),
            {y["fiscal_year"]: (y["eligible_cost_yen"], y["grant_yen"]) for y in part["years"]},
        )
        for part in application["components"]
    }
