"""帳票のファイル: what is written is read back by another library, cell by cell; nothing in it is a formula."""

from __future__ import annotations

import csv
import errno
import gc
import io
import json
import tempfile
from pathlib import Path
from typing import IO, Any

import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightly.logs import golden
from store.office import HIROSHIMA, Office, new, office_at

from cli.printing import xlsx_out
from cli.printing.csv_out import FORMULA, NUMBER, safe
from cli.printing.xlsx_out import Forbearing
from lifecycle.reports import REPORTS

from .shell import Shell

NAMES = list(REPORTS)
POINT = ("--as-of-event", str(len(golden())))
LIMITED = {"own_agenda": ("--authority", HIROSHIMA)}


@pytest.fixture
def shell(folded: Path, tmp_path: Path) -> Shell:
    """The program, on the store with the golden life."""
    return Shell(folded, tmp_path)


def words(name: str) -> tuple[str, ...]:
    """The command line of a report of the golden life."""
    return "report", name, *POINT, *LIMITED.get(name, ())


def as_json(shell: Shell, name: str) -> dict[str, Any]:
    """The report as JSON: what the other formats are held against."""
    done = shell(*words(name), "--json")
    assert done.exit == 0, done.err
    return dict(json.loads(done.out))


# ---------------------------------------------------------------------- JSON


@pytest.mark.parametrize("name", NAMES)
def test_json_is_what_the_service_answers(shell: Shell, office: Office, name: str) -> None:
    fields: dict[str, Any] = {"as_of_event": len(golden())}
    if name in LIMITED:
        fields["authority"] = HIROSHIMA
    told = office.tell("report", name=name, **fields)
    assert as_json(shell, name) == json.loads(json.dumps(told, default=str))


# ---------------------------------------------------------------------- CSV


def cells(row: dict[str, Any], columns: list[dict[str, Any]]) -> list[str]:
    """A row as plain CSV has it."""
    return [text(row[column["name"]], column["form"]) for column in columns]


def text(value: Any, form: str) -> str:
    if value is None:
        return ""
    if form == "flag":
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {part}" for key, part in value.items())
    return str(safe(value))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_plain_csv_holds_every_cell(shell: Shell, tmp_path: Path, name: str, encoding: str) -> None:
    done = shell(*words(name), "-o", "r.csv", "--plain", "--encoding", encoding)
    assert done.exit == 0, done.err
    found = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_bytes().decode(encoding), newline="")))
    told = as_json(shell, name)
    assert found[0] == [column["name"] for column in told["columns"]]
    assert found[1:] == [cells(row, told["columns"]) for row in told["rows"]]


@pytest.mark.parametrize("name", NAMES)
def test_csv_for_people_has_its_mark_heading_totals_and_footing(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    assert shell(*words(name), "-o", "r.csv").exit == 0
    raw = (tmp_path / "r.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    told = as_json(shell, name)
    facts = {row[0]: row[1] for row in rows if len(row) == 2}
    assert facts["表題"] == told["heading"]["title_ja"]
    assert facts["要約値"] == told["heading"]["digest"]
    assert facts["記録番号"] == str(told["heading"]["event"])
    assert "R7-dai2sedai" in facts["規則の版"]
    assert facts["行の要約値"] == told["footing"]["rows_digest"]
    total = next(row for row in rows if row and row[0] == "合計")
    by_name = dict(zip([column["name"] for column in told["columns"]], total, strict=True))
    assert {name: int(by_name[name]) for name in told["footing"]["totals"]} == told["footing"]["totals"]


@given(st.text(max_size=12))
def test_no_text_is_left_that_a_spreadsheet_takes_for_a_formula(cell: str) -> None:
    written = safe(cell)
    assert isinstance(written, str)
    assert not written.lstrip().startswith(FORMULA) or NUMBER.fullmatch(written)
    assert written in (cell, f"'{cell}")


@pytest.mark.parametrize(
    "cell",
    [" =1+1", "\u3000=1+1", "\n@SUM(A1)", " \t＝1", "\ufeff=1", "\u200b+1", "\xa0-1+1", "-1+1", "-1 ", "--1"],
)
def test_what_is_not_seen_before_a_formula_does_not_hide_it(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-4.5", "-12", "4.5", " 1", "1=1", "a-b", "", " ", -5])
def test_what_is_no_formula_stays_as_it_is(cell: str | int) -> None:
    assert safe(cell) == cell


def test_a_title_that_is_a_formula_is_harmless_in_csv_and_in_xlsx(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.submitted(new(soft=1_000, title='=HYPERLINK("http://example.lg.jp","x")'))
    office.close()
    shell = Shell(tmp_path / "grants.db", tmp_path)
    assert shell("report", "decisions", "-o", "r.csv", "--plain").exit == 0
    row = next(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8"))))
    assert row["title"].startswith("'=HYPERLINK")
    assert shell("report", "decisions", "-o", "r.xlsx").exit == 0
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cell = book.worksheets[0]["E2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://example.lg.jp","x")')


def test_a_character_that_cp932_does_not_have_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.submitted(new(soft=1_000, title="𠮷野家の再生"))
    office.close()
    shell = Shell(tmp_path / "grants.db", tmp_path)
    (tmp_path / "r.csv").write_text("before")
    done = shell("report", "decisions", "-o", "r.csv", "--encoding", "cp932")
    assert done.exit == 2
    assert "U+20BB7" in done.err
    assert "--encoding utf-8" in done.err
    assert (tmp_path / "r.csv").read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".csv") == ["r.csv"]


# ---------------------------------------------------------------------- xlsx


@pytest.mark.parametrize("name", NAMES)
def test_xlsx_holds_numbers_as_numbers_and_dates_as_dates(shell: Shell, tmp_path: Path, name: str) -> None:
    done = shell(*words(name), "-o", "r.xlsx")
    assert done.exit == 0, done.err
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    page, notes = book.worksheets
    told = as_json(shell, name)
    assert (page.title, notes.title) == ("一覧", "注記")
    assert page.freeze_panes == "C2"
    found = list(page.iter_rows(values_only=True))
    assert [str(cell).replace("・円）", "）").removesuffix("（円）") for cell in found[0]] == [
        c["ja"] for c in told["columns"]
    ]
    assert not any("）（" in str(cell) for cell in found[0])
    for row, line in zip(told["rows"], found[1:], strict=False):
        for column, cell in zip(told["columns"], line, strict=True):
            value = row[column["name"]]
            if column["form"] in ("yen", "count"):
                assert cell == value
                assert type(cell) in (int, type(None))
            elif column["form"] == "decimal" and value:
                assert type(cell) in (int, float)
                assert cell == float(value)
            elif column["form"] == "day" and value:
                assert str(cell.date()) == value
    totals = told["footing"]["totals"]
    last = dict(zip([c["name"] for c in told["columns"]], found[len(told["rows"]) + 1], strict=True))
    assert {name: last[name] for name in totals} == totals
    said = {row[0]: row[1] for row in notes.iter_rows(values_only=True)}
    assert said["要約値"] == told["heading"]["digest"]
    assert said["行の要約値"] == told["footing"]["rows_digest"]
    assert said["件数"] == len(told["rows"])


def test_the_same_report_gives_the_same_workbook(shell: Shell, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert shell(*words("decisions"), "-o", name).exit == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_yen_stand_in_xlsx_with_their_separators_and_columns_are_wide_enough(
    shell: Shell, tmp_path: Path
) -> None:
    assert shell(*words("decisions"), "-o", "r.xlsx").exit == 0
    page = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert page["J2"].number_format.startswith("#,##0")
    assert page.column_dimensions["J"].width >= 15


class Full:
    """A disk that has room for so many bytes."""

    def __init__(self, raw: IO[bytes], room: int) -> None:
        self._raw, self._room = raw, room
        self.seek = raw.seek

    def write(self, data: memoryview) -> int:
        """Take what there is room for."""
        if not self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self._raw.write(data[: self._room])
        self._room -= taken
        return taken


@pytest.mark.parametrize("room", [0, 1, 1_000, 5_000])
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_disk_that_is_full_is_said_to_be_and_nothing_is_left_of_the_workbook(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(xlsx_out, "Forbearing", lambda raw: Forbearing(Full(raw, room)))  # type: ignore[arg-type]
    (tmp_path / "r.xlsx").write_text("before")
    done = shell(*words("decisions"), "-o", "r.xlsx")
    gc.collect()
    assert (done.exit, done.out) == (74, "")
    assert done.err == "refused: system — r.xlsx: No space left on device\n"
    assert [path.name for path in tmp_path.iterdir()] == ["r.xlsx"]
    assert (tmp_path / "r.xlsx").read_text() == "before"


def test_rows_that_wait_for_the_workbook_fill_the_disk_too(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    waiting = tmp_path / "waiting"
    waiting.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(waiting))
    monkeypatch.setattr("xlsxwriter.packager.Packager._write_theme_file", full)
    done = shell(*words("decisions"), "-o", "r.xlsx")
    assert (done.exit, done.err) == (74, "refused: system — r.xlsx: No space left on device\n")
    assert list(waiting.iterdir()) == []
    assert not (tmp_path / "r.xlsx").exists()


def test_rates_and_measured_values_are_numbers_in_xlsx_and_look_as_they_are_written(
    shell: Shell, tmp_path: Path
) -> None:
    decimals = {
        (report.NAME, column.name)
        for report in REPORTS.values()
        for column in report.COLUMNS
        if column.form == "decimal"
    }
    assert decimals == {
        *(("cap_use", "used_percent"), ("execution", "rate"), ("programme_review", "rate")),
        *(("kpi_board", "met_percent"), ("verification", "percent")),
        *(("verification", name) for name in ("baseline", "target", "actual")),
    }
    assert shell(*words("programme_review"), "-o", "r.xlsx").exit == 0
    page = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    told = as_json(shell, "programme_review")
    place = [column["name"] for column in told["columns"]].index("rate")
    cell = page.cell(2, place + 1)
    assert told["rows"][0]["rate"] == f"{cell.value:.1f}"
    assert (cell.data_type, cell.number_format) == ("n", "0.0")


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("4.5", 1),
        ("-4.50", 2),
        ("60", 0),
        ("0.123456789012", 12),
        ("-1234567890123.45", 2),
        ("12345678901234.56", None),
        ("1/3", None),
    ],
)
def test_a_number_stays_text_where_excel_would_lose_a_digit(written: str, places: int | None) -> None:
    found = xlsx_out.WRITTEN_OUT.fullmatch(written)
    assert (len(found["fraction"] or "") if found else None) == places


# ---------------------------------------------------------------------- Parquet


@pytest.mark.parametrize("name", NAMES)
def test_parquet_holds_every_cell_with_its_type(shell: Shell, tmp_path: Path, name: str) -> None:
    done = shell(*words(name), "-o", "r.parquet")
    assert done.exit == 0, done.err
    table = pyarrow.parquet.read_table(tmp_path / "r.parquet")
    told = as_json(shell, name)
    assert table.column_names == [column["name"] for column in told["columns"]]
    for column in told["columns"]:
        form = str(table.schema.field(column["name"]).type)
        assert form == {"yen": "int64", "count": "int64", "day": "date32[day]", "flag": "bool"}.get(
            column["form"], "string"
        )
        expected = [_plain(row[column["name"]], column["form"]) for row in told["rows"]]
        assert [_told(value) for value in table.column(column["name"]).to_pylist()] == expected
    metadata = pyarrow.parquet.read_metadata(tmp_path / "r.parquet").metadata
    assert json.loads(metadata[b"heading"])["heading"]["digest"] == told["heading"]["digest"]
    assert json.loads(metadata[b"footing"])["rows_digest"] == told["footing"]["rows_digest"]


def _plain(value: Any, form: str) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None and form == "text" else value


def _told(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


# ---------------------------------------------------------------------- on the screen, and what is refused


def test_a_table_in_english(shell: Shell) -> None:
    done = shell(*words("by_authority"), "--lang", "en")
    assert done.exit == 0
    assert "grants by authority" in done.out
    assert "decided with changes" in done.out
    assert "ties out" in done.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--format", "xlsx"), "name a file: -o report.xlsx"),
        (("--format", "pdf"), "none of table, csv, xlsx, json, parquet"),
        (("--encoding", "latin-1"), "none of utf-8, cp932"),
        (("--lang", "de"), "none of ja, en"),
        (("-o", "nowhere/r.csv"), "can't be written"),
    ],
)
def test_what_cannot_be_printed_is_refused(shell: Shell, given: tuple[str, ...], said: str) -> None:
    done = shell(*words("decisions"), *given)
    assert (done.exit, done.out) == (2, "")
    assert said in done.err


def test_the_list_of_reports(shell: Shell) -> None:
    listed = json.loads(shell("report", "list", "--json").out)
    assert [line["report"] for line in listed] == NAMES
    assert "交付決定・執行状況一覧" in shell("report", "list").out
