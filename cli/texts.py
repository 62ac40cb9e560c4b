"""From words on the command line to plain values: whole numbers, pairs and lists, by the form of the field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec import inspect

from cli.forms import given, unwrapped
from cli.parse import LONGEST_NUMBER, parse_document, parse_json
from lifecycle.errors import BadInput
from lifecycle.values import SAYS

WHOLE = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(_[0-9]{3})+|[0-9]{1,3}(,[0-9]{3})+)")
PLAIN_ENDING = "digits 0-9, with _ or , between groups of three if you like"


def whole(text: str, form: inspect.IntType, name: str) -> int:
    """A whole number as people write it: `1000000`, `1_000_000` or `1,000,000`.

    Raises:
        BadInput: anything else, or a sign where none may stand.
    """
    signed = text[:1] in ("+", "-")
    if not WHOLE.fullmatch(text) or (signed and not takes_sign(form)):
        from cli.meant import amount_meant  # calendars and character tables: only on the way to a refusal

        raise BadInput(f"{name}: {given(text)} is no whole number ({PLAIN_ENDING}){amount_meant(text)}")
    if len(text) > 2 * LONGEST_NUMBER:
        raise BadInput(f"{name}: {given(text)} is too large a number")
    return int(text.replace(",", "").replace("_", ""))


def takes_sign(form: inspect.IntType) -> bool:
    """True for a field that may be negative."""
    return form.ge is None or form.ge < 0


def takes_commas(form: inspect.ListType) -> bool:
    """True for a list of fixed words or ids; free text may itself hold commas."""
    item = unwrapped(form.item_type)
    if isinstance(item, inspect.StrType):
        return item.pattern not in (None, SAYS)
    return isinstance(item, inspect.LiteralType)


def is_document(form: inspect.Type) -> bool:
    """True for a field that is too large for an option and comes from a file."""
    form = unwrapped(form)
    parts = form.types if isinstance(form, inspect.UnionType) else (form,)
    return any(isinstance(part, inspect.StructType) for part in parts)


def number_beside_word(form: inspect.Type) -> inspect.IntType | None:
    """The whole number that a field takes beside a word such as `all`; None for any other field."""
    parts = [unwrapped(part) for part in form.types] if isinstance(form, inspect.UnionType) else []
    numbers = [part for part in parts if isinstance(part, inspect.IntType)]
    has_word = any(isinstance(part, inspect.LiteralType) for part in parts)
    return numbers[0] if numbers and has_word else None


def plain_value(words: Sequence[str], form: inspect.Type, name: str) -> Any:
    """The value of one field from every word given for it; `name` is the option, for messages.

    Raises:
        BadInput: a word that is no such value, or two where one is wanted.
    """
    form = unwrapped(form)
    if isinstance(form, inspect.DictType):
        return _pairs(words, form, name)
    if isinstance(form, inspect.ListType):
        return _items(words, form)
    if len(words) > 1:
        raise BadInput(f"{name} is given {len(words)} times; one is wanted")
    return _single(words[0], form, name)


def _single(word: str, form: inspect.Type, name: str) -> Any:
    if isinstance(form, inspect.IntType):
        return whole(word, form, name)
    if number := number_beside_word(form):
        return whole(word, number, name) if WHOLE.fullmatch(word) else word
    return parse_document(word) if is_document(form) else word


def _items(words: Sequence[str], form: inspect.ListType) -> list[str]:
    if not takes_commas(form):
        return list(words)
    return [item.strip() for word in words for item in word.split(",")]


def _pairs(words: Sequence[str], form: inspect.DictType, name: str) -> Any:
    if len(words) == 1 and words[0].lstrip().startswith("{"):
        return parse_json(words[0], name)
    pairs: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise BadInput(
                f"{name}: {given(word)} is no pair; write NAME=VALUE, once for each, or one JSON object"
            )
        if key in pairs:
            raise BadInput(f"{name}: {given(key)[1:-1]} stands twice")
        pairs[key] = _single(text, unwrapped(form.value_type), f"{name} {given(key)[1:-1]}")
    return pairs
