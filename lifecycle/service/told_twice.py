"""訂正 of what is told in two places: a title stands in the plan and in each grant; a correction moves one of them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import msgspec

from lifecycle.aggregates.corrections import CORRECTABLE
from lifecycle.errors import Finding
from lifecycle.service.desk import Desk
from lifecycle.service.numbering import grants_of
from lifecycle.store.entries import Entry
from lifecycle.values import project_of

TOLD_TWICE = ("title",)
"""事業名: what `submit`, `resubmit` and `import_decision` write of a project into its grant too."""


def told_elsewhere(desk: Desk, n: int, corrected: Entry, replacement: Mapping[str, str]) -> list[Finding]:
    """A warning for each other event of the project that says what event `n` said, with the command that puts it right.

    What event `n` said before an earlier correction counts: whoever passed over the warning then is told again.
    """
    found = []
    for field in (field for field in TOLD_TWICE if field in replacement):
        before = _said(desk, n, corrected, field) - {replacement[field]}
        project = project_of(corrected.stream)
        for stream in (project, *grants_of(desk.transaction, project)):
            standing = _standing(desk, stream, field) if stream != corrected.stream else None
            if standing and standing[2] in before:
                found.append(_finding(desk, *standing, field, replacement[field]))
    return found


def _said(desk: Desk, n: int, corrected: Entry, field: str) -> set[str]:
    """Every word that an event said until now: its own, and those of the corrections that follow it."""
    said = {str(msgspec.json.decode(corrected.data)[field])}
    for later in desk.transaction.entries_after(corrected):
        data: dict[str, Any] = msgspec.json.decode(later.data)
        if later.type.endswith(".corrected") and data["event"] == n and field in data["replacement"]:
            said.add(str(data["replacement"][field]))
    return said


def _standing(desk: Desk, stream: str, field: str) -> tuple[int, Entry, str] | None:
    """The event in which a stream says a word as it is read now, its number, and the word, corrections included."""
    told: tuple[int, Entry, str] | None = None
    for n, entry in desk.transaction.numbered(stream):
        data: dict[str, Any] = msgspec.json.decode(entry.data)
        if field in CORRECTABLE.get(entry.type, ("", {}))[1]:
            told = n, entry, str(data[field])
        elif told and entry.type.endswith(".corrected") and data["event"] == told[0]:
            told = told[0], told[1], str(data["replacement"].get(field, told[2]))
    return told


def _finding(desk: Desk, n: int, entry: Entry, was: str, field: str, word: str) -> Finding:
    by = desk.act.by if desk.act.by != entry.by else "OFFICER"
    words = ["grants", "correct", "--event", str(n), "--replacement", f"{field}={word}"]
    words += ["--reason", desk.act.reason, "--by", by]
    return Finding(
        rule="told_elsewhere",
        strength="warning",
        source="contract section 7, correct",
        message=f"event {n} ({entry.type}) of {entry.stream} still says {field} {was}",
        remedy=f"if it is wrong there too: {shlex.join(words)}",
    )
