"""What a programme file must satisfy on its own: shape, types, dates, ids. A document in, troubles out.

msgspec judges types; it stops at the first fault, so a table it refuses is judged again key by key.
Look here to learn which mistakes in rule data are caught.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from lifecycle.programme.model import (
    PERIOD_WORDS,
    Alias,
    Cap,
    Definition,
    Entry,
    Head,
    Limit,
    Member,
    Named,
    PlanLength,
    Rate,
    Rule,
    Setting,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FRACTION = re.compile(r"(0|[1-9][0-9]*)/([1-9][0-9]*)")
_WORD = re.compile(r"[a-z]+(_[a-z]+)*")
_Row = TypeVar("_Row", bound=msgspec.Struct)
_Dated = TypeVar("_Dated", bound=Entry)
Placed = list[tuple[str, _Dated]]


class Trouble(NamedTuple):
    """誤り before its line is known: the key path and what is wrong there."""

    path: str
    message: str


class Content(NamedTuple):
    """Everything read from one file, each entry with its key path; `head` is None when it is faulty."""

    head: Head | None
    caps: Placed[Cap]
    plan_lengths: Placed[PlanLength]
    rates: Placed[Rate]
    limits: Placed[Limit]
    rules: Placed[Rule]
    definitions: Placed[Definition]
    members: Placed[Member]
    settings: Placed[Setting]
    aliases: Placed[Alias]


_SECTIONS = {"cap", "plan_length", "rate", "limit", "rule", "definition", "member", "setting", "alias"}


def read_content(document: Mapping[str, object]) -> tuple[Content, list[Trouble]]:
    """Turn a parsed TOML document into entries, with every trouble found on the way, in no special order."""
    troubles: list[Trouble] = []

    def entries(section: str, kind_of: type[_Dated], *names: str) -> Placed[_Dated]:
        rows = _rows(document.get(section), section, names, {}, troubles)
        read = ((path, _row(kind_of, path, given, row, troubles)) for path, given, row in rows)
        return [(path, entry) for path, entry in read if entry is not None]

    content = Content(
        head=_row(Head, "", {}, {k: v for k, v in document.items() if k not in _SECTIONS}, troubles),
        caps=entries("cap", Cap),
        plan_lengths=entries("plan_length", PlanLength, "kind"),
        rates=entries("rate", Rate, "kind"),
        limits=entries("limit", Limit, "id"),
        rules=entries("rule", Rule, "id"),
        definitions=entries("definition", Definition, "id"),
        members=entries("member", Member, "list", "id"),
        settings=entries("setting", Setting, "name"),
        aliases=entries("alias", Alias),
    )
    troubles += _judge(content)
    return content, troubles


def _rows(
    value: object, path: str, names: Sequence[str], given: dict[str, str], troubles: list[Trouble]
) -> Iterator[tuple[str, dict[str, str], dict[str, object]]]:
    """Every table of a section: `[[cap]]` by number, `[rule.ID]` by the names in its header."""
    if value is None:
        return
    if names or given:
        if not isinstance(value, dict):
            troubles.append(Trouble(path, f"must be a table, not {value!r}"))
        elif not names:
            yield path, given, value
        else:
            for key, inner in value.items():
                yield from _rows(inner, f"{path}.{key}", names[1:], {**given, names[0]: key}, troubles)
    elif isinstance(value, list) and all(isinstance(row, dict) for row in value):
        yield from ((f"{path}[{index}]", given, row) for index, row in enumerate(value))
    else:
        troubles.append(Trouble(path, f"must be a list of tables: write [[{path}]]"))


def _row(
    kind_of: type[_Row], path: str, given: Mapping[str, str], row: dict[str, object], troubles: list[Trouble]
) -> _Row | None:
    try:
        if given.keys().isdisjoint(row):
            entry: _Row = _convert({**row, **given}, kind_of)
            return entry
    except msgspec.ValidationError:
        pass  # stops at the first fault; the pass below names them all
    troubles += _diagnose(kind_of, path, given, row)
    return None


def _diagnose(
    kind_of: type[msgspec.Struct], path: str, given: Mapping[str, str], row: dict[str, object]
) -> Iterator[Trouble]:
    fields = {field.name: field for field in msgspec.structs.fields(kind_of)}
    for key in row:
        if key not in fields or key in given:
            yield Trouble(_under(path, key), "unknown key")
    for name, field in fields.items():
        if name in given or name in row:
            try:
                _convert(given.get(name, row.get(name)), field.type)
            except msgspec.ValidationError as refused:
                place = path if name in given else _under(path, name)
                yield Trouble(place, f"{refused} ({given.get(name, row.get(name))!r})")
        elif field.required:
            yield Trouble(_under(path, name), "is missing")


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _convert(value: object, to: Any) -> Any:
    # builtin_types: a date must be a TOML date; the text "2025-04-01" is not one
    return msgspec.convert(value, to, builtin_types=(date,), dec_hook=_fraction)


def _fraction(to: type, value: object) -> Fraction:
    if to is Fraction and isinstance(value, str) and _FRACTION.fullmatch(value):
        return Fraction(value)
    raise ValueError('Expected a fraction written "n/d"')


def _judge(content: Content) -> Iterator[Trouble]:
    if content.head is not None:
        yield from _dates("", content.head)
    for path, cap in content.caps:
        yield from _dates(path, cap)
        yield from _cap_id(path, cap)
    for path, length in content.plan_lengths:
        if length.principle_years > length.max_years:
            yield Trouble(
                f"{path}.principle_years", f"{length.principle_years} exceeds max_years {length.max_years}"
            )
    for path, rate in content.rates:
        if not 0 < rate.rate <= 1:
            yield Trouble(f"{path}.rate", f"{rate.rate} is no share of a cost: more than 0, at most 1")
    for path, setting in content.settings:
        yield from _setting_value(path, setting)
    yield from _overlaps(content.caps)
    yield from _duplicates(content)


def _dates(path: str, entry: Head | Cap) -> Iterator[Trouble]:
    if entry.in_force_until is not None and entry.in_force_until < entry.in_force_from:
        yield Trouble(
            _under(path, "in_force_until"),
            f"{entry.in_force_until} lies before in_force_from {entry.in_force_from}",
        )


def _cap_id(path: str, cap: Cap) -> Iterator[Trouble]:
    """The id spells kind, period and tier: a copied block with one of them unchanged is caught here."""
    spelt = f"{cap.kind}_{PERIOD_WORDS[cap.period]}_{cap.tier}"
    if cap.id != spelt:
        yield Trouble(
            f"{path}.id", f"{cap.id} does not say what the cap is: kind, period and tier make {spelt}"
        )


def _setting_value(path: str, setting: Setting) -> Iterator[Trouble]:
    value = setting.value
    if isinstance(value, str) and not (_FRACTION.fullmatch(value) or _WORD.fullmatch(value)):
        yield Trouble(
            f"{path}.value",
            f'{value!r} is neither a fraction "n/d" nor one lower-case word; figures stand bare',
        )


def _overlaps(caps: Placed[Cap]) -> Iterator[Trouble]:
    for (first, one), (second, other) in combinations(caps, 2):
        if one.id == other.id and (one.holds_on(other.in_force_from) or other.holds_on(one.in_force_from)):
            yield Trouble(f"{second}.in_force_from", f"{other.id} is in force at the same time as {first}")


def _duplicates(content: Content) -> Iterator[Trouble]:
    """One rule id, one meaning: caps may repeat theirs over time, nothing else may take it."""
    seen = {cap.id: path for path, cap in content.caps}
    for path, length in content.plan_lengths:
        seen |= {f"{length.kind}_years_principle": path, f"{length.kind}_years_max": path}
    named: list[tuple[str, Named]] = [*content.limits, *content.rules, *content.definitions]
    for path, entry in named:
        if entry.id in seen:
            yield Trouble(path, f"duplicate id {entry.id}: it stands at {seen[entry.id]} already")
        seen[entry.id] = path
    aliases: dict[tuple[str, str], str] = {}
    for path, alias in content.aliases:
        name = (alias.programme_ja, alias.type_ja)
        if name in aliases:
            yield Trouble(path, f"duplicate alias: it stands at {aliases[name]} already")
        aliases[name] = path
