"""A project (実施計画): its plan over fiscal years, its certificate, who took part, and its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, Aggregate, Event, refuse_before
from lifecycle.aggregates.corrections import Correctable
from lifecycle.aggregates.facts import PlannedComponent, PlannedKpi
from lifecycle.aggregates.project_events import (
    EvidenceDisposed,
    ParticipationRecorded,
    PlanAmended,
    PlanCertified,
    ProjectCorrected,
    ProjectDecisionImported,
    ProjectEnded,
    ProjectPeriodChanged,
    ProjectPlanned,
    ProjectPlanRevised,
    ProjectTagged,
    SupportGiven,
    TargetLinked,
    TargetRevised,
)
from lifecycle.errors import (
    AlreadyRecorded,
    BadInput,
    NotFound,
    PlanNotCertified,
    ReasonMissing,
    Retention,
    SameOfficer,
    WrongStatus,
)


class Project(Correctable, Aggregate):
    """実施計画. Stream `AUTHORITY-FIRSTYEAR-NN`."""

    TOPIC = "project"
    Event = Event
    Planned = ProjectPlanned
    PlanRevised = ProjectPlanRevised
    Imported = ProjectDecisionImported
    PeriodChanged = ProjectPeriodChanged
    PlanCertified = PlanCertified
    ParticipationRecorded = ParticipationRecorded
    Ended = ProjectEnded
    Corrected = ProjectCorrected
    EvidenceDisposed = EvidenceDisposed
    Tagged = ProjectTagged
    SupportGiven = SupportGiven
    PlanAmended = PlanAmended
    TargetRevised = TargetRevised
    TargetLinked = TargetLinked

    def __init__(self) -> None:
        self.authority = self.title = self.strategy = self.programme = ""
        self.first_year = self.last_year = 0
        self.components: list[PlannedComponent] = []
        self.kpis: list[PlannedKpi] = []
        self.planned_on = date.min
        self.moved_on = date.min
        """When the plan was last put right, or moved to another last year."""
        self.shortened_on = date.min
        """When it last lost a year: until then its window met plans of that year, too."""
        self.planned_by: set[str] = set()
        self.imported = False
        self.amendments: list[dict[str, Any]] = []
        self.target_revisions: list[dict[str, Any]] = []
        self.certificate_no = self.certified_by = ""
        self.certified_on: date | None = None
        self.replaced_on: date | None = None
        """When a corrected plan took the place of the certified one, until its amendment is certified."""
        self.participations: list[tuple[str, str, str]] = []
        self.ended_on: date | None = None
        self.supports: list[tuple[date, str]] = []
        self.tags: list[str] = []
        self.national_targets: dict[str, str] = {}
        self.evidence_disposed_on: date | None = None

    def plan(self, event: ProjectPlanned | ProjectPlanRevised) -> None:
        """Take over a plan (called by events only)."""
        self.title, self.strategy = event.title, event.strategy
        self.first_year, self.last_year = event.first_year, event.last_year
        self.components, self.kpis = event.components, event.kpis
        self.planned_by.add(event.act.by)

    def reach(self, last_year: int, on: date) -> None:
        """Reach to another last year (called by events only)."""
        if last_year < self.last_year:
            self.shortened_on = max(self.shortened_on, on)
        self.last_year, self.moved_on = last_year, max(self.moved_on, on)

    def refuse_before_plan(self, act: Act) -> None:
        """What builds on the plan as it is now does not take effect before it.

        Raises:
            TooEarly: it would.
        """
        refuse_before(max(self.planned_on, self.moved_on), act.on, f"the plan of {self.id} as it is now")

    @property
    def fiscal_years(self) -> range:
        """The fiscal years of the plan, first to last."""
        return range(self.first_year, self.last_year + 1)

    def refuse_if_ended(self) -> None:
        """Nothing more is applied for once a project has ended.

        Raises:
            WrongStatus: it has.
        """
        if self.ended_on:
            raise WrongStatus(f"project {self.id} ended on {self.ended_on}")

    def certify_plan(self, act: Act, *, certificate_no: str) -> None:
        """認定. By another officer than the one who planned it.

        Raises:
            SameOfficer: the planner would certify the plan.
            AlreadyRecorded: it is certified.
        """
        if act.by in self.planned_by:
            raise SameOfficer(f"{act.by} submitted the plan of {self.id} and may not certify it")
        if self.certificate_no:
            raise AlreadyRecorded(f"plan {self.id} is certified as {self.certificate_no}")
        self.trigger(PlanCertified, act, certificate_no=certificate_no)

    def record_participation(self, act: Act, *, stage: str, sector: str, body: str) -> None:
        """参画の記録.

        Raises:
            AlreadyRecorded: the same body in the same stage and sector.
        """
        if (stage, sector, body) in self.participations:
            raise AlreadyRecorded(f"{body} is recorded for {self.id} in stage {stage} as {sector}")
        self.trigger(ParticipationRecorded, act, stage=stage, sector=sector, body=body)

    def record_support(self, act: Act, *, held_on: date, content: str) -> None:
        """伴走支援."""
        self.trigger(SupportGiven, act, held_on=held_on, content=content)

    def amend_plan(self, act: Act, *, certificate_no: str, content: str, minor: bool) -> None:
        """計画の変更認定.

        Raises:
            PlanNotCertified: there is no certified plan to amend.
            SameOfficer: the planner would certify.
        """
        if not self.certificate_no:
            raise PlanNotCertified(f"the plan of {self.id} is not certified; certify it first")
        if act.by in self.planned_by:
            raise SameOfficer(f"{act.by} submitted the plan of {self.id} and may not certify its amendment")
        self.trigger(PlanAmended, act, certificate_no=certificate_no, content=content, minor=minor)

    def revise_target(self, act: Act, *, kpi: str, targets: dict[str, str]) -> None:
        """目標値の変更.

        Raises:
            NotFound: the plan has no such KPI.
            BadInput: a year outside the plan.
            ReasonMissing: no reason.
            SameOfficer: the planner would approve it.
        """
        if not act.reason:
            raise ReasonMissing(f"a new target of {self.id} needs a reason; give --reason")
        if act.by in self.planned_by:
            raise SameOfficer(f"{act.by} submitted the plan of {self.id} and may not approve its new targets")
        if kpi not in {planned.id for planned in self.kpis}:
            raise NotFound(f"project {self.id} has no KPI {kpi}")
        if outside := [year for year in targets if int(year) not in self.fiscal_years]:
            raise BadInput(
                f"fiscal year {', '.join(outside)} lies outside {self.first_year} to {self.last_year}"
            )
        self.trigger(TargetRevised, act, kpi=kpi, targets=targets)

    def tag_project(self, act: Act, *, tags: list[str]) -> None:
        """地方創生2.0 のタグ; they replace the ones before.

        Raises:
            AlreadyRecorded: nothing would change.
        """
        if tags == self.tags:
            raise AlreadyRecorded(f"project {self.id} has exactly these tags")
        self.trigger(ProjectTagged, act, tags=tags)

    def link_target(self, act: Act, *, kpi: str, target: str) -> None:
        """KPI と国の目標の対応.

        Raises:
            AlreadyRecorded: the KPI points to this target.
        """
        if self.national_targets.get(kpi) == target:
            raise AlreadyRecorded(f"KPI {kpi} of {self.id} points to {target} already")
        self.trigger(TargetLinked, act, kpi=kpi, target=target)

    def revise_plan(self, act: Act, **plan: Any) -> None:
        """Replace the plan by that of a corrected application.

        Raises:
            TooEarly: it was moved later than that.
        """
        self.refuse_before_plan(act)
        self.trigger(ProjectPlanRevised, act, **plan)

    def change_period(self, act: Act, *, change: str, last_year: int) -> None:
        """Move the last fiscal year of the plan, with the approval of a change.

        Raises:
            TooEarly: it was moved later than that.
        """
        self.refuse_before_plan(act)
        self.trigger(
            ProjectPeriodChanged, act, change=change, first_year=self.first_year, last_year=last_year
        )

    def end_project(self, act: Act, *, open_years: list[int]) -> None:
        """事業の終了. `open_years`: fiscal years with a grant that are not closed.

        Raises:
            WrongStatus: it has ended, or a year is still open.
        """
        self.refuse_if_ended()
        if open_years:
            years = ", ".join(map(str, open_years))
            raise WrongStatus(f"project {self.id} can't end: not closed: fiscal year {years}")
        refuse_before(self.planned_on, act.on, "the plan")
        self.trigger(ProjectEnded, act)

    def dispose_evidence(self, act: Act, *, kept_until: date) -> None:
        """証拠書類の廃棄 once the project has ended and the years are over.

        Raises:
            WrongStatus: it has not ended.
            AlreadyRecorded: it was done.
            Retention: the papers are still to be kept.
        """
        if self.ended_on is None:
            raise WrongStatus(f"project {self.id} has not ended; its papers are kept")
        if self.evidence_disposed_on:
            raise AlreadyRecorded(f"the papers of {self.id} were disposed of on {self.evidence_disposed_on}")
        if act.on <= kept_until:
            raise Retention(
                f"the papers of {self.id} are kept until {kept_until}; the business date is {act.on}"
            )
        self.trigger(EvidenceDisposed, act, kept_until=kept_until)
