"""Random lives of many grants at once: whatever is done in whatever order, both models agree and all adds up.

GRANTS_LONG_SEARCH=400 searches that many examples, each longer, from a seed of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from .drawing import AUTHORITIES, LAST_DAY
from .later_lives import Actions
from .watch import Watch

LONG = int(os.environ.get("GRANTS_LONG_SEARCH", "0"))


class Lives(RuleBasedStateMachine):
    """Officers of three authorities and of the ministry, at work all at once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.watch = Watch(self.folder / "grants.db")
        self.actions = Actions(self.watch)

    def teardown(self) -> None:
        """Whatever was done, everything must hold of the whole log."""
        try:
            if self.watch.agrees:  # else the first disagreement is the one to be told
                self.watch.finish()
        finally:
            self.watch.close()
            shutil.rmtree(self.folder)

    @rule(data=st.data(), days=st.sampled_from([0, 0, 0, 0, 1, 7, 30, 120]))
    def somebody_acts(self, data: st.DataObject, days: int) -> None:
        """Somebody acts, today or some days later; and what should never matter happens now and then."""
        self.actions.today = min(self.actions.today + timedelta(days=days), LAST_DAY)
        data.draw(st.sampled_from(BESIDES), label="besides")(self, data)
        self.actions.act(data.draw)

    def nothing(self, data: st.DataObject) -> None:
        """As a rule."""

    def the_clock_is_set(self, data: st.DataObject) -> None:
        """The machine's clock stands still, or goes back; the log's does neither."""
        step = data.draw(st.sampled_from([-86_400.0, -0.001, 0.0, 0.001, 3_600.0]), label="seconds")
        self.watch.clock.step = timedelta(seconds=step)

    def the_store_is_opened_again(self, data: st.DataObject) -> None:
        """Nothing lives in memory alone."""
        self.watch.reopen()

    def somebody_looks(self, data: st.DataObject) -> None:
        """What is told as of now stays told."""
        self.watch.look(data.draw(AUTHORITIES, label="authority"))

    def a_command_is_sent_again(self, data: st.DataObject) -> None:
        """As it was, or with another body."""
        if self.watch.receipts:
            other = data.draw(st.sampled_from([{}, {}, {"reason": "別"}, {"by": "root"}]), label="other")
            self.watch.resend(data.draw(st.sampled_from(list(self.watch.receipts))), **other)


BESIDES = [Lives.nothing] * 4 + [
    Lives.the_clock_is_set,
    Lives.the_store_is_opened_again,
    Lives.somebody_looks,
    Lives.somebody_looks,
    Lives.a_command_is_sent_again,
    Lives.a_command_is_sent_again,
]
TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=LONG or 25,
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    derandomize=not LONG,
    database=None,
    suppress_health_check=list(HealthCheck),
)
