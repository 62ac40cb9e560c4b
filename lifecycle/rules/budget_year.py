"""会計年度独立の原則: a fiscal year's money is committed by its 31 March and paid while its budget is open, not before.

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
from lifecycle.values import fiscal_year_begins, fiscal_year_ends, yen

RULE = "budget_year"


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What of a grant was carried over: how often into the budget that pays, how much, and how much of it is paid."""

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
    return [_after(version, fiscal_year, last, on, message)]


def payment_findings(
    version: ProgrammeVersion, fiscal_year: int, on: date, amount_yen: int, carried: CarriedOver
) -> list[Finding]:
    """An advance outside of its budget: before it begins, or after it closed and beyond what was carried over."""
    begins = fiscal_year_begins(fiscal_year)
    if not version.is_closed and on < begins:
        message = f"the budget of fiscal year {fiscal_year} begins on {begins}; {yen(amount_yen)} would be paid on {on}"
        remedy = f"pay on {begins} or later, or make sure that an earlier budget bears it"
        return [_finding(version, "warning", message, remedy)]
    if version.is_closed or on <= pays_until(version, fiscal_year):
        return []
    covered = carried.paid_yen + amount_yen <= carried.amount_yen
    if covered and on <= pays_until(version, fiscal_year + carried.times):
        return []
    last = pays_until(version, fiscal_year + version.setting_int("carry_overs_max"))
    along = (
        f"carried over by an approved request: {yen(carried.amount_yen)}, of which {yen(carried.paid_yen)} are paid"
        if carried.times
        else "no request carried any of it over"
    )
    message = (
        f"the budget of fiscal year {fiscal_year} paid until {pays_until(version, fiscal_year)}; {along}"
    )
    return [_after(version, fiscal_year, last, on, message)]


def _after(version: ProgrammeVersion, fiscal_year: int, last: date, on: date, message: str) -> Finding:
    if on > last:
        remedy = f"no carry-over reaches beyond {last}: ask for the money in a year that is not over"
        return _finding(version, "hard", message, remedy)
    remedy = (
        "make sure that the state carried its budget over; what a grant itself needs carried over is asked for by "
        f"{fiscal_year_ends(fiscal_year)}: grants request-carry-over"
    )
    return _finding(version, "warning", message, remedy)


def _finding(version: ProgrammeVersion, strength: Strength, message: str, remedy: str) -> Finding:
    return Finding(
        rule=RULE,
        strength=strength,
        source=version.source_of(RULE),
        message=message,
        remedy=remedy,
    )
