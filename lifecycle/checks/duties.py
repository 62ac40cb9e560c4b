"""`grants check duties`: four eyes over the whole log, from its bare JSON (reliability.md I9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lifecycle.errors import Finding
from lifecycle.store import Store
from lifecycle.store.log import open_log

PREPARES = {
    "grant.submitted": "prepared",
    "grant.resubmitted": "prepared",
    "grant.scored": "prepared",
    "grant.completion_reported": "reported",
    "grant.carry_over_requested": "carried",
    "grant.charges_assessed": "assessed",
    "grant.approved": "decided",
    "project.planned": "planned",
    "project.plan_revised": "planned",
    "project_year.measured": "measured",
    "project_year.evaluated": "measured",
}
"""Events that prepare a matter, and as what."""

DECIDES = {
    "grant.adopted": ("prepared",),
    "grant.not_adopted": ("prepared",),
    "grant.approved": ("prepared",),
    "grant.rejected": ("prepared",),
    "grant.settled": ("prepared", "reported"),
    "grant.revoked": ("prepared", "reported"),
    "grant.return_ordered": ("prepared", "reported"),
    "grant.carry_over_approved": ("carried",),
    "grant.charges_exempted": ("prepared", "assessed"),
    "grant.disbursed": ("decided",),
    "grant.objection_answered": ("decided",),
    "project.plan_certified": ("planned",),
    "project_year.effect_verified": ("measured",),
    "project_year.closed": ("measured",),
}
"""Events that decide, and whose hand they may not come from."""


def check_duties(store: Store) -> Iterator[Finding]:
    """職務分離の点検. Yields a finding per event decided by the hand that prepared it."""
    hands: dict[tuple[str, str], set[str]] = {}
    changes: dict[str, str] = {}
    with open_log(store) as log:
        for n, entry in log.entries():
            event: dict[str, Any] = json.loads(entry)
            name, stream, by = event["type"], event["stream"], event["by"]
            for duty in DECIDES.get(name, ()):
                if by in hands.get((stream, duty), set()):
                    yield _finding(n, name, stream, by, duty)
            change = event["data"].get("change")
            if name == "grant.change_requested":
                changes[change] = by
            decides_change = name in ("grant.change_approved", "grant.change_refused")
            if decides_change and changes.get(change) == by:
                yield _finding(n, name, stream, by, "requested")
            if name in PREPARES:
                hands.setdefault((stream, PREPARES[name]), set()).add(by)


def _finding(n: int, name: str, stream: str, by: str, duty: str) -> Finding:
    return Finding(
        rule="duties",
        strength="hard",
        source="contract section 4 (same_officer); reliability.md I9",
        message=f"event {n}: {name} of {stream} by {by}, who {duty} it",
        remedy="another officer has to decide it again; report how it came into the log",
    )
