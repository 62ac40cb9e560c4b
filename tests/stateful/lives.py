"""What officers may do next: actions drawn at random, near the limits, mostly in an order that makes sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from store.office import (
    CRITERIA,
    DOES,
    HIROSHIMA,
    PARTS,
    R7,
    R8,
    REASONS,
    SAPPORO,
    YOKOHAMA,
    continuing,
    elsewhere,
    new,
)

from .book import INFRASTRUCTURE_ALL_PLANS, SOFT_A_YEAR, Matter, Plan
from .watch import Watch

RARELY = st.sampled_from([False] * 9 + [True])
OFTEN = st.sampled_from([True] * 6 + [False])
AUTHORITIES = st.sampled_from([HIROSHIMA, SAPPORO, YOKOHAMA])
SIZES = st.sampled_from(["little", "little", "room", "room", "half", "half", "room + 1", "cap", "cap + 1"])
LENGTHS = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7])
KINDS = st.sampled_from(["s", "si", "si", "si", "sfi", "f", "sf", "fi", "i"])
NAMES = {"s": "soft", "f": "facility", "i": "infrastructure"}
FIRST_DAY, LAST_DAY = date(2025, 4, 10), date(2027, 3, 1)

Draw = Callable[..., Any]


class Actions:
    """One method per action; each may be several commands."""

    def __init__(self, watch: Watch) -> None:
        self.watch, self.book = watch, watch.book
        self.today = FIRST_DAY
        self.draw: Draw = lambda strategy, label="": None

    def act(self, draw: Draw) -> None:
        """One action, as a rule one that there is something to do for."""
        self.draw = draw
        fitting = [(action, weight) for action, weight, states in ACTIONS if self.some(*states)]
        actions = [action for action, _, _ in ACTIONS]
        if self.book.matters and not draw(RARELY, "anything"):
            actions = [action for action, weight in fitting for _ in range(weight)]
        elif not self.book.matters:
            actions = [Actions.decided, Actions.submit, Actions.import_decision]
        draw(st.sampled_from(actions), "action")(self)

    # ------------------------------------------------------------------ who, when, what

    def do(self, command: str, **fields: Any) -> str | None:
        """A command by the officer who does it as a rule, on the day it is as a rule; sometimes neither."""
        by, on = DOES[command], self.today
        if self.draw(RARELY, "another officer"):
            by = self.draw(st.sampled_from(["both", "both", "hiroshima", "head", "officer", "approver"]))
        if self.draw(RARELY, "back-dated"):
            on -= timedelta(days=self.draw(st.sampled_from([1, 20, 200])))
        told = {
            "by": by,
            "on": max(on, date(2025, 4, 1)).isoformat(),
            "dry_run": self.draw(RARELY, "dry run"),
        }
        return self.watch.perform(command, **{**told, **fields})

    def surely(self, command: str, **fields: Any) -> None:
        """A command by the officer who does it, today."""
        told = {"by": DOES[command], "on": self.today.isoformat()}
        self.watch.perform(command, **{**told, **fields})

    def some(self, *states: str) -> list[Matter]:
        """The grants in one of these states; all, when none is named."""
        return [m for m in self.book.matters.values() if not states or m.status in states]

    def matter(self, *states: str) -> Matter:
        """A grant, as a rule in one of these states."""
        matters = self.some(*states)
        if not matters or self.draw(RARELY, "any grant"):
            matters = self.some()
        return self.draw(st.sampled_from(matters), "grant")

    def plan(self) -> Plan:
        """A project."""
        return self.draw(st.sampled_from(list(self.book.plans.values())), "project")

    def yen(self, kind: str, authority: str, year: int, last: int) -> int:
        """An amount near one of the limits."""
        cap = (SOFT_A_YEAR if kind != "infrastructure" else INFRASTRUCTURE_ALL_PLANS)[authority]
        if kind == "infrastructure":
            room = self.book.infrastructure_room(authority, "", (year, last), 0)
        else:
            held = self.book.in_year(authority, kind, year)
            room = cap - held[2] - held[0]
        sizes = {"room": room, "room + 1": room + 1, "half": room // 2, "cap": cap, "cap + 1": cap + 1}
        return max(1, {"little": 1_000, **sizes}[self.draw(SIZES, f"{kind} yen")])

    def application(self, authority: str, first: int, **fields: Any) -> dict[str, Any]:
        """A new application: one to three kinds of component, over the whole plan or in its first year alone."""
        last = first + self.draw(LENGTHS, "years more")
        kinds = [NAMES[letter] for letter in self.draw(KINDS, "kinds")]
        amounts = {kind: self.yen(kind, authority, first, last) for kind in kinds}
        reasons = REASONS if self.draw(st.booleans(), "with reasons") else {}
        application = new(authority, first=first, last=last, **amounts, justifications=reasons, **fields)
        for part in application["components"]:
            whole = part["kind"] == "infrastructure" or self.draw(RARELY, "over the whole plan")
            part["years"] = part["years"][: None if whole else 1]
            for year in part["years"]:
                year["eligible_cost_yen"] += 10
                if year["fiscal_year"] != first:
                    year |= {"eligible_cost_yen": 4_010, "grant_yen": 2_000}
        return application

    # ------------------------------------------------------------------ applications

    def submit(self, authority: str | None = None) -> str | None:
        """A new application."""
        authority = authority or self.draw(AUTHORITIES, "authority")
        first = self.draw(st.sampled_from([2025, 2025, 2026, 2027]), "first year")
        evidence = {"outside_limit": "議会の議決"} if self.draw(RARELY, "outside the limit") else {}
        before = set(self.book.matters)
        self.do("submit", application=self.application(authority, first, **evidence))
        return next(iter(set(self.book.matters) - before), None)

    def submit_many(self) -> None:
        """So many little ones that the slots run out."""
        authority = self.draw(AUTHORITIES, "authority")
        for _ in range(self.draw(st.sampled_from([3, 9]), "how many")):
            self.surely("submit", application=new(authority, soft=1_000))

    def submit_continuing(self) -> None:
        """A later year of a project, as planned or with other amounts."""
        plan = self.plan()
        year = plan.first + self.draw(st.sampled_from([1, 1, 1, 2, 0]), "which year")
        given = []
        for name, (kind, _) in plan.parts.items():
            if self.draw(st.booleans(), f"other amount of {name}"):
                yen = self.yen(kind, plan.authority, year, plan.last)
                share = {"fiscal_year": year, "eligible_cost_yen": 2 * yen + 10, "grant_yen": yen}
                given.append({"id": name, "years": [share]})
        self.do("submit", application=continuing(plan.id, year, components=given))

    def send_back(self) -> None:
        """Sent back, and as a rule submitted again."""
        matter = self.matter("submitted")
        self.do("return_for_correction", grant=matter.id, message="積算")
        if self.draw(OFTEN, "again"):
            self.submit_again(matter)

    def submit_again(self, matter: Matter | None = None) -> None:
        """The corrected application."""
        matter = matter or self.matter("returned")
        application = continuing(matter.project, matter.year)
        if matter.application == "new" or self.draw(RARELY, "the wrong kind"):
            application = self.application(matter.authority, self.book.plans[matter.project].first)
        self.do("resubmit", grant=matter.id, application=application)

    def withdraw(self) -> None:
        """Given up."""
        self.do("withdraw", grant=self.matter("submitted", "returned", "adopted", "approved").id)

    def examine(self) -> None:
        """Scored and certified."""
        matter = self.matter("submitted", "adopted")
        for criterion in CRITERIA[: self.draw(st.sampled_from([1, 4, 4]), "criteria")]:
            self.do("score", grant=matter.id, criterion=criterion, score=3, reason="課題が明確")
        self.do("certify_plan", project=matter.project, certificate_no="第76回-1")

    def take_part(self) -> None:
        """Somebody took part."""
        sector = self.draw(st.sampled_from(["academia", "media"]))
        told = {"stage": "verification", "sector": sector, "body": "大学"}
        self.do("record_participation", project=self.plan().id, **told)

    # ------------------------------------------------------------------ decisions

    def amounts(self, matter: Matter) -> dict[str, Any]:
        """What is granted where it is not what was asked for, and reasons for passing a guideline."""
        fields: dict[str, Any] = {"justifications": REASONS} if self.draw(st.booleans(), "reasons") else {}
        if self.draw(RARELY, "other amounts"):
            name = self.draw(st.sampled_from(list(matter.lines)))
            asked = matter.lines[name].asked
            amount = self.draw(st.sampled_from([0, 1, asked // 2, asked + 1, asked + 6]))
            fields["amounts"] = {name: amount}
        return fields

    def decided(self) -> str | None:
        """A grant runs through to its decision."""
        grant = self.submit()
        if grant is None:
            return None
        matter = self.book.matters[grant]
        for criterion in CRITERIA:
            self.surely("score", grant=grant, criterion=criterion, score=3, reason="課題が明確")
        self.surely("certify_plan", project=matter.project, certificate_no="第76回-1")
        if self.draw(st.booleans(), "adopted before"):
            self.do("adopt", grant=grant, **self.amounts(matter))
        self.do("approve", grant=grant, **self.amounts(matter))
        return grant

    def decide(self) -> None:
        """Adopted or approved."""
        matter = self.matter("submitted", "adopted")
        command = self.draw(st.sampled_from(["approve", "approve", "adopt"]), "command")
        self.do(command, grant=matter.id, **self.amounts(matter))

    def turn_down(self) -> None:
        """Not adopted, or rejected."""
        command = self.draw(st.sampled_from(["not_adopt", "reject"]), "command")
        self.do(command, grant=self.matter("submitted", "adopted").id, reason="自立性が認められない")

    def import_decision(self) -> None:
        """A decision taken elsewhere."""
        authority, programme = self.draw(AUTHORITIES), self.draw(st.sampled_from([R7, R7, R8]))
        year = self.draw(st.sampled_from([2025, 2026, 2026]) if programme == R7 else st.just(2026))
        kinds = [NAMES[letter] for letter in self.draw(st.sampled_from(["s", "i", "i", "si", "f"]))]
        amounts = {kind: self.yen(kind, authority, year, year) for kind in kinds}
        fields = {**elsewhere(authority, year, programme, **amounts), "decided_on": self.today.isoformat()}
        self.do("import_decision", **fields)

    def confirm_programme(self) -> None:
        """The successor's caps."""
        self.do("confirm_programme", programme=R8, basis="document", document="事務連絡")

    # ------------------------------------------------------------------ changes

    def change(self) -> None:
        """A change asked for, and as a rule decided."""
        matter = self.matter("approved")
        self.do("request_change", grant=matter.id, content="見直し", **self.what_changes(matter))
        if matter.changes and self.draw(OFTEN, "decided"):
            self.decide_change(matter)

    def what_changes(self, matter: Matter) -> dict[str, Any]:
        """More, less, a component dropped, a plan that ends at another time; or several of these."""
        name = self.draw(st.sampled_from(list(matter.lines)), "component")
        line, plan = matter.lines[name], self.book.plans[matter.project]
        more = {"deltas": {name: self.yen(line.kind, matter.authority, matter.year, plan.last)}}
        less = {
            "deltas": {name: -self.draw(st.sampled_from([1, line.given // 2, line.given, line.given + 1]))}
        }
        longer = {"last_year": plan.last + self.draw(st.sampled_from([1, 2, 4]))}
        shorter = {"last_year": plan.last - 1}
        choices: list[dict[str, Any]] = [more, more, less, less, longer, longer, shorter, {"drop": [name]}]
        choices += [{**less, **longer}, {**more, **longer}, {**more, **shorter}, {**more, "drop": [name]}]
        return self.draw(st.sampled_from(choices), "change")

    def decide_change(self, matter: Matter | None = None) -> None:
        """A change approved or refused."""
        changed = [m for m in self.book.matters.values() if m.changes]
        if not changed:
            return
        matter = matter or self.draw(st.sampled_from(changed))
        change = self.draw(st.sampled_from(list(matter.changes)[-2:]))
        command = self.draw(
            st.sampled_from(["approve_change", "approve_change", "approve_change", "refuse_change"])
        )
        reasons = {"justifications": REASONS} if command == "approve_change" and self.draw(OFTEN) else {}
        self.do(command, change=change, reason="必要がない", **reasons)

    # ------------------------------------------------------------------ money

    def disburse(self) -> None:
        """Paid in advance, or what settlement leaves."""
        payment = self.draw(st.sampled_from(["advance", "advance", "final"]))
        matter = self.matter("approved" if payment == "advance" else "settled")
        left = matter.of("fixed" if matter.settled else "given") - matter.paid
        yen = max(1, self.draw(st.sampled_from([1, left // 2, left, left, left + 1]), "yen"))
        self.do("disburse", grant=matter.id, amount_yen=yen, payment=payment)

    def report_and_settle(self) -> None:
        """Reported, and as a rule settled: at nothing, less, exactly, or more than was granted."""
        matter = self.matter("approved", "reported")
        costs = {
            name: self.draw(st.sampled_from([0, line.given, line.given, 2 * line.given, 2 * line.given + 1]))
            for name, line in matter.lines.items()
        }
        self.do("report_completion", grant=matter.id, actuals=costs)
        if self.draw(OFTEN, "settled"):
            self.do("settle", grant=matter.id)

    def run_through(self) -> None:
        """A grant runs from its decision to its settlement, paid in advance."""
        matter = self.matter("approved")
        self.surely("disburse", grant=matter.id, amount_yen=max(1, matter.of("given")), payment="advance")
        self.surely(
            "report_completion",
            grant=matter.id,
            actuals={name: line.given for name, line in matter.lines.items()},
        )
        self.surely("settle", grant=matter.id)
        self.bring_back()

    def bring_back(self) -> None:
        """Money ordered back, and paid back."""
        overpaid = [m for m in self.book.matters.values() if m.overpaid]
        matter = self.draw(st.sampled_from(overpaid)) if overpaid else self.matter("settled")
        due = matter.overpaid - sum(order.amount for order in matter.orders.values())
        yen = max(1, self.draw(st.sampled_from([due, due, due // 2, due + 1]), "yen"))
        due_on = (self.today + timedelta(days=20)).isoformat()
        self.do("order_return", grant=matter.id, basis="overpayment", amount_yen=yen, due_on=due_on)
        for order, held in matter.orders.items():
            left = held.amount - held.paid
            yen = max(1, self.draw(st.sampled_from([left, left, left // 2, left + 1]), "yen"))
            self.do("record_return", order=order, amount_yen=yen)

    # ------------------------------------------------------------------ the effect-year

    def look_back(self) -> None:
        """Some steps of an effect-year, or all."""
        plan = self.plan()
        year = plan.first + self.draw(st.sampled_from([0, 0, 0, 1, 9]), "which year")
        meeting = {
            "body": "external",
            "meeting": "会議",
            "held_on": self.today.isoformat(),
            "opinion": "順調",
        }
        measures = {"measures": "周知", "owner": "企画課", "due_on": "2028-03-31", "future": "continue"}
        page = {"url": "https://www.example.lg.jp/", "digest": "sha256:0"}
        steps: list[tuple[str, dict[str, Any]]] = [
            ("measure", {"kpi": "k1", "actual": "78"}),
            ("verify_effect", meeting),
            ("evaluate", {"cause": "周知"}),
            ("plan_improvement", measures),
            *[("publish", {"part": part, **page}) for part in PARTS],
            ("close_year", {}),
        ]
        first, last = self.draw(st.sampled_from([(0, 9), (0, 9), (0, 7), (0, 1), (1, 5), (4, 9)]), "steps")
        for command, fields in steps[first:last]:
            self.do(command, project=plan.id, fiscal_year=year, **fields)

    def end(self) -> None:
        """The end of a project."""
        self.do("end_project", project=self.plan().id)


ACTIONS: list[tuple[Callable[[Actions], Any], int, tuple[str, ...]]] = [
    (Actions.decided, 6, ()),
    (Actions.submit, 3, ()),
    (Actions.submit_many, 1, ()),
    (Actions.submit_continuing, 3, ()),
    (Actions.send_back, 3, ("submitted",)),
    (Actions.submit_again, 3, ("returned",)),
    (Actions.withdraw, 2, ("submitted", "returned", "adopted", "approved")),
    (Actions.examine, 2, ("submitted", "adopted")),
    (Actions.take_part, 1, ()),
    (Actions.decide, 4, ("submitted", "adopted")),
    (Actions.turn_down, 1, ("submitted", "adopted")),
    (Actions.import_decision, 3, ()),
    (Actions.confirm_programme, 1, ()),
    (Actions.change, 6, ("approved",)),
    (Actions.decide_change, 1, ("approved",)),
    (Actions.disburse, 3, ("approved", "settled")),
    (Actions.report_and_settle, 4, ("approved", "reported")),
    (Actions.run_through, 2, ("approved",)),
    (Actions.bring_back, 4, ("settled",)),
    (Actions.look_back, 4, ()),
    (Actions.end, 1, ()),
]
"""Actions, how often each is taken, and the states of grants that give it something to do."""
