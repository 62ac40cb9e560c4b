"""What officers may do with money and afterwards; and all actions with their weights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from store.office import HIROSHIMA, PARTS, SAPPORO, YOKOHAMA

from .book import OKU, SOFT_A_YEAR
from .drawing import AUTHORITIES, OFTEN, RARELY, Draw
from .lives import EarlyActions


class Actions(EarlyActions):
    """One method per action; each may be several commands."""

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
        matter = self.matter("approved", "abolished", "reported")
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
        """Money ordered back on whatever basis there is, and paid back."""
        bases = ["overpayment", "revocation", "sub_grantee", "input_tax"]
        owing = [(m, b) for m in self.book.matters.values() for b in bases if m.due_back(b)]
        some = (self.matter("settled"), self.draw(st.sampled_from(bases), "basis"))
        matter, basis = self.draw(st.sampled_from(owing), "owing") if owing else some
        yen = self.near(matter.due_back(basis))
        due_on = (self.today + timedelta(days=20)).isoformat()
        self.do("order_return", grant=matter.id, basis=basis, amount_yen=yen, due_on=due_on)
        for order, held in matter.orders.items():
            self.do("record_return", order=order, amount_yen=self.near(held.amount - held.paid))

    def near(self, yen: int) -> int:
        """An amount at a bound, below it, or just beyond."""
        return max(1, self.draw(st.sampled_from([yen, yen, yen // 2, yen + 1]), "yen"))

    def set_off(self) -> None:
        """A return set off against a like grant."""
        orders = [(name, o) for m in self.book.matters.values() for name, o in m.orders.items()]
        if orders:
            name, order = self.draw(st.sampled_from(orders), "order")
            like = self.matter("approved", "settled")
            yen = self.near(min(order.amount - order.paid, like.stands - like.kept))
            self.do("set_off", order=name, grant=like.id, amount_yen=yen)

    def tax(self) -> None:
        """Input tax reported."""
        matter = self.matter("settled", "closed")
        cost = matter.of("actual")
        tax = self.draw(st.sampled_from([0, cost // 11, cost // 11, cost, cost + 1]), "tax")
        self.do("report_input_tax", grant=matter.id, deductible_tax_yen=tax)

    # ------------------------------------------------------------------ what comes between

    def pause(self) -> None:
        """Suspended, and as a rule resumed."""
        matter = self.matter("approved", "suspended")
        self.do("suspend", grant=matter.id, reason="遂行命令に従わない")
        if self.draw(OFTEN, "resumed"):
            self.do("resume", grant=matter.id)

    def give_up(self) -> None:
        """Abolished, in part or but for what is paid."""
        matter = self.matter("approved", "suspended")
        left = matter.of("given") - matter.kept
        fields = {"amount_yen": self.near(left)} if self.draw(st.booleans(), "in part") else {}
        self.do("abolish", grant=matter.id, reason="事業者の撤退", **fields)

    def revoke(self) -> None:
        """Revoked, in part or whole."""
        matter = self.matter("approved", "suspended", "abolished", "reported", "settled", "closed")
        amount = self.draw(st.sampled_from([1, matter.stands // 3, matter.stands, matter.stands + 1, "all"]))
        fault = self.draw(st.sampled_from(["recipient", "sub_grantee", "sub_grantee"]), "fault")
        told = {"amount_yen": amount or 1, "fault": fault, "reason": "目的外使用"}
        self.do("revoke", grant=matter.id, **told)

    def send_report_back(self) -> None:
        """A result to be put right."""
        matter = self.matter("reported")
        due_on = (self.today + timedelta(days=20)).isoformat()
        self.do("order_correction", grant=matter.id, act="舗装", due_on=due_on, reason="実績と相違する")

    def commit_sub_grant(self) -> None:
        """A sub-grant that will not be paid: completion can't be reported any more."""
        matter = self.matter("approved", "suspended")
        told = {"sub_grant": f"g{self.watch.count}", "payee": "酒造", "amount_yen": 1_000}
        self.do("commit_sub_grant", grant=matter.id, **told)

    def waive(self) -> None:
        """An authority's soft cap lifted for a while; or lowered, which is refused."""
        authority = self.draw(AUTHORITIES, "authority")
        until = (self.today + timedelta(days=self.draw(st.sampled_from([0, 30, 400])))).isoformat()
        tier = {HIROSHIMA: "prefecture", SAPPORO: "core_hub", YOKOHAMA: "municipality"}[authority]
        cap = SOFT_A_YEAR[authority]
        limit = self.draw(st.sampled_from([cap + 1, 30 * OKU, cap - 1]), "limit")
        told = {"rule": f"soft_fy_{tier}", "until": until, "document": "府地創第200号", "limit_yen": limit}
        self.do("waive", authority=authority, **told)

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
    (Actions.report_and_settle, 4, ("approved", "abolished", "reported")),
    (Actions.run_through, 2, ("approved",)),
    (Actions.bring_back, 4, ("settled", "revoked", "abolished", "closed")),
    (Actions.set_off, 2, ("approved", "settled")),
    (Actions.tax, 2, ("settled", "closed")),
    (Actions.pause, 1, ("approved", "suspended")),
    (Actions.give_up, 1, ("approved", "suspended")),
    (Actions.revoke, 3, ("approved", "suspended", "abolished", "reported", "settled", "closed")),
    (Actions.send_report_back, 1, ("reported",)),
    (Actions.commit_sub_grant, 1, ("approved",)),
    (Actions.waive, 1, ()),
    (Actions.look_back, 4, ()),
    (Actions.end, 1, ()),
]
"""Actions, how often each is taken, and the states of grants that give it something to do."""
