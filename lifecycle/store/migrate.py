"""Create a store, or bring an older one up to this program's schema: Alembic, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lifecycle.errors import StoreVersion
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows
from lifecycle.projections.cap_usage import Rows
from lifecycle.store import SCHEMA, Store, inline
from lifecycle.store.entries import to_event
from lifecycle.store.recorder import recorder_on


def migrate(store: Store) -> tuple[str | None, str]:
    """Bring a store to the last schema version; returns the version before and after.

    Everything happens in one transaction that holds a lock from its start: two migrators wait for one another, and
    one killed half-way leaves the store as it was.

    Raises:
        StoreVersion: the store is newer than this program, or the database is another program's.
        Busy, IntegrityFailure, Unreachable: see the store's `connect`.
    """
    connection = store.connect(create=True)
    try:
        before = _known(store, connection)
    finally:
        connection.close()
    if before != SCHEMA[-1]:
        before = _upgrade(store)
    return before, SCHEMA[-1]


def _known(store: Store, connection: Any) -> str | None:
    found = store.known_schema(connection)
    if store.is_someone_elses(connection):
        raise StoreVersion(
            f"{store.place} is no grants store but another program's database; name another one"
        )
    return found


def _upgrade(store: Store) -> str | None:
    from alembic import command
    from alembic.config import Config

    import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.migrating() as (connection, database):
        before = _known(store, connection)
        config.attributes["connection"] = database
        command.upgrade(config, "head")
        rebuild_inline(connection)
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
    for entry in recorder_on(connection).all_entries():
        event = to_event(entry)
        caps |= cap_usage.apply(caps, event)
        slots |= application_slots.apply(slots, event)
    return caps, slots
