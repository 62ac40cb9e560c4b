"""Named checks: silent when all is well; each finding names the event or matter, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from lifecycle.checks import matters
from lifecycle.checks.caps import check_caps
from lifecycle.checks.duties import check_duties
from lifecycle.checks.log import check_log
from lifecycle.checks.reconcile import check_reconcile
from lifecycle.errors import Finding, IntegrityFailure
from lifecycle.store import Store
from lifecycle.store.log import AsOf

Check = Callable[[Store, date, AsOf], Iterator[Finding]]
"""Looks at a store on a day, as of a point in its log."""


def _timeless(check: Callable[[Store, AsOf], Iterator[Finding]]) -> Check:
    def run(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
        del on
        return check(store, point)

    return run


def _sound(name: str, check: Check) -> Check:
    """A store that was changed from outside may hold anything: what a check can't read it says, and goes no further."""

    def run(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
        try:
            yield from check(store, on, point)
        except (IntegrityFailure, KeyError, TypeError, ValueError, AttributeError, LookupError) as error:
            yield Finding(
                rule=name,
                strength="hard",
                source="reliability.md I13, I18",
                message=f"the log can't be read to its end: {type(error).__name__}: {error}",
                remedy="see which event it is: grants check chain; restore the store from a backup and compare",
            )

    return run


CHECKS: dict[str, Check] = {
    name: _sound(name, check)
    for name, check in {
        "chain": _timeless(check_log),
        "duties": _timeless(check_duties),
        "caps": _timeless(check_caps),
        "reconcile": check_reconcile,
        "double_funding": matters.check_double_funding,
        "sub_grants": matters.check_sub_grants,
        "deadlines": matters.check_deadlines,
        "publication": matters.check_publication,
        "input_tax": matters.check_input_tax,
        "participation": matters.check_participation,
        "assets": matters.check_assets,
        "combination": matters.check_combination,
    }.items()
}
"""Every check, in the order in which they run."""
