"""While the work goes on: double funding, contracts, minor changes, carry-over, sub-grants."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.grant.limits import Figures, Limited, beyond
from lifecycle.aggregates.grant.sheets import CarryOver, Contract, DoubleFunding, ItemMove, SubGrant
from lifecycle.aggregates.grant.state import DEAD, IN_PROGRESS, GrantEvent
from lifecycle.errors import (
    AlreadyRecorded,
    BadInput,
    CarryOverRepeated,
    NotFound,
    SameOfficer,
    TooLate,
    WrongStatus,
)
from lifecycle.values import fiscal_year_begins, fiscal_year_ends


class DoubleFundingChecked(GrantEvent):
    """重複・二重交付の確認: own grant and grant passed down stay within the share of the cost (検査院 R04)."""

    TOPIC = "grant.double_funding_checked"

    own_grant_yen: int
    passed_down_yen: int
    eligible_cost_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.double_funding = DoubleFunding(
            self.act.on, self.act.by, self.own_grant_yen, self.passed_down_yen, self.eligible_cost_yen
        )


class ContractRecorded(GrantEvent):
    """契約・着手: signed before the decision, its cost is ineligible at settlement (lifecycle.md event 18)."""

    TOPIC = "grant.contract_recorded"

    component: str
    party: str
    amount_yen: int
    signed_on: date

    def apply(self, aggregate: Any) -> None:
        contract = Contract(self.component, self.party, self.amount_yen, self.signed_on)
        aggregate.sheets.contracts.append(contract)


class MinorChangeNotified(GrantEvent):
    """軽微な変更: a move between items within the minor share; the grant stays as it is (7条1項1号・3号)."""

    TOPIC = "grant.minor_change_notified"

    component: str
    from_item: str
    to_item: str
    amount_yen: int

    def apply(self, aggregate: Any) -> None:
        move = ItemMove(self.component, self.from_item, self.to_item, self.amount_yen)
        aggregate.sheets.moves.append(move)


class CarryOverRequested(GrantEvent):
    """繰越申請 (財政法 14条の3, 42条, 43条); it takes the place of one that still waits."""

    TOPIC = "grant.carry_over_requested"

    amount_yen: int
    basis: str
    cause: str
    new_end_on: date

    def apply(self, aggregate: Any) -> None:
        asked = CarryOver(self.amount_yen, self.basis, self.cause, self.new_end_on, self.act.by, self.act.on)
        aggregate.sheets.ask_carry_over(asked)


class CarryOverApproved(GrantEvent):
    """繰越承認: the money is spent in the next year and stays in its own year's cap (lifecycle.md 2.3)."""

    TOPIC = "grant.carry_over_approved"

    amount_yen: int
    basis: str

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.carry_overs[-1].approved_on = self.act.on


class SubGrantCommitted(GrantEvent):
    """間接補助金の決定 by the authority (lifecycle.md event 29)."""

    TOPIC = "grant.sub_grant_committed"

    sub_grant: str
    payee: str
    amount_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.sub_grants[self.sub_grant] = SubGrant(
            self.sub_grant, self.payee, self.amount_yen, self.act.on
        )


class SubGrantPaid(GrantEvent):
    """間接補助金の交付, with evidence (検査院 H28-0068: reported complete while 910,550,000 yen were unpaid)."""

    TOPIC = "grant.sub_grant_paid"

    sub_grant: str
    evidence: str

    def apply(self, aggregate: Any) -> None:
        sub_grant = aggregate.sheets.sub_grants[self.sub_grant]
        sub_grant.paid_on, sub_grant.evidence = self.act.on, self.evidence


class Working(Limited):
    """Commands between decision and report."""

    def check_double_funding(
        self, act: Act, *, own_grant_yen: int, passed_down_yen: int, eligible_cost_yen: int
    ) -> None:
        """重複・二重交付の確認, of figures that the rule has passed.

        Raises:
            WrongStatus: the application came to nothing.
            TooEarly: before its present standing.
        """
        self._refuse_dead("checking it")
        self.refuse_too_early(act)
        self.trigger(
            DoubleFundingChecked,
            act,
            own_grant_yen=own_grant_yen,
            passed_down_yen=passed_down_yen,
            eligible_cost_yen=eligible_cost_yen,
        )

    def record_contract(
        self, act: Act, *, component: str, party: str, amount_yen: int, signed_on: date
    ) -> None:
        """契約. May be recorded before the decision too: the day it was signed counts.

        Raises:
            BadInput: unknown component, or signed after the business date.
            WrongStatus: the application came to nothing, or is settled.
        """
        self.refuse_unknown(component)
        if signed_on > act.on:
            raise BadInput(f"signed_on {signed_on} lies after the business date {act.on}")
        if self.settled_on:
            raise WrongStatus(f"grant {self.id} was settled on {self.settled_on}; its contracts stand")
        self._refuse_dead("a contract")
        self.trigger(
            ContractRecorded,
            act,
            component=component,
            party=party,
            amount_yen=amount_yen,
            signed_on=signed_on,
        )

    def ineligible_cost_yen(self, component: str) -> int:
        """Cost of contracts signed before the decision: no start before it."""
        if self.decided_on is None:
            return 0
        return sum(
            contract.amount_yen
            for contract in self.sheets.contracts
            if contract.component == component and contract.signed_on < self.decided_on
        )

    def notify_minor_change(
        self, act: Act, *, component: str, from_item: str, to_item: str, amount_yen: int
    ) -> None:
        """軽微な変更 of items that the rule has passed.

        Raises:
            WrongStatus: the work is not in progress.
            TooEarly: before the decision.
        """
        self.refuse_unless(*IN_PROGRESS, doing="a minor change")
        self.refuse_too_early(act)
        self.trigger(
            MinorChangeNotified,
            act,
            component=component,
            from_item=from_item,
            to_item=to_item,
            amount_yen=amount_yen,
        )

    def item_yen(self, component: str, item: str, planned_yen: int) -> int:
        """What an item stands at after the moves notified so far."""
        moves = [move for move in self.sheets.moves if move.component == component]
        gained_yen = sum(move.amount_yen for move in moves if move.to_item == item)
        return planned_yen + gained_yen - sum(m.amount_yen for m in moves if m.from_item == item)

    def request_carry_over(
        self, act: Act, *, amount_yen: int, basis: str, cause: str, new_end_on: date, closed_on: date
    ) -> None:
        """繰越申請, once by plan and once by accident, before the year it ends in is over.

        One that waits is asked for anew on its own basis: it may be too much by now, or have been told wrongly.
        `closed_on`: the last day on which the budget of the grant's own fiscal year pays.

        Raises:
            WrongStatus: the work is not in progress, or a request on another basis is open.
            CarryOverRepeated: this basis was used, or what was carried over would be carried on by plan.
            OverDisbursed: more than is left to be paid, or than is left of what was carried over.
            BadInput: the new end lies not after the present one, or beyond the next fiscal year.
            TooLate: the fiscal year is over.
            TooEarly: before the decision, the fiscal year that it goes out of, or the request that it replaces.
        """
        self.refuse_unless(*IN_PROGRESS, doing="a carry-over")
        self.refuse_too_early(act)
        self._refuse_beside_waiting(act, basis)
        approved = self.carry_overs_approved
        if any(carried.basis == basis for carried in approved):
            raise CarryOverRepeated(f"{self.id} was carried over on the basis of {basis} already")
        if basis == "planned" and approved:
            raise CarryOverRepeated(
                f"{self.id} was carried over already; only money of its own fiscal year is carried over by plan "
                "(財政法 14条の3)"
            )
        year = self.fiscal_year + len(approved)
        if act.on > fiscal_year_ends(year):
            raise TooLate(
                f"fiscal year {year} is over; its budget has lapsed (財政法 42条)",
                remedy=f"a carry-over out of it was to be asked for by {fiscal_year_ends(year)}; if it was, record it "
                f"by its day: --on {fiscal_year_ends(year)}",
            )
        refuse_before(fiscal_year_begins(year), act.on, f"the beginning of fiscal year {year}")
        if not fiscal_year_ends(year) < new_end_on <= fiscal_year_ends(year + 1):
            raise BadInput(
                f"new_end_on {new_end_on} lies not in fiscal year {year + 1}: give a day from "
                f"{fiscal_year_begins(year + 1)} to {fiscal_year_ends(year + 1)}"
            )
        self._refuse_beyond_unpaid(amount_yen, closed_on)
        self.trigger(
            CarryOverRequested,
            act,
            amount_yen=amount_yen,
            basis=basis,
            cause=cause,
            new_end_on=new_end_on,
        )

    def _refuse_beside_waiting(self, act: Act, basis: str) -> None:
        waiting = self.sheets.carry_over_waiting
        if waiting is None:
            return
        if waiting.basis != basis:
            raise WrongStatus(
                f"a carry-over of {self.id} waits for its approval already ({waiting.basis})",
                remedy=f"let it be approved: grants approve-carry-over {self.id}; or ask anew on its own basis: "
                f"--basis {waiting.basis}",
            )
        refuse_before(waiting.requested_on, act.on, "the request that it replaces")

    def approve_carry_over(self, act: Act, *, closed_on: date) -> int:
        """繰越承認 of the open request, judged as it was when asked for; returns its yen.

        Raises:
            WrongStatus: none is open.
            SameOfficer: who requested would approve.
            OverDisbursed: more than is left to be paid by now.
            TooEarly: before the request.
        """
        self.refuse_unless(*IN_PROGRESS, doing="a carry-over")
        request = self.sheets.carry_over_waiting
        if request is None:
            raise WrongStatus(f"no carry-over of {self.id} waits for approval")
        self.refuse_conflicted(act, "approve a carry-over of")
        if act.by in self.sheets.carry_over_hands:
            raise SameOfficer(f"{act.by} asked for the carry-over of {self.id} and may not approve it")
        refuse_before(request.requested_on, act.on, "the request")
        self._refuse_beyond_unpaid(request.amount_yen, closed_on)
        self.trigger(CarryOverApproved, act, amount_yen=request.amount_yen, basis=request.basis)
        return request.amount_yen

    def _refuse_beyond_unpaid(self, amount_yen: int, closed_on: date) -> None:
        """What is carried over is not paid yet, and what is left of what was carried over is all that can go on."""
        limit_yen, room_yen = self.committed_yen, max(0, self.committed_yen - self.paid_net_yen)
        left = "are unpaid"
        if self.carry_overs_approved:
            limit_yen, room_yen = self.carried_yen(1), self.carried_left_yen(1, closed_on)
            left = "are left of what was carried over; the rest of the year's budget has lapsed"
        if amount_yen > room_yen:
            at_most = f"ask for at most {room_yen:,} yen: grants request-carry-over {self.id} --amount-yen {room_yen}"
            raise beyond(
                f"{amount_yen:,} yen can't be carried over: {room_yen:,} yen of {self.id} {left}",
                Figures(limit_yen, limit_yen - room_yen, amount_yen),
                source="財政法 14条の3, 42条, 43条",
                remedy=at_most if room_yen else "nothing is left to be carried over",
            )

    def commit_sub_grant(self, act: Act, *, sub_grant: str, payee: str, amount_yen: int) -> None:
        """間接補助金の決定.

        Raises:
            WrongStatus: the work is not in progress.
            AlreadyRecorded: the id is taken.
            TooEarly: before the decision.
        """
        self.refuse_unless(*IN_PROGRESS, doing="a sub-grant")
        self.refuse_too_early(act)
        if sub_grant in self.sheets.sub_grants:
            raise AlreadyRecorded(f"sub-grant {sub_grant} of {self.id} is recorded already")
        self.trigger(SubGrantCommitted, act, sub_grant=sub_grant, payee=payee, amount_yen=amount_yen)

    def pay_sub_grant(self, act: Act, *, sub_grant: str, evidence: str) -> None:
        """間接補助金の交付.

        Raises:
            NotFound: no such sub-grant.
            AlreadyRecorded: it is paid.
            TooEarly: before it was committed.
        """
        self._refuse_dead("paying a sub-grant")
        if sub_grant not in self.sheets.sub_grants:
            raise NotFound(f"grant {self.id} has no sub-grant {sub_grant}")
        found = self.sheets.sub_grants[sub_grant]
        if found.paid_on:
            raise AlreadyRecorded(f"sub-grant {sub_grant} of {self.id} was paid on {found.paid_on}")
        refuse_before(found.committed_on, act.on, "the sub-grant")
        self.trigger(SubGrantPaid, act, sub_grant=sub_grant, evidence=evidence)

    def _refuse_dead(self, doing: str) -> None:
        if self.status in DEAD:
            raise WrongStatus(f"grant {self.id} is {self.status.value}; {doing} is too late")
