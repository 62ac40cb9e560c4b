"""A grant (年度ごとの交付): one application, one decision, and the money of one fiscal year of a project."""

from __future__ import annotations

from lifecycle.aggregates.base import Aggregate
from lifecycle.aggregates.grant import application, change, decision, payment, recovery
from lifecycle.aggregates.grant.state import (
    DEAD,
    UNDECIDED,
    ChangeState,
    ComponentState,
    GrantEvent,
    OrderState,
    Status,
)


class Grant(
    application.Applying,
    decision.Deciding,
    change.Changing,
    payment.Paying,
    recovery.Recovering,
    Aggregate,
):
    """交付. Stream `PROJECT/FISCALYEAR`. Each phase has a file beside this one, with its events and commands."""

    TOPIC = "grant"
    Event = GrantEvent

    Submitted = application.Submitted
    ReturnedForCorrection = application.ReturnedForCorrection
    Resubmitted = application.Resubmitted
    Scored = application.Scored
    Withdrawn = application.Withdrawn
    Adopted = decision.Adopted
    NotAdopted = decision.NotAdopted
    Approved = decision.Approved
    Rejected = decision.Rejected
    DecisionImported = decision.DecisionImported
    ChangeRequested = change.ChangeRequested
    ChangeApproved = change.ChangeApproved
    ChangeRefused = change.ChangeRefused
    Disbursed = payment.Disbursed
    CompletionReported = payment.CompletionReported
    Settled = payment.Settled
    Closed = payment.Closed
    ReturnOrdered = recovery.ReturnOrdered
    ReturnRecorded = recovery.ReturnRecorded


__all__ = [
    "DEAD",
    "UNDECIDED",
    "ChangeState",
    "ComponentState",
    "Grant",
    "GrantEvent",
    "OrderState",
    "Status",
    "application",
    "change",
    "decision",
    "payment",
    "recovery",
]
