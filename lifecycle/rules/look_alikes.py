"""紛らわしい識別子: a new id that a reader can't tell from one that is there already. Told, never refused.

Another form of the same letters (full-width ones, letters in parts, what nobody sees) is refused where an id is made
(`lifecycle.values.as_seen`); what is left are upper and lower case, and letters of other scripts drawn like Latin ones.
"""

from __future__ import annotations

from collections.abc import Iterable

from lifecycle.errors import Finding
from lifecycle.values import as_seen

DRAWN_LIKE = (
    "A\u0391\u0410 B\u0392\u0412 C\u0421 E\u0395\u0415 F\u03dc G\u050c H\u0397\u041d I\u0399\u0406\u04c0 "
    "J\u037f\u0408 K\u039a\u041a M\u039c\u041c\u03fa N\u039d O\u039f\u041e P\u03a1\u0420 S\u0405 T\u03a4\u0422 "
    "V\u0474 W\u051c X\u03a7\u0425 Y\u03a5\u0423\u04ae Z\u0396 a\u03b1\u0430 b\u042c c\u0441 d\u0501 e\u0435\u04bd "
    "h\u04bb i\u03b9\u0456\ua647 j\u03f3\u0458 o\u03bf\u043e\u03c3 p\u03c1\u0440 q\u051b r\u0433 s\u0455 u\u03c5 "
    "v\u03bd\u0475 w\u0461\u051d x\u0445 y\u03b3\u0443\u04af"
)
"""A Latin letter, and the Greek and Cyrillic ones that are drawn like it: Unicode's confusables (UTS 39), of letters
of those scripts alone; what Unicode files under l, as it does I, stands under I."""

LATIN = {ord(letter): word[0] for word in DRAWN_LIKE.split() for letter in word[1:]}


def look_alike_findings(what: str, identifier: str, known: Iterable[str]) -> list[Finding]:
    """A warning where a new id differs from one of `known`, of the same sort, by nothing that is easily seen."""
    found = next((other for other in known if other != identifier and looks_like(identifier, other)), None)
    if found is None:
        return []
    return [
        Finding(
            rule="look_alike",
            strength="warning",
            source="contract section 7, ids",
            message=f"{what} {named(identifier)} is easily taken for {named(found)}, which is there already",
            remedy=f"if {found} was meant, go on under that id; both stay, each for itself",
        )
    ]


def looks_like(one: str, other: str) -> bool:
    """True where two ids differ at most in case and in letters that are drawn alike."""
    one, other = as_seen(one), as_seen(other)
    if one.casefold() == other.casefold():
        return True
    return len(one) == len(other) and all(map(_drawn_alike, one, other))


def _drawn_alike(one: str, other: str) -> bool:
    if one.casefold() == other.casefold():
        return True
    return one.translate(LATIN).casefold() == other.translate(LATIN).casefold()


def named(identifier: str) -> str:
    """An id with the letters named that are none of those they look like: `<U+0430>be`."""
    return "".join(f"<U+{ord(c):04X}>" if ord(c) in LATIN else c for c in identifier)
