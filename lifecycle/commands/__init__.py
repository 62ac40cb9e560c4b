"""Commands: each defined once; the shell's options, batch lines, Python methods and schema come from here."""

from __future__ import annotations

from lifecycle.commands.afterwards import (
    ApproveDisposal,
    DisposeAsset,
    DisposeEvidence,
    RegisterAsset,
    ReportInputTax,
    ReportRevenue,
)
from lifecycle.commands.application import (
    CertifyPlan,
    RecordParticipation,
    Resubmit,
    ReturnForCorrection,
    Score,
    Submit,
    Withdraw,
)
from lifecycle.commands.decision import (
    Adopt,
    Approve,
    ApproveChange,
    NotAdopt,
    RefuseChange,
    Reject,
    RequestChange,
)
from lifecycle.commands.effect import (
    CloseYear,
    EndProject,
    Evaluate,
    Measure,
    PlanImprovement,
    Publish,
    VerifyEffect,
)
from lifecycle.commands.exceptions import Correct, Waive
from lifecycle.commands.fields import Command, Reading
from lifecycle.commands.office import ConfirmProgramme, ImportDecision, Init, OpenRound, RegisterOfficer
from lifecycle.commands.payment import Disburse, OrderReturn, RecordReturn, ReportCompletion, Settle
from lifecycle.commands.reading import Caps, Check, List, Log, Outcome, Show
from lifecycle.commands.recovery import (
    AnswerObjection,
    AssessReturn,
    CollectAsTax,
    Exempt,
    ExtendReturn,
    FileObjection,
    HoldPayment,
    Inspect,
    OrderCorrection,
    RecordFinding,
    Revoke,
    SetOff,
)
from lifecycle.commands.works import (
    Abolish,
    ApproveCarryOver,
    CheckDoubleFunding,
    CommitSubGrant,
    NotifyMinorChange,
    OrderCompliance,
    PaySubGrant,
    RecordContract,
    ReportDelay,
    ReportProgress,
    ReportYearEnd,
    RequestCarryOver,
    Resume,
    Suspend,
)

WRITES: dict[str, type[Command]] = {
    "init": Init,
    "register_officer": RegisterOfficer,
    "open_round": OpenRound,
    "confirm_programme": ConfirmProgramme,
    "import_decision": ImportDecision,
    "record_participation": RecordParticipation,
    "submit": Submit,
    "return_for_correction": ReturnForCorrection,
    "resubmit": Resubmit,
    "withdraw": Withdraw,
    "score": Score,
    "certify_plan": CertifyPlan,
    "check_double_funding": CheckDoubleFunding,
    "adopt": Adopt,
    "not_adopt": NotAdopt,
    "approve": Approve,
    "reject": Reject,
    "request_change": RequestChange,
    "approve_change": ApproveChange,
    "refuse_change": RefuseChange,
    "record_contract": RecordContract,
    "notify_minor_change": NotifyMinorChange,
    "request_carry_over": RequestCarryOver,
    "approve_carry_over": ApproveCarryOver,
    "commit_sub_grant": CommitSubGrant,
    "pay_sub_grant": PaySubGrant,
    "report_progress": ReportProgress,
    "report_delay": ReportDelay,
    "report_year_end": ReportYearEnd,
    "order_compliance": OrderCompliance,
    "suspend": Suspend,
    "resume": Resume,
    "abolish": Abolish,
    "disburse": Disburse,
    "report_completion": ReportCompletion,
    "order_correction": OrderCorrection,
    "settle": Settle,
    "revoke": Revoke,
    "order_return": OrderReturn,
    "extend_return": ExtendReturn,
    "record_return": RecordReturn,
    "assess_return": AssessReturn,
    "exempt": Exempt,
    "hold_payment": HoldPayment,
    "set_off": SetOff,
    "collect_as_tax": CollectAsTax,
    "report_input_tax": ReportInputTax,
    "report_revenue": ReportRevenue,
    "register_asset": RegisterAsset,
    "approve_disposal": ApproveDisposal,
    "dispose_asset": DisposeAsset,
    "file_objection": FileObjection,
    "answer_objection": AnswerObjection,
    "inspect": Inspect,
    "record_finding": RecordFinding,
    "measure": Measure,
    "verify_effect": VerifyEffect,
    "evaluate": Evaluate,
    "plan_improvement": PlanImprovement,
    "publish": Publish,
    "close_year": CloseYear,
    "end_project": EndProject,
    "dispose_evidence": DisposeEvidence,
    "waive": Waive,
    "correct": Correct,
}
"""Commands that write, in the order of a grant's life."""

READS: dict[str, type[Reading]] = {
    "show": Show,
    "list": List,
    "log": Log,
    "caps": Caps,
    "outcome": Outcome,
    "check": Check,
}
"""Commands that only read."""

ALL: dict[str, type[Command] | type[Reading]] = {**WRITES, **READS}
