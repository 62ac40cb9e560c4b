"""上限額の使用状況: yen asked, reserved and used per window. The only money that rules may read.

Written in the command's own transaction, row by row, each by a conditional update; rebuilt from the log by
the very same fold. A window's row carries the limit as it stood when the row last changed.

A plan window (infrastructure over the plan period) is kept per project. Its totals add up every plan of the
authority that overlaps it in time (lifecycle.md 2.1: two overlapping plans are summed); `own_*_yen` are the
project's own part, from which the totals are derived whenever one of them changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, singledispatch
from itertools import groupby

import msgspec
from msgspec.structs import replace

from lifecycle.aggregates.base import Event
from lifecycle.aggregates.facts import Share, Window
from lifecycle.aggregates.grant import (
    GrantEvent,
    afterwards,
    application,
    change,
    decision,
    payment,
    revocation,
    supervision,
)
from lifecycle.aggregates.project_events import ProjectPeriodChanged, ProjectPlanRevised
from lifecycle.values import authority_of, project_of


class Amounts(msgspec.Struct, frozen=True):
    """Yen asked for, reserved by adoption, and used (committed, or settled once settled)."""

    requested_yen: int = 0
    reserved_yen: int = 0
    used_yen: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.requested_yen + other.requested_yen,
            self.reserved_yen + other.reserved_yen,
            self.used_yen + other.used_yen,
        )

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.requested_yen - other.requested_yen,
            self.reserved_yen - other.reserved_yen,
            self.used_yen - other.used_yen,
        )


class CapRow(msgspec.Struct, frozen=True):
    """One window of one authority.

    `seq` counts the events that touched it; `freed_on` is the last business date on which room came back: a
    decision dated before it must not use that room (see `by_day`).
    """

    window: Window
    total: Amounts = Amounts()
    own: Amounts = Amounts()
    seq: int = 0
    freed_on: date | None = None

    @property
    def taken_yen(self) -> int:
        """Yen reserved and used: what a decision leaves room beside."""
        return self.total.reserved_yen + self.total.used_yen

    @property
    def authority(self) -> str:
        """The authority whose cap this is."""
        return self.window.window.partition("/")[0]


class Effect(msgspec.Struct, frozen=True):
    """What an event does to one kind of money of one grant, in the windows it names."""

    kind: str
    amounts: Amounts


NOTHING = Amounts()

Rows = dict[str, CapRow]
"""Cap rows by window."""

PLAN_MOVED = (ProjectPeriodChanged, ProjectPlanRevised)
PlanMoved = ProjectPeriodChanged | ProjectPlanRevised
"""A plan reaches over other years than before."""

Span = tuple[str, str, int, int]
"""Authority and kind of a plan, its first and its last fiscal year."""


@singledispatch
def effects(event: object) -> tuple[Iterable[Effect], Iterable[Window]]:
    """What an event does to the caps; events without a handler do nothing."""
    del event
    return (), ()


@effects.register
def _(event: application.Submitted) -> tuple[Iterable[Effect], Iterable[Window]]:
    """交付申請 adds demand."""
    asked = [Effect(line.kind, Amounts(requested_yen=line.requested_yen)) for line in event.components]
    return asked, event.windows


@effects.register
def _(event: application.Withdrawn) -> tuple[Iterable[Effect], Iterable[Window]]:
    """取下げ releases whatever the grant held."""
    return _released(event.released), event.windows


@effects.register
def _(event: decision.NotAdopted) -> tuple[Iterable[Effect], Iterable[Window]]:
    """不採択 releases the demand."""
    return _released(event.released), event.windows


@effects.register
def _(event: decision.Rejected) -> tuple[Iterable[Effect], Iterable[Window]]:
    """不交付決定 releases demand and reservation."""
    return _released(event.released), event.windows


@effects.register
def _(event: decision.Adopted) -> tuple[Iterable[Effect], Iterable[Window]]:
    """採択 reserves; the demand stays until the decision."""
    return [Effect(s.kind, Amounts(reserved_yen=s.reserved_yen)) for s in event.shares], event.windows


@effects.register
def _(event: decision.Approved) -> tuple[Iterable[Effect], Iterable[Window]]:
    """交付決定 turns demand and reservation into use."""
    return [
        Effect(s.kind, Amounts(-s.requested_yen, -s.reserved_yen, s.committed_yen)) for s in event.shares
    ], event.windows


@effects.register
def _(event: decision.DecisionImported) -> tuple[Iterable[Effect], Iterable[Window]]:
    """既決定の取込み uses the cap like any decision."""
    return [Effect(c.kind, Amounts(used_yen=c.requested_yen)) for c in event.components], event.windows


@effects.register
def _(event: change.ChangeApproved) -> tuple[Iterable[Effect], Iterable[Window]]:
    """変更承認 moves the use by the difference."""
    return _moved_use(event.before, event.after), event.windows


@effects.register
def _(event: payment.Settled) -> tuple[Iterable[Effect], Iterable[Window]]:
    """額の確定 leaves only the fixed amount in use."""
    return [Effect(s.kind, Amounts(used_yen=s.settled_yen - s.committed_yen)) for s in event.shares], (
        event.windows
    )


@effects.register
def _(event: supervision.Abolished) -> tuple[Iterable[Effect], Iterable[Window]]:
    """廃止承認 releases what is given up."""
    return _moved_use(event.before, event.after), event.windows


@effects.register
def _(event: revocation.Revoked) -> tuple[Iterable[Effect], Iterable[Window]]:
    """取消 releases the sum, unless the programme holds it (penal_hold)."""
    return (_moved_use(event.before, event.after) if event.frees_room else ()), event.windows


@effects.register
def _(event: afterwards.InputTaxReported) -> tuple[Iterable[Effect], Iterable[Window]]:
    """消費税仕入控除税額報告 takes the tax's share out of use."""
    return _moved_use(event.before, event.after), event.windows


@cache
def _effects_of(event_class: type) -> Callable[[object], tuple[Iterable[Effect], Iterable[Window]]]:
    """What `effects` does of one class, looked up once."""
    return effects.dispatch(event_class)


def _moved_use(before: Iterable[Share], after: Iterable[Share]) -> list[Effect]:
    held = {share.component: share.committed_yen + share.settled_yen for share in before}
    return [
        Effect(s.kind, Amounts(used_yen=s.committed_yen + s.settled_yen - held[s.component])) for s in after
    ]


def _released(shares: Iterable[Share]) -> list[Effect]:
    return [Effect(s.kind, Amounts(-s.requested_yen, -s.reserved_yen, -s.committed_yen)) for s in shares]


def apply(rows: Mapping[str, CapRow], event: object) -> Rows:
    """Fold one event; returns the rows that changed. `rows` must hold every row of the event's authority.

    An event counts once in each row it changes, however many amounts it moves there.
    """
    return {name: _counted(rows.get(name), row, event) for name, row in _changed(rows, event).items()}


def by_day(events: Iterable[Event]) -> Iterator[tuple[date, Rows]]:
    """Business dates, and one authority's rows as they stood when each was over: the caps on the effective clock."""
    rows: Rows = {}
    moves: dict[str, PlanMoved] = {}
    for on, of_the_day in groupby(sorted(events, key=_effective_on), _effective_on):
        for event in of_the_day:
            rows = {**rows, **apply(rows, event)}
            if isinstance(event, PLAN_MOVED):
                moves[event.originator_id] = event
            elif move := moves.get(project_of(event.originator_id)):
                # What was recorded before its plan was moved, and takes effect after that, names the years of before.
                rows = {**rows, **_settle_plans(rows, _moved(rows, move))}
        yield on, rows


def _effective_on(event: Event) -> date:
    return event.act.on


def _counted(before: CapRow | None, after: CapRow, event: object) -> CapRow:
    if before is None:
        return replace(after, seq=1)
    freed_on, now, then = before.freed_on, after.total, before.total
    if now.reserved_yen + now.used_yen < then.reserved_yen + then.used_yen and isinstance(event, Event):
        freed_on = max(freed_on or date.min, event.act.on)
    return CapRow(after.window, after.total, after.own, before.seq + 1, freed_on)


def _changed(rows: Mapping[str, CapRow], event: object) -> Rows:
    if isinstance(event, PLAN_MOVED):
        return _settle_plans(rows, _moved(rows, event))
    if isinstance(event, application.Resubmitted):
        out = _add(rows, _released(event.replaced), event.replaced_windows)
        asked = [Effect(line.kind, Amounts(requested_yen=line.requested_yen)) for line in event.components]
        return {**out, **_add({**rows, **out}, asked, event.windows)}
    return _add(rows, *_effects_of(type(event))(event))  # type: ignore[arg-type]  # every class has a hash


def _add(rows: Mapping[str, CapRow], changes: Iterable[Effect], windows: Iterable[Window]) -> Rows:
    by_kind: dict[str, Amounts] = {}
    for effect in changes:
        held = by_kind.get(effect.kind)
        by_kind[effect.kind] = effect.amounts if held is None else held + effect.amounts
    out: Rows = {}
    for window in windows:
        amounts = by_kind.get(window.kind, NOTHING)
        row = rows.get(window.window)
        if row is None:
            if amounts == NOTHING:
                continue
            row = CapRow(window)
        # A release leaves limit and period as the last increase set them: a later waiver or change stands; and a
        # decision under an unconfirmed version does not make a known limit undetermined.
        grows = amounts.used_yen + amounts.reserved_yen > 0 or amounts.requested_yen > 0
        takes_over = grows and (window.limit_yen is not None or not row.seq)
        out[window.window] = CapRow(
            _as_far_as(row.window, window) if takes_over else row.window,
            row.total + amounts,
            row.own + amounts,
            row.seq,
            row.freed_on,
        )
    return _settle_plans(rows, out)


def _as_far_as(held: Window, window: Window) -> Window:
    """A window anew, over the years that it has: they move with the plan alone, whenever its grants are decided."""
    if (window.first_year, window.last_year) == (held.first_year, held.last_year):
        return window
    return replace(window, first_year=held.first_year, last_year=held.last_year)


def _moved(rows: Mapping[str, CapRow], event: PlanMoved) -> Rows:
    """The project's own windows over its new fiscal years."""
    return {
        name: replace(row, window=replace(row.window, last_year=event.last_year))
        for name, row in rows.items()
        if row.window.project == event.originator_id
    }


def _settle_plans(rows: Mapping[str, CapRow], changed: Rows) -> Rows:
    """Derive the totals of plan windows again, where one of the authority's plans changed."""
    if "plan" not in {row.window.period for row in changed.values()}:
        return changed
    plans = {n: row for n, row in {**rows, **changed}.items() if row.window.period == "plan"}
    total_of = overlapping(plans.values())
    for name, row in plans.items():
        total = total_of(row.window)
        if total != row.total:
            changed[name] = replace(row, total=total)
    return changed


def overlapping(plans: Iterable[CapRow]) -> Callable[[Window], Amounts]:
    """From a plan's window to what stands in all `plans` that overlap it, itself among them if it is one.

    An authority may have hundreds of plans, but they lie on few spans of years: those are held against one another.
    """
    by_span: dict[Span, Amounts] = {}
    for row in plans:
        span = _span(row.window)
        held = by_span.get(span)
        by_span[span] = row.own if held is None else held + row.own
    totals: dict[Span, Amounts] = {}

    def total_of(window: Window) -> Amounts:
        span = _span(window)
        if span not in totals:
            totals[span] = sum((held for other, held in by_span.items() if _meet(span, other)), NOTHING)
        return totals[span]

    return total_of


def overlaps(one: Window, other: Window) -> bool:
    """True when two plans of one authority and kind share a fiscal year."""
    return _meet(_span(one), _span(other))


def _span(plan: Window) -> Span:
    return plan.window.partition("/")[0], plan.kind, plan.first_year or 0, plan.last_year or 0


def _meet(one: Span, other: Span) -> bool:
    return one[:2] == other[:2] and one[2] <= other[3] and other[2] <= one[3]


def authority_touched(event: object) -> str | None:
    """The authority whose rows an event may change, or None."""
    if isinstance(event, Event) and moves_caps(type(event)):
        return authority_of(event.originator_id)
    return None


@cache
def moves_caps(event_class: type[Event]) -> bool:
    """True for an event that may change the rows of its authority."""
    if issubclass(event_class, (*PLAN_MOVED, application.Resubmitted)):
        return True
    return issubclass(event_class, GrantEvent) and event_class in effects.registry
