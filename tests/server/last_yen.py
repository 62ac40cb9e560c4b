"""Races for the last yen, as many as one likes: of one cap, and of two caps that are wanted in opposite orders.

Four grants of an authority have changes waiting that ask for one yen more, and all but one yen of the cap is used.
Their approvals meet at a barrier, each in a process of its own. Of one cap exactly one is approved. Of two caps, two
ask for a yen of each, named in opposite orders, and two for a yen of one: either one of the first two is approved, or
both of the others. So every cap is full afterwards to the yen: an overshoot would be more, and a yen that all were
refused would be left. The winners then give their yen back, and ask again.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import places
from store.office import REASONS, Office, elsewhere, new, office_at
from store.racers import Answer, Racers

from lifecycle.programme.authorities import all_authorities

RACES_OF_AN_AUTHORITY = 50
AUTHORITIES_OF_A_STORE = 20
"""A history grows with its races; after so many the next begins anew."""

HARD = "SELECT rule, max(used_yen + reserved_yen), max(limit_yen) FROM cap_usage WHERE authority = ? GROUP BY rule"
SOFT, BOTH = {"soft": 1}, {"soft": 1, "infrastructure": 1}
FORMS = {
    "one cap": (SOFT, SOFT, SOFT, SOFT),
    "two caps": (BOTH, {"infrastructure": 1, "soft": 1}, SOFT, {"infrastructure": 1}),
}
"""What each of four officers asks for."""


def race(folder: Path, form: str, count: int, racers: Racers) -> Counter[str]:
    """So many races of a form; what came of them."""
    counts: Counter[str] = Counter()
    authorities = (authority.code for authority in all_authorities() if authority.valid_until is None)
    stores = 0
    while counts["races"] < count:
        office = office_at(folder / f"test_last_yen-{form}-{stores}")
        for authority in islice(authorities, AUTHORITIES_OF_A_STORE):
            left = min(RACES_OF_AN_AUTHORITY, count - counts["races"])
            if left:
                Course(office, authority, form).run(racers, left, counts)
        assert office.findings() == []
        office.close()
        places.drop_those_of_tests()
        stores += 1
    return counts


class Course:
    """Four grants of one authority, and caps with one yen left."""

    def __init__(self, office: Office, authority: str, form: str) -> None:
        self._office, self._authority = office, authority
        self._wishes = FORMS[form]
        kinds = {"soft": 1_000} | ({"infrastructure": 1_000} if form == "two caps" else {})
        self._grants = [office.approved(new(authority, **kinds)) for _ in self._wishes]
        self._changes = [self._ask(number) for number in range(len(self._wishes))]
        room = {kind: self._room_yen(kind) - 1 for kind in kinds}
        office.do("import_decision", **elsewhere(authority, 2025, **room))

    def run(self, racers: Racers, count: int, counts: Counter[str]) -> None:
        """So many races."""
        for turn in range(count):
            order = [(turn + place) % len(self._wishes) for place in range(len(self._wishes))]
            wishes = [self._approval(number) for number in order]
            answers = racers.race(self._office.path, *wishes, staying=True)
            won = [number for number, answer in zip(order, answers, strict=True) if answer["ok"]]
            self._judge(won, answers)
            counts["races"] += 1
            counts["won"] += len(won)
            counts["refused"] += len(answers) - len(won)
            for number in won:
                self._give_back(number)
                self._changes[number] = self._ask(number)

    def _judge(self, won: list[int], answers: list[Answer]) -> None:
        asked = Counter[str]()
        for number in won:
            asked.update(self._wishes[number])
        wanted = {kind for wish in self._wishes for kind in wish}
        assert asked == dict.fromkeys(wanted, 1), answers
        losers = [answer for answer in answers if not answer["ok"]]
        assert {answer["code"] for answer in losers} == {"cap_exceeded"}, answers
        for rule, used_yen, limit_yen in self._hard():
            if rule.startswith(tuple(wanted)):
                assert used_yen == limit_yen, (rule, used_yen, limit_yen)

    def _hard(self) -> list[tuple[str, int, int]]:
        """Of the hard caps: the rule, what is taken, and the limit."""
        rules = ("soft_fy", "infrastructure_plan")
        return [row for row in self._office.rows(HARD, self._authority) if row[0].startswith(rules)]

    def _room_yen(self, kind: str) -> int:
        (found,) = [limit - used for rule, used, limit in self._hard() if rule.startswith(kind)]
        return int(found)

    def _ask(self, number: int) -> str:
        told = self._office.do("request_change", grant=self._grants[number], deltas=self._wishes[number])
        return str(told["change"])

    def _approval(self, number: int) -> dict[str, Any]:
        return {"do": "approve_change", "change": self._changes[number], "justifications": REASONS}

    def _give_back(self, number: int) -> None:
        less = {kind: -yen for kind, yen in self._wishes[number].items()}
        change = self._office.do("request_change", grant=self._grants[number], deltas=less)["change"]
        self._office.do("approve_change", change=change, justifications=REASONS)
