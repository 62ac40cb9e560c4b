"""Text that is safe and straight on a terminal: controls made visible, wide characters counted as two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
LINE_BREAKS = r"\u2028\u2029"
DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
SURROGATES = r"\ud800-\udfff"

UNSAFE = re.compile(f"[{CONTROLS}{LINE_BREAKS}{DIRECTIONS}{SURROGATES}]")
"""Characters no field takes: they move the cursor, turn text around, or are no text at all.

A line feed and a tab may stand in a long text; joiners and variation selectors may stand in names.
"""

ZERO_WIDTH = re.compile(r"[\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")


FIGURE = re.compile(r"[0-9][0-9,]*")
UNBROKEN = re.compile(r"[!-~]+")
"""A figure, an id, a word: what is torn where a line ends in it. Japanese may be broken anywhere."""

NEVER_FIRST = frozenset(
    "、。，．・：；？！）〕］｝〉》」』】〟’”…ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
NEVER_LAST = frozenset("（〔［｛〈《「『【〝‘“")
"""行頭禁則と行末禁則: what begins no line, and what ends none."""

PARTS = re.compile(r"[+-]?[0-9][0-9,]*|.", re.DOTALL)
"""A figure with its sign and its separators, or one character."""


def code_point(character: str) -> str:
    """A character by its number: `U+202E`."""
    return f"U+{ord(character):04X}"


def named(character: str) -> str:
    """An unsafe character in words."""
    is_lone = "\ud800" <= character <= "\udfff"
    return (
        f"{code_point(character)}, which is no text"
        if is_lone
        else f"the control character {code_point(character)}"
    )


def visible(text: str) -> str:
    """One line in which every unsafe character is written as its number."""
    one_line = text.replace("\n", " ").replace("\t", " ")
    return UNSAFE.sub(lambda found: f"<{code_point(found.group())}>", one_line)


def width(text: str) -> int:
    """Columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if combining(character) or ZERO_WIDTH.match(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill up to a number of columns; `right` puts the text at the right edge."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def cut(text: str, columns: int) -> str:
    """At most so many columns, the last one `…` where something was left out; a figure is left out whole."""
    if width(text) <= columns:
        return text
    kept, taken = 0, 1
    for character in text:
        taken += _columns(character)
        if taken > columns:
            break
        kept += 1
    torn = (found.start() for found in FIGURE.finditer(text) if found.start() < kept < found.end())
    return text[: next(torn, kept)] + "…"


def figure_width(text: str) -> int:
    """Columns of the widest figure in a text: no line that it stands on is narrower."""
    return max(map(len, FIGURE.findall(text)), default=0)


def unbroken_width(text: str) -> int:
    """Columns of the widest figure, id or word in a text."""
    return max(map(len, UNBROKEN.findall(text)), default=0)


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns, broken at spaces, or within Japanese where there are none.

    A figure is never broken, as long as a line has room for it at all. Japanese too long for any line begins where the
    words before it end.
    """
    lines, line = [], ""
    for word in text.split():
        taken = width(line) + 1 if line else 0
        if taken + width(word) <= columns:
            line = f"{line} {word}" if line else word
            continue
        if line and (word.isascii() or width(word) <= columns):
            lines.append(line)
            line, taken = "", 0
        first, *others = pieces(word, columns, taken)
        *full, line = [f"{line} {first}".strip(), *others]
        lines.extend(full)
    return [*lines, line] if line else lines


def pieces(word: str, columns: int, taken: int = 0) -> Iterator[str]:
    """A word without spaces, cut where it has to be, around its figures, and by the rules of Japanese lines (禁則).

    Of the first line so many columns are `taken`; where none of the word has room beside them, its first piece is "".
    """
    piece: list[str] = []
    for part in _parts(word, columns):
        if (piece or taken) and taken + sum(map(width, piece)) + width(part) > columns:
            kept = _ending(piece, part, columns)
            yield "".join(piece[:kept])
            piece, taken = piece[kept:], 0
        piece.append(part)
    yield "".join(piece)


def _ending(piece: Sequence[str], following: str, columns: int) -> int:
    """How many parts stay on a line, so that it ends in no opening bracket and the next begins with no closing one."""
    for kept in range(len(piece), 0, -1):
        carried = [*piece[kept:], following]
        if sum(map(width, carried)) > columns:
            break
        if carried[0] not in NEVER_FIRST and piece[kept - 1] not in NEVER_LAST:
            return kept
    return len(piece)


def _parts(word: str, columns: int) -> Iterator[str]:
    """Its figures, each whole where a line has room for it, and the characters around them."""
    for part in PARTS.findall(word):
        if len(part) > columns:
            yield from part
        else:
            yield part
