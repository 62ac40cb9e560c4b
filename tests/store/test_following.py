"""`grants log --follow`: each event once, in order, as others record it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import places
import pytest

from cli.following import _events
from cli.session import Session
from cli.stopping import Stop
from lifecycle.commands.reading import Log
from lifecycle.service import Grants
from lifecycle.store.unanswered import Unreachable

from .office import Office, elsewhere

GRANTS = Path(sys.executable).with_name("grants")
PATIENCE_SECONDS = 120


def heard_again() -> None:
    """A shell lets its background jobs ignore the key, and what they start too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("words", [["--since", "0"], [], ["--by", "officer"]], ids=" ".join)
def test_log_follow_tells_each_event_once_in_order(office: Office, words: list[str]) -> None:
    before = [line["n"] for line in office.tell("log") if line["by"] == "officer" or "--by" not in words]
    first = office.events() + 1
    with subprocess.Popen(
        [GRANTS, "--store", places.store_url(office.path), "--json", "log", "--follow", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=heard_again,
    ) as follower:
        assert follower.stdout
        assert follower.stderr
        told = [json.loads(follower.stdout.readline())["n"] for _ in before]
        for _ in range(3):
            office.do("import_decision", **elsewhere("340006", 2025, soft=1))
        told += [json.loads(follower.stdout.readline())["n"] for _ in range(6)]
        follower.send_signal(signal.SIGINT)
        assert follower.wait(PATIENCE_SECONDS) == 0
        assert follower.stderr.read() == ""
    assert told == [*before, *range(first, first + 6)]


def test_a_batch_does_not_follow_for_ever(office: Office) -> None:
    with pytest.raises(Exception, match="follow"):
        list(office.tell("log", follow=True))


def test_up_to_a_point_in_the_log_there_is_nothing_to_follow(office: Office) -> None:
    words = ["--store", places.store_url(office.path), "log", "--follow", "--as-of", "2025-04-01"]
    ran = subprocess.run([GRANTS, *words], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--as-of" in ran.stderr


def test_what_was_told_before_the_link_was_cut_is_not_told_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, left = Grants.log, [2]

    def cut(grants: Grants, command: Log) -> Iterator[Any]:
        for event in log(grants, command):
            if left and not left[0]:
                left.clear()
                raise Unreachable("cut")
            if left:
                left[0] -= 1
            yield event

    monkeypatch.setattr(Grants, "log", cut)
    events, session = office.events(), Session(store=places.store_url(office.path))
    told = [event["n"] for event in islice(_events(session, Log(), Stop()), events)]
    session.close()
    assert not left
    assert told == list(range(1, events + 1))
