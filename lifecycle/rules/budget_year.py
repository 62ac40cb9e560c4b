"""会計年度独立の原則: a fiscal year's money is committed by its 31 March and paid while its budget is open.

The programme is paid from supplementary budgets, which the state carries over as a rule (財政法 14条の3, 42条), and
the ledger does not know of the state's own carry-over. So what only that could cover is told; what no carry-over
can cover is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lifecycle.errors import Finding, Strength
from lifecycle.programme import ProgrammeVersion
from lifecycle.rules.deadlines import pays_until
from lifecycle.values import fiscal_year_ends, yen

RULE = "budget_year"


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What of a grant was carried over: how often, how much, and how much of it is paid."""

    times: int
    amount_yen: int
    paid_yen: int


def commitment_findings(version: ProgrammeVersion, fiscal_year: int, on: date) -> list[Finding]:
    """A decision after its fiscal year stands only on a budget that the state carried over."""
    ends = fiscal_year_ends(fiscal_year)
    if version.is_closed or on <= ends:
        return []
    last = fiscal_year_ends(fiscal_year + version.setting_int("carry_overs_max"))
    message = f"fiscal year {fiscal_year} ended on {ends}; its money would be committed on {on}"
    return [_finding(version, last, on, message)]


def payment_findings(
    version: ProgrammeVersion, fiscal_year: int, on: date, amount_yen: int, carried: CarriedOver
) -> list[Finding]:
    """An advance after its budget closed needs what was carried over, or what the state carried over."""
    if version.is_closed or on <= pays_until(version, fiscal_year):
        return []
    covered = carried.paid_yen + amount_yen <= carried.amount_yen
    if covered and on <= pays_until(version, fiscal_year + carried.times):
        return []
    last = pays_until(version, fiscal_year + version.setting_int("carry_overs_max"))
    message = (
        f"the budget of fiscal year {fiscal_year} paid until {pays_until(version, fiscal_year)}; carried over by an "
        f"approved request: {yen(carried.amount_yen)}, of which {yen(carried.paid_yen)} are paid"
    )
    return [_finding(version, last, on, message)]


def _finding(version: ProgrammeVersion, last: date, on: date, message: str) -> Finding:
    strength: Strength = "warning" if on <= last else "hard"
    remedy = "make sure that the state carried its budget over; what this grant needs of it: grants request-carry-over"
    if strength == "hard":
        remedy = f"no carry-over reaches beyond {last}: ask for the money in a year that is not over"
    return Finding(
        rule=RULE,
        strength=strength,
        source=version.source_of(RULE),
        message=message,
        remedy=remedy,
    )
