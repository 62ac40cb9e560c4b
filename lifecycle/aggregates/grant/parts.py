"""Parts of a grant: its components, scores, changes and return orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lifecycle.aggregates.facts import Payment


@dataclass(slots=True)
class ComponentState:
    """構成事業 within a grant. `*_yen` are the national share, costs are named so."""

    id: str
    kind: str
    title: str
    rate: str
    ministry: str
    eligible_cost_yen: int
    requested_yen: int
    reserved_yen: int = 0
    committed_yen: int = 0
    settled_yen: int = 0
    actual_cost_yen: int | None = None
    taken_back_yen: int = 0
    """Revoked or given up before the amount was fixed: it was decided, and stands no longer."""

    @property
    def granted_yen(self) -> int:
        """交付決定額 with its changes, whatever was revoked, given up or settled since."""
        return self.committed_yen + self.taken_back_yen

    def take_back(self, committed_yen: int) -> int:
        """Leave this much committed by a revocation or an abolition; returns the yen less (called by events only)."""
        less_yen = self.committed_yen - committed_yen
        self.committed_yen = committed_yen
        self.taken_back_yen += less_yen
        return less_yen

    def commit(self, committed_yen: int) -> None:
        """Take a changed commitment; a larger one means a larger cost, never a larger rate (invariant I7)."""
        self.committed_yen = committed_yen
        rate = Fraction(self.rate)
        least_cost_yen = -(-committed_yen * rate.denominator // rate.numerator)
        if self.eligible_cost_yen:
            self.eligible_cost_yen = max(self.eligible_cost_yen, least_cost_yen)


@dataclass(slots=True)
class ScoreState:
    """審査の評点 of one criterion. `outdated`: given to an application that another one took the place of."""

    score: int
    reason: str
    by: str
    on: date
    outdated: bool = False


@dataclass(slots=True)
class ChangeState:
    """変更申請."""

    id: str
    deltas: dict[str, int]
    drop: list[str]
    last_year: int | None
    content: str
    requested_by: str
    requested_on: date
    status: str = "requested"


@dataclass(slots=True)
class OrderState:
    """返還命令."""

    id: str
    basis: str
    amount_yen: int
    due_on: date
    ordered_on: date
    ordered_by: str = ""
    fault: str = ""
    payments: list[Payment] = field(default_factory=list)
    assessed_on: date | None = None
    assessed_by: str = ""
    addon_yen: int = 0
    late_yen: int = 0
    exempted_addon_yen: int = 0
    exempted_late_yen: int = 0
    paid_addon_yen: int = 0
    paid_late_yen: int = 0

    @property
    def paid_yen(self) -> int:
        """Principal paid back so far."""
        return sum(payment.amount_yen for payment in self.payments)

    @property
    def principal_left_yen(self) -> int:
        """Principal still to be paid back."""
        return self.amount_yen - self.paid_yen

    @property
    def left_yen(self) -> int:
        """Principal, add-on and late money still to be paid."""
        return self.principal_left_yen + self.addon_due_yen + self.late_due_yen

    @property
    def owes_charges(self) -> bool:
        """The principal is complete and the charges are assessed: what is paid now is paid on them."""
        return not self.principal_left_yen and self.assessed_on is not None

    def pay_charge(self, addon_yen: int, late_yen: int) -> None:
        """Take a payment of charges (called by events only)."""
        self.paid_addon_yen += addon_yen
        self.paid_late_yen += late_yen

    @property
    def addon_due_yen(self) -> int:
        """加算金 assessed, less what was exempted and paid."""
        return self.addon_yen - self.exempted_addon_yen - self.paid_addon_yen

    @property
    def late_due_yen(self) -> int:
        """延滞金 assessed, less what was exempted and paid."""
        return self.late_yen - self.exempted_late_yen - self.paid_late_yen
