"""不利益処分: what every disposition against a recipient states."""

from __future__ import annotations

from lifecycle.errors import Finding


def unreasoned_findings(reason: str, what: str) -> list[Finding]:
    """理由の提示 (適正化法 21条の2): a disposition states its reason; where only its notice does, that is told."""
    return _unreasoned(
        reason,
        "適正化法 21条の2",
        f"the disposition on {what} is recorded without its reason",
        "state it in the notice; next time: --reason TEXT",
    )


def unreasoned_waiver_findings(reason: str, rule: str, document: str) -> list[Finding]:
    """特例 without a reason: its document says who allowed it, and nothing says why."""
    return _unreasoned(
        reason,
        "contract section 7, waive",
        f"the waiver of {rule} is recorded without its reason; {document} has to tell it",
        "next time: --reason TEXT",
    )


def _unreasoned(reason: str, source: str, message: str, remedy: str) -> list[Finding]:
    found = Finding(rule="reason_missing", strength="warning", source=source, message=message, remedy=remedy)
    return [] if reason else [found]


def own_waiver(what: str, waiver: str) -> Finding:
    """特例 and the decision that needs it from one hand: told and not refused, for both are decisions."""
    return Finding(
        rule="same_officer",
        strength="warning",
        source="contract section 7, waive; reliability.md section 4 no. 2",
        message=f"{what} {waiver}, which the same officer granted; without it the limit would be passed",
        remedy="another approver grants the waiver or takes the decision; what is recorded is named by check duties",
    )
