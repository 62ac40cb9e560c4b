"""One shell command for every ledger command: its options are the fields of its definition."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import click
from msgspec import inspect

from cli.acts import act
from cli.decode import decode, dotted, form_of
from cli.forms import Path, description, unwrapped
from cli.helptext import LedgerCommand, SectionOption
from cli.plain import UNSAFE
from cli.session import Session
from cli.switches import switches
from cli.texts import is_document, plain_value, takes_commas
from lifecycle.commands import ALL, READS
from lifecycle.commands.fields import Command, Reading

OPTIONAL_ARGUMENTS = ("admin", "target", "names")
NO_ARGUMENTS = ("from_",)
"""First fields that are only ever named."""

"""Fields that may be left out and still stand without their option's name."""

METAVARS = {
    "by": "OFFICER",
    "as_of": "DATE",
    "target": "ID",
    "names": "NAME",
    "justifications": "RULE=TEXT",
    "from_": "POINT",
    "to": "POINT",
}
MANY = 10_000
"""Figures beyond this are yen."""

SHORTENED = ("grant", "project", "change", "order")
WHOLE_ID = re.compile(r"[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})(/[0-9]{4}(/[cr][0-9]+)?)?")

SHARED = {Command: "With every command that writes", Reading: "With every read"}
"""Fields that every command of a family has, and the heading of their help."""


class Word(click.ParamType[Any]):
    """Any word: its form is judged once for all doors, in `decode`."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word as it is."""
        del param, ctx
        return value


class OneOf(Word):
    """One of a few words, offered by completion."""

    def __init__(self, words: tuple[object, ...]) -> None:
        self.words = [str(word) for word in words]

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """The words that begin so; in a list, the last one is completed."""
        from click.shell_completion import CompletionItem

        del ctx, param
        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(before + comma + word) for word in self.words if word.startswith(last)]


class File(Word):
    """A file's name, offered by completion."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Let the shell offer its files."""
        return click.Path().shell_complete(ctx, param, incomplete)


def option_name(field: str) -> str:
    """The option of a field: `--amount-yen`; a field that is a word of Python ends in an underscore here only."""
    return "--" + field.rstrip("_").replace("_", "-")


def option_path(path: Path) -> str:
    """A path for whoever typed it: `--amounts s1`; within a document it stays dotted."""
    if not path:
        return ""
    first, rest = str(path[0]), path[1:]
    if not rest:
        return option_name(first)
    return dotted(path) if first == "application" else f"{option_name(first)} {dotted(rest)}"


def command_for(do: str) -> click.Command:
    """The shell command of one entry of `commands.ALL`."""
    family = Reading if do in READS else Command
    fields = [field for field in form_of(do).fields if field.name not in family.__struct_fields__]
    shared = [field for field in form_of(do).fields if field.name in family.__struct_fields__]
    arguments = [field.name for field in _arguments(fields)]
    params: list[click.Parameter] = [_argument(field) for field in fields if field.name in arguments]
    params += [_option(field, _section(field), argument=field.name in arguments) for field in fields]
    params += [_option(field, SHARED[family]) for field in shared]
    command = LedgerCommand(
        do.replace("_", "-"),
        params=[*params, *switches()],
        callback=_callback(do),
        help=ALL[do].__doc__,
    )
    needed = [field for field in fields if field.required and field.name not in arguments]
    command.needed = " ".join(f"{option_name(field.name)} {metavar(field)}" for field in needed)
    return command


def _arguments(fields: list[inspect.Field]) -> Iterator[inspect.Field]:
    """The first field says what the command is about; a document may follow it."""
    for place, field in enumerate(fields):
        is_first = place == 0 and (field.required or field.name in OPTIONAL_ARGUMENTS)
        is_first = is_first and field.name not in NO_ARGUMENTS
        if is_first or is_document(field.type):
            yield field


def _argument(field: inspect.Field) -> click.Argument:
    several = isinstance(unwrapped(field.type), inspect.ListType)
    shown = metavar(field)
    return click.Argument(
        [field.name + "_argument"],
        required=False,
        nargs=-1 if several else 1,
        type=_word(field),
        metavar=(shown if field.required else f"[{shown}]") + ("..." if several else ""),
    )


def _option(field: inspect.Field, section: str, *, argument: bool = False) -> click.Option:
    settings: dict[str, Any] = {"multiple": True, "metavar": metavar(field), "type": _word(field)}
    if isinstance(unwrapped(field.type), inspect.BoolType):
        settings = {"is_flag": True}
    return SectionOption(
        [option_name(field.name), field.name],
        section=section,
        help=about(field) + ("; the option's name may be left out" if argument else ""),
        **settings,
    )


def _section(field: inspect.Field) -> str:
    return "Needed" if field.required else "May be left out"


def _word(field: inspect.Field) -> Word:
    form = unwrapped(field.type)
    item = unwrapped(form.item_type) if isinstance(form, inspect.ListType) else form
    if isinstance(item, inspect.LiteralType):
        return OneOf(item.values)
    return File() if is_document(form) else Word()


def metavar(field: inspect.Field) -> str:
    """What stands for the value in help: `YEN`, `YYYY-MM-DD`, `NAME=YEN`, `GRANT`."""
    last_word = field.encode_name.rpartition("_")[2].upper()
    return METAVARS.get(field.name) or _metavar(last_word, unwrapped(field.type))


def _metavar(name: str, form: inspect.Type) -> str:
    if isinstance(form, inspect.DateType):
        return "YYYY-MM-DD"
    if isinstance(form, inspect.DictType):
        value = unwrapped(form.value_type)
        is_money = isinstance(value, inspect.IntType) and (value.le or 0) > MANY
        return "NAME=YEN" if is_money else "NAME=VALUE"
    if isinstance(form, inspect.ListType):
        return name.removesuffix("S") if takes_commas(form) else "TEXT"
    if is_document(form):
        return "FILE"
    is_free = isinstance(form, inspect.StrType) and not form.pattern and (form.max_length or 0) >= 400
    return "TEXT" if is_free else name


def about(field: inspect.Field) -> str:
    """The help of one option: what the field says of itself, the words it takes, how to give several."""
    form = unwrapped(field.type)
    text = description(field.type) or field.name.replace("_", " ")
    choice = unwrapped(form.item_type) if isinstance(form, inspect.ListType) else form
    if isinstance(choice, inspect.LiteralType):
        text += f": {', '.join(map(str, choice.values))}"
    if isinstance(form, inspect.ListType):
        text += "; repeat, or separate by commas" if takes_commas(form) else "; repeat for several"
    if isinstance(form, inspect.DictType):
        text += "; repeat for several, or one JSON object"
    if is_document(form):
        text += ": a TOML or JSON file, - for standard input"
    return text


def _callback(do: str) -> Callable[..., int]:
    @click.pass_obj
    def run(session: Session, /, **given: Any) -> int:
        return act(session, asked(session, do, given))

    return run


def asked(session: Session, do: str, given: dict[str, Any]) -> Any:
    """The command that the words of the shell ask for."""
    session.begin(do)
    plain = {
        field.encode_name: value
        for field in form_of(do).fields
        if (value := _plain(field, given)) is not None
    }
    return decode(do, session.acting(do, whole_ids(session, plain)), option_path)


def _plain(field: inspect.Field, given: dict[str, Any]) -> Any:
    """The plain value of one field, from its argument and its option; None when neither was given."""
    words = given[field.name]
    if isinstance(words, bool):
        return words or None
    argument = given.get(field.name + "_argument") or ()
    words = [*((argument,) if isinstance(argument, str) else argument), *words]
    return plain_value(words, field.type, option_name(field.name)) if words else None


def whole_ids(session: Session, plain: dict[str, Any]) -> dict[str, Any]:
    """Ids that were shortened to an unambiguous beginning, at their full length again."""
    return plain | {
        name: session.ledger.resolve(plain[name], name)
        for name in SHORTENED
        if name in plain and not WHOLE_ID.fullmatch(plain[name]) and not UNSAFE.search(plain[name])
    }
