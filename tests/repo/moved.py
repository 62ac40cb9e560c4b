"""What a command moves: which sums of a grant grow by it and which shrink, as seen when it was played."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregates.test_every_status import COMMANDS, GIVEN, SIDES, TABLE, played
from service.life import LIFE
from store.office import Office, office_at

from lifecycle.service.numbering import GRANT

SUMS = {
    "requested_yen": "requested",
    "reserved_yen": "reserved",
    "committed_yen": "committed",
    "settled_yen": "settled",
    "decommitted_yen": "decommitted",
    "carried_over_yen": "carried over",
    "disbursed_yen": "disbursed",
    "returned_yen": "returned",
    "ordered_yen": "ordered back",
    "charges_due_yen": "add-on and late money due",
}
"""The sums of a grant, in the order in which its life fills them."""


@dataclass
class Moves:
    """By command: sums that it was seen to add to, and sums that it was seen to take from."""

    seen: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    def see(self, do: str, before: Mapping[str, int], after: Mapping[str, int]) -> None:
        """One time that a command was played."""
        for name in SUMS:
            if before.get(name, 0) != after.get(name, 0):
                sign = "+" if after.get(name, 0) > before.get(name, 0) else "−"
                self.seen.setdefault(do, set()).add((name, sign))

    def __or__(self, other: Moves) -> Moves:
        both = Moves({do: set(seen) for do, seen in self.seen.items()})
        for do, seen in other.seen.items():
            both.seen[do] = both.seen.get(do, set()) | seen
        return both

    def told(self, do: str) -> str:
        """`requested −, committed +`; nothing where no sum moves."""
        seen = self.seen.get(do, set())
        signs = {name: [sign for sign in "+−" if (name, sign) in seen] for name in SUMS}
        return ", ".join(f"{SUMS[name]} {' or '.join(found)}" for name, found in signs.items() if found)


def moves_of_the_table() -> Moves:
    """Every command in every status in which it is done."""
    moves = Moves()
    for given, command, expected in TABLE:
        if expected == "done":
            method = COMMANDS[command][0]
            before, after = GIVEN[given]().aggregate, played(given, command).aggregate
            moves.see(SIDES.get(method, method), _of_aggregate(before), _of_aggregate(after))
    return moves


def _of_aggregate(grant: Any) -> dict[str, int]:
    orders = grant.orders.values()
    due_yen = sum(order.addon_due_yen + order.late_due_yen for order in orders)
    return {name: getattr(grant, name) for name in SUMS if name != "charges_due_yen"} | {
        "charges_due_yen": due_yen
    }


def moves_of_the_life() -> Moves:
    """Every step of the life of a grant, on a store."""
    moves, held = Moves(), dict[str, dict[str, int]]()
    with tempfile.TemporaryDirectory() as folder:
        office = office_at(Path(folder) / "life.db")
        for step in LIFE:
            events = office.events()
            office.do(step.do, **step.told(office))
            for grant in _touched(office, events):
                sums = _of_shown(office.show(grant))
                moves.see(step.do, held.get(grant, {}), sums)
                held[grant] = sums
        office.close()
    return moves


def _touched(office: Office, events: int) -> Iterator[str]:
    streams = [line["stream"] for line in office.tell("log", since=str(events))]
    yield from dict.fromkeys(stream for stream in streams if GRANT.match(stream))


def _of_shown(grant: Mapping[str, Any]) -> dict[str, int]:
    orders = grant["orders"]
    due_yen = sum(order["addon_due_yen"] + order["late_due_yen"] for order in orders)
    ordered_yen = sum(order["amount_yen"] for order in orders)
    sums = {name: grant[name] for name in SUMS if name in grant}
    return sums | {"ordered_yen": ordered_yen, "charges_due_yen": due_yen}
