"""`grants schema`: the commands as JSON Schema, from the same definition as the options and batch lines."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import click
import msgspec

from cli.forms import given
from cli.helptext import LedgerCommand
from cli.switches import with_switches
from lifecycle.commands import ALL, READS
from lifecycle.errors import BadInput
from lifecycle.nearest import near

DIALECT = "https://json-schema.org/draft/2020-12/schema"
READ_ID = {"type": "string", "maxLength": 200, "description": "given back in the result line"}


@with_switches
@click.command("schema", cls=LedgerCommand)
@click.argument("do", metavar="[DO]", required=False)
def schema(do: str | None) -> None:
    """Print the JSON Schema of the commands, or of one (様式).

    A batch line that fits the schema is well formed; whether it is allowed is judged when it runs.

    Example:
        grants schema approve
        grants schema > commands.schema.json
    """
    names = list(ALL) if do is None else [do.replace("-", "_")]
    if names[0] not in ALL:
        raise BadInput(f"{given(do)} is no command{near(names[0], ALL)}")
    click.echo(msgspec.json.format(msgspec.json.encode(schema_of(*names)), indent=2))


def schema_of(*names: str) -> dict[str, Any]:
    """The schema of a batch line that holds one of these commands."""
    references, definitions = msgspec.json.schema_components([ALL[name] for name in names])
    for name in names:
        form = definitions[ALL[name].__name__]
        form["required"] = ["do", *(field for field in form.get("required", []) if field != "do")]
        if name in READS:
            form["properties"]["id"] = READ_ID
    lines = list(references)
    return {
        "$schema": DIALECT,
        "title": "a batch line of grants",
        **(lines[0] if len(lines) == 1 else {"oneOf": lines}),
        "$defs": _portable(definitions),
    }


def _portable(value: Any) -> Any:
    """Docstrings without their indentation; patterns ending in `$`, since only Python knows `\\Z`."""
    if isinstance(value, list):
        return [_portable(part) for part in value]
    if not isinstance(value, dict):
        return value
    ready = {name: _portable(part) for name, part in value.items()}
    if isinstance(ready.get("description"), str):
        ready["description"] = cleandoc(ready["description"])
    if isinstance(ready.get("pattern"), str):
        ready["pattern"] = ready["pattern"].replace(r"\Z", "$")
    return ready
