"""`grants report`: one report, on the screen or as a file."""

from __future__ import annotations

import io
import sys
from collections.abc import Generator, Iterable
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import click

from cli import say, switches
from cli.helptext import SectionOption
from cli.objects import table_of
from cli.options import asked, command_for
from cli.outputs import Target, output_of, target_of, whole_file
from cli.session import Session
from cli.tables import room
from lifecycle.errors import BadInput

FORMATS = ("table", "csv", "xlsx", "json", "parquet")
FILES_ONLY = ("xlsx", "parquet")
OF_CSV = ("encoding", "plain")
OF_TABLES = {
    "output": "-o -",
    "form": "--format",
    "encoding": "--encoding",
    "lang": "--lang",
    "plain": "--plain",
}
SECTION = "How it is printed"


def command() -> click.Command:
    """The read `report` with the options of its printing."""
    report = command_for("report")
    printing = [
        _option(["--format", "form"], f"{', '.join(FORMATS)}; default by the file's ending", "FORM"),
        _option(["-o", "--output", "output"], "write to this file, whole or not at all", "FILE"),
        _option(
            ["--chart", "chart"],
            "draw it, as SVG or PNG (an extra), beside -o or instead: cap_use, execution, kpi_board",
            "FILE",
        ),
        _option(["--encoding", "encoding"], "of CSV: utf-8 (with a mark, for Excel) or cp932", "NAME"),
        _option(["--lang", "lang"], "headings and words: ja or en", "LANG"),
        SectionOption(
            ["--plain", "plain"], is_flag=True, section=SECTION, help="CSV without heading and footer"
        ),
    ]
    own = [param for param in report.params if getattr(param, "section", "") != switches.SECTION]
    for param in own:
        if param.name in ("name", "name_argument"):
            param.metavar = "NAME"
    over = SectionOption(
        ["--over", "over"],
        section="Over an export (大規模台帳)",
        metavar="FOLDER",
        help="read the night over this Parquet export; no store is needed",
    )
    report.params = [*own, over, *printing, *switches.switches()]
    report.callback = _run
    return report


def _option(names: list[str], text: str, metavar: str) -> click.Option:
    return SectionOption(names, section=SECTION, help=text, metavar=metavar)


@click.pass_obj
def _run(session: Session, /, **given: Any) -> int:
    printing = {name: given.pop(name) for name in ("form", "output", "chart", "encoding", "lang", "plain")}
    over = given.pop("over")
    if over is not None:
        from cli.large import refuse_short_ids

        refuse_short_ids(given)
    wanted = asked(session, "report", given)
    wishes = Wishes.of(session, printing, over)
    if wanted.name == "list":
        listed = session.ledger.report(wanted)["reports"]
        if session.json:
            say.put_json(listed)
        else:
            say.put(table_of(listed))
        return 0
    from lifecycle.service.asking import told_once

    with closing(told_once(session.ledger.store, lambda: _shown(session, wanted, over, wishes))) as pieces:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
    return 0


def _opened(session: Session, wanted: Any, over: str | None) -> Any:
    if over is None:
        return session.ledger.open_report(wanted)
    from cli.large import open_report_over

    return open_report_over(over, wanted)


def _shown(session: Session, wanted: Any, over: str | None, wishes: Wishes) -> Generator[bytes, None, None]:
    """Files are written; yields what belongs on standard output, piece by piece."""
    with _opened(session, wanted, over) as opened:
        if wishes.chart is not None:
            _draw(opened, wishes.chart)
            if wishes.printing.output is None:
                return
        sheet = opened if wishes.chart is None else again(opened)
        behind = sheet.view.behind
        if wishes.printing.output is None:
            yield from _pieces(sheet, wishes.printing)
        else:
            _file(sheet, wishes.printing.output, wishes.printing)
        if behind:
            _say(f"it stands on event {sheet.view.n:,}; {behind:,} were recorded since: grants nightly")


def again(sheet: Any) -> Any:
    """The same report, to be read once more from its first row."""
    from lifecycle.reports.shape import Sheet

    return Sheet(sheet.report, sheet.heading, sheet.view)


def _draw(sheet: Any, target: Target) -> None:
    from cli.printing.charts import chart_of
    from cli.printing.png_out import png_of
    from cli.printing.svg_out import svg_lines

    chart = chart_of(sheet)
    lines = svg_lines(chart)
    is_picture = target.told.endswith(".png")
    content = png_of(lines) if is_picture else "".join(f"{line}\n" for line in lines).encode()
    with whole_file(target) as path:
        path.write_bytes(content)
    _say(f"{target.told}: {len(chart.bars) + len(chart.lines):,} drawn, {chart.left_out:,} left out")


class Printing:
    """How a report is wanted."""

    def __init__(self, form: str, output: Target | None, encoding: str, lang: str, *, plain: bool) -> None:
        self.form, self.output = form, output
        self.encoding, self.lang, self.plain = encoding, lang, plain

    @classmethod
    def of(cls, session: Session, given: dict[str, Any], over: str | None) -> Printing:
        """From the options.

        Raises:
            BadInput: a form, encoding or language there is not, a binary form without a file, what only CSV has
                of another form, or a file that can't be written.
        """
        output = output_of(session, given["output"], over)
        ending = Path(output.told).suffix.removeprefix(".") if output else ""
        usual = "json" if session.json else "table"
        form = given["form"] or ("table" if ending == "txt" else ending or usual)
        _one_of("--format", form, FORMATS)
        if form in FILES_ONLY and output is None:
            raise BadInput(f"{form} is no text; name a file: -o report.{form}")
        encoding = _one_of("--encoding", given["encoding"] or "utf-8", ("utf-8", "cp932"))
        lang = _one_of("--lang", given["lang"] or "ja", ("ja", "en"))
        for name in OF_CSV:
            if given[name] and form != "csv":
                raise BadInput(
                    f"--{name} is for CSV alone, and this is {form}; add --format csv, or leave it out"
                )
        return cls(form, output, encoding, lang, plain=given["plain"])


class Wishes(NamedTuple):
    """What is made of a report: a chart, a table in some form, or both."""

    chart: Target | None
    printing: Printing

    @classmethod
    def of(cls, session: Session, given: dict[str, Any], over: str | None) -> Wishes:
        """From the options.

        Raises:
            BadInput: as `Printing.of`; a chart of another form, in the same file, or with what a chart has not.
        """
        printing = Printing.of(session, given, over)
        if given["chart"] is None:
            return cls(None, printing)
        chart = target_of(session, given["chart"], over)
        if Path(chart.told).suffix not in (".svg", ".png"):
            raise BadInput(
                f"--chart: {chart.told} is drawn as SVG or PNG; name a file that ends in .svg or .png"
            )
        if printing.output is None:
            for name, option in OF_TABLES.items():
                if given[name]:
                    raise BadInput(
                        f"{option} has no meaning for a chart alone; add -o FILE for the rows as well"
                    )
        elif printing.output.path == chart.path:
            raise BadInput(f"--chart and -o both name {chart.told}; give each a file of its own")
        return cls(chart, printing)


def _one_of(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise BadInput(f"{option}: {value!r} is none of {', '.join(known)}")
    return value


def _file(sheet: Any, output: Target, printing: Printing) -> None:
    with whole_file(output) as path:
        _write(sheet, path, printing)
    _say(f"{output.told}: {sheet.footing().rows:,} rows")


def _say(text: str) -> None:
    sys.stdout.buffer.flush()  # what was told before it comes before it
    click.echo(text, err=True)


def _write(sheet: Any, path: Path, printing: Printing) -> None:
    if printing.form == "xlsx":
        from cli.printing.xlsx_out import write_xlsx

        write_xlsx(sheet, path, printing.lang)
    elif printing.form == "parquet":
        from cli.printing.parquet_out import write_parquet

        write_parquet(sheet, path)
    else:
        # A file is no terminal, whatever standard output is: no colours in it, and no line is broken.
        with path.open("wb") as file, redirect_stdout(io.StringIO()):
            file.writelines(_pieces(sheet, printing))


def _pieces(sheet: Any, printing: Printing) -> Iterable[bytes]:
    if printing.form == "csv":
        from cli.printing.csv_out import csv_lines

        return csv_lines(sheet, encoding=printing.encoding, lang=printing.lang, plain=printing.plain)
    if printing.form == "json":
        from cli.printing.json_out import json_lines

        return json_lines(sheet)
    from cli.printing.table_out import table_lines

    lines = say.fitted(table_lines(sheet, printing.lang), room())
    return (f"{line}\n".encode(errors="backslashreplace") for line in lines)
