"""Reasons for which a command must be refused, from the decision on: changes, work, money out, money back."""

from __future__ import annotations

from datetime import date

from .book import Matter, by_kind
from .reasons import Fields, Reasons, Why, early, length_reasons, unless


class MoneyReasons(Reasons):
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
        dropped = {
            n for change in matter.changes.values() if change.status == "approved" for n in change.drop
        }
        if any(delta > 0 and name in dropped for name, delta in fields.get("deltas", {}).items()):
            yield "bad_input"
        if sum(after.values()) < min(matter.kept, matter.of("given")):
            yield "over_disbursed"
        if not any(after.values()):
            yield "bad_input"
        if self.stands_alone(matter, after, tuple(fields.get("drop", [])), fields.get("last_year")):
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
        yield from unless(matter, "approved")
        if any(fields["by"] in effect.measured for effect in self.plans[matter.project].effects.values()):
            yield "same_officer"
        yield from self._change_undecidable(matter, fields, on)
        asked = {"deltas": change.deltas, "drop": change.drop, "last_year": change.last}
        yield from self._unchangeable(matter, asked)
        plan = self.plans[matter.project]
        justified = matter.justified or bool(fields.get("justifications"))
        if change.last is not None:
            spans = [(kind, set(years)) for kind, years in plan.parts.values()]
            spans = spans or [(line.kind, {plan.first}) for line in matter.lines.values()]
            yield from length_reasons(spans, plan.first, change.last, justified)
            if change.last != plan.last and on < max(plan.planned_on, plan.moved_on):
                yield "too_early"
        after = by_kind(matter.lines, self.changed(matter, change.deltas, change.drop))
        before = by_kind(matter.lines, {name: line.given for name, line in matter.lines.items()})
        growing = {kind for kind in after if after[kind] > before[kind]}
        yield from self._does_not_fit(matter, change.last or plan.last, after, justified, on, growing)

    def against_refuse_change(self, fields: Fields, on: date) -> Why:
        yield from self._change_undecidable(self.matters[fields["change"].rpartition("/")[0]], fields, on)

    def _change_undecidable(self, matter: Matter, fields: Fields, on: date) -> Why:
        change = matter.changes[fields["change"]]
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
        if fields["by"] in matter.deciders:
            yield "same_officer"
        if matter.kept + fields["amount_yen"] > matter.stands:
            yield "over_disbursed"

    def against_report_completion(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from self._not_theirs(fields, matter.authority)
        yield from unless(matter, "approved", "abolished")
        yield from after_payment(matter, on)
        if any(line.given and name not in fields["actuals"] for name, line in matter.lines.items()):
            yield "bad_input"
        if matter.unpaid_sub_grants:
            yield "sub_grant_unpaid"

    def against_settle(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "reported")
        yield from early(matter, on)
        yield from self._prepared(matter, fields)

    def _prepared(self, matter: Matter, fields: Fields) -> Why:
        if fields["by"] in matter.by | matter.reporters:
            yield "same_officer"

    def against_order_correction(self, fields: Fields, on: date) -> Why:
        yield from self.against_settle(fields, on)

    def against_report_input_tax(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from self._not_theirs(fields, matter.authority)
        yield from unless(matter, "settled", "closed")
        yield from early(matter, on)
        if matter.taxed:
            yield "already_recorded"
        if fields["deductible_tax_yen"] > matter.of("actual"):
            yield "bad_input"

    # ------------------------------------------------------------------ the work

    def against_suspend(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "approved")
        yield from self._undecidable(matter, fields, on)

    def against_resume(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "suspended")
        yield from self._undecidable(matter, fields, on)

    def against_abolish(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "approved", "suspended")
        yield from self._undecidable(matter, fields, on)
        yield from after_payment(matter, on)
        if fields.get("amount_yen", 0) > max(0, matter.of("given") - matter.kept):
            yield "over_disbursed"

    def against_commit_sub_grant(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from self._not_theirs(fields, matter.authority)
        yield from unless(matter, "approved", "suspended")
        yield from early(matter, on)

    # ------------------------------------------------------------------ money that comes back

    def against_revoke(self, fields: Fields, on: date) -> Why:
        matter = self.matters[fields["grant"]]
        yield from unless(matter, "approved", "suspended", "abolished", "reported", "settled", "closed")
        yield from after_payment(matter, on)
        yield from self._prepared(matter, fields)
        amount = matter.stands if fields["amount_yen"] == "all" else fields["amount_yen"]
        if amount > matter.stands or not matter.stands:
            yield "over_returned"

    def against_order_return(self, fields: Fields, on: date) -> Why:
        matter, basis = self.matters[fields["grant"]], fields["basis"]
        due = matter.due_back(basis)
        if not due:
            yield "wrong_status"
        if fields["amount_yen"] > due:
            yield "over_returned"
        if date.fromisoformat(fields["due_on"]) < on:
            yield "bad_input"
        yield from self._prepared(matter, fields)
        if basis == "input_tax" and fields["by"] == matter.taxed:
            yield "same_officer"
        yield from after_payment(matter, on)

    def against_record_return(self, fields: Fields, on: date) -> Why:
        order = self.matters[fields["order"].rpartition("/")[0]].orders[fields["order"]]
        if on < order.on:
            yield "too_early"
        if fields["amount_yen"] > order.amount - order.paid:
            yield "over_returned"

    def against_set_off(self, fields: Fields, on: date) -> Why:
        yield from self.against_record_return(fields, on)
        debtor, like = self.matters[fields["order"].rpartition("/")[0]], self.matters[fields["grant"]]
        if debtor is like or debtor.authority != like.authority:
            yield "bad_input"
        yield from unless(like, "approved", "settled")
        yield from early(like, on)
        if like.kept + fields["amount_yen"] > like.stands:
            yield "over_disbursed"


def after_payment(matter: Matter, on: date) -> Why:
    """What fixes or takes back money takes no effect before a step it builds on, or a payment."""
    if on < max(matter.since, matter.paid_on):
        yield "too_early"
