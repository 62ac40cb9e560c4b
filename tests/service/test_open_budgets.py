"""会計年度独立の原則, yen by yen: what is left of each year's budget after any payments and carry-overs (I4, I10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from spec import Story, given_approved

from lifecycle.programme import version
from lifecycle.rules.budget_year import payment_findings
from lifecycle.service.budgeting import carried_on

R7 = version("R7-dai2sedai")
GRANTED_YEN = 22_000_000
OPEN = (
    (date(2025, 4, 1), date(2026, 4, 30)),
    (date(2026, 4, 1), date(2027, 4, 30)),
    (date(2027, 4, 1), date(2028, 4, 30)),
)
"""From when and until when the grant's own budget pays, the one after it, and the one after that."""
FIRST, SECOND = date(2026, 3, 20), date(2027, 3, 20)
AGAIN = {"basis": "accident", "new_end_on": date(2027, 12, 20), "on": SECOND}


@dataclass
class Budgets:
    """Naive: three budgets, of which each payment takes the oldest that is open; what none holds is the state's own."""

    left_yen: list[int] = field(default_factory=lambda: [GRANTED_YEN, 0, 0])
    unpaid_yen: int = GRANTED_YEN

    def open_on(self, day: date) -> list[int]:
        return [budget for budget, (first, last) in enumerate(OPEN) if first <= day <= last]

    def covered_yen(self, day: date) -> int:
        return sum(self.left_yen[budget] for budget in self.open_on(day))

    def payable_yen(self, day: date) -> int:
        """Without what was carried over to a year that has not begun."""
        kept = sum(left for left, (first, _) in zip(self.left_yen, OPEN, strict=True) if first > day)
        return self.unpaid_yen - kept

    def pay(self, day: date, amount_yen: int) -> None:
        self.unpaid_yen -= amount_yen
        for budget in self.open_on(day):
            taken_yen = min(amount_yen, self.left_yen[budget])
            self.left_yen[budget] -= taken_yen
            amount_yen -= taken_yen

    def carry(self, budget: int, amount_yen: int) -> None:
        self.left_yen[budget] -= amount_yen
        self.left_yen[budget + 1] += amount_yen


DAYS = (
    *(
        date(2025, 6, 1),
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 9, 1),
    ),
    *(
        date(2027, 3, 25),
        date(2027, 3, 31),
        date(2027, 4, 1),
        date(2027, 4, 30),
        date(2027, 5, 1),
        date(2028, 4, 30),
    ),
)
"""Both sides of every day on which a budget opens or closes, and a day within."""
PARTS = st.sampled_from([1, 2, 3, 7])
PAYMENTS = st.lists(st.tuples(st.sampled_from(DAYS), PARTS), max_size=6)


def carried(story: Story, budgets: Budgets, budget: int, part: int) -> None:
    """Carry a part of what is left of a budget on, after a yen more than is left was refused."""
    facts = AGAIN if budget else {"on": FIRST}
    room_yen = min(budgets.left_yen[budget], budgets.unpaid_yen)
    story.when("request_carry_over", amount_yen=room_yen + 1, **facts).then_refused("over_disbursed")
    if amount_yen := room_yen // part:
        story.given("request_carry_over", amount_yen=amount_yen, **facts)
        story.given("approve_carry_over", on=facts["on"])
        budgets.carry(budget, amount_yen)


def paid(story: Story, budgets: Budgets, day: date, part: int) -> None:
    """Pay a part of what may be paid, after a yen more was refused; told of is what no open budget holds."""
    payable_yen, covered_yen = budgets.payable_yen(day), budgets.covered_yen(day)
    story.when("disburse", amount_yen=payable_yen + 1, on=day).then_refused("over_disbursed")
    for amount_yen in {covered_yen, covered_yen + 1, payable_yen} - {0}:
        if amount_yen <= payable_yen:
            found = payment_findings(R7, 2025, day, amount_yen, carried_on(story.aggregate, R7, day))
            assert bool(found) is (amount_yen > covered_yen), (day, amount_yen)
    if amount_yen := payable_yen // part:
        story.given("disburse", amount_yen=amount_yen, on=day)
        budgets.pay(day, amount_yen)


@settings(max_examples=300, deadline=None)
@given(PAYMENTS, PARTS, st.booleans(), PARTS)
def test_payments_and_carry_overs_leave_of_each_budget_what_naive_arithmetic_leaves(
    payments, first, twice, second
):
    story, budgets = given_approved(), Budgets()
    steps = [(day, "pay", part) for day, part in payments] + [(FIRST, "carry", first)]
    steps += [(SECOND, "carry again", second)] if twice else []
    for day, what, part in sorted(steps):
        for budget, (_, last) in enumerate(OPEN):
            budgets.left_yen[budget] *= day <= last
        if what == "pay":
            paid(story, budgets, day, part)
        elif what == "carry" or story.aggregate.carry_overs_approved:
            carried(story, budgets, int(what == "carry again"), part)
