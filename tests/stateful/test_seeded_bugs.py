"""Each invariant is shown to fail: a fault is put into the program, and the watch or the auditor names it.

Without this an invariant that can't fail would look like one that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lifecycle.aggregates.facts import Window
from lifecycle.aggregates.grant import Grant, application, payment
from lifecycle.errors import Refusal
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.cap_usage import Amounts, CapRow
from lifecycle.rules import caps
from lifecycle.service import deciding, judging, paying
from lifecycle.store import embedded, transaction
from lifecycle.store.embedded import EmbeddedStore
from lifecycle.store.log import AsOf, Log

from . import story, test_commutation
from .audit import audited
from .watch import Watch

Patch = pytest.MonkeyPatch


@dataclass
class Bug:
    """A fault: how it is put in, and which invariants name it, to the watch and to the auditor."""

    seed: Callable[[Patch], None]
    watched: str
    audited: str = ""


def no_effect(event: object) -> Any:
    del event
    return (), ()


def no_effect_of(event: type) -> Callable[[Patch], None]:
    """The cap projection forgets an event."""

    def seed(patch: Patch) -> None:
        known = cap_usage._effects_of
        patch.setattr(cap_usage, "_effects_of", lambda met: no_effect if met is event else known(met))

    return seed


def a_cap_is_off_by_one(patch: Patch) -> None:
    known = caps._exceeds
    patch.setattr(caps, "_exceeds", lambda place, total_yen: known(place, total_yen - 1))


def plans_are_not_summed(patch: Patch) -> None:
    def alone(plans: Collection[CapRow]) -> Callable[[Window], Amounts]:
        return lambda window: sum((row.own for row in plans if row.window.window == window.window), Amounts())

    for module in (cap_usage, judging):
        patch.setattr(module, "overlapping", alone)
    patch.setattr(judging, "overlaps", lambda one, other: one.window == other.window)


def slots_are_not_freed(patch: Patch) -> None:
    known = application_slots.apply
    patch.setattr(
        application_slots,
        "apply",
        lambda rows, event: {} if isinstance(event, application.Withdrawn) else known(rows, event),
    )


def too_much_is_paid(patch: Patch) -> None:
    patch.setattr(Grant, "_overpayment", lambda *_: None)


def anything_is_allowed_in_any_state(patch: Patch) -> None:
    patch.setattr(Grant, "refuse_unless", lambda *_, **__: None)


def who_prepares_decides(patch: Patch) -> None:
    patch.setattr(Grant, "refuse_preparer", lambda *_: None)


def the_day_does_not_matter(patch: Patch) -> None:
    patch.setattr(Grant, "refuse_too_early", lambda *_: None)


def more_is_granted_than_the_rate_bears(patch: Patch) -> None:
    known = deciding._amounts
    patch.setattr(deciding, "_amounts", lambda grant, rules, given: {**known(grant, rules, {}), **given})


def more_is_settled_than_was_granted(patch: Patch) -> None:
    patch.setattr(paying, "settled_yen", lambda committed_yen, *_: committed_yen + 1)


def a_dry_run_is_committed(patch: Patch) -> None:
    patch.setattr(EmbeddedStore, "_end", lambda store, cursor, keep: cursor.execute("COMMIT"))


def commands_are_not_remembered(patch: Patch) -> None:
    first = embedded.INSERT_FIRST
    patch.setattr(embedded, "INSERT_FIRST", first.replace("?, ?, ?)", "random() || ?, ?, ?)"))


def receipts_are_given_before_anything_is_kept(patch: Patch) -> None:
    patch.setattr(EmbeddedStore, "_end", lambda store, cursor, keep: cursor.execute("ROLLBACK"))


def a_read_as_of_then_tells_of_now(patch: Patch) -> None:
    known = Log.entries
    patch.setattr(Log, "entries", lambda log, point=AsOf(), **where: known(log, **where))  # noqa: B008


def the_clock_is_trusted(patch: Patch) -> None:
    patch.setattr(transaction, "later", lambda at, last: at)


BUGS = {
    "a cap is off by one": Bug(a_cap_is_off_by_one, "I2"),
    "withdrawing releases nothing": Bug(no_effect_of(application.Withdrawn), "I17"),
    "settling leaves the use as it was": Bug(no_effect_of(payment.Settled), "I17"),
    "plans are not summed": Bug(plans_are_not_summed, "I17"),
    "slots are not freed": Bug(slots_are_not_freed, "I17"),
    "too much is paid": Bug(too_much_is_paid, "I2", "I1"),
    "anything is allowed in any state": Bug(anything_is_allowed_in_any_state, "I8", "I8"),
    "who prepares decides": Bug(who_prepares_decides, "I9", "I9"),
    "the day does not matter": Bug(the_day_does_not_matter, "I8", "I10"),
    "more is granted than the rate bears": Bug(more_is_granted_than_the_rate_bears, "I8", "I7"),
    "more is settled than was granted": Bug(more_is_settled_than_was_granted, "I17", "I4"),
    "a dry run is committed": Bug(a_dry_run_is_committed, "I23"),
    "receipts are given before anything is kept": Bug(receipts_are_given_before_anything_is_kept, "I15"),
    "commands are not remembered": Bug(commands_are_not_remembered, "I14"),
    "a read as of then tells of now": Bug(a_read_as_of_then_tells_of_now, "I20"),
}


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """A watched office."""
    watch = Watch(tmp_path / "grants.db")
    yield watch
    watch.close()


def watched(watch: Watch) -> None:
    """The story, watched to its end: with a resend and a look back."""
    watch.look("340006")
    story.tell(watch.perform)
    watch.resend(next(iter(watch.receipts)))
    watch.look("340006")
    watch.finish()


def unwatched(watch: Watch) -> dict[str, bytes]:
    """The story with nobody who objects; the receipts it gave."""
    receipts = {}

    def do(name: str, **fields: Any) -> None:
        try:
            result = watch.office.tell(name, **fields, id=f"u{len(receipts)}")
        except Refusal:
            return
        if not fields.get("dry_run"):
            receipts[f"u{len(receipts)}"] = result

    story.tell(do)
    return receipts


def test_without_a_fault_nothing_is_named(watch: Watch) -> None:
    watched(watch)


def test_without_a_fault_the_auditor_is_silent(watch: Watch) -> None:
    receipts = unwatched(watch)
    assert list(audited(watch.office, receipts)) == []


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_the_watch_names_a_fault(watch: Watch, monkeypatch: Patch, bug: Bug) -> None:
    bug.seed(monkeypatch)
    with pytest.raises(AssertionError, match=rf"\b{bug.watched}\b"):
        watched(watch)


@pytest.mark.parametrize(
    "bug", [b for b in BUGS.values() if b.audited], ids=[n for n, b in BUGS.items() if b.audited]
)
def test_the_auditor_names_a_fault_from_the_log_alone(watch: Watch, monkeypatch: Patch, bug: Bug) -> None:
    bug.seed(monkeypatch)
    receipts = unwatched(watch)
    assert bug.audited in {wrong.partition(":")[0] for wrong in audited(watch.office, receipts)}


# ---------------------------------------------------------------------- a log that was changed from outside


def without_triggers(watch: Watch) -> Any:
    """A connection that may change what is append-only."""
    connection = watch.office.connection
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    return connection


LAST = "(SELECT max(n) FROM events)"


def replaced(old: str, new: str, where: str) -> str:
    """A statement that puts other words into stored entries."""
    return f"UPDATE events SET entry = CAST(replace(CAST(entry AS TEXT), '{old}', '{new}') AS BLOB) WHERE {where}"


TAMPERED = {
    "I2": replaced(
        '"340006/soft/fiscal_year/2025":', '"340006/soft/fiscal_year/2025":9', "type = 'grant.settled'"
    ),
    "I6": replaced('"amount_yen":6000', '"amount_yen":6000.0', "type = 'grant.return_ordered'"),
    "I13": f"DELETE FROM events WHERE n = {LAST} - 5",
    "I14": "UPDATE events SET result = x'7B7D' WHERE command_id = 'u9'",
    "I15": "UPDATE events SET command_id = NULL, body_sha256 = NULL, result = NULL WHERE command_id = 'u9'",
    "I16": replaced('"command":"u', '"command":"v', "n % 7 = 0"),
    "I21": f"UPDATE events SET recorded_at = '2020' WHERE n = {LAST}",
}
"""By invariant: what somebody does to the store who owns the file."""


@pytest.mark.parametrize(("invariant", "sql"), TAMPERED.items(), ids=TAMPERED)
def test_the_auditor_names_what_was_changed_from_outside(watch: Watch, invariant: str, sql: str) -> None:
    receipts = unwatched(watch)
    changed = without_triggers(watch).execute(sql).rowcount
    assert changed
    if invariant == "I15":
        watch.office.connection.execute('DELETE FROM events WHERE entry LIKE \'%"command":"u9"%\'')
    named = set()
    for wrong in audited(watch.office, receipts):
        named.add(wrong.partition(":")[0])
        if invariant in named:
            return
    pytest.fail(f"{invariant} was not named, but {named}")


def test_the_auditor_names_a_clock_that_was_trusted(watch: Watch, monkeypatch: Patch) -> None:
    """The database refuses it too, so its trigger has to go first."""
    without_triggers(watch)
    monkeypatch.setattr(transaction, "later", lambda at, last: at)
    watch.clock.step *= 0
    receipts = unwatched(watch)
    assert next(audited(watch.office, receipts)).startswith("I21")


def test_the_commutation_names_a_number_that_authorities_share(monkeypatch: Patch) -> None:
    """I24: one count of projects for all would let one authority's act change another's."""
    from lifecycle.service import new_application

    def shared(transaction_: Any, authority: str, first_year: int) -> str:
        known = transaction_.connection.execute("SELECT count(*) FROM events WHERE type = 'project.planned'")
        return f"{authority}-{first_year}-{known.fetchone()[0] + 1:02}"

    test_commutation.base()  # is kept for all tests, and made before the fault is put in
    monkeypatch.setattr(new_application, "next_project", shared)
    ours, theirs = (test_commutation.commands_of(a)[:1] for a in ("340006", "011002"))
    assert test_commutation.done([*ours, *theirs]) != test_commutation.done([*theirs, *ours])
