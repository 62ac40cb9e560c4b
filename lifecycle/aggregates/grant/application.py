"""交付申請: submitted, sent back, corrected, scored, withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act
from lifecycle.aggregates.facts import Asked, Share, Window
from lifecycle.aggregates.grant.parts import ScoreState
from lifecycle.aggregates.grant.state import (
    UNDECIDED,
    GrantCreated,
    GrantEvent,
    GrantState,
    Status,
)
from lifecycle.errors import AlreadyRecorded, BadInput, ReasonMissing, WithdrawalLate, WrongStatus


class Submitted(GrantCreated):
    """交付申請 (適正化法 5条): a fiscal year of a plan asks for money."""

    TOPIC = "grant.submitted"

    project: str
    authority: str
    fiscal_year: int
    application: str
    round: str
    slot: str
    slot_limits: dict[str, int]
    outside_limit: str
    programme: str
    rules_sha256: str
    tier: str
    title: str
    strategy: str
    components: list[Asked]
    justifications: dict[str, str]
    windows: list[Window]

    def apply(self, aggregate: Any) -> None:
        aggregate.start(self, application=self.application, components=[])
        aggregate.round, aggregate.slot = self.round, self.slot
        aggregate.justifications = self.justifications
        aggregate.take_over(self.components)


class ReturnedForCorrection(GrantEvent):
    """差戻し (6条1項): sent back to be corrected; demand and slot are kept."""

    TOPIC = "grant.returned_for_correction"

    message: str

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.RETURNED, self.act.on)


class Resubmitted(GrantEvent):
    """再提出 (6条1項): the corrected application replaces the one before; `replaced` is what that one asked."""

    TOPIC = "grant.resubmitted"

    title: str
    strategy: str
    components: list[Asked]
    justifications: dict[str, str]
    windows: list[Window]
    replaced: list[Share]
    replaced_windows: list[Window]

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.correction_days += (self.act.on - aggregate.standing_since).days
        aggregate.stand(Status.SUBMITTED, self.act.on)
        aggregate.title = self.title
        aggregate.justifications, aggregate.windows = self.justifications, self.windows
        aggregate.prepared_by = aggregate.prepared_by | {self.act.by}
        aggregate.take_over(self.components)
        for score in aggregate.scores.values():
            score.outdated = True


class Scored(GrantEvent):
    """審査の評点 of one of the four criteria, with a reason (seed G47)."""

    TOPIC = "grant.scored"

    criterion: str
    score: int

    def apply(self, aggregate: Any) -> None:
        aggregate.scores[self.criterion] = ScoreState(self.score, self.act.reason, self.act.by, self.act.on)
        aggregate.prepared_by = aggregate.prepared_by | {self.act.by}


class ConflictDeclared(GrantEvent):
    """利益相反の申告 (lifecycle.md event 10): the officer neither scores nor decides this application."""

    TOPIC = "grant.conflict_declared"

    interest: str

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.conflicts[self.act.by] = self.interest


class Withdrawn(GrantEvent):
    """取下げ: before the decision freely; after it within the days set, and then deemed never made (9条)."""

    TOPIC = "grant.withdrawn"

    after_decision: bool
    released: list[Share]
    windows: list[Window]
    round: str
    slot: str

    def apply(self, aggregate: Any) -> None:
        aggregate.stand(Status.WITHDRAWN, self.act.on)
        for component in aggregate.components.values():
            component.reserved_yen = component.committed_yen = 0


class Applying(GrantState):
    """Commands up to the decision."""

    def return_for_correction(self, act: Act, *, message: str) -> None:
        """差戻し.

        Raises:
            WrongStatus: it is not under review.
            TooEarly: before its present standing.
        """
        self.refuse_unless(Status.SUBMITTED, doing="sending it back")
        self.refuse_too_early(act)
        self.trigger(ReturnedForCorrection, act, message=message)

    def resubmit(
        self,
        act: Act,
        *,
        title: str,
        strategy: str,
        components: list[Asked],
        justifications: dict[str, str],
        windows: list[Window],
    ) -> None:
        """再提出, once it was sent back.

        Raises:
            WrongStatus: it was not sent back.
            BadInput: a component with a contract is gone.
            TooEarly: before its present standing.
        """
        self.refuse_unless(Status.RETURNED, doing="submitting it again")
        self.refuse_too_early(act)
        kept = {component.id for component in components}
        if lost := sorted({contract.component for contract in self.sheets.contracts} - kept):
            raise BadInput(
                f"a contract is recorded on component {', '.join(lost)} of {self.id}; the component keeps its id"
            )
        self.trigger(
            Resubmitted,
            act,
            title=title,
            strategy=strategy,
            components=components,
            justifications=justifications,
            windows=windows,
            replaced=self.shares(),
            replaced_windows=self.windows,
        )

    def score(self, act: Act, *, criterion: str, score: int) -> None:
        """審査. A criterion may be scored again until the decision; the log keeps both.

        Raises:
            ReasonMissing: no reason is given.
            WrongStatus: it is not under review.
            ConflictOfInterest: the officer declared an interest.
            TooEarly: before its present standing.
        """
        if not act.reason:
            raise ReasonMissing(
                f"a score of {criterion} for {self.id} needs a reason (seed G47); give --reason"
            )
        self.refuse_unless(Status.SUBMITTED, Status.ADOPTED, doing="scoring")
        self.refuse_conflicted(act, "score")
        self.refuse_too_early(act)
        self.trigger(Scored, act, criterion=criterion, score=score)

    def declare_conflict(self, act: Act, *, interest: str) -> None:
        """利益相反の申告.

        Raises:
            AlreadyRecorded: the officer declared it.
        """
        if act.by in self.sheets.conflicts:
            raise AlreadyRecorded(f"{act.by} has declared an interest in {self.id} already")
        self.trigger(ConflictDeclared, act, interest=interest)

    def withdraw(self, act: Act) -> None:
        """取下げ: demand, reservation and commitment are released.

        Raises:
            WithdrawalLate: the days after the decision are over.
            WrongStatus: it is neither undecided nor just decided, or money was paid.
            TooEarly: before its present standing.
        """
        self.refuse_unless(*UNDECIDED, Status.APPROVED, doing="withdrawing")
        self.refuse_too_early(act)
        if self.status is Status.APPROVED:
            self._refuse_late_withdrawal(act.on)
        self.trigger(
            Withdrawn,
            act,
            after_decision=self.status is Status.APPROVED,
            released=self.shares(),
            windows=self.windows,
            round=self.round,
            slot=self.slot,
        )

    def _refuse_late_withdrawal(self, on: date) -> None:
        if self.withdrawable_until is None:
            raise WrongStatus(
                f"grant {self.id} was decided elsewhere ({self.imported_from}); withdraw it there"
            )
        if on > self.withdrawable_until:
            raise WithdrawalLate(
                f"the decision on {self.id} of {self.decided_on} could be withdrawn from until "
                f"{self.withdrawable_until} (適正化法 9条); the business date is {on}"
            )
        if self.disbursed_yen:
            raise WrongStatus(
                f"grant {self.id} has been paid {self.disbursed_yen:,} yen; it can't be withdrawn"
            )
