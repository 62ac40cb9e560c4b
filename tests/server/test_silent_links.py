"""A link at whose other end no host answers is cut by the system: how soon, the store says unless its URL does."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from store.office import Office

from lifecycle.store import open_store

from .proxy import Proxy

OPTIONS = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
)


@pytest.fixture
def proxy(office: Office) -> Iterator[Proxy]:
    """The office's server over TCP."""
    proxy = Proxy(office.path)
    yield proxy
    proxy.close()


def in_force(office: Office, url: str) -> list[int]:
    """What the system was told about the link of a store."""
    store = open_store(url, office.clock)
    try:
        with socket.socket(fileno=os.dup(store.connection.raw.fileno())) as link:
            return [link.getsockopt(*option) for option in OPTIONS]
    finally:
        store.close()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", [1, 10, 5, 4, 30_000]),
        ("&keepalives_idle=60&tcp_user_timeout=0", [1, 60, 5, 4, 0]),
        ("&keepalives_interval=7&keepalives_count=9", [1, 10, 7, 9, 30_000]),
    ],
)
def test_a_silent_link_is_cut_after_half_a_minute_or_when_the_url_says(
    office: Office, proxy: Proxy, said: str, expected: list[int]
) -> None:
    assert in_force(office, proxy.url + said) == expected


def test_a_url_may_do_without(office: Office, proxy: Proxy) -> None:
    assert in_force(office, f"{proxy.url}&keepalives=0")[0] == 0
