"""Commands: each defined once; the shell's options, batch lines, Python methods and schema come from here."""

from __future__ import annotations

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
from lifecycle.commands.fields import Command, Reading
from lifecycle.commands.office import ConfirmProgramme, ImportDecision, Init, OpenRound, RegisterOfficer
from lifecycle.commands.payment import Disburse, OrderReturn, RecordReturn, ReportCompletion, Settle
from lifecycle.commands.reading import Caps, Check, List, Log, Outcome, Show

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
    "adopt": Adopt,
    "not_adopt": NotAdopt,
    "approve": Approve,
    "reject": Reject,
    "request_change": RequestChange,
    "approve_change": ApproveChange,
    "refuse_change": RefuseChange,
    "disburse": Disburse,
    "report_completion": ReportCompletion,
    "settle": Settle,
    "order_return": OrderReturn,
    "record_return": RecordReturn,
    "measure": Measure,
    "verify_effect": VerifyEffect,
    "evaluate": Evaluate,
    "plan_improvement": PlanImprovement,
    "publish": Publish,
    "close_year": CloseYear,
    "end_project": EndProject,
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
