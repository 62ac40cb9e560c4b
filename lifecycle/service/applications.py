"""From an application as written (contract section 5) to the plan and the amounts it asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lifecycle.aggregates import Project
from lifecycle.aggregates.facts import Asked, PlannedComponent, PlannedItem, PlannedKpi, PlannedYear
from lifecycle.commands.application import (
    Component,
    ComponentYear,
    ContinuingApplication,
    Kpi,
    NewApplication,
    YearCost,
)
from lifecycle.errors import BadInput, Finding
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.rules import eligibility
from lifecycle.rules.periods import period_findings, spans
from lifecycle.values import Kind, share_yen


@dataclass(frozen=True, slots=True)
class Plan:
    """実施計画 of a new application, with every share computed."""

    title: str
    strategy: str
    first_year: int
    last_year: int
    components: list[PlannedComponent]
    kpis: list[PlannedKpi]

    @property
    def fiscal_years(self) -> range:
        """First to last."""
        return range(self.first_year, self.last_year + 1)


def plan_of(application: NewApplication, rules: Rules) -> Plan:
    """The plan an application describes.

    Raises:
        BadInput: years the wrong way round or outside the plan, an id or a year twice.
    """
    first, last = application.first_year, application.last_year
    if last < first:
        raise BadInput(f"last_year {last} lies before first_year {first}")
    _refuse_twice("component", (component.id for component in application.components))
    _refuse_twice("kpi", (kpi.id for kpi in application.kpis))
    for component in application.components:
        _refuse_outside(component.id, component.years, first, last)
    return Plan(
        title=application.title,
        strategy=application.strategy,
        first_year=first,
        last_year=last,
        components=[_planned(component, rules) for component in application.components],
        kpis=[_planned_kpi(kpi) for kpi in application.kpis],
    )


def plan_findings(plan: Plan, rules: Rules) -> list[Finding]:
    """Everything the rules say about a plan as such: strategy, combination, length, rates, KPIs."""
    found = eligibility.strategy_findings(rules, plan.strategy)
    found += eligibility.combination_findings(rules, planned_yen_by_kind(plan.components))
    found += period_findings(rules, plan.first_year, plan.last_year, spans(plan.components))
    for component in plan.components:
        found += component_findings(component, rules)
    targets = {kpi.id: kpi.targets for kpi in plan.kpis}
    return found + eligibility.kpi_findings(rules, targets, plan.fiscal_years)


def component_findings(component: PlannedComponent, rules: Rules) -> list[Finding]:
    """Rate and share of one component, in every year."""
    rate = Fraction(component.rate)
    found = eligibility.rate_findings(rules, component.id, component.kind, rate, component.ministry)
    source = rules.rate(Kind(component.kind)).source
    for year in component.years:
        name = f"{component.id} ({year.fiscal_year})"
        found += eligibility.share_findings(source, name, year.eligible_cost_yen, rate, year.requested_yen)
    return found


def planned_yen_by_kind(components: Iterable[PlannedComponent]) -> dict[str, int]:
    """The whole plan's national share by kind."""
    out: dict[str, int] = {}
    for component in components:
        total_yen = sum(year.requested_yen for year in component.years)
        out[component.kind] = out.get(component.kind, 0) + total_yen
    return out


def asked_in(components: Iterable[PlannedComponent], fiscal_year: int) -> list[Asked]:
    """What a plan asks for in one fiscal year, by component.

    Raises:
        BadInput: it asks for nothing.
    """
    asked = [
        Asked(
            id=component.id,
            kind=component.kind,
            title=component.title,
            rate=component.rate,
            ministry=component.ministry,
            eligible_cost_yen=year.eligible_cost_yen,
            requested_yen=year.requested_yen,
        )
        for component in components
        for year in component.years
        if year.fiscal_year == fiscal_year
    ]
    if not any(line.requested_yen for line in asked):
        raise BadInput(f"the application asks for nothing in fiscal year {fiscal_year}")
    return asked


def continued(
    project: Project, application: ContinuingApplication, rules: Rules, gone: Collection[str] = ()
) -> list[PlannedComponent]:
    """The plan's components with the amounts a continuing application gives in their place.

    Raises:
        BadInput: a component is not in the plan, given up or named twice, or gives another fiscal year.
    """
    _refuse_twice("component", (component.id for component in application.components))
    planned = {component.id: component for component in project.components if component.id not in gone}
    given = {component.id: component for component in application.components}
    if unknown := [component_id for component_id in given if component_id not in planned]:
        raise BadInput(
            f"component {', '.join(unknown)} is not in the plan of {project.id} (any more); "
            f"it has {', '.join(planned) or 'none'}"
        )
    for component in given.values():
        _refuse_outside(component.id, component.years, application.fiscal_year, application.fiscal_year)
    return [
        _continued(component, given.get(component.id), rules, application.fiscal_year)
        for component in planned.values()
    ]


def _continued(
    planned: PlannedComponent, given: ComponentYear | None, rules: Rules, fiscal_year: int
) -> PlannedComponent:
    if given is None:
        years = [year for year in planned.years if year.fiscal_year == fiscal_year]
    else:
        years = [_planned_year(year, Fraction(planned.rate), rules) for year in given.years]
    return PlannedComponent(
        id=planned.id,
        kind=planned.kind,
        title=planned.title,
        rate=planned.rate,
        ministry=planned.ministry,
        years=years,
    )


def _planned(component: Component, rules: Rules) -> PlannedComponent:
    rate = Fraction(component.rate) if component.rate else rules.rate(Kind(component.kind)).rate
    return PlannedComponent(
        id=component.id,
        kind=component.kind,
        title=component.title,
        rate=f"{rate.numerator}/{rate.denominator}",
        ministry=component.ministry,
        years=[_planned_year(year, rate, rules) for year in component.years],
        items=[
            PlannedItem(id=item.id, name=item.name, fiscal_year=item.fiscal_year, cost_yen=item.cost_yen)
            for item in component.items
        ],
    )


def _planned_year(year: YearCost, rate: Fraction, rules: Rules) -> PlannedYear:
    unit_yen = rules.setting_int("rounding_unit_decision_yen")
    computed_yen = share_yen(year.eligible_cost_yen, rate, unit_yen)
    return PlannedYear(
        fiscal_year=year.fiscal_year,
        eligible_cost_yen=year.eligible_cost_yen,
        requested_yen=computed_yen if year.grant_yen is None else year.grant_yen,
    )


def _planned_kpi(kpi: Kpi) -> PlannedKpi:
    return PlannedKpi(
        id=kpi.id,
        name=kpi.name,
        unit=kpi.unit,
        direction=kpi.direction,
        baseline=str(kpi.baseline),
        targets={year: str(value) for year, value in kpi.targets.items()},
    )


def _refuse_twice(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for identifier in ids:
        if identifier in seen:
            raise BadInput(f"{what} {identifier} stands twice in the application")
        seen.add(identifier)


def _refuse_outside(component: str, years: Sequence[YearCost], first: int, last: int) -> None:
    _refuse_twice(f"component {component}: fiscal year", (str(year.fiscal_year) for year in years))
    if outside := [str(year.fiscal_year) for year in years if not first <= year.fiscal_year <= last]:
        raise BadInput(
            f"component {component}: fiscal year {', '.join(outside)} lies outside {first} to {last}"
        )
