"""Lines that fit: commands as they are typed, over several lines; answers folded where they are too wide."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from cli.plain import figure_width, pieces, width

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
PIECES = re.compile(r"\x1b\[[0-9;]*m|\s+|[^\s\x1b]+")
DEEPER = "    "


def folded(line: str, columns: int) -> Iterator[str]:
    """A line, or several where it is too wide; what follows is set in. Colours take no room."""
    if width(ESCAPE.sub("", line)) <= columns:
        yield line
        return
    text = line.lstrip(" ")
    margin = len(line) - len(text)
    if margin > columns // 2 and (needed := width(ESCAPE.sub("", text))) <= columns:
        yield " " * (columns - needed) + text  # a figure stays at the right
        return
    indent = " " * max(0, min(margin + len(DEEPER), columns // 2, columns - figure_width(text)))
    kept, taken = "", 0
    for piece in PIECES.findall(line):
        needed = 0 if ESCAPE.fullmatch(piece) else width(piece)
        if taken + needed > columns and kept.strip():
            yield kept.rstrip()
            kept, taken = indent, len(indent)
            if piece.isspace():
                continue
        for part in pieces(piece, columns - len(indent)) if needed > columns - taken else [piece]:
            if taken + width(ESCAPE.sub("", part)) > columns:
                yield kept.rstrip()
                kept, taken = indent, len(indent)
            kept, taken = kept + part, taken + width(ESCAPE.sub("", part))
    yield kept.rstrip()


def typed(
    words: Sequence[str], columns: int, *, document: str = "", each: Sequence[str] = ()
) -> Iterator[str]:
    """A command line as a person types it: quoted, broken between options, with its document below.

    `each`: values that `$code` takes in turn, in a loop around the command.
    """
    command = [word if each and word == "$code" else shlex.quote(word) for word in words]
    if each:
        yield from _broken("$", ["for", "code", "in", *each[:-1], f"{each[-1]};", "do"], columns)
        yield from _broken(DEEPER[:-1], [*_units(command[:-1]), f"{command[-1]};", "done"], columns)
    else:
        yield from _broken("$", [*_units(command), *(["<<'TOML'"] if document else [])], columns)
    if document:
        yield from (*document.splitlines(), "TOML")


def continued(beginning: str, command: str, columns: int) -> Iterator[str]:
    """A command as the shell takes it, over as many lines as it needs."""
    return _broken(beginning, list(_units(command.split())), columns)


def _units(words: Sequence[str]) -> Iterator[str]:
    """An option and its value stay on one line."""
    waiting = ""
    for word in words:
        if waiting and not word.startswith("--"):
            yield f"{waiting} {word}"
            waiting = ""
            continue
        if waiting:
            yield waiting
        waiting = word if word.startswith("--") else ""
        if not waiting:
            yield word
    if waiting:
        yield waiting


def _broken(line: str, units: Sequence[str], columns: int) -> Iterator[str]:
    for place, unit in enumerate(units):
        needed = f"{line} {unit}" + (" \\" if place + 1 < len(units) else "")
        if place and width(needed) > columns:
            yield f"{line} \\"
            line = DEEPER[:-1]
        line += f" {unit}"
    yield line
