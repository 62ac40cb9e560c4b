"""A list with something wrong in it: every fault is one clear line, exit 2, and nothing is written."""

from __future__ import annotations

import pytest
from importing_lists import HEADINGS, ROW, a_list

GOOD = a_list({})


def one_row(**cells: str) -> str:
    """A list of one row."""
    return a_list(cells)


def without(column: str) -> str:
    """The same without one column."""
    return a_list({}, headings=",".join(name for name in HEADINGS.split(",") if name != column))


CELLS = [
    ("amount_yen", "1.5", '"1.5" is no whole amount in yen'),
    ("amount_yen", "1e9", '"1e9" is no whole amount in yen'),
    ("amount_yen", "-5", '"-5" is no whole amount in yen'),
    ("amount_yen", "+5", '"+5" is no whole amount in yen'),
    ("amount_yen", "12,00", "cells, where there are"),
    ("amount_yen", '"12,00"', '"12,00" is no whole amount in yen'),
    ("amount_yen", "12000円", '"12000円" is no whole amount in yen'),
    ("amount_yen", "12 000", '"12 000" is no whole amount in yen'),
    ("amount_yen", "１２.５", '"１２.５" is no whole amount in yen'),
    ("amount_yen", "٣", '"٣" is no whole amount in yen'),
    ("amount_yen", "", "empty; an amount in yen is wanted"),
    ("amount_yen", "0", "0 yen; a decision grants at least 1 yen"),
    ("amount_yen", "10000000000001", "more than 10,000,000,000,000 yen"),
    ("amount_yen", "9" * 5000, "is no whole amount in yen"),
    ("authority", "34205", "did you mean 034205?"),
    ("authority", "342051", "check digit is wrong; 34205 takes 0: 342050 尾道市"),
    ("authority", "349992", "no local government has this code"),
    ("authority", "３４２０５０", "is no local-government code of six digits"),
    ("authority", "尾道市", "is no local-government code of six digits"),
    ("authority", "", "empty; a code is wanted"),
    ("title", "", "empty; a text is wanted"),
    ("title", "\u3000", "empty; a text is wanted"),
    ("title", "\u200b", "empty; a text is wanted"),
    ("title", "あ" * 4001, "4,001 characters given, at most 4,000 wanted"),
    ("title", "移\u202e住", "U+202E"),
    ("fiscal_year", "令和", '"令和" is no fiscal year'),
    ("fiscal_year", "1954", "lies outside 1955 to 2200"),
    ("fiscal_year", "0000", "lies outside 1955 to 2200"),
    ("fiscal_year", "", "empty; a fiscal year is wanted"),
    ("kind", "道路", "is no kind: soft (ソフト)"),
    ("decided_on", "2026-02-30", "is no day of the calendar"),
    ("decided_on", "April 1", "is no date"),
    ("decided_on", "2026-04-03", "lies after the business date 2026-04-02"),
    ("programme", "第３世代交付金", "names no programme version"),
]


@pytest.mark.parametrize(("column", "cell", "said"), CELLS)
def test_a_malformed_cell_is_named_with_its_row_and_column(office, write, column, cell, said):
    before = office.events
    answer = office.take(write(one_row(**{column: cell})))
    assert answer.exit == 2
    assert answer.out == ""
    refused, fault, *more = answer.err.splitlines()
    assert refused == "refused: bad_input — list.csv: 1 fault, nothing was imported"
    assert fault.startswith("  row 2" + ("" if said.startswith("cells") else f", column {column}: "))
    assert said in fault
    assert more == []
    assert office.events == before


FILES = [
    ("an empty file", b"", "list.csv is empty"),
    ("headings alone", HEADINGS.encode(), "there are headings and no row below them"),
    (
        "no authority",
        without("authority").encode(),
        "no column for authority (authority or code or 団体コード)",
    ),
    ("no title", without("title").encode(), "no column for title"),
    ("no year", without("fiscal_year").encode(), "no column for fiscal_year"),
    ("no amount", without("amount_yen").encode(), "no column for amount_yen"),
    ("thousands of yen", GOOD.replace("amount_yen", "交付金額（千円）").encode(), "no column for amount_yen"),
    ("two amounts", GOOD.replace("row", "国費").encode(), "column 国費: means the same as column amount_yen"),
    ("two ways", GOOD.replace("row", "soft_yen").encode(), "amount_yen and soft_yen both give amounts"),
    ("tabs", GOOD.replace(",", "\t").encode(), "separated by tabs; commas are wanted"),
    ("semicolons", GOOD.replace(",", ";").encode(), "separated by semicolons; commas are wanted"),
    ("UTF-16", GOOD.encode("utf-16"), "UTF-16 text; save it as CSV UTF-8"),
    ("EUC", GOOD.replace("移住", "移住の" * 3).encode("euc_jp") + b"\xff", "neither UTF-8 nor cp932"),
    ("a PDF", b"%PDF-1.7\n", "list.csv is a PDF"),
    ("an old workbook", b"\xd0\xcf\x11\xe0" + bytes(100), "an old .xls workbook, or one with a password"),
    ("gzip", b"\x1f\x8b" + bytes(100), "packed by gzip"),
    ("JSON", b'[{"authority": "342050"}]', "list.csv is JSON"),
    ("HTML", b"<html>", "HTML or XML"),
    ("binary", b"authority\x00,title", "is no text"),
    ("a quote left open", GOOD.replace("移住", '"移住').encode(), "row 2: unexpected end of data"),
    (
        "too many cells",
        (GOOD + ",".join([*ROW.values(), "more"])).encode(),
        "row 3: 10 cells, where there are 9",
    ),
]


@pytest.mark.parametrize(("content", "said"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_a_file_that_is_no_list_is_refused_in_a_line(office, write, content, said):
    before = office.events
    answer = office.take(write(content))
    assert (answer.exit, answer.out) == (2, "")
    assert said in answer.err
    assert len(answer.err.splitlines()) <= 2
    assert office.events == before


def test_every_fault_of_a_file_is_listed_and_its_good_rows_wait(office, write):
    before = office.events
    rows = [{"row": str(number)} for number in range(5)]
    rows[1]["amount_yen"], rows[3]["authority"], rows[3]["title"] = "1.5", "1", ""
    answer = office.take(write(a_list(*rows)))
    assert answer.exit == 2
    assert [line.split(":")[0] for line in answer.err.splitlines()[1:]] == [
        "  row 3, column amount_yen",
        "  row 5, column authority",
        "  row 5, column title",
    ]
    assert "3 faults, nothing was imported" in answer.err
    assert office.events == before


def test_faults_as_json_are_one_object(office, write):
    answer = office.take(write(one_row(amount_yen="1.5")), "--json")
    assert (answer.exit, answer.err) == (2, "")
    assert (answer.json["ok"], answer.json["do"], answer.json["code"]) == (False, "import", "bad_input")
    assert [finding["source"] for finding in answer.json["findings"]] == [
        "list.csv, row 2, column amount_yen"
    ]


def test_a_file_of_more_than_20_mb_is_not_read(office, write):
    title = "x" * 3000
    lines = [f"342050,{title}{number},2026,1000" for number in range(7000)]
    file = write("\n".join(["authority,title,fiscal_year,amount_yen", *lines]))
    assert office.take(file).err == "refused: bad_input — list.csv is larger than 20 MB\n"


def test_a_file_of_exactly_20_mb_is_read(office, write):
    row = b"authority,title,fiscal_year,amount_yen\n342050,x,2026,1000"
    file = write(row + b"\n" * (20_000_000 - len(row)))
    assert office.taken(file)["imported"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "decisions", "none.csv", "--by", "tanaka"], "none.csv can't be read: No such file"),
        (["import", "decisions", ".", "--by", "tanaka"], "can't be read: Is a directory"),
        (["import", "grants", "list.csv", "--by", "tanaka"], "decisions can: grants import decisions FILE"),
        (["import", "decisions", "list.csv"], "who acts? give --by OFFICER"),
        (["import", "decisions", "list.csv", "--by", "tanaka", "--kind", "road"], '--kind: "road" given'),
        (["import", "decisions", "list.csv", "--by", "tanaka", "--on", "1 April"], "--on: "),
        (["import", "decisions", "list.csv", "--by", "tanaka", "--decided-on", "x"], "--decided-on: "),
        (
            ["import", "decisions", "list.csv", "--by", "tanaka", "--programme", "R9"],
            '--programme: no version "R9"',
        ),
        (
            ["import", "decisions", "list.csv", "--by", "tanaka", "--sheet", "x"],
            "list.csv is CSV and has no sheets",
        ),
        (
            [
                "import",
                "decisions",
                "list.csv",
                "--by",
                "tanaka",
                "--on",
                "2026-04-01",
                "--decided-on",
                "2026-04-02",
            ],
            "--decided-on: 2026-04-02 lies after the business date 2026-04-01",
        ),
    ],
)
def test_what_is_typed_wrong_is_refused_before_anything_is_written(office, write, words, said):
    write(GOOD)
    before = office.events
    answer = office.run(*words)
    assert answer.exit == 2
    assert said in answer.err
    assert office.events == before
