"""Reasons for which a command must be refused, in the effect-year and in the office."""

from __future__ import annotations

from datetime import date

from store.office import PARTS, R8

from .book import SOFT_A_YEAR, Effect
from .money_reasons import MoneyReasons
from .reasons import Fields, Why


class LaterReasons(MoneyReasons):
    """One method per command, named after it."""

    # ------------------------------------------------------------------ the effect-year

    def _outside(self, fields: Fields) -> Why:
        plan = self.plans[fields["project"]]
        if not plan.first <= fields["fiscal_year"] <= plan.last:
            yield "bad_input"

    def against_measure(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        effect = plan.effects.get(fields["fiscal_year"])
        yield from self._not_theirs(fields, plan.authority)
        yield from self._outside(fields)
        if not plan.targets:
            yield "not_found"
        if effect and effect.verified:
            yield "wrong_status"
        if on < date(fields["fiscal_year"], 4, 1):
            yield "too_early"

    def against_verify_effect(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        effect = plan.effects.get(fields["fiscal_year"])
        yield from self._outside(fields)
        if plan.targets and (effect is None or not effect.measured):
            yield "kpi_missing"
        if effect and fields["by"] in effect.measured | effect.evaluators:
            yield "same_officer"
        yield from before(effect, "measured", on)
        if effect and effect.verified:
            yield "already_recorded"
        if effect and effect.closed:
            yield "wrong_status"
        held_on = date.fromisoformat(fields["held_on"])
        if held_on > on:
            yield "bad_input"
        if held_on < date(fields["fiscal_year"], 4, 1):
            yield "too_early"

    def against_evaluate(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        effect = plan.effects.get(fields["fiscal_year"])
        yield from self._not_theirs(fields, plan.authority)
        yield from self._outside(fields)
        if effect is None:
            yield "not_found"
            return
        if plan.targets and fields["fiscal_year"] not in effect.targets:
            yield "class_undecided"
        if not effect.verified or "evaluation" in effect.published:
            yield "wrong_status"
        yield from before(effect, "verification", on)

    def against_plan_improvement(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        effect = plan.effects.get(fields["fiscal_year"])
        yield from self._not_theirs(fields, plan.authority)
        yield from self._outside(fields)
        if effect is None:
            yield "not_found"
        elif not effect.evaluators or "measures" in effect.published:
            yield "wrong_status"
        yield from before(effect, "evaluation", on)

    def against_publish(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        effect = plan.effects.get(fields["fiscal_year"])
        yield from self._not_theirs(fields, plan.authority)
        yield from self._outside(fields)
        if effect is None:
            yield "not_found"
            return
        there = {
            "verification": effect.verified,
            "evaluation": effect.evaluators,
            "measures": effect.improved,
        }
        if effect.closed or not there[fields["part"]]:
            yield "wrong_status"
        if fields["part"] in effect.published:
            yield "already_recorded"
        yield from before(effect, fields["part"], on)

    def against_close_year(self, fields: Fields, on: date) -> Why:
        effect = self.plans[fields["project"]].effects.get(fields["fiscal_year"])
        if effect is None or len(effect.published) < len(PARTS):
            yield "publication_missing"
        if effect is None:
            yield from self._outside(fields)
            return
        if effect.closed:
            yield "already_recorded"
        if fields["by"] in effect.measured | effect.evaluators:
            yield "same_officer"
        if any(on < day for day in effect.published.values()):
            yield "too_early"

    def against_end_project(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        closed = {year for year, effect in plan.effects.items() if effect.closed}
        if plan.ended or set(self.live_years(plan.id)) - closed:
            yield "wrong_status"
        if on < plan.planned_on:
            yield "too_early"

    # ------------------------------------------------------------------ the office

    def against_confirm_programme(self, fields: Fields, on: date) -> Why:
        if self.confirmed:
            yield "already_recorded"

    def against_import_decision(self, fields: Fields, on: date) -> Why:
        authority, year, amounts = fields["authority"], fields["fiscal_year"], fields["amounts"]
        limited = self.is_limited(fields["programme"], on)
        if date.fromisoformat(fields["decided_on"]) > on:
            yield "bad_input"
        if fields["programme"] == R8 and year < 2026:
            yield "bad_input"
        decided = date.fromisoformat(fields["decided_on"])
        cap = self.soft_cap(authority, on) if limited else self.soft_limits.get((authority, year), 10**13)
        stands = self.in_fiscal_year(authority, "soft", year, decided)
        if "soft" in amounts and amounts["soft"] + stands > cap:
            yield "cap_exceeded"
        years = (year, year)
        room = self.infrastructure_to_decide(authority, "", years, decided, limited=limited)
        if "infrastructure" in amounts and amounts["infrastructure"] > room:
            yield "cap_exceeded"

    def against_waive(self, fields: Fields, on: date) -> Why:
        if date.fromisoformat(fields["until"]) < on or fields["limit_yen"] < SOFT_A_YEAR[fields["authority"]]:
            yield "bad_input"


def before(effect: Effect | None, step: str, on: date) -> Why:
    """Nothing takes effect before the step it builds on."""
    if effect and on < effect.days.get(step, on):
        yield "too_early"
