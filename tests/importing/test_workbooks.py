"""xlsx: what a person sees and typed is read; formulas, hidden cells and packages that explode are not."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl.worksheet.formula import ArrayFormula

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NOON = datetime(2026, 4, 1, 12)  # noqa: DTZ001 - a cell knows no time zone
HEADINGS = ["団体コード", "団体名", "事業名", "年度", "交付金額", "区分", "交付決定日"]
GOOD = [342050, "尾道市", "移住の推進", 2026, 12_000_000, "ソフト", date(2026, 4, 1)]


def row(**cells):
    """The good row with other cells in it, by letter."""
    return [cells.get("ABCDEFG"[place], value) for place, value in enumerate(GOOD)]


def refused(answer, said: str) -> bool:
    """True for exit 2 with this fault and no other."""
    assert answer.exit == 2, answer
    lines = answer.err.splitlines()
    assert len(lines) <= 2, lines
    return said in answer.err


def test_a_workbook_with_japanese_headings_is_taken_in(office, workbook):
    answer = office.taken(workbook([HEADINGS, GOOD]))
    assert (answer["exit"], answer["imported_yen"], answer["sheet"]) == (0, 12_000_000, "採択一覧")
    grant = office.run("show", "342050-2026-01/2026", "--json").json
    assert (grant["title"], grant["decided_on"]) == ("移住の推進", "2026-04-01")
    assert grant["imported_from"] == "list.xlsx 2"


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"E": 1.5}, "交付金額", '"1.5" is no whole number'),
        ({"E": -5}, "交付金額", '"-5" is no whole amount in yen'),
        ({"E": 1e20}, "交付金額", "is no whole number"),
        ({"E": "1.5"}, "交付金額", '"1.5" is no whole amount in yen'),
        ({"E": True}, "交付金額", '"TRUE" is a truth value'),
        ({"E": None}, "交付金額", "empty; an amount in yen is wanted"),
        ({"E": date(2026, 4, 1)}, "交付金額", '"2026-04-01" is no whole amount in yen'),
        ({"E": time(12, 0)}, "交付金額", '"12:00:00" is a time'),
        ({"A": 342051}, "団体コード", "check digit is wrong"),
        ({"G": NOON}, "交付決定日", "a date with a time of day"),
        ({"G": 46113}, "交付決定日", '"46113" is no date'),
    ],
)
def test_a_malformed_cell_is_named_with_sheet_row_and_column(office, workbook, cells, column, said):
    before = office.events
    answer = office.take(workbook([HEADINGS, row(**cells)]))
    assert refused(answer, f"sheet 採択一覧, row 2, column {column}: ")
    assert said in answer.err
    assert office.events == before


@pytest.mark.parametrize("formula", ["=SUM(E3:E9)", "=12000000", '="12000000"'])
def test_a_formula_is_refused_whatever_value_it_last_had(office, workbook, formula):
    answer = office.take(workbook([HEADINGS, row(E=formula)]))
    assert refused(answer, "row 2, column 交付金額: ")
    assert "a formula; paste it as a value" in answer.err


def test_a_cell_filled_by_the_formula_of_another_is_refused(office, workbook):
    def spill(book):
        book.active["E2"] = ArrayFormula("E2:E3", "=Z1:Z2")
        book.active["E3"] = 5_000_000

    answer = office.take(workbook([HEADINGS, GOOD, GOOD], spill))
    assert answer.exit == 2
    assert answer.err.count("a formula; paste it as a value") == 2


def test_a_formula_in_a_column_that_is_not_read_does_no_harm(office, workbook):
    answer = office.taken(workbook([[*HEADINGS, "検算"], [*GOOD, "=E2*2"]]))
    assert answer["imported"] == 1
    assert "columns not read: 検算" in answer["notes"]


def test_a_hidden_row_is_refused(office, workbook):
    def hide(book):
        book.active.row_dimensions[3].hidden = True

    answer = office.take(workbook([HEADINGS, GOOD, row(C="見えない事業"), row(C="別の事業")], hide))
    assert refused(answer, "sheet 採択一覧, row 3: the row is hidden; show it or delete it")


def test_a_hidden_column_that_is_read_is_refused(office, workbook):
    def hide(book):
        book.active.column_dimensions["E"].hidden = True

    assert refused(
        office.take(workbook([HEADINGS, GOOD], hide)), "in a hidden column; show the column or delete it"
    )


def test_a_hidden_column_that_is_not_read_does_no_harm(office, workbook):
    def hide(book):
        book.active.column_dimensions["H"].hidden = True

    assert office.taken(workbook([[*HEADINGS, "備考"], [*GOOD, "済"]], hide))["imported"] == 1


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_this_is_said(office, workbook, state):
    def add(book):
        sheet = book.create_sheet("旧版")
        sheet.append(HEADINGS)
        sheet.append(row(C="旧版の事業"))
        sheet.sheet_state = state

    file = workbook([HEADINGS, GOOD], add)
    answer = office.taken(file)
    assert (answer["imported"], answer["sheet"]) == (1, "採択一覧")
    assert "hidden sheet not read: 旧版" in answer["notes"]
    assert refused(
        office.take(file, "--sheet", "旧版"), "list.xlsx has no visible sheet 旧版; it has 採択一覧"
    )


def test_of_two_sheets_with_something_in_them_one_is_named(office, workbook):
    def add(book):
        sheet = book.create_sheet("追加分")
        sheet.append(HEADINGS)
        sheet.append(row(C="追加の事業", E=1000))

    file = workbook([HEADINGS, GOOD], add)
    assert refused(
        office.take(file), "list.xlsx has 2 sheets: 採択一覧, 追加分; name the one to read with --sheet"
    )
    assert office.taken(file, "--sheet", "追加分")["imported_yen"] == 1000


def test_an_empty_sheet_beside_the_list_does_no_harm(office, workbook):
    assert office.taken(workbook([HEADINGS, GOOD], lambda book: book.create_sheet("Sheet2")))["imported"] == 1


def test_the_lost_zero_of_a_code_is_restored_and_said(office, workbook):
    answer = office.taken(workbook([HEADINGS, row(A=11002, B="札幌市")]))
    assert answer["results"][0]["authority"] == "011002"
    assert answer["read_as"][0]["text"].startswith('団体コード "11002" read as 011002')


READING = '<rPh sb="0" eb="3"><t>オノミチシ</t></rPh>'


def test_readings_beside_kanji_are_no_part_of_the_text(office, workbook, tmp_path):
    """Japanese workbooks keep the reading (ふりがな) of a text beside it."""
    file = tmp_path / workbook([HEADINGS, GOOD])
    edit(file, "xl/worksheets/sheet1.xml", "<t>尾道市</t>", f"<t>尾道市</t>{READING}")
    answer = office.taken(file.name)
    assert (answer["imported"], answer["warnings"]) == (1, [])


def test_texts_that_a_workbook_keeps_in_one_place_are_read(office, workbook, tmp_path):
    """Spreadsheet programs write each text once, with its reading, and point to it."""
    file = tmp_path / workbook([HEADINGS, GOOD])
    inline = '<c r="B2" t="inlineStr"><is><t>尾道市</t></is></c>'
    edit(file, "xl/worksheets/sheet1.xml", inline, '<c r="B2" t="s"><v>0</v></c>')
    shared = f'<sst xmlns="{MAIN}"><si><t>尾道市</t>{READING}</si></sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    edit(file, "[Content_Types].xml", "</Types>", override)
    link = (
        f'<Relationship Type="{LINKS}/sharedStrings" Target="sharedStrings.xml" Id="rId9"/></Relationships>'
    )
    edit(file, "xl/_rels/workbook.xml.rels", "</Relationships>", link)
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("xl/sharedStrings.xml", shared)
    answer = office.taken(file.name)
    assert (answer["imported"], answer["warnings"]) == (1, [])


def edit(file: Path, part: str, old: str, new: str) -> None:
    """Replace some text in one part of a package."""
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    text = parts[part].decode()
    assert old in text
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, text.replace(old, new) if name == part else content)


# ---------------------------------------------------------------------- packages


@pytest.fixture
def good(workbook, tmp_path):
    """A good workbook's file."""
    return tmp_path / workbook([HEADINGS, GOOD])


def test_a_package_that_unpacks_to_too_much_is_not_unpacked(office, good):
    with zipfile.ZipFile(good, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/bomb.xml", bytes(100_000_001))
    assert good.stat().st_size < 1_000_000
    assert refused(office.take(good.name), "at most 100,000,000 bytes in 1,000 parts are read")


def test_a_package_of_too_many_parts_is_not_unpacked(office, good):
    with zipfile.ZipFile(good, "a") as packed:
        for number in range(1000):
            packed.writestr(f"xl/media/{number}.png", b"")
    assert refused(office.take(good.name), "at most 100,000,000 bytes in 1,000 parts are read")


def test_a_picture_of_any_size_stays_packed(office, good):
    with zipfile.ZipFile(good, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", bytes(100_000_001))
    assert office.taken(good.name)["imported"] == 1


def test_a_package_that_lies_about_its_sizes_is_damaged(office, good):
    data = good.read_bytes()
    size_at = data.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24  # its entry in the directory, at the end
    lying = data[:size_at] + struct.pack("<I", 10) + data[size_at + 4 :]
    good.write_bytes(lying)
    assert refused(office.take(good.name), "list.xlsx is a damaged workbook: Bad CRC-32")


def test_two_parts_of_one_name_are_damaged(office, good):
    with zipfile.ZipFile(good, "a") as packed, pytest.warns(UserWarning, match="Duplicate name"):
        packed.writestr("xl/workbook.xml", b"<workbook/>")
    assert refused(office.take(good.name), "two parts have the same name")


def test_a_document_type_in_a_part_is_refused(office, good):
    edit(good, "xl/worksheets/sheet1.xml", "<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet')
    assert refused(office.take(good.name), "a part declares a document type")


def test_a_cell_at_the_far_corner_is_refused_before_room_is_made_for_it(office, workbook):
    file = workbook([HEADINGS, GOOD], lambda book: book.active.cell(1_048_576, 16_384, "x"))
    assert refused(
        office.take(file), "reaches to row 1,048,576, column 16,384; clear what lies beyond the list"
    )


def test_more_cells_than_a_list_has_are_not_read_to_their_end(office, good, monkeypatch):
    monkeypatch.setattr("lifecycle.sheets.package.MOST_CELLS", 100)
    edit(good, "xl/worksheets/sheet1.xml", '<c r="A1"', '<c r="A1" />' * 100 + '<c r="A1"')
    assert refused(office.take(good.name), "more than 100 cells")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_broken_part_is_damage(office, good, part):
    edit(good, part, "</", "<")
    assert refused(office.take(good.name), "list.xlsx is a damaged workbook")


def test_a_package_cut_short_is_damage(office, good):
    good.write_bytes(good.read_bytes()[:-200])
    assert refused(office.take(good.name), "list.xlsx is a damaged workbook: File is not a zip file")


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("xl/workbook.bin", "a binary workbook (.xlsb)"),
        ("content.xml", "an OpenDocument file"),
        ("word/document.xml", "a text or slide document"),
        ("readme.txt", "a zip archive and no workbook"),
    ],
)
def test_another_kind_of_package_is_named(office, write, part, said):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr(part, b"x")
    assert refused(
        office.take(write(data.getvalue(), "list.xlsx")), f"list.xlsx is {said}; CSV or xlsx is wanted"
    )


def test_a_workbook_is_told_by_its_content_not_by_its_name(office, workbook):
    assert office.taken(workbook([HEADINGS, GOOD], name="list.csv"))["imported"] == 1
