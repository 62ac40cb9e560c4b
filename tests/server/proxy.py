"""A link that can be cut: where a command's append goes by, or after so many questions."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

BEFORE, SENT, ANSWERED, HALF = (
    "before it is sent",
    "once it is sent",
    "once it is answered",
    "half-way through the answer",
)
POINTS = (BEFORE, SENT, ANSWERED, HALF)
CHUNK = 65_536
GREETINGS = (b"\0", b"p", b"X")
"""How what a client sends begins that asks nothing: its name, its password, its farewell."""


class Proxy:
    """Listens on the loopback; `is_open` says whether it answers.

    `cut` says where the link of the next append is cut; `left`, how many questions pass before one is cut.
    """

    def __init__(self, url: str) -> None:
        self._to = conninfo_to_dict(url)
        self.cut: str | None = None
        self.left: int | None = None
        self.questions = 0
        self.cuts = 0
        self.refused = 0
        self.is_open = True
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        user = quote(str(self._to["user"]))
        password = f":{quote(str(self._to['password']))}" if "password" in self._to else ""
        self.url = f"postgresql://{user}{password}@127.0.0.1:{port}/{self._to['dbname']}?sslmode=disable"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more links."""
        self.is_open = False
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if not self.is_open:
                    client.close()
                    self.refused += 1
                    continue
                threading.Thread(target=self._link, args=(client, self._server()), daemon=True).start()

    def _server(self) -> socket.socket:
        host, port = str(self._to.get("host", "127.0.0.1")), self._to.get("port", 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, int(port or 0)))
        link = socket.socket(socket.AF_UNIX)
        link.connect(f"{host}/.s.PGSQL.{port}")
        return link

    def _link(self, client: socket.socket, server: socket.socket) -> None:
        state: dict[str, Any] = {"cut": None}
        back = threading.Thread(target=self._answers, args=(client, server, state), daemon=True)
        back.start()
        with suppress(OSError):
            while data := client.recv(CHUNK):
                if self._is_cut_here(data):
                    break
                if self.cut and b'"command":"' in data:
                    state["cut"], self.cut = self.cut, None
                    self.cuts += 1
                    if state["cut"] == BEFORE:
                        break
                server.sendall(data)
                if state["cut"] == SENT:
                    break
        _closed(client, server)

    def _is_cut_here(self, data: bytes) -> bool:
        if data.startswith(GREETINGS):
            return False
        self.questions += 1
        if self.left is None:
            return False
        self.left -= 1
        if self.left >= 0:
            return False
        self.left = None
        self.cuts += 1
        return True

    @staticmethod
    def _answers(client: socket.socket, server: socket.socket, state: dict[str, Any]) -> None:
        with suppress(OSError):
            while data := server.recv(CHUNK):
                if state["cut"] == HALF:
                    client.sendall(data[: len(data) // 2])
                if state["cut"]:
                    break
                client.sendall(data)
        _closed(client, server)


def _closed(*links: socket.socket) -> None:
    for link in links:
        with suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)
        link.close()
