"""A refusal that lies in the disk, not in the ledger: it is full, or does not let this user write."""

from __future__ import annotations

from lifecycle.errors import Refusal


class Unwritable(Refusal):
    """書込不能: the store can't be written. What is recorded stands and is read as ever; nothing was written."""

    code = "system"
    exit = 74


def full(place: str, text: str) -> Unwritable:
    """満杯: no room for what was to be written."""
    return Unwritable(
        f"{place} can't be written: {text}. Nothing is wrong with what is recorded, and nothing was written; "
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
