"""Help pages: what a command does, its options by purpose, and its example exactly as written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence

import click

from cli.plain import width, wrap
from cli.tables import NARROWEST, room

Row = tuple[str, str]

NARROW = 50
UNDER = 4
"""On fewer columns than `NARROW` a long term stands on a line of its own, and what it means so far in below it."""


class Formatter(click.HelpFormatter):
    """click's formatter, with columns that stay straight beside Japanese words, on terminals of any width."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        super().__init__(indent_increment, width, max_width)
        self.width = min(
            self.width, (room() or self.width + 1) - 1
        )  # click takes no terminal for narrower than 50

    def write_dl(self, rows: Iterable[Row], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms and what they mean in two columns."""
        rows = list(rows)
        margin = " " * self.current_indent
        widest = max((width(term) for term, _ in rows), default=0)
        is_beside = self.width >= NARROW or widest <= self.width // 2
        column = min(widest, col_max) + col_spacing if is_beside else UNDER
        for term, meaning in rows:
            first, *others = wrap(meaning, max(self.width - column - self.current_indent, NARROWEST)) or [""]
            if width(term) + col_spacing > column:
                self.write(f"{margin}{term.rstrip()}\n")
                others = [first, *others]
            else:
                self.write(f"{margin}{term}{' ' * (column - width(term))}{first}".rstrip() + "\n")
            self.write("".join(f"{margin}{' ' * column}{line}\n" for line in others))

    def write_text(self, text: str) -> None:
        """Write one paragraph."""
        margin = " " * self.current_indent
        self.write("".join(f"{margin}{line}\n" for line in wrap(text, self.width - self.current_indent)))


class Context(click.Context):
    """A context whose pages use the formatter above."""

    formatter_class = Formatter


class SectionOption(click.Option):
    """An option that says under which heading its help stands."""

    def __init__(self, declarations: Sequence[str], *, section: str = "Options", **settings: object) -> None:
        super().__init__(declarations, **settings)  # type: ignore[arg-type]
        self.section = section


class LedgerCommand(click.Command):
    """A command whose help has its options in sections and ends in an example."""

    context_class = Context
    needed: str = ""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Arguments first, then the options that are needed, then that there are others."""
        arguments = [param.make_metavar(ctx) for param in self.params if isinstance(param, click.Argument)]
        return [*arguments, *([self.needed] if self.needed else []), "[OPTIONS]"]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole page."""
        about, example = split_help(self.help or "")
        self.format_usage(ctx, formatter)
        for paragraph in about:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(paragraph)
        for section, rows in self._sections(ctx).items():
            with formatter.section(section):
                formatter.write_dl(rows)
        if example:
            formatter.write_paragraph()
            formatter.write("".join(f"{line}\n" for line in typed_lines(example)))

    def _sections(self, ctx: click.Context) -> dict[str, list[Row]]:
        sections: dict[str, list[Row]] = {}
        for param in self.get_params(ctx):
            row = param.get_help_record(ctx)
            if row and not isinstance(param, click.Argument):
                sections.setdefault(getattr(param, "section", "Everywhere"), []).append(row)
        return sections

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in our words."""
        return help_option(super().get_help_option(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole."""
        del limit
        return first_line(self.help or "")


def split_help(text: str) -> tuple[list[str], str]:
    """Paragraphs of a docstring, and its `Example:` block as it stands."""
    about, mark, example = inspect.cleandoc(text).partition("Example:\n")
    paragraphs = [" ".join(part.split()) for part in about.split("\n\n")]
    return [part for part in paragraphs if part], (mark + example).rstrip()


def typed_lines(example: str) -> Iterator[str]:
    """An example as it stands; on a terminal, a command too long for a line over several, as the shell takes them."""
    columns = room()
    if columns is None:
        yield from example.splitlines()
        return
    import shlex

    from cli.folding import DEEPER, continued  # a page in a pipe is faster without

    for line in example.splitlines():
        # a space within quotes is no place to break at
        if width(line) > columns and len(shlex.split(line)) == len(line.split()):
            first, *others = continued("   ", line.strip(), columns - len(DEEPER))
            yield first
            yield from (DEEPER + other for other in others)
        else:
            yield line


def first_line(text: str) -> str:
    """The first paragraph of a docstring, on one line."""
    about, _ = split_help(text)
    return about[0] if about else ""


def brief_line(text: str) -> str:
    """The first paragraph without its second thoughts, and the Japanese term without its article."""
    line = re.sub(r"[,:;] [^(]*(?= \()", "", first_line(text))
    return re.sub(r"(\([^(),]*), [^()]*\)", r"\1)", line)


def help_option(option: click.Option | None) -> click.Option | None:
    """Say in our words what `--help` does."""
    if option:
        option.help = "print this page"
    return option
