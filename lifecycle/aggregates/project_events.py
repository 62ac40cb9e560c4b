"""The facts of a project: planned, certified, amended, supported, tagged, ended."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from lifecycle.aggregates.base import Created, Event
from lifecycle.aggregates.corrections import put_right
from lifecycle.aggregates.facts import PlannedComponent, PlannedKpi


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
        aggregate.reach(self.last_year, self.act.on)
        aggregate.plan(self)
        if aggregate.certified_on:
            aggregate.replaced_on = self.act.on


class ProjectDecisionImported(Created):
    """既決定の事業 (contract section 4): known only from a decision elsewhere; one fiscal year, no plan, no KPI."""

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
        aggregate.reach(self.last_year, self.act.on)


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


class ProjectCorrected(Event):
    """訂正 of an earlier event (lifecycle.md event 60): it stays; what it should have said follows it."""

    TOPIC = "project.corrected"

    event: int
    event_type: str
    key: str
    replacement: dict[str, str]
    was: dict[str, str]

    def apply(self, aggregate: Any) -> None:
        put_right(aggregate, self.event_type, self.key, self.replacement)
        if self.event_type in ("project.planned", "project.plan_revised"):
            aggregate.planned_by.add(self.act.by)


class ProjectEnded(Event):
    """事業の終了 (lifecycle.md event 57), after the last year is closed."""

    TOPIC = "project.ended"

    def apply(self, aggregate: Any) -> None:
        aggregate.ended_on = self.act.on


class SupportGiven(Event):
    """伴走支援 by the State (seed G45)."""

    TOPIC = "project.support_given"

    held_on: date
    content: str

    def apply(self, aggregate: Any) -> None:
        aggregate.supports.append((self.held_on, self.content))


class PlanAmended(Event):
    """計画の変更認定, or a minor change reported (地域再生法 7条)."""

    TOPIC = "project.plan_amended"

    certificate_no: str
    content: str
    minor: bool

    def apply(self, aggregate: Any) -> None:
        told = {"content": self.content, "minor": self.minor, "on": self.act.on, "by": self.act.by}
        was = {"certificate_no": self.certificate_no, "was": aggregate.certificate_no}
        aggregate.amendments.append({**was, **told})
        aggregate.certificate_no = self.certificate_no
        aggregate.replaced_on = None


class TargetRevised(Event):
    """目標値の変更 (lifecycle.md section 3): a new version of a KPI's targets; the log keeps the old."""

    TOPIC = "project.target_revised"

    kpi: str
    targets: dict[str, str]

    def apply(self, aggregate: Any) -> None:
        was = next(({**kpi.targets} for kpi in aggregate.kpis if kpi.id == self.kpi), {})
        told = {"on": self.act.on, "by": self.act.by, "reason": self.act.reason}
        aggregate.target_revisions.append({"kpi": self.kpi, "was": was, "targets": self.targets, **told})
        aggregate.kpis = [
            msgspec.structs.replace(kpi, targets={**kpi.targets, **self.targets})
            if kpi.id == self.kpi
            else kpi
            for kpi in aggregate.kpis
        ]


class ProjectTagged(Event):
    """地方創生2.0 のタグ of a project: visions, stances, pillars (seed B02, B08, B09)."""

    TOPIC = "project.tagged"

    tags: list[str]

    def apply(self, aggregate: Any) -> None:
        aggregate.tags = self.tags


class TargetLinked(Event):
    """KPI と国の目標の対応 (seed B03-B07)."""

    TOPIC = "project.target_linked"

    kpi: str
    target: str

    def apply(self, aggregate: Any) -> None:
        aggregate.national_targets[self.kpi] = self.target


class EvidenceDisposed(Event):
    """証拠書類の廃棄 (lifecycle.md event 58), after the years they had to be kept."""

    TOPIC = "project.evidence_disposed"

    kept_until: date

    def apply(self, aggregate: Any) -> None:
        aggregate.evidence_disposed_on = self.act.on
