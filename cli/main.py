"""The program `grants`: finds the command, runs it, and alone turns what went wrong into text and an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import click

from cli.helptext import Context, brief_line, first_line, help_option, typed_lines
from cli.session import Session
from cli.streams import drop_output, open_what_is_closed
from cli.switches import switches
from lifecycle.commands import ALL, READS, WRITES

OPERATIONS = {
    "batch": ("cli.batch:batch", "Run commands from JSON Lines, one result line for each (一括処理)."),
    "import": ("cli.importing:import_group", "Take in decisions from CSV or xlsx (取込み)."),
    "export": ("cli.exporting:export", "Write the ledger in another form (引渡し)."),
    "schema": ("cli.schema:schema", "Print the JSON Schema of the commands."),
    "nightly": ("cli.nightly:nightly", "Bring the reports' read tables up to date (夜間処理)."),
    "rebuild": ("cli.nightly:rebuild", "Build the read tables again from event one (再構築)."),
    "doctor": ("cli.doctor:doctor", "Say what this program and its store stand on (診断)."),
    "seal": ("cli.seal:seal", "Number the events that a server has committed (封)."),
    "roles": ("cli.roles:roles", "Print or make the roles of a server's database (権限の分離)."),
    "completion": ("cli.completion:completion", "Print a completion script for your shell."),
    "demo": ("cli.demo:demo", "Play a grant's whole life in a store of its own (実演)."),
}
"""Commands of the program itself: where each is, and its line in the list. Imported only when called."""

SECTIONS = {
    "lifecycle.commands.office": "The office (開設・登録)",
    "lifecycle.commands.application": "Application (申請・審査)",
    "lifecycle.commands.accompanying": "Around the decision (相談・内示)",
    "lifecycle.commands.decision": "Decision (採択・交付決定・変更)",
    "lifecycle.commands.works": "Work in progress (遂行)",
    "lifecycle.commands.payment": "Money (支払・確定・返還)",
    "lifecycle.commands.recovery": "Revocation and return (取消・返還)",
    "lifecycle.commands.afterwards": "After the money (事後)",
    "lifecycle.commands.effect": "Effect (効果検証)",
    "lifecycle.commands.exceptions": "Exceptions (特例・訂正)",
    "lifecycle.commands.schemes": "Other schemes (他の制度)",
    "lifecycle.commands.reading": "Reading (照会)",
}
"""Headings of the list of commands, in its order, by the module a command is defined in."""


COMPLETE = "_GRANTS_COMPLETE"
"""Environment variable by which a completion script asks for words."""


class Ledger(click.Group):
    """The group of all commands; a command's module is imported when it is called."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command there is, in the order of a grant's life."""
        del ctx
        here = [name for name, (place, _) in OPERATIONS.items() if find_spec(place.partition(":")[0])]
        return [do.replace("_", "-") for do in ALL] + here

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        do = cmd_name.replace("-", "_")
        if do in ALL and do.replace("_", "-") == cmd_name:
            if do == "report":
                from cli import reporting

                return reporting.command()
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

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in our words."""
        return help_option(super().get_help_option(ctx))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by the room they belong to, without building any."""
        rows: dict[str, list[tuple[str, str]]] = {section: [] for section in SECTIONS.values()}
        for do, form in {**WRITES, **READS}.items():
            section = SECTIONS.get(form.__module__, "Others")
            rows.setdefault(section, []).append((do.replace("_", "-"), brief_line(form.__doc__ or "")))
        listed = [name for name in self.list_commands(ctx) if name in OPERATIONS]
        rows["Operation (運用)"] = [(name, OPERATIONS[name][1]) for name in listed]
        longest = max(len(name) for commands in rows.values() for name, _ in commands)
        for section, commands in rows.items():
            with formatter.section(section):
                formatter.write_dl([(name.ljust(longest), line) for name, line in commands])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the page of all commands."""
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(first_line(self.help or ""))
        self.format_commands(ctx, formatter)
        rows = [row for param in self.get_params(ctx) if (row := param.get_help_record(ctx))]
        with formatter.section("Everywhere, before or after the command"):
            formatter.write_dl(rows)
        formatter.write_paragraph()
        formatter.write("".join(f"{line}\n" for line in typed_lines(EXAMPLE)))


ABOUT = """Keep the ledger of 第２世代交付金: every command is judged against the caps and recorded once, for ever."""

EXAMPLE = """Example:
    export GRANTS_STORE=sqlite:///grants.db GRANTS_BY=sato
    grants init --admin sato
    grants submit application.toml --by kato
    grants approve 340006-2025-01/2025 --by suzuki
    grants caps 340006
"""


def _version(ctx: click.Context, param: click.Parameter, value: object) -> None:
    del param
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"grants {version('grant-ledger')}")
        ctx.exit()


def _begin(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        raise click.UsageError("no command given", ctx)


def root() -> Ledger:
    """The group of all commands, with the switches."""
    version = click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_version,
        help="print the version",
    )
    return Ledger(
        "grants",
        params=[*switches(), version],
        callback=click.pass_context(_begin),
        help=ABOUT,
        invoke_without_command=True,
        context_settings={"max_content_width": 100},
    )


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    words = sys.argv[1:] if words is None else words
    session = Session()
    open_what_is_closed()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a terminal that knows no Japanese still gets an answer
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        exit_code = _run(list(words), session)
        sys.stdout.flush()
        session.log(exit_code)
    except BaseException as error:  # noqa: BLE001 - the one place where whatever went wrong becomes text
        exit_code = _told(session, error, words)
    finally:
        session.close()
    return exit_code


def _run(words: list[str], session: Session) -> int:
    """What click's own `main` does, without its exit code 1 for a closed pipe, which means a refusal here."""
    group = root()
    if instruction := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(group, {}, "grants", COMPLETE, instruction)
    try:
        with group.make_context("grants", words, obj=session) as context:
            return int(group.invoke(context) or 0)
    except click.exceptions.Exit as done:
        return done.exit_code


def _told(session: Session, error: BaseException, words: Sequence[str]) -> int:
    from cli.failures import PIPE_CLOSED, tell, tell_people

    exit_code = None
    try:
        exit_code = tell(session, error, words)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody is there to be told
        exit_code = PIPE_CLOSED
    except OSError:  # nothing more can be written; what is told so far stands
        if exit_code is None:
            exit_code = tell_people(session, error)
    drop_output()
    return exit_code
