"""Supervision of the work: reports, compliance orders, suspension, abolition (7条, 12条-14条)."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.facts import Share, Window
from lifecycle.aggregates.grant.limits import Figures, beyond
from lifecycle.aggregates.grant.sheets import Demand, Report
from lifecycle.aggregates.grant.state import IN_PROGRESS, GrantEvent, GrantState, Status
from lifecycle.errors import BadInput
from lifecycle.values import fiscal_year_ends, spread_yen


class ProgressReported(GrantEvent):
    """状況報告 (12条)."""

    TOPIC = "grant.progress_reported"

    percent: int
    spent_yen: int
    forecast_yen: int
    risks: str

    def apply(self, aggregate: Any) -> None:
        told = {"percent": self.percent, "forecast_yen": self.forecast_yen}
        aggregate.note("progress", self.act, self.risks, self.spent_yen, **told)


class DelayReported(GrantEvent):
    """事故報告 (7条1項5号): the work can't end in time, or has become hard."""

    TOPIC = "grant.delay_reported"

    cause: str
    new_end_on: date | None
    amount_yen: int | None

    def apply(self, aggregate: Any) -> None:
        aggregate.note("delay", self.act, self.cause, self.amount_yen, new_end_on=self.new_end_on)


class YearEndReported(GrantEvent):
    """年度終了報告 (14条後段): the year ended, the work did not."""

    TOPIC = "grant.year_end_reported"

    spent_yen: int
    forecast_yen: int
    content: str

    def apply(self, aggregate: Any) -> None:
        told = {"forecast_yen": self.forecast_yen}
        aggregate.note("year_end", self.act, self.content, self.spent_yen, **told)


class ComplianceOrdered(GrantEvent):
    """遂行命令 (13条1項): the work is to be carried out as decided."""

    TOPIC = "grant.compliance_ordered"

    demand: str
    due_on: date

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.sheets.demands.append(Demand("compliance", self.demand, self.due_on, self.act.on))


class Suspended(GrantEvent):
    """一時停止 (13条2項): nothing is paid and nothing reported until it is resumed."""

    TOPIC = "grant.suspended"

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.stand(Status.SUSPENDED, self.act.on)


class Resumed(GrantEvent):
    """再開 of suspended work (lifecycle.md event 21)."""

    TOPIC = "grant.resumed"

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.APPROVED, self.act.on)
        aggregate.meet("compliance", self.act.on)


class Abolished(GrantEvent):
    """廃止承認 (7条1項4号): what is given up is released. `before`, `after`: committed yen by component."""

    TOPIC = "grant.abolished"

    before: list[Share]
    after: list[Share]
    windows: list[Window]

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.stand(Status.ABOLISHED, self.act.on)
        aggregate.sheets.is_abolished = True
        for share in self.after:
            component = aggregate.components[share.component]
            aggregate.sheets.abolished_yen += component.take_back(share.committed_yen)


class Supervising(GrantState):
    """Commands that watch over the work."""

    def note(self, what: str, act: Act, text: str, amount_yen: int | None, **told: Any) -> None:
        """Keep a report (called by events only)."""
        self.sheets.reports.append(Report(what, act.on, act.by, text, amount_yen, **told))

    def meet(self, what: str, on: date) -> None:
        """The open demands of this sort are met (called by events only)."""
        for demand in self.sheets.demands:
            if demand.what == what and demand.met_on is None:
                demand.met_on = on

    def report_progress(
        self, act: Act, *, percent: int, spent_yen: int, forecast_yen: int, risks: str
    ) -> None:
        """状況報告.

        Raises:
            WrongStatus: the work is not in progress.
            TooEarly: before the decision.
        """
        self.refuse_unless(*IN_PROGRESS, doing="a progress report")
        self.refuse_too_early(act)
        facts = {"spent_yen": spent_yen, "forecast_yen": forecast_yen, "risks": risks}
        self.trigger(ProgressReported, act, percent=percent, **facts)

    def report_delay(self, act: Act, *, cause: str, new_end_on: date | None, amount_yen: int | None) -> None:
        """事故報告.

        Raises:
            WrongStatus: the work is not in progress.
            TooEarly: before the decision.
        """
        self.refuse_unless(*IN_PROGRESS, doing="a report of delay")
        self.refuse_too_early(act)
        self.trigger(DelayReported, act, cause=cause, new_end_on=new_end_on, amount_yen=amount_yen)

    def report_year_end(self, act: Act, *, spent_yen: int, forecast_yen: int, content: str) -> None:
        """年度終了報告, once the year is over.

        Raises:
            WrongStatus: the work is not in progress.
            TooEarly: the fiscal year is not over.
        """
        self.refuse_unless(*IN_PROGRESS, doing="a report at the year's end")
        refuse_before(fiscal_year_ends(self.fiscal_year), act.on, "the end of the fiscal year")
        facts = {"spent_yen": spent_yen, "forecast_yen": forecast_yen, "content": content}
        self.trigger(YearEndReported, act, **facts)

    def order_compliance(self, act: Act, *, demand: str, due_on: date) -> None:
        """遂行命令.

        Raises:
            ReasonMissing, WrongStatus, TooEarly, SameOfficer, BadInput.
        """
        self.refuse_unreasoned(act, "a compliance order on")
        self.refuse_unless(Status.APPROVED, doing="a compliance order")
        self.refuse_preparer(act, "order compliance with")
        self.refuse_too_early(act)
        if due_on < act.on:
            raise BadInput(f"due_on {due_on} lies before the order itself ({act.on})")
        self.trigger(ComplianceOrdered, act, demand=demand, due_on=due_on)

    def suspend(self, act: Act) -> None:
        """一時停止.

        Raises:
            WrongStatus, TooEarly, SameOfficer.
        """
        self.refuse_unless(Status.APPROVED, doing="suspending")
        self.refuse_preparer(act, "suspend")
        self.refuse_too_early(act)
        self.trigger(Suspended, act)

    def resume(self, act: Act) -> None:
        """再開.

        Raises:
            WrongStatus, TooEarly, SameOfficer.
        """
        self.refuse_unless(Status.SUSPENDED, doing="resuming")
        self.refuse_preparer(act, "resume")
        self.refuse_too_early(act)
        self.trigger(Resumed, act)

    def abolish(self, act: Act, *, amount_yen: int | None) -> int:
        """廃止承認: releases what is given up (default: all that is not paid); returns the yen released.

        Raises:
            WrongStatus, TooEarly, SameOfficer.
            OverDisbursed: less would be committed than was paid.
        """
        self.refuse_unless(*IN_PROGRESS, doing="abolition")
        self.refuse_preparer(act, "abolish")
        self.refuse_too_early(act)
        self.refuse_before_payment(act)
        unpaid_yen = max(0, self.committed_yen - (self.disbursed_yen - self.returned_yen))
        given_up_yen = unpaid_yen if amount_yen is None else amount_yen
        if given_up_yen > unpaid_yen:
            raise beyond(
                f"{given_up_yen:,} yen can't be given up: {unpaid_yen:,} yen of {self.id} are unpaid",
                Figures(self.committed_yen, self.disbursed_yen - self.returned_yen, given_up_yen),
                source="適正化法 7条1項4号, 10条",
                remedy=f"give up at most {unpaid_yen:,} yen; what is paid comes back by settlement or revocation",
            )
        before = self.shares()
        parts = spread_yen(given_up_yen, {share.component: share.committed_yen for share in before})
        after = [
            Share(
                component=share.component,
                kind=share.kind,
                committed_yen=share.committed_yen - parts[share.component],
            )
            for share in before
        ]
        self.trigger(Abolished, act, before=before, after=after, windows=self.windows)
        return given_up_yen
