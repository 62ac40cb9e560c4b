"""交付台帳: every grant with its money, one row for each component of it.

Amounts of the whole grant (carried over, paid, returned, ordered back) stand on its first row, as in a list with
merged cells, so that every column adds up. `decided + changed - cancelled - void - decommitted - input tax` is what
stands: committed before the settlement, settled after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import singledispatch

from lifecycle.aggregates import Grant
from lifecycle.aggregates.facts import Share
from lifecycle.aggregates.grant import (
    ComponentState,
    afterwards,
    change,
    decision,
    payment,
    revocation,
    supervision,
)
from lifecycle.aggregates.grant.application import Withdrawn
from lifecycle.projections.shape import History, Row, count, day, money, text

NAME = "grant_register"
VERSION = 2
COLUMNS = (
    text("grant", "交付", "grant"),
    count("line", "行", "line"),
    text("authority", "団体コード", "authority"),
    text("tier", "団体区分", "tier"),
    text("project", "実施計画", "project"),
    count("fiscal_year", "年度", "fiscal year"),
    text("title", "事業名", "title"),
    text("programme", "制度", "programme"),
    text("round", "募集回", "round"),
    text("application", "申請区分", "application"),
    text("status", "状態", "status"),
    text("imported_from", "取込み元", "decided elsewhere"),
    text("justifications", "理由書", "justifications"),
    text("component", "構成事業", "component"),
    text("kind", "事業区分", "kind"),
    text("component_title", "構成事業名", "component title"),
    text("rate", "補助率", "rate"),
    money("eligible_cost_yen", "対象経費", "eligible cost"),
    money("actual_cost_yen", "実績経費", "actual cost"),
    money("requested_yen", "申請額", "requested"),
    money("adopted_yen", "採択額", "adopted"),
    money("decided_yen", "交付決定額", "decided"),
    money("changed_yen", "変更増減額", "changed"),
    money("cancelled_yen", "取消・廃止額", "cancelled"),
    money("void_yen", "取下げ額", "void"),
    money("decommitted_yen", "不用額", "decommitted"),
    money("input_tax_yen", "消費税減額", "input tax"),
    money("settled_yen", "確定額", "settled"),
    money("standing_yen", "現在額", "standing"),
    money("carried_over_yen", "繰越額", "carried over"),
    money("advanced_yen", "概算払額", "advanced"),
    money("disbursed_yen", "支払済額", "disbursed"),
    money("ordered_yen", "返還命令額", "ordered back"),
    money("returned_yen", "返納済額", "returned"),
    day("submitted_on", "申請日", "submitted on"),
    day("decided_on", "決定日", "decided on"),
    text("decision_no", "決定番号", "decision no."),
    day("reported_on", "実績報告日", "reported on"),
    day("settled_on", "確定日", "settled on"),
)


@dataclass(slots=True)
class Moved:
    """What the events have done to one component, each yen under the word for what happened to it."""

    adopted_yen: int = 0
    decided_yen: int = 0
    changed_yen: int = 0
    cancelled_yen: int = 0
    void_yen: int = 0
    decommitted_yen: int = 0
    input_tax_yen: int = 0


def rows(history: History) -> Iterator[Row]:
    """One row for each component of a grant."""
    grant = history.aggregate
    if not isinstance(grant, Grant):
        return
    moved = _moved(history)
    for line, component in enumerate(grant.components.values(), 1):
        yield {
            **_head(grant, line),
            **_component(grant, component, moved[component.id]),
            **_whole(grant, first=line == 1),
        }


def _head(grant: Grant, line: int) -> Row:
    return {
        "grant": grant.id,
        "line": line,
        "authority": grant.authority,
        "tier": grant.tier,
        "project": grant.project,
        "fiscal_year": grant.fiscal_year,
        "title": grant.title,
        "programme": grant.programme,
        "round": grant.round,
        "application": grant.application,
        "status": grant.status.value,
        "imported_from": grant.imported_from,
        "justifications": dict(sorted(grant.justifications.items())),
        "submitted_on": grant.submitted_on,
        "decided_on": grant.decided_on,
        "decision_no": grant.decision_no,
        "reported_on": grant.reported_on,
        "settled_on": grant.settled_on,
    }


def _component(grant: Grant, component: ComponentState, moved: Moved) -> Row:
    settled_yen = component.settled_yen if grant.settled_on else 0
    return {
        "component": component.id,
        "kind": component.kind,
        "component_title": component.title,
        "rate": component.rate,
        "eligible_cost_yen": component.eligible_cost_yen,
        "actual_cost_yen": component.actual_cost_yen or 0,
        "requested_yen": component.requested_yen,
        "adopted_yen": moved.adopted_yen,
        "decided_yen": moved.decided_yen,
        "changed_yen": moved.changed_yen,
        "cancelled_yen": moved.cancelled_yen,
        "void_yen": moved.void_yen,
        "decommitted_yen": moved.decommitted_yen,
        "input_tax_yen": moved.input_tax_yen,
        "settled_yen": settled_yen,
        "standing_yen": settled_yen if grant.settled_on else component.committed_yen,
    }


def _whole(grant: Grant, *, first: bool) -> Row:
    advanced_yen = sum(paid.amount_yen for paid in grant.disbursements if paid.payment == "advance")
    amounts = {
        "carried_over_yen": grant.carried_over_yen,
        "advanced_yen": advanced_yen,
        "disbursed_yen": grant.disbursed_yen,
        "ordered_yen": grant.ordered_yen,
        "returned_yen": grant.returned_yen,
    }
    return {name: amount_yen if first else 0 for name, amount_yen in amounts.items()}


def _moved(history: History) -> dict[str, Moved]:
    lines: dict[str, Moved] = defaultdict(Moved)
    for told in history.told:
        move(told.event, lines)
    return lines


@singledispatch
def move(event: object, lines: dict[str, Moved]) -> None:
    """Let an event move the money of the components it names; most move none."""
    del event, lines


@move.register
def _(event: decision.Adopted, lines: dict[str, Moved]) -> None:
    """採択."""
    for share in event.shares:
        lines[share.component].adopted_yen = share.reserved_yen


@move.register
def _(event: decision.Approved, lines: dict[str, Moved]) -> None:
    """交付決定."""
    for share in event.shares:
        lines[share.component].decided_yen = share.committed_yen


@move.register
def _(event: decision.DecisionImported, lines: dict[str, Moved]) -> None:
    """既決定の取込み."""
    for line in event.components:
        lines[line.id].decided_yen = line.requested_yen


@move.register
def _(event: change.ChangeApproved, lines: dict[str, Moved]) -> None:
    """変更承認: more or less."""
    for component, less_yen in _less(event.before, event.after):
        lines[component].changed_yen -= less_yen


@move.register(supervision.Abolished)
@move.register(revocation.Revoked)
def _(event: supervision.Abolished | revocation.Revoked, lines: dict[str, Moved]) -> None:
    """廃止・取消."""
    for component, less_yen in _less(event.before, event.after):
        lines[component].cancelled_yen += less_yen


@move.register
def _(event: Withdrawn, lines: dict[str, Moved]) -> None:
    """取下げ: what was decided is deemed never decided (9条)."""
    for share in event.released:
        lines[share.component].void_yen += share.committed_yen


@move.register
def _(event: payment.Settled, lines: dict[str, Moved]) -> None:
    """額の確定: what was committed beyond it is 不用."""
    for share in event.shares:
        lines[share.component].decommitted_yen = share.committed_yen - share.settled_yen


@move.register
def _(event: afterwards.InputTaxReported, lines: dict[str, Moved]) -> None:
    """消費税仕入控除税額."""
    for component, less_yen in _less(event.before, event.after):
        lines[component].input_tax_yen += less_yen


def _less(before: Iterable[Share], after: Iterable[Share]) -> Iterator[tuple[str, int]]:
    """By component, what it has less after an event than before it."""
    held = {share.component: share.committed_yen + share.settled_yen for share in before}
    for share in after:
        yield share.component, held[share.component] - share.committed_yen - share.settled_yen
