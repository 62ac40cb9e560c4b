"""Where `grants demo` plays: a store of its own, in a file or on a server, and never one that is there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from click.core import ParameterSource

from cli.demo_server import FOLDER, Embedded, start
from cli.plain import visible
from cli.session import STORE
from lifecycle.errors import BadInput
from lifecycle.store import is_server
from lifecycle.store.sqlite import path_of

SERVER = "GRANTS_TEST_DATABASE_URL"
"""A server that may be used for trying things out; the tests take it, too."""

FILE, DATABASE = "grants-demo{}.db", "grants_demo{}"
SIDE_FILES = ("", "-wal", "-shm", "-journal")
"""What a store may leave beside itself; a name is free when none of them is there."""

ASIDE = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE", "PGOPTIONS", "PGPASSWORD")
"""libpq's variables that would lead to another server than the demo's own."""


@dataclass(frozen=True)
class Stage:
    """舞台: the store as its commands name it, and what a shell has to know beside it."""

    store: str
    place: str = ""
    """Which server it is on, in words; "" for a file."""

    settings: Mapping[str, str] = field(default_factory=dict)
    """Variables by which the store is reached; a shell sets them, too."""

    secret: Mapping[str, str] = field(default_factory=dict)
    """The password, if it was given with a URL: used, and never printed."""

    unset: tuple[str, ...] = ()
    """Variables that lead elsewhere; a shell drops them, too."""

    server: Embedded | None = None
    """A server that was started for the demo, and runs on."""

    @property
    def surroundings(self) -> dict[str, str | None]:
        """The environment that its commands are run in, as far as it matters."""
        return {**self.settings, **self.secret, **dict.fromkeys(self.unset)}

    def told_before(self) -> Iterator[str]:
        """Paragraphs on where this plays, and what is left alone."""
        if self.place:
            yield f"Its database is its own: {self.place}."
        if self.server:
            yield self.server.about
        if own := os.environ.get(STORE):
            yield (
                f"Your own ledger ({STORE}, {visible(_shown(own))}) is left alone: every command names the demo's "
                "store with --store."
            )

    def commands_before(self) -> Iterator[list[str]]:
        """Command lines that a shell needs before the first one."""
        if self.unset:
            yield ["unset", *self.unset]
        if self.settings:
            yield ["export", *(f"{name}={value}" for name, value in self.settings.items())]

    def told_after(self) -> Iterator[str | list[str]]:
        """How to go on with a server's database: paragraphs, and command lines."""
        if not self.place:
            return
        yield "To leave out --store from now on (psql takes the same URL):"
        yield ["export", f"{STORE}={self.store}"]
        if self.secret:
            yield "The password that stood in the URL is left out of it: give it in PGPASSWORD or ~/.pgpass."
        if self.server:
            yield "The server runs on. To stop it, and to start it again:"
            yield self.server.stopping
            yield self.server.starting
            yield f"To be rid of everything: stop it, and remove the folder {self.server.folder.name}."
        else:
            name = self.store.rpartition("/")[2].partition("?")[0]
            yield f"To be rid of it, in psql on another database: DROP DATABASE {name};"


def stage(context: click.Context, store: str, *, on_server: bool) -> Stage:
    """The stage that was asked for, free and ready.

    Raises:
        BadInput: the store that was named is there, or is a file where a server was asked for.
        DatabaseRole, StoreVersion, Unreachable: the server makes no database.
    """
    is_named = _is_typed(context)
    if is_named and is_server(store):
        return _named_database(store)
    if is_named and on_server:
        raise BadInput(
            f"--store: {store} is a file; with --postgres name a server: postgresql://HOST/DATABASE"
        )
    if on_server:
        return _on_given(given) if (given := os.environ.get(SERVER)) else _on_embedded()
    return Stage(f"sqlite:///{_named_file(store) if is_named else _own_file()}")


def _is_typed(context: click.Context | None) -> bool:
    """True when --store stands on the command line; one in GRANTS_STORE is somebody's ledger, not ours."""
    while context is not None:
        if context.get_parameter_source("store") is ParameterSource.COMMANDLINE:
            return True
        context = context.parent
    return False


def _shown(store: str) -> str:
    """A store's URL without a password."""
    if not is_server(store):
        return store
    from lifecycle.store.postgres import place_of

    try:
        return place_of(store)
    except BadInput:
        return "no URL"


# ---------------------------------------------------------------------- a file


def _named_file(store: str) -> Path:
    path = path_of(store)
    if _is_taken(path):
        raise BadInput(f"--store: {path} exists; the demo plays in a store of its own, name a new one")
    return path


def _own_file() -> Path:
    names = (Path(FILE.format(ending)) for ending in _endings("-"))
    return next(path for path in names if not _is_taken(path))


def _is_taken(path: Path) -> bool:
    return any(path.with_name(path.name + ending).exists() for ending in SIDE_FILES)


def _endings(mark: str) -> Iterator[str]:
    yield ""
    yield from (f"{mark}{number}" for number in range(2, 10_000))


# ---------------------------------------------------------------------- a server


def _named_database(store: str) -> Stage:
    from lifecycle.store.databases import Server, without_password

    server = Server(store)
    shown = without_password(store)
    taken = server.databases()
    free = next(name for ending in _endings("_") if (name := DATABASE.format(ending)) not in taken)
    if not server.database:
        raise BadInput(f"--store: {shown} names no database; the demo makes one, name a new one: {free}")
    if server.database in taken:
        raise BadInput(
            f"--store: the database {server.database} exists; the demo makes one of its own, name a new one: {free}"
        )
    server.create(server.database)
    return Stage(
        shown, place=f"{server.database}, made on the server that --store names", secret=server.password()
    )


def _on_given(url: str) -> Stage:
    from lifecycle.store.databases import Server

    server = Server(url)
    name = server.create_first(DATABASE.format(ending) for ending in _endings("_"))
    return Stage(
        server.url_of(name),
        place=f"{name}, made on the server of {SERVER}, {server.place}",
        settings=server.settings(),
        secret=server.password(),
    )


def _on_embedded() -> Stage:
    from lifecycle.store.databases import Server

    elsewhere = tuple(name for name in ASIDE if name in os.environ)
    with surrounded(dict.fromkeys(elsewhere)):
        embedded = start(Path(FOLDER))
        server = Server(embedded.url)
        try:
            name = server.create_first(DATABASE.format(ending) for ending in _endings("_"))
        except BaseException:
            embedded.give_up()
            raise
    settings = server.settings()
    return Stage(
        server.url_of(name),
        place=f"{name}, on a server of its own in {embedded.folder}",
        settings=settings,
        unset=tuple(name for name in elsewhere if name not in settings),
        server=embedded,
    )


@contextmanager
def surrounded(settings: Mapping[str, str | None]) -> Iterator[None]:
    """With these variables in the environment; None: without."""
    before = {name: os.environ.get(name) for name in settings}
    _set(settings)
    try:
        yield
    finally:
        _set(before)


def _set(settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
