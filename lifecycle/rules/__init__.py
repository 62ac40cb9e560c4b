"""The rules: pure functions, facts in, findings out; and the one place where findings become a refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from lifecycle.errors import (
    ApplicationLimit,
    CapExceeded,
    CombinationRequired,
    CostKind,
    CriteriaIncomplete,
    DonationTooSmall,
    DoubleFunding,
    EarlierYearUnpublished,
    Finding,
    GuidelineUnjustified,
    HeadOffice,
    KpiMissing,
    KpiTargetMissing,
    PeriodTooLong,
    PlanNotCertified,
    PriorApprovalNeeded,
    ProgrammeUndetermined,
    RateTooHigh,
    Refusal,
    StrategyMissing,
    TooLate,
)
from lifecycle.values import Tier, said

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
    ("double_funding", DoubleFunding),
    ("minor_change_share", PriorApprovalNeeded),
    ("cost_kind", CostKind),
    ("donation_smallest", DonationTooSmall),
    ("donation_head_office", HeadOffice),
    ("donation_last_day", TooLate),
    ("budget_year", TooLate),
    ("programme_undetermined", ProgrammeUndetermined),
    ("soft_fy_", CapExceeded),
    ("infrastructure_plan_", CapExceeded),
    ("talent_case", CapExceeded),
    ("soft_years_principle", GuidelineUnjustified),
    ("facility_years_principle", GuidelineUnjustified),
    ("infrastructure_years_principle", GuidelineUnjustified),
    ("facility_fy_", GuidelineUnjustified),
    ("facility_project_", GuidelineUnjustified),
    ("infrastructure_fy_", GuidelineUnjustified),
)
"""Every rule that can refuse, in the order in which refusals are reported. `_` at the end: one per tier."""


WAIVABLE = (
    "soft_years_max",
    "facility_years_max",
    "infrastructure_years_max",
    "kpi_count",
    "kpi_target_each_year",
    "earlier_year_published",
    "objection_days",
)
"""Rules beside the caps that a waiver may lift: deadlines, lengths, counts. No condition of the law is among them."""


def waivable(rule: str) -> bool | None:
    """True for a cap (its waiver names a limit), False for another rule that may be waived, None for the rest."""
    if any(rule == f"{name}{tier}" for name, _ in RULES if name.endswith("_") for tier in Tier):
        return True
    return False if rule in WAIVABLE else None


def refuse_or_warn(
    findings: Iterable[Finding], justifications: Mapping[str, str], waived: Collection[str] = ()
) -> list[Finding]:
    """Refuse on the first finding (in the order of RULES) that stops; else return the warnings.

    A hard finding stops unless its rule is waived, a guideline stops without its written justification, a
    warning never.

    Raises:
        Refusal: of the class RULES names for the finding, with every finding attached.
    """
    found = list(findings)
    stopping = [f for f in found if f.rule not in waived and _stops(f, justifications)]
    if not stopping:
        return [_told(finding, justifications) for finding in found]
    first = min(stopping, key=_rank)
    refusal = GuidelineUnjustified if first.strength == "guideline" else RULES[_rank(first)][1]
    raise refusal(first.message, *sorted(found, key=_rank))


def _told(finding: Finding, justifications: Mapping[str, str]) -> Finding:
    """A warning; of a guideline that was passed, with the reason it was passed for."""
    if finding.strength != "guideline":
        return finding
    reason = said(justifications[finding.rule])
    return msgspec.structs.replace(finding, remedy=f"passed with the reason given: {reason}")


def _stops(finding: Finding, justifications: Mapping[str, str]) -> bool:
    if finding.strength == "guideline":
        return not said(justifications.get(finding.rule, ""))
    return finding.strength == "hard"


def _rank(finding: Finding) -> int:
    for rank, (rule, _) in enumerate(RULES):
        if finding.rule == rule or (rule.endswith("_") and finding.rule.startswith(rule)):
            return rank
    raise LookupError(f"rule {finding.rule} has no place in RULES")
