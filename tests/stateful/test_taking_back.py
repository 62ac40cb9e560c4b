"""One grant, paid and taken back in any order: it adds up after every step, and no charge is a yen off (I1, I4, I12).

The test keeps its own sums of what it did, and counts every charge a second time, day by day.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from day_by_day import DAY, Dated, add_on, late_money, with_grace
from hypothesis import given, settings
from hypothesis import strategies as st
from store.office import HIROSHIMA, Office, elsewhere, office_at

from lifecycle.errors import Refusal

SOFT, FACILITY = 7_000_001, 3_000_000
DECIDED = SOFT + FACILITY
BASES = ("overpayment", "revocation", "sub_grantee", "input_tax")
FAULTS = ("recipient", "recipient", "sub_grantee", "circumstances")
COSTS = st.sampled_from([0, 1, SOFT, 2 * SOFT - 1, 2 * SOFT + 1, 30_000_000])
DAYS = st.sampled_from([0, 0, 1, 9, 40, 200, 0, 1, 9, 40, -5])

Fields = dict[str, Any]


@dataclass
class Order:
    """A return order as the test gave it."""

    number: int
    on: date
    due_on: date
    yen: int
    bears_add_on: bool
    payments: list[Dated] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Principal still to be paid back."""
        return self.yen - sum(yen for _, yen in self.payments)


class TakingBack:
    """The grant, what was done to it, and officers who may do anything at any time, if they are let."""

    def __init__(self, office: Office, draw: Any) -> None:
        self.office, self.draw = office, draw
        self.today = date(2025, 6, 1)
        told = office.do("import_decision", **elsewhere(HIROSHIMA, 2025, soft=SOFT, facility=FACILITY))
        self.grant = str(told["grant"])
        self.receipts: list[Dated] = []
        self.orders: dict[str, Order] = {}
        self.added = self.given_up = self.at_fault = 0
        self.increased = False

    def try_to(self, do: str, by: str, **fields: Any) -> Fields | None:
        """The result of a command; None when it is refused."""
        try:
            return dict(self.office.do(do, by=by, on=self.today.isoformat(), **fields)["result"])
        except Refusal:
            return None

    def near(self, *bounds: int) -> int:
        """An amount at one of the bounds, a yen beside it, or a half of it."""
        bound = self.draw(st.sampled_from(bounds))
        return max(
            1, self.draw(st.sampled_from([bound, bound, bound // 2, bound // 3, bound - 1, bound + 1]))
        )

    def shown(self) -> Fields:
        """The grant as the office shows it."""
        return self.office.show(self.grant)

    def status(self) -> str:
        """How the grant stands."""
        return str(self.shown()["status"])

    # ------------------------------------------------------------------ sums

    def entitled(self) -> int:
        """What the recipient may keep."""
        return int(self.shown()["committed_yen"] + self.shown()["settled_yen"])

    def returned(self) -> int:
        """Principal paid back."""
        return sum(order.yen - order.left for order in self.orders.values())

    def paid(self) -> int:
        """Paid out, whether returned or not."""
        return sum(yen for _, yen in self.receipts)

    def excess(self) -> int:
        """Paid beyond what may be kept, and not ordered back."""
        ordered = sum(order.yen for order in self.orders.values())
        return max(0, self.paid() - self.entitled() - ordered)

    def due(self) -> dict[str, int]:
        """What waits to be ordered back, by basis."""
        waits = [wait for wait in self.office.tell("todo") if wait["what"].startswith("order the return")]
        return {wait["what"].partition("(")[2].rstrip(")"): wait["amount_yen"] for wait in waits}

    # ------------------------------------------------------------------ what may be done

    def pay(self) -> None:
        """支払, in advance or in the end."""
        yen = self.near(self.entitled() - self.paid() + self.returned())
        payment = "final" if self.shown()["settled_on"] else "advance"
        if self.try_to("disburse", "payer", grant=self.grant, amount_yen=yen, payment=payment):
            self.receipts.append((self.today, yen))
            assert self.paid() - self.returned() <= self.entitled()

    def revoke(self) -> None:
        """取消."""
        yen = self.near(self.entitled(), *[self.entitled() // 4] * 4)
        told = {
            "amount_yen": self.draw(st.sampled_from([yen] * 9 + ["all"])),
            "fault": self.draw(st.sampled_from(FAULTS)),
            "reason": "目的外使用",
        }
        if done := self.try_to("revoke", "approver", grant=self.grant, **told):
            self.given_up += done["revoked_yen"]
            self.at_fault += done["revoked_yen"] if told["fault"] == "recipient" else 0

    def abolish(self) -> None:
        """廃止."""
        amount = self.draw(st.sampled_from([{}, {"amount_yen": self.near(self.entitled())}]))
        if done := self.try_to("abolish", "approver", grant=self.grant, reason="撤退", **amount):
            assert done["released_yen"] >= 0
            self.given_up += done["released_yen"]

    def change(self) -> None:
        """変更."""
        deltas = {"soft": self.draw(st.sampled_from([-1_000, 1_000, 999_999]))}
        done = self.try_to("request_change", "head", grant=self.grant, deltas=deltas)
        if done and self.try_to("approve_change", "approver", change=done["change"]):
            self.added += deltas["soft"]
            self.increased |= deltas["soft"] > 0

    def report(self) -> None:
        """実績報告, and as a rule 額の確定 or 是正命令."""
        actuals = {"soft": self.draw(COSTS), "facility": self.draw(COSTS)}
        self.try_to("report_completion", "head", grant=self.grant, actuals=actuals)
        if self.draw(st.integers(0, 4)) == 0:
            told = {"act": "訂正", "due_on": "2035-03-31", "reason": "実績と相違"}
            self.try_to("order_correction", "approver", grant=self.grant, **told)
        elif done := self.try_to("settle", "approver", grant=self.grant):
            self.given_up += done["decommitted_yen"]

    def deduct(self) -> None:
        """消費税仕入控除税額報告."""
        told = {"grant": self.grant, "deductible_tax_yen": self.draw(st.integers(0, 9_000_000))}
        if done := self.try_to("report_input_tax", "head", **told):
            self.given_up += done["return_yen"]

    def order(self) -> None:
        """返還命令."""
        due_on = self.today + self.draw(st.integers(0, 40)) * DAY
        due = self.due()
        basis = self.draw(st.sampled_from([*due, *due, *BASES]))
        told = {"basis": basis, "amount_yen": self.near(due.get(basis, 1)), "due_on": due_on.isoformat()}
        if done := self.try_to("order_return", "approver", grant=self.grant, **told):
            number = len(self.orders) + 1
            yen = told["amount_yen"]
            self.orders[done["order"]] = Order(number, self.today, due_on, yen, done["bears_addon"])

    def pay_back(self) -> None:
        """納付 or 強制徴収; and once the principal is complete, 加算金・延滞金の決定."""
        if not self.orders:
            return
        name = self.draw(st.sampled_from(sorted(self.orders)))
        order = self.orders[name]
        do, yen = self.draw(st.sampled_from(["record_return", "collect_as_tax"])), self.near(order.left)
        if order.left and self.try_to(do, "receiver", order=name, amount_yen=yen):
            order.payments.append((self.today, yen))
        if charges := self.try_to("assess_return", "receiver", order=name):
            assert (charges["addon_yen"], charges["late_yen"]) == self.charges(order)

    def charges(self, order: Order) -> tuple[int, int]:
        """加算金・延滞金 of an order, day by day."""
        orders = [(other.on, other.yen) for other in self.orders.values() if other.number <= order.number]
        add_on_yen = add_on(self.receipts, orders, order.payments) if order.bears_add_on else 0
        return add_on_yen, late_money(with_grace(order.due_on), order.yen, order.payments)

    # ------------------------------------------------------------------ what must hold

    def adds_up(self) -> None:
        """I1, I4: what was decided stands, or was given up; what was paid is kept, returned, or ordered back."""
        shown = self.shown()
        assert (shown["disbursed_yen"], shown["returned_yen"]) == (self.paid(), self.returned())
        assert 0 <= self.returned() <= self.paid()
        assert DECIDED + self.added == self.entitled() + self.given_up
        windows = self.office.tell("caps", authority=HIROSHIMA, fiscal_year=2025)["windows"]
        assert sum(w["used_yen"] for w in windows if w["period"] == "fiscal_year") == self.entitled()

    def can_be_ordered_back(self) -> None:
        """18条: what is paid too much can be ordered back on some basis, and on none more than that."""
        due = self.due()
        assert all(0 < yen <= self.excess() for yen in due.values())
        # An increase takes up what was paid too much, and leaves open which basis it was due on.
        assert sum(due.values()) >= self.excess()
        assert self.increased or sum(due.values()) == self.excess()
        assert sum(order.yen for order in self.orders.values() if order.bears_add_on) <= self.at_fault


STEPS: list[tuple[Callable[[TakingBack], None], int, Callable[[TakingBack], bool]]] = [
    (TakingBack.pay, 3, lambda story: story.entitled() > story.paid() - story.returned()),
    (TakingBack.revoke, 2, lambda story: story.entitled() > 0),
    (TakingBack.order, 5, lambda story: story.excess() > 0),
    (TakingBack.pay_back, 6, lambda story: bool(story.orders)),
    (TakingBack.change, 2, lambda story: story.status() == "approved"),
    (TakingBack.abolish, 1, lambda story: story.status() == "approved"),
    (TakingBack.report, 2, lambda story: story.status() in ("approved", "abolished")),
    (TakingBack.deduct, 2, lambda story: story.status() == "settled"),
]
"""What may be done, how often it is, and when there is something to do for it."""


def next_step(story: TakingBack) -> Callable[[TakingBack], None]:
    """A step that fits, as a rule; any other one now and then."""
    fitting = [step for step, weight, fits in STEPS if fits(story) for _ in range(weight)]
    anything = story.draw(st.integers(0, 9)) == 9 or not fitting
    return story.draw(st.sampled_from([step for step, _, _ in STEPS] if anything else fitting))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_grant_adds_up_whatever_is_paid_and_taken_back(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = office_at(Path(folder) / "grants.db")
        try:
            story = TakingBack(office, data.draw)
            story.pay()
            for _ in range(data.draw(st.integers(5, 25), label="steps")):
                story.today += data.draw(DAYS, label="days") * DAY
                next_step(story)(story)
                story.adds_up()
                story.can_be_ordered_back()
            assert office.findings() == []
        finally:
            office.close()
