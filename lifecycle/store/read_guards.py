"""封の見張り: the triggers that break the seal of a read table, and the marks that somebody leaves who takes them off.

A write past the triggers breaks no seal. To take them off leaves a mark: in a file, whatever is made or dropped counts
the schema on; a server counts every row that is written, by whomever and in whatever mode. A night that finds another
mark than the last run left reads every row. What leaves none: a byte editor, a failing disk, a program that switches
the triggers off for its own connection to a file, a superuser who switches the server's counting off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import text

from lifecycle.store.read_schema import READ_METADATA, READ_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lifecycle.store.read_tables import Half, ReadTables

BREAK = "UPDATE read_tables SET digest = '' WHERE is_whole = 1"
OF_ROWS = f"{BREAK} AND digest <> '' AND (projection, half) IN ({{rows}});"
CAME, WENT = "SELECT projection, half FROM came", "SELECT projection, half FROM went"

IN_FILE = {
    "inserted": ("INSERT", "VALUES (NEW.projection, NEW.half)"),
    "updated": ("UPDATE", "VALUES (OLD.projection, OLD.half), (NEW.projection, NEW.half)"),
    "deleted": ("DELETE", "VALUES (OLD.projection, OLD.half)"),
}
CREATE_IN_FILE = "CREATE TRIGGER read_rows_{name} AFTER {event} ON read_rows BEGIN " + OF_ROWS + " END"

ON_SERVER = {
    "inserted": (4, "INSERT", "REFERENCING NEW TABLE AS came", OF_ROWS.format(rows=CAME)),
    "updated": (
        16,
        "UPDATE",
        "REFERENCING OLD TABLE AS went NEW TABLE AS came",
        OF_ROWS.format(rows=f"{WENT} UNION ALL {CAME}"),
    ),
    "deleted": (8, "DELETE", "REFERENCING OLD TABLE AS went", OF_ROWS.format(rows=WENT)),
    "truncated": (32, "TRUNCATE", "", f"{BREAK};"),
}
"""As the server's catalogue keeps them: the kind of trigger (once a statement, after it), and the function's text."""

BODY = "BEGIN {statement} RETURN NULL; END"

THERE_IN_FILE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'read_rows'"
THERE_ON_SERVER = """
SELECT tgname::text, tgtype || ' ' || prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid = to_regclass('read_rows') AND tgenabled IN ('O', 'A') AND NOT tgisinternal
        AND tgqual IS NULL AND tgattr = ''
"""

MARK_IN_FILE = "SELECT schema_version, 0 FROM pragma_schema_version"
MARK_ON_SERVER = """
SELECT md5(concat(pg_relation_filenode(rows.oid), string_agg(concat_ws(' ', pg_trigger.oid, pg_trigger.xmin,
        tgenabled, pg_proc.oid, pg_proc.xmin), ',' ORDER BY pg_trigger.oid))),
    coalesce(pg_stat_get_tuples_inserted(rows.oid) + pg_stat_get_tuples_updated(rows.oid)
        + pg_stat_get_tuples_deleted(rows.oid), 0)
FROM (SELECT to_regclass('read_rows')::oid AS oid) AS rows
    LEFT JOIN pg_trigger ON tgrelid = rows.oid LEFT JOIN pg_proc ON pg_proc.oid = tgfoid
GROUP BY rows.oid
"""
FLUSH = "SELECT pg_stat_force_next_flush()"


class Mark(NamedTuple):
    """What was made and dropped so far, and on a server how many rows were ever written."""

    made: str
    written: int

    def __str__(self) -> str:
        """As a run notes it down."""
        return f"{self.made} {self.written}"


def mark(tables: ReadTables) -> Mark:
    """The mark as it is now."""
    made, written = tables.read(text(MARK_IN_FILE if tables.is_file else MARK_ON_SERVER))[0]
    return Mark(str(made), int(written))


def flush(tables: ReadTables) -> None:
    """Let the server count what this connection has written, with the transaction that ends next."""
    if not tables.is_file:
        tables.database.exec_driver_sql(FLUSH)


def triggers_of(tables: ReadTables) -> dict[str, str]:
    """Each trigger that breaks seals, by its name, as this program makes it."""
    if tables.is_file:
        return {
            f"read_rows_{name}": CREATE_IN_FILE.format(name=name, event=event, rows=rows)
            for name, (event, rows) in IN_FILE.items()
        }
    return {
        f"read_rows_{name}": f"{kind} {BODY.format(statement=statement)}"
        for name, (kind, _, _, statement) in ON_SERVER.items()
    }


def there(tables: ReadTables) -> dict[str, str]:
    """Triggers that are there and enabled, by their names; each as it is."""
    rows = tables.read(text(THERE_IN_FILE if tables.is_file else THERE_ON_SERVER))
    return {name: " ".join(sql.split()) for name, sql in rows}


def unlike(tables: ReadTables) -> list[str]:
    """Names of triggers that are not there, not enabled, or not as this program makes them."""
    found = there(tables)
    return sorted(name for name, sql in triggers_of(tables).items() if found.get(name) != sql)


def missing(tables: ReadTables) -> list[str]:
    """Names of read tables' own tables that somebody has dropped."""
    names = sorted(READ_METADATA.tables)
    if tables.is_file:
        there = {row[0] for row in tables.read(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
        return [name for name in names if name not in there]
    return [name for name in names if tables.read(text(f"SELECT to_regclass('{name}')"))[0][0] is None]


def put_back(tables: ReadTables, names: Iterable[str]) -> None:
    """Make tables again that somebody has dropped, empty, with their triggers."""
    wanted = set(names)
    if not wanted:
        return
    with tables.writing():
        for table in READ_METADATA.sorted_tables:
            if table.name in wanted:
                table.create(tables.database, checkfirst=False)
        if READ_ROWS.name in wanted:
            for sql in _made(tables):
                tables.database.exec_driver_sql(sql)


def _made(tables: ReadTables) -> list[str]:
    if tables.is_file:
        return list(triggers_of(tables).values())
    made = []
    for name, (_, event, referencing, statement) in ON_SERVER.items():
        function = f"read_rows_{name}()"
        body = BODY.format(statement=statement)
        made.append(f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
        on = f"CREATE TRIGGER read_rows_{name} AFTER {event} ON read_rows {referencing}"
        made.append(f"{on} FOR EACH STATEMENT EXECUTE FUNCTION {function}")
    return made


def left_by(run: dict[str, Any]) -> set[str]:
    """Names of the read tables that a run left served; none for a run of before they were noted, or of no list."""
    try:
        return set(msgspec.json.decode(run.get("served") or b"[]", type=list[str]))
    except (ValueError, TypeError):  # somebody was at the runs
        return set()


def changed(tables: ReadTables, half: Half) -> str:
    """What a reader says of a half that does not hold; it notes that for the next night, if it may write."""
    way = "" if tables.break_seal(half) else " --read-through"
    return f"read table {half.projection} was changed from outside; `grants nightly{way}` builds it again from the log"
