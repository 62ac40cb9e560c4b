"""After the money: input tax, revenue, assets, inspections, findings, objections."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.corrections import put_right
from lifecycle.aggregates.facts import Share, Window
from lifecycle.aggregates.grant.sheets import Asset, Objection, Report
from lifecycle.aggregates.grant.state import GrantEvent, GrantState, Status
from lifecycle.errors import (
    AlreadyRecorded,
    BadInput,
    NotFound,
    ObjectionLate,
    SameOfficer,
    TooEarly,
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
        aggregate.sheets.input_tax_reported = True
        for share in self.after:
            aggregate.components[share.component].settled_yen = share.settled_yen
        aggregate.sheets.input_tax_paid_yen += aggregate.excess_yen - before_yen


class RevenueReported(GrantEvent):
    """収益の報告 and what the condition asks back of it (7条2項)."""

    TOPIC = "grant.revenue_reported"

    revenue_yen: int
    payback_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.payback_yen += self.payback_yen


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


class Inspected(GrantEvent):
    """立入検査 (23条)."""

    TOPIC = "grant.inspected"

    findings: str
    amount_yen: int | None

    def apply(self, aggregate: Any) -> None:
        report = Report("inspection", self.act.on, self.act.by, self.findings, self.amount_yen)
        aggregate.sheets.reports.append(report)


class FindingRecorded(GrantEvent):
    """会計検査院の指摘 (lifecycle.md event 50)."""

    TOPIC = "grant.finding_recorded"

    findings: str
    amount_yen: int | None

    def apply(self, aggregate: Any) -> None:
        report = Report("finding", self.act.on, self.act.by, self.findings, self.amount_yen)
        aggregate.sheets.reports.append(report)


class ObjectionFiled(GrantEvent):
    """不服の申出 (25条1項), within the days from the notice."""

    TOPIC = "grant.objection_filed"

    notified_on: date
    grounds: str
    until: date

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.objections.append(Objection(self.notified_on, self.act.on, self.grounds))


class ObjectionAnswered(GrantEvent):
    """不服の申出への措置と通知 (25条2項)."""

    TOPIC = "grant.objection_answered"

    answer: str

    def apply(self, aggregate: Any) -> None:
        objection = aggregate.sheets.objections[-1]
        objection.answer, objection.answered_on = self.answer, self.act.on


class Corrected(GrantEvent):
    """訂正 of an earlier event (lifecycle.md event 60): it stays; what it should have said follows it."""

    TOPIC = "grant.corrected"

    event: int
    event_type: str
    key: str
    replacement: dict[str, str]
    was: dict[str, str]

    def apply(self, aggregate: Any) -> None:
        put_right(aggregate, self.event_type, self.key, self.replacement)


class Following(GrantState):
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
        if self.sheets.input_tax_reported:
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
            TooEarly: before the settlement.
        """
        self.refuse_unless(*SETTLED, doing="a report of revenue")
        self.refuse_too_early(act)
        if payback_yen > revenue_yen:
            raise BadInput(f"payback_yen {payback_yen:,} exceeds revenue_yen {revenue_yen:,}")
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
        if self.decided_on is None:
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
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        found = self._asset(asset)
        self.refuse_preparer(act, "approve a disposal of")
        refuse_before(found.registered_on, act.on, "the registration of the asset")
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

    def inspect(self, act: Act, *, findings: str, amount_yen: int | None) -> None:
        """立入検査.

        Raises:
            WrongStatus: there is no decision.
            TooEarly: before the decision.
        """
        self._refuse_undecided(act, "an inspection")
        self.trigger(Inspected, act, findings=findings, amount_yen=amount_yen)

    def record_finding(self, act: Act, *, findings: str, amount_yen: int | None) -> None:
        """会計検査院の指摘.

        Raises:
            WrongStatus: there is no decision.
            TooEarly: before the decision.
        """
        self._refuse_undecided(act, "a finding")
        self.trigger(FindingRecorded, act, findings=findings, amount_yen=amount_yen)

    def _refuse_undecided(self, act: Act, doing: str) -> None:
        if self.decided_on is None:
            raise WrongStatus(f"grant {self.id} is {self.status.value}; {doing} needs a decision")
        refuse_before(self.decided_on, act.on, "the decision")

    def file_objection(self, act: Act, *, notified_on: date, grounds: str, until: date) -> None:
        """不服の申出 to a disposition of which the notice came on `notified_on`.

        Raises:
            ObjectionLate: after `until`.
            TooEarly: before the notice.
            WrongStatus: an objection is open.
        """
        if act.on < notified_on:
            raise TooEarly(f"the objection of {act.on} lies before the notice of {notified_on}")
        if self.sheets.objections and self.sheets.objections[-1].answered_on is None:
            raise WrongStatus(f"an objection of {self.id} waits for its answer")
        if act.on > until:
            raise ObjectionLate(
                f"an objection to what was notified on {notified_on} could be filed until {until} (25条; 施行令 "
                f"15条); the business date is {act.on}"
            )
        self.trigger(ObjectionFiled, act, notified_on=notified_on, grounds=grounds, until=until)

    def answer_objection(self, act: Act, *, answer: str) -> None:
        """不服の申出への通知, by another officer than those who decided, changed, settled or revoked.

        Raises:
            WrongStatus: no objection is open.
            SameOfficer: the officer who decided would answer.
            TooEarly: before it was filed.
        """
        if not self.sheets.objections or self.sheets.objections[-1].answered_on:
            raise WrongStatus(f"no objection of {self.id} waits for an answer")
        if act.by in self.sheets.deciders:
            raise SameOfficer(f"{act.by} decided on {self.id} and may not answer the objection to it")
        refuse_before(self.sheets.objections[-1].filed_on, act.on, "the objection")
        self.trigger(ObjectionAnswered, act, answer=answer)

    def correct(
        self,
        act: Act,
        *,
        event: int,
        event_type: str,
        key: str,
        replacement: dict[str, str],
        was: dict[str, str],
    ) -> None:
        """訂正 of an event of this stream, judged by the service: it alone sees the event corrected."""
        self.trigger(
            Corrected,
            act,
            event=event,
            event_type=event_type,
            key=key,
            replacement=replacement,
            was=was,
        )
