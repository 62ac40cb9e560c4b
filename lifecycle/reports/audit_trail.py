"""証跡一式: every event with who did it, when it was recorded and took effect, and the digest of its stored bytes."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import msgspec

from lifecycle.projections.shape import Row, count, day, text
from lifecycle.reports.view import View
from lifecycle.store.entries import Entry, read_entry

NAME, JA, EN = "audit_trail", "証跡一式", "audit trail"
READER = "board_of_audit"
NEEDS = ()
LIMITED_BY = ("grant",)
COLUMNS = (
    count("n", "記録番号", "event"),
    text("recorded_at", "記録日時", "recorded at"),
    day("effective_on", "処理日", "effective on"),
    text("stream", "記録", "stream"),
    count("version", "版", "version"),
    text("type", "種別", "type"),
    text("by", "担当者", "by"),
    text("reason", "理由", "reason"),
    text("command", "処理番号", "command"),
    text("rules_sha256", "規則の要約値", "digest of the rules"),
    text("entry_sha256", "記録の要約値", "digest of the event"),
    count("events", "件数", "events", sums=True),
)


def rows(view: View) -> Iterator[Row]:
    """One row for each event, of one authority or grant where the report is limited to it."""
    beginning = view.limits.grant or view.limits.authority or ""
    until = view.point.effective_on
    for stored in view.stored():
        if not stored.stream.startswith(beginning):
            continue
        entry = read_entry(stored.entry)
        if until and entry.effective_on.isoformat() > until:
            continue
        yield _row(stored.n, entry, stored.entry)


def _row(n: int, entry: Entry, stored: bytes) -> Row:
    data = msgspec.json.decode(entry.data)
    return {
        "n": n,
        "recorded_at": entry.recorded_at,
        "effective_on": entry.effective_on,
        "stream": entry.stream,
        "version": entry.version,
        "type": entry.type,
        "by": entry.by,
        "reason": entry.reason,
        "command": entry.command,
        "rules_sha256": data.get("rules_sha256", ""),
        "entry_sha256": sha256(stored).hexdigest(),
        "events": 1,
    }
