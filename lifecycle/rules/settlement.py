"""額の確定: per component the lesser of what was decided and what the actual cost bears (lifecycle.md 2.4)."""

from __future__ import annotations

from fractions import Fraction

from lifecycle.values import share_yen


def settled_yen(committed_yen: int, actual_cost_yen: int, rate: Fraction, unit_yen: int) -> int:
    """Yen fixed for one component; what falls below the unit stays with the authority."""
    return min(committed_yen, share_yen(actual_cost_yen, rate, unit_yen))
