"""The watch: every command goes to the program and to the naive book, and both must tell the same.

Each assertion names the invariant it is about (I1 to I24: docs, and `audit.py` for those read from the raw log).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from store.office import Office, office_at

from lifecycle.errors import Refusal

from .audit import audited
from .doings import NaiveBook, sums_of

Fields = dict[str, Any]


class Watch:
    """A program, a naive book, and what the program has said so far."""

    def __init__(self, store: Path) -> None:
        self.office = office_at(store)
        self.clock: Any = self.office.clock
        self.office.do(
            "register_officer",
            officer="hiroshima",
            name="広島",
            roles=["head", "preparer"],
            authority="340006",
        )
        self.book = NaiveBook()
        self.receipts: dict[str, tuple[str, Fields, bytes]] = {}
        self.views: list[tuple[str, Fields, Any]] = []
        self.count = 0
        self.agrees = True

    def close(self) -> None:
        """Close the store."""
        self.office.close()

    def reopen(self) -> None:
        """Close the store and open it again."""
        self.office.close()
        self.office = Office(self.office.path, self.clock)

    # ------------------------------------------------------------------ one command

    def perform(self, do: str, *, dry_run: bool = False, **fields: Any) -> str | None:
        """One command; the code of its refusal, or None. Both models must agree, or this fails."""
        self.agrees = False
        self.count += 1
        fields["id"] = f"w{self.count}"
        reasons = self.book.reasons(do, fields)
        before = self.everything()
        try:
            result = self.office.tell(do, **fields, dry_run=dry_run)
        except Refusal as refusal:
            self._refused(do, fields, refusal, reasons, before)
            self.agrees = True
            return refusal.code
        assert not reasons, f"I2 I8 I9: {do} {fields} was accepted; reasons against it: {reasons}"
        if dry_run:
            assert self.everything() == before, f"I23: a dry run of {do} {fields} has left a trace"
        else:
            self._accepted(do, fields, result, before)
        self.agrees = True
        return None

    def _refused(
        self, do: str, fields: Fields, refusal: Refusal, reasons: set[str], before: list[Any]
    ) -> None:
        assert refusal.code in reasons, f"I2 I8 I9: {do} {fields}: {refusal.code} {refusal}; not of {reasons}"
        assert self.everything() == before, f"I23: {do} {fields} was refused and has left a trace"

    def _accepted(self, do: str, fields: Fields, result: bytes, before: list[Any]) -> None:
        told = json.loads(result)
        self.receipts[fields["id"]] = (do, fields, result)
        counts = [len(after) - len(rows) for after, rows in zip(self.everything(), before, strict=True)][:2]
        assert counts == [len(told["events"]), 1], f"I15 I16: {do} {fields} said {told}, and wrote {counts}"
        self.book.take(do, fields, told)
        self._compare(told.get("grant"), told.get("project"))

    def _compare(self, grant: str | None, project: str | None) -> None:
        if project:
            authority = project[:6]
            self._compare_windows(authority)
            assert self.slots(authority) == self.expected_slots(authority), f"I17: slots of {authority}"
        if grant:
            shown, expected = self.office.show(grant), sums_of(self.book.matters[grant])
            wrong = {name: (shown[name], yen) for name, yen in expected.items() if shown[name] != yen}
            assert not wrong, f"I4: {grant}, shown, and as the naive book has it: {wrong}"

    def _compare_windows(self, authority: str) -> None:
        stored, expected = self.rows(authority), self.book.windows(authority)
        wrong = {w: (stored.get(w), expected.get(w)) for w in stored.keys() | expected.keys()}
        wrong = {window: pair for window, pair in wrong.items() if pair[0] != pair[1]}
        assert not wrong, f"I17: stored, and as the naive book has it: {wrong}"

    # ------------------------------------------------------------------ the same again

    def resend(self, command_id: str, **other: Any) -> None:
        """An earlier command again, as it was or with other fields."""
        do, fields, first = self.receipts[command_id]
        before = self.everything()
        code, again = "", b""
        try:
            again = self.office.tell(do, **{**fields, **other})
        except Refusal as refusal:
            code = refusal.code
        expected = ("command_id_reused", b"") if other else ("", first)
        assert (code, again) == expected, (
            f"I14: {command_id} ({do}) with {other or 'the same body'}: {code or again!r}"
        )
        assert self.everything() == before, f"I14: resending {command_id} wrote something"

    # ------------------------------------------------------------------ as of

    def look(self, authority: str) -> None:
        """Note what is told as of now by number and by instant; it must be told for ever."""
        n = self.office.events()
        at = self.office.connection.execute("SELECT recorded_at FROM events WHERE n = ?", (n,)).fetchone()[0]
        grants = [m.id for m in self.book.of_authority(authority)]
        for point in ({"as_of_event": n}, {"as_of": at}):
            for do, fields in [
                ("caps", {"authority": authority}),
                *[("show", {"target": g}) for g in grants[-2:]],
            ]:
                self.views.append((do, {**fields, **point}, self.office.tell(do, **fields, **point)))

    # ------------------------------------------------------------------ what is stored

    def everything(self) -> list[list[Any]]:
        """Numbers of events, ids of commands, and every row that rules read."""
        reads = ("SELECT n FROM events", "SELECT command_id FROM commands")
        reads += ("SELECT * FROM cap_usage ORDER BY window", "SELECT * FROM application_slots ORDER BY 1, 2")
        return [self.office.connection.execute(sql).fetchall() for sql in reads]

    def rows(self, authority: str) -> dict[str, list[int]]:
        """Cap rows in which anything stands: yen requested, reserved, used."""
        sql = "SELECT window, requested_yen, reserved_yen, used_yen FROM cap_usage WHERE authority = ?"
        rows = self.office.connection.execute(sql, (authority,)).fetchall()
        return {window: sums for window, *sums in rows if any(sums)}

    def slots(self, authority: str) -> dict[str, list[int]]:
        """Slots taken, by round."""
        sql = "SELECT round, ordinary, outside FROM application_slots WHERE authority = ?"
        rows = self.office.connection.execute(sql, (authority,)).fetchall()
        return {round_: sums for round_, *sums in rows if any(sums)}

    def expected_slots(self, authority: str) -> dict[str, list[int]]:
        """The same, from the book."""
        sums = {
            round_: [self.book.slots(authority, round_, slot) for slot in ("ordinary", "outside")]
            for round_ in self.book.rounds
        }
        return {round_: taken for round_, taken in sums.items() if any(taken)}

    # ------------------------------------------------------------------ in the end

    def finish(self) -> None:
        """Everything that must hold of the whole log."""
        self.reopen()
        receipts = {name: first for name, (_, _, first) in self.receipts.items()}
        violation = next(audited(self.office, receipts), None)
        assert violation is None, violation
        for do, fields, told in self.views:
            assert self.office.tell(do, **fields) == told, f"I20: {do} {fields} is told otherwise now"
        found = self.office.findings()
        assert found == [], f"I2 I13 I17: by the program's own checks: {found}"
        for grant in self.book.matters:
            self._compare(grant, None)
        for authority in {m.authority for m in self.book.matters.values()}:
            self._compare_windows(authority)
