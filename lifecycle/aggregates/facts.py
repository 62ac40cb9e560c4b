"""The parts that events are made of. They are stored; fields are only ever added, with a default."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of an event."""


class Asked(Fact, frozen=True, kw_only=True):
    """構成事業の申請額: what an application asks for one component in its fiscal year."""

    id: str
    kind: str
    title: str = ""
    rate: str
    ministry: str = ""
    eligible_cost_yen: int
    requested_yen: int


class Share(Fact, frozen=True, kw_only=True):
    """A component's amounts at an event: what it held before, or is given by it (each event says which)."""

    component: str
    kind: str
    requested_yen: int = 0
    reserved_yen: int = 0
    committed_yen: int = 0
    settled_yen: int = 0


class Window(Fact, frozen=True, kw_only=True):
    """上限の枠: one cap an event was judged against, as it stood then. `limit_yen` None = undetermined."""

    window: str
    rule: str
    kind: str
    period: Literal["fiscal_year", "plan", "project"]
    strength: Literal["hard", "guideline"]
    limit_yen: int | None
    source: str
    fiscal_year: int | None = None
    project: str | None = None
    first_year: int | None = None
    last_year: int | None = None


class PlannedYear(Fact, frozen=True, kw_only=True):
    """One fiscal year of a component in the plan."""

    fiscal_year: int
    eligible_cost_yen: int
    requested_yen: int


class PlannedItem(Fact, frozen=True, kw_only=True):
    """経費の内訳 of a component in the plan."""

    id: str
    name: str
    fiscal_year: int
    cost_yen: int


class PlannedComponent(Fact, frozen=True, kw_only=True):
    """構成事業 of a plan, over its fiscal years."""

    id: str
    kind: str
    title: str
    rate: str
    ministry: str = ""
    years: list[PlannedYear]
    items: list[PlannedItem] = []


class PlannedKpi(Fact, frozen=True, kw_only=True):
    """KPI of a plan. Values are decimal strings, as the authority wrote them."""

    id: str
    name: str
    unit: str = ""
    direction: Literal["up", "down"] = "up"
    baseline: str
    targets: dict[str, str]


class Payment(Fact, frozen=True, kw_only=True):
    """支払 or 納付: an amount on a day."""

    on: date
    amount_yen: int
    payment: str = ""
