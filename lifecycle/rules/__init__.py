"""The rules: pure functions, facts in, findings out; and the one place where findings become a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lifecycle.errors import (
    ApplicationLimit,
    CapExceeded,
    CombinationRequired,
    CriteriaIncomplete,
    EarlierYearUnpublished,
    Finding,
    GuidelineUnjustified,
    KpiMissing,
    KpiTargetMissing,
    PeriodTooLong,
    PlanNotCertified,
    ProgrammeUndetermined,
    RateTooHigh,
    Refusal,
    StrategyMissing,
)

RULES: tuple[tuple[str, type[Refusal]], ...] = (
    ("strategy_reference", StrategyMissing),
    ("infrastructure_combination", CombinationRequired),
    ("soft_years_max", PeriodTooLong),
    ("facility_years_max", PeriodTooLong),
    ("infrastructure_years_max", PeriodTooLong),
    ("rate", RateTooHigh),
    ("kpi_count", KpiMissing),
    ("kpi_target_each_year", KpiTargetMissing),
    ("earlier_year_published", EarlierYearUnpublished),
    ("new_applications", ApplicationLimit),
    ("new_applications_outside", ApplicationLimit),
    ("four_criteria", CriteriaIncomplete),
    ("certified_plan", PlanNotCertified),
    ("programme_undetermined", ProgrammeUndetermined),
    ("soft_fy_", CapExceeded),
    ("infrastructure_plan_", CapExceeded),
    ("soft_years_principle", GuidelineUnjustified),
    ("facility_years_principle", GuidelineUnjustified),
    ("infrastructure_years_principle", GuidelineUnjustified),
    ("facility_fy_", GuidelineUnjustified),
    ("facility_project_", GuidelineUnjustified),
    ("infrastructure_fy_", GuidelineUnjustified),
)
"""Every rule that can refuse, in the order in which refusals are reported. `_` at the end: one per tier."""


def refuse_or_warn(findings: Iterable[Finding], justifications: Mapping[str, str]) -> list[Finding]:
    """Refuse on the first finding (in the order of RULES) that stops; else return the warnings.

    A hard finding stops always, a guideline stops without its written justification, a warning never.

    Raises:
        Refusal: of the class RULES names for the finding, with every finding attached.
    """
    found = list(findings)
    stopping = [finding for finding in found if _stops(finding, justifications)]
    if not stopping:
        return [_told(finding, justifications) for finding in found]
    first = min(stopping, key=_rank)
    refusal = GuidelineUnjustified if first.strength == "guideline" else RULES[_rank(first)][1]
    raise refusal(first.message, *sorted(found, key=_rank))


def _told(finding: Finding, justifications: Mapping[str, str]) -> Finding:
    """A warning; of a guideline that was passed, with the reason it was passed for."""
    if finding.strength != "guideline":
        return finding
    reason = justifications[finding.rule].strip()
    return msgspec.structs.replace(finding, remedy=f"passed with the reason given: {reason}")


def _stops(finding: Finding, justifications: Mapping[str, str]) -> bool:
    if finding.strength == "guideline":
        return not justifications.get(finding.rule, "").strip()
    return finding.strength == "hard"


def _rank(finding: Finding) -> int:
    for rank, (rule, _) in enumerate(RULES):
        if finding.rule == rule or (rule.endswith("_") and finding.rule.startswith(rule)):
            return rank
    raise LookupError(f"rule {finding.rule} has no place in RULES")
