"""Databases of a PostgreSQL server: which there are, and a new one as a store needs it. No store is read or written."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from lifecycle.errors import AlreadyRecorded, BadInput, StoreVersion
from lifecycle.store.postgres import INSUFFICIENT_PRIVILEGE, OLDEST_SERVER, SILENCE, place_of, translated
from lifecycle.store.unanswered import DatabaseRole

MAINTENANCE = "postgres"
"""The database that every server has, from which others are made."""

DUPLICATE = "42P04"
CREATE = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"

IN_ENVIRONMENT = {"host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER"}
PASSWORD = "PGPASSWORD"  # noqa: S105 - the name of libpq's variable


class Server:
    """サーバ: a PostgreSQL server as one login reaches it. Connects for each question."""

    def __init__(self, url: str) -> None:
        """By a URL of libpq's, or its `key=value` words; `database` is the one it names, "" for none.

        Raises:
            BadInput: libpq can't read it.
        """
        self.place = place_of(url)
        self._told: dict[str, Any] = conninfo_to_dict(url)
        self.database = str(self._told.pop("dbname", ""))

    def databases(self) -> set[str]:
        """The names of all its databases.

        Raises:
            StoreVersion: it is older than PostgreSQL 15.
            Unreachable: it does not answer, or lets nobody in.
        """
        return {str(row[0]) for row in self._asked("SELECT datname FROM pg_database")}

    def create(self, name: str) -> None:
        """Make a database of this name, in UTF-8.

        Raises:
            AlreadyRecorded: there is one.
            DatabaseRole: this login may not.
            StoreVersion, Unreachable: as above.
        """
        self._asked(CREATE.format('"' + name.replace('"', '""') + '"'))

    def create_first(self, names: Iterable[str]) -> str:
        """Make a database of the first of these names that is free; which one.

        Raises:
            DatabaseRole, StoreVersion, Unreachable: as above.
        """
        taken = self.databases()
        for name in names:
            if name not in taken:
                with suppress(AlreadyRecorded):  # somebody else was quicker
                    self.create(name)
                    return name
        raise AlreadyRecorded(f"{self.place}: every name that was tried is taken")

    def settings(self) -> dict[str, str]:
        """The variables of libpq that lead to it; `url_of` needs them."""
        return {name: str(self._told[key]) for key, name in IN_ENVIRONMENT.items() if self._told.get(key)}

    def password(self) -> dict[str, str]:
        """The password, if it was given with the URL, as libpq's variable; never shown."""
        return {PASSWORD: str(self._told["password"])} if self._told.get("password") else {}

    def url_of(self, name: str) -> str:
        """The short URL of a database, for whoever has `settings` in the environment."""
        others = {key: value for key, value in self._told.items() if key not in (*IN_ENVIRONMENT, "password")}
        query = f"?{urlencode(others, quote_via=quote)}" if others else ""
        return f"postgresql:///{quote(name)}{query}"

    def _asked(self, sql: str) -> list[Any]:
        told = {"connect_timeout": 10, **SILENCE, **self._told, "dbname": MAINTENANCE}
        try:
            with psycopg.connect(**told, autocommit=True) as connection:
                if (version := connection.info.server_version // 10_000) < OLDEST_SERVER:
                    raise StoreVersion(
                        f"{self.place} is PostgreSQL {version}; this program needs {OLDEST_SERVER} or later"
                    )
                cursor = connection.execute(sql.encode())
                return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise self._refusal(error) from None

    def _refusal(self, error: psycopg.Error) -> Exception:
        if error.sqlstate == DUPLICATE:
            return AlreadyRecorded(f"{self.place}: {error.diag.message_primary}")
        if error.sqlstate == INSUFFICIENT_PRIVILEGE:
            return DatabaseRole(
                f"{self.place}: this login may not make a database; its administrator lets it: "
                "ALTER ROLE … CREATEDB"
            )
        return translated(error, self.place)


def without_password(url: str) -> str:
    """A URL of a server as it may be shown and typed.

    Raises:
        BadInput: the password stands in its query.
    """
    if "password=" in url.partition("?")[2]:
        raise BadInput("store: leave the password out of the URL; it comes from PGPASSWORD or ~/.pgpass")
    scheme, mark, rest = url.partition("://")
    login, at, address = rest.rpartition("@") if "@" in rest.partition("/")[0] else ("", "", rest)
    return f"{scheme}{mark}{login.partition(':')[0]}{at}{address}"
