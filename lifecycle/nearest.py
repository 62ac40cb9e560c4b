"""What a person may have meant: the nearest of the words there are, and the ids that a message speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable

PROJECT = r"[0-9]{6}-[0-9]{4}-[0-9]{2,}"
GRANT = rf"{PROJECT}/[0-9]{{4}}(?![0-9])"
NAMES = {"ID": rf"{PROJECT}(?:/[0-9]{{4}}(?:/[cr][0-9]+)?)?", "GRANT": GRANT, "PROJECT": PROJECT}
"""Words of a remedy that stand for an id, and what such an id looks like; compiled when something is refused."""


def near(word: object, known: Iterable[str], alike_percent: int = 60) -> str:
    """`; did you mean …?` where a known word is near, else nothing; `alike_percent` is the least likeness."""
    from difflib import get_close_matches  # 5 ms, only on the way to a refusal

    found = get_close_matches(str(word), list(known), n=1, cutoff=alike_percent / 100)
    return f"; did you mean {found[0]}?" if found else ""


def named(remedy: str, message: str) -> str:
    """A remedy with the ids that the message names in the place of ID, GRANT and PROJECT."""
    for name, pattern in NAMES.items():
        if found := re.search(pattern, message):
            remedy = re.sub(rf"\b{name}\b", found.group(), remedy)
    return remedy


def see(identifier: str) -> str:
    """The command that tells of an id, as a shell takes it."""
    from shlex import quote  # on the way to a refusal alone

    return f"see it: grants log {quote(identifier)}"
