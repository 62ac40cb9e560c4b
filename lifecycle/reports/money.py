"""A grant's money as one line: what replay shows after each event, and diff compares."""

from __future__ import annotations

from lifecycle.aggregates import Aggregate, Grant

Money = dict[str, int]

FIELDS = (
    "requested_yen",
    "reserved_yen",
    "granted_yen",
    "committed_yen",
    "settled_yen",
    "disbursed_yen",
    "returned_yen",
    "decommitted_yen",
    "revoked_yen",
    "abolished_yen",
    "input_tax_yen",
    "carried_over_yen",
)


def money_of(aggregate: Aggregate | None) -> Money:
    """The amounts of a grant; zeros for anything else."""
    if not isinstance(aggregate, Grant):
        return dict.fromkeys(FIELDS, 0)
    return {name: getattr(aggregate, name) for name in FIELDS}


def plus(total: Money, before: Money, after: Money) -> Money:
    """A total after one of its parts has moved."""
    return {name: total[name] + after[name] - before[name] for name in FIELDS}
