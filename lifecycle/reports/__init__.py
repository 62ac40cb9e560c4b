"""帳票: every report, by reader. A table of contents; each has a file beside this one."""

from __future__ import annotations

from lifecycle.errors import BadInput
from lifecycle.nearest import near
from lifecycle.reports import (
    adopted,
    assets,
    audit_trail,
    by_authority,
    cap_use,
    carry_over,
    continuing,
    decisions,
    differences,
    evidence,
    execution,
    kpi_board,
    own_agenda,
    programme_review,
    returns,
    scores,
    settlement,
    verification,
)
from lifecycle.reports.shape import Report

ALL: tuple[Report, ...] = (
    decisions,
    cap_use,
    scores,
    continuing,
    carry_over,
    returns,
    programme_review,
    execution,
    own_agenda,
    settlement,
    verification,
    assets,
    evidence,
    audit_trail,
    differences,
    adopted,
    kpi_board,
    by_authority,
)
"""Every report: ministry, municipality, Board of Audit, public."""

REPORTS: dict[str, Report] = {report.NAME: report for report in ALL}
"""Reports by name."""


def report_named(name: str) -> Report:
    """The report of this name; hyphens may stand for underscores.

    Raises:
        BadInput: there is none.
    """
    found = REPORTS.get(name.replace("-", "_"))
    if found is None:
        raise BadInput(f"no report {name}; reports: {', '.join(REPORTS)}{near(name, REPORTS)}")
    return found
