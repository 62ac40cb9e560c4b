"""Up to the decision: submitted, sent back, corrected, scored, certified, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lifecycle.aggregates import Project
from lifecycle.aggregates.grant import Status
from lifecycle.commands.application import (
    CertifyPlan,
    NewApplication,
    RecordParticipation,
    Resubmit,
    ReturnForCorrection,
    Score,
    Submit,
    Withdraw,
)
from lifecycle.errors import WrongStatus
from lifecycle.rules import eligibility
from lifecycle.service import judging
from lifecycle.service.continuing_application import resubmit_continuing, submit_continuing
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.left_alone import left_alone_findings
from lifecycle.service.new_application import resubmit_new, submit_new
from lifecycle.service.submission import outcome
from lifecycle.values import project_of


class ApplyingRoom(Office):
    """申請・審査."""

    @command("head")
    def submit(self, command: Submit, desk: Desk) -> Outcome:
        """交付申請, new or continuing.

        Raises:
            RoundClosed, ProgrammeClosed, StrategyMissing, CombinationRequired, PeriodTooLong, RateTooHigh,
            KpiMissing, KpiTargetMissing, EarlierYearUnpublished, ApplicationLimit, CapExceeded,
            GuidelineUnjustified, UnknownAuthority, BadCheckDigit, NotFound, BadInput, AlreadyRecorded,
            RoleMissing.
        """
        application = command.application
        if isinstance(application, NewApplication):
            return submit_new(desk, application)
        return submit_continuing(desk, application)

    @command("officer")
    def return_for_correction(self, command: ReturnForCorrection, desk: Desk) -> Outcome:
        """差戻し.

        Raises:
            NotFound, WrongStatus, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.return_for_correction(desk.act, message=command.message)
        return outcome(grant)

    @command("head")
    def resubmit(self, command: Resubmit, desk: Desk) -> Outcome:
        """再提出: judged as a whole again; the slot and the demand of the application before are its own.

        Raises:
            As `submit`, and WrongStatus, TooEarly.
        """
        # The project comes first, so that the log moves the plan's windows before the application fills them.
        project = desk.project(project_of(command.grant))
        grant = desk.grant(command.grant)
        grant.refuse_unless(Status.RETURNED, doing="submitting it again")
        if grant.application == "talent":
            raise WrongStatus(
                f"{grant.id} is a talent case, which no application puts right",
                remedy=f"withdraw it and submit it anew: grants withdraw {grant.id}; grants submit-talent-case",
            )
        held = judging.held_by(grant)
        if isinstance(command.application, NewApplication):
            asked, warnings = resubmit_new(desk, grant, project, command.application, held)
        else:
            asked, warnings = resubmit_continuing(desk, grant, project, command.application, held)
        rules = rules_of(grant.programme)
        place = judging.place_of(desk, project, grant.fiscal_year)
        grant.resubmit(
            desk.act,
            title=project.title,
            strategy=command.application.strategy or project.strategy,
            components=asked,
            justifications=dict(command.application.justifications),
            windows=judging.windows(desk, rules, place, (line.kind for line in asked)),
        )
        return outcome(grant, warnings)

    @command("head")
    def withdraw(self, command: Withdraw, desk: Desk) -> Outcome:
        """取下げ.

        Raises:
            NotFound, WrongStatus, WithdrawalLate, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.withdraw(desk.act)
        return outcome(grant, left_alone_findings(desk, grant, {}))

    @command("officer")
    def score(self, command: Score, desk: Desk) -> Outcome:
        """審査. Once all four are there, `certified` tells whether the decision waits for the plan's certificate.

        Raises:
            NotFound, ReasonMissing, WrongStatus, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.score(desk.act, criterion=command.criterion, score=command.score)
        missing = eligibility.criteria_findings(rules_of(grant.programme), grant.id, grant.scores)
        certified = None if missing else bool(desk.project(grant.project).certificate_no)
        result = {"scored": sorted(grant.scores), "complete": not missing, "certified": certified}
        return Outcome({"grant": grant.id, "project": grant.project}, result=result)

    @command("approver")
    def certify_plan(self, command: CertifyPlan, desk: Desk) -> Outcome:
        """地域再生計画の認定.

        Raises:
            NotFound, SameOfficer, AlreadyRecorded.
        """
        project = desk.project(command.project)
        project.certify_plan(desk.act, certificate_no=command.certificate_no)
        return Outcome({"project": project.id}, result={"certificate_no": project.certificate_no})

    @command("preparer")
    def record_participation(self, command: RecordParticipation, desk: Desk) -> Outcome:
        """産官学金労言の参画; the sectors still missing in the stage are warned of (seed G49).

        Raises:
            NotFound, AlreadyRecorded, RoleMissing.
        """
        project = desk.project(command.project)
        project.record_participation(desk.act, stage=command.stage, sector=command.sector, body=command.body)
        seen = {sector for stage, sector, _ in project.participations if stage == command.stage}
        sectors = [member.id for member in _sectors(project)]
        missing = [sector for sector in sectors if sector not in seen]
        result = {"stage": command.stage, "sectors": sorted(seen), "missing": missing}
        return Outcome({"project": project.id}, result=result)


def _sectors(project: Project) -> Sequence[Any]:
    rules = rules_of(project.programme)
    return () if rules.is_closed else rules.members("sectors")
