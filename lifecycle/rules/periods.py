"""事業計画期間: how many fiscal years a plan may span, in principle and at most (seed G14-G38)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lifecycle.aggregates.facts import PlannedComponent
from lifecycle.errors import Finding
from lifecycle.programme import PlanLength, ProgrammeVersion
from lifecycle.values import Kind


@dataclass(frozen=True, slots=True)
class Span:
    """The fiscal years in which one component asks for money."""

    kind: str
    first_year: int
    last_year: int

    @property
    def years(self) -> int:
        """How many, the gaps included."""
        return self.last_year - self.first_year + 1


def spans(components: Iterable[PlannedComponent]) -> list[Span]:
    """The fiscal years in which each component asks for money."""
    return [
        Span(component.kind, min(years), max(years))
        for component in components
        if (years := [year.fiscal_year for year in component.years])
    ]


def lengthened_findings(
    version: ProgrammeVersion,
    first_year: int,
    last_year: int,
    components: Iterable[PlannedComponent],
    kinds: Iterable[str],
) -> list[Finding]:
    """A plan that is changed to end in another year. `kinds`: the grant's, for a plan from elsewhere has no parts."""
    planned = spans(components) or [Span(kind, first_year, first_year) for kind in kinds]
    return period_findings(version, first_year, last_year, planned)


def period_findings(
    version: ProgrammeVersion, first_year: int, last_year: int, spans: Iterable[Span]
) -> list[Finding]:
    """Every kind's own span against its kind; the plan as a whole against the most generous kind in it.

    So a soft part of one year may stand in an infrastructure plan of six, and a soft plan of six may not
    hide behind amounts in its first year alone.
    """
    longest: dict[str, int] = {}
    for span in spans:
        longest[span.kind] = max(longest.get(span.kind, 0), span.years)
    if not longest:
        return []
    lengths = {kind: version.plan_length(Kind(kind)) for kind in longest}
    most_generous = max(lengths, key=lambda kind: (lengths[kind].max_years, lengths[kind].principle_years))
    longest[most_generous] = max(longest[most_generous], last_year - first_year + 1)
    return [found for kind in sorted(longest) for found in _findings(kind, longest[kind], lengths)]


def _findings(kind: str, years: int, lengths: Mapping[str, PlanLength]) -> list[Finding]:
    length = lengths[kind]
    if years > length.max_years:
        return [
            Finding(
                rule=f"{kind}_years_max",
                strength="hard",
                source=length.max_source,
                message=f"{years} fiscal years of {Kind(kind).name_ja} ({kind}); "
                f"the maximum is {length.max_years}",
                remedy=f"plan at most {length.max_years} fiscal years",
                limit=length.max_years,
                used=0,
                asked=years,
                excess=years - length.max_years,
                room=length.max_years,
            )
        ]
    if years > length.principle_years:
        rule = f"{kind}_years_principle"
        return [
            Finding(
                rule=rule,
                strength="guideline",
                source=length.principle_source,
                message=f"{years} fiscal years of {Kind(kind).name_ja} ({kind}); "
                f"in principle {length.principle_years}",
                remedy=f"give a written reason ({rule}), or plan at most {length.principle_years} fiscal years",
                limit=length.principle_years,
                used=0,
                asked=years,
                excess=years - length.principle_years,
                room=length.principle_years,
            )
        ]
    return []
