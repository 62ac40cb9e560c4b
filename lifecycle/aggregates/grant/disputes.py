"""検査・指摘・不服の申出・訂正: what others find, what a recipient objects to, what was recorded wrongly."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.corrections import put_right
from lifecycle.aggregates.grant.sheets import Objection, Report
from lifecycle.aggregates.grant.state import GrantEvent, GrantState, Status
from lifecycle.errors import ObjectionLate, SameOfficer, TooEarly, WrongStatus

APPLICATION = ("grant.submitted", "grant.resubmitted")
"""Whoever puts an application's words right prepares it."""


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
        aggregate.sheets.objections.append(
            Objection(self.notified_on, self.act.on, self.act.by, self.grounds)
        )


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
        if self.event_type in APPLICATION:
            aggregate.prepared_by = aggregate.prepared_by | {self.act.by}


class Disputing(GrantState):
    """Commands that examine, object and correct."""

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
        if self.decided_on is None or self.status is Status.WITHDRAWN:
            raise WrongStatus(f"grant {self.id} is {self.status.value}; {doing} needs a decision")
        refuse_before(self.decided_on, act.on, "the decision")

    def file_objection(self, act: Act, *, notified_on: date, grounds: str, until: date) -> None:
        """不服の申出 to a disposition of which the notice came on `notified_on`.

        Raises:
            ObjectionLate: after `until`.
            TooEarly: before the notice.
            WrongStatus: nothing was decided yet, or an objection is open.
        """
        if self.status in (Status.SUBMITTED, Status.RETURNED):
            raise WrongStatus(f"grant {self.id} is {self.status.value}; there is no disposition to object to")
        if act.on < notified_on:
            raise TooEarly(f"the objection of {act.on} lies before the notice of {notified_on}")
        if self.sheets.objections and self.sheets.objections[-1].answered_on is None:
            raise WrongStatus(f"an objection of {self.id} waits for its answer")
        if act.on > until:
            raise ObjectionLate(
                f"an objection to what was notified on {notified_on} could be filed until {until} (25条; 施行令 "
                f"15条); the business date is {act.on}",
                remedy="only an extension by the minister lets it in: grants waive objection_days "
                f"--authority {self.authority} --until YYYY-MM-DD --document PAPER",
            )
        self.trigger(ObjectionFiled, act, notified_on=notified_on, grounds=grounds, until=until)

    def answer_objection(self, act: Act, *, answer: str) -> None:
        """不服の申出への通知, by another officer than those who took a disposition on the grant.

        Raises:
            WrongStatus: no objection is open.
            SameOfficer: who took a disposition, or filed an objection, would answer.
            ConflictOfInterest: the officer declared an interest.
            TooEarly: before it was filed.
        """
        if not self.sheets.objections or self.sheets.objections[-1].answered_on:
            raise WrongStatus(f"no objection of {self.id} waits for an answer")
        self.refuse_conflicted(act, "answer the objection to")
        if act.by in self.sheets.deciders | self.sheets.disposers:
            raise SameOfficer(f"{act.by} decided on {self.id} and may not answer the objection to it")
        if any(act.by == objection.filed_by for objection in self.sheets.objections):
            raise SameOfficer(f"{act.by} filed an objection on {self.id} and may not answer it")
        refuse_before(self.sheets.objections[-1].filed_on, act.on, "the objection")
        self.trigger(ObjectionAnswered, act, answer=answer)
