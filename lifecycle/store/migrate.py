"""Create a store, or bring an older one up to this program's schema: Alembic, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lifecycle.errors import StoreVersion
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows
from lifecycle.projections.cap_usage import Rows
from lifecycle.store import SCHEMA, inline, schema_of, sqlite
from lifecycle.store.entries import to_event


def migrate(path: Path) -> tuple[str | None, str]:
    """Bring the store at `path` to the last schema version; returns the version before and after.

    Everything happens in one transaction that holds the write lock from its start: two migrators wait for
    one another, and one killed half-way leaves the store as it was.

    Raises:
        StoreVersion: the store is newer than this program, or the file is another program's database.
        Busy, IntegrityFailure: see `sqlite.connect`.
    """
    connection = sqlite.connect(path, create=True)
    try:
        before = _known(connection, path)
        if before != SCHEMA[-1]:
            before = _upgrade(connection, path)
    finally:
        connection.close()
    return before, SCHEMA[-1]


def _known(connection: Any, path: Path) -> str | None:
    if sqlite.is_someone_elses(connection):
        raise StoreVersion(f"{path} is no grants store but another program's database; name another file")
    before = schema_of(connection)
    if before is not None and before not in SCHEMA:
        raise StoreVersion(
            f"{path} has schema version {before}, newer than this program's {SCHEMA[-1]}; use the newer program"
        )
    return before


def _upgrade(connection: Any, path: Path) -> str | None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import StaticPool, create_engine

    import migrations

    engine = create_engine(
        "sqlite://", creator=lambda: connection, module=sqlite.driver, poolclass=StaticPool
    )
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.connect() as database:
        database.exec_driver_sql("BEGIN IMMEDIATE")
        before = _known(connection, path)
        config.attributes["connection"] = database
        command.upgrade(config, "head")
        rebuild_inline(connection)
        database.commit()
    return before


def rebuild_inline(connection: Any) -> None:
    """Write the INLINE projections anew from the log, in the caller's transaction."""
    caps, slots = fold_inline(connection)
    connection.execute("DELETE FROM cap_usage")
    connection.execute("DELETE FROM application_slots")
    inline.write_caps(connection, {}, caps)
    inline.write_slots(connection, slots.values())


def fold_inline(connection: Any) -> tuple[Rows, SlotRows]:
    """The INLINE projections as the log alone gives them."""
    caps: Rows = {}
    slots: SlotRows = {}
    for (entry,) in connection.execute("SELECT entry FROM events ORDER BY n"):
        event = to_event(bytes(entry))
        caps |= cap_usage.apply(caps, event)
        slots |= application_slots.apply(slots, event)
    return caps, slots
