"""`grants batch`: JSON Lines in, one result line out for each, in order, each its own transaction."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec

from cli.acts import name_of, read, refusal_object, write
from cli.decode import decode
from cli.failures import as_refusal
from cli.forms import given
from cli.helptext import LedgerCommand, SectionOption
from cli.parse import MOST_BYTES, parse_json, text_of, unreadable
from cli.plain import UNSAFE
from cli.session import Session
from cli.switches import with_switches
from lifecycle.commands import READS
from lifecycle.commands.fields import Command
from lifecycle.errors import BadInput

LONGEST_ID = 200


@with_switches
@click.command("batch", cls=LedgerCommand)
@click.argument("file", metavar="FILE")
@click.option(
    "--stop-on-refusal", is_flag=True, cls=SectionOption, help="end at the first line that is refused"
)
@click.option(
    "--by", metavar="OFFICER", cls=SectionOption, help="officer of lines without one; default GRANTS_BY"
)
@click.pass_obj
def batch(session: Session, file: str, stop_on_refusal: bool, by: str | None) -> int:  # noqa: FBT001 - click's call
    """Run commands from JSON Lines, one result line for each (一括処理).

    Each line is an object {"do": ..., fields}: the fields of `grants schema`, underscores for hyphens. Each is
    its own transaction; a refused line does not stop the others. FILE may be - for standard input. Exit: 0
    when all went well, else the largest exit of the lines.

    Example:
        grants batch commands.jsonl --by tanaka
        echo '{"do": "caps", "authority": "340006"}' | grants batch -
    """
    session.by = by or session.by
    worst = None
    for line in _lines(file):
        exit_code, answer = run_line(session, line)
        click.echo(answer)  # flushes: whoever reads along has each line as soon as it is done
        session.log(exit_code)
        worst = max(worst or 0, exit_code)
        if exit_code and stop_on_refusal:
            break
    session.begin("batch")
    if worst is None:
        raise BadInput(f"{_named(file)} is empty; one command a line is wanted")
    return worst


def _named(file: str) -> str:
    return "standard input" if file == "-" else given(file)[1:-1]


def _lines(file: str) -> Iterator[bytes]:
    """The lines of a file, none of them longer in memory than a line may be."""
    if file == "-":
        yield from _bounded(sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as stream:
            yield from _bounded(stream)
    except (OSError, ValueError) as error:
        raise unreadable(_named(file), error) from None


def _bounded(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(MOST_BYTES + 1):
        rest = line
        while len(rest) > MOST_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MOST_BYTES + 1)  # skip what belongs to a line that is too long
        yield line


def run_line(session: Session, line: bytes) -> tuple[int, bytes]:
    """Run one line; its exit and its result line."""
    do, identifier = None, None
    session.begin(None)
    try:
        mapping = _object(line)
        do, identifier = _text(mapping, "do"), _text(mapping, "id")
        return 0, _done(session, mapping, do, identifier)
    except Exception as error:  # noqa: BLE001 - a line never takes the others with it, whatever it meets
        refusal, _ = as_refusal(session, error)
        body = refusal_object(refusal, do, identifier or session.command_id)
        return refusal.exit, msgspec.json.encode(body)


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > MOST_BYTES:
        raise BadInput(f"line: longer than {MOST_BYTES // 1024 // 1024} MiB")
    text = text_of(line, "line")
    if not text.strip():
        raise BadInput("line: empty; a JSON object is wanted")
    mapping = parse_json(text.strip(), "line")
    if not isinstance(mapping, dict):
        raise BadInput(f"line: {given(mapping)} given, an object wanted")
    return mapping


def _text(mapping: Mapping[str, Any], name: str) -> str | None:
    """A text of a line that may be bad in other ways, for its result line."""
    value = mapping.get(name)
    if isinstance(value, str) and len(value) <= LONGEST_ID and not UNSAFE.search(value):
        return value
    return None


def _done(session: Session, mapping: dict[str, Any], do: str | None, identifier: str | None) -> bytes:
    if do is None:
        wanted = given(mapping["do"]) + " is no command" if "do" in mapping else "missing"
        raise BadInput(f"do: {wanted}")
    is_named_read = do in READS and identifier is not None
    if do in READS:
        mapping = _with_target(do, mapping)
    command = decode(do, _without_id(mapping) if is_named_read else session.acting(do, mapping))
    if isinstance(command, Command):
        return write(session, command)
    found = read(session, command)
    rows = found if isinstance(found, Mapping) else list(found)
    return msgspec.json.encode({"ok": True, "do": name_of(command), "id": identifier, "result": rows})


def _with_target(do: str, mapping: dict[str, Any]) -> dict[str, Any]:
    """What a read is about may be named by what it is, or by `id`: the contract says `show ID`, `outcome ID`."""
    wanted = "command_id" if do == "outcome" else "target"
    if do not in ("show", "log", "replay", "outcome") or wanted in mapping:
        return mapping
    named = [name for name in ("grant", "project", "change", "order", "id") if name in mapping]
    if not named or (do in ("log", "replay") and named == ["id"]):
        return mapping
    rest = {name: value for name, value in mapping.items() if name != named[0] or name == "id"}
    return rest | {wanted: mapping[named[0]]}


def _without_id(mapping: dict[str, Any]) -> dict[str, Any]:
    """A read has no id of its own; the line's is only given back."""
    return {name: value for name, value in mapping.items() if name != "id"}
