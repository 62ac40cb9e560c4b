"""Random lives with nights in between: whatever was done in whatever order, the tables are what one build gives."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import rule
from stateful.test_machine import LONG, Lives

from lifecycle.nightly import nightly, verify_rebuild

from . import naive
from .test_parity import NAMES, naive_of, told_by


class Nights(Lives):
    """The same officers; now and then it is night."""

    @rule()
    def the_night_comes(self) -> None:
        """Everything new is folded."""
        nightly(self.watch.office.grants.store, self.watch.clock)

    def teardown(self) -> None:
        """A last night; then the tables, a clean build and the naive derivation say the same."""
        try:
            if self.watch.agrees:
                self.the_night_comes()
                office = self.watch.office
                differing = [one for one in verify_rebuild(office.grants.store) if one.difference]
                assert differing == []
                entries = office.connection.execute("SELECT entry FROM events ORDER BY n").fetchall()
                log = naive.Log(bytes(entry) for (entry,) in entries)
                for name in NAMES:
                    assert told_by(office.grants.store, name) == naive_of(name, log), name
        finally:
            super().teardown()


TestNights = Nights.TestCase
TestNights.settings = settings(
    max_examples=LONG or 8,
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    derandomize=not LONG,
    database=None,
    suppress_health_check=list(HealthCheck),
)
