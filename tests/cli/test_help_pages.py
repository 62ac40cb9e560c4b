"""Help: every command has a page that names every option of its definition and ends in an example that holds."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from cli.decode import decode, form_of
from cli.helptext import Context, brief_line, split_help
from cli.main import OPERATIONS, SECTIONS, root
from cli.options import _plain, command_for, option_name
from lifecycle.commands import ALL

COMMANDS = [do.replace("_", "-") for do in ALL]
HERE = [name for name in root().list_commands(Context(root())) if name in OPERATIONS]
PAGES = [*COMMANDS, *(name for name in HERE if name != "import")]  # a group of its own, tested beside it


def page_of(name: str) -> str:
    """The help page of a command."""
    group = root()
    context = Context(group, info_name="grants")
    command = group.get_command(context, name)
    assert command
    return command.get_help(Context(command, context, name))


def test_the_list_names_every_command(shell):
    listed = shell.ok("--help").out
    assert [name for name in [*COMMANDS, *HERE] if not re.search(rf"^  {name} ", listed, re.MULTILINE)] == []


def test_every_command_stands_under_a_heading_of_its_own_room(shell):
    listed = shell.ok("--help").out
    headings = [line[:-1] for line in listed.splitlines() if line[:1].strip() and line.endswith(":")]
    assert headings[:-2] == [*SECTIONS.values(), "Operation (運用)"]
    assert {form.__module__ for form in ALL.values()} == set(SECTIONS)


def test_the_list_leaves_second_thoughts_to_the_page():
    line = "Lift a rule, for a time; it comes back (特例, 12条). [approver]"
    assert brief_line(line) == "Lift a rule (特例). [approver]"
    assert brief_line("Print the schema, or one. [x]") == "Print the schema, or one. [x]"


@pytest.mark.parametrize("do", ALL)
def test_every_field_is_an_option(do):
    page = page_of(do.replace("_", "-"))
    assert [f.name for f in form_of(do).fields if f"{option_name(f.name)} " not in page] == []


@pytest.mark.parametrize("do", ALL)
def test_every_field_says_what_it_is(do):
    for param in command_for(do).params:
        assert isinstance(param, click.Argument) or param.help, param.name


@pytest.mark.parametrize("name", PAGES)
def test_every_page_ends_in_an_example_and_names_the_switches(name):
    page = page_of(name)
    *_, example = page.partition("\nExample:\n")
    assert f"grants {name}" in example
    assert [switch for switch in ("--store", "--json", "--verbose", "--help") if switch not in page] == []


@pytest.mark.parametrize("do", ALL)
def test_examples_are_well_formed_commands(do, shell):
    """Typed as they stand, they decode (the store is not asked)."""
    for words in examples(do):
        context = command_for(do).make_context(do, words[2:])
        fields = form_of(do).fields
        plain = {f.encode_name: value for f in fields if (value := _plain(f, context.params)) is not None}
        assert decode(do, plain)


def examples(do: str) -> list[list[str]]:
    """The command lines of an example; a deeper line continues the one before."""
    _, block = split_help(ALL[do].__doc__ or "")
    joined = re.sub(r"\n {8,}", " ", block)
    return [shlex.split(line) for line in joined.splitlines() if line.strip().startswith("grants ")]


def test_the_first_required_field_needs_no_option_name():
    arguments = {do: [p.name for p in command_for(do).params if isinstance(p, click.Argument)] for do in ALL}
    assert arguments["approve"] == ["grant_argument"]
    assert arguments["submit"] == ["application_argument"]
    assert arguments["resubmit"] == ["grant_argument", "application_argument"]
    assert arguments["check"] == ["names_argument"]
    assert arguments["hold_payment"] == ["order_argument"]
    assert [do for do, names in arguments.items() if not names] == ["list", "todo", "schemes", "diff"]


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(shell_name, shell):
    script = shell.ok("completion", shell_name).out
    assert "_GRANTS_COMPLETE" in script
    assert "grants" in script


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["approve-c"], ["approve-change", "approve-carry-over"]),
        (["order-return", "x", "--basis", "over"], ["overpayment"]),
        (["register-officer", "x", "--roles", "head,audit"], ["head,auditor"]),
        (["order-return", "x", "--due"], ["--due-on"]),
        (["completion", "f"], ["fish"]),
    ],
)
def test_completion_offers_words(typed, offered, shell, monkeypatch):
    monkeypatch.setenv("_GRANTS_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", shlex.join(["grants", *typed]))
    monkeypatch.setenv("COMP_CWORD", str(len(typed)))
    found = [line.partition(",")[2] for line in shell().out.splitlines()]
    assert found == offered
