"""I24: what two authorities do is the same in any order, to the yen: neither is in the other's way."""

from __future__ import annotations

import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store.office import HIROSHIMA, SAPPORO, Office, elsewhere, new, office_at

from lifecycle.errors import Refusal

Command = tuple[str, dict[str, Any]]

GRANT = re.compile(r"[0-9]{6}-[0-9]{4}-[0-9]{2}/[0-9]{4}")


def prepared(office: Office, authority: str) -> None:
    """Grants of an authority in five states: submitted, decidable, approved, paid, settled."""
    office.submitted(new(authority, soft=1_000, infrastructure=1_000, last=2026))
    office.decidable(new(authority, soft=2_000, facility=2_000))
    approved = office.approved(new(authority, first=2026, last=2027, soft=3_000, infrastructure=3_000))
    office.do("request_change", grant=approved, deltas={"infrastructure": 5}, last_year=2028)
    paid = office.approved(new(authority, soft=4_000))
    office.do("disburse", grant=paid, amount_yen=4_000, payment="advance")
    settled = office.approved(new(authority, soft=5_000))
    office.do("disburse", grant=settled, amount_yen=5_000, payment="advance")
    office.settled(settled, {"soft": 4_000})


def commands_of(authority: str) -> list[Command]:
    """What may be done next by, or for, an authority."""
    first, second, paid, settled = (f"{authority}-2025-{n:02}/2025" for n in range(1, 5))
    later = f"{authority}-2026-01/2026"
    due = {"basis": "overpayment", "amount_yen": 3_000, "due_on": "2025-06-01"}
    return [
        ("submit", {"application": new(authority, soft=7_000, infrastructure=7_000)}),
        ("return_for_correction", {"grant": first, "message": "積算"}),
        ("resubmit", {"grant": first, "application": new(authority, last=2027, soft=9, infrastructure=9)}),
        ("withdraw", {"grant": first}),
        ("adopt", {"grant": second}),
        ("approve", {"grant": second}),
        ("reject", {"grant": second, "reason": "補助対象外"}),
        ("approve_change", {"change": f"{later}/c1"}),
        ("withdraw", {"grant": later}),
        ("revoke", {"grant": paid, "amount_yen": 1_500, "fault": "recipient", "reason": "目的外使用"}),
        ("report_completion", {"grant": paid, "actuals": {"soft": 8_000}}),
        ("order_return", {"grant": settled, **due}),
        ("report_input_tax", {"grant": settled, "deductible_tax_yen": 100}),
        ("import_decision", elsewhere(authority, 2026, soft=11, infrastructure=11)),
        ("waive", {**limit(authority), "authority": authority, "until": "2025-12-31", "document": "文書"}),
    ]


def limit(authority: str) -> dict[str, Any]:
    """The soft cap of an authority, at another figure."""
    tier = {HIROSHIMA: "prefecture", SAPPORO: "core_hub"}[authority]
    return {"rule": f"soft_fy_{tier}", "limit_yen": 2_000_000_000}


@cache
def base() -> bytes:
    """The bytes of a store in which both authorities have something to do."""
    with tempfile.TemporaryDirectory() as folder:
        office = office_at(Path(folder) / "base.db")
        for authority in (HIROSHIMA, SAPPORO):
            prepared(office, authority)
        office.close()
        return office.path.read_bytes()


def done(commands: list[Command]) -> tuple[Any, ...]:
    """What becomes of commands in this order: each answer, each balance, each grant."""
    folder = Path(tempfile.mkdtemp())
    office = Office(folder / "grants.db")
    office.path.write_bytes(base())
    try:
        answers = sorted(answer(office, *told) for told in commands)
        balances = [
            office.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("cap_usage", "application_slots")
        ]
        assert office.findings() == []
        streams = office.connection.execute("SELECT DISTINCT stream FROM events ORDER BY stream")
        grants = [office.show(stream) for (stream,) in streams if GRANT.fullmatch(stream)]
        return answers, balances, grants
    finally:
        office.close()
        shutil.rmtree(folder)


def answer(office: Office, do: str, fields: dict[str, Any]) -> tuple[str, str, str]:
    """What a command is told: itself, the code of its refusal, its result."""
    try:
        return do, "", str(office.do(do, **fields, id=f"{do} {fields}"[:200].strip()))
    except Refusal as refusal:
        return do, refusal.code, refusal.message


def some(authority: str) -> st.SearchStrategy[list[Command]]:
    """A few commands of one authority, in an order of its own."""
    return st.lists(st.sampled_from(commands_of(authority)), min_size=1, max_size=4)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(ours=some(HIROSHIMA), theirs=some(SAPPORO), zipper=st.lists(st.booleans(), min_size=8, max_size=8))
def test_two_authorities_may_act_in_any_order(
    ours: list[Command], theirs: list[Command], zipper: list[bool]
) -> None:
    one_by_one = done([*ours, *theirs])
    assert done([*theirs, *ours]) == one_by_one
    assert done(interleaved(ours, theirs, zipper)) == one_by_one


def interleaved(ours: list[Command], theirs: list[Command], zipper: list[bool]) -> list[Command]:
    """Both, each in its own order."""
    left, right, woven = list(ours), list(theirs), []
    for turn in zipper:
        side = (left or right) if turn else (right or left)
        if side:
            woven.append(side.pop(0))
    return [*woven, *left, *right]


def test_the_property_is_about_commands_that_do_something() -> None:
    told = [told for authority in (HIROSHIMA, SAPPORO) for told in commands_of(authority)]
    codes = [done([one])[0][0][:2] for one in told]
    assert [(do, code) for do, code in codes if code] == [
        ("resubmit", "wrong_status")
    ] * 2  # not sent back yet
