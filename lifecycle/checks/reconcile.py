"""`grants check reconcile` (突合): what was decided, paid, returned and charged ties out (I1, I4, I7, I12)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from lifecycle.aggregates import Grant
from lifecycle.aggregates.grant import DEAD, UNDECIDED, OrderState, Status
from lifecycle.checks.agenda import folded
from lifecycle.errors import Finding, Strength
from lifecycle.store import Store
from lifecycle.store.log import AsOf, Log, open_log
from lifecycle.values import yen


def check_reconcile(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """突合: what was decided is settled, released, revoked or still committed; paid less returned fits it."""
    del on
    with open_log(store) as log:
        decided = _decided_yen(log, point)
        yield from _charges(log, point)
        for n, grant in folded(log, point):
            if isinstance(grant, Grant) and grant.status not in (*UNDECIDED, *DEAD):
                yield from _ties_out(n, grant, decided.get(grant.id, 0))
                yield from _paid(n, grant)
                yield from _fixed(n, grant)
                for order in grant.orders.values():
                    yield from _order(n, order)


def _decided_yen(log: Log, point: AsOf) -> dict[str, int]:
    """Σ decisions ± changes − everything released since, from the bare JSON of the log."""
    sums: dict[str, int] = {}
    for _, entry in log.entries(point):
        event = json.loads(entry)
        name, stream, data = event["type"], event["stream"], event["data"]
        if name == "grant.approved":
            sums[stream] = sum(share.get("committed_yen", 0) for share in data["shares"])
        elif name == "grant.decision_imported":
            sums[stream] = sum(component["requested_yen"] for component in data["components"])
        elif name == "grant.change_approved" or name == "grant.abolished":
            sums[stream] = sum(share.get("committed_yen", 0) for share in data["after"])
        elif name == "grant.settled":
            sums[stream] = sum(share.get("settled_yen", 0) for share in data["shares"])
        elif name == "grant.revoked":
            sums[stream] -= data["amount_yen"]
        elif name == "grant.input_tax_reported":
            sums[stream] -= data["return_yen"]
    return sums


def _charges(log: Log, point: AsOf) -> Iterator[Finding]:
    """Add-on and late money are what their own segments and rates add up to, floored once (I12)."""
    for n, entry in log.entries(point):
        event = json.loads(entry)
        if event["type"] != "grant.charges_assessed":
            continue
        data = event["data"]
        for charge in ("addon", "late"):
            expected_yen = _charge_yen(data, charge)
            if not 0 <= expected_yen - data[f"{charge}_yen"] < 1000 or data[f"{charge}_yen"] > expected_yen:
                yield finding(
                    f"event {n}: {data['order']} is charged {yen(data[f'{charge}_yen'])} ({charge}); its days and "
                    f"rate add up to {yen(expected_yen)}",
                    "the days are right: report this as a defect",
                )


def _charge_yen(data: dict[str, Any], charge: str) -> int:
    base_days = sum(part["base_yen"] * part["days"] for part in data["segments"] if part["charge"] == charge)
    return int(base_days * Fraction(data[f"{charge}_rate"]))


def _ties_out(n: int, grant: Grant, expected_yen: int) -> Iterator[Finding]:
    if grant.entitlement_yen != expected_yen:
        yield finding(
            f"event {n}: {grant.id} stands at {yen(grant.entitlement_yen)}; the log adds up to {yen(expected_yen)}",
            "the log is right: report this as a defect",
        )


def _paid(n: int, grant: Grant) -> Iterator[Finding]:
    """Nothing is paid before the decision, or beyond what settlement, revocation or input tax explain (I1, I10)."""
    if any(grant.decided_on and payment.on < grant.decided_on for payment in grant.disbursements):
        yield finding(
            f"event {n}: {grant.id} was paid before its decision", "report how it came into the log"
        )
    over_yen = grant.disbursed_yen - grant.entitlement_yen - grant.ordered_yen
    sheets = grant.sheets
    explained_yen = sheets.overpaid_at_settlement_yen + sheets.input_tax_paid_yen
    explained_yen += sum(revoked.paid_yen for revoked in sheets.revocations)
    if over_yen > explained_yen:
        yield finding(
            f"event {n}: {yen(grant.paid_net_yen)} are paid on {grant.id}, of which {yen(grant.entitlement_yen)} stand",
            "more was paid than was decided: report how it came into the log",
        )
    elif over_yen > 0:
        yield finding(
            f"event {n}: {yen(over_yen)} are paid beyond what {grant.id} may keep, and not ordered back",
            f"order it back: grants order-return {grant.id} --basis BASIS --amount-yen {over_yen} --due-on YYYY-MM-DD",
            strength="warning",
        )


def _fixed(n: int, grant: Grant) -> Iterator[Finding]:
    """What is fixed stays within the rate of the actual cost (I7); what is closed is square."""
    for component in grant.components.values():
        if component.actual_cost_yen is None or not grant.settled_on:
            continue
        most_yen = int(component.actual_cost_yen * Fraction(component.rate))
        if component.settled_yen > most_yen:
            yield finding(
                f"event {n}: {grant.id}, {component.id}: {yen(component.settled_yen)} are fixed; {component.rate} of "
                f"the actual cost is {yen(most_yen)}",
                "report how it came into the log",
            )
    left_yen = grant.disbursed_yen - grant.returned_yen - grant.settled_yen
    owed_yen = sum(order.principal_left_yen for order in grant.orders.values() if order.basis != "revenue")
    if (
        grant.status is Status.CLOSED
        and left_yen not in (0, owed_yen)
        and left_yen > grant.excess_yen + owed_yen
    ):
        yield finding(
            f"event {n}: {grant.id} is closed with {yen(left_yen)} too much", "report it as a defect"
        )
    if grant.status is Status.CLOSED and left_yen < 0:
        yield finding(
            f"event {n}: {grant.id} is closed with {yen(-left_yen)} unpaid", "report it as a defect"
        )


def _order(n: int, order: OrderState) -> Iterator[Finding]:
    """No more is paid on an order, or exempted from it, than it asks."""
    for what, left_yen in (
        ("principal", order.principal_left_yen),
        ("add-on", order.addon_due_yen),
        ("late money", order.late_due_yen),
    ):
        if left_yen < 0:
            yield finding(
                f"event {n}: {order.id}: {yen(-left_yen)} of {what} are paid or exempted beyond what is due",
                "report how it came into the log",
            )


def finding(message: str, remedy: str, *, strength: Strength = "hard") -> Finding:
    """A finding of this check."""
    return Finding(
        rule="reconcile",
        strength=strength,
        source="lifecycle.md 2.3; reliability.md I1, I4, I7, I12",
        message=message,
        remedy=remedy,
    )
