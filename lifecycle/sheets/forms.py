"""From a cell to a value: money, years, days, codes. Each form is small and explicit; all others are refused.

Full-width digits stand in many Japanese lists. They are read here and nowhere else, and what they were read
as is noted, so that a person sees it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple
from unicodedata import normalize

from lifecycle.commands.fields import MOST_YEN
from lifecycle.sheets.table import Cell, Unfit
from lifecycle.values import SAYS

FULL_WIDTH = str.maketrans("０１２３４５６７８９，", "0123456789,")
MONEY = re.compile(r"[0-9]{1,20}|[0-9]{1,3}(,[0-9]{3}){1,6}")
YEAR = re.compile(r"([0-9]{4})(年度)?")
REIWA_YEAR = re.compile(r"(?:令和|R)([0-9]{1,2}|元)(?:年度)?")
DAY = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
REIWA_DAY = re.compile(r"(?:令和|R)([0-9]{1,2}|元)[年.]([0-9]{1,2})[月.]([0-9]{1,2})日?")
REIWA_BEFORE_FIRST = 2018
"""令和元年 is 2019."""

FIRST_YEAR, LAST_YEAR = 1955, 2200
"""Fiscal years that a command takes (`commands.fields.FiscalYear`)."""

LONGEST_SHOWN = 40


class Malformed(ValueError):
    """A cell that does not have the form its column wants; the text says so in words."""


class Read(NamedTuple):
    """A value, and how it was written where that is worth showing."""

    value: int | str | date
    note: str = ""


def shown(text: object) -> str:
    """What stands in a cell, quoted and short."""
    plain = str(text)
    return f'"{plain if len(plain) <= LONGEST_SHOWN else plain[:LONGEST_SHOWN] + "…"}"'


def text_of(cell: Cell) -> str:
    """The text of a cell without the space around it.

    Raises:
        Malformed: it holds no value of ours.
    """
    if isinstance(cell, Unfit):
        raise Malformed(f"{shown(cell.shown)} is {cell.why}")
    return str(cell).strip()


def money(cell: Cell, *, may_be_none: bool = False) -> Read:
    """Whole yen, 1 or more; with `may_be_none` also 0.

    Raises:
        Malformed: anything else; a sign, a point, an exponent or a unit is no part of an amount.
    """
    text = text_of(cell)
    if not text:
        raise Malformed("empty; an amount in yen is wanted")
    plain = text.translate(FULL_WIDTH)
    if not MONEY.fullmatch(plain):
        raise Malformed(f"{shown(text)} is no whole amount in yen (digits, with , between groups of three)")
    amount_yen = int(plain.replace(",", ""))
    if amount_yen > MOST_YEN:
        raise Malformed(f"{shown(text)} is more than {MOST_YEN:,} yen")
    if not amount_yen and not may_be_none:
        raise Malformed("0 yen; a decision grants at least 1 yen")
    return Read(amount_yen, "" if plain == text else f"{shown(text)} read as {amount_yen:,} yen")


def year(cell: Cell) -> Read:
    """A fiscal year: `2026`, `2026年度`, `令和8年度`, `R8`.

    Raises:
        Malformed: anything else, or a year the ledger does not know.
    """
    text = text_of(cell)
    if not text:
        raise Malformed("empty; a fiscal year is wanted")
    plain = normalize("NFKC", text)
    western, japanese = YEAR.fullmatch(plain), REIWA_YEAR.fullmatch(plain)
    if not western and not japanese:
        raise Malformed(f"{shown(text)} is no fiscal year (2026 or 令和8年度)")
    fiscal_year = int(western.group(1)) if western else _reiwa(japanese.group(1) if japanese else "")
    if not FIRST_YEAR <= fiscal_year <= LAST_YEAR:
        raise Malformed(f"{shown(text)} lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return Read(fiscal_year, "" if text == str(fiscal_year) else f"{shown(text)} read as {fiscal_year}")


def day(cell: Cell) -> Read:
    """A date: that of a spreadsheet's own, `2026-04-01`, `2026/4/1`, `令和8年4月1日`.

    Raises:
        Malformed: anything else, or a day that no calendar has.
    """
    if isinstance(cell, date):
        return Read(cell)
    text = text_of(cell)
    plain = normalize("NFKC", text)
    if found := DAY.fullmatch(plain):
        parts = (int(found.group(1)), int(found.group(3)), int(found.group(4)))
    elif found := REIWA_DAY.fullmatch(plain):
        parts = (_reiwa(found.group(1)), int(found.group(2)), int(found.group(3)))
    else:
        raise Malformed(f"{shown(text)} is no date (2026-04-01)")
    try:
        read = date(*parts)
    except ValueError:
        raise Malformed(f"{shown(text)} is no day of the calendar") from None
    return Read(read, "" if plain == text and text[:4].isdigit() else f"{shown(text)} read as {read}")


def code(cell: Cell) -> Read:
    """A local-government code. A spreadsheet's own number has lost the zero of Hokkaido to Fukushima.

    Raises:
        Malformed: not six ASCII digits.
    """
    text = text_of(cell)
    if isinstance(cell, int) and re.fullmatch("[0-9]{5}", text):
        return Read(f"0{text}", f"{shown(text)} read as 0{text}: a number in a spreadsheet loses its first 0")
    if not re.fullmatch("[0-9]{6}", text):
        hint = f"; did you mean 0{text}?" if re.fullmatch("[0-9]{5}", text) else ""
        raise Malformed(
            f"{shown(text)} is no local-government code of six digits{hint}"
            if text
            else "empty; a code is wanted"
        )
    return Read(text)


def words(cell: Cell) -> Read:
    """Text that must say something.

    Raises:
        Malformed: nothing stands there.
    """
    text = text_of(cell)
    if not re.search(SAYS, text):
        raise Malformed("empty; a text is wanted")
    return Read(text)


def _reiwa(number: str) -> int:
    return REIWA_BEFORE_FIRST + (1 if number == "元" else int(number))
