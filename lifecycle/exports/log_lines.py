"""台帳の写し: the log as JSON Lines, each line the exact stored bytes of one event, in the order of the log.

`sha256sum` of the file is the digest of the log, as the report `audit_trail` prints it. `grants import log` makes a
new store of it, in which every event has the same number and the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.reports.view import View
from lifecycle.store.entries import read_entry


def pieces(view: View, publisher: str) -> Iterator[bytes]:
    """One line for each event up to the view's point."""
    del publisher
    until = view.point.effective_on
    for stored in view.stored():
        if until is None or read_entry(stored.entry).effective_on.isoformat() <= until:
            yield stored.entry + b"\n"
