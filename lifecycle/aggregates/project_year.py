"""A project in one fiscal year (効果検証の年度): measured, verified, evaluated, improved, published, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, Aggregate, Created, Event, refuse_before
from lifecycle.aggregates.corrections import Correctable, put_right
from lifecycle.aggregates.facts import PlannedKpi
from lifecycle.errors import (
    AlreadyRecorded,
    BadInput,
    KpiMissing,
    NotFound,
    PublicationMissing,
    SameOfficer,
    WrongStatus,
)
from lifecycle.values import fiscal_year_begins

PARTS = ("verification", "evaluation", "measures")
"""The three parts that must be published (seed G51, G52, G53)."""


class YearBegun(Created):
    """年度の開始 (lifecycle.md section 3): the KPIs and targets of the year's effect, as the plan has them now."""

    TOPIC = "project_year.begun"

    project: str
    fiscal_year: int
    kpis: list[PlannedKpi]

    def apply(self, aggregate: Any) -> None:
        aggregate.project, aggregate.fiscal_year = self.project, self.fiscal_year
        aggregate.kpis = {kpi.id: kpi for kpi in self.kpis}


class Measured(Event):
    """KPI実績値 of the year (lifecycle.md event 52). Measured again before the verification, it is replaced."""

    TOPIC = "project_year.measured"

    kpi: str
    actual: str

    def apply(self, aggregate: Any) -> None:
        aggregate.actuals[self.kpi] = self.actual
        aggregate.done("measured", self.act.on)
        aggregate.measured_by = aggregate.measured_by | {self.act.by}


class EffectVerified(Event):
    """効果検証 by an outside body or the assembly, in the year after the work (seed G50)."""

    TOPIC = "project_year.effect_verified"

    body: str
    meeting: str
    held_on: date
    sectors: list[str]
    opinion: str

    def apply(self, aggregate: Any) -> None:
        aggregate.verifications[self.body] = Verification(
            self.body, self.meeting, self.held_on, self.sectors, self.opinion, self.act.by
        )
        aggregate.done("verified", self.act.on)


class Evaluated(Event):
    """評価 (lifecycle.md event 54): a class per KPI; `by_rule` is what the rule gave, 0 where it gives none."""

    TOPIC = "project_year.evaluated"

    classes: dict[str, int]
    by_rule: dict[str, int]
    cause: str

    def apply(self, aggregate: Any) -> None:
        aggregate.classes, aggregate.cause = self.classes, self.cause
        aggregate.evaluated_by = aggregate.evaluated_by | {self.act.by}
        aggregate.done("evaluated", self.act.on)


class ImprovementPlanned(Event):
    """改善方策 (lifecycle.md event 54): what is done, by whom and when, and what becomes of the project."""

    TOPIC = "project_year.improvement_planned"

    measures: str
    owner: str
    due_on: date
    future: str

    def apply(self, aggregate: Any) -> None:
        aggregate.improvement = Improvement(self.measures, self.owner, self.due_on, self.future)
        aggregate.done("improved", self.act.on)


class Published(Event):
    """公表 of one part, with address and digest (seed G51, G52, G53)."""

    TOPIC = "project_year.published"

    part: str
    url: str
    digest: str

    def apply(self, aggregate: Any) -> None:
        aggregate.published[self.part] = Publication(self.part, self.act.on, self.url, self.digest)


class YearClosed(Event):
    """年度の終了: all three parts stand published (seed G51-G53)."""

    TOPIC = "project_year.closed"

    def apply(self, aggregate: Any) -> None:
        aggregate.closed_on = self.act.on


class YearCorrected(Event):
    """訂正 of an earlier event (lifecycle.md event 60): it stays; what it should have said follows it."""

    TOPIC = "project_year.corrected"

    event: int
    event_type: str
    key: str
    replacement: dict[str, str]
    was: dict[str, str]

    def apply(self, aggregate: Any) -> None:
        put_right(aggregate, self.event_type, self.key, self.replacement)
        if self.event_type == Measured.TOPIC:
            aggregate.measured_by = aggregate.measured_by | {self.act.by}


@dataclass(frozen=True, slots=True)
class Verification:
    """効果検証 as recorded."""

    body: str
    meeting: str
    held_on: date
    sectors: list[str]
    opinion: str
    by: str


@dataclass(frozen=True, slots=True)
class Improvement:
    """改善方策 as recorded."""

    measures: str
    owner: str
    due_on: date
    future: str


@dataclass(frozen=True, slots=True)
class Publication:
    """公表 as recorded."""

    part: str
    on: date
    url: str
    digest: str


class ProjectYear(Correctable, Aggregate):
    """効果検証の年度. Stream `PROJECT/effect-FISCALYEAR`."""

    TOPIC = "project_year"
    Event = Event
    Begun = YearBegun
    Measured = Measured
    EffectVerified = EffectVerified
    Evaluated = Evaluated
    ImprovementPlanned = ImprovementPlanned
    Published = Published
    Closed = YearClosed
    Corrected = YearCorrected

    def __init__(self) -> None:
        self.project = ""
        self.fiscal_year = 0
        self.kpis: dict[str, PlannedKpi] = {}
        self.actuals: dict[str, str] = {}
        self.measured_by: frozenset[str] = frozenset()
        self.verifications: dict[str, Verification] = {}
        self.classes: dict[str, int] = {}
        self.cause = ""
        self.evaluated_by: frozenset[str] = frozenset()
        self.steps: dict[str, date] = {}
        self.improvement: Improvement | None = None
        self.published: dict[str, Publication] = {}
        self.closed_on: date | None = None

    @property
    def name(self) -> str:
        """The year for people: project and fiscal year."""
        return f"{self.project} fiscal year {self.fiscal_year}"

    @property
    def _begins(self) -> date:
        return fiscal_year_begins(self.fiscal_year)

    @property
    def unpublished(self) -> list[str]:
        """Parts that are not published yet, in their order."""
        return [part for part in PARTS if part not in self.published]

    def measure(self, act: Act, *, kpi: str, actual: str) -> None:
        """KPI実績値.

        Raises:
            NotFound: the plan has no such KPI.
            WrongStatus: it is verified already, or the year is closed.
            TooEarly: before the fiscal year begins.
        """
        refuse_before(self._begins, act.on, f"the beginning of fiscal year {self.fiscal_year}")
        if kpi not in self.kpis:
            known = ", ".join(self.kpis) or "none"
            raise NotFound(f"{self.name} has no KPI {kpi}; the plan's KPIs: {known}")
        if self.verifications:
            raise WrongStatus(
                f"{self.name} is verified; its actual values stand (correct them by a correction)"
            )
        self.trigger(Measured, act, kpi=kpi, actual=actual)

    def verify_effect(
        self, act: Act, *, body: str, meeting: str, held_on: date, sectors: list[str], opinion: str
    ) -> None:
        """効果検証, once every KPI has its actual value, by another officer than who reported them.

        Raises:
            SameOfficer: who reported a value would verify it.
            KpiMissing: a KPI has no actual value.
            AlreadyRecorded: this body has verified the year.
            BadInput: the meeting lies after the business date.
            TooEarly: the meeting lies before the fiscal year.
        """
        refuse_before(self._begins, held_on, f"the beginning of fiscal year {self.fiscal_year}")
        if act.by in self.measured_by | self.evaluated_by:
            raise SameOfficer(
                f"{act.by} reported or evaluated KPI values of {self.name} and may not verify them"
            )
        if missing := [kpi for kpi in self.kpis if kpi not in self.actuals]:
            raise KpiMissing(
                f"{self.name} has no actual value for KPI {', '.join(missing)}; measure it first"
            )
        if body in self.verifications:
            raise AlreadyRecorded(f"{self.name} is verified by {body} already")
        if held_on > act.on:
            raise BadInput(f"held_on {held_on} lies after the business date {act.on}")
        self._refuse_if_closed()
        self._refuse_before(act, "measured")
        self.trigger(
            EffectVerified,
            act,
            body=body,
            meeting=meeting,
            held_on=held_on,
            sectors=sectors,
            opinion=opinion,
        )

    def evaluate(self, act: Act, *, classes: dict[str, int], by_rule: dict[str, int], cause: str) -> None:
        """評価, once an outside body has verified.

        Raises:
            WrongStatus: it is not verified, or published already.
        """
        self._refuse_unverified("evaluating")
        self._refuse_published("evaluation")
        self._refuse_before(act, "verified")
        self.trigger(Evaluated, act, classes=classes, by_rule=by_rule, cause=cause)

    def plan_improvement(self, act: Act, *, measures: str, owner: str, due_on: date, future: str) -> None:
        """改善方策, once evaluated.

        Raises:
            WrongStatus: it is not evaluated, or published already.
        """
        if not self.evaluated_by:
            raise WrongStatus(f"{self.name} is not evaluated; evaluate it first")
        self._refuse_published("measures")
        self._refuse_before(act, "evaluated")
        self.trigger(ImprovementPlanned, act, measures=measures, owner=owner, due_on=due_on, future=future)

    def publish(self, act: Act, *, part: str, url: str, digest: str) -> None:
        """公表 of a part that exists.

        Raises:
            WrongStatus: there is nothing to publish yet, or the year is closed.
            AlreadyRecorded: the part is published.
        """
        self._refuse_if_closed()
        ready = {
            "verification": bool(self.verifications),
            "evaluation": bool(self.evaluated_by),
            "measures": self.improvement is not None,
        }
        if not ready[part]:
            raise WrongStatus(f"{self.name} has no {part} to publish yet")
        if part in self.published:
            raise AlreadyRecorded(f"{part} of {self.name} is published at {self.published[part].url}")
        self._refuse_before(
            act, {"verification": "verified", "evaluation": "evaluated", "measures": "improved"}[part]
        )
        self.trigger(Published, act, part=part, url=url, digest=digest)

    def close_year(self, act: Act, *, published: bool = True) -> None:
        """年度の終了, by another officer than who reported or evaluated. `published`: the three parts have to be.

        Raises:
            PublicationMissing: one of the three parts is not published.
            SameOfficer: who reported or evaluated would close.
            AlreadyRecorded: it is closed.
        """
        if self.closed_on:
            raise AlreadyRecorded(f"{self.name} was closed on {self.closed_on}")
        if act.by in self.measured_by | self.evaluated_by:
            raise SameOfficer(f"{act.by} reported or evaluated {self.name} and may not close it")
        if published and self.unpublished:
            raise PublicationMissing(
                f"{self.name} can't be closed: not published: {', '.join(self.unpublished)} (seed G51-G53)"
            )
        for part in self.published.values():
            refuse_before(part.on, act.on, f"the publication of {part.part}")
        self.trigger(YearClosed, act)

    def done(self, step: str, on: date) -> None:
        """Note the last day of a step (called by events only)."""
        self.steps[step] = max(on, self.steps.get(step, on))

    def _refuse_before(self, act: Act, step: str) -> None:
        """Nothing takes effect before the step it builds on."""
        if step in self.steps:
            refuse_before(self.steps[step], act.on, f"{self.name} was {step}")

    def _refuse_if_closed(self) -> None:
        if self.closed_on:
            raise WrongStatus(f"{self.name} was closed on {self.closed_on}")

    def _refuse_unverified(self, doing: str) -> None:
        if "external" not in self.verifications:
            raise WrongStatus(f"{self.name} is not verified by an outside body; {doing} comes after it")

    def _refuse_published(self, part: str) -> None:
        if part in self.published:
            raise WrongStatus(f"{part} of {self.name} is published; it stands")


def stream_of(project: str, fiscal_year: int) -> str:
    """The stream of a project's effect-year."""
    return f"{project}/effect-{fiscal_year}"
