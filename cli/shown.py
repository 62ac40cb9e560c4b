"""`show`: what a thing is and its state, then everything about it; orders and coverage in their own way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cli.ink import ink
from cli.labels import label
from cli.objects import Lines, column, fact, is_empty, object_lines, of_change, rows_lines, rows_of
from cli.plain import visible
from cli.tables import Column, Row, facts, grid, is_narrow, paragraph
from cli.words import SECTORS, STAGES, in_words

SAID_FIRST = ("status", "title", "imported", "imported_from", "what")
FOR_TITLE = 140
"""Columns a terminal needs for a grant and its title on one line; on a narrower one the title goes below."""

ORDER = ("basis", "fault", "ordered_on", "due_on", "assessed_on")


def shown_lines(found: Row) -> Iterator[str]:
    """What it is and its state, then everything about it."""
    key = next(iter(found))
    found = of_change(found) if key == "change" else found
    state = next((f"  {in_words(name, found[name])}" for name in ("status", "what") if name in found), "")
    yield ink(f"{found[key]}{state}", bold=True)
    if found.get("title"):
        yield found["title"]
    yield from elsewhere_lines(found)
    rest = {name: value for name, value in found.items() if name not in (key, *SAID_FIRST)}
    yield from order_body(found, "  ") if key == "order" else object_lines(rest, own=OWN)


def elsewhere_lines(found: Row) -> Iterator[str]:
    """A decision from elsewhere says so wherever it is shown."""
    if found.get("imported_from"):
        yield ink(f"decided elsewhere (既決定の取込み): {found['imported_from']}", fg="yellow")
    elif found.get("imported"):
        yield ink("decided elsewhere (既決定の取込み)", fg="yellow")


def order_lines(orders: Sequence[Row], indent: str) -> Iterator[str]:
    """Return orders, one after the other."""
    for order in orders:
        yield indent + ink(order["order"], bold=True)
        yield from order_body(order, indent + "  ")


def order_body(order: Row, indent: str) -> Iterator[str]:
    """Why money comes back and by when; then its principal and charges: the amount, and what became of it."""
    told = [fact(name, order[name]) for name in ORDER if not is_empty(order[name])]
    paid = [f"{payment['amount_yen']:,} on {payment['on']}" for payment in order["payments"]]
    told += [fact("payments", "; ".join(paid))] if paid else []
    yield from facts(told, indent=indent)
    rows = [_principal(order)]
    if order["assessed_on"]:
        rows += [_charge(order, "addon"), _charge(order, "late")]
    yield from grid(LEDGER, rows, indent=indent)


def revocation_lines(revocations: Sequence[Row], indent: str) -> Iterator[str]:
    """Revocations; what of a sum had been paid is no money paid back."""
    renamed = {"paid_yen": "paid_out_yen"}
    rows = [{renamed.get(name, name): value for name, value in row.items()} for row in revocations]
    return rows_lines(rows, indent)


def change_lines(changes: Sequence[Row], indent: str) -> Iterator[str]:
    """Changes, then what is told of any of them."""
    rows = [{name: value for name, value in row.items() if name != "warnings"} for row in changes]
    yield from rows_lines(rows_of(rows), indent)
    yield from warning_lines([told for row in changes for told in row.get("warnings", ())], indent)


def warning_lines(warnings: Sequence[Row], indent: str) -> Iterator[str]:
    """What is told and refuses nothing, and what to do."""
    for told in warnings:
        said, way_out = visible(told["message"]), visible(told["remedy"])
        lines = [*paragraph(said, indent), *paragraph(way_out, indent + "  ")]
        yield from (ink(line, fg="yellow") for line in lines)


def _principal(order: Row) -> Row:
    left = {"amount": order["amount_yen"], "paid": order["paid_yen"], "left": order["principal_left_yen"]}
    return {"of": "principal (元本)", **left}


def _charge(order: Row, charge: str) -> Row:
    amount, left = order[f"{charge}_yen"], order[f"{charge}_due_yen"]
    exempted = order[f"exempted_{charge}_yen"]
    rest = {"amount": amount, "exempted": exempted, "paid": amount - exempted - left, "left": left}
    return {"of": label(f"{charge}_yen"), **rest}


def _ledger(name: str) -> Column:
    return Column(name, lambda row: f"{row[name]:,}" if name in row else "", right=True)


LEDGER = [
    Column("", lambda row: row["of"]),
    *(_ledger(name) for name in ("amount", "exempted", "paid", "left")),
]


def coverage_lines(coverage: Mapping[str, Mapping[str, int]], indent: str) -> Iterator[str]:
    """産官学金労言 by stage: how many bodies of each sector took part, `-` where none did."""
    columns = [Column("sector", lambda row: row["sector"]), *map(_stage, STAGES.items())]
    rows = [
        {
            "sector": in_words("sector", sector),
            **{stage: coverage.get(stage, {}).get(sector) for stage in STAGES},
        }
        for sector in SECTORS
    ]
    return grid(columns, rows, indent=indent)


def _stage(named: tuple[str, str]) -> Column:
    stage, term = named
    return Column(f"{stage} {term}", lambda row: str(row[stage] or "-"), right=True)


def grant_rows(found: Iterable[Row], indent: str = "") -> Iterator[str]:
    """Grants, one a line: `list`, and those of a project."""
    columns = [column(name) for name in ("grant", "status", "requested_yen", "committed_yen", "settled_yen")]
    if is_narrow(FOR_TITLE):
        return grid(columns, found, indent=indent, below=lambda row: f"{row['authority_name']} {_title(row)}")
    columns.insert(1, column("authority_name", "authority"))
    return grid([*columns, Column("title", _title, gives=True)], found, indent=indent)


def _title(row: Row) -> str:
    mark = "[elsewhere 取込み] " if row.get("imported_from") else ""
    return mark + str(row.get("title", ""))


OWN: dict[str, Lines] = {
    "grants": grant_rows,
    "orders": order_lines,
    "changes": change_lines,
    "warnings": warning_lines,
    "revocations": revocation_lines,
    "coverage": coverage_lines,
}
"""Fields with a layout of their own."""
