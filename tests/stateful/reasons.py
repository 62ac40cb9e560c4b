"""For which reasons a command must be refused: each told by itself, none before another.

The program reports one of several reasons, in an order of its own. Here only this is claimed: it refuses when
there is a reason, with the code of one of them, and accepts when there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from store.office import DOES, PARTS

from .book import (
    BOUND,
    DEAD,
    NEW_APPLICATIONS,
    OPEN,
    ROLES,
    YEARS,
    Matter,
    Plan,
    by_kind,
    parts_of,
)
from .room import Room

Fields = dict[str, Any]
Why = Iterator[str]

NEEDS = {do: ROLES[officer][0] for do, officer in DOES.items() if officer in ROLES}
"""The role each command needs."""
CRITERIA = 4


class Reasons(Room):
    """One method per command, named after it."""

    def reasons(self, do: str, fields: Fields) -> set[str]:
        """The codes of all reasons for which this command must be refused."""
        if NEEDS[do] not in ROLES[fields["by"]]:
            return {"role_missing"}
        return set(getattr(self, f"against_{do}")(fields, date.fromisoformat(fields["on"])))

    # ------------------------------------------------------------------ applications

    def against_submit(self, fields: Fields, on: date) -> Why:
        application = fields["application"]
        if application["kind"] == "continuing":
            yield from self._against_continuing(application, fields, on)
            return
        yield from self._not_theirs(fields, application["authority"])
        yield from self._round_closed(application, on)
        slot = "outside" if application.get("outside_limit") else "ordinary"
        if self.slots(application["authority"], application["round"], slot) >= NEW_APPLICATIONS[slot]:
            yield "application_limit"
        number = 1 + sum(
            plan.authority == application["authority"] and plan.first == application["first_year"]
            for plan in self.plans.values()
        )
        project = f"{application['authority']}-{application['first_year']}-{number:02d}"
        yield from self._against_plan(application, project, on, None)

    def _against_plan(self, application: Fields, project: str, on: date, own: Matter | None) -> Why:
        parts = parts_of(application)
        sums = dict.fromkeys(YEARS, 0)
        for kind, years in parts.values():
            sums[kind] += sum(share for _, share in years.values())
        if sums["infrastructure"] and not sums["soft"] + sums["facility"]:
            yield "combination_required"
        first, last = application["first_year"], application["last_year"]
        justified = bool(application.get("justifications"))
        yield from length_reasons(
            [(kind, set(years)) for kind, years in parts.values()], first, last, justified
        )
        asked = dict.fromkeys(YEARS, 0)
        for kind, years in parts.values():
            asked[kind] += years.get(first, (0, 0))[1]
        yield from self._too_much_demand(
            application["authority"], project, (first, last), first, asked, on, own
        )

    def _too_much_demand(
        self,
        authority: str,
        project: str,
        years: tuple[int, int],
        year: int,
        asked: dict[str, int],
        on: date,
        own: Matter | None,
    ) -> Why:
        if asked["soft"] > self.soft_to_ask(authority, year, on, own) and asked["soft"]:
            yield "cap_exceeded"
        room = self.infrastructure_to_ask(authority, project, years, own)
        if asked["infrastructure"] > room and asked["infrastructure"]:
            yield "cap_exceeded"

    def _against_continuing(
        self, application: Fields, fields: Fields, on: date, own: Matter | None = None
    ) -> Why:
        plan, year = self.plans.get(application["project"]), application["fiscal_year"]
        if plan is None:
            yield "not_found"
            return
        yield from self._not_theirs(fields, plan.authority)
        if plan.ended or not self.live_years(plan.id):
            yield "wrong_status"
        if on < max(plan.planned_on, plan.moved_on):
            yield "too_early"
        if not plan.first <= year <= plan.last:
            yield "bad_input"
        if own is None:
            yield from self._round_closed(application, on)
            if f"{plan.id}/{year}" in self.matters:
                yield "already_recorded"
        yield from self._against_parts(plan, self.continued(plan, application), year, on, own)
        for earlier in self.live_years(plan.id):
            effect = plan.effects.get(earlier)
            told = [day for day in effect.published.values() if day <= on] if effect else []
            if earlier <= year - 2 and len(told) < len(PARTS):
                yield "earlier_year_unpublished"

    def _against_parts(
        self,
        plan: Plan,
        parts: dict[str, tuple[str, dict[int, tuple[int, int]]]],
        year: int,
        on: date,
        own: Matter | None,
    ) -> Why:
        asked, whole = dict.fromkeys(YEARS, 0), dict.fromkeys(YEARS, 0)
        for kind, years in parts.values():
            asked[kind] += years.get(year, (0, 0))[1]
            whole[kind] += sum(share for _, share in years.values())
        if not any(asked.values()):
            yield "bad_input"
        if whole["infrastructure"] and not whole["soft"] + whole["facility"]:
            yield "combination_required"
        spans: dict[str, set[int]] = {}
        for kind, years in parts.values():
            spans.setdefault(kind, set()).update(years)
        if "period_too_long" in set(length_reasons(list(spans.items()), plan.first, plan.last, True)):
            yield "period_too_long"
        years_of_plan = (plan.first, plan.last)
        yield from self._too_much_demand(plan.authority, plan.id, years_of_plan, year, asked, on, own)

    def continued(self, plan: Plan, application: Fields) -> dict[str, tuple[str, dict[int, tuple[int, int]]]]:
        """The plan's parts with the year of a continuing application in the place of what was planned for it."""
        given, year = parts_of({"components": [], **application}), application["fiscal_year"]
        return {
            name: (
                kind,
                {
                    **{y: s for y, s in years.items() if y != year or name not in given},
                    **given.get(name, ("", {}))[1],
                },
            )
            for name, (kind, years) in plan.parts.items()
        }

    def against_return_for_correction(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "submitted")
        yield from early(matter, on)

    def against_resubmit(self, fields: Fields, on: date) -> Why:
        matter, application = self.matters[fields["grant"]], fields["application"]
        yield from self._not_theirs(fields, matter.authority)
        yield from unless(matter, "returned")
        yield from early(matter, on)
        if matter.application != application["kind"]:
            yield "bad_input"
        elif application["kind"] == "continuing":
            yield from self._against_continuing(application, fields, on, matter)
        else:
            if application["last_year"] < max(self.live_years(matter.project)):
                yield "bad_input"
            yield from self._against_plan(application, matter.project, on, matter)
            yield from self._against_correction(self.plans[matter.project], application["last_year"], on)

    def _against_correction(self, plan: Plan, last: int, on: date) -> Why:
        """A plan that is put right, dated back: after its last move, and beside what stood on that day."""
        if on < max(plan.planned_on, plan.moved_on):
            yield "too_early"
        moves = plan.infrastructure and last != plan.last
        if moves and self.infrastructure_to_decide(plan.authority, plan.id, (plan.first, last), on) < 0:
            yield "cap_exceeded"

    def against_withdraw(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from self._not_theirs(fields, matter.authority)
        yield from unless(matter, *OPEN, "approved")
        yield from early(matter, on)
        if matter.status == "approved":
            if matter.until is None or matter.paid:
                yield "wrong_status"
            if matter.until is not None and on > matter.until:
                yield "withdrawal_late"

    def against_score(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "submitted", "adopted")
        yield from early(matter, on)

    def against_certify_plan(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        if fields["by"] in plan.planners:
            yield "same_officer"
        if plan.certified:
            yield "already_recorded"

    def against_record_participation(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        yield from self._not_theirs(fields, plan.authority)
        if (plan.id, fields["stage"], fields["sector"], fields["body"]) in self.taken_part:
            yield "already_recorded"

    # ------------------------------------------------------------------ decisions

    def against_adopt(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "submitted")
        yield from self._undecidable(matter, fields, on)
        yield from self._ungrantable(matter, fields, on)

    def against_approve(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        plan = self.plans[matter.project]
        yield from unless(matter, "submitted", "adopted")
        yield from self._undecidable(matter, fields, on)
        yield from self._ungrantable(matter, fields, on)
        if len(matter.scored) < CRITERIA:
            yield "criteria_incomplete"
        if not plan.certified:
            yield "plan_not_certified"
        if any(on < day for day in [*matter.scored.values(), plan.certified or date.min]):
            yield "too_early"

    def against_not_adopt(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "submitted")
        yield from self._undecidable(matter, fields, on)

    def against_reject(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "submitted", "adopted")
        yield from self._undecidable(matter, fields, on)

    def _undecidable(self, matter: Matter, fields: Fields, on: date) -> Why:
        effects = self.plans[matter.project].effects.values()
        if fields["by"] in matter.by or any(fields["by"] in effect.measured for effect in effects):
            yield "same_officer"
        yield from early(matter, on)

    def granted(self, matter: Matter, fields: Fields) -> dict[str, int]:
        """What a decision gives each component."""
        default = "reserved" if matter.status == "adopted" else "asked"
        given = fields.get("amounts", {})
        return {name: given.get(name, getattr(line, default)) for name, line in matter.lines.items()}

    def _ungrantable(self, matter: Matter, fields: Fields, on: date) -> Why:
        amounts = self.granted(matter, fields)
        for name, amount in amounts.items():
            line = matter.lines[name]
            if amount > line.cost // 2:
                yield "rate_too_high"
            if amount > line.asked:
                yield "above_request"
        if not any(amounts.values()):
            yield "bad_input"
        if self.stands_alone(matter, amounts):
            yield "combination_required"
        justified = matter.justified or bool(fields.get("justifications"))
        last = self.plans[matter.project].last
        yield from self._does_not_fit(matter, last, by_kind(matter.lines, amounts), justified, on)

    def stands_alone(
        self,
        matter: Matter,
        amounts: dict[str, int],
        given_up: tuple[str, ...] = (),
        last: int | None = None,
    ) -> bool:
        """Whether infrastructure is all there is in the whole plan: this year as given, the others as they stand."""
        plan = self.plans[matter.project]
        matters = [m for m in self.matters.values() if m.project == plan.id]
        gone = {
            *given_up,
            *(n for m in matters for c in m.changes.values() if c.status == "approved" for n in c.drop),
        }
        whole = {**dict.fromkeys(YEARS, 0), **by_kind(matter.lines, amounts)}
        for other in (m for m in matters if m is not matter and m.status not in DEAD):
            what = {"submitted": "asked", "returned": "asked", "adopted": "reserved"}.get(
                other.status, "given"
            )
            for line in other.lines.values():
                whole[line.kind] += getattr(line, what)
        begun = {m.year for m in matters}
        for name, (kind, years) in plan.parts.items():
            if name not in gone:
                to_come = (year for year in years if year not in begun and year <= (last or year))
                whole[kind] += sum(years[year][1] for year in to_come)
        return bool(whole["infrastructure"]) and not whole["soft"] + whole["facility"]

    def _does_not_fit(
        self,
        matter: Matter,
        last: int,
        asked: dict[str, int],
        justified: bool,
        on: date,
        only: set[str] | None = None,
    ) -> Why:
        """Hold amounts by kind against every window, without what the grant holds itself."""
        authority, plan = matter.authority, self.plans[matter.project]
        judged = {kind: asked.get(kind, 0) for kind in YEARS if only is None or kind in only}
        kinds = {kind for kind, _ in plan.parts.values()} | {line.kind for line in matter.lines.values()}
        moved = last != plan.last and "infrastructure" in kinds
        if (any(judged.values()) or moved) and not self.is_limited(matter.programme, on):
            yield "programme_undetermined"
            return
        soft = judged.get("soft", 0)
        stands = self.in_fiscal_year(authority, "soft", matter.year, on, matter)
        if soft and soft + stands > self.soft_cap(authority, on):
            yield "cap_exceeded"
        if judged.get("infrastructure") or (moved and plan.infrastructure):
            years = (plan.first, last)
            room = self.infrastructure_to_decide(authority, plan.id, years, on, but=matter)
            if asked.get("infrastructure", 0) > room:
                yield "cap_exceeded"
        if not justified and self.passes_a_guideline(matter, judged, on):
            yield "guideline_unjustified"

    # ------------------------------------------------------------------ shared

    def _not_theirs(self, fields: Fields, authority: str) -> Why:
        if BOUND.get(fields["by"], authority) != authority:
            yield "role_missing"

    def _round_closed(self, application: Fields, on: date) -> Why:
        opens, closes = self.rounds[application["round"]]
        if not opens <= on <= closes:
            yield "round_closed"


def unless(matter: Matter, *statuses: str) -> Why:
    """The grant must stand so."""
    if matter.status not in statuses:
        yield "wrong_status"


def early(matter: Matter, on: date) -> Why:
    """Nothing takes effect before what it builds on."""
    if on < matter.since:
        yield "too_early"


def length_reasons(spans: list[tuple[str, set[int]]], first: int, last: int, justified: bool) -> Why:
    """Each kind's own years against its kind; the whole plan against the most generous kind in it."""
    longest: dict[str, int] = {}
    for kind, years in spans:
        if years:
            longest[kind] = max(longest.get(kind, 0), max(years) - min(years) + 1)
    if not longest:
        return
    generous = "infrastructure" if "infrastructure" in longest else next(iter(longest))
    longest[generous] = max(longest[generous], last - first + 1)
    for kind, count in longest.items():
        principle, most = YEARS[kind]
        if count > most:
            yield "period_too_long"
        elif count > principle and not justified:
            yield "guideline_unjustified"
