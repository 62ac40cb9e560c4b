"""`schemes`: which scheme serves which aim (施策×狙い), then each scheme's figures with their sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cli.ink import ink
from cli.objects import fact
from cli.tables import Column, Row, facts, fits, grid, paragraph
from cli.words import AIMS

MARKED, LOST, BLANK = "○", "?", "-"
CIRCLE = "a circle of the published table whose column is lost"


def scheme_lines(found: Iterable[Row]) -> Iterator[str]:
    """The matrix, and below it each scheme."""
    schemes = list(found)
    yield ink("schemes and aims (施策×狙い)", bold=True)
    yield from _matrix(schemes)
    yield from paragraph(", ".join(f"{_named(aim)} {term}" for aim, term in AIMS.items()), "  ")
    yield from paragraph(f"{MARKED} serves the aim; {LOST} may: {CIRCLE}", "  ")
    for scheme in schemes:
        yield from ("", ink(scheme["scheme"], bold=True))
        yield from facts([fact(name, scheme[name]) for name in ("name_ja", "source")])
        yield from _figures([{"figure": name, **figure} for name, figure in scheme["figures"].items()])


def _matrix(schemes: Sequence[Row]) -> Iterator[str]:
    """A column for each aim; where they have no room, the aims that a scheme serves below it."""
    scheme = Column("scheme", lambda row: row["scheme"])
    columns = [scheme, *map(_aim, AIMS)]
    if fits(columns, schemes, 2):
        return grid(columns, schemes, indent="  ", below=lambda row: row["name_ja"])
    return grid([scheme], schemes, indent="  ", below=lambda row: [row["name_ja"], *_marks(row)])


def _marks(scheme: Row) -> list[str]:
    marks = {aim: _mark(scheme, aim) for aim in AIMS}
    return [f"{mark} {_named(aim)}" for aim, mark in marks.items() if mark != BLANK]


def _figures(figures: Sequence[Row]) -> Iterator[str]:
    """A figure with its unit and its source; where they have no room, below it."""
    if fits(FIGURES, figures, 2):
        return grid(FIGURES, figures, indent="  ")
    return grid(FIGURES[:2], figures, indent="  ", below=lambda row: f"{row['unit']}; {row['source']}")


def _named(aim: str) -> str:
    return aim.replace("_", " ")


def _aim(aim: str) -> Column:
    return Column(_named(aim), lambda row: _mark(row, aim))


def _mark(scheme: Row, aim: str) -> str:
    if aim in scheme["aims"]:
        return MARKED
    circles = scheme["figures"].get("circles", {}).get("value", 0)
    return LOST if circles > len(scheme["aims"]) else BLANK


def _value(row: Row) -> str:
    value = row["value"]
    return f"{value:,}" if isinstance(value, int) else str(value)


FIGURES = [
    Column("figure", lambda row: row["figure"]),
    Column("value", _value, right=True),
    Column("unit", lambda row: row["unit"], gives=True),
    Column("source", lambda row: row["source"], gives=True),
]
