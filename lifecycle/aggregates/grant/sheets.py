"""What a grant keeps beside its money: contracts, sub-grants, reports, revocations, assets, objections."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Contract:
    """契約 as recorded."""

    component: str
    party: str
    amount_yen: int
    signed_on: date


@dataclass(slots=True)
class SubGrant:
    """間接補助金."""

    id: str
    payee: str
    amount_yen: int
    committed_on: date
    paid_on: date | None = None
    evidence: str = ""


@dataclass(slots=True)
class CarryOver:
    """繰越."""

    amount_yen: int
    basis: str
    cause: str
    new_end_on: date
    requested_by: str
    requested_on: date
    approved_on: date | None = None


@dataclass(frozen=True, slots=True)
class ItemMove:
    """軽微な変更: yen moved between two cost items."""

    component: str
    from_item: str
    to_item: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class Report:
    """状況報告・事故報告・年度終了報告・立入検査・指摘: what was said on a day."""

    what: str
    on: date
    by: str
    text: str
    amount_yen: int | None = None
    percent: int | None = None
    forecast_yen: int | None = None
    new_end_on: date | None = None


@dataclass(frozen=True, slots=True)
class DoubleFunding:
    """重複・二重交付の確認, with the figures it was judged by."""

    on: date
    by: str
    own_grant_yen: int
    passed_down_yen: int
    eligible_cost_yen: int


@dataclass(slots=True)
class Demand:
    """遂行命令・是正命令: an act ordered by a day."""

    what: str
    act: str
    due_on: date
    ordered_on: date
    met_on: date | None = None


@dataclass(frozen=True, slots=True)
class Revocation:
    """取消: a sum, whose fault it was, and when. `paid_yen`: what of it was paid, so is to be returned (18条1項)."""

    on: date
    amount_yen: int
    fault: str
    reason: str
    paid_yen: int


@dataclass(frozen=True, slots=True)
class Hold:
    """一時停止 (20条): yen of this grant held back while an order of the same authority is unpaid."""

    order: str
    amount_yen: int


@dataclass(slots=True)
class Asset:
    """取得財産."""

    id: str
    name: str
    unit_cost_yen: int
    acquired_on: date
    restricted_until: date | None
    registered_on: date
    registered_by: str
    approved_disposal: str = ""
    repay_yen: int = 0
    disposal: str = ""
    disposed_on: date | None = None
    breach: bool = False


@dataclass(slots=True)
class Objection:
    """不服の申出."""

    notified_on: date
    filed_on: date
    filed_by: str
    grounds: str
    answer: str = ""
    answered_on: date | None = None


@dataclass(slots=True)
class Sheets:
    """Everything a grant keeps beside its money."""

    contracts: list[Contract] = field(default_factory=list)
    sub_grants: dict[str, SubGrant] = field(default_factory=dict)
    carry_overs: list[CarryOver] = field(default_factory=list)
    carry_over_hands: set[str] = field(default_factory=set)
    """Who asked for a carry-over, even for one that was asked for anew: they approve none."""
    moves: list[ItemMove] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    revocations: list[Revocation] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    assets: dict[str, Asset] = field(default_factory=dict)
    objections: list[Objection] = field(default_factory=list)
    conflicts: dict[str, str] = field(default_factory=dict)
    correction_days: int = 0
    """Days in which the application lay with the applicant: the standard period of review leaves them out."""
    informally_notified_on: date | None = None
    deciders: set[str] = field(default_factory=set)
    """Who decided on the money: they do not pay it."""
    disposers: set[str] = field(default_factory=set)
    disposed_on: date | None = None
    """Who took another disposition: like the deciders they do not answer the objection to it."""
    is_abolished: bool = False
    abolished_yen: int = 0
    advance_needs_yen: int | None = None
    advance_needs: dict[str, int] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    double_funding: DoubleFunding | None = None
    overpaid_at_settlement_yen: int = 0
    input_tax_reported_by: str = ""
    input_tax_yen: int = 0
    input_tax_paid_yen: int = 0
    payback_yen: int = 0
    revenue_reported_by: set[str] = field(default_factory=set)

    @property
    def carry_over_waiting(self) -> CarryOver | None:
        """The request for a carry-over that is not approved yet."""
        last = self.carry_overs[-1] if self.carry_overs else None
        return None if last is None or last.approved_on else last

    def ask_carry_over(self, asked: CarryOver) -> None:
        """Take a request, in the place of one that waits (called by events only)."""
        if self.carry_over_waiting:
            self.carry_overs.pop()
        self.carry_overs.append(asked)
        self.carry_over_hands.add(asked.requested_by)

    def decide(self, by: str, on: date) -> None:
        """Note a decision on the money (called by events only)."""
        self.deciders.add(by)
        self.disposed_on = on

    def dispose(self, by: str, on: date) -> None:
        """Note another disposition (called by events only)."""
        self.disposers.add(by)
        self.disposed_on = on

    def release_hold(self, order: str, amount_yen: int) -> None:
        """What is set off is no longer held (called by events only)."""
        kept = []
        for hold in self.holds:
            part_yen = min(amount_yen, hold.amount_yen) if hold.order == order else 0
            amount_yen -= part_yen
            if hold.amount_yen > part_yen:
                kept.append(Hold(hold.order, hold.amount_yen - part_yen))
        self.holds = kept

    def revoked_paid_yen(self, *faults: str) -> int:
        """Yen that were paid and then revoked for these faults."""
        return sum(revoked.paid_yen for revoked in self.revocations if revoked.fault in faults)
