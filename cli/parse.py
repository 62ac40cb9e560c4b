"""From bytes to plain values: JSON and TOML read strictly, each fault in one line that says where."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from cli.forms import Inexact, given
from lifecycle.errors import BadInput

MOST_BYTES = 4 * 1024 * 1024
"""Largest application or batch line that is read."""

LONGEST_NUMBER = 20


class Unreadable(ValueError):
    """Something JSON allows and the ledger does not."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Unreadable(f"the key {given(twice)} stands twice")
    return read


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Unreadable(f"a number of {len(text):,} digits is too large")
    return int(text)


def _no_number(text: str) -> Any:
    raise Unreadable(f"{text} is no number that JSON knows")


_strict = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_whole, parse_float=Inexact.of, parse_constant=_no_number
)


def parse_json(text: str, name: str) -> Any:
    """One JSON value; `name` begins every message.

    Raises:
        BadInput: no JSON, a key that stands twice, NaN, nested too deeply.
    """
    try:
        return _strict.decode(text)
    except json.JSONDecodeError as error:
        where = (
            f"line {error.lineno}, column {error.colno}" if "\n" in text.strip() else f"column {error.colno}"
        )
        raise BadInput(f"{name}: no JSON at {where}: {error.msg[:1].lower()}{error.msg[1:]}") from None
    except Unreadable as error:
        raise BadInput(f"{name}: {error}") from None
    except RecursionError:
        raise BadInput(f"{name}: nested too deeply") from None


def parse_toml(text: str, name: str) -> Any:
    """One TOML document; `name` begins every message.

    Raises:
        BadInput: no TOML, a key that stands twice, nested too deeply.
    """
    import tomllib

    try:
        return tomllib.loads(text, parse_float=Inexact.of)
    except ValueError as error:  # a TOMLDecodeError, or a number Python finds too long
        raise BadInput(f"{name}: no TOML: {str(error)[:1].lower()}{str(error)[1:]}") from None
    except RecursionError:
        raise BadInput(f"{name}: nested too deeply") from None


def parse_document(file: str) -> Any:
    """The TOML or JSON document in a file, or on standard input for `-`.

    Raises:
        BadInput: the file can't be read, or holds neither.
    """
    name = "standard input" if file == "-" else given(file)[1:-1]
    text = text_of(read_bytes(file, name), name)
    if not text.strip():
        raise BadInput(f"{name} is empty; an application is wanted")
    if file.endswith(".json") or text.lstrip().startswith("{"):
        return parse_json(text, name)
    return parse_toml(text, name)


def read_bytes(file: str, name: str) -> bytes:
    """All bytes of a file, or of standard input for `-`.

    Raises:
        BadInput: it can't be read, or is too large.
    """
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise unreadable(name, error) from None
    if len(data) > MOST_BYTES:
        raise BadInput(f"{name} is larger than {MOST_BYTES // 1024 // 1024} MiB")
    return data


def unreadable(name: str, error: OSError | ValueError) -> BadInput:
    """A file that can't be read, in one line; a ValueError is a NUL in its name."""
    from cli.meant import file_meant

    reason = error.strerror if isinstance(error, OSError) else "no file has such a name"
    meant = file_meant(str(error.filename)) if isinstance(error, FileNotFoundError) else ""
    return BadInput(f"{name} can't be read: {reason}{meant}")


def text_of(data: bytes, name: str) -> str:
    """UTF-8 as text, without the mark some editors put first.

    Raises:
        BadInput: not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{name} is not UTF-8 (line {line}, byte {error.start + 1})") from None
