"""What an accepted command does to the naive book."""

from __future__ import annotations

from datetime import date
from typing import Any

from store.office import R7

from .book import DEAD, Change, Effect, Line, Matter, Order, Plan, by_kind, parts_of, spread
from .later_reasons import LaterReasons
from .reasons import Fields
from .room import Move


class NaiveBook(LaterReasons):
    """The whole book: one method per command, named after it; `result` is what the program answered."""

    def take(self, do: str, fields: Fields, result: Fields) -> None:
        """Write down a command that was accepted."""
        on = date.fromisoformat(fields.get("decided_on", fields["on"]))
        before = self._taken(result.get("grant"))
        said_on = date.fromisoformat(fields["on"])
        getattr(self, f"on_{do}")(fields, said_on, result)
        after = self._taken(result.get("grant"))
        for kind in before.keys() | after.keys():
            yen = after.get(kind, 0) - before.get(kind, 0)
            matter = self.matters[result["grant"]]
            self.moves.append(Move(on, matter.authority, kind, matter.year, matter.project, yen))
            if yen > 0:
                self._remember_limit(matter, kind, on, self.is_limited(matter.programme, said_on))
        self._follow_spans(on)

    def _taken(self, grant: str | None) -> dict[str, int]:
        """What a grant has reserved or uses, by kind."""
        matter = self.matters.get(grant or "")
        found: dict[str, int] = {}
        for kind, _, reserved, used in matter.holds() if matter else ():
            found[kind] = found.get(kind, 0) + reserved + used
        return found

    def _follow_spans(self, on: date) -> None:
        known = {name: span for _, name, span in self.spans}
        for plan in self.plans.values():
            if plan.infrastructure and known.get(plan.id) != (plan.first, plan.last):
                self.spans.append((on, plan.id, (plan.first, plan.last)))

    def _remember_limit(self, matter: Matter, kind: str, on: date, limited: bool) -> None:
        """A window keeps the limit of the last decision or application in it whose programme had one."""
        if kind == "infrastructure":
            self.plans[matter.project].limited |= limited
        if kind == "soft" and limited:
            self.soft_limits[matter.authority, matter.year] = self.soft_cap(matter.authority, on)

    # ------------------------------------------------------------------ applications

    def on_submit(self, fields: Fields, on: date, result: Fields) -> None:
        application = fields["application"]
        if application["kind"] == "new":
            self._plan(fields, on, result["project"])
            parts, year, slot = parts_of(application), application["first_year"], "ordinary"
            slot = "outside" if application.get("outside_limit") else slot
        else:
            plan = self.plans[application["project"]]
            parts, year, slot = self.continued(plan, application), application["fiscal_year"], ""
        plan = self.plans[result["project"]]
        matter = Matter(
            id=result["grant"],
            authority=plan.authority,
            project=plan.id,
            year=year,
            application=application["kind"],
            round=application["round"],
            slot=slot,
            programme=plan.programme,
            since=on,
            by={fields["by"]},
            lines=lines_of(parts, year),
            justified=bool(application.get("justifications")),
        )
        self.matters[matter.id] = matter
        self._asked(plan, matter, on)

    def _plan(self, fields: Fields, on: date, project: str) -> None:
        application = fields["application"]
        first, last = application["first_year"], application["last_year"]
        self.plans[project] = Plan(
            id=project,
            authority=application["authority"],
            programme=R7,
            first=first,
            last=last,
            parts=parts_of(application),
            planners={fields["by"]},
            planned_on=on,
            targets=set(range(first, last + 1)),
        )

    def _asked(self, plan: Plan, matter: Matter, on: date) -> None:
        for kind, yen in by_kind(matter.lines, {n: line.asked for n, line in matter.lines.items()}).items():
            if yen:
                plan.infrastructure |= kind == "infrastructure"
                self._remember_limit(matter, kind, on, self.is_limited(matter.programme, on))

    def on_return_for_correction(self, fields: Fields, on: date, result: Fields) -> None:
        self._stand(fields["grant"], "returned", on)

    def on_resubmit(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self._stand(fields["grant"], "submitted", on)
        application, plan = fields["application"], self.plans[matter.project]
        if application["kind"] == "new":
            plan.parts, plan.last = parts_of(application), application["last_year"]
            plan.targets = set(range(plan.first, plan.last + 1))
            plan.planners.add(fields["by"])
            plan.moved_on = on
            parts = plan.parts
        else:
            parts = self.continued(plan, application)
        matter.lines = lines_of(parts, matter.year)
        matter.justified = bool(application.get("justifications"))
        matter.by.add(fields["by"])
        self._asked(plan, matter, on)

    def on_withdraw(self, fields: Fields, on: date, result: Fields) -> None:
        self._nothing(self._stand(fields["grant"], "withdrawn", on))

    def on_score(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self.matters[fields["grant"]]
        matter.scored[fields["criterion"]] = on
        matter.by.add(fields["by"])

    def on_certify_plan(self, fields: Fields, on: date, result: Fields) -> None:
        self.plans[fields["project"]].certified = on

    def on_record_participation(self, fields: Fields, on: date, result: Fields) -> None:
        self.taken_part.add((fields["project"], fields["stage"], fields["sector"], fields["body"]))

    # ------------------------------------------------------------------ decisions

    def on_adopt(self, fields: Fields, on: date, result: Fields) -> None:
        amounts = self.granted(self.matters[fields["grant"]], fields)
        matter = self._stand(fields["grant"], "adopted", on)
        for name, amount in amounts.items():
            matter.lines[name].reserved = amount
        matter.justified |= bool(fields.get("justifications"))

    def on_approve(self, fields: Fields, on: date, result: Fields) -> None:
        amounts = self.granted(self.matters[fields["grant"]], fields)
        matter = self._stand(fields["grant"], "approved", on)
        for name, amount in amounts.items():
            matter.lines[name].reserved, matter.lines[name].given = 0, amount
        matter.justified |= bool(fields.get("justifications"))
        matter.deciders.add(fields["by"])
        matter.until = date.fromisoformat(result["result"]["withdrawable_until"])

    def on_not_adopt(self, fields: Fields, on: date, result: Fields) -> None:
        self._nothing(self._stand(fields["grant"], "not_adopted", on))

    def on_reject(self, fields: Fields, on: date, result: Fields) -> None:
        self._nothing(self._stand(fields["grant"], "rejected", on))

    def _stand(self, grant: str, status: str, on: date) -> Matter:
        matter = self.matters[grant]
        matter.status, matter.since = status, on
        return matter

    def _nothing(self, matter: Matter) -> None:
        assert matter.status in DEAD
        for line in matter.lines.values():
            line.reserved = line.given = 0

    # ------------------------------------------------------------------ changes

    def on_request_change(self, fields: Fields, on: date, result: Fields) -> None:
        asked = (fields.get("deltas", {}), fields.get("drop", []), fields.get("last_year"))
        self.matters[fields["grant"]].changes[result["change"]] = Change(fields["by"], on, *asked)

    def on_approve_change(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self.matters[fields["change"].rpartition("/")[0]]
        change = matter.changes[fields["change"]]
        for name, amount in self.changed(matter, change.deltas, change.drop).items():
            matter.lines[name].given = amount
        change.status, matter.since = "approved", on
        matter.deciders.add(fields["by"])
        matter.justified |= bool(fields.get("justifications"))
        plan = self.plans[matter.project]
        if change.last not in (None, plan.last):
            plan.last, plan.moved_on = change.last, on

    def on_refuse_change(self, fields: Fields, on: date, result: Fields) -> None:
        self.matters[fields["change"].rpartition("/")[0]].changes[fields["change"]].status = "refused"

    # ------------------------------------------------------------------ money

    def on_disburse(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self.matters[fields["grant"]]
        matter.paid += fields["amount_yen"]
        matter.paid_on = max(matter.paid_on, on)
        self._close_when_square(matter, on)

    def on_report_completion(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self._stand(fields["grant"], "reported", on)
        matter.reporters.add(fields["by"])
        for name, actual in fields["actuals"].items():
            matter.lines[name].actual = actual

    def on_settle(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self._stand(fields["grant"], "settled", on)
        before, matter.settled = matter.excess, True
        matter.deciders.add(fields["by"])
        for line in matter.lines.values():
            line.fixed = min(line.given, line.actual // 2)
        matter.decommitted = matter.of("given") - matter.of("fixed")
        matter.overpaid = matter.excess - before
        self._close_when_square(matter, on)

    def on_order_return(self, fields: Fields, on: date, result: Fields) -> None:
        order = Order(fields["basis"], fields["amount_yen"], on)
        self.matters[fields["grant"]].orders[result["order"]] = order

    def on_order_correction(self, fields: Fields, on: date, result: Fields) -> None:
        abolished = self.matters[fields["grant"]].abolished
        self._stand(fields["grant"], "abolished" if abolished else "approved", on)

    def on_report_input_tax(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self.matters[fields["grant"]]
        self._stand(matter.id, matter.status, on)
        before, cost = matter.excess, matter.of("actual")
        share = fields["deductible_tax_yen"] * matter.of("fixed") // cost if cost else 0
        self._less(self._stand(matter.id, matter.status, on), "fixed", share)
        matter.taxed, matter.tax = fields["by"], matter.excess - before

    def _less(self, matter: Matter, what: str, amount: int) -> None:
        parts = spread(amount, {name: getattr(line, what) for name, line in matter.lines.items()})
        for name, line in matter.lines.items():
            setattr(line, what, getattr(line, what) - parts[name])

    def on_suspend(self, fields: Fields, on: date, result: Fields) -> None:
        self._stand(fields["grant"], "suspended", on)

    def on_resume(self, fields: Fields, on: date, result: Fields) -> None:
        self._stand(fields["grant"], "approved", on)

    def on_abolish(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self._stand(fields["grant"], "abolished", on)
        matter.abolished = True
        unpaid = max(0, matter.of("given") - matter.kept)
        self._less(matter, "given", fields.get("amount_yen", unpaid))

    def on_commit_sub_grant(self, fields: Fields, on: date, result: Fields) -> None:
        self.matters[fields["grant"]].unpaid_sub_grants.add(fields["sub_grant"])

    def on_revoke(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self.matters[fields["grant"]]
        before, fault = matter.excess, fields["fault"]
        matter.deciders.add(fields["by"])
        amount = matter.stands if fields["amount_yen"] == "all" else fields["amount_yen"]
        self._stand(matter.id, "revoked" if amount == matter.stands else matter.status, on)
        self._less(matter, "fixed" if matter.settled else "given", amount)
        matter.revoked[fault] = matter.revoked.get(fault, 0) + matter.excess - before

    def on_set_off(self, fields: Fields, on: date, result: Fields) -> None:
        self.on_record_return(fields, on, result)
        like = self.matters[fields["grant"]]
        like.paid += fields["amount_yen"]
        like.paid_on = max(like.paid_on, on)
        self._close_when_square(like, on)

    def on_waive(self, fields: Fields, on: date, result: Fields) -> None:
        until = date.fromisoformat(fields["until"])
        self.waivers.setdefault(fields["authority"], []).append((on, until, fields["limit_yen"]))

    def on_record_return(self, fields: Fields, on: date, result: Fields) -> None:
        matter = self.matters[fields["order"].rpartition("/")[0]]
        matter.orders[fields["order"]].paid += fields["amount_yen"]
        self._close_when_square(matter, on)

    # ------------------------------------------------------------------ the effect-year

    def _effect(self, fields: Fields) -> Effect:
        plan = self.plans[fields["project"]]
        return plan.effects.setdefault(fields["fiscal_year"], Effect(set(plan.targets)))

    def on_measure(self, fields: Fields, on: date, result: Fields) -> None:
        effect = self._effect(fields)
        effect.measured.add(fields["by"])
        effect.done("measured", on)

    def on_verify_effect(self, fields: Fields, on: date, result: Fields) -> None:
        effect = self._effect(fields)
        effect.verified = True
        effect.done("verification", on)

    def on_evaluate(self, fields: Fields, on: date, result: Fields) -> None:
        effect = self._effect(fields)
        effect.evaluators.add(fields["by"])
        effect.done("evaluation", on)

    def on_plan_improvement(self, fields: Fields, on: date, result: Fields) -> None:
        effect = self._effect(fields)
        effect.improved = True
        effect.done("measures", on)

    def on_publish(self, fields: Fields, on: date, result: Fields) -> None:
        self._effect(fields).published[fields["part"]] = on

    def on_close_year(self, fields: Fields, on: date, result: Fields) -> None:
        self._effect(fields).closed = True
        if matter := self.matters.get(f"{fields['project']}/{fields['fiscal_year']}"):
            self._close_when_square(matter, on)

    def _close_when_square(self, matter: Matter, on: date) -> None:
        """A grant ends with its year, or with its last yen when that comes later."""
        effect = self.plans[matter.project].effects.get(matter.year)
        is_square = matter.status == "settled" and matter.kept == matter.of("fixed")
        if effect and effect.closed and is_square and matter.since <= on:
            matter.status, matter.since = "closed", on

    def on_end_project(self, fields: Fields, on: date, result: Fields) -> None:
        self.plans[fields["project"]].ended = True

    # ------------------------------------------------------------------ the office

    def on_confirm_programme(self, fields: Fields, on: date, result: Fields) -> None:
        self.confirmed = on

    def on_import_decision(self, fields: Fields, on: date, result: Fields) -> None:
        year, decided = fields["fiscal_year"], date.fromisoformat(fields["decided_on"])
        told = {"authority": fields["authority"], "programme": fields["programme"]}
        plan = Plan(
            id=result["project"],
            first=year,
            last=year,
            parts={},
            planners=set(),
            planned_on=decided,
            targets=set(),
            limited=self.is_limited(fields["programme"], on),
            infrastructure="infrastructure" in fields["amounts"],
            **told,
        )
        lines = {
            kind: Line(kind, 0, amount, given=amount) for kind, amount in sorted(fields["amounts"].items())
        }
        self.plans[plan.id] = plan
        self.matters[result["grant"]] = Matter(
            id=result["grant"],
            project=plan.id,
            year=year,
            application="imported",
            round="",
            slot="",
            since=decided,
            by={fields["by"]},
            lines=lines,
            justified=False,
            status="approved",
            deciders={fields["by"]},
            **told,
        )


def lines_of(parts: dict[str, tuple[str, dict[int, tuple[int, int]]]], year: int) -> dict[str, Line]:
    """What a plan asks for in one fiscal year."""
    return {name: Line(kind, *years[year]) for name, (kind, years) in parts.items() if year in years}


def sums_of(matter: Matter) -> dict[str, Any]:
    """The grant as `show` should give it."""
    return {
        "status": matter.status,
        "requested_yen": matter.of("asked") if matter.status in ("submitted", "returned", "adopted") else 0,
        "reserved_yen": matter.of("reserved"),
        "committed_yen": 0 if matter.settled else matter.of("given"),
        "settled_yen": matter.of("fixed"),
        "disbursed_yen": matter.paid,
        "returned_yen": matter.returned,
        "decommitted_yen": matter.decommitted,
    }
