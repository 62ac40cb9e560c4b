"""The other schemes of the Cabinet Office's explanation, as dated data with sources (seed P, T, W, B, M)."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1)]
Aim = Literal["awareness", "personnel_support", "facility_development"]

_DIRECTORY = Path(__file__).parent


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """数値: an integer, a fraction "n/d", a date or a word, with unit and source."""

    value: Annotated[int, msgspec.Meta(ge=0)] | Text
    unit: Text
    source: Text
    in_force_from: date


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """列挙: a closed list of words."""

    values: Annotated[list[Text], msgspec.Meta(min_length=1)]
    source: Text
    in_force_from: date


class Scheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """制度: figures and lists of one scheme, and which aims it serves (施策×狙い, seed M01)."""

    id: Text
    name_ja: Text
    aims: list[Aim]
    aims_source: Text
    figure: dict[str, Figure]
    words: dict[str, Words]

    def yen(self, name: str) -> int:
        """A whole number; KeyError when unknown, TypeError when it is none."""
        value = self.figure[name].value
        if not isinstance(value, int):
            raise TypeError(f"{self.id}: {name} is {value!r}, not a whole number")
        return value

    def fraction(self, name: str) -> Fraction:
        """An exact fraction; KeyError when unknown."""
        return Fraction(str(self.figure[name].value))

    def day(self, name: str) -> date:
        """A date; KeyError when unknown."""
        return date.fromisoformat(str(self.figure[name].value))

    def source(self, name: str) -> str:
        """Where a figure or list is written."""
        return self.figure[name].source if name in self.figure else self.words[name].source


@cache
def scheme(identifier: str) -> Scheme:
    """A scheme by id, parsed once. KeyError when there is none."""
    path = _DIRECTORY / f"{identifier}.toml"
    if not path.exists():
        raise KeyError(identifier)
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Scheme)


def schemes() -> tuple[Scheme, ...]:
    """Every scheme, by id."""
    return tuple(scheme(path.stem) for path in sorted(_DIRECTORY.glob("*.toml")))
