"""What a command's answer repeats of its events: two records of one fact, which an edit of either sets apart.

An answer tells most facts by the event's own name for them; the sums it tells by another name are named here. What
stands in answers of another version, or of a restored log, is compared as far as it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from lifecycle.store.entries import Entry

Json = dict[str, Any]


def _sum(of: str, amount: str) -> Callable[[Json], int]:
    """The sum over the lines of a field."""
    return lambda data: sum(line.get(amount, 0) for line in data[of])


def _fact(name: str) -> Callable[[Json], Any]:
    return lambda data: data[name]


RENAMED: dict[str, dict[str, Callable[[Json], Any]]] = {
    "grant.submitted": {
        "requested_yen": _sum("components", "requested_yen"),
        "grant_yen": _sum("components", "requested_yen"),
        "eligible_yen": _sum("components", "eligible_cost_yen"),
    },
    "grant.resubmitted": {"requested_yen": _sum("components", "requested_yen")},
    "grant.decision_imported": {"committed_yen": _sum("components", "requested_yen")},
    "grant.adopted": {"reserved_yen": _sum("shares", "reserved_yen")},
    "grant.approved": {"committed_yen": _sum("shares", "committed_yen")},
    "grant.change_approved": {"committed_yen": _sum("after", "committed_yen")},
    "grant.abolished": {"committed_yen": _sum("after", "committed_yen")},
    "grant.completion_reported": {"actual_cost_yen": lambda data: sum(data["actuals_yen"].values())},
    "grant.settled": {"settled_yen": _sum("shares", "settled_yen")},
    "grant.revoked": {"revoked_yen": _fact("amount_yen")},
    "grant.input_tax_reported": {"settled_yen": _sum("after", "settled_yen")},
    "grant.payment_held": {"held_yen": _fact("amount_yen")},
    "grant.payment_set_off": {"set_off_yen": _fact("amount_yen")},
    "grant.return_set_off": {"set_off_yen": _fact("amount_yen")},
    "grant.charges_exempted": {
        "exempted_addon_yen": _fact("addon_yen"),
        "exempted_late_yen": _fact("late_yen"),
    },
}
"""By event, the facts of its command's answer that it tells by another name, and how."""


def contradictions(answer: Json, entries: Iterable[Entry]) -> Iterator[str]:
    """What events of a command say otherwise than its answer, in words."""
    result = answer.get("result")
    told = {**answer, **(result if isinstance(result, dict) else {})}
    grants = []
    for entry in entries:
        if entry.type.startswith("grant."):
            grants.append(entry.stream)
        for name, recorded in _repeated(entry, told):
            if recorded != told[name]:
                yield f"{entry.type} holds {name} {recorded!r}, its answer says {told[name]!r}"
    grant = answer.get("grant")
    if isinstance(grant, str) and grants and grant not in grants:
        yield f"its events are of {', '.join(grants)}, its answer is about {grant}"


def _repeated(entry: Entry, told: Json) -> Iterator[tuple[str, Any]]:
    """Facts of an event that its command's answer tells too."""
    data: Json = msgspec.json.decode(entry.data)
    renamed = RENAMED.get(entry.type, {})
    for name, recorded in data.items():
        if name in told and name not in renamed and _is_told_alike(recorded, told[name]):
            yield name, recorded
    for name, fact in renamed.items():
        if name in told:
            yield name, fact(data)


def _is_told_alike(recorded: Any, told: Any) -> bool:
    """False for what an answer tells in another form: components in short, targets in full, a number as text."""
    lines = recorded if isinstance(recorded, list) else [recorded]
    if any(isinstance(line, dict) for line in lines):
        return False
    return recorded is None or told is None or type(recorded) is type(told)
