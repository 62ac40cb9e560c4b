"""What came of a command, for people or as JSON: results, findings, refusals."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from typing import Any

import click
import msgspec

from cli.folding import continued, folded
from cli.ink import ink
from cli.labels import label
from cli.objects import object_lines
from cli.plain import visible
from cli.sentences import NEXT, SENTENCES
from cli.session import Session
from cli.tables import Fact, facts, paragraph, room
from cli.views import would_write
from cli.words import STRENGTHS, unit_of
from lifecycle.errors import Refusal

FIGURES = ("limit", "used", "asked", "excess", "room")
IDS = frozenset(("grant", "project", "order", "change", "officer", "round", "programme", "store"))
"""Fields that a sentence names, or does not need to."""
NOTHING = {"todo": "nothing waits"}
SAID_WHEN_ANY = ("addon_due_yen", "late_due_yen", "ineligible_cost_yen")
"""Amounts of a result that are told when there are any: a charge of 0 may just not be assessed yet."""


def put(lines: Iterable[str], *, err: bool = False) -> int:
    """Print lines as they come, within the terminal; returns how many there were."""
    count = 0

    def counted() -> Iterator[str]:
        nonlocal count
        for line in lines:
            count += 1
            yield line

    for line in fitted(counted(), room(sys.stderr if err else sys.stdout)):
        click.echo(line, err=err)
    return count


def fitted(lines: Iterable[str], columns: int | None) -> Iterator[str]:
    """Lines of at most so many columns, in a pipe as they are."""
    return (part for line in lines for part in folded(line, columns)) if columns else iter(lines)


def put_json(value: Any) -> None:
    """Print one JSON value on one line, in UTF-8 whatever the locale."""
    click.echo(msgspec.json.encode(value))


def done(session: Session, result: bytes) -> None:
    """The result of a command that writes; as JSON it is the very bytes that were kept."""
    if session.json:
        click.echo(result)
    else:
        put(done_lines(msgspec.json.decode(result), msgspec.to_builtins(session.command)))


def done_lines(result: dict[str, Any], command: Mapping[str, Any]) -> Iterator[str]:
    """A sentence, the figures, what to mind, and what to do next."""
    told = Told({**command, **result["result"], **result})
    if result.get("dry_run"):
        rehearsed = ink("dry run, nothing was written; the answer would be: ", fg="yellow")
        yield rehearsed + _sentence(result, told)
    else:
        yield ink(_sentence(result, told), fg="green")
    said = IDS.union(name for _, name, _, _ in Formatter().parse(SENTENCES.get(result["do"], "")) if name)
    untold = {name for name in SAID_WHEN_ANY if not result["result"].get(name)}
    yield from object_lines(
        {key: value for key, value in result["result"].items() if key not in said | untold}
    )
    for finding in result["warnings"]:
        yield ""
        yield from headed(f"warning: {finding['message']}", "yellow")
        yield from finding_lines(finding)
    if result.get("dry_run"):
        yield ""
        yield from would_write(result["would_write"])
    else:
        yield from next_lines(result, told)


def next_lines(result: dict[str, Any], told: Told) -> Iterator[str]:
    """The command likely wanted next."""
    for field, command in NEXT.get(result["do"], {}).items():
        if _says(field, result):
            limit, text = room(), command.format_map(told)
            lines = continued("next:", text, limit) if limit else [f"next: {text}"]
            yield from (ink(line, dim=True) for line in lines)
            return


def _says(field: str, result: dict[str, Any]) -> bool:
    """True for a field of the result that says something (`payment=advance`: just this), or a recorded event."""
    name, equals, word = field.partition("=")
    said = result["result"].get(name)
    return not field or field in result["events"] or (said == word if equals else bool(said))


def _sentence(result: dict[str, Any], told: Told) -> str:
    sentence: str = SENTENCES.get(result["do"], "done: " + result["do"])
    return sentence.format_map(told)


class Told(dict[str, Any]):
    """What a sentence may name; a word for what it does not know."""

    def __missing__(self, key: str) -> str:
        return key.upper()


def headed(text: str, colour: str) -> Iterator[str]:
    """What a finding says, in colour and within the terminal."""
    return (ink(line, fg=colour) for line in paragraph(text))


def finding_lines(finding: Mapping[str, Any]) -> Iterator[str]:
    """The rule, its source, the figures it compared, and the way out."""
    unit = unit_of(finding["rule"])
    rows = [
        Fact("rule", f"{finding['rule']}, {STRENGTHS[finding['strength']]}"),
        Fact("source", finding["source"]),
    ]
    rows += [
        Fact(label(name), f"{finding[name]:,} {unit}".rstrip(), is_figure=True)
        for name in FIGURES
        if finding.get(name) is not None
    ]
    return facts([*rows, Fact("remedy", finding["remedy"])])


def answer(session: Session, do: str, found: Any) -> None:
    """The answer of a read."""
    from cli import views

    if not session.json:
        if not put(views.lines(do, found)):
            click.echo(NOTHING.get(do, "nothing found"), err=True)
    elif isinstance(found, Mapping):
        put_json(found)
    else:
        put_json_rows(found)


def put_json_rows(rows: Iterable[Any]) -> None:
    """Print a JSON array row by row, as they are read; `[]` when there are none."""
    beginning = "["
    for row in rows:
        click.echo(beginning.encode() + msgspec.json.encode(row), nl=False)
        beginning = ",\n"
    click.echo("[]" if beginning == "[" else "]")


def findings(session: Session, found: Iterable[Mapping[str, Any]]) -> bool:
    """The findings of a check, silent when there are none; says whether there were any."""
    if session.json:
        rows = list(found)
        put_json(rows)
        return bool(rows)
    number = 0
    for finding in found:
        number += 1
        kind, colour = ("warning", "yellow") if finding["strength"] == "warning" else ("finding", "red")
        put([*headed(f"{kind}: {finding['message']}", colour), *finding_lines(finding), ""])
    if number:
        click.echo(f"{number} finding{'s' if number > 1 else ''}", err=True)
    return number > 0


def refused_lines(refusal: Refusal, ending: str) -> Iterator[str]:
    """A refusal as a block: the code and why, every finding, and that nothing was written."""
    head = ink(f"refused: {refusal.code}", stream=sys.stderr, fg="red", bold=True)
    yield f"{head} — {visible(refusal.message)}"
    for finding in refusal.findings:
        yield ""
        if finding.message != refusal.message:
            yield f"  {visible(finding.message)}"
        yield from finding_lines(msgspec.to_builtins(finding))
    if ending:
        yield from ["", ending] if refusal.findings else [ending]
