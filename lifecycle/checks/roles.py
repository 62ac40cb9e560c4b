"""Who had the role for what they did, when it was recorded (reliability.md I9; contract section 4, roles)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lifecycle.errors import Finding

OFFICERS = ("officer.registered", "officer.roles_changed")

NEEDED = {
    **dict.fromkeys(("grant.adopted", "grant.not_adopted", "grant.approved", "grant.rejected"), "approver"),
    **dict.fromkeys(("grant.change_approved", "grant.change_refused"), "approver"),
    **dict.fromkeys(("grant.carry_over_approved", "grant.suspended", "grant.resumed"), "approver"),
    **dict.fromkeys(("grant.abolished", "grant.compliance_ordered", "grant.correction_ordered"), "approver"),
    **dict.fromkeys(("grant.settled", "grant.revoked", "grant.return_ordered"), "approver"),
    **dict.fromkeys(("grant.return_extended", "grant.charges_exempted", "grant.payment_held"), "approver"),
    **dict.fromkeys(("grant.disposal_approved", "grant.objection_answered"), "approver"),
    **dict.fromkeys(("grant.corrected", "project.corrected", "project_year.corrected"), "approver"),
    **dict.fromkeys(("project.plan_certified", "project.plan_amended"), "approver"),
    **dict.fromkeys(("project.target_revised", "project_year.closed", "waiver.waived"), "approver"),
    **dict.fromkeys(("grant.scored", "grant.decision_imported", "round.opened"), "officer"),
    "grant.disbursed": "disbursing_officer",
    **dict.fromkeys(("grant.return_recorded", "grant.charges_assessed"), "revenue_officer"),
    **dict.fromkeys(("grant.collected_as_tax", "grant.charge_collected"), "revenue_officer"),
    "project_year.effect_verified": "verifier",
    "programme.confirmed": "approver",
}
"""The role an event's officer holds when it is recorded."""


class Roles:
    """Roles by officer, as the log registers them."""

    def __init__(self) -> None:
        self._held: dict[str, set[str]] = {}

    def take(self, n: int, event: dict[str, Any]) -> Iterator[Finding]:
        """Go one event on; yields a finding where its officer had not the role for it."""
        name, by = event["type"], event["by"]
        if name in OFFICERS:
            self._held[event["stream"].partition("/")[2]] = set(event["data"]["roles"])
        needed = NEEDED.get(name)
        if needed and needed not in self._held.get(by, set()):
            held = ", ".join(sorted(self._held.get(by, set()))) or "no role"
            yield Finding(
                rule="duties",
                strength="hard",
                source="contract section 4, roles; reliability.md I9",
                message=f"event {n}: {name} of {event['stream']} by {by}, who held {held} and not {needed}",
                remedy="the store was changed from outside, or the officer was: report how it came into the log",
            )
