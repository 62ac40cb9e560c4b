"""Which reports are drawn, and from which of their cells: bars of a limit, lines over months, parts of a whole."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from cli.printing.cells import OWN_TERMS
from cli.words import KINDS
from lifecycle.errors import BadInput
from lifecycle.reports.shape import Sheet, percent

MOST = 40
"""Bars that are drawn; what is left out is said."""


class Part(NamedTuple):
    """A part of a bar: what it is, and how much."""

    name: str
    value: int


class Bar(NamedTuple):
    """A bar: its label, its parts, what they are held against (None: nothing known), and what is said beside it."""

    label: str
    parts: tuple[Part, ...]
    whole: int | None
    beside: str


class Series(NamedTuple):
    """A line over months: its label, its points from month 1 on, and the whole it runs towards."""

    label: str
    points: tuple[tuple[int, int], ...]
    whole: int


class Chart(NamedTuple):
    """Bars or lines with a title and what is left out."""

    title: str
    about: str
    bars: tuple[Bar, ...] = ()
    lines: tuple[Series, ...] = ()
    left_out: int = 0


def chart_of(sheet: Sheet) -> Chart:
    """The chart of a report.

    Raises:
        BadInput: it has none.
    """
    draw = CHARTS.get(sheet.heading.report)
    if draw is None:
        raise BadInput(f"report {sheet.heading.report} has no chart; charts: {', '.join(CHARTS)}")
    heading = sheet.heading
    about = f"{heading.day} 現在・記録番号 {heading.event:,}・要約値 {heading.digest[:16]}"
    return draw(sheet)._replace(title=f"{heading.title_ja}{UNITS[heading.report]}", about=about)


def _cap_use(sheet: Sheet) -> Chart:
    """The fullest windows, by share of their limit."""
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for count, row in enumerate(sheet.rows(), 1):  # noqa: B007 - counted for what is left out
            yield row

    shown = heapq.nlargest(MOST, counted(), key=_fullness)
    return Chart("", "", bars=tuple(_window(row) for row in shown), left_out=count - len(shown))


def _fullness(row: Any) -> tuple[int, int, str]:
    taken_yen, limit_yen = row["used_yen"] + row["reserved_yen"], row["limit_yen"]
    share = taken_yen * 10_000 // limit_yen if limit_yen else 0
    return share, taken_yen, row["authority"]


def _window(row: Any) -> Bar:
    period = row["project"] or f"{row['fiscal_year']}年度"
    strength = OWN_TERMS["strength"][row["strength"]]
    taken_yen = row["used_yen"] + row["reserved_yen"]
    limit = "未確定" if row["limit_yen"] is None else f"{row['limit_yen']:,}"
    share = f"{row['used_percent']}％ " if row["used_percent"] else ""
    return Bar(
        label=f"{row['authority_name']} {KINDS.get(row['kind'], row['kind'])} {period}",
        parts=(Part("使用済", row["used_yen"]), Part("採択額", row["reserved_yen"])),
        whole=row["limit_yen"],
        beside=f"{share}({taken_yen:,} / {strength} {limit})",
    )


def _execution(sheet: Sheet) -> Chart:
    """What was executed so far, month by month, a line for each fiscal year."""
    lines = []
    for year, months in groupby(sheet.rows(), lambda row: row["fiscal_year"]):
        rows = list(months)
        points = tuple((row["month"], row["so_far_yen"]) for row in rows)
        lines.append(Series(f"{year}年度", points, rows[-1]["decided_yen"]))
    return Chart("", "", lines=tuple(lines[-6:]), left_out=max(0, len(lines) - 6))


def _kpi_board(sheet: Sheet) -> Chart:
    """KPIs met, measured and not met, and not measured yet, project by project."""
    bars = []
    left_out = 0
    for row in sheet.rows():
        if len(bars) == MOST:
            left_out += 1
            continue
        met, measured, kpis = row["met"], row["measured"], row["kpis"]
        bars.append(
            Bar(
                label=f"{row['authority_name']} {row['title']} {row['fiscal_year']}年度",
                parts=(
                    Part("達成", met),
                    Part("未達成", measured - met),
                    Part("実績値なし", kpis - measured),
                ),
                whole=kpis,
                beside=f"{met} / {kpis}" + (f" ({percent(met, measured)}％)" if measured else ""),
            )
        )
    return Chart("", "", bars=tuple(bars), left_out=left_out)


UNITS = {
    "cap_use": "：上限・目安に対する使用率（円）",
    "execution": "：年度ごとの累計",
    "kpi_board": "：達成したKPIの割合",
}

CHARTS: dict[str, Callable[[Sheet], Chart]] = {
    "cap_use": _cap_use,
    "execution": _execution,
    "kpi_board": _kpi_board,
}
"""How each report that has a chart is drawn."""
