"""The switches every command takes, before or after its name: where the store is, and how to answer."""

from __future__ import annotations

from typing import Any

import click

from cli.helptext import SectionOption
from cli.session import DEFAULT_STORE, Session

SECTION = "Everywhere"


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value is not None and value is not False:
        setattr(ctx.ensure_object(Session), str(param.name), value)


def switches() -> list[click.Option]:
    """Fresh options, for one command."""
    settings: dict[str, Any] = {
        "expose_value": False,
        "is_eager": True,
        "callback": _keep,
        "section": SECTION,
    }
    store = f"where the store is; else GRANTS_STORE, else {DEFAULT_STORE}"
    return [
        SectionOption(["--store"], metavar="URL", help=store, **settings),
        SectionOption(["--json"], is_flag=True, help="answer as JSON on standard output", **settings),
        SectionOption(["--verbose"], is_flag=True, help="log as JSON lines on standard error", **settings),
    ]


def with_switches(command: click.Command) -> click.Command:
    """Add the switches to a command that is written by hand."""
    command.params.extend(switches())
    return command
