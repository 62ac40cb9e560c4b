"""Money that comes back, and what disputes it: revocation, orders, charges, set-off, objections, findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

from lifecycle.aggregates import Grant
from lifecycle.aggregates.base import refuse_before
from lifecycle.aggregates.grant import OrderState
from lifecycle.aggregates.grant.charges import ChargedSegment
from lifecycle.aggregates.grant.limits import too_much
from lifecycle.commands.payment import OrderReturn, RecordReturn
from lifecycle.commands.recovery import (
    AssessReturn,
    CollectAsTax,
    Exempt,
    ExtendReturn,
    HoldPayment,
    OrderCorrection,
    Revoke,
    SetOff,
)
from lifecycle.errors import BadInput, Finding, OverReturned, TooLate, WrongStatus
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.rules import refuse_or_warn
from lifecycle.rules.deadlines import open_day
from lifecycle.rules.dispositions import unreasoned_findings
from lifecycle.rules.returns import (
    Money,
    Segment,
    addon_segments,
    charge_yen,
    deemed_received,
    late_segments,
)
from lifecycle.service.budgeting import budget_findings
from lifecycle.service.closing import close_when_square
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of


class RecoveringRoom(Office):
    """取消・返還・不服の申出."""

    @command("approver")
    def order_correction(self, command: OrderCorrection, desk: Desk) -> Outcome:
        """是正命令: the report is open again.

        Raises:
            NotFound, WrongStatus, SameOfficer, BadInput, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.order_correction(desk.act, demand=command.act, due_on=command.due_on)
        told = {"status": grant.status.value, "due_on": command.due_on}
        return _of_grant(grant, told, unreasoned_findings(desk.act.reason, grant.id))

    @command("approver")
    def revoke(self, command: Revoke, desk: Desk) -> Outcome:
        """取消.

        Raises:
            NotFound, ReasonMissing, WrongStatus, SameOfficer, OverReturned, TooEarly.
        """
        grant = desk.grant(command.grant)
        rules = rules_of(grant.programme)
        amount_yen = None if command.amount_yen == "all" else command.amount_yen
        frees_room = rules.is_closed or not rules.setting_bool("penal_hold")
        revoked_yen = grant.revoke(
            desk.act, amount_yen=amount_yen, fault=command.fault, frees_room=frees_room
        )
        close_when_square(desk, grant)
        basis = "sub_grantee" if command.fault == "sub_grantee" else "revocation"
        result = {
            "status": grant.status.value,
            "revoked_yen": revoked_yen,
            "committed_yen": grant.committed_yen,
            "settled_yen": grant.settled_yen,
            "returnable_yen": grant.returnable_yen(basis),
            "basis": basis,
        }
        return _of_grant(grant, result)

    @command("approver")
    def order_return(self, command: OrderReturn, desk: Desk) -> Outcome:
        """返還命令.

        Raises:
            NotFound, WrongStatus, SameOfficer, OverReturned, BadInput, TooEarly.
        """
        grant = desk.grant(command.grant)
        order = grant.order_return(
            desk.act, basis=command.basis, amount_yen=command.amount_yen, due_on=command.due_on
        )
        result = {
            "order": order,
            "basis": command.basis,
            "amount_yen": command.amount_yen,
            "due_on": command.due_on,
            "bears_addon": bears_addon(grant.orders[order]),
        }
        return _of_order(grant, order, result)

    @command("approver")
    def extend_return(self, command: ExtendReturn, desk: Desk) -> Outcome:
        """返還期限の延長.

        Raises:
            NotFound, WrongStatus, SameOfficer, BadInput, TooEarly.
            TooLate: after the due date.
        """
        grant = _grant_of(desk, command.order)
        _refuse_extension_late(grant.order_of(command.order), desk)
        grant.extend_return(
            desk.act,
            order=command.order,
            due_on=command.due_on,
            steps_taken=command.steps_taken,
            why_hard=command.why_hard,
        )
        return _of_order(grant, command.order, {"due_on": command.due_on})

    @command("revenue_officer")
    def record_return(self, command: RecordReturn, desk: Desk) -> Outcome:
        """納付: the principal first; once it is complete and assessed, add-on and late money.

        Raises:
            NotFound, OverReturned, TooEarly.
        """
        grant = _grant_of(desk, command.order)
        found = grant.order_of(command.order)
        if found.owes_charges:
            grant.pay_charge(desk.act, order=command.order, amount_yen=command.amount_yen)
        else:
            grant.record_return(desk.act, order=command.order, amount_yen=command.amount_yen)
        close_when_square(desk, grant)
        return _of_order(grant, command.order, order_figures(grant, found))

    @command("revenue_officer")
    def assess_return(self, command: AssessReturn, desk: Desk) -> Outcome:
        """加算金・延滞金の決定, by the segments of lifecycle.md 2.7.

        Raises:
            NotFound, WrongStatus, AlreadyRecorded, TooEarly.
        """
        grant = _grant_of(desk, command.order)
        found = grant.order_of(command.order)
        if found.principal_left_yen:
            raise WrongStatus(
                f"{command.order} has {found.principal_left_yen:,} yen of principal left; charges are "
                "assessed after it"
            )
        rules = rules_of(grant.programme)
        addon, late = charges_on(grant, found)
        rates = _rates(rules)
        unit_yen = 1 if rules.is_closed else rules.setting_int("rounding_unit_addon_yen")
        addon_yen = charge_yen(addon, rates[0], unit_yen)
        late_yen = charge_yen(late, rates[1], unit_yen)
        segments = _segments("addon", addon) + _segments("late", late)
        grant.assess_return(
            desk.act,
            order=command.order,
            addon_yen=addon_yen,
            late_yen=late_yen,
            rates=(str(rates[0]), str(rates[1])),
            segments=segments,
        )
        shown = [
            {
                "charge": segment.charge,
                "from": segment.first,
                "to": segment.last,
                "days": segment.days,
                "base_yen": segment.base_yen,
            }
            for segment in segments
        ]
        result = {"addon_yen": addon_yen, "late_yen": late_yen, "segments": shown}
        return _of_order(grant, command.order, result)

    @command("approver")
    def exempt(self, command: Exempt, desk: Desk) -> Outcome:
        """免除.

        Raises:
            NotFound, ReasonMissing, WrongStatus, SameOfficer, OverReturned, TooEarly.
        """
        grant = _grant_of(desk, command.order)
        found = grant.order_of(command.order)
        addon_yen, late_yen = grant.exempt(
            desk.act, order=command.order, addon_yen=command.addon_yen, late_yen=command.late_yen
        )
        result = {
            "exempted_addon_yen": addon_yen,
            "exempted_late_yen": late_yen,
            "addon_due_yen": found.addon_due_yen,
            "late_due_yen": found.late_due_yen,
            "due_yen": found.addon_due_yen + found.late_due_yen,
        }
        return _of_order(grant, command.order, result)

    @command("approver")
    def hold_payment(self, command: HoldPayment, desk: Desk) -> Outcome:
        """一時停止 of a like grant's payment.

        Raises:
            NotFound, BadInput, WrongStatus, OverReturned, OverDisbursed, TooEarly.
        """
        debtor, like = _like_grants(desk, command.order, command.grant)
        _refuse_above_left(debtor, command.order, command.amount_yen)
        held = _held_beside(desk, like, debtor.order_of(command.order))
        like.hold_payment(desk.act, order=command.order, amount_yen=command.amount_yen, held_yen=held)
        result = {"held_yen": command.amount_yen, "grant": like.id}
        return Outcome({"order": command.order, "grant": like.id, "project": like.project}, result=result)

    @command("approver")
    def set_off(self, command: SetOff, desk: Desk) -> Outcome:
        """相殺: pays the order and the like grant in one act.

        Raises:
            NotFound, BadInput, WrongStatus, OverReturned, OverDisbursed, TooEarly.
        """
        debtor, like = _like_grants(desk, command.order, command.grant)
        warnings = refuse_or_warn(budget_findings(desk, like, command.amount_yen), {})
        found = debtor.order_of(command.order)
        pay = debtor.set_off_charge if found.owes_charges else debtor.set_off_return
        pay(desk.act, order=command.order, against=like.id, amount_yen=command.amount_yen)
        like.set_off_payment(desk.act, order=command.order, amount_yen=command.amount_yen)
        close_when_square(desk, debtor)
        close_when_square(desk, like)
        result = {
            "set_off_yen": command.amount_yen,
            "principal_left_yen": found.principal_left_yen,
            "addon_due_yen": found.addon_due_yen,
            "late_due_yen": found.late_due_yen,
            "undisbursed_yen": like.entitlement_yen - like.disbursed_yen + like.returned_yen,
        }
        ids = {"order": command.order, "grant": like.id, "project": like.project}
        return Outcome(ids, warnings, result)

    @command("revenue_officer")
    def collect_as_tax(self, command: CollectAsTax, desk: Desk) -> Outcome:
        """強制徴収.

        Raises:
            NotFound, BadInput, OverReturned, TooEarly.
        """
        grant = _grant_of(desk, command.order)
        if command.grant not in (None, grant.id):
            raise BadInput(f"{command.order} belongs to {grant.id}, not to {command.grant}")
        order = grant.order_of(command.order)
        refuse_before(open_day(order.due_on) + timedelta(days=1), desk.act.on, "the day after the due date")
        if order.owes_charges:
            grant.collect_charge(desk.act, order=command.order, amount_yen=command.amount_yen)
        else:
            grant.collect_as_tax(desk.act, order=command.order, amount_yen=command.amount_yen)
        close_when_square(desk, grant)
        return _of_order(grant, command.order, order_figures(grant, grant.orders[command.order]))


def bears_addon(order: OrderState) -> bool:
    """Add-on only where the return follows a cancellation for the recipient's own fault (19条1項)."""
    return order.basis == "revocation" and order.fault == "recipient"


def charges_on(grant: Grant, order: OrderState) -> tuple[list[Segment], list[Segment]]:
    """Segments of add-on and of late money of an order, from what was received and paid back so far."""
    payments = [Money(payment.on, payment.amount_yen) for payment in order.payments]
    late = late_segments(open_day(order.due_on), order.amount_yen, payments)
    if not bears_addon(order):
        return [], late
    earlier = [
        Money(other.ordered_on, other.amount_yen)
        for other in grant.orders.values()
        if other.basis != "revenue" and _number(other) < _number(order)
    ]
    receipts = [
        Money(paid.on, paid.amount_yen) for paid in grant.disbursements if paid.on <= order.ordered_on
    ]
    received = deemed_received(receipts, order.amount_yen, earlier=earlier)
    return addon_segments(received, payments), late


def order_figures(grant: Grant, order: OrderState) -> dict[str, object]:
    """What an order stands at."""
    return {
        "order": order.id,
        "paid_yen": order.paid_yen,
        "principal_left_yen": order.principal_left_yen,
        "returned_yen": grant.returned_yen,
        "addon_due_yen": order.addon_due_yen,
        "late_due_yen": order.late_due_yen,
    }


def held_yen(desk: Desk, grant: Grant) -> dict[str, int]:
    """Yen of a grant held back for orders that are still unpaid (20条), by order: never more than is left of it."""
    by_order: dict[str, int] = {}
    for hold in grant.sheets.holds:
        by_order[hold.order] = by_order.get(hold.order, 0) + hold.amount_yen
    kept = {
        order: min(amount_yen, _grant_of(desk, order).order_of(order).left_yen)
        for order, amount_yen in by_order.items()
    }
    return {order: amount_yen for order, amount_yen in kept.items() if amount_yen}


def _held_beside(desk: Desk, like: Grant, order: OrderState) -> dict[str, int]:
    """What is held beside a further hold for an order: for that order too, unless all that is left of it fits."""
    held = held_yen(desk, like)
    others = {other: yen for other, yen in held.items() if other != order.id}
    free_yen = like.entitlement_yen - like.paid_net_yen - sum(others.values())
    return others if order.left_yen <= free_yen else held


def _rates(rules: Rules) -> tuple[Fraction, Fraction]:
    if rules.is_closed:
        return Fraction(3, 10_000), Fraction(3, 10_000)
    return rules.setting_fraction("addon_daily_rate"), rules.setting_fraction("late_daily_rate")


def _segments(charge: str, segments: list[Segment]) -> list[ChargedSegment]:
    return [
        ChargedSegment(
            charge=charge,
            first=segment.first,
            last=segment.last,
            days=segment.days,
            base_yen=segment.base_yen,
        )
        for segment in segments
    ]


def _number(order: OrderState) -> int:
    return int(order.id.rpartition("/r")[2])


def _grant_of(desk: Desk, order: str) -> Grant:
    return desk.grant(order.rpartition("/")[0])


def _like_grants(desk: Desk, order: str, grant: str) -> tuple[Grant, Grant]:
    debtor, like = _grant_of(desk, order), desk.grant(grant)
    debtor.order_of(order)
    if debtor.id == like.id or debtor.authority != like.authority:
        raise BadInput(f"{grant} is no other grant of {debtor.authority}; 20条 asks for a like one")
    return debtor, like


def _refuse_above_left(debtor: Grant, order: str, amount_yen: int) -> None:
    left_yen = debtor.order_of(order).left_yen
    if amount_yen > left_yen:
        raise OverReturned(
            f"{amount_yen:,} yen are more than the {left_yen:,} yen left of {order}",
            too_much("適正化法 20条", amount_yen, left_yen),
        )


def _of_grant(grant: Grant, result: Mapping[str, object], warnings: list[Finding] | None = None) -> Outcome:
    ids = {"grant": grant.id, "project": grant.project}
    return Outcome(ids, warnings or [], {"grant": grant.id, **result})


def _of_order(grant: Grant, order: str, result: Mapping[str, object]) -> Outcome:
    ids = {"order": order, "grant": grant.id, "project": grant.project}
    return Outcome(ids, result={"order": order, **result})


def _refuse_extension_late(order: OrderState, desk: Desk) -> None:
    """Late money that has run is exempted with a reason (19条3項), never by a later date."""
    last = open_day(order.due_on)
    if desk.act.on > last:
        raise TooLate(
            f"{order.id} was due on {last}; its date is extended by then, on written application (18条3項)",
            remedy=f"what has run since is exempted with a reason: grants exempt {order.id} --late-yen YEN "
            "--reason TEXT",
        )
