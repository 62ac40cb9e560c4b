"""What goes on until it is stopped ends between two steps: Ctrl-C and SIGTERM ask, and nothing is broken off."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether somebody asked."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, *_: object) -> None:
        self.asked = True

    def pause(self, milliseconds: int) -> None:
        """Wait, unless it is to end."""
        if not self.asked:
            sleep(milliseconds / 1000)


@contextmanager
def until_stopped() -> Iterator[Stop]:
    """While this lasts, the signals only ask."""
    stop = Stop()
    before = [(number, signal.signal(number, stop)) for number in SIGNALS]
    try:
        yield stop
    finally:
        for number, ours in before:
            signal.signal(number, ours)
