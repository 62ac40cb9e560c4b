"""What is wrong with a value, for people: its path, what was given, what is wanted.

`msgspec.convert` decides whether a value fits; this module only explains why one does not, because
msgspec's own message stops at patterns and leaves out the key within an object.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from msgspec import inspect

from cli.plain import cut, visible
from lifecycle.nearest import near
from lifecycle.values import SAYS

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """One thing wrong: where, and what."""

    path: Path
    text: str
    also_missing: tuple[Path, ...] = ()


class Inexact(float):
    """A number with a fraction or exponent, as it was written. No field takes one."""

    text: str

    @classmethod
    def of(cls, text: str) -> Inexact:
        """Keep the text beside the value, so that a message can show what was written."""
        number = cls(text)
        number.text = text
        return number


PATTERNS = {
    r"^[^\s/]{1,64}\Z": "1 to 64 characters without spaces or /",
    r"^[^\s/=]{1,64}\Z": "1 to 64 characters without spaces, / or =",
    r"^[0-9]{4}\Z": "a year of four digits",
    r"^[0-9]{13}\Z": "13 digits",
    r"^[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})\Z": "AUTHORITY-FIRSTYEAR-NN",
    r"^[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}\Z": "PROJECT/FISCALYEAR",
    r"^[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}/c[0-9]+\Z": "GRANT/cN",
    r"^[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}/r[0-9]+\Z": "GRANT/rN",
    SAYS: "a text that says something",
    r"^[1-9][0-9]{0,5}/[1-9][0-9]{0,5}\Z": "a fraction such as 1/2",
    r"^-?[0-9]{1,18}(\.[0-9]{1,9})?\Z": "a decimal such as 12.5",
}
"""Every pattern of `commands.fields` in words."""


def given(value: object) -> str:
    """A value as the person wrote it, short enough for one line."""
    if isinstance(value, Inexact):
        return cut(value.text, 40)
    if isinstance(value, str):
        return cut(visible(json.dumps(value, ensure_ascii=False)), 60)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return cut(str(value), 40)


def listed(words: Iterable[object], joint: str = "or") -> str:
    """`a, b or c`."""
    *most, last = [str(word) for word in words]
    return f"{', '.join(most)} {joint} {last}" if most else last


def unwrapped(form: inspect.Type) -> inspect.Type:
    """A form without its description, and without None where it may be left out."""
    while isinstance(form, inspect.Metadata):
        form = form.type
    if isinstance(form, inspect.UnionType):
        types = [part for part in form.types if not isinstance(part, inspect.NoneType)]
        return unwrapped(types[0]) if len(types) == 1 else inspect.UnionType(tuple(types))
    return form


def first_fault(value: Any, form: inspect.Type, path: Path = ()) -> Fault | None:
    """The first thing wrong with `value` under `form`, or None when this module sees nothing wrong."""
    form = unwrapped(form)
    return CHECKS.get(type(form), _nothing)(value, form, path)


def _nothing(value: Any, form: Any, path: Path) -> Fault | None:
    del value, form, path
    return None


def _wanted(value: Any, path: Path, wanted: str, suggestion: str = "") -> Fault:
    return Fault(path, f"{given(value)} given, {wanted} wanted{suggestion}")


def _text(value: Any, form: inspect.StrType, path: Path) -> Fault | None:
    import re

    if not isinstance(value, str):
        return _wanted(value, path, "text")
    if len(value) < (form.min_length or 0):
        return Fault(path, "empty")
    if form.max_length is not None and len(value) > form.max_length:
        return Fault(path, f"{len(value):,} characters given, at most {form.max_length:,} wanted")
    if form.pattern is not None and not re.search(form.pattern, value):
        return _wanted(value, path, PATTERNS.get(form.pattern, form.pattern))
    return None


def _whole(value: Any, form: inspect.IntType, path: Path) -> Fault | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return _wanted(value, path, "a whole number")
    if (form.ge is not None and value < form.ge) or (form.le is not None and value > form.le):
        return _wanted(value, path, _between(form))
    return None


def _between(form: inspect.IntType) -> str:
    if form.le is None:
        return f"{form.ge:,} or more"
    return f"{form.ge} to {form.le}" if form.le < 10_000 else f"{form.ge:,} to {form.le:,}"


def _flag(value: Any, form: inspect.BoolType, path: Path) -> Fault | None:
    del form
    return None if isinstance(value, bool) else _wanted(value, path, "true or false")


def _date(value: Any, form: inspect.DateType, path: Path) -> Fault | None:
    import re
    from datetime import date

    from cli.meant import date_meant, last_day

    del form
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return _wanted(value, path, "a date YYYY-MM-DD", date_meant(value) if isinstance(value, str) else "")
    try:
        date.fromisoformat(value)
    except ValueError:
        return Fault(path, f"{given(value)} given, but there is no such day{last_day(value)}")
    return None


def _choice(value: Any, form: inspect.LiteralType, path: Path) -> Fault | None:
    if value in form.values:
        return None
    return _wanted(value, path, listed(form.values), near(value, map(str, form.values)))


def _list(value: Any, form: inspect.ListType, path: Path) -> Fault | None:
    if not isinstance(value, list):
        return _wanted(value, path, "a list")
    if len(value) < (form.min_length or 0):
        return Fault(path, "empty; at least one wanted")
    faults = (first_fault(part, form.item_type, (*path, place)) for place, part in enumerate(value))
    return next(filter(None, faults), None)


def _object(value: Any, form: inspect.DictType, path: Path) -> Fault | None:
    if not isinstance(value, dict):
        return _wanted(value, path, "an object")
    if len(value) < (form.min_length or 0):
        return Fault(path, "empty; at least one wanted")
    keys = (first_fault(key, form.key_type, path) for key in value)
    parts = (first_fault(part, form.value_type, (*path, key)) for key, part in value.items())
    return next(filter(None, keys), None) or next(filter(None, parts), None)


def _struct(value: Any, form: inspect.StructType, path: Path) -> Fault | None:
    if not isinstance(value, dict):
        return _wanted(value, path, "an object")
    fields = {field.encode_name: field for field in form.fields}
    for key in value:
        if key not in fields and key != form.tag_field:
            return Fault((*path, key), f"unknown field{near(key, fields)}")
    missing = [name for name, field in fields.items() if field.required and name not in value]
    if missing:
        first, *others = [(*path, name) for name in missing]
        about = "" if others else description(fields[missing[0]].type)
        return Fault(first, f"missing; {about}" if about else "missing", tuple(others))
    faults = (first_fault(value[name], fields[name].type, (*path, name)) for name in fields if name in value)
    return next(filter(None, faults), None)


def description(form: inspect.Type) -> str:
    """What a field says about itself."""
    while isinstance(form, inspect.Metadata):
        if form.extra_json_schema and "description" in form.extra_json_schema:
            return str(form.extra_json_schema["description"])
        form = form.type
    if isinstance(form, inspect.UnionType):
        return next(filter(None, map(description, form.types)), "")
    return ""


def _union(value: Any, form: inspect.UnionType, path: Path) -> Fault | None:
    tagged = {part.tag: part for part in form.types if isinstance(part, inspect.StructType)}
    if tagged:
        return _tagged(value, tagged, path)
    parts = [unwrapped(part) for part in form.types]
    if not all(first_fault(value, part, path) for part in parts):
        return None
    if nearest := next((part for part in parts if _is_like(value, part)), None):
        return first_fault(value, nearest, path)
    words = [str(word) for part in parts if isinstance(part, inspect.LiteralType) for word in part.values]
    numbers_first = sorted(parts, key=lambda part: not isinstance(part, inspect.IntType))
    return _wanted(value, path, ", or ".join(map(_told, numbers_first)), near(value, words))


def _is_like(value: Any, form: inspect.Type) -> bool:
    """True for the part of a union that has most to say about a value: a text of text, a number of numbers."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return (isinstance(value, str) and isinstance(form, inspect.StrType)) or (
        is_whole and isinstance(form, inspect.IntType)
    )


def _told(form: inspect.Type) -> str:
    """What a part of a union takes."""
    if isinstance(form, inspect.LiteralType):
        return listed(json.dumps(word) for word in form.values)
    return "a whole number" if isinstance(form, inspect.IntType) else 'a decimal in quotes such as "12.5"'


def _tagged(value: Any, tagged: dict[Any, inspect.StructType], path: Path) -> Fault | None:
    if not isinstance(value, dict):
        return _wanted(value, path, "an object")
    tag_field = str(next(iter(tagged.values())).tag_field)
    if tag_field not in value:
        return Fault((*path, tag_field), f"missing; {listed(tagged)} wanted")
    tag = value[tag_field]
    if not isinstance(tag, str) or tag not in tagged:
        return _wanted(tag, (*path, tag_field), listed(tagged), near(tag, tagged))
    return _struct(value, tagged[tag], path)


CHECKS: dict[type, Callable[[Any, Any, Path], Fault | None]] = {
    inspect.StrType: _text,
    inspect.IntType: _whole,
    inspect.BoolType: _flag,
    inspect.DateType: _date,
    inspect.LiteralType: _choice,
    inspect.ListType: _list,
    inspect.DictType: _object,
    inspect.StructType: _struct,
    inspect.UnionType: _union,
}
