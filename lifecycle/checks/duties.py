"""`grants check duties`: four eyes over the whole log, from its bare JSON (reliability.md I9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lifecycle.aggregates.grant.disputes import APPLICATION
from lifecycle.checks.own_lengths import own_length_findings
from lifecycle.checks.own_waivers import own_waiver_findings
from lifecycle.checks.roles import Roles
from lifecycle.errors import Finding
from lifecycle.store import Store
from lifecycle.store.log import AsOf, open_log

INTEREST = "declared an interest in"
"""利益相反: whoever declared it neither scores nor decides."""

PREPARES = {
    "grant.submitted": "prepared",
    "grant.resubmitted": "prepared",
    "grant.scored": "prepared",
    "grant.completion_reported": "reported",
    "grant.carry_over_requested": "carried",
    **dict.fromkeys(("grant.approved", "grant.change_approved", "grant.decision_imported"), "decided"),
    **dict.fromkeys(("grant.settled", "grant.revoked"), "decided"),
    **dict.fromkeys(("grant.adopted", "grant.not_adopted", "grant.rejected"), "disposed"),
    **dict.fromkeys(("grant.suspended", "grant.abolished", "grant.compliance_ordered"), "disposed"),
    **dict.fromkeys(
        ("grant.return_ordered", "grant.return_extended", "grant.correction_ordered"), "disposed"
    ),
    "grant.change_refused": "disposed",
    "project.planned": "planned",
    "project.plan_revised": "planned",
    "project_year.measured": "measured",
    "project_year.evaluated": "measured",
    "grant.conflict_declared": INTEREST,
    "grant.input_tax_reported": "reported input_tax",
    "grant.revenue_reported": "reported revenue",
    "grant.objection_filed": "objected",
}
"""Events that prepare a matter, and as what."""

DECIDES = {
    "grant.scored": (INTEREST,),
    **dict.fromkeys(("grant.adopted", "grant.not_adopted"), ("prepared", INTEREST)),
    **dict.fromkeys(("grant.approved", "grant.rejected"), ("prepared", INTEREST)),
    **dict.fromkeys(("grant.compliance_ordered", "grant.suspended"), ("prepared", INTEREST)),
    **dict.fromkeys(("grant.resumed", "grant.abolished"), ("prepared", INTEREST)),
    **dict.fromkeys(("grant.correction_ordered", "grant.settled"), ("prepared", "reported", INTEREST)),
    **dict.fromkeys(("grant.revoked", "grant.return_ordered"), ("prepared", "reported", INTEREST)),
    **dict.fromkeys(("grant.return_extended", "grant.disposal_approved"), ("prepared", INTEREST)),
    "grant.carry_over_approved": ("carried", INTEREST),
    **dict.fromkeys(("grant.change_approved", "grant.change_refused"), (INTEREST,)),
    "grant.charges_exempted": ("prepared", INTEREST),
    "grant.disbursed": ("decided",),
    "grant.objection_answered": ("decided", "disposed", "objected", INTEREST),
    **dict.fromkeys(("project.plan_certified", "project.plan_amended"), ("planned",)),
    "project.target_revised": ("planned",),
    "project_year.effect_verified": ("measured",),
    "project_year.closed": ("measured",),
}
"""Events that decide, and whose hand they may not come from."""


PLANS = ("project.planned", "project.plan_revised")


def check_duties(store: Store, point: AsOf) -> Iterator[Finding]:
    """職務分離の点検. Yields a finding per event without its role, or decided by the hand that prepared it.

    A waiver and the decision that needs it, of one hand, are told of and are no breach.
    """
    hands: dict[tuple[str, str], set[str]] = {}
    changes: dict[str, str] = {}
    roles = Roles()
    with open_log(store) as log:
        for n, entry in log.entries(point):
            event: dict[str, Any] = json.loads(entry)
            name, stream, by = event["type"], event["stream"], event["by"]
            yield from roles.take(n, event)
            for duty in (*DECIDES.get(name, ()), *_of_its_subject(event)):
                if by in hands.get((stream, duty), set()):
                    yield _finding(n, name, stream, by, duty)
            change = event["data"].get("change")
            if name == "grant.change_requested":
                changes[change] = by
            decides_change = name in ("grant.change_approved", "grant.change_refused")
            if decides_change and changes.get(change) == by:
                yield _finding(n, name, stream, by, "requested")
            if prepared := _prepared_as(event):
                hands.setdefault((stream, prepared), set()).add(by)
    yield from own_waiver_findings(store, point)
    yield from own_length_findings(store, point)


def _prepared_as(event: dict[str, Any]) -> str | None:
    """A KPI's value is measured by whoever corrected it, too."""
    if event["type"] == "project_year.corrected" and event["data"]["event_type"] == "project_year.measured":
        return "measured"
    if event["type"] == "grant.charges_assessed":
        return f"assessed {event['data']['order']}"
    if event["type"] == "project.corrected" and event["data"]["event_type"] in PLANS:
        return "planned"
    if event["type"] == "grant.corrected" and event["data"]["event_type"] in APPLICATION:
        return "prepared"
    if event["type"] == "grant.asset_registered":
        return f"registered {event['data']['asset']}"
    return PREPARES.get(event["type"])


def _of_its_subject(event: dict[str, Any]) -> Iterator[str]:
    """An asset's disposal comes from another hand than its registration, a return from another than its basis."""
    if event["type"] == "grant.disposal_approved":
        yield f"registered {event['data']['asset']}"
    if event["type"] == "grant.return_ordered":
        yield f"reported {event['data']['basis']}"
    if event["type"] == "grant.charges_exempted":
        yield f"assessed {event['data']['order']}"


def _finding(n: int, name: str, stream: str, by: str, duty: str) -> Finding:
    verb = duty if duty == INTEREST else duty.partition(" ")[0]
    return Finding(
        rule="duties",
        strength="hard",
        source="contract section 4 (same_officer); reliability.md I9",
        message=f"event {n}: {name} of {stream} by {by}, who {verb} it",
        remedy="another officer has to decide it again; report how it came into the log",
    )
