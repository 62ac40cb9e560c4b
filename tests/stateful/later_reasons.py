"""Reasons for which a command must be refused, from the decision on: changes, money, effect, office."""

from __future__ import annotations

from datetime import date

from store.office import PARTS, R8

from .book import Matter, by_kind
from .reasons import Fields, Reasons, Why, early, length_reasons, unless


class LaterReasons(Reasons):
    """One method per command, named after it."""

    # ------------------------------------------------------------------ changes

    def changed(self, matter: Matter, deltas: dict[str, int], drop: list[str]) -> dict[str, int]:
        """What each component would have after a change."""
        return {
            name: 0 if name in drop else line.given + deltas.get(name, 0)
            for name, line in matter.lines.items()
        }

    def _unchangeable(self, matter: Matter, fields: Fields) -> Why:
        after = self.changed(matter, fields.get("deltas", {}), fields.get("drop", []))
        if min(after.values()) < 0 or set(fields.get("deltas", {})) & set(fields.get("drop", [])):
            yield "bad_input"
        if sum(after.values()) < matter.paid:
            yield "over_disbursed"
        sums = by_kind(matter.lines, after)
        if sums.get("infrastructure") and not sums.get("soft", 0) + sums.get("facility", 0):
            yield "combination_required"
        last = fields.get("last_year")
        if last is not None and last < max(self.live_years(matter.project), default=last):
            yield "bad_input"

    def against_request_change(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from self._not_theirs(fields, matter.authority)
        yield from unless(matter, "approved")
        yield from early(matter, on)
        yield from self._unchangeable(matter, fields)

    def against_approve_change(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["change"].rpartition("/")[0]]
        change = matter.changes[fields["change"]]
        yield from self._change_undecidable(matter, fields, on)
        asked = {"deltas": change.deltas, "drop": change.drop, "last_year": change.last}
        yield from self._unchangeable(matter, asked)
        plan = self.plans[matter.project]
        justified = matter.justified or bool(fields.get("justifications"))
        if change.last is not None:
            spans = [(kind, set(years)) for kind, years in plan.parts.values()]
            spans = spans or [(line.kind, {plan.first}) for line in matter.lines.values()]
            yield from length_reasons(spans, plan.first, change.last, justified)
        after = by_kind(matter.lines, self.changed(matter, change.deltas, change.drop))
        before = by_kind(matter.lines, {name: line.given for name, line in matter.lines.items()})
        growing = {kind for kind in after if after[kind] > before[kind]}
        yield from self._does_not_fit(matter, change.last or plan.last, after, justified, growing)

    def against_refuse_change(self, fields: Fields, on: date) -> Why:
        yield from self._change_undecidable(self.matters[fields["change"].rpartition("/")[0]], fields, on)

    def _change_undecidable(self, matter: Matter, fields: Fields, on: date) -> Why:
        change = matter.changes[fields["change"]]
        yield from unless(matter, "approved")
        if change.status != "requested":
            yield "wrong_status"
        if fields["by"] == change.by:
            yield "same_officer"
        if on < change.on:
            yield "too_early"
        yield from early(matter, on)

    # ------------------------------------------------------------------ money

    def against_disburse(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "approved" if fields["payment"] == "advance" else "settled")
        yield from early(matter, on)
        if fields["by"] == matter.decider:
            yield "same_officer"
        if matter.paid + fields["amount_yen"] > matter.of("fixed" if matter.settled else "given"):
            yield "over_disbursed"

    def against_report_completion(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from self._not_theirs(fields, matter.authority)
        yield from unless(matter, "approved")
        yield from early(matter, on)
        if on < matter.paid_on:
            yield "too_early"
        if any(line.given and name not in fields["actuals"] for name, line in matter.lines.items()):
            yield "bad_input"

    def against_settle(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "reported")
        yield from early(matter, on)
        if fields["by"] in matter.by | {matter.reporter}:
            yield "same_officer"

    def against_order_return(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        due = matter.overpaid - sum(order.amount for order in matter.orders.values())
        if not due:
            yield "wrong_status"
        if fields["amount_yen"] > due:
            yield "over_returned"
        if fields["by"] in matter.by | {matter.reporter}:
            yield "same_officer"
        if date.fromisoformat(fields["due_on"]) < on:
            yield "bad_input"
        yield from early(matter, on)

    def against_record_return(self, fields: Fields, on: date) -> Why:
        order = self.matters[fields["order"].rpartition("/")[0]].orders[fields["order"]]
        if on < order.on:
            yield "too_early"
        if fields["amount_yen"] > order.amount - order.paid:
            yield "over_returned"

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

    def against_verify_effect(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        effect = plan.effects.get(fields["fiscal_year"])
        yield from self._outside(fields)
        if plan.targets and (effect is None or not effect.measured):
            yield "kpi_missing"
        if effect and fields["by"] in effect.measured:
            yield "same_officer"
        if effect and effect.verified:
            yield "already_recorded"
        if effect and effect.closed:
            yield "wrong_status"
        if date.fromisoformat(fields["held_on"]) > on:
            yield "bad_input"

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

    def against_plan_improvement(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        effect = plan.effects.get(fields["fiscal_year"])
        yield from self._not_theirs(fields, plan.authority)
        yield from self._outside(fields)
        if effect is None:
            yield "not_found"
        elif not effect.evaluator or "measures" in effect.published:
            yield "wrong_status"

    def against_publish(self, fields: Fields, on: date) -> Why:
        plan = self.plans[fields["project"]]
        effect = plan.effects.get(fields["fiscal_year"])
        yield from self._not_theirs(fields, plan.authority)
        yield from self._outside(fields)
        if effect is None:
            yield "not_found"
            return
        there = {"verification": effect.verified, "evaluation": effect.evaluator, "measures": effect.improved}
        if effect.closed or not there[fields["part"]]:
            yield "wrong_status"
        if fields["part"] in effect.published:
            yield "already_recorded"

    def against_close_year(self, fields: Fields, on: date) -> Why:
        effect = self.plans[fields["project"]].effects.get(fields["fiscal_year"])
        if effect is None or len(effect.published) < len(PARTS):
            yield "publication_missing"
        if effect is None:
            yield from self._outside(fields)
            return
        if effect.closed:
            yield "already_recorded"
        if fields["by"] in effect.measured | {effect.evaluator}:
            yield "same_officer"

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
        limited = self.is_limited(fields["programme"])
        if date.fromisoformat(fields["decided_on"]) > on:
            yield "bad_input"
        if fields["programme"] == R8 and year < 2026:
            yield "bad_input"
        if limited and amounts.get("soft", 0) > self.soft_room(authority, year, 1) and "soft" in amounts:
            yield "cap_exceeded"
        years = (year, year)
        room = self.infrastructure_room(authority, "", years, 1, limited=limited)
        if "infrastructure" in amounts and amounts["infrastructure"] > room:
            yield "cap_exceeded"
