"""不利益処分: what every disposition against a recipient states."""

from __future__ import annotations

from lifecycle.errors import Finding


def unreasoned_findings(reason: str, what: str) -> list[Finding]:
    """理由の提示 (適正化法 21条の2): a disposition states its reason; where only its notice does, that is told."""
    if reason:
        return []
    return [
        Finding(
            rule="reason_missing",
            strength="warning",
            source="適正化法 21条の2",
            message=f"the disposition on {what} is recorded without its reason",
            remedy="state it in the notice; next time: --reason TEXT",
        )
    ]
