"""After the money: input tax, revenue, assets."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.facts import Share, Window
from lifecycle.aggregates.grant.limits import Limited
from lifecycle.aggregates.grant.sheets import Asset
from lifecycle.aggregates.grant.state import GrantEvent, Status
from lifecycle.errors import (
    AlreadyRecorded,
    BadInput,
    NotFound,
    SameOfficer,
    WrongStatus,
)
from lifecycle.values import spread_yen

SETTLED = (Status.SETTLED, Status.CLOSED)


class InputTaxReported(GrantEvent):
    """消費税仕入控除税額報告 (lifecycle.md event 46): the tax's share leaves the fixed amount; 0 is reported too.

    `before` and `after`: settled yen by component.
    """

    TOPIC = "grant.input_tax_reported"

    deductible_tax_yen: int
    return_yen: int
    before: list[Share]
    after: list[Share]
    windows: list[Window]

    def apply(self, aggregate: Any) -> None:
        before_yen = aggregate.excess_yen
        aggregate.stand(aggregate.status, self.act.on)
        aggregate.sheets.input_tax_reported_by = self.act.by
        for share in self.after:
            aggregate.components[share.component].settled_yen = share.settled_yen
        aggregate.sheets.input_tax_yen += self.return_yen
        aggregate.sheets.input_tax_paid_yen += aggregate.excess_yen - before_yen


class RevenueReported(GrantEvent):
    """収益の報告 and what the condition asks back of it (7条2項)."""

    TOPIC = "grant.revenue_reported"

    revenue_yen: int
    payback_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.payback_yen += self.payback_yen
        aggregate.sheets.revenue_reported_by.add(self.act.by)


class AssetRegistered(GrantEvent):
    """取得財産の登録 (22条, 施行令 13条). `restricted_until`: None where the item is below the threshold."""

    TOPIC = "grant.asset_registered"

    asset: str
    name: str
    unit_cost_yen: int
    acquired_on: date
    useful_life_years: int
    restricted_until: date | None

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.assets[self.asset] = Asset(
            self.asset,
            self.name,
            self.unit_cost_yen,
            self.acquired_on,
            self.restricted_until,
            self.act.on,
            self.act.by,
        )


class DisposalApproved(GrantEvent):
    """財産処分の承認 (22条), with what is to be paid back; it takes the place of the one before."""

    TOPIC = "grant.disposal_approved"

    asset: str
    disposal: str
    repay_yen: int

    def apply(self, aggregate: Any) -> None:
        asset = aggregate.sheets.assets[self.asset]
        aggregate.sheets.payback_yen += self.repay_yen - asset.repay_yen
        asset.approved_disposal, asset.repay_yen = self.disposal, self.repay_yen


class AssetDisposed(GrantEvent):
    """財産処分. `breach`: restricted and not approved, so the decision may be revoked (17条, 22条)."""

    TOPIC = "grant.asset_disposed"

    asset: str
    disposal: str
    breach: bool

    def apply(self, aggregate: Any) -> None:
        asset = aggregate.sheets.assets[self.asset]
        asset.disposal, asset.disposed_on, asset.breach = self.disposal, self.act.on, self.breach


class Following(Limited):
    """Commands that follow the money."""

    def report_input_tax(self, act: Act, *, deductible_tax_yen: int) -> int:
        """消費税仕入控除税額報告; returns what comes back: the tax times what was settled over what it cost.

        Raises:
            WrongStatus: it is not settled.
            AlreadyRecorded: it is reported.
            BadInput: more tax than cost.
            TooEarly: before the settlement.
        """
        self.refuse_unless(*SETTLED, doing="the report of input tax")
        self.refuse_too_early(act)
        if self.sheets.input_tax_reported_by:
            raise AlreadyRecorded(f"input tax of {self.id} is reported already")
        cost_yen = sum(component.actual_cost_yen or 0 for component in self.components.values())
        if deductible_tax_yen > cost_yen:
            raise BadInput(f"{deductible_tax_yen:,} yen of tax are more than the cost of {cost_yen:,} yen")
        return_yen = deductible_tax_yen * self.settled_yen // cost_yen if cost_yen else 0
        before = [
            Share(component=component.id, kind=component.kind, settled_yen=component.settled_yen)
            for component in self.components.values()
        ]
        parts = spread_yen(return_yen, {share.component: share.settled_yen for share in before})
        self.trigger(
            InputTaxReported,
            act,
            deductible_tax_yen=deductible_tax_yen,
            return_yen=return_yen,
            before=before,
            after=[
                Share(
                    component=share.component,
                    kind=share.kind,
                    settled_yen=share.settled_yen - parts[share.component],
                )
                for share in before
            ],
            windows=self.windows,
        )
        return return_yen

    def report_revenue(self, act: Act, *, revenue_yen: int, payback_yen: int) -> None:
        """収益の報告.

        Raises:
            WrongStatus: it is not settled.
            BadInput: more would be paid back than was earned.
            OverReturned: more than the recipient keeps of the grant.
            TooEarly: before the settlement.
        """
        self.refuse_unless(*SETTLED, doing="a report of revenue")
        self.refuse_too_early(act)
        if payback_yen > revenue_yen:
            raise BadInput(f"payback_yen {payback_yen:,} exceeds revenue_yen {revenue_yen:,}")
        self.refuse_beyond_kept(payback_yen)
        self.trigger(RevenueReported, act, revenue_yen=revenue_yen, payback_yen=payback_yen)

    def register_asset(
        self,
        act: Act,
        *,
        asset: str,
        name: str,
        unit_cost_yen: int,
        acquired_on: date,
        useful_life_years: int,
        restricted_until: date | None,
    ) -> None:
        """取得財産の登録.

        Raises:
            WrongStatus: there is no decision.
            AlreadyRecorded: the id is taken.
            BadInput: acquired after the business date.
            TooEarly: acquired before the decision.
        """
        if self.decided_on is None or self.status is Status.WITHDRAWN:
            raise WrongStatus(f"grant {self.id} is {self.status.value}; an asset needs a decision")
        if asset in self.sheets.assets:
            raise AlreadyRecorded(f"asset {asset} of {self.id} is registered already")
        if acquired_on > act.on:
            raise BadInput(f"acquired_on {acquired_on} lies after the business date {act.on}")
        refuse_before(self.decided_on, acquired_on, "the decision")
        self.trigger(
            AssetRegistered,
            act,
            asset=asset,
            name=name,
            unit_cost_yen=unit_cost_yen,
            acquired_on=acquired_on,
            useful_life_years=useful_life_years,
            restricted_until=restricted_until,
        )

    def _asset(self, asset: str) -> Asset:
        if asset not in self.sheets.assets:
            raise NotFound(f"grant {self.id} has no asset {asset}")
        found = self.sheets.assets[asset]
        if found.disposed_on:
            raise WrongStatus(f"asset {asset} of {self.id} was disposed of on {found.disposed_on}")
        return found

    def approve_disposal(self, act: Act, *, asset: str, disposal: str, repay_yen: int) -> None:
        """財産処分の承認.

        Raises:
            NotFound, WrongStatus, TooEarly.
            SameOfficer: who prepared the grant, or registered the asset, would approve.
            OverReturned: more would be paid back than the recipient keeps of the grant.
        """
        found = self._asset(asset)
        self.refuse_preparer(act, "approve a disposal of")
        if act.by == found.registered_by:
            raise SameOfficer(
                f"{act.by} registered asset {asset} of {self.id} and may not approve its disposal"
            )
        refuse_before(found.registered_on, act.on, "the registration of the asset")
        self.refuse_beyond_kept(repay_yen - found.repay_yen)
        self.trigger(DisposalApproved, act, asset=asset, disposal=disposal, repay_yen=repay_yen)

    def dispose_asset(self, act: Act, *, asset: str, disposal: str) -> bool:
        """財産処分; returns True when it is a breach: restricted on that day, and not approved so.

        Raises:
            NotFound, WrongStatus, TooEarly.
        """
        found = self._asset(asset)
        refuse_before(found.registered_on, act.on, "the registration of the asset")
        restricted = found.restricted_until is not None and act.on <= found.restricted_until
        breach = restricted and found.approved_disposal != disposal
        self.trigger(AssetDisposed, act, asset=asset, disposal=disposal, breach=breach)
        return breach
