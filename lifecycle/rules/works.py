"""遂行中の規則: double funding, and what is still a minor change."""

from __future__ import annotations

from lifecycle.errors import Finding
from lifecycle.programme import ProgrammeVersion
from lifecycle.values import yen


def double_funding_findings(
    version: ProgrammeVersion, *, own_grant_yen: int, passed_down_yen: int, eligible_cost_yen: int
) -> list[Finding]:
    """Own grant and grant passed down stay within the share of the eligible cost (検査院 R04)."""
    share = version.setting_fraction("double_funding_share")
    limit_yen = eligible_cost_yen * share.numerator // share.denominator
    total_yen = own_grant_yen + passed_down_yen
    if total_yen <= limit_yen:
        return []
    return [
        Finding(
            rule="double_funding",
            strength="hard",
            source=version.source_of("double_funding"),
            message=f"{yen(own_grant_yen)} of its own and {yen(passed_down_yen)} passed down exceed {share} of "
            f"{yen(eligible_cost_yen)} by {yen(total_yen - limit_yen)}",
            remedy=f"reduce the grants for this cost to {yen(limit_yen)} together",
            limit=limit_yen,
            used=own_grant_yen,
            asked=passed_down_yen,
            excess=total_yen - limit_yen,
            room=max(0, limit_yen - own_grant_yen),
        )
    ]


def minor_change_findings(
    version: ProgrammeVersion, grant: str, *, from_yen: int, to_yen: int, amount_yen: int
) -> list[Finding]:
    """軽微な変更: up to the share of the lower of the two items as planned needs no approval (20 % [A]).

    `amount_yen`: how far the two items lie from the plan with all moves so far, or many small ones would pass.
    """
    share = version.setting_fraction("minor_change_share")
    limit_yen = min(from_yen, to_yen) * share.numerator // share.denominator
    if amount_yen <= limit_yen:
        return []
    return [
        Finding(
            rule="minor_change_share",
            strength="hard",
            source=version.source_of("minor_change_share"),
            message=f"{yen(amount_yen)} away from the plan exceed {share} of the lower item "
            f"({yen(min(from_yen, to_yen))})",
            remedy=f"ask for approval before the change: grants request-change {grant}; or move at most "
            f"{yen(limit_yen)}",
            limit=limit_yen,
            asked=amount_yen,
            excess=amount_yen - limit_yen,
            room=limit_yen,
        )
    ]


def sub_grant_findings(*, sub_grants_yen: int, eligible_cost_yen: int) -> list[Finding]:
    """間接補助金: what is passed down is part of the eligible cost; more is told of (lifecycle.md event 29)."""
    if not eligible_cost_yen or sub_grants_yen <= eligible_cost_yen:
        return []
    return [
        Finding(
            rule="sub_grants_within_cost",
            strength="warning",
            source="lifecycle.md event 29",
            message=f"sub-grants of {yen(sub_grants_yen)} exceed the eligible cost of {yen(eligible_cost_yen)}",
            remedy="check the sums; what lies above the cost is not settled",
            limit=eligible_cost_yen,
            asked=sub_grants_yen,
            excess=sub_grants_yen - eligible_cost_yen,
            room=0,
        )
    ]
