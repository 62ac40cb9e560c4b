"""The workload's read model as two projections of the product's own kind: totals of a municipality, and each status."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from rebuild_application import (
    Approved,
    Closed,
    Disbursed,
    KpiReported,
    KpiVerified,
    Rejected,
    Reviewed,
    Submitted,
)

from lifecycle.projections.shape import Add, Held, Row, count, text

Totals = dict[tuple[str, int], list[int]]
"""Of one municipality: by class and fiscal year what is requested, approved and disbursed."""

AMOUNTS = ("requested", "approved", "disbursed")


def _adds(place: int) -> Add:
    def add(held: Held, _stream: str, facts: Any) -> None:
        totals, key = held[facts.municipality], (facts.class_, facts.fy)
        amounts = totals.get(key)
        if amounts is None:
            amounts = totals[key] = [0, 0, 0]
        amounts[place] += facts.amount

    return add


def _held(rows: list[Row]) -> Totals:
    return {(row["class"], row["fy"]): [row[name] for name in AMOUNTS] for row in rows}


def _totals(subject: str, held: Totals) -> list[Row]:
    return [
        {
            "municipality": subject,
            "class": class_,
            "fy": fy,
            **dict(zip(AMOUNTS, held[class_, fy], strict=True)),
        }
        for class_, fy in sorted(held)
    ]


TOTALS: Any = SimpleNamespace(
    NAME="bench_totals",
    VERSION=1,
    ACTS=False,
    COLUMNS=(
        text("municipality", "団体", "municipality"),
        text("class", "区分", "class"),
        count("fy", "年度", "fiscal year"),
        *(count(name, name, name) for name in AMOUNTS),
    ),
    READS={Submitted: _adds(0), Approved: _adds(1), Disbursed: _adds(2)},
    held=_held,
    lines=_totals,
)


def _becomes(status: str) -> Add:
    def add(held: Held, stream: str, _facts: Any) -> None:
        held[stream] = status

    return add


READS: Mapping[type[Any], Add] = {
    Submitted: _becomes("submitted"),
    Reviewed: _becomes("under_review"),
    Approved: _becomes("approved"),
    Rejected: _becomes("rejected"),
    Disbursed: _becomes("disbursing"),
    KpiReported: _becomes("kpi_reported"),
    KpiVerified: _becomes("kpi_verified"),
    Closed: _becomes("closed"),
}

STATUSES: Any = SimpleNamespace(
    NAME="bench_status",
    VERSION=1,
    ACTS=False,
    COLUMNS=(text("application", "申請", "application"), text("status", "状態", "status")),
    READS=READS,
    held=lambda rows: rows[-1]["status"] if rows else "",
    lines=lambda subject, held: [{"application": subject.partition("-")[2], "status": held}],
)

READ_MODEL = (TOTALS, STATUSES)
