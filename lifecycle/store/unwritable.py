"""A refusal that lies in the disk, not in the ledger: it is full, or does not let this user write."""

from __future__ import annotations

import os
from pathlib import Path

from lifecycle.errors import Refusal

NO_ROOM = 64 * 1024
"""Bytes left on a disk by which it counts as full: a database takes its room in such pieces."""


class Unwritable(Refusal):
    """書込不能: the store can't be written. What is recorded stands and is read as ever; nothing was written."""

    code = "system"
    exit = 74


def full(place: str, text: str) -> Unwritable:
    """満杯: no room for what was to be written."""
    said = text if "full" in text or "space" in text else f"the disk is full ({text})"
    return Unwritable(
        f"{place} can't be written: {said}. Nothing is wrong with what is recorded, and nothing was written; "
        "make room on the disk, then give the command again"
    )


def read_only(place: str, text: str) -> Unwritable:
    """書込禁止: the file, its folder or its disk may only be read."""
    return Unwritable(
        f"{place} can't be written: {text}. Nothing is wrong with what is recorded, and nothing was written; "
        "this user needs the right to write the file and its folder, on a disk that is not mounted read-only"
    )


def ended(place: str, text: str) -> Unwritable:
    """時間切れ: the server was told to end what takes longer than it allows this role."""
    return Unwritable(
        f"{place} ended it: {text}. Nothing is wrong with what is recorded, and nothing was written; give the role "
        "the time it takes (ALTER ROLE … SET statement_timeout), then the command again"
    )


def failing(place: str, text: str) -> Unwritable:
    """入出力誤り: the disk gives or takes nothing, though there is room on it."""
    return Unwritable(
        f"{place} can't be read or written: {text}. The disk failed, or the folder it is mounted on; nothing was "
        "written, and this says nothing against what is recorded: see the machine's own log, then give the command "
        "again; `grants doctor` reads all of it"
    )


def is_full(folder: Path) -> bool:
    """True when the disk of a folder has no room, or no more files, for this user."""
    if not hasattr(os, "statvfs"):
        return False
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < NO_ROOM or (found.f_files > 0 and found.f_favail == 0)
