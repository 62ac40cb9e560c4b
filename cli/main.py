"""The program `grants`: finds the command, runs it, and alone turns what went wrong into text and an exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec

import click

from cli.helptext import Context, first_line, split_help
from cli.session import Session
from cli.switches import switches
from lifecycle.commands import ALL, READS, WRITES
from lifecycle.errors import Refusal

OPERATIONS = {
    "batch": ("cli.batch:batch", "Run commands from JSON Lines, one result line for each (一括処理)."),
    "import": ("cli.importing:import_group", "Take in decisions from CSV or xlsx (取込み)."),
    "schema": ("cli.schema:schema", "Print the JSON Schema of the commands."),
    "doctor": ("cli.doctor:doctor", "Say what this program and its store stand on (診断)."),
    "completion": ("cli.completion:completion", "Print a completion script for your shell."),
    "demo": ("cli.demo:demo", "Play a grant's whole life in a store of its own (実演)."),
}
"""Commands of the program itself: where each is, and its line in the list. Imported only when called."""

SECTIONS = {
    "lifecycle.commands.office": "The office (開設・登録)",
    "lifecycle.commands.application": "Application (申請・審査)",
    "lifecycle.commands.decision": "Decision (採択・交付決定・変更)",
    "lifecycle.commands.payment": "Money (支払・確定・返還)",
    "lifecycle.commands.effect": "Effect (効果検証)",
    "lifecycle.commands.reading": "Reading (照会)",
}

DEFECT = 70
INTERRUPTED = 130
PIPE_CLOSED = 141
OUTPUT_LOST = 74
OUTCOME_UNKNOWN = 8


class Ledger(click.Group):
    """The group of all commands; a command's module is imported when it is called."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command there is, in the order of the help page."""
        del ctx
        here = [name for name, (place, _) in OPERATIONS.items() if find_spec(place.partition(":")[0])]
        return [do.replace("_", "-") for do in ALL] + here

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        do = cmd_name.replace("-", "_")
        if do in ALL and cmd_name != do or cmd_name in ALL:
            from cli.options import command_for

            return command_for(do)
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, name = OPERATIONS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is none is answered with the nearest one."""
        name = args[0]
        if name[:1] != "-" and self.get_command(ctx, name) is None:
            raise click.exceptions.NoSuchCommand(name, possibilities=self.list_commands(ctx), ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by the room they belong to, without building any."""
        rows: dict[str, list[tuple[str, str]]] = {}
        for do, form in {**WRITES, **READS}.items():
            section = SECTIONS.get(form.__module__, "Others")
            rows.setdefault(section, []).append((do.replace("_", "-"), first_line(form.__doc__ or "")))
        listed = [name for name in self.list_commands(ctx) if name in OPERATIONS]
        rows["Operation (運用)"] = [(name, OPERATIONS[name][1]) for name in listed]
        for section, commands in rows.items():
            with formatter.section(section):
                formatter.write_dl(commands)
