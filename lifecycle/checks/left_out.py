"""A grant whose year its plan leaves out: its infrastructure stands in no window that another plan would meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lifecycle.aggregates import Event, Grant
from lifecycle.aggregates.grant import DEAD
from lifecycle.checks.agenda import folded
from lifecycle.errors import Finding
from lifecycle.projections.cap_usage import Rows
from lifecycle.store.log import AsOf, Log
from lifecycle.values import Kind


def left_out_findings(log: Log, point: AsOf, rows: Rows, events: Iterable[Event]) -> Iterator[Finding]:
    """Grants with infrastructure outside of their plan's window: a corrected plan could once leave a year out."""
    spans = {
        row.window.project: (row.window.first_year or 0, row.window.last_year or 9999)
        for row in rows.values()
        if row.window.period == "plan"
    }
    for stream in sorted({event.originator_id for event in events}):
        project, _, year = stream.partition("/")
        first, last = spans.get(project, (0, 9999))
        if not year.isdigit() or first <= int(year) <= last:
            continue
        for n, grant in folded(log, point, stream):
            if isinstance(grant, Grant) and grant.id == stream and _stands(grant):
                yield _finding(n, grant, last)


def _stands(grant: Grant) -> bool:
    parts = [part for part in grant.components.values() if part.kind == Kind.INFRASTRUCTURE]
    if grant.status in DEAD:
        return False
    if grant.settled_on:
        return any(part.settled_yen for part in parts)
    return any(part.committed_yen if grant.decided_on else part.requested_yen for part in parts)


def _finding(n: int, grant: Grant, last: int) -> Finding:
    return Finding(
        rule="caps",
        strength="hard",
        source="reliability.md I2; contract section 7",
        message=f"event {n}: {grant.id} has infrastructure, and its plan ends with fiscal year {last}",
        remedy=f"let the plan reach over it: grants request-change {grant.id} --last-year {grant.fiscal_year}",
    )
