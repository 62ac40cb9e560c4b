"""`grants import`: a list of decisions taken elsewhere, row by row into the ledger."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cli.decode import decode
from cli.forms import Path as FieldPath
from cli.forms import given as quoted
from cli.helptext import LedgerCommand, SectionOption
from cli.options import File, OneOf, Word, option_path
from cli.parse import unreadable
from cli.session import Session
from cli.switches import with_switches
from lifecycle.errors import BadInput
from lifecycle.programme import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lifecycle.sheets import Given

DECISIONS = "decisions"
LOG = "log"
SAID = "What the file does not say"
WRITING = "With every command that writes"


class Options(NamedTuple):
    """What was typed, judged."""

    file: str
    sheet: str | None
    is_dry_run: bool
    given: Given
    shared: dict[str, Any]
    """`by`, `on` and `reason`, for every row."""

    @property
    def name(self) -> str:
        """The file for messages."""
        return "standard input" if self.file == "-" else quoted(Path(self.file).name)[1:-1]


def _option(name: str, metavar: str, text: str, section: str = SAID, word: Word | None = None) -> Any:
    return click.option(
        f"--{name}", cls=SectionOption, section=section, metavar=metavar, type=word or Word(), help=text
    )


KINDS = OneOf(("soft", "facility", "infrastructure"))


@with_switches
@click.command("import", cls=LedgerCommand)
@click.argument("what", metavar="KIND", type=OneOf((DECISIONS, LOG)))
@click.argument("file", metavar="FILE", type=File())
@_option(
    "programme", "PROGRAMME", "programme version; else by its Japanese name, else the one in force (制度の版)"
)
@_option("kind", "KIND", "soft, facility or infrastructure; else assumed soft (事業区分)", word=KINDS)
@_option("decided-on", "YYYY-MM-DD", "else assumed 1 April of the fiscal year (交付決定日)")
@_option("source", "TEXT", "the published list or paper; else the file's name (出典)")
@_option("sheet", "NAME", "sheet of a workbook, where more than one has something in it", "May be left out")
@_option("sha256", "HEX", "of a log: the digest that the file must have, kept elsewhere", "May be left out")
@_option("by", "OFFICER", "officer who acts; default GRANTS_BY (担当者)", WRITING)
@_option("on", "YYYY-MM-DD", "business date; default today in Japan (処理日)", WRITING)
@_option("reason", "TEXT", "written reason (理由)", WRITING)
@click.option(
    "--dry-run",
    is_flag=True,
    cls=SectionOption,
    section=WRITING,
    help="judge each row after those before it, list all, write nothing",
)
@click.pass_obj
def import_group(
    session: Session,
    what: str,
    file: str,
    sheet: str | None,
    dry_run: bool,  # noqa: FBT001 - click's call
    **said: str | None,
) -> int:
    """Take in decisions taken elsewhere from a list, one a row (既決定の取込み). [officer]

    KIND is `decisions`, or `log`: then a new store is made of what `grants export log` wrote, with the same
    numbers and bytes. Of the options below a log takes --sha256 and --dry-run alone.

    For decisions FILE is CSV (UTF-8 or cp932, commas) or xlsx; - is standard input. Headings: those of the
    command (authority, title, fiscal_year, programme, amount_yen and kind, or soft_yen, facility_yen,
    infrastructure_yen, decided_on, source, row), of the published list (code, name_ja, program, type,
    project_name, amount_yen, source_pdf, source_page), or Japanese (団体コード, 事業名, 年度, 交付金額).

    A malformed row refuses the whole file; a row that the rules refuse does not hold up the others. The same
    file again writes nothing again. What the file does not say is assumed, and each assumption is shown.

    Example:
        grants import decisions adopted_projects_2026.csv --dry-run --by tanaka
        grants import decisions adopted_projects_2026.csv --decided-on 2026-04-01 --by tanaka
        grants import log ledger.jsonl --store sqlite:///restored.db
    """
    from cli.import_run import run

    session.begin("import")
    if what == LOG:
        from cli.exporting import restore_log

        _refuse_others(
            ("programme", "kind", "decided_on", "source", "sheet"), {**said, "sheet": sheet}, "decisions"
        )
        return restore_log(session, file, said["sha256"], dry_run=dry_run)
    if what != DECISIONS:
        raise BadInput(
            f"{quoted(what)} can't be imported; a log and decisions can: grants import decisions FILE"
        )
    _refuse_others(("sha256",), said, "a log")
    shared = _shared(session, said)
    options = Options(file, sheet, dry_run, _given(session, file, said), shared)
    return run(session, options, _bytes(options))


def _refuse_others(names: Iterable[str], said: Mapping[str, str | None], what: str) -> None:
    """What is not asked of this kind is not passed over: whoever gave it counts on it.

    Raises:
        BadInput: it was given.
    """
    for name in names:
        if said[name] is not None:
            raise BadInput(f"{option_path((name,))} is of an import of {what}; leave it out")


def _shared(session: Session, said: dict[str, str | None]) -> dict[str, Any]:
    """Who acts, when and why. Judged before the file is read, on a decision that has no fault of its own.

    Raises:
        BadInput: a value that no command would take.
    """
    shared = {name: said[name] for name in ("on", "reason") if said[name]} | {"by": said["by"] or session.by}
    if not shared["by"]:
        raise BadInput("who acts? give --by OFFICER, or set GRANTS_BY")
    faultless = {"authority": "000000", "title": "-", "fiscal_year": 2026, "programme": "-", "source": "-"}
    faultless |= {"decided_on": "2026-04-01", "amounts": {said["kind"] or "soft": 1}}
    typed = {name: said[name] for name in ("decided_on", "programme", "source") if said[name] is not None}
    decode("import_decision", faultless | typed | shared, _spelled)
    if said["programme"] and said["programme"] not in known():
        raise BadInput(f"--programme: no version {quoted(said['programme'])}; known: {', '.join(known())}")
    return shared


def _spelled(path: FieldPath) -> str:
    return "--kind" if path[:1] == ("amounts",) else option_path(path)


def _given(session: Session, file: str, said: dict[str, str | None]) -> Given:
    from lifecycle.sheets import Given

    on, decided_on = (date.fromisoformat(text) if text else None for text in (said["on"], said["decided_on"]))
    given = Given(
        today=session.ledger.today(),
        file="standard input" if file == "-" else Path(file).name,
        on=on,
        programme=said["programme"],
        kind=said["kind"],
        decided_on=decided_on,
        source=said["source"],
    )
    if decided_on and decided_on > given.business_date:
        raise BadInput(
            f"--decided-on: {decided_on} lies after the business date {given.business_date} (--on)"
        )
    return given


def _bytes(options: Options) -> bytes:
    """The whole file.

    Raises:
        BadInput: it can't be read, or is too large.
    """
    from lifecycle.sheets.table import MOST_BYTES

    try:
        if options.file == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(options.file).open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the file's name
        raise unreadable(options.name, error) from None
    if len(data) > MOST_BYTES:
        raise BadInput(f"{options.name} is larger than {MOST_BYTES // 1_000_000} MB")
    return data
