"""A pooler in transaction mode at its worst: no two transactions after one another have the same server process.

It keeps a few links to the server, and each transaction of a client has the one that was let go of longest ago. It
tells a client of a process that is none, and drops `options`, as PgBouncer does (`ignore_startup_parameters`).
"""

from __future__ import annotations

import queue
import select
import socket
import struct
import threading
from contextlib import suppress
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

CHUNK = 65_536
NO_PROCESS = 2**31 - 1
"""The process that every client is told of."""

TOLD = (
    "server_version",
    "server_encoding",
    "client_encoding",
    "integer_datetimes",
    "standard_conforming_strings",
)
TOLD_TOO = (
    "DateStyle",
    "TimeZone",
    "IntervalStyle",
    "application_name",
    "is_superuser",
    "session_authorization",
)
WELCOME = b"R" + struct.pack("!ii", 8, 0)
KEY = b"K" + struct.pack("!iii", 12, NO_PROCESS, 0)
CRASHED = "server conn crashed?"
SAID = b"SFATAL\0VFATAL\0C08P01\0M" + CRASHED.encode() + b"\0\0"
LAST_WORDS = b"E" + struct.pack("!i", len(SAID) + 4) + SAID
"""What PgBouncer says to a client before it closes the link, when the server's has gone."""
READY = b"Z" + struct.pack("!i", 5) + b"I"


class Pooler:
    """Listens on the loopback, and shares `links` links to the server among whoever comes."""

    def __init__(self, url: str, links: int) -> None:
        self._to = make_conninfo(url, sslmode="disable", gssencmode="disable", client_encoding="utf8")
        self._links: queue.Queue[psycopg.Connection] = queue.Queue()
        for _ in range(links):
            self._links.put(psycopg.connect(self._to, application_name="grants"))
        self._listener = socket.create_server(("127.0.0.1", 0))
        told = conninfo_to_dict(url)
        port, user = self._listener.getsockname()[1], quote(str(told["user"]))
        self.url = f"postgresql://{user}@127.0.0.1:{port}/{told['dbname']}?sslmode=disable&gssencmode=disable"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more clients, and let go of the server."""
        self._listener.close()
        with suppress(queue.Empty):
            while True:
                self._links.get_nowait().close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.recv(struct.unpack("!i", client.recv(4, socket.MSG_WAITALL))[0] - 4, socket.MSG_WAITALL)
            client.sendall(WELCOME + self._greeting() + KEY + READY)
            while (asked := client.recv(CHUNK)) and not asked.startswith(b"X"):
                self._transaction(client, asked)

    def _greeting(self) -> bytes:
        link = self._links.get()
        told = [(name, link.pgconn.parameter_status(name.encode())) for name in (*TOLD, *TOLD_TOO)]
        self._links.put(link)
        words = [name.encode() + b"\0" + value + b"\0" for name, value in told if value is not None]
        return b"".join(b"S" + struct.pack("!i", len(word) + 4) + word for word in words)

    def _transaction(self, client: socket.socket, asked: bytes) -> None:
        """One transaction; a link whose client leaves in the midst of one is given up for a new one."""
        link = self._links.get()
        server = socket.socket(fileno=socket.dup(link.fileno()))
        server.setblocking(True)
        try:
            with server:
                server.sendall(asked)
                _pass_on(client, server)
        except OSError as gone:
            if str(gone) == CRASHED:
                client.sendall(LAST_WORDS)
                client.recv(CHUNK)  # until it goes: it need not have seen the link closed
            link.close()
            link = psycopg.connect(self._to, application_name="grants")
            raise
        finally:
            self._links.put(link)


def _pass_on(client: socket.socket, server: socket.socket) -> None:
    """To and fro, until the server is ready for another transaction."""
    answered = b""
    while True:
        for end in select.select([client, server], [], [])[0]:
            if not (data := end.recv(CHUNK)):
                raise OSError("gone" if end is client or answered else CRASHED)
            if end is client:
                server.sendall(data)
                continue
            answered, is_ready = _read(answered + data)
            client.sendall(data)
            if is_ready:
                return


def _read(answered: bytes) -> tuple[bytes, bool]:
    """What is left after the last whole message, and whether that one says that no transaction is open."""
    is_ready, at = False, 0
    while len(answered) - at >= len(READY[:5]):
        end = at + 1 + struct.unpack_from("!i", answered, at + 1)[0]
        if end > len(answered):
            break
        is_ready, at = answered[at:end] == READY, end
    return answered[at:], is_ready
