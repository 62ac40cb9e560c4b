"""帳票: each report on one fixed history is, cell by cell, what was once looked at and found right.

UPDATE_REPORTS=1 writes them anew; look at what changed before you commit it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from nightly.logs import golden
from store.office import HIROSHIMA, Office, command

from cli.printing.table_out import table_lines
from lifecycle.reports import ALL, REPORTS

FOLDER = Path(__file__).parent / "golden"
NAMES = list(REPORTS)
LIMITED = {"own_agenda": {"authority": HIROSHIMA}}


def told(office: Office, name: str, **limits: Any) -> dict[str, Any]:
    """A report as of the end of the golden life, without the digests of rule files, which are not its own."""
    fields = {"as_of_event": len(golden()), **LIMITED.get(name, {}), **limits}
    found = office.tell("report", name=name, **fields)
    assert found["heading"].pop("rules").keys() >= {"R7-dai2sedai"}
    return dict(found)


@pytest.mark.parametrize("name", NAMES)
def test_a_report_says_what_it_said(office: Office, name: str) -> None:
    path = FOLDER / f"{name}.json"
    now = json.dumps(told(office, name), ensure_ascii=False, indent=1, default=str) + "\n"
    if os.environ.get("UPDATE_REPORTS"):
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_report_looks_as_it_looked(office: Office, name: str) -> None:
    fields = {"as_of_event": len(golden()), **LIMITED.get(name, {})}
    with office.grants.open_report(command("report", name=name, **fields)) as sheet:
        lines = [line for line in table_lines(sheet, "ja") if not line.lstrip().startswith("規則の版")]
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_REPORTS"):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "\n".join(lines) + "\n" == path.read_text(encoding="utf-8")


def test_there_is_a_golden_file_for_every_report_and_for_nothing_else() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(
        f"{name}.{ending}" for name in NAMES for ending in ("json", "txt")
    )


def test_the_reports_are_those_of_each_reader() -> None:
    by_reader: dict[str, list[str]] = {}
    for report in ALL:
        by_reader.setdefault(report.READER, []).append(report.NAME)
    assert by_reader == {
        "ministry": [
            *("decisions", "cap_use", "scores", "continuing", "carry_over", "returns"),
            *("programme_review", "execution"),
        ],
        "municipality": ["own_agenda", "settlement", "verification", "assets", "evidence"],
        "board_of_audit": ["audit_trail", "differences"],
        "public": ["adopted", "kpi_board", "by_authority"],
    }


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.NAME)
def test_a_report_has_headings_in_both_languages_and_a_title(report: Any) -> None:
    assert report.JA
    assert report.EN
    names = [column.name for column in report.COLUMNS]
    assert len(set(names)) == len(names)
    assert all(column.ja and column.en for column in report.COLUMNS)
    assert all(column.form == "yen" for column in report.COLUMNS if column.name.endswith("_yen"))


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_every_column_and_yen_are_whole(office: Office, name: str) -> None:
    found = told(office, name)
    for row in found["rows"]:
        for column in found["columns"]:
            value = row[column["name"]]
            if column["form"] in ("yen", "count"):
                assert value is None or type(value) is int, column


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("upto", range(0, 191, 19))
def test_totals_are_sums_and_everything_that_must_tie_out_does(office: Office, name: str, upto: int) -> None:
    found = told(office, name, as_of_event=upto)
    footing = found["footing"]
    assert footing["rows"] == len(found["rows"])
    for column, total in footing["totals"].items():
        assert total == sum(row[column] or 0 for row in found["rows"])
    assert [tie for tie in footing["ties"] if tie["difference_yen"]] == []
