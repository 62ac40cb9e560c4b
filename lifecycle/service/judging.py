"""Between the projections and the rules: what stands in each window, as plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain

import msgspec

from lifecycle.aggregates import Grant, Project
from lifecycle.aggregates.facts import Share, Window
from lifecycle.errors import Finding
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.programme.authorities import check_code
from lifecycle.projections import cap_usage
from lifecycle.projections.cap_usage import Amounts, CapRow, Rows, overlapping, overlaps
from lifecycle.rules import caps, refuse_or_warn
from lifecycle.rules.caps import Filled, Place
from lifecycle.service.desk import Desk
from lifecycle.service.waiving import own_hand_findings, waived_rules, with_waivers

Held = Mapping[str, Amounts]
"""What the matter itself already holds in the windows, by kind: not counted against it."""


def place_of(desk: Desk, project: Project, fiscal_year: int, *, last_year: int | None = None) -> Place:
    """Where a grant's money falls; the tier is that of the business date (lifecycle.md 2.1)."""
    return Place(
        authority=project.authority,
        tier=check_code(project.authority, desk.act.on).tier,
        fiscal_year=fiscal_year,
        project=project.id,
        first_year=project.first_year,
        last_year=last_year or project.last_year,
    )


def windows(desk: Desk, rules: Rules, place: Place, kinds: Iterable[str]) -> list[Window]:
    """The windows that cover money of these kinds, with the limits that may be used today."""
    found = caps.windows_for(rules, place, kinds, desk.act.on, confirmed=desk.is_confirmed(rules))
    return with_waivers(desk.transaction, place.authority, found, desk.act.on)


def filled(
    desk: Desk, authority: str, covering: Iterable[Window], held: Held, on: date | None = None
) -> list[Filled]:
    """What stands in each window without what the matter itself holds.

    With a business date: as full as it stood on that date or any later one, for a decision that takes effect then.
    A plan window brings with it every other plan of the authority that overlaps it: each has its own total.
    """
    covering = list(covering)
    rows = desk.transaction.cap_rows(authority)
    came_back_on = _came_back_on(desk, rows, covering, on or date.max)
    moments = _from(desk, authority, rows, on if came_back_on else None)
    now, *before = [
        _filled(then, [_as_it_was(window, rows, then) for window in covering], held) for then in moments
    ]
    fullest = {place.window.window: place for place in now}
    for place in chain(*before):
        known = fullest.get(place.window.window)
        if known is None:
            fullest[place.window.window] = replace(place, freed_on=came_back_on)
        elif place.taken_yen > known.taken_yen:
            row = rows.get(place.window.window)
            fullest[place.window.window] = replace(
                place,
                window=known.window,
                requested_yen=known.requested_yen,
                freed_on=(row and row.freed_on) or came_back_on,
            )
    return list(fullest.values())


def _from(desk: Desk, authority: str, rows: Rows, on: date | None) -> Iterator[Rows]:
    """The rows now and, from a business date on, as they stood when it and every later one was over."""
    yield rows
    if on:
        days = list(cap_usage.by_day(desk.transaction.events_of(authority)))
        begun = sum(day <= on for day, _ in days)
        yield from (then for _, then in days[max(0, begun - 1) :])


def _came_back_on(desk: Desk, rows: Rows, covering: list[Window], on: date) -> date | None:
    """The last day after a business date on which room came back, or None.

    A decision dated before a grant was withdrawn, or before a plan was shortened, must fit beside it: on the
    effective clock both stood that day. A plan that ends before a judged one begins may have met it until then, and
    a judged one others that begin after it.
    """
    freed = [row.freed_on for row in rows.values() if row.freed_on]
    begins = max((window.first_year or 0 for window in covering if window.period == "plan"), default=0)
    ended = (
        r.window for r in rows.values() if r.window.period == "plan" and (r.window.last_year or 0) < begins
    )
    met = [*ended, *(window for window in covering if window.period == "plan")]
    plans = (desk.transaction.find(Project, window.project or "") for window in met)
    freed += [project.shortened_on for project in plans if project]
    return max((day for day in freed if day > on), default=None)


def _as_it_was(window: Window, rows: Rows, then: Rows) -> Window:
    """A judged plan's window over the years that it had then; one that is about to move is judged where it goes."""
    now, was = rows.get(window.window), then.get(window.window)
    if window.period != "plan" or not now or not was or now.window.last_year != window.last_year:
        return window
    return msgspec.structs.replace(window, last_year=was.window.last_year)


def _filled(rows: Rows, covering: list[Window], held: Held) -> list[Filled]:
    out = []
    for window in covering:
        own = held.get(window.kind, Amounts())
        if window.period == "plan":
            out += _filled_plans(rows, window, own)
        else:
            row = rows.get(window.window) or CapRow(window)
            out.append(_without(window, row.total, own))
    return out


def _filled_plans(rows: Rows, window: Window, held: Amounts) -> list[Filled]:
    plans = {name: row for name, row in rows.items() if row.window.period == "plan"}
    own = plans[window.window].own if window.window in plans else Amounts()
    plans[window.window] = CapRow(window, own=own)
    touched = [_limited(row.window, window) for row in plans.values() if overlaps(row.window, window)]
    touched.sort(key=lambda plan: plan.window != window.window)
    total_of = overlapping(plans.values())
    return [_without(plan, total_of(plan), held) for plan in touched]


def _limited(plan: Window, judged: Window) -> Window:
    """A plan decided elsewhere before its caps were confirmed has no limit of its own: it gets the judged one's."""
    if plan.limit_yen is not None:
        return plan
    return msgspec.structs.replace(plan, limit_yen=judged.limit_yen)


def _without(window: Window, total: Amounts, held: Amounts) -> Filled:
    rest = total - held
    return Filled(window, rest.used_yen, rest.reserved_yen, rest.requested_yen)


def held_by(grant: Grant) -> Held:
    """What a grant holds in its windows now, by kind."""
    return sum_by_kind(grant.shares())


def sum_by_kind(shares: Iterable[Share]) -> dict[str, Amounts]:
    """Amounts of shares, added up by kind."""
    out: dict[str, Amounts] = {}
    for share in shares:
        amounts = Amounts(share.requested_yen, share.reserved_yen, share.committed_yen)
        out[share.kind] = out.get(share.kind, Amounts()) + amounts
    return out


def yen_by_kind(grant: Grant, amounts_yen: Mapping[str, int]) -> dict[str, int]:
    """Yen by component, added up by kind."""
    out: dict[str, int] = {}
    for component_id, amount_yen in amounts_yen.items():
        kind = grant.components[component_id].kind
        out[kind] = out.get(kind, 0) + amount_yen
    return out


def waived(desk: Desk, authority: str) -> set[str]:
    """Rules beside the caps that are lifted for an authority on the business date."""
    return waived_rules(desk.transaction, authority, desk.act.on)


def told_or_refused(
    desk: Desk,
    authority: str,
    rules: Rules,
    found: Iterable[Finding],
    places: list[Filled],
    asked_yen: Mapping[str, int],
    justifications: Mapping[str, str],
) -> list[Finding]:
    """A decision held against the limits of its windows, together with what else was found of it.

    Returns the guidelines passed with a reason, and what a waiver of the deciding officer's own made possible.

    Raises:
        Refusal: as `refuse_or_warn`.
    """
    found = [
        *found,
        *caps.undetermined_findings(places, rules.id),
        *caps.decision_findings(places, asked_yen),
    ]
    lifting = waived(desk, authority)
    told = refuse_or_warn(found, justifications, lifting)
    lifted = {finding.rule for finding in found if finding.rule in lifting and finding.strength == "hard"}
    lifted |= caps.lifted_rules(places, asked_yen, rules)
    return told + own_hand_findings(desk, authority, lifted)
