"""見つからないもの: what is near to an id of which nothing is recorded, and the command that lists what there is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from lifecycle.errors import BadCheckDigit, UnknownAuthority
from lifecycle.nearest import PROJECT, near
from lifecycle.programme.authorities import check_code
from lifecycle.values import has_code_form

Streams = Callable[[str], list[str]]
"""The streams whose id begins so."""


MOST = 4
"""Ids that are named."""


def officer_meant(officer: str, streams: Streams) -> str:
    """`; did you mean suzuki?` where an officer of nearly that id is registered."""
    return near(officer, (stream.removeprefix("officer/") for stream in streams("officer/")))


def what_there_is(text: str, streams: Streams) -> str:
    """How a refusal goes on that found nothing: the id as it is written, the right code, or what is near."""
    written = unicodedata.normalize("NFKC", text)
    if written != text:
        return f"; an id is written in half-width characters: {written}"
    code = text[:6]
    if not has_code_form(code):
        return officer_meant(text.removeprefix("officer/"), streams) if text.startswith("officer/") else ""
    try:
        authority = check_code(code)
    except (BadCheckDigit, UnknownAuthority) as error:
        return f"; {error.message}"
    project = re.match(PROJECT, text)
    found = streams(project.group()) if project else []
    if text in found:
        return f"; it came later: grants log {text}"
    if found:
        return f"; there is {', '.join(found[:MOST])}: grants show {found[0]}"
    return f"; see all of {authority.name_ja}: grants list --authority {code}{near(text, streams(code))}"
