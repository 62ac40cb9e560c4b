"""注4 after a fact: what is withdrawn or given up may leave infrastructure alone in its plan."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lifecycle.aggregates import Grant
from lifecycle.errors import Finding
from lifecycle.rules.eligibility import combination_findings
from lifecycle.service.continuing_application import whole_plan_yen
from lifecycle.service.desk import Desk, rules_of


def left_alone_findings(desk: Desk, grant: Grant, left_yen: Mapping[str, int]) -> list[Finding]:
    """Told, not refused: whoever gives work up, or takes an application back, can't be held to it."""
    found = combination_findings(rules_of(grant.programme), whole_plan_yen(desk, grant, left_yen))
    return [msgspec.structs.replace(finding, strength="warning") for finding in found]
