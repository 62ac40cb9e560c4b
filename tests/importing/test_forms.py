"""From a cell to a value: both sides of each form, and what was read otherwise than written is noted."""

from __future__ import annotations

from datetime import date

import pytest

from lifecycle.sheets import forms
from lifecycle.sheets.forms import Malformed
from lifecycle.sheets.table import Unfit


@pytest.mark.parametrize(
    ("cell", "amount_yen"),
    [
        ("1", 1),
        ("12000000", 12_000_000),
        ("12,000,000", 12_000_000),
        (" 1,000 ", 1_000),
        ("10,000,000,000,000", 10**13),
        (12_000_000, 12_000_000),
    ],
)
def test_an_amount_is_digits_with_or_without_thousands_separators(cell, amount_yen):
    assert forms.money(cell) == (amount_yen, "")


@pytest.mark.parametrize(
    ("cell", "amount_yen"), [("１２００００００", 12_000_000), ("１，２００", 1_200), ("1２００", 1_200)]
)
def test_full_width_digits_are_read_and_shown_back(cell, amount_yen):
    read = forms.money(cell)
    assert read.value == amount_yen
    assert read.note == f'"{cell}" read as {amount_yen:,} yen'


@pytest.mark.parametrize(
    "cell",
    [
        "1.5",
        "1.0",
        "1e9",
        "1E9",
        "-1",
        "+1",
        "",
        " ",
        "1,00",
        ",100",
        "1,000,",
        "1_000",
        "¥100",
        "100円",
        "0x10",
        "٣",
        "²",
    ],
)
def test_whatever_else_stands_for_an_amount_is_refused(cell):
    with pytest.raises(Malformed):
        forms.money(cell)


def test_an_amount_of_0_stands_only_where_a_kind_may_be_missing():
    assert forms.money("0", may_be_none=True).value == 0
    with pytest.raises(Malformed, match="at least 1 yen"):
        forms.money("0")


def test_an_amount_ends_where_the_ledger_ends():
    assert forms.money("10000000000000").value == 10**13
    with pytest.raises(Malformed, match="more than"):
        forms.money("10000000000001")


@pytest.mark.parametrize(
    ("cell", "fiscal_year", "noted"),
    [
        ("2026", 2026, False),
        (2026, 2026, False),
        ("2026年度", 2026, True),
        ("令和8年度", 2026, True),
        ("令和８年度", 2026, True),
        ("令和元年度", 2019, True),
        ("R8", 2026, True),
        ("1955", 1955, False),
        ("2200", 2200, False),
    ],
)
def test_a_fiscal_year_is_western_or_of_reiwa(cell, fiscal_year, noted):
    read = forms.year(cell)
    assert (read.value, bool(read.note)) == (fiscal_year, noted)


@pytest.mark.parametrize("cell", ["26", "20260", "令和", "H30", "平成30年度", "2026/27", "1954", "2201", ""])
def test_whatever_else_stands_for_a_year_is_refused(cell):
    with pytest.raises(Malformed):
        forms.year(cell)


@pytest.mark.parametrize(
    ("cell", "noted"),
    [
        (date(2026, 4, 1), False),
        ("2026-04-01", False),
        ("2026/4/1", False),
        ("令和8年4月1日", True),
        ("R8.4.1", True),
    ],
)
def test_a_day_is_iso_or_as_a_spreadsheet_or_a_notice_writes_it(cell, noted):
    read = forms.day(cell)
    assert (read.value, bool(read.note)) == (date(2026, 4, 1), noted)


@pytest.mark.parametrize(
    "cell", ["2026-02-29", "2026-13-01", "2026-04", "4/1/2026", "2026-4/1", "20260401", "46113", 46113]
)
def test_whatever_else_stands_for_a_day_is_refused(cell):
    with pytest.raises(Malformed):
        forms.day(cell)


def test_a_number_of_a_spreadsheet_gets_the_zero_back_that_it_lost():
    read = forms.code(11002)
    assert read.value == "011002"
    assert "loses its first 0" in read.note


@pytest.mark.parametrize("cell", ["11002", "0110022", "01100２", "hokkaido", 1100, 1100222])
def test_a_code_has_six_ascii_digits(cell):
    with pytest.raises(Malformed):
        forms.code(cell)


def test_a_cell_that_holds_no_value_says_why():
    with pytest.raises(Malformed, match='"2" is a formula; paste it as a value'):
        forms.money(Unfit("2", "a formula; paste it as a value"))
