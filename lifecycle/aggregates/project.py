"""A project (実施計画): its plan over fiscal years, its certificate, who took part, and its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, Aggregate, Created, Event, refuse_before
from lifecycle.aggregates.facts import PlannedComponent, PlannedKpi
from lifecycle.errors import AlreadyRecorded, SameOfficer, WrongStatus


class ProjectPlanned(Created):
    """実施計画の提出: components, yearly amounts and KPIs of a new application (seed G14-G38, G46, G47)."""

    TOPIC = "project.planned"

    authority: str
    title: str
    strategy: str
    programme: str
    first_year: int
    last_year: int
    components: list[PlannedComponent]
    kpis: list[PlannedKpi]

    def apply(self, aggregate: Any) -> None:
        aggregate.authority = self.authority
        aggregate.programme = self.programme
        aggregate.planned_on = self.act.on
        aggregate.plan(self)


class ProjectPlanRevised(Event):
    """実施計画の差替え: the plan of a corrected application replaces the one sent before (6条1項)."""

    TOPIC = "project.plan_revised"

    title: str
    strategy: str
    first_year: int
    last_year: int
    components: list[PlannedComponent]
    kpis: list[PlannedKpi]

    def apply(self, aggregate: Any) -> None:
        aggregate.plan(self)


class ProjectDecisionImported(Created):
    """既決定の事業: a project known only from a decision taken elsewhere; one fiscal year, no plan and no KPI."""

    TOPIC = "project.imported"

    authority: str
    title: str
    programme: str
    fiscal_year: int
    source: str
    row: str

    def apply(self, aggregate: Any) -> None:
        aggregate.authority = self.authority
        aggregate.programme = self.programme
        aggregate.planned_on = self.act.on
        aggregate.imported = True
        aggregate.title = self.title
        aggregate.first_year = aggregate.last_year = self.fiscal_year


class ProjectPeriodChanged(Event):
    """事業計画期間の変更, approved together with a change of a grant (7条)."""

    TOPIC = "project.period_changed"

    change: str
    first_year: int
    last_year: int

    def apply(self, aggregate: Any) -> None:
        aggregate.last_year = self.last_year


class PlanCertified(Event):
    """地域再生計画の認定 (地域再生法 5条, 13条1項): no decision without it."""

    TOPIC = "project.plan_certified"

    certificate_no: str

    def apply(self, aggregate: Any) -> None:
        aggregate.certificate_no = self.certificate_no
        aggregate.certified_by = self.act.by
        aggregate.certified_on = self.act.on


class ParticipationRecorded(Event):
    """参画の記録: a body of one of the six sectors took part in a stage (seed G48, G49)."""

    TOPIC = "project.participation_recorded"

    stage: str
    sector: str
    body: str

    def apply(self, aggregate: Any) -> None:
        aggregate.participations.append((self.stage, self.sector, self.body))


class ProjectEnded(Event):
    """事業の終了, after the last year is closed."""

    TOPIC = "project.ended"

    def apply(self, aggregate: Any) -> None:
        aggregate.ended_on = self.act.on


class Project(Aggregate):
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

    def __init__(self) -> None:
        self.authority = self.title = self.strategy = self.programme = ""
        self.first_year = self.last_year = 0
        self.components: list[PlannedComponent] = []
        self.kpis: list[PlannedKpi] = []
        self.planned_on = date.min
        self.planned_by: set[str] = set()
        self.imported = False
        self.certificate_no = self.certified_by = ""
        self.certified_on: date | None = None
        self.participations: list[tuple[str, str, str]] = []
        self.ended_on: date | None = None

    def plan(self, event: ProjectPlanned | ProjectPlanRevised) -> None:
        """Take over a plan (called by events only)."""
        self.title, self.strategy = event.title, event.strategy
        self.first_year, self.last_year = event.first_year, event.last_year
        self.components, self.kpis = event.components, event.kpis
        self.planned_by.add(event.act.by)

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

    def revise_plan(self, act: Act, **plan: Any) -> None:
        """Replace the plan by that of a corrected application."""
        self.trigger(ProjectPlanRevised, act, **plan)

    def change_period(self, act: Act, *, change: str, last_year: int) -> None:
        """Move the last fiscal year of the plan, with the approval of a change."""
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
