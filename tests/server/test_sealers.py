"""`grants seal --follow` as a service: started before its server, it waits; whatever refuses it, it goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from store.office import Office

from .proxy import Proxy

GRANTS = Path(sys.executable).with_name("grants")
PATIENCE_SECONDS = 120
WAITS = "seal waits, and tries again: "


@contextmanager
def following(url: str) -> Iterator[tuple[subprocess.Popen[str], IO[str], IO[str]]]:
    """The service, and what it says on both streams."""
    with subprocess.Popen(
        [GRANTS, "--store", url, "--json", "seal", "--follow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "1000"},
    ) as sealer:
        try:
            assert sealer.stdout
            assert sealer.stderr
            yield sealer, sealer.stdout, sealer.stderr
        finally:
            sealer.kill()


@pytest.fixture
def proxy(office: Office) -> Iterator[Proxy]:
    """The way to the office's server, which may be closed."""
    proxy = Proxy(office.path)
    yield proxy
    proxy.close()


def test_a_sealer_that_is_started_before_its_server_says_so_once_and_begins_when_it_is_there(
    office: Office, proxy: Proxy
) -> None:
    proxy.is_open = False
    with following(proxy.url) as (sealer, told, warned):
        assert warned.readline().startswith(f"{WAITS}unreachable")
        refused = proxy.refused
        while proxy.refused < refused + 2:
            assert sealer.poll() is None
        proxy.is_open = True
        assert json.loads(told.readline()) == {"sealed": 0, "events": office.events()}
        sealer.send_signal(signal.SIGTERM)
        assert sealer.wait(PATIENCE_SECONDS) == 0
        assert warned.read() == ""


def test_a_sealer_that_waits_can_be_stopped(office: Office, proxy: Proxy) -> None:
    proxy.is_open = False
    with following(proxy.url) as (sealer, told, warned):
        assert warned.readline().startswith(f"{WAITS}unreachable")
        sealer.send_signal(signal.SIGTERM)
        assert sealer.wait(PATIENCE_SECONDS) == 0
        assert (told.read(), warned.read()) == ("", "")


def test_a_sealer_waits_for_a_store_that_is_not_made_yet(office: Office) -> None:
    office.connection.execute("ALTER TABLE commands RENAME TO commands_elsewhere")
    with following(str(office.path)) as (_, told, warned):
        assert warned.readline().startswith(f"{WAITS}store_version")
        office.connection.execute("ALTER TABLE commands_elsewhere RENAME TO commands")
        assert json.loads(told.readline())["sealed"] == 0


def test_a_sealer_whose_store_is_no_address_ends_at_once() -> None:
    with following("postgresql://here/?nobody=1") as (sealer, told, warned):
        assert sealer.wait(PATIENCE_SECONDS) == 2
        assert WAITS not in warned.read()
        assert json.loads(told.read())["code"] == "bad_input"
