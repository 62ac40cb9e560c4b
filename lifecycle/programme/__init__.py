"""Programme versions (交付金制度の年度版): which rules hold on which date, with figures and sources.

The rules stand in the dated TOML files of this package, one per published version, never edited. A version is
parsed when it is first asked for; importing this package reads nothing. Local governments: `authorities.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lifecycle.programme.load import Fault, ProgrammeDataError, load_directory, load_version, read_head
from lifecycle.programme.model import (
    Cap,
    Definition,
    Figure,
    Head,
    Limit,
    Member,
    PlanLength,
    ProgrammeVersion,
    Rate,
    Rule,
    Setting,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

__all__ = [
    "Cap",
    "Definition",
    "Fault",
    "Figure",
    "Head",
    "Limit",
    "Member",
    "PlanLength",
    "ProgrammeDataError",
    "ProgrammeVersion",
    "Rate",
    "Rule",
    "Setting",
    "called",
    "in_force",
    "known",
    "load_directory",
    "validate",
    "version",
]

_DIRECTORY = Path(__file__).parent


@cache
def known() -> tuple[str, ...]:
    """制度年度版の一覧: the ids of all published versions, sorted."""
    return tuple(sorted(path.stem for path in _DIRECTORY.glob("*.toml")))


@cache
def version(id: str) -> ProgrammeVersion:  # noqa: A002 - the word of the files
    """制度年度版 by id, parsed once. KeyError when unknown, ProgrammeDataError when its file is faulty."""
    if id not in known():
        raise KeyError(id)
    return load_version(_DIRECTORY / f"{id}.toml")


def in_force(on: date, series: str = "regional") -> ProgrammeVersion | None:
    """適用中の制度: the version under which a NEW application of that date falls, None before the first.

    A closed or undetermined version is returned as such: whether it takes an application is for the rules.
    """
    for head in _heads():
        if head.series == series and head.covers(on):
            return version(head.id)
    return None


def called(programme_ja: str, type_ja: str = "") -> ProgrammeVersion | None:
    """別名から: the version that public lists print under this name and type, None when there is none."""
    versions = (version(name) for name in known())
    return next((found for found in versions if found.goes_by(programme_ja, type_ja)), None)


def validate() -> Mapping[str, ProgrammeVersion]:
    """制度データの点検: read all versions and compare them. ProgrammeDataError lists every fault."""
    return load_directory(_DIRECTORY)


@cache
def _heads() -> tuple[Head, ...]:
    """The dates of all versions, cheaply: only the part of each file above its first table is parsed."""
    return tuple(read_head(_DIRECTORY / f"{name}.toml") for name in known())
