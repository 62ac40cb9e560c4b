"""Around the decision: consultation, support, conflicts of interest, informal notice, amended plans and targets."""

from __future__ import annotations

from lifecycle.aggregates import Consultation, Project, ProjectYear
from lifecycle.aggregates.project_year import stream_of
from lifecycle.commands.accompanying import (
    AmendPlan,
    DeclareConflict,
    NotifyInformally,
    RecordConsultation,
    RecordSupport,
    ReviseTarget,
)
from lifecycle.errors import BadInput, WrongStatus
from lifecycle.programme.authorities import check_code
from lifecycle.service.desk import Desk, Office, Outcome, command


class AccompanyingRoom(Office):
    """相談・伴走支援・利益相反・内示・計画変更."""

    @command("officer")
    def record_consultation(self, command: RecordConsultation, desk: Desk) -> Outcome:
        """事前相談.

        Raises:
            UnknownAuthority, BadCheckDigit, BadInput.
        """
        authority = check_code(command.authority, desk.act.on)
        if command.held_on > desk.act.on:
            raise BadInput(f"held_on {command.held_on} lies after the business date {desk.act.on}")
        number = len(desk.transaction.streams(f"{authority.code}-consultation/")) + 1
        stream = f"{authority.code}-consultation/{number}"
        facts = {
            "authority": authority.code,
            "held_on": command.held_on,
            "topics": command.topics,
            "advice": command.advice,
            "attendees": list(command.attendees),
        }
        desk.transaction.add(Consultation.begin(Consultation.Held, desk.act, stream, **facts))
        return Outcome({"record": stream}, result={"record": stream, "held_on": command.held_on})

    @command("officer")
    def record_support(self, command: RecordSupport, desk: Desk) -> Outcome:
        """伴走支援.

        Raises:
            NotFound, BadInput.
        """
        project = desk.project(command.project)
        if command.held_on > desk.act.on:
            raise BadInput(f"held_on {command.held_on} lies after the business date {desk.act.on}")
        project.record_support(desk.act, held_on=command.held_on, content=command.content)
        return Outcome({"project": project.id}, result={"held_on": command.held_on})

    @command("officer", "approver")
    def declare_conflict(self, command: DeclareConflict, desk: Desk) -> Outcome:
        """利益相反の申告.

        Raises:
            NotFound, AlreadyRecorded.
        """
        grant = desk.grant(command.grant)
        grant.declare_conflict(desk.act, interest=command.interest)
        return Outcome({"grant": grant.id, "project": grant.project}, result={"officer": desk.act.by})

    @command("officer")
    def notify_informally(self, command: NotifyInformally, desk: Desk) -> Outcome:
        """内示.

        Raises:
            NotFound, WrongStatus, TooEarly, AlreadyRecorded.
        """
        grant = desk.grant(command.grant)
        grant.notify_informally(desk.act)
        return Outcome(
            {"grant": grant.id, "project": grant.project}, result={"reserved_yen": grant.reserved_yen}
        )

    @command("approver")
    def amend_plan(self, command: AmendPlan, desk: Desk) -> Outcome:
        """計画の変更認定・軽微な変更報告.

        Raises:
            NotFound, PlanNotCertified, SameOfficer.
        """
        project = desk.project(command.project)
        project.amend_plan(
            desk.act,
            certificate_no=command.certificate_no,
            content=command.content,
            minor=command.minor,
        )
        return Outcome({"project": project.id}, result={"certificate_no": project.certificate_no})

    @command("approver")
    def revise_target(self, command: ReviseTarget, desk: Desk) -> Outcome:
        """目標値の変更; years already measured keep the targets they were measured against.

        Raises:
            NotFound, BadInput, ReasonMissing, SameOfficer.
            WrongStatus: a year is measured already.
        """
        project = desk.project(command.project)
        _refuse_measured(desk, project, command)
        project.revise_target(desk.act, kpi=command.kpi, targets=dict(command.targets))
        targets = next(kpi.targets for kpi in project.kpis if kpi.id == command.kpi)
        return Outcome({"project": project.id}, result={"kpi": command.kpi, "targets": targets})


def _refuse_measured(desk: Desk, project: Project, command: ReviseTarget) -> None:
    for fiscal_year in command.targets:
        year = desk.transaction.find(ProjectYear, stream_of(project.id, int(fiscal_year)))
        if year and command.kpi in year.actuals:
            raise WrongStatus(
                f"KPI {command.kpi} of {year.name} is measured at {year.actuals[command.kpi]}; its target stands"
            )
