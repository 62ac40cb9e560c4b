"""A grant (年度ごとの交付): one application, one decision, and the money of one fiscal year of a project."""

from __future__ import annotations

from lifecycle.aggregates.base import Aggregate
from lifecycle.aggregates.corrections import Correctable
from lifecycle.aggregates.grant import (
    afterwards,
    application,
    change,
    charges,
    decision,
    disputes,
    payment,
    recovery,
    revocation,
    supervision,
    works,
)
from lifecycle.aggregates.grant.parts import ChangeState, ComponentState, OrderState
from lifecycle.aggregates.grant.state import (
    DEAD,
    IN_PROGRESS,
    UNDECIDED,
    GrantEvent,
    Status,
)


class Grant(
    application.Applying,
    decision.Deciding,
    change.Changing,
    works.Working,
    supervision.Supervising,
    payment.Paying,
    recovery.Recovering,
    charges.Charging,
    afterwards.Following,
    disputes.Disputing,
    Correctable,
    Aggregate,
):
    """交付. Stream `PROJECT/FISCALYEAR`. Each phase has a file beside this one, with its events and commands."""

    TOPIC = "grant"
    Event = GrantEvent

    Submitted = application.Submitted
    ReturnedForCorrection = application.ReturnedForCorrection
    Resubmitted = application.Resubmitted
    Scored = application.Scored
    ConflictDeclared = application.ConflictDeclared
    Withdrawn = application.Withdrawn
    Adopted = decision.Adopted
    InformallyNotified = decision.InformallyNotified
    NotAdopted = decision.NotAdopted
    Approved = decision.Approved
    Rejected = decision.Rejected
    DecisionImported = decision.DecisionImported
    ChangeRequested = change.ChangeRequested
    ChangeApproved = change.ChangeApproved
    ChangeRefused = change.ChangeRefused
    AdvanceRequested = payment.AdvanceRequested
    Disbursed = payment.Disbursed
    CompletionReported = payment.CompletionReported
    Settled = payment.Settled
    Closed = payment.Closed
    CorrectionOrdered = revocation.CorrectionOrdered
    Revoked = revocation.Revoked
    ReturnOrdered = recovery.ReturnOrdered
    ReturnExtended = recovery.ReturnExtended
    ReturnRecorded = recovery.ReturnRecorded
    ReturnSetOff = recovery.ReturnSetOff
    PaymentSetOff = recovery.PaymentSetOff
    PaymentHeld = recovery.PaymentHeld
    CollectedAsTax = recovery.CollectedAsTax
    ChargesAssessed = charges.ChargesAssessed
    ChargesExempted = charges.ChargesExempted
    ChargePaid = charges.ChargePaid
    ChargeCollected = charges.ChargeCollected
    ChargeSetOff = charges.ChargeSetOff
    DoubleFundingChecked = works.DoubleFundingChecked
    ContractRecorded = works.ContractRecorded
    MinorChangeNotified = works.MinorChangeNotified
    CarryOverRequested = works.CarryOverRequested
    CarryOverApproved = works.CarryOverApproved
    SubGrantCommitted = works.SubGrantCommitted
    SubGrantPaid = works.SubGrantPaid
    ProgressReported = supervision.ProgressReported
    DelayReported = supervision.DelayReported
    YearEndReported = supervision.YearEndReported
    ComplianceOrdered = supervision.ComplianceOrdered
    Suspended = supervision.Suspended
    Resumed = supervision.Resumed
    Abolished = supervision.Abolished
    InputTaxReported = afterwards.InputTaxReported
    RevenueReported = afterwards.RevenueReported
    AssetRegistered = afterwards.AssetRegistered
    DisposalApproved = afterwards.DisposalApproved
    AssetDisposed = afterwards.AssetDisposed
    Inspected = disputes.Inspected
    FindingRecorded = disputes.FindingRecorded
    ObjectionFiled = disputes.ObjectionFiled
    ObjectionAnswered = disputes.ObjectionAnswered
    Corrected = disputes.Corrected


__all__ = [
    "DEAD",
    "IN_PROGRESS",
    "UNDECIDED",
    "ChangeState",
    "ComponentState",
    "Grant",
    "GrantEvent",
    "OrderState",
    "Status",
    "afterwards",
    "application",
    "change",
    "charges",
    "decision",
    "disputes",
    "payment",
    "recovery",
    "revocation",
    "supervision",
    "works",
]
