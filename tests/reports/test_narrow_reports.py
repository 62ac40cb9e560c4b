"""狭い画面: on every terminal a report says all that it says in a pipe; words are broken, never cut; no row is torn."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from nightly.logs import golden
from store.office import HIROSHIMA, Office, command

from cli import tables
from cli.plain import width
from cli.printing import table_out
from cli.printing.table_out import table_lines
from cli.say import fitted
from cli.tables import laid
from lifecycle.reports import REPORTS

from .shell import Shell

LIMITED = {"own_agenda": {"authority": HIROSHIMA}}
SPACE = re.compile(r"\s+")


class Terminal(io.TextIOWrapper):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture
def lines_of(office: Office, monkeypatch: pytest.MonkeyPatch) -> object:
    """The lines of a report on a terminal of so many columns, or in a pipe."""

    def lines(name: str, columns: int | None) -> list[str]:
        for module in (tables, table_out):
            monkeypatch.setattr(module, "room", lambda *_: columns)
        fields = {"as_of_event": len(golden()), **LIMITED.get(name, {})}
        with office.grants.open_report(command("report", name=name, **fields)) as sheet:
            return list(fitted(table_lines(sheet, "ja"), columns))

    return lines


@pytest.mark.parametrize("columns", [40, 60, 80, 110, 200])
@pytest.mark.parametrize("name", list(REPORTS))
def test_nothing_of_a_report_is_lost_and_no_line_is_too_wide(lines_of, name, columns) -> None:  # type: ignore[no-untyped-def]
    narrow = lines_of(name, columns)
    assert [line for line in narrow if width(line) > columns] == []
    told = SPACE.sub("", "".join(narrow))
    for line in lines_of(name, None):
        for cell in re.split(r"\s{2,}", line.strip()):
            assert SPACE.sub("", cell) in told


def test_words_go_below_figures_that_fit(lines_of) -> None:  # type: ignore[no-untyped-def]
    lines = lines_of("evidence", 80)
    assert lines[lines.index("") + 1] == "記録番号  行  団体コード  団体名"
    digests = [line.strip() for line in lines if re.fullmatch(r" +[0-9a-f]{64}", line)]
    assert len(digests) > 10


def test_where_figures_do_not_fit_each_row_is_a_block_of_its_own(lines_of) -> None:  # type: ignore[no-untyped-def]
    lines = lines_of("cap_use", 40)
    start = lines.index("")
    first = lines[start + 1 : lines.index("", start + 1)]
    assert first[:5] == [
        "  団体コード  011002",
        "  団体名      札幌市",
        "  規則        soft_fy_core_hub",
        "  事業区分    ソフト",
        "  期間        年度",
    ]
    assert "  上限        1,500,000,000" in first
    assert "  残額                    0" in first
    totals = [line.split()[-1] for line in lines_of("programme_review", 40) if line.strip()]
    assert "合計" in totals, "the totals are a block too"


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (None, ["  記録: p-1  担当者: suzuki  書類: 第11-1"]),
        (24, ["  記録: p-1", "  担当者: suzuki", "  書類: 第11-1"]),
        (30, ["  記録: p-1  担当者: suzuki", "  書類: 第11-1"]),
        (14, ["  記録: p-1", "  担当者:", "  suzuki", "  書類: 第11-1"]),
    ],
)
def test_parts_stand_side_by_side_as_far_as_they_fit(
    monkeypatch: pytest.MonkeyPatch, columns: int | None, lines: list[str]
) -> None:
    monkeypatch.setattr(tables, "room", lambda *_: columns)
    assert list(laid(["記録: p-1", "担当者: suzuki", "書類: 第11-1"], "  ")) == lines


def test_a_table_in_a_file_is_as_in_a_pipe_though_the_program_runs_on_a_terminal(
    folded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(folded, tmp_path)
    piped = shell("report", "cap_use").out
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(io, "TextIOWrapper", Terminal)
    assert shell("report", "cap_use", "-o", "r.txt").exit == 0
    assert (tmp_path / "r.txt").read_text(encoding="utf-8") == piped
