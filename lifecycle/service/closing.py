"""終了: a grant ends with its year, or with its last yen when that comes later."""

from __future__ import annotations

from lifecycle.aggregates import Grant, ProjectYear
from lifecycle.aggregates.project_year import stream_of
from lifecycle.errors import Finding
from lifecycle.service.desk import Desk
from lifecycle.values import yen


def close_when_square(desk: Desk, grant: Grant) -> None:
    """Close a grant that became square after its year was closed."""
    year = desk.transaction.find(ProjectYear, stream_of(grant.project, grant.fiscal_year))
    if year and year.closed_on and grant.is_square(desk.act.on):
        grant.close(desk.act)


def unfinished_findings(grants: list[Grant]) -> list[Finding]:
    """Grants that are decided on and not square are told of when their year or project ends."""
    return [
        Finding(
            rule="grant_not_square",
            strength="warning",
            source="lifecycle.md 2.3, events 33, 38",
            message=f"{grant.id} is {grant.status.value}: {yen(grant.paid_net_yen)} of "
            f"{yen(grant.entitlement_yen)} are paid",
            remedy="it stays open and is closed with its last yen: grants todo",
        )
        for grant in grants
        if grant.is_unfinished
    ]
