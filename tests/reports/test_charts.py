"""図: every mark stands for a figure of the report, as long or as high as that figure is; and all of it can be read."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from nightly.logs import golden
from store.office import HIROSHIMA, YOKOHAMA, new, office_at

from cli.plain import width
from cli.printing import charts
from cli.printing.svg_out import HIGH, LEFT, PLOT, THICK, TOP, WIDE

from .shell import Shell

SVG = "{http://www.w3.org/2000/svg}"
POINT = ("--as-of-event", str(len(golden())))


@pytest.fixture
def shell(folded: Path, tmp_path: Path) -> Shell:
    """The program, on the store with the golden life."""
    return Shell(folded, tmp_path)


def drawn(shell: Shell, folder: Path, name: str, *words: str) -> tuple[ElementTree.Element, dict[str, Any]]:
    """The chart of a report, and the report itself."""
    done = shell("report", name, *words, "--chart", "c.svg")
    assert (done.exit, done.out) == (0, ""), done.err
    told = json.loads(shell("report", name, *words, "--json").out)
    return ElementTree.parse(folder / "c.svg").getroot(), told  # noqa: S314 - written by this program


def marks(svg: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    """The marks that stand for a figure."""
    return [element for element in svg.iter(f"{SVG}{tag}") if "data-value" in element.attrib]


def bars(svg: ElementTree.Element) -> dict[int, list[ElementTree.Element]]:
    """Parts of bars by the place of their bar."""
    found: dict[int, list[ElementTree.Element]] = {}
    for rect in marks(svg, "rect"):
        found.setdefault((int(rect.attrib["y"]) - TOP) // 30, []).append(rect)
    return found


def test_bars_of_the_caps_are_as_long_as_their_share_of_the_limit(shell: Shell, tmp_path: Path) -> None:
    svg, told = drawn(shell, tmp_path, "cap_use", *POINT)
    ranked = sorted(
        told["rows"], key=lambda r: -(r["used_yen"] + r["reserved_yen"]) * 10_000 // r["limit_yen"]
    )
    most = max(PLOT, PLOT * (ranked[0]["used_yen"] + ranked[0]["reserved_yen"]) // ranked[0]["limit_yen"])
    full = PLOT * PLOT // most
    found = bars(svg)
    shown = [row for row in ranked if (row["used_yen"] + row["reserved_yen"]) * full // row["limit_yen"]]
    assert len(found) == len(shown) > 3
    for parts, row in zip(found.values(), shown, strict=True):
        assert sum(int(part.attrib["data-value"]) for part in parts) == row["used_yen"] + row["reserved_yen"]
        assert int(parts[0].attrib["width"]) == row["used_yen"] * full // row["limit_yen"]
        assert int(parts[0].attrib["x"]) == LEFT
        assert int(parts[0].attrib["height"]) == THICK


def test_what_goes_beyond_a_guideline_is_marked_and_said(shell: Shell, tmp_path: Path) -> None:
    svg, told = drawn(shell, tmp_path, "cap_use", *POINT)
    over = [rect for rect in svg.iter(f"{SVG}rect") if rect.attrib.get("class") == "over"]
    beyond = [row for row in told["rows"] if row["used_yen"] + row["reserved_yen"] > row["limit_yen"]]
    assert len(over) == len(beyond) == 2
    titles = {rect.findtext(f"{SVG}title") for rect in over}
    excess = {f"上限を {row['used_yen'] + row['reserved_yen'] - row['limit_yen']:,} 超過" for row in beyond}
    assert titles == excess


def test_points_of_the_execution_stand_where_money_moved_and_as_high_as_it_is(
    shell: Shell, tmp_path: Path
) -> None:
    svg, told = drawn(shell, tmp_path, "execution", *POINT)
    moved = [row for row in told["rows"] if row["out_yen"] != row["in_yen"]]
    points = marks(svg, "circle")
    assert [int(p.attrib["data-value"]) for p in points] == [row["so_far_yen"] for row in moved]
    assert [int(p.attrib["data-month"]) for p in points] == [row["month"] for row in moved]
    whole = marks(svg, "line")
    decided = {row["fiscal_year"]: row["decided_yen"] for row in told["rows"]}
    assert [int(line.attrib["data-value"]) for line in whole] == list(decided.values())
    assert {row["fiscal_year"] for row in moved} == {2025}
    bottom = TOP + HIGH - 30
    for point in points:
        share = (bottom - int(point.attrib["cy"])) * decided[2025]
        exact = (bottom - int(whole[0].attrib["y1"])) * int(point.attrib["data-value"])
        assert abs(share - exact) <= 2 * decided[2025]


def test_parts_of_the_kpi_bars_are_met_missed_and_not_measured(shell: Shell, tmp_path: Path) -> None:
    svg, told = drawn(shell, tmp_path, "kpi_board", *POINT)
    for parts, row in zip(bars(svg).values(), told["rows"], strict=True):
        found = {part.findtext(f"{SVG}title").split()[0]: int(part.attrib["data-value"]) for part in parts}
        kinds = {
            "達成": row["met"],
            "未達成": row["measured"] - row["met"],
            "実績値なし": row["kpis"] - row["measured"],
        }
        assert found == {name: value for name, value in kinds.items() if value}
        assert sum(int(part.attrib["width"]) for part in parts) == PLOT


@pytest.mark.parametrize("name", charts.CHARTS)
def test_a_chart_says_what_it_is_and_where_it_stands_and_no_text_leaves_it(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    svg, told = drawn(shell, tmp_path, name, *POINT)
    assert svg.findtext(f"{SVG}title").startswith(told["heading"]["title_ja"])
    about = svg.findtext(f"{SVG}desc")
    assert told["heading"]["digest"][:16] in about
    assert f"記録番号 {told['heading']['event']}" in about
    for element in svg.iter(f"{SVG}text"):
        text = "".join(element.itertext()) if not len(element) else (element[0].tail or "")
        long = width(text) * int(element.attrib["font-size"]) // 2
        x, anchor = int(element.attrib["x"]), element.attrib["text-anchor"]
        left = {"start": x, "end": x - long, "middle": x - long // 2}[anchor]
        assert left >= 0, text
        assert left + long <= WIDE, text


@pytest.mark.parametrize("name", charts.CHARTS)
def test_no_two_texts_run_into_each_other(shell: Shell, tmp_path: Path, name: str) -> None:
    """Eight years of months too: then not every month is named."""
    svg, _ = drawn(shell, tmp_path, name, *POINT)
    lines: dict[str, list[tuple[int, int]]] = {}
    for element in svg.iter(f"{SVG}text"):
        text = "".join(element.itertext()) if not len(element) else (element[0].tail or "")
        x, long = int(element.attrib["x"]), width(text) * int(element.attrib["font-size"]) // 2
        left = {"start": x, "end": x - long, "middle": x - long // 2}[element.attrib["text-anchor"]]
        lines.setdefault(element.attrib["y"], []).append((left, left + long))
    for texts in lines.values():
        ordered = sorted(texts)
        assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(ordered)), ordered


def test_a_title_that_is_markup_is_only_text(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    title = "<script>alert(1)</script> & \"'"
    grant = office.approved(new(HIROSHIMA, soft=1_000, title=title))
    office.do("measure", project=grant.partition("/")[0], fiscal_year=2025, kpi="k1", actual="78")
    office.close()
    shell = Shell(tmp_path / "grants.db", tmp_path)
    svg, _ = drawn(shell, tmp_path, "kpi_board")
    assert not list(svg.iter(f"{SVG}script"))
    assert any(title in (element.text or "") for element in svg.iter(f"{SVG}title"))


def test_more_bars_than_can_be_read_are_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "MOST", 1)
    office = office_at(tmp_path / "grants.db")
    office.approved(new(HIROSHIMA, soft=500_000_000))
    office.approved(new(YOKOHAMA, soft=400_000_000))
    office.close()
    svg, _ = drawn(Shell(tmp_path / "grants.db", tmp_path), tmp_path, "cap_use")
    assert [part.attrib["data-value"] for part in marks(svg, "rect")] == ["400000000"]
    assert any("ほか 1 件" in "".join(text.itertext()) for text in svg.iter(f"{SVG}text"))


def test_a_report_without_rows_says_so(tmp_path: Path) -> None:
    office_at(tmp_path / "grants.db").close()
    svg, _ = drawn(Shell(tmp_path / "grants.db", tmp_path), tmp_path, "execution")
    assert any("該当なし" in "".join(text.itertext()) for text in svg.iter(f"{SVG}text"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("decisions", "--chart", "c.svg"), "charts: cap_use, execution, kpi_board"),
        (("cap_use", "--chart", "c.jpg"), "ends in .svg or .png"),
    ],
)
def test_what_cannot_be_drawn_is_refused(shell: Shell, words: tuple[str, ...], said: str) -> None:
    done = shell("report", *words)
    assert done.exit == 2
    assert said in done.err
