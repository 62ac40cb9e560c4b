"""What came of an import: assumptions, rows, totals, as text or as one JSON object."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from cli import say, words
from cli.ink import ink
from cli.plain import visible, wrap
from cli.session import Session
from cli.tables import Column, grid
from lifecycle.errors import BadInput, Finding
from lifecycle.sheets import Decisions, Fault, Table

if TYPE_CHECKING:
    from cli.import_run import Taken
    from cli.importing import Options

WIDE = 78
SHORT = 100
"""Rows that are done before anybody looks."""

OUTCOMES = {
    "imported": "imported (取込み)",
    "known": "known already (取込み済み)",
    "refused": "refused (却下)",
    "not_tried": "not tried (未処理)",
}
LISTED = {"imported": "to be imported", "known": "known", "refused": "refused", "not_tried": "not tried"}
"""The same in the list of a dry run."""

ASSUMED = {
    "kind": "kind (区分)",
    "decided_on": "decided on (決定日)",
    "programme": "programme (制度)",
    "source": "source (出典)",
    "on": "business date (処理日)",
}


# ---------------------------------------------------------------------- a file that is refused


def refuse(session: Session, options: Options, table: Table, faults: Sequence[Fault]) -> int:
    """Every fault of a file, one a line; nothing was written."""
    number = f"{len(faults):,} faults" if len(faults) > 1 else "1 fault"
    whole = BadInput(
        f"{options.name}: {number}, nothing was imported",
        *(_as_finding(options, table, fault) for fault in faults),
    )
    if session.json:
        raise whole
    say.put(say.refused_lines(BadInput(whole.message), ""), err=True)
    say.put((f"  {visible(f'{table.where(f.row, f.column)}: {f.text}')}" for f in faults), err=True)
    return whole.exit


def _as_finding(options: Options, table: Table, fault: Fault) -> Finding:
    return Finding(
        rule="import_form",
        strength="hard",
        source=f"{options.name}, {table.where(fault.row, fault.column)}",
        message=f"{table.where(fault.row, fault.column)}: {fault.text}",
        remedy="correct the file and import it again",
    )


# ---------------------------------------------------------------------- a file that is taken in


def tell(
    session: Session, options: Options, table: Table, decisions: Decisions, taken: Sequence[Taken]
) -> int:
    """The whole answer; returns the largest exit of the rows."""
    exit_code = max((row.refusal.exit for row in taken if row.refusal), default=0)
    if session.json:
        say.put_json(_object(options, table, decisions, taken, exit_code))
    else:
        say.put(_lines(options, table, decisions, taken))
        say.put(_refusals(table, taken), err=True)
    return exit_code


def _lines(options: Options, table: Table, decisions: Decisions, taken: Sequence[Taken]) -> Iterator[str]:
    if options.is_dry_run:
        yield ink("dry run, nothing was written", fg="yellow")
    yield ink(
        f"{visible(options.name)}: {len(taken):,} decision{'s' if len(taken) != 1 else ''} on {decisions.authorities} "
        f"authorit{'ies' if decisions.authorities != 1 else 'y'}, {decisions.total_yen:,} yen",
        bold=True,
    )
    yield from _block("assumed, as the file does not say it:", _assumed(decisions))
    yield from _block("read as:", _counted(decisions.read_as))
    yield from _block("note:", decisions.notes)
    yield from _block("warning:", _warnings(table, decisions, taken), fg="yellow")
    if options.is_dry_run:
        yield ""
        yield from grid(COLUMNS, (_row(row) for row in taken))
    yield ""
    yield from grid(SUMS, _sums(options, taken))


def _block(heading: str, lines: Iterable[str], fg: str | None = None) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield ""
        yield ink(heading, fg=fg)
    for line in lines:
        first, *rest = wrap(visible(line), WIDE - 4)
        yield f"  {first}"
        yield from (f"    {part}" for part in rest)


def _assumed(decisions: Decisions) -> Iterator[str]:
    for assumption, rows in decisions.assumed.items():
        value = assumption.value
        value += f" ({words.KINDS[value]})" if assumption.field == "kind" else ""
        yield f"{ASSUMED[assumption.field]}: {value}; {_rows(rows)} ({assumption.option} says otherwise)"


def _counted(counts: Mapping[str, int]) -> Iterator[str]:
    return (f"{text}; {_rows(rows)}" for text, rows in counts.items())


def _rows(number: int) -> str:
    return f"{number:,} row{'s' if number != 1 else ''}"


def _warnings(table: Table, decisions: Decisions, taken: Sequence[Taken]) -> Iterator[str]:
    yield from (f"{table.where(fault.row, fault.column)}: {fault.text}" for fault in decisions.warnings)
    passed = Counter(f"{w['message']} ({w['rule']}, {w['strength']})" for row in taken for w in row.warnings)
    yield from _counted(passed)


def _refusals(table: Table, taken: Sequence[Taken]) -> Iterator[str]:
    for row in taken:
        if row.refusal:
            head = ink(f"refused: {row.refusal.code}", stream=sys.stderr, fg="red", bold=True)
            about = f"{table.where(row.decision.row)}, {row.decision.fields['authority']} {row.decision.name}"
            yield ""
            yield f"{head} — {about}: {visible(row.refusal.message)}"
            for finding in row.refusal.findings:
                yield f"  remedy: {visible(finding.remedy)}"
    if any(row.outcome == "not_tried" for row in taken):
        yield from ("", "import the file again for the rest: rows that are in the ledger are not taken twice")


def _row(taken: Taken) -> dict[str, Any]:
    decision = taken.decision
    return {
        "row": str(decision.row),
        "outcome": LISTED[taken.outcome],
        "authority": f"{decision.fields['authority']} {decision.name}",
        "amount_yen": f"{decision.amount_yen:,}",
        "kinds": ", ".join(words.KINDS[kind] for kind in decision.fields["amounts"]),
        "title": decision.fields["title"],
    }


COLUMNS = [
    Column("row", lambda row: row["row"], right=True),
    Column("outcome", lambda row: row["outcome"]),
    Column("authority", lambda row: row["authority"]),
    Column("yen", lambda row: row["amount_yen"], right=True),
    Column("kind", lambda row: row["kinds"]),
    Column("title", lambda row: row["title"], gives=True),
]

SUMS = [
    Column("", lambda row: row["outcome"]),
    Column("rows", lambda row: f"{row['rows']:,}", right=True),
    Column("yen", lambda row: f"{row['yen']:,}", right=True),
]


def _sums(options: Options, taken: Sequence[Taken]) -> Iterator[dict[str, Any]]:
    names = OUTCOMES | ({"imported": "would be imported (取込み)"} if options.is_dry_run else {})
    for outcome, name in names.items():
        of_it = [row.decision.amount_yen for row in taken if row.outcome == outcome]
        if of_it or outcome == "imported":
            yield {"outcome": name, "rows": len(of_it), "yen": sum(of_it)}


# ---------------------------------------------------------------------- JSON


def _object(
    options: Options, table: Table, decisions: Decisions, taken: Sequence[Taken], exit_code: int
) -> dict[str, Any]:
    refused = [row for row in taken if row.refusal]
    worst = max(refused, key=lambda row: row.refusal.exit if row.refusal else 0, default=None)
    told: dict[str, Any] = {"ok": not exit_code, "do": "import", "kind": "decisions", "exit": exit_code}
    if worst and worst.refusal:
        told |= {"code": worst.refusal.code, "message": f"{len(refused)} of {_rows(len(taken))} were refused"}
    told |= {"file": options.name, "sheet": table.sheet, "dry_run": options.is_dry_run}
    told |= {"rows": len(taken), "authorities": decisions.authorities, "total_yen": decisions.total_yen}
    for outcome in OUTCOMES:
        of_it = [row.decision.amount_yen for row in taken if row.outcome == outcome]
        told |= {outcome: len(of_it), f"{outcome}_yen": sum(of_it)}
    told["assumed"] = [
        {"field": a.field, "value": a.value, "rows": rows, "option": a.option}
        for a, rows in decisions.assumed.items()
    ]
    told["read_as"] = [{"text": text, "rows": rows} for text, rows in decisions.read_as.items()]
    told["notes"] = decisions.notes
    told["warnings"] = [
        {"row": fault.row, "column": fault.column, "message": fault.text} for fault in decisions.warnings
    ]
    return told | {"results": [_result(row) for row in taken]}


def _result(taken: Taken) -> dict[str, Any]:
    decision, refusal = taken.decision, taken.refusal
    fields = ("authority", "title", "fiscal_year", "programme", "amounts", "decided_on")
    told = {"row": decision.row, "outcome": taken.outcome, "id": decision.command_id, "grant": taken.grant}
    told |= {name: decision.fields[name] for name in fields}
    told |= {"amount_yen": decision.amount_yen, "warnings": taken.warnings}
    if refusal:
        told |= {"exit": refusal.exit, "code": refusal.code, "message": visible(refusal.message)}
        told["findings"] = refusal.findings
    return told


# ---------------------------------------------------------------------- progress


@contextmanager
def progress(rows: int) -> Iterator[Callable[[], None]]:
    """Counts the rows of a long list on a terminal; in a pipe it is silent."""
    done = 0
    is_shown = rows > SHORT and sys.stderr.isatty()

    def step() -> None:
        nonlocal done
        done += 1
        if is_shown:
            click.echo(f"\r{done:,} of {rows:,}", err=True, nl=False)

    yield step
    if is_shown:
        click.echo(f"\r{' ' * len(f'{rows:,} of {rows:,}')}\r", err=True, nl=False)
