"""From plain values to a command: the one door, for the shell and for batch lines alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from cli.forms import Fault, Path, first_fault, given, listed
from cli.plain import UNSAFE, named
from lifecycle.commands import ALL
from lifecycle.commands.fields import Command, Reading
from lifecycle.errors import BadInput
from lifecycle.nearest import near

DEEPEST = 32
"""Levels a value may be nested; an application has six."""

MOST = 10**18
"""No field takes a number near this one; what lies beyond it does not fit the log's JSON."""

PLAIN_KEY = re.compile(r"[\w-]+")


def dotted(path: Path) -> str:
    """A path as written in a batch line: `application.components[0].title`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{given(step)}]"
    return text


def decode(do: str, mapping: dict[str, Any], spell: Callable[[Path], str] = dotted) -> Command | Reading:
    """The command `do` with these fields; `spell` says how a path is shown to whoever wrote them.

    Raises:
        BadInput: an unknown command or field, a missing one, a wrong type or form.
    """
    if do not in ALL:
        raise BadInput(f"do: {given(do)} is no command{near(do, ALL)}")
    fault = unsafe(mapping)
    if fault is None:
        try:
            return msgspec.convert(mapping, ALL[do])
        except msgspec.ValidationError as error:
            fault = first_fault(mapping, form_of(do)) or Fault((), str(error))
    raise BadInput(_sentence(fault, spell))


def _sentence(fault: Fault, spell: Callable[[Path], str]) -> str:
    where = spell(fault.path)
    text = f"{where}: {fault.text}" if where else fault.text
    if fault.also_missing:
        text += f"; also missing: {listed(map(spell, fault.also_missing), 'and')}"
    return text


@cache
def form_of(do: str) -> inspect.StructType:
    """The fields of a command, as msgspec sees them."""
    form = inspect.type_info(ALL[do])
    assert isinstance(form, inspect.StructType)  # noqa: S101 - every entry of ALL is a Struct
    return form


def unsafe(value: Any, path: Path = ()) -> Fault | None:
    """The first text or number in `value` that no field takes, whatever its name."""
    if isinstance(value, str):
        found = UNSAFE.search(value)
        return Fault(path, f"contains {named(found.group())}") if found else None
    if isinstance(value, int):
        return Fault(path, "too large a number") if abs(value) > MOST else None
    if not isinstance(value, dict | list):
        return None
    if len(path) >= DEEPEST:
        return Fault(path[:3], "nested too deeply")
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    inside = (unsafe(part, (*path, step)) for step, part in steps)
    return _unsafe_key(value, path) or next(filter(None, inside), None)


def _unsafe_key(value: dict[str, Any] | list[Any], path: Path) -> Fault | None:
    keys = value if isinstance(value, dict) else ()
    found = next(filter(None, map(UNSAFE.search, keys)), None)
    return Fault(path, f"a key contains {named(found.group())}") if found else None
