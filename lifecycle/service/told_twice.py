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


def told_elsewhere(
    desk: Desk, corrected: Entry, was: Mapping[str, str], replacement: Mapping[str, str]
) -> list[Finding]:
    """A warning for each other event of the project that still says what was put right, with the command for it."""
    found = []
    for field in (field for field in TOLD_TWICE if field in replacement):
        project = project_of(corrected.stream)
        for stream in (project, *grants_of(desk.transaction, project)):
            standing = _standing(desk, stream, field) if stream != corrected.stream else None
            if standing and standing[2] == was[field] != replacement[field]:
                found.append(_finding(desk, *standing, field, replacement[field]))
    return found


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
