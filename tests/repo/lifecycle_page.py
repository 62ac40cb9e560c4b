"""Writes `docs/lifecycle.md`: what may become of a grant, and one line for each command that writes.

`python -m repo.lifecycle_page` (from the folder of the tests). Nothing on the page is written by hand: statuses
and moves are those of the one status table (aggregates/test_every_status.py), played; money is what each step
of the life of a grant (service/life.py) and of that table moved; the rest stands in the commands' own words.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from aggregates.test_every_status import COMMANDS, GIVEN, SIDES, TABLE, played
from service.words import NEEDS

from lifecycle import errors
from lifecycle.aggregates import AGGREGATES, EVENTS
from lifecycle.aggregates.grant import Status
from lifecycle.commands import WRITES
from lifecycle.errors import Refusal
from lifecycle.service import Grants

from .moved import Moves, moves_of_the_life, moves_of_the_table
from .source import ROOT
from .test_words import STORED

PAGE = ROOT / "docs" / "lifecycle.md"

HEAD = """# A grant's life

Generated from the code and its status table; `python -m repo.lifecycle_page` in `tests/` writes it again, and a
test fails when it is stale.
"""

BESIDES = """Every command may also answer `bad_input`, `command_id_reused` and `busy`, every one but `init`
`role_missing`, and every decision on a grant `conflict_of_interest`. An article without the name of a law is of
補助金適正化法. Money: + and − are what a command adds to and takes from the sums of the grants it touches."""

BEGIN = (("", "submit", "submitted"), ("", "import_decision", "approved"))
"""The commands that begin a grant, which no status allows or refuses."""

CLOSE = ("settled", "close_year", "closed")
"""A grant is closed with its year."""

ARTICLE = (
    r"(?:適正化法|会計法|財政法|地域再生法|予決令|施行令)? ?[0-9]+条(?:の[0-9]+)?(?:[0-9]+項)?(?:[0-9]+号)?"
    r"(?:・[0-9]+[項号])?(?:後段)?"
)
WRITTEN = re.compile(
    ARTICLE
    + r"|seed [A-Z][0-9]+(?:-[A-Z][0-9]+)?|lifecycle\.md (?:event |section )?[0-9.]*[0-9]"
    + r"|contract section [0-9]|検査院 [A-Z][0-9]+(?:-[0-9]+)?"
)


# ---------------------------------------------------------------------- the moves between statuses


def moves() -> list[tuple[str, str, str]]:
    """From, command, to: every move from one status to another, in the order of the statuses."""
    order = ["", *(status.value for status in Status)]
    found = {*BEGIN, CLOSE}
    for before, command, after in _played():
        if before != after:
            found.add((before, command, after))
    return sorted(found, key=lambda move: (order.index(move[0]), order.index(move[2]), move[1]))


def stays() -> dict[str, list[str]]:
    """By status: commands that are done in it, in some state of the matter, and leave it as it is."""
    leaving = {(before, command) for before, command, _ in moves()}
    found: dict[str, set[str]] = {status.value: set() for status in Status}
    for before, command, after in _played():
        if before == after and (before, command) not in leaving:
            found[before].add(command)
    order = list(WRITES)
    return {status: sorted(commands, key=order.index) for status, commands in found.items()}


def _played() -> Iterator[tuple[str, str, str]]:
    for given, command, expected in TABLE:
        if expected == "done":
            before = GIVEN[given]().aggregate.status.value
            method = COMMANDS[command][0]
            yield before, SIDES.get(method, method), played(given, command).aggregate.status.value


def diagram() -> Iterator[str]:
    """The moves as a Mermaid state diagram; one arrow for all commands between two statuses."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for before, command, after in moves():
        arrows.setdefault((before or "[*]", after), []).append(command)
    yield "```mermaid"
    yield "stateDiagram-v2"
    for (before, after), commands in arrows.items():
        yield f"    {before} --> {after}: {', '.join(commands)}"
    for status in Status:
        if not any(before == status.value for before, _, _ in moves()):
            yield f"    {status.value} --> [*]"
    yield "```"


def moves_in_text() -> Iterator[str]:
    """The same as plain text."""
    yield "```"
    yield f"{'from':<12} {'command':<22} to"
    for before, command, after in moves():
        yield f"{before or '(nothing)':<12} {command:<22} {after}"
    yield "```"


def standing() -> Iterator[str]:
    """What may be done in each status without leaving it."""
    yield "| status | | may be done, and leaves it so |"
    yield "| --- | --- | --- |"
    for status, commands in stays().items():
        told = ", ".join(f"`{command}`" for command in commands) or "nothing"
        yield f"| `{status}` | {Status(status).name_ja} | {told} |"


# ---------------------------------------------------------------------- the commands


def rooms() -> dict[str, list[str]]:
    """Commands that write by the module that defines them, each in the order of a grant's life."""
    found: dict[str, list[str]] = {}
    for do, struct in WRITES.items():
        found.setdefault(struct.__module__, []).append(do)
    return found


def lines_of(do: str, moved: Moves) -> str:
    """The one line of a command."""
    cells = (
        f"`{do}`",
        summary(do),
        NEEDS.get(do, "–"),
        ", ".join(written(do)) or "–",
        ", ".join(f"`{code}`" for code in codes(do)) or "–",
        ", ".join(f"`{event}`" for event in STORED[do]),
        moved.told(do) or "–",
    )
    return f"| {' | '.join(cells)} |"


def summary(do: str) -> str:
    """The first sentence of a command's help, without its roles."""
    first = (inspect.getdoc(WRITES[do]) or "").partition("\n")[0]
    return re.sub(r" \[[a-z_, ]+\]$", "", first).rstrip(".")


def written(do: str) -> list[str]:
    """Articles and sources that its help and its events name."""
    texts = [inspect.getdoc(WRITES[do]), *(inspect.getdoc(EVENTS[event][1]) for event in STORED[do])]
    found = [source.strip() for text in texts for source in WRITTEN.findall(text or "")]
    return list(dict.fromkeys(source.removeprefix("適正化法 ") for source in found))


def codes(do: str) -> list[str]:
    """Codes of the refusals that the service's and the aggregate's method of this name write down."""
    judges = [Grants, *(aggregate for aggregate in AGGREGATES if hasattr(aggregate, do))]
    found = [code for judge in judges for code in _named(inspect.getdoc(getattr(judge, do)) or "")]
    return list(dict.fromkeys(found))


def _named(docstring: str) -> Iterator[str]:
    raises = docstring.partition("Raises:")[2]
    if as_another := re.search(r"As `([a-z_]+)`", raises):
        yield from codes(as_another.group(1))
    for word in re.findall(r"\b[A-Z][A-Za-z]+\b", raises):
        refusal = getattr(errors, word, None)
        if inspect.isclass(refusal) and issubclass(refusal, Refusal):
            yield refusal.code


def page() -> str:
    """The whole page."""
    moved = moves_of_the_table() | moves_of_the_life()
    parts = [HEAD, "## From status to status", "", *diagram(), "", *moves_in_text(), ""]
    parts += ["A grant is closed with its year, when what was paid and not returned is what was settled.", ""]
    parts += ["## In each status", "", *standing(), "", "## Every command that writes", ""]
    parts += [BESIDES, ""]
    for module, commands in rooms().items():
        parts += [f"### {(import_module(module).__doc__ or '').partition(chr(10))[0].rstrip('.')}", ""]
        parts += ["| do | what | role | written in | may refuse with | stores | money |"]
        parts += ["| --- | --- | --- | --- | --- | --- | --- |"]
        parts += [lines_of(do, moved) for do in commands]
        parts += [""]
    return "\n".join(parts).rstrip() + "\n"


def write(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
